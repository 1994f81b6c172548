/* SPDX-License-Identifier: GPL-2.0 */
/* The receive path: packets to the guest, by grant copy or by page transfer. */
#ifndef XEN_NETBACK_RECEIVE_H
#define XEN_NETBACK_RECEIVE_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/timer.h>
#include <xen/gnttab/batch.h>

#include "ring.h"
#include "rxcodec.h"
#include "rxqueue.h"
#include "stats.h"

struct netback_channel;
struct netback_hash;
struct netback_queue;
struct netback_rx_pending;
struct netback_transfermode;

/**
 * struct netback_rx_pieces - the memory of a packet, page by page
 * @nr: number of pieces
 * @len: bytes of each
 * @offset: where each begins in its page
 * @page: the pages
 */
struct netback_rx_pieces {
	unsigned int nr;
	u16 len[NETBACK_RX_PIECES_MAX];
	u16 offset[NETBACK_RX_PIECES_MAX];
	struct page *page[NETBACK_RX_PIECES_MAX];
};

/**
 * struct netback_receive - this direction of a queue
 * @queue: the queue
 * @napi: passes over the ring, if the sender does not make them
 * @turn: whose pass it is: @ring to @pending and @broken to @stats are his, but for
 *	@notified, which does not change
 * @ring: the receive ring
 * @shared: its page
 * @channel: its events
 * @copy: a pass's copy operations
 * @flip: pages change their owner instead, or NULL
 * @pieces: of the packet in hand; here, as many kernels clear what is on a stack
 * @plan: how it gets into slots
 * @gref: the grants of these
 * @pending: the packets of a pass
 * @waiting: packets that were not given to the guest yet
 * @broken: the ring cannot be trusted any more
 * @stalled: the guest does not receive
 * @notified: the frontend notifies us of requests when we wait for them
 * @seen: when there was last a request, in jiffies
 * @timer: when to look again, event or not
 * @stats: counters, of the interface
 */
struct netback_receive {
	struct netback_queue *queue;
	struct napi_struct napi;
	spinlock_t turn;	/* taken by who makes passes */
	struct netback_ring ring;
	void *shared;
	struct netback_channel *channel;
	struct xengnt_copy_batch copy;
	struct netback_transfermode *flip;
	struct netback_rx_pieces pieces;
	struct netback_rx_plan plan;
	u32 gref[NETBACK_RX_SLOTS_MAX];
	struct netback_rx_pending *pending;
	struct netback_rxqueue waiting;
	bool broken;
	bool stalled;
	bool notified;
	unsigned long seen;
	struct timer_list timer;
	struct netback_stats *stats;
};

/**
 * netback_receive_init() - memory for the path
 * @receive: zeroed, with its @queue
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; netback_receive_fini() is due in any case.
 */
int netback_receive_init(struct netback_receive *receive);

/**
 * netback_receive_fini() - free it
 * @receive: whose NAPI does not run
 *
 * Context: may sleep.
 */
void netback_receive_fini(struct netback_receive *receive);

/**
 * netback_receive_packet() - a packet for the guest
 * @receive: whose queue is up
 * @skb: the packet, given away
 * @foreign: it has pages that the library knows the grants of
 * @more: another one comes at once
 * @hash: how the guest wants its packets hashed, or NULL
 *
 * Context: the network interface's transmit function, or at least its lock.
 */
void netback_receive_packet(struct netback_receive *receive,
			    struct sk_buff *skb, bool foreign, bool more,
			    const struct netback_hash *hash);

/**
 * netback_receive_poll() - give packets to the guest
 * @napi: of a struct netback_receive
 * @budget: so many at most
 *
 * Return: how many; less than @budget means that all is done.
 */
int netback_receive_poll(struct napi_struct *napi, int budget);

#endif
