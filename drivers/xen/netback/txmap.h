/* SPDX-License-Identifier: GPL-2.0 */
/* Pages of the guest in packets, and how it gets them back. */
#ifndef XEN_NETBACK_TXMAP_H
#define XEN_NETBACK_TXMAP_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/unmap.h>

struct napi_struct;
struct netback_txmap;
struct netback_txmap_packet;
struct seq_file;
struct sk_buff;
struct xengnt_area;
struct xengnt_client;

/**
 * enum netback_held - where a slot's page is
 * @NETBACK_HELD_FREE: nowhere; the slot can be used
 * @NETBACK_HELD_PASS: it is being mapped
 * @NETBACK_HELD_PACKET: in a packet
 * @NETBACK_HELD_LEFT: no packet has it any more, and it is mapped
 * @NETBACK_HELD_BUSY: it is being unmapped or replaced
 * @NETBACK_HELD_PINNED: replaced; the guest's page is kept for devices
 * @NETBACK_HELD_BACK: the guest has it; it has not been told
 * @NETBACK_HELDS: how many there are
 */
enum netback_held {
	NETBACK_HELD_FREE,
	NETBACK_HELD_PASS,
	NETBACK_HELD_PACKET,
	NETBACK_HELD_LEFT,
	NETBACK_HELD_BUSY,
	NETBACK_HELD_PINNED,
	NETBACK_HELD_BACK,
	NETBACK_HELDS
};

/**
 * struct netback_txmap_slot - a page of a queue, for one slot of a packet
 * @list: one of those of the map, by @held
 * @held: where it is
 * @unmap: the mapping
 * @packet: whose it is, or NULL
 * @mate: of the packet's others
 * @left: @packet is gone
 * @lingered: it was replaced
 * @since: when it was mapped, or replaced; in ticks
 * @op: in the batch of the pass
 * @frag: the packet's fragment
 * @id: of the request
 * @status: of the response
 */
struct netback_txmap_slot {
	struct list_head list;
	enum netback_held held;
	struct xengnt_unmap unmap;
	struct netback_txmap_packet *packet;
	struct list_head mate;
	bool left;
	bool lingered;
	unsigned long since;
	unsigned int op;
	unsigned int frag;
	u16 id;
	s16 status;
};

/**
 * struct netback_txmap - the mapped pages of a queue
 * @kref: the queue, packets, and the work as long as there is any
 * @lock: of the lists, of what is said of slots there, and of @napi
 * @held: lists of slots
 * @napi: who answers; NULL when the queue has gone
 * @nr_busy: slots that are not free
 * @nr_slots: how many there are
 * @lost: pages that Xen would not unmap
 * @work: takes pages back from packets that keep them for too long
 * @client: who asks the grant library
 * @area: where the pages are from
 * @batch: a pass's map operations
 * @slots: all of them
 *
 * It outlives the queue for as long as the guest's pages cannot be given back.
 */
struct netback_txmap {
	struct kref kref;
	spinlock_t lock;	/* what follows */
	struct list_head held[NETBACK_HELDS];
	struct napi_struct *napi;
	unsigned int nr_busy;
	unsigned int nr_slots;
	unsigned int lost;
	struct delayed_work work;
	struct xengnt_client *client;
	struct xengnt_area *area;
	struct xengnt_map_batch batch;
	struct netback_txmap_slot slots[];
};

/**
 * netback_txmap_create() - pages to map in
 * @name: of the queue
 * @domid: the guest
 * @napi: the context of the transmit ring
 *
 * Context: may sleep.
 * Return: the map or an ERR_PTR(): -ENOSPC if there shall be no pages.
 */
struct netback_txmap *netback_txmap_create(const char *name, domid_t domid,
					   struct napi_struct *napi);

/**
 * netback_txmap_end() - the queue goes
 * @map: whose NAPI is disabled, or NULL
 *
 * Waits for nobody. What packets still have is replaced at once.
 *
 * Context: may sleep.
 */
void netback_txmap_end(struct netback_txmap *map);

/**
 * netback_txmap_add() - map one more page
 * @map: the map
 * @packet: for its first page NULL, then what it was set to
 * @gref: the guest's reference
 * @id: of the request
 *
 * Context: NAPI. netback_txmap_run() is due at the end.
 * Return: the slot, or NULL if there is no page: then copy it.
 */
struct netback_txmap_slot *netback_txmap_add(struct netback_txmap *map,
					     struct netback_txmap_packet **packet,
					     u32 gref, u16 id);

/**
 * netback_txmap_run() - map all that was added
 * @map: the map
 *
 * Context: NAPI.
 */
void netback_txmap_run(struct netback_txmap *map);

/**
 * netback_txmap_failed() - was it not mapped?
 * @slot: after netback_txmap_run()
 */
static inline bool netback_txmap_failed(const struct netback_txmap_slot *slot)
{
	return slot->held == NETBACK_HELD_FREE;
}

/**
 * netback_txmap_attach() - the packet is one of the network stack now
 * @packet: not the caller's any more
 * @skb: has all the pages
 *
 * Context: NAPI.
 */
void netback_txmap_attach(struct netback_txmap_packet *packet,
			  struct sk_buff *skb);

/**
 * netback_txmap_drop() - there will be no packet
 * @packet: not the caller's any more; none of its pages is used
 * @status: of the responses
 *
 * Context: NAPI.
 */
void netback_txmap_drop(struct netback_txmap_packet *packet, s16 status);

/**
 * netback_txmap_settle() - unmap what packets have let go
 * @map: the map
 *
 * Context: NAPI.
 */
void netback_txmap_settle(struct netback_txmap *map);

/**
 * netback_txmap_back() - one of the pages that the guest has back
 * @map: the map
 * @id: of the request that has to be answered
 * @status: of the response
 * @lingered: it was taken from under a packet
 *
 * Context: NAPI.
 * Return: false if there is none.
 */
bool netback_txmap_back(struct netback_txmap *map, u16 *id, s16 *status,
			bool *lingered);

/**
 * netback_txmap_show() - describe it for a person
 * @map: a map
 * @m: where to
 */
void netback_txmap_show(struct netback_txmap *map, struct seq_file *m);

/**
 * netback_txmap_init() - at load
 *
 * Return: 0 or -ENOMEM.
 */
int netback_txmap_init(void);

/**
 * netback_txmap_exit() - at unload: no packet has a page
 */
void netback_txmap_exit(void);

#endif
