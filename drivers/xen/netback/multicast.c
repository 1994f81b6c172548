// SPDX-License-Identifier: GPL-2.0
#include "multicast.h"

#include <linux/errno.h>
#include <linux/etherdevice.h>
#include <linux/hash.h>
#include <linux/spinlock.h>

void netback_multicast_init(struct netback_multicast *multicast)
{
	unsigned int i;

	spin_lock_init(&multicast->lock);
	for (i = 0; i < NETBACK_MULTICAST_MAX; i++)
		hlist_add_head(&multicast->entries[i].chain,
			       &multicast->unused);
}

static struct hlist_head *chain_of(struct netback_multicast *multicast,
				   const u8 *address)
{
	return &multicast->chains[hash_64(ether_addr_to_u64(address), 32) %
				  NETBACK_MULTICAST_CHAINS];
}

static struct netback_multicast_entry *
find(struct netback_multicast *multicast, const u8 *address)
{
	struct netback_multicast_entry *entry;

	hlist_for_each_entry(entry, chain_of(multicast, address), chain)
		if (ether_addr_equal(entry->address, address))
			return entry;
	return NULL;
}

/* Zero, also if it is there already; the lock is held. */
static int insert(struct netback_multicast *multicast, const u8 *address)
{
	struct netback_multicast_entry *entry;

	if (find(multicast, address))
		return 0;
	if (hlist_empty(&multicast->unused))
		return -ENOSPC;
	entry = hlist_entry(multicast->unused.first,
			    struct netback_multicast_entry, chain);
	hlist_del(&entry->chain);
	ether_addr_copy(entry->address, address);
	hlist_add_head(&entry->chain, chain_of(multicast, address));
	return 0;
}

int netback_multicast_add(struct netback_multicast *multicast,
			  const u8 *address)
{
	unsigned long flags;
	int error;

	if (!is_multicast_ether_addr(address))
		return -EINVAL;
	spin_lock_irqsave(&multicast->lock, flags);
	error = insert(multicast, address);
	spin_unlock_irqrestore(&multicast->lock, flags);
	return error;
}

void netback_multicast_remove(struct netback_multicast *multicast,
			      const u8 *address)
{
	struct netback_multicast_entry *entry;
	unsigned long flags;

	spin_lock_irqsave(&multicast->lock, flags);
	entry = find(multicast, address);
	if (entry) {
		hlist_del(&entry->chain);
		hlist_add_head(&entry->chain, &multicast->unused);
	}
	spin_unlock_irqrestore(&multicast->lock, flags);
}

bool netback_multicast_wants(struct netback_multicast *multicast,
			     const u8 *address)
{
	unsigned long flags;
	bool found;

	if (!READ_ONCE(multicast->filter) ||
	    !is_multicast_ether_addr(address) ||
	    is_broadcast_ether_addr(address))
		return true;
	spin_lock_irqsave(&multicast->lock, flags);
	found = find(multicast, address);
	spin_unlock_irqrestore(&multicast->lock, flags);
	return found;
}
