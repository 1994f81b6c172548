// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/busy_poll.h>
#include <net/xdp.h>
#include <xen/gnttab/client.h>
#include <xen/interface/io/netif.h>

#include "channel.h"
#include "conn.h"
#include "credit.h"
#include "interface.h"
#include "multicast.h"
#include "queue.h"
#include "trace.h"
#include "transmit.h"
#include "txbuild.h"
#include "txcodec.h"
#include "txmap.h"
#include "txskb.h"
#include "xdp.h"

static unsigned int fatal_skb_slots = 20;
module_param(fatal_skb_slots, uint, 0444);
MODULE_PARM_DESC(fatal_skb_slots,
		 "Slots of a packet at which the guest is taken for malicious, 18 to 64 (default 20)");

/* Operations of a pass. */
#define PASS_OPS	(2 * NETBACK_RING_SIZE)

/* Memory beyond so much that was not needed for so long is given back. */
#define KEEP_BYTES	65536
#define IDLE_TIME	HZ

static void transmit_timer(struct timer_list *timer)
{
	struct netback_transmit *transmit = from_timer(transmit, timer, timer);

	WRITE_ONCE(transmit->throttled, false);
	napi_schedule(&transmit->napi);
}

static void transmit_idle(struct timer_list *timer)
{
	struct netback_transmit *transmit = from_timer(transmit, timer, idle);

	WRITE_ONCE(transmit->trim, true);
	napi_schedule(&transmit->napi);
}

static struct netback_vif *transmit_vif(const struct netback_transmit *transmit)
{
	return transmit->queue->conn->vif;
}

int netback_transmit_init(struct netback_transmit *transmit)
{
	int error;

	timer_setup(&transmit->timer, transmit_timer, 0);
	timer_setup(&transmit->idle, transmit_idle, 0);
	transmit->fatal_slots = clamp_t(unsigned int, fatal_skb_slots,
					NETBACK_TX_SLOTS_MAX,
					NETBACK_TX_FATAL_MAX);
	transmit->pending = kvcalloc(NAPI_POLL_WEIGHT,
				     sizeof(*transmit->pending), GFP_KERNEL);
	if (!transmit->pending)
		return -ENOMEM;
	error = netback_buffers_init(&transmit->buffers);
	if (error)
		return error;
	error = xdp_rxq_info_reg(&transmit->rxq, transmit_vif(transmit)->dev,
				 transmit->queue->index,
				 transmit->napi.napi_id);
	if (!error)
		error = xdp_rxq_info_reg_mem_model(&transmit->rxq,
						   MEM_TYPE_PAGE_SHARED, NULL);
	if (error)
		return error;
	return xengnt_copy_batch_init(&transmit->copy, transmit->queue->client,
				      PASS_OPS);
}

int netback_transmit_allow_map(struct netback_transmit *transmit)
{
	struct netback_queue *queue = transmit->queue;
	struct netback_txmap *map;

	if (transmit->map)
		return 0;
	map = netback_txmap_create(queue->name,
				   xengnt_client_granter(queue->client),
				   &transmit->napi);
	if (IS_ERR(map))
		return PTR_ERR(map);
	/* The context of the ring may be at work: all of it, or nothing. */
	smp_store_release(&transmit->map, map);
	return 0;
}

void netback_transmit_fini(struct netback_transmit *transmit)
{
	netback_txmap_end(transmit->map);
	/* Zeroed still, if nothing was ever set up. */
	if (transmit->timer.function)
		timer_delete_sync(&transmit->timer);
	if (transmit->idle.function)
		timer_delete_sync(&transmit->idle);
	if (xdp_rxq_info_is_reg(&transmit->rxq))
		xdp_rxq_info_unreg(&transmit->rxq);
	xengnt_copy_batch_fini(&transmit->copy);
	netback_buffers_fini(&transmit->buffers);
	kvfree(transmit->pending);
}

/*
 * The next packet, still on the ring. Gives the number of its slots, 0 if there
 * is none, or -EPROTO.
 */
static int transmit_peek(struct netback_transmit *transmit,
			 struct netback_tx_packet *packet)
{
	int waiting = netback_ring_waiting(&transmit->ring), nr = 0;
	u8 raw[NETBACK_SLOT_BYTES_MAX] __aligned(4);
	bool more = true;

