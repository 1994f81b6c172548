/* SPDX-License-Identifier: GPL-2.0 */
/* Hashing of packets for the guest, as it has chosen. */
#ifndef XEN_NETBACK_STEER_H
#define XEN_NETBACK_STEER_H

#include <linux/types.h>

struct netback_hash;
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

/**
 * netback_steer() - hash a packet
 * @hash: what the guest chose, or NULL
 * @skb: with its protocol and network header known
 *
 * Context: any.
 * Return: the hash; without one if the packet is of no type that was chosen.
 */
struct netback_steered netback_steer(const struct netback_hash *hash,
				     const struct sk_buff *skb);

#endif
