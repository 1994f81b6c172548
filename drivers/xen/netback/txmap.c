// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of the guest in packets.
 *
 * A slot goes round: it is mapped in a pass, is in a packet, has been left by
 * it, is unmapped, and then answered by the next pass. What a packet keeps for
 * too long is replaced under it by a copy. The guest's page is not given back
 * at once then: a device may have been told its frame before. Nobody can tell,
 * so it stays pinned for longer than any device takes, and is answered then.
 *
 * The network stack says when it lets go of a packet, a moment before it lets
 * go of its pages. So whoever is told only makes a note; pages are unmapped by
 * somebody else, and not before nobody uses them.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/m2p.h>
#include <xen/gnttab/replace.h>

#include "ring.h"
#include "txmap.h"

/* Half of a ring: what is held up leaves the guest room to go on. */
static unsigned int tx_map_pages = 128;
module_param(tx_map_pages, uint, 0644);
MODULE_PARM_DESC(tx_map_pages,
		 "Pages of a guest that the packets of a queue may hold with tx_mode map, up to 256 (default 128)");

static unsigned int tx_hold_msecs = 500;
module_param(tx_hold_msecs, uint, 0644);
MODULE_PARM_DESC(tx_hold_msecs,
		 "Milliseconds after which a mapped page is taken back from a packet, and a copy put in its place (default 500)");

static unsigned int tx_grace_msecs = 10000;
module_param(tx_grace_msecs, uint, 0644);
MODULE_PARM_DESC(tx_grace_msecs,
		 "Milliseconds for which such a page is kept for devices that may be reading it, at least 1000 (default 10000)");

#define GRACE_MIN_MSECS	1000U

/* How often packets are looked at. */
#define PERIOD	(HZ / 10 ?: 1)

static struct workqueue_struct *workqueue;

/* Packets, and maps whose queue has gone: the module cannot go before them. */
static atomic_t alive;
static DECLARE_WAIT_QUEUE_HEAD(nobody_alive);

static void alive_put(void)
{
	if (atomic_dec_and_test(&alive))
		wake_up(&nobody_alive);
}

/**
 * struct netback_txmap_packet - a packet with pages of the guest
 * @ubuf: what the network stack knows of it
 * @map: whose pages
 * @slots: those that it has
 */
struct netback_txmap_packet {
	struct ubuf_info ubuf;
	struct netback_txmap *map;
	struct list_head slots;
};

static void map_free(struct kref *kref)
{
	kvfree(container_of(kref, struct netback_txmap, kref));
}

/* The lock is held. */
static void slot_move(struct netback_txmap *map,
		      struct netback_txmap_slot *slot, enum netback_held held)
{
	if (slot->held == NETBACK_HELD_FREE)
		map->nr_busy++;
	if (held == NETBACK_HELD_FREE)
		map->nr_busy--;
	WRITE_ONCE(slot->held, held);
	list_move_tail(&slot->list, &map->held[held]);
}

static void look_in(struct netback_txmap *map, unsigned long ticks)
{
	queue_delayed_work(workqueue, &map->work, ticks);
}

static void packet_free(struct netback_txmap_packet *packet)
{
	kref_put(&packet->map->kref, map_free);
	kfree(packet);
	module_put(THIS_MODULE);
	alive_put();
}

static struct netback_txmap_packet *packet_new(struct netback_txmap *map)
{
	struct netback_txmap_packet *packet = kmalloc(sizeof(*packet),
						      GFP_ATOMIC |
						      __GFP_NOWARN);

	if (!packet)
		return NULL;
	__module_get(THIS_MODULE);
	atomic_inc(&alive);
	kref_get(&map->kref);
	packet->map = map;
	INIT_LIST_HEAD(&packet->slots);
	return packet;
}

/* None of @packet's pages belongs to it any more. The lock is held. */
static void packet_leave(struct netback_txmap_packet *packet)
{
	struct netback_txmap_slot *slot, *next;

	list_for_each_entry_safe(slot, next, &packet->slots, mate) {
		list_del_init(&slot->mate);
		slot->packet = NULL;
		slot->left = true;
		if (slot->held == NETBACK_HELD_PACKET ||
		    slot->held == NETBACK_HELD_PASS)
			slot_move(packet->map, slot, NETBACK_HELD_LEFT);
	}
}