	if (waiting <= 0)
		return waiting;
	netback_tx_begin(packet, transmit->fatal_slots);
	while (more && nr < waiting) {
		netback_ring_copy(&transmit->ring, nr++, raw);
		more = netback_tx_feed(packet, raw);
	}
	/* The frontend publishes packets, not slots. */
	if (more)
		netback_tx_truncate(packet);
	return nr;
}

static void transmit_break(struct netback_transmit *transmit, const char *why)
{
	WRITE_ONCE(transmit->broken, true);
	netback_conn_fail(transmit->queue->conn, transmit->queue->index, why);
}

/* Not a packet, but what the guest wants to receive. */
static void transmit_change_list(struct netback_transmit *transmit,
				 struct netback_tx_pending *p)
{
	struct netback_multicast *multicast = &transmit->queue->conn->multicast;

	if (p->packet.list == NETBACK_TX_LIST_REMOVE)
		netback_multicast_remove(multicast, p->packet.address);
	else if (netback_multicast_add(multicast, p->packet.address))
		p->status = XEN_NETIF_RSP_ERROR;
}

/*
 * Memory and copy operations for one packet. A failure leaves operations behind
 * that will be run, so what was allocated stays until the end of the pass.
 */
static void transmit_prepare(struct netback_transmit *transmit,
			     struct netback_tx_pending *p)
{
	netback_txbuild_begin(transmit, p);
	p->status = XEN_NETIF_RSP_OKAY;
	p->first_op = transmit->copy.nr;
	if (p->packet.reason != NETBACK_TX_GOOD) {
		p->status = XEN_NETIF_RSP_ERROR;
		netback_stats_add(transmit->stats, NETBACK_STAT_TX_REFUSED,
				  1);
	} else if (p->packet.list != NETBACK_TX_LIST_KEEP) {
		transmit_change_list(transmit, p);
	} else if (netback_txbuild(transmit, p)) {
		p->status = XEN_NETIF_RSP_DROPPED;
		netback_stats_add(transmit->stats, NETBACK_STAT_TX_NO_MEMORY,
				  1);
	}
	p->nr_ops = transmit->copy.nr - p->first_op;
	trace_netback_transmit(transmit->queue, &p->packet);
}

/*
 * May it be sent now? If not, it may when the timer goes off. While it waits the guest
 * can make it larger.
 */
static bool transmit_pay(struct netback_transmit *transmit, unsigned int size)
{
	struct netback_credit *credit = &transmit_vif(transmit)->credit;
	u64 wait;

	if (!netback_credit_limited(credit))
		return true;
	wait = netback_credit_take(credit, &transmit->turn, size,
				   ktime_get_ns());
	if (!wait)
		return true;
	WRITE_ONCE(transmit->throttled, true);
	mod_timer(&transmit->timer, jiffies + nsecs_to_jiffies(wait) + 1);
	if (netback_credit_changed(credit, &transmit->turn))
		mod_timer(&transmit->timer, jiffies);
	netback_stats_add(transmit->stats, NETBACK_STAT_TX_THROTTLED, 1);
	return false;
}

static unsigned int transmit_take(struct netback_transmit *transmit,
				  unsigned int budget)
{
	unsigned int nr = 0;

	xengnt_copy_batch_reset(&transmit->copy);
	while (nr < budget &&
	       xengnt_copy_batch_room(&transmit->copy) >= NETBACK_TXBUILD_OPS_MAX) {
		struct netback_tx_pending *p = &transmit->pending[nr];
		int slots = transmit_peek(transmit, &p->packet);

		if (!slots)
			break;
		if (slots < 0) {
			transmit_break(transmit,
				       "impossible producer index of the transmit ring");
			break;
		}
		if (p->packet.reason >= NETBACK_TX_FATAL) {
			transmit_break(transmit,
				       netback_tx_reason_name(p->packet.reason));
			break;
		}
		if (!transmit_pay(transmit, p->packet.size))
			break;
		netback_ring_take(&transmit->ring, slots);
		transmit_prepare(transmit, p);
		nr++;
	}
	return nr;
}

static void transmit_check(struct netback_transmit *transmit,
			   struct netback_tx_pending *p)
{
	unsigned int i;

	if (p->status != XEN_NETIF_RSP_OKAY)
		return;
	for (i = 0; i < p->nr_ops; i++) {
		if (!xengnt_copy_batch_status(&transmit->copy, p->first_op + i))
			continue;
		p->status = XEN_NETIF_RSP_ERROR;
		netback_stats_add(transmit->stats,
				  NETBACK_STAT_TX_BAD_GRANTS, 1);
		return;
	}
}

