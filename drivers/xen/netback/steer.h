/* SPDX-License-Identifier: GPL-2.0 */
/* Hashing of packets for the guest, as it has chosen. */
#ifndef XEN_NETBACK_STEER_H
#define XEN_NETBACK_STEER_H

#include <linux/types.h>

#include "hash.h"

struct sk_buff;

/**
 * struct netback_steered - the hash of a packet
 * @type: _XEN_NETIF_CTRL_HASH_TYPE_..., or NETBACK_HASH_NONE
 * @value: 0 if there is none
 */
struct netback_steered {
	u8 type;
	u32 value;
};

/* The same, for a guest that has chosen something. */
struct netback_steered netback_steer_chosen(const struct netback_hash *hash,
					    const struct sk_buff *skb);

/**
 * netback_steer() - hash a packet
 * @hash: what the guest chose, or NULL
 * @skb: with its protocol and network header known
 *
 * Context: any.
 * Return: the hash; without one if the packet is of no type that was chosen.
 */
static inline struct netback_steered
netback_steer(const struct netback_hash *hash, const struct sk_buff *skb)
{
	if (!hash || !netback_hash_active(hash))
		return (struct netback_steered){ .type = NETBACK_HASH_NONE };
	return netback_steer_chosen(hash, skb);
}

#endif