/* Somebody has to look at what was left. The lock is held. */
static void map_kick(struct netback_txmap *map)
{
	if (map->napi && in_softirq())
		napi_schedule(map->napi);
	else
		mod_delayed_work(workqueue, &map->work, 0);
}

static void packet_complete(struct sk_buff *skb, struct ubuf_info *ubuf,
			    bool success)
{
	struct netback_txmap_packet *packet =
		container_of(ubuf, struct netback_txmap_packet, ubuf);
	unsigned long flags;

	if (!refcount_dec_and_test(&ubuf->refcnt))
		return;
	rcu_read_lock();
	spin_lock_irqsave(&packet->map->lock, flags);
	if (!list_empty(&packet->slots)) {
		packet_leave(packet);
		map_kick(packet->map);
	}
	spin_unlock_irqrestore(&packet->map->lock, flags);
	packet_free(packet);
	/* Before its memory goes, an unloaded module waits for this. */
	rcu_read_unlock();
}

static const struct ubuf_info_ops packet_ops = {
	.complete = packet_complete,
};

void netback_txmap_attach(struct netback_txmap_packet *packet,
			  struct sk_buff *skb)
{
	compat_ubuf_set_ops(&packet->ubuf, &packet_ops);
	packet->ubuf.flags = SKBFL_ZEROCOPY_FRAG;
	refcount_set(&packet->ubuf.refcnt, 1);
	skb_zcopy_init(skb, &packet->ubuf);
}

void netback_txmap_drop(struct netback_txmap_packet *packet, s16 status)
{
	struct netback_txmap *map = packet->map;
	struct netback_txmap_slot *slot;
	unsigned long flags;

	spin_lock_irqsave(&map->lock, flags);
	list_for_each_entry(slot, &packet->slots, mate)
		slot->status = status;
	packet_leave(packet);
	map_kick(map);
	spin_unlock_irqrestore(&map->lock, flags);
	packet_free(packet);
}

/* A slot with a page, or NULL. The lock is held. */
static struct netback_txmap_slot *map_free_slot(struct netback_txmap *map)
{
	struct netback_txmap_slot *slot =
		list_first_entry_or_null(&map->held[NETBACK_HELD_FREE],
					 struct netback_txmap_slot, list);

	return slot && slot->unmap.page ? slot : NULL;
}

struct netback_txmap_slot *
netback_txmap_add(struct netback_txmap *map,
		  struct netback_txmap_packet **packet, u32 gref, u16 id)
{
	struct netback_txmap_slot *slot;
	unsigned long flags;

	if (!xengnt_map_batch_room(&map->batch))
		return NULL;
	spin_lock_irqsave(&map->lock, flags);
	slot = map_free_slot(map);
	if (slot && !*packet)
		*packet = packet_new(map);
	if (!*packet)
		slot = NULL;
	if (slot) {
		slot_move(map, slot, NETBACK_HELD_PASS);
		slot->packet = *packet;
		list_add_tail(&slot->mate, &(*packet)->slots);
	}
	spin_unlock_irqrestore(&map->lock, flags);
	if (!slot)
		return NULL;
	slot->id = id;
	slot->status = 0;
	slot->left = false;
	slot->lingered = false;
	slot->op = xengnt_map_batch_add(&map->batch, gref, slot->unmap.page,
					true);
	return slot;
}

static void slot_mapped(struct netback_txmap *map,
			struct netback_txmap_slot *slot)
{
	if (xengnt_map_batch_status(&map->batch, slot->op)) {
		list_del_init(&slot->mate);
		slot->packet = NULL;
		slot_move(map, slot, NETBACK_HELD_FREE);
		list_move(&slot->list, &map->held[NETBACK_HELD_FREE]);
		return;
	}
	slot->unmap.handle = xengnt_map_batch_handle(&map->batch, slot->op);
	slot->unmap.pin = xengnt_map_batch_pin(&map->batch, slot->op);
	slot->since = jiffies;
	slot_move(map, slot, NETBACK_HELD_PACKET);
}