/* Copy all. Results are looked at one by one only if one is bad. */
static void transmit_run(struct netback_transmit *transmit, unsigned int nr)
{
	unsigned int i;

	if (!xengnt_copy_batch_try(&transmit->copy))
		return;
	for (i = 0; i < nr; i++)
		transmit_check(transmit, &transmit->pending[i]);
}

/* Map, and copy what could not be mapped: so many operations. */
static unsigned int transmit_map(struct netback_transmit *transmit,
				 unsigned int nr)
{
	unsigned int i;

	netback_txmap_run(transmit->map);
	xengnt_copy_batch_reset(&transmit->copy);
	for (i = 0; i < nr; i++)
		netback_txbuild_fall_back(transmit, &transmit->pending[i]);
	if (!transmit->copy.nr)
		return 0;
	transmit_run(transmit, nr);
	return transmit->copy.nr;
}

/*
 * A response for each slot, but for those that are mapped: theirs come later.
 * Those with extra information have no id.
 */
static void transmit_respond(struct netback_transmit *transmit,
			     const struct netback_tx_pending *p)
{
	const struct netback_tx_packet *packet = &p->packet;
	u8 raw[NETBACK_SLOT_BYTES_MAX] __aligned(4);
	unsigned int i, j, bytes;

	for (i = 0; i < packet->nr_ids; i++) {
		if (p->held && p->maps[i])
			continue;
		bytes = netback_tx_response(raw, packet->ids[i], p->status);
		netback_ring_respond(&transmit->ring, raw, bytes);
		for (j = 0; !i && j < packet->nr_extras; j++) {
			bytes = netback_tx_response(raw, 0, XEN_NETIF_RSP_NULL);
			netback_ring_respond(&transmit->ring, raw, bytes);
		}
	}
}

/* Of slots whose pages packets have let go of. */
static void transmit_respond_mapped(struct netback_transmit *transmit)
{
	struct netback_txmap *map = netback_transmit_txmap(transmit);
	u8 raw[NETBACK_SLOT_BYTES_MAX] __aligned(4);
	unsigned int bytes;
	bool lingered;
	s16 status;
	u16 id;

	if (!map)
		return;
	netback_txmap_settle(map);
	while (netback_txmap_back(map, &id, &status, &lingered)) {
		bytes = netback_tx_response(raw, id, status);
		netback_ring_respond(&transmit->ring, raw, bytes);
		if (lingered)
			netback_stats_add(transmit->stats,
					  NETBACK_STAT_TX_LINGERED, 1);
	}
}

static void transmit_push(struct netback_transmit *transmit)
{
	if (!netback_ring_push(&transmit->ring))
		return;
	netback_channel_notify(transmit->channel);
	netback_stats_add(transmit->stats, NETBACK_STAT_TX_NOTIFICATIONS, 1);
}

static void transmit_count(struct netback_transmit *transmit,
			   const struct netback_tx_packet *packet)
{
	struct netback_stats *stats = transmit->stats;

	netback_stats_add(stats, NETBACK_STAT_TX_PACKETS, 1);
	netback_stats_add(stats, NETBACK_STAT_TX_BYTES, packet->size);
	if (packet->gso)
		netback_stats_add(stats, NETBACK_STAT_TX_GSO, 1);
}

/* What the guest says, if it has said how it hashes. */
static void transmit_set_hash(struct netback_transmit *transmit,
			      struct sk_buff *skb,
			      const struct netback_tx_packet *packet)
{
	if (packet->hashed &&
	    rcu_access_pointer(transmit->queue->conn->hash))
		skb_set_hash(skb, packet->hash,
			     packet->hash_l4 ? PKT_HASH_TYPE_L4 :
					       PKT_HASH_TYPE_L3);
}

/* To the network stack. */
static void transmit_pass_on(struct netback_transmit *transmit,
			     struct netback_tx_pending *p)
{
	struct sk_buff *skb = netback_txskb_build(&p->xdp, p->truesize);

