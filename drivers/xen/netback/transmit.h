/* SPDX-License-Identifier: GPL-2.0 */
/* The transmit path: packets from the guest, by grant copy. */
#ifndef XEN_NETBACK_TRANSMIT_H
#define XEN_NETBACK_TRANSMIT_H

#include <linux/netdevice.h>
#include <linux/timer.h>
#include <net/xdp.h>
#include <xen/gnttab/batch.h>

#include "buffers.h"
#include "credit.h"
#include "ring.h"
#include "stats.h"

struct bpf_prog;
struct netback_channel;
struct netback_queue;
struct netback_tx_pending;
struct netback_txmap;

/**
 * struct netback_transmit - this direction of a queue
 * @queue: the queue
 * @napi: the context that all of it runs in
 * @ring: the transmit ring
 * @shared: its page
 * @channel: its events
 * @copy: a pass's copy operations
 * @buffers: memory for the data
 * @idle: when to give back what of it is not needed any more
 * @trim: now
 * @map: pages for what is mapped instead, or NULL
 * @mapping: what can be is mapped in this pass
 * @rxq: what programs (XDP) are told of the queue
 * @prog: the program for the packets of this pass, or NULL
 * @alone: packets of this pass that GRO has no use for
 * @redirected: it has redirected some
 * @pending: the packets of a pass
 * @fatal_slots: see netback_tx_begin()
 * @broken: the ring cannot be trusted any more
 * @throttled: waits for @timer
 * @turn: when the packet may be sent that waits
 * @timer: when the rate limit allows more
 * @stats: counters, of the interface
 */
struct netback_transmit {
	struct netback_queue *queue;
	struct napi_struct napi;
	struct netback_ring ring;
	void *shared;
	struct netback_channel *channel;
	struct xengnt_copy_batch copy;
	struct netback_buffers buffers;
	struct timer_list idle;
	bool trim;
	struct netback_txmap *map;
	bool mapping;
	struct xdp_rxq_info rxq;
	struct bpf_prog *prog;
	struct list_head alone;
	bool redirected;
	struct netback_tx_pending *pending;
	unsigned int fatal_slots;
	bool broken;
	bool throttled;
	struct netback_credit_turn turn;
	struct timer_list timer;
	struct netback_stats *stats;
};

/**
 * netback_transmit_init() - memory for the path
 * @transmit: zeroed, with its @queue
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; netback_transmit_fini() is due in any case.
 */
int netback_transmit_init(struct netback_transmit *transmit);

/**
 * netback_transmit_fini() - free it
 * @transmit: whose NAPI does not run
 *
 * Context: may sleep.
 */
void netback_transmit_fini(struct netback_transmit *transmit);

/**
 * netback_transmit_allow_map() - have pages ready for mapping
 * @transmit: set up
 *
 * Context: may sleep; one at a time.
 * Return: 0 or a negative errno: then everything is copied.
 */
int netback_transmit_allow_map(struct netback_transmit *transmit);

/* What that made, or NULL; anybody may ask while the queue is there. */
static inline struct netback_txmap *
netback_transmit_txmap(const struct netback_transmit *transmit)
{
	/* Pairs with netback_transmit_allow_map(). */
	return smp_load_acquire(&transmit->map);
}

/**
 * netback_transmit_poll() - take packets from the guest and pass them on
 * @napi: of a struct netback_transmit
 * @budget: so many at most
 *
 * Return: how many; less than @budget means that all is done.
 */
int netback_transmit_poll(struct napi_struct *napi, int budget);

#endif