void netback_txmap_run(struct netback_txmap *map)
{
	struct netback_txmap_slot *slot, *next;
	unsigned long flags;

	if (!map->batch.nr)
		return;
	xengnt_map_batch_try(&map->batch);
	spin_lock_irqsave(&map->lock, flags);
	list_for_each_entry_safe(slot, next, &map->held[NETBACK_HELD_PASS],
				 list)
		slot_mapped(map, slot);
	spin_unlock_irqrestore(&map->lock, flags);
	xengnt_map_batch_reset(&map->batch);
	look_in(map, PERIOD);
}

static void slot_unmapped(struct xengnt_unmap *u, int status)
{
	struct netback_txmap_slot *slot =
		container_of(u, struct netback_txmap_slot, unmap);
	struct netback_txmap *map = u->owner;
	unsigned long flags;

	spin_lock_irqsave(&map->lock, flags);
	if (status) {
		WRITE_ONCE(map->lost, map->lost + 1);
		xengnt_area_lose(map->area, 1);
		u->page = NULL;
	}
	slot_move(map, slot, NETBACK_HELD_BACK);
	spin_unlock_irqrestore(&map->lock, flags);
}

static const struct xengnt_client_ops txmap_ops = {
	.unmapped = slot_unmapped,
};

void netback_txmap_settle(struct netback_txmap *map)
{
	struct netback_txmap_slot *slot, *next;
	LIST_HEAD(entries);
	unsigned long flags;

	if (list_empty_careful(&map->held[NETBACK_HELD_LEFT]))
		return;
	spin_lock_irqsave(&map->lock, flags);
	list_for_each_entry_safe(slot, next, &map->held[NETBACK_HELD_LEFT],
				 list) {
		if (page_count(slot->unmap.page) > 1)
			continue;
		slot_move(map, slot, NETBACK_HELD_BUSY);
		list_add_tail(&slot->unmap.node, &entries);
	}
	if (!list_empty(&map->held[NETBACK_HELD_LEFT]))
		mod_delayed_work(workqueue, &map->work, 1);
	spin_unlock_irqrestore(&map->lock, flags);
	if (!list_empty(&entries))
		xengnt_unmap_queue(&entries, XENGNT_TOUCHED, false);
}

bool netback_txmap_back(struct netback_txmap *map, u16 *id, s16 *status,
			bool *lingered)
{
	struct netback_txmap_slot *slot;
	unsigned long flags;

	if (list_empty_careful(&map->held[NETBACK_HELD_BACK]))
		return false;
	spin_lock_irqsave(&map->lock, flags);
	slot = list_first_entry_or_null(&map->held[NETBACK_HELD_BACK],
					struct netback_txmap_slot, list);
	if (slot) {
		*id = slot->id;
		*status = slot->status;
		*lingered = slot->lingered;
		slot_move(map, slot, NETBACK_HELD_FREE);
		/* Those without a page wait at the end. */
		if (slot->unmap.page)
			list_move(&slot->list, &map->held[NETBACK_HELD_FREE]);
	}
	spin_unlock_irqrestore(&map->lock, flags);
	return slot;
}

static bool slot_due(const struct netback_txmap_slot *slot, bool gone,
		     unsigned int msecs)
{
	return gone || time_after_eq(jiffies,
				     slot->since + msecs_to_jiffies(msecs));
}

/* One that is due, and is being replaced now. */
static struct netback_txmap_slot *map_next_due(struct netback_txmap *map,
					       enum netback_held held)
{
	unsigned int msecs = READ_ONCE(tx_hold_msecs);
	struct netback_txmap_slot *slot, *due = NULL;
	unsigned long flags;

	spin_lock_irqsave(&map->lock, flags);
	/* In the order in which they came here, not that of their age. */
	list_for_each_entry(slot, &map->held[held], list) {
		if (!slot_due(slot, !map->napi, msecs))
			continue;
		due = slot;
		slot_move(map, due, NETBACK_HELD_BUSY);
		break;
	}
	spin_unlock_irqrestore(&map->lock, flags);
	return due;
}

/* If it cannot be done it is tried again the next time. */
static bool slot_replace(struct netback_txmap *map,
			 struct netback_txmap_slot *slot)
{
	int error = xengnt_replace(&slot->unmap, map->area);
	unsigned long flags;