	if (!skb) {
		netback_stats_add(transmit->stats, NETBACK_STAT_TX_NO_MEMORY,
				  1);
		netback_txbuild_discard(p, XEN_NETIF_RSP_OKAY);
		return;
	}
	if (p->held)
		netback_txmap_attach(p->held, skb);
	if (netback_txskb_setup(skb, transmit_vif(transmit)->dev, &p->packet)) {
		netback_stats_add(transmit->stats,
				  NETBACK_STAT_TX_BAD_HEADERS, 1);
		kfree_skb(skb);
		return;
	}
	skb_probe_transport_header(skb);
	transmit_set_hash(transmit, skb, &p->packet);
	skb_record_rx_queue(skb, transmit->queue->index);
	transmit_count(transmit, &p->packet);
	if (netback_txskb_merges(skb)) {
		napi_gro_receive(&transmit->napi, skb);
	} else {
		skb_mark_napi_id(skb, &transmit->napi);
		list_add_tail(&skb->list, &transmit->alone);
	}
}

static void transmit_deliver(struct netback_transmit *transmit,
			     struct netback_tx_pending *p)
{
	if (!p->xdp.data_hard_start)
		return;
	if (p->status != XEN_NETIF_RSP_OKAY)
		netback_txbuild_discard(p, p->status);
	else if (!transmit->prog ||
		 netback_xdp_run(transmit, transmit->prog, &p->xdp, &p->packet))
		transmit_pass_on(transmit, p);
	else
		transmit_count(transmit, &p->packet);
}

/*
 * A program has to see all data at once. What is staged needs no operation of
 * Xen's anyway.
 */
static bool transmit_may_map(const struct netback_transmit *transmit)
{
	return !transmit->prog && netback_transmit_txmap(transmit) &&
	       READ_ONCE(transmit_vif(transmit)->tx_mode) ==
	       NETBACK_TXMODE_MAP &&
	       !READ_ONCE(transmit->queue->staging.nr);
}

/* One look at the ring: at most one copy call and one notification. */
static unsigned int transmit_pass(struct netback_transmit *transmit,
				  unsigned int budget)
{
	unsigned int i, nr, nr_ops;

	if (transmit->broken || READ_ONCE(transmit->throttled))
		return 0;
	transmit->prog = rcu_dereference_bh(transmit_vif(transmit)->prog);
	transmit->mapping = transmit_may_map(transmit);
	nr = transmit_take(transmit, min_t(unsigned int, budget,
					   NAPI_POLL_WEIGHT));
	if (!nr)
		return 0;
	netback_channel_worked(transmit->channel);
	netback_stats_add(transmit->stats, NETBACK_STAT_TX_PASSES, 1);
	nr_ops = transmit->copy.nr;
	transmit_run(transmit, nr);
	if (transmit->mapping)
		nr_ops += transmit_map(transmit, nr);
	for (i = 0; i < nr; i++)
		transmit_respond(transmit, &transmit->pending[i]);
	transmit_push(transmit);
	trace_netback_pass(transmit->queue, "tx", nr, nr_ops);
	INIT_LIST_HEAD(&transmit->alone);
	for (i = 0; i < nr; i++)
		transmit_deliver(transmit, &transmit->pending[i]);
	netif_receive_skb_list(&transmit->alone);
	netback_xdp_flush(transmit);
	return nr;
}

/*
 * Is another packet there? If not, the frontend notifies us of the next. A ring
 * that turns out to be broken is for the next pass to report.
 */
static bool transmit_more(struct netback_transmit *transmit)
{
	return !transmit->broken && !READ_ONCE(transmit->throttled) &&
	       netback_ring_await(&transmit->ring, 1);
}

/* Memory of more than a few packets does not stay when there is little to do. */
static void transmit_keep(struct netback_transmit *transmit)
{
	if (READ_ONCE(transmit->trim)) {
		WRITE_ONCE(transmit->trim, false);
		netback_buffers_trim(&transmit->buffers);
	}
	if (!timer_pending(&transmit->idle) &&
	    netback_buffers_bytes(&transmit->buffers) > KEEP_BYTES)
		mod_timer(&transmit->idle, jiffies + IDLE_TIME);
}

int netback_transmit_poll(struct napi_struct *napi, int budget)
{
	struct netback_transmit *transmit = container_of(napi,
							 struct netback_transmit,
							 napi);
	int nr;

	if (budget <= 0)
		return 0;
	if (!transmit->broken)
		transmit_respond_mapped(transmit);
	nr = transmit_pass(transmit, budget);
	if (!nr && !transmit->broken)
		transmit_push(transmit);
	transmit_keep(transmit);
	/*
	 * The ring is this context's only until it says that it is done, so all
	 * that is to be asked of it is asked before.
	 */
	if (nr >= budget || transmit_more(transmit))
		return budget;
	netback_channel_done(transmit->channel, NETBACK_SIDE_TX);
	napi_complete_done(napi, nr);
	return nr;
}
