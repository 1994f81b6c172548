/* SPDX-License-Identifier: GPL-2.0 */
/* Which multicast packets a guest wants. */
#ifndef XEN_NETBACK_MULTICAST_H
#define XEN_NETBACK_MULTICAST_H

#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

/* Addresses in a list, and in how many chains they are looked for. */
#define NETBACK_MULTICAST_MAX		64
#define NETBACK_MULTICAST_CHAINS	64

/**
 * struct netback_multicast_entry - an address
 * @chain: of those in use
 * @address: the address
 */
struct netback_multicast_entry {
	struct hlist_node chain;
	u8 address[ETH_ALEN];
};

/**
 * struct netback_multicast - the list; all but @filter is private to multicast.c
 * @filter: only what is in the list is wanted
 * @lock: protects what follows
 * @chains: by hash
 * @unused: entries
 * @entries: memory for all
 */
struct netback_multicast {
	bool filter;
	spinlock_t lock;	/* all that follows */
	struct hlist_head chains[NETBACK_MULTICAST_CHAINS];
	struct hlist_head unused;
	struct netback_multicast_entry entries[NETBACK_MULTICAST_MAX];
};

/**
 * netback_multicast_init() - an empty list, and no filter
 * @multicast: zeroed
 */
void netback_multicast_init(struct netback_multicast *multicast);

/**
 * netback_multicast_add() - an address that is wanted
 * @multicast: the list
 * @address: any; once more is once
 *
 * Context: any.
 * Return: 0, -EINVAL if it is no multicast address, -ENOSPC.
 */
int netback_multicast_add(struct netback_multicast *multicast,
			  const u8 *address);

/**
 * netback_multicast_remove() - an address that is not wanted any more
 * @multicast: the list
 * @address: in the list or not
 *
 * Context: any.
 */
void netback_multicast_remove(struct netback_multicast *multicast,
			      const u8 *address);

/**
 * netback_multicast_wants() - is a packet to be sent to the guest?
 * @multicast: the list
 * @address: destination of the packet
 *
 * Only multicast packets are ever kept from the guest, and broadcasts are none.
 *
 * Context: any.
 */
bool netback_multicast_wants(struct netback_multicast *multicast,
			     const u8 *address);

#endif