	spin_lock_irqsave(&map->lock, flags);
	if (!error) {
		if (slot->packet)
			list_del_init(&slot->mate);
		slot->packet = NULL;
		slot->lingered = true;
		slot->since = jiffies;
		slot_move(map, slot, NETBACK_HELD_PINNED);
	} else {
		slot_move(map, slot, slot->left ? NETBACK_HELD_LEFT :
						  NETBACK_HELD_PACKET);
	}
	spin_unlock_irqrestore(&map->lock, flags);
	return !error;
}

static void map_replace(struct netback_txmap *map, enum netback_held held)
{
	struct netback_txmap_slot *slot;

	do {
		slot = map_next_due(map, held);
	} while (slot && slot_replace(map, slot));
}

/* A slot without a page, or NULL. The lock is held. */
static struct netback_txmap_slot *map_bare(struct netback_txmap *map)
{
	struct netback_txmap_slot *slot;

	if (!map->napi || list_empty(&map->held[NETBACK_HELD_FREE]))
		return NULL;
	slot = list_last_entry(&map->held[NETBACK_HELD_FREE],
			       struct netback_txmap_slot, list);
	return slot->unmap.page ? NULL : slot;
}

/* Other pages for those that are gone. Pages that are lost stay so. */
static void map_refill(struct netback_txmap *map)
{
	struct netback_txmap_slot *slot;
	unsigned long flags;
	struct page *page;

	for (;;) {
		spin_lock_irqsave(&map->lock, flags);
		slot = map_bare(map);
		spin_unlock_irqrestore(&map->lock, flags);
		if (!slot || xengnt_area_get(map->area, &page, 1))
			return;
		spin_lock_irqsave(&map->lock, flags);
		slot->unmap.page = page;
		list_move(&slot->list, &map->held[NETBACK_HELD_FREE]);
		spin_unlock_irqrestore(&map->lock, flags);
	}
}

/* No device reads these any more. */
static void map_unpin(struct netback_txmap *map)
{
	unsigned int msecs = max(READ_ONCE(tx_grace_msecs), GRACE_MIN_MSECS);
	struct netback_txmap_slot *slot, *next;
	LIST_HEAD(entries);
	unsigned long flags;

	spin_lock_irqsave(&map->lock, flags);
	list_for_each_entry_safe(slot, next, &map->held[NETBACK_HELD_PINNED],
				 list) {
		if (!slot_due(slot, false, msecs))
			break;
		slot_move(map, slot, NETBACK_HELD_BUSY);
		list_add_tail(&slot->unmap.node, &entries);
	}
	spin_unlock_irqrestore(&map->lock, flags);
	if (list_empty(&entries))
		return;
	xengnt_unpin(&entries);
	spin_lock_irqsave(&map->lock, flags);
	list_for_each_entry(slot, &entries, unmap.node)
		slot_move(map, slot, NETBACK_HELD_BACK);
	spin_unlock_irqrestore(&map->lock, flags);
}

static void map_answer(struct netback_txmap *map)
{
	unsigned long flags;
	bool lingered;
	s16 status;
	u16 id;

	local_bh_disable();
	spin_lock_irqsave(&map->lock, flags);
	if (map->napi && !list_empty(&map->held[NETBACK_HELD_BACK]))
		napi_schedule(map->napi);
	spin_unlock_irqrestore(&map->lock, flags);
	local_bh_enable();
	/* Nobody waits for an answer any more. */
	while (!READ_ONCE(map->napi) &&
	       netback_txmap_back(map, &id, &status, &lingered))
		;
}

/* All pages are back, and the queue has gone. */
static void map_finish(struct netback_txmap *map)
{
	unsigned int i;

	for (i = 0; i < map->nr_slots; i++)
		if (map->slots[i].unmap.page)
			xengnt_area_put(map->area, &map->slots[i].unmap.page,
					1);
	xengnt_map_batch_fini(&map->batch);
	xengnt_area_destroy(map->area);
	xengnt_client_destroy(map->client);
	kref_put(&map->kref, map_free);
	alive_put();
}

static void map_look(struct work_struct *work)
{
	struct netback_txmap *map = container_of(to_delayed_work(work),
						 struct netback_txmap, work);
	unsigned long flags;
	bool finished;

	netback_txmap_settle(map);
	map_replace(map, NETBACK_HELD_PACKET);
	map_replace(map, NETBACK_HELD_LEFT);
	map_unpin(map);
	map_answer(map);
	map_refill(map);
	spin_lock_irqsave(&map->lock, flags);
	if (map->nr_busy || map_bare(map))
		look_in(map, PERIOD);
	finished = !map->napi && !delayed_work_pending(&map->work);
	spin_unlock_irqrestore(&map->lock, flags);
	if (finished)
		map_finish(map);
}

static int map_fill(struct netback_txmap *map, const char *name, domid_t domid)
{
	struct netback_txmap_slot *slot;
	struct page *page;
	unsigned int i;
	int error;

	map->client = xengnt_client_create(name, domid, &txmap_ops, map);
	if (IS_ERR(map->client)) {
		error = PTR_ERR(map->client);
		map->client = NULL;
		return error;
	}
	/* So that packets for other guests can be copied by their grants. */
	error = xengnt_m2p_track(map->client);
	if (error)
		return error;
	map->area = xengnt_area_create(map->client, XENGNT_AREA_MAP,
				       map->nr_slots, 0);
	if (IS_ERR(map->area)) {
		error = PTR_ERR(map->area);
		map->area = NULL;
		return error;
	}
	error = xengnt_map_batch_init(&map->batch, map->client, map->nr_slots);
	map->batch.pin = true;
	for (i = 0; i < map->nr_slots && !error; i++) {
		slot = &map->slots[i];
		slot->unmap.client = map->client;
		slot->unmap.owner = map;
		list_add_tail(&slot->list, &map->held[NETBACK_HELD_FREE]);
		/* What is written there on failure is nobody's page. */
		error = xengnt_area_get(map->area, &page, 1);
		if (!error)
			slot->unmap.page = page;
	}
	return error;
}

struct netback_txmap *netback_txmap_create(const char *name, domid_t domid,
					   struct napi_struct *napi)
{
	unsigned int nr = min_t(unsigned int, READ_ONCE(tx_map_pages),
				NETBACK_RING_SIZE);
	struct netback_txmap *map;
	char text[64];
	unsigned int i;
	int error;

	if (!nr)
		return ERR_PTR(-ENOSPC);
	map = kvzalloc(struct_size(map, slots, nr), GFP_KERNEL);
	if (!map)
		return ERR_PTR(-ENOMEM);
	kref_init(&map->kref);
	spin_lock_init(&map->lock);
	for (i = 0; i < NETBACK_HELDS; i++)
		INIT_LIST_HEAD(&map->held[i]);
	INIT_DELAYED_WORK(&map->work, map_look);
	map->nr_slots = nr;
	map->napi = napi;
	snprintf(text, sizeof(text), "%s-map", name);
	error = map_fill(map, text, domid);
	if (!error)
		return map;
	atomic_inc(&alive);
	map_finish(map);
	return ERR_PTR(error);
}

void netback_txmap_end(struct netback_txmap *map)
{
	unsigned long flags;

	if (!map)
		return;
	atomic_inc(&alive);
	spin_lock_irqsave(&map->lock, flags);
	WRITE_ONCE(map->napi, NULL);
	/* It looks once more, even if nothing is to be done but to finish. */
	mod_delayed_work(workqueue, &map->work, 0);
	spin_unlock_irqrestore(&map->lock, flags);
}

void netback_txmap_show(struct netback_txmap *map, struct seq_file *m)
{
	unsigned int nr[NETBACK_HELDS] = {};
	unsigned int i;

	for (i = 0; i < map->nr_slots; i++)
		nr[READ_ONCE(map->slots[i].held)]++;
	seq_printf(m, "  mapped pages max %u in packets %u left %u pinned %u lost %u\n",
		   map->nr_slots,
		   nr[NETBACK_HELD_PASS] + nr[NETBACK_HELD_PACKET],
		   nr[NETBACK_HELD_LEFT] + nr[NETBACK_HELD_BUSY],
		   nr[NETBACK_HELD_PINNED], READ_ONCE(map->lost));
}

int netback_txmap_init(void)
{
	workqueue = alloc_workqueue("xen-netback", WQ_UNBOUND, 0);
	return workqueue ? 0 : -ENOMEM;
}

void netback_txmap_exit(void)
{
	wait_event(nobody_alive, !atomic_read(&alive));
	destroy_workqueue(workqueue);
}
