// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/interface/io/netif.h>

#include "channel.h"
#include "conn.h"
#include "foreign.h"
#include "hash.h"
#include "interface.h"
#include "queue.h"
#include "receive.h"
#include "steer.h"
#include "trace.h"
#include "transfermode.h"

static unsigned int rx_stall_timeout_msecs = 60000;
module_param(rx_stall_timeout_msecs, uint, 0644);
MODULE_PARM_DESC(rx_stall_timeout_msecs,
		 "How long a guest may have no room for packets, in ms, before the interface loses its carrier; 0 is for ever (default 60000)");

static unsigned int rx_batch = 32;
module_param(rx_batch, uint, 0644);
MODULE_PARM_DESC(rx_batch,
		 "Packets that may wait for others while the guest is busy with earlier ones; 0 and 1: none (default 32)");

/* More bytes than these are worth a hypercall. */
#define BATCH_BYTES	65536

/* Passes in a row, if the guest has room. */
#define RING_PASSES	(NETBACK_RING_SIZE / NAPI_POLL_WEIGHT)

/* How often to look for requests of a frontend that does not notify. */
#define UNNOTIFIED_MS	30

/* What one pass can carry: more than six of the largest packets. */
#define PASS_OPS	512

/**
 * struct netback_rx_pending - a packet on its way through a pass
 * @skb: the packet
 * @first_op: its operations: copies, or pages that are given away
 * @nr_ops: number of these
 * @nr_slots: slots with data
 * @by_grant: some of its data is in pages of other domains
 * @headroom: before its data: if any, there is a slot with extra information
 * @gso: enum netback_gso: likewise
 * @hashed: its hash: likewise
 * @id: of the slots, that of the extra information left out
 * @len: bytes in the slots
 */
struct netback_rx_pending {
	struct sk_buff *skb;
	unsigned int first_op;
	unsigned int nr_ops;
	u8 nr_slots;
	bool by_grant;
	u16 headroom;
	u8 gso;
	struct netback_steered hashed;
	u16 id[NETBACK_RX_SLOTS_MAX];
	u16 len[NETBACK_RX_SLOTS_MAX];
};

static void receive_timer(struct timer_list *timer)
{
	struct netback_receive *receive = from_timer(receive, timer, timer);

	napi_schedule(&receive->napi);
}

int netback_receive_init(struct netback_receive *receive)
{
	struct netback_queue *queue = receive->queue;
	struct netback_transfermode *flip;

	timer_setup(&receive->timer, receive_timer, 0);
	netback_rxqueue_init(&receive->waiting,
			     netdev_get_tx_queue(queue->conn->vif->dev,
						 queue->index));
	spin_lock_init(&receive->turn);
	receive->seen = jiffies;
	receive->pending = kvcalloc(NAPI_POLL_WEIGHT, sizeof(*receive->pending),
				    GFP_KERNEL);
	if (!receive->pending)
		return -ENOMEM;
	if (!queue->conn->config.flip)
		return xengnt_copy_batch_init(&receive->copy, queue->client,
					      PASS_OPS);
	flip = netback_transfermode_create(queue->client,
					   &queue->conn->vif->flip_lost);
	if (IS_ERR(flip))
		return PTR_ERR(flip);
	receive->flip = flip;
	return 0;
}

void netback_receive_fini(struct netback_receive *receive)
{
	/* Zeroed still, if nothing was ever set up. */
	if (receive->timer.function)
		timer_delete_sync(&receive->timer);
	netback_transfermode_destroy(receive->flip);
	xengnt_copy_batch_fini(&receive->copy);
	kvfree(receive->pending);
}

/* See to it that somebody comes for what waits: an event, or a tick of the clock. */
static void receive_expect(struct netback_receive *receive)
{
	if (receive->waiting.expected)
		return;
	receive->waiting.expected = true;
	netback_ring_await_news(&receive->ring);
	/* Not before: a pass that it causes may ask for another event, and have the last word. */
	timer_reduce(&receive->timer, jiffies + 1);
}

static bool receive_many(const struct netback_receive *receive)
{
	return skb_queue_len(&receive->waiting.packets) >= READ_ONCE(rx_batch);
}

/* Worth a pass, whatever the guest does. */
static bool receive_full(const struct netback_receive *receive)
{
	return receive_many(receive) || receive->waiting.bytes >= BATCH_BYTES;
}

/*
 * A guest that is busy with packets would not look at another one now, so it
 * may wait for more: until the guest, on its way to rest, gives back what it has
 * emptied and we are told, or for a tick of the clock.
 */
static bool receive_may_wait(struct netback_receive *receive)
{
	if (receive_full(receive) || !receive->notified ||
	    !netback_ring_behind(&receive->ring))
		return false;
	receive_expect(receive);
	return netback_ring_behind(&receive->ring);
}

/* What waited too long is of no use to anybody, and holds others' memory. */
static void receive_drain(struct netback_receive *receive)
{
	unsigned int packets = 0, bytes = 0;
	struct sk_buff *skb;

	while ((skb = skb_peek(&receive->waiting.packets)) &&
	       (receive->broken || netback_rxqueue_expired(skb))) {
		skb = netback_rxqueue_take(&receive->waiting);
		packets++;
		bytes += skb->len;
		kfree_skb(skb);
	}
	if (packets)
		netback_stats_add(receive->stats, NETBACK_STAT_RX_EXPIRED,
				  packets);
	netback_rxqueue_completed(&receive->waiting, packets, bytes);
}

static unsigned long stall_limit(void)
{
	return msecs_to_jiffies(READ_ONCE(rx_stall_timeout_msecs));
}

/* A guest that does not receive shall look like one without a cable. */
static void receive_stall(struct netback_receive *receive, bool waiting)
{
	unsigned long limit = stall_limit();

	if (waiting) {
		receive->seen = jiffies;
		if (receive->stalled) {
			receive->stalled = false;
			netback_conn_stalled(receive->queue->conn, -1);
		}
	} else if (limit && receive->notified && !receive->stalled &&
		   time_after(jiffies, receive->seen + limit)) {
		receive->stalled = true;
		netback_stats_add(receive->stats, NETBACK_STAT_RX_STALLS, 1);
		netback_conn_stalled(receive->queue->conn, 1);
	}
}

static bool pieces_add(struct netback_rx_pieces *pieces, struct page *page,
		       unsigned int offset, unsigned int len)
{
	unsigned int now;

	page += offset / PAGE_SIZE;
	offset = offset_in_page(offset);
	for (; len; len -= now, offset = 0, page++) {
		if (pieces->nr == NETBACK_RX_PIECES_MAX)
			return false;
		now = min_t(unsigned int, len, PAGE_SIZE - offset);
		pieces->page[pieces->nr] = page;
		pieces->offset[pieces->nr] = offset;
		pieces->len[pieces->nr++] = now;
	}
	return true;
}

/* False if there are too many. */
static bool pieces_find(struct netback_rx_pieces *pieces,
			const struct sk_buff *skb)
{
	unsigned int i;

	pieces->nr = 0;
	if (skb_has_frag_list(skb) ||
	    !pieces_add(pieces, virt_to_page(skb->data),
			offset_in_page(skb->data), skb_headlen(skb)))
		return false;
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		if (!pieces_add(pieces, skb_frag_page(frag),
				skb_frag_off(frag), skb_frag_size(frag)))
			return false;
	}
	return true;
}

static enum netback_gso receive_gso(const struct sk_buff *skb)
{
	if (!skb_is_gso(skb))
		return NETBACK_GSO_NONE;
	return skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6 ? NETBACK_GSO_TCPV6 :
							   NETBACK_GSO_TCPV4;
}

static bool is_hashed(struct netback_steered steered)
{
	return steered.type != NETBACK_HASH_NONE;
}

/* Slots behind the first that have no data, of the packet that was planned. */
static unsigned int receive_extras(const struct netback_receive *receive,
				   struct sk_buff *skb)
{
	return !!receive_gso(skb) + !!receive->plan.headroom +
	       is_hashed(netback_rx_waiting(skb)->hashed);
}

/* Take so many requests as the plan says. */
static void receive_requests(struct netback_receive *receive,
			     struct netback_rx_pending *p)
{
	const struct netback_rx_plan *plan = &receive->plan;
	u8 raw[NETBACK_SLOT_BYTES_MAX] __aligned(4);
	struct netback_rx_request request;
	unsigned int i, ahead = 0;

	p->nr_slots = plan->nr_slots;
	p->headroom = plan->headroom;
	p->hashed = netback_rx_waiting(p->skb)->hashed;
	for (i = 0; i < plan->nr_slots; i++) {
		netback_ring_copy(&receive->ring, ahead++, raw);
		netback_rx_decode(&request, raw);
		p->id[i] = request.id;
		p->len[i] = plan->slot_len[i];
		receive->gref[i] = request.gref;
		/* The slots behind the first are for the extra information. */
		if (!i)
			ahead += receive_extras(receive, p->skb);
	}
	netback_ring_take(&receive->ring, ahead);
}

/* One operation of the plan: by ourselves, if the page is mapped, or by Xen. */
static void receive_copy(struct netback_receive *receive,
			 const struct netback_rx_pending *p,
			 const struct netback_rx_op *op, struct page *page,
			 unsigned int offset, u32 gref)
{
	if (unlikely(p->by_grant)) {
		netback_foreign_copy(&receive->copy, page, offset, gref,
				     op->slot_offset, op->len);
		return;
	}
	if (!netback_staging_write(&receive->queue->staging, gref,
				   op->slot_offset,
				   page_address(page) + offset, op->len)) {
		xengnt_copy_to_grant(&receive->copy, page, offset, gref,
				     op->slot_offset, op->len);
		return;
	}
	if (op->slot_offset == netback_rx_slot_offset(&receive->plan, op->slot))
		netback_stats_add(receive->stats, NETBACK_STAT_RX_STAGED, 1);
}

/* Plan the copying to what was requested. */
static void receive_place(struct netback_receive *receive,
			  struct netback_rx_pending *p)
{
	const struct netback_rx_pieces *pieces = &receive->pieces;
	const struct netback_rx_plan *plan = &receive->plan;
	unsigned int i;

	p->first_op = receive->copy.nr;
	p->by_grant = netback_rx_waiting(p->skb)->foreign;
	for (i = 0; i < plan->nr_ops; i++) {
		const struct netback_rx_op *op = &plan->ops[i];

		receive_copy(receive, p, op, pieces->page[op->piece],
			     pieces->offset[op->piece] + op->piece_offset,
			     receive->gref[op->slot]);
	}
	p->nr_ops = receive->copy.nr - p->first_op;
}

/* The same in transfer mode: each slot is a page. */
static void receive_place_pages(struct netback_receive *receive,
				struct netback_rx_pending *p)
{
	unsigned int i, done = 0;

	p->nr_ops = p->nr_slots;
	p->first_op = receive->flip->batch.nr;
	p->by_grant = false;
	for (i = 0; i < p->nr_slots; i++) {
		netback_transfermode_add(receive->flip, receive->gref[i],
					 p->skb, done, p->len[i]);
		done += p->len[i];
	}
}

/* How a packet gets into slots: their number, or -EMSGSIZE. */
static int receive_plan(struct netback_receive *receive, struct sk_buff *skb)
{
	struct netback_rx_pieces *pieces = &receive->pieces;
	struct netback_rx_plan *plan = &receive->plan;
	int error;

	if (receive->flip)
		error = netback_transfermode_plan(plan, skb);
	else if (pieces_find(pieces, skb))
		error = netback_rx_plan(plan, pieces->len, pieces->nr,
					netback_conn_headroom(receive->queue->conn));
	else
		error = -EMSGSIZE;
	return error ?: plan->nr_slots + receive_extras(receive, skb);
}

/*
 * The next packet: 1 if it is on its way, 0 if it has to wait or there is none,
 * -EMSGSIZE if no frontend could take it, -ENOMEM if there are no pages for it.
 */
static int receive_one(struct netback_receive *receive,
		       struct netback_rx_pending *p)
{
	struct sk_buff *skb = skb_peek(&receive->waiting.packets);
	int wants;

	if (!skb)
		return 0;
	wants = receive_plan(receive, skb);
	if (wants < 0)
		return wants;
	if (netback_ring_waiting(&receive->ring) < wants)
		return 0;
	if (receive->flip &&
	    !netback_transfermode_have(receive->flip, receive->plan.nr_slots))
		return -ENOMEM;
	p->gso = receive_gso(skb);
	p->skb = netback_rxqueue_take(&receive->waiting);
	receive_requests(receive, p);
	if (receive->flip)
		receive_place_pages(receive, p);
	else
		receive_place(receive, p);
	return 1;
}

/* The first that waits cannot go. */
static void receive_drop(struct netback_receive *receive, int why)
{
	struct sk_buff *skb = netback_rxqueue_take(&receive->waiting);

	netback_stats_add(receive->stats,
			  why == -ENOMEM ? NETBACK_STAT_RX_NO_MEMORY :
					   NETBACK_STAT_RX_TOO_LARGE, 1);
	netback_rxqueue_completed(&receive->waiting, 1, skb->len);
	kfree_skb(skb);
}

static void receive_begin(struct netback_receive *receive)
{
	if (receive->flip)
		netback_transfermode_begin(receive->flip);
	else
		xengnt_copy_batch_reset(&receive->copy);
}

/* Is there room in this pass for a packet of any size? */
static bool receive_room(const struct netback_receive *receive)
{
	if (receive->flip)
		return netback_transfermode_room(receive->flip) >=
		       NETBACK_RX_SLOTS_MAX;
	return xengnt_copy_batch_room(&receive->copy) >= NETBACK_RX_OPS_MAX;
}

static unsigned int receive_take(struct netback_receive *receive,
				 unsigned int budget)
{
	unsigned int nr = 0;
	int taken;

	receive_begin(receive);
	while (nr < budget && receive_room(receive)) {
		taken = receive_one(receive, &receive->pending[nr]);
		if (!taken)
			break;
		if (taken < 0)
			receive_drop(receive, taken);
		else
			nr++;
	}
	return nr;
}

/* How many operations have failed. */
static unsigned int receive_run(struct netback_receive *receive)
{
	unsigned int nr, failed;

	if (!receive->flip)
		return xengnt_copy_batch_try(&receive->copy);
	nr = receive->flip->batch.nr;
	failed = netback_transfermode_run(receive->flip);
	netback_stats_add(receive->stats, NETBACK_STAT_RX_FLIPPED,
			  nr - failed);
	netback_stats_add(receive->stats, NETBACK_STAT_RX_FLIP_ERRORS, failed);
	netback_stats_add(receive->stats, NETBACK_STAT_RX_FLIP_WHOLE,
			  receive->flip->whole);
	trace_netback_flip(receive->queue, nr, failed,
			   receive->flip->nr_spare);
	return failed;
}

static bool receive_op_done(const struct netback_receive *receive,
			    unsigned int op)
{
	if (receive->flip)
		return netback_transfermode_given(receive->flip, op);
	return !xengnt_copy_batch_status(&receive->copy, op);
}

static bool receive_arrived(const struct netback_receive *receive,
			    const struct netback_rx_pending *p)
{
	unsigned int i;

	for (i = 0; i < p->nr_ops; i++)
		if (!receive_op_done(receive, p->first_op + i))
			return false;
	return true;
}

static u16 first_flags(const struct netback_rx_pending *p)
{
	u16 flags = p->gso || p->headroom || is_hashed(p->hashed) ?
		    XEN_NETRXF_extra_info : 0;

	if (p->skb->ip_summed == CHECKSUM_PARTIAL)
		flags |= XEN_NETRXF_csum_blank | XEN_NETRXF_data_validated;
	else if (p->skb->ip_summed == CHECKSUM_UNNECESSARY)
		flags |= XEN_NETRXF_data_validated;
	return flags;
}

/* The slots behind the first that have no data. */
static void receive_respond_extras(struct netback_receive *receive,
				   const struct netback_rx_pending *p)
{
	u8 raw[NETBACK_SLOT_BYTES_MAX] __aligned(4);
	unsigned int bytes;

	if (p->gso) {
		bytes = netback_rx_extra_gso(raw, p->gso,
					     skb_shinfo(p->skb)->gso_size,
					     p->headroom ||
					     is_hashed(p->hashed));
		netback_ring_respond(&receive->ring, raw, bytes);
	}
	if (p->headroom) {
		bytes = netback_rx_extra_headroom(raw, p->headroom,
						  is_hashed(p->hashed));
		netback_ring_respond(&receive->ring, raw, bytes);
	}
	if (is_hashed(p->hashed)) {
		bytes = netback_rx_extra_hash(raw, p->hashed.type,
					      p->hashed.value);
		netback_ring_respond(&receive->ring, raw, bytes);
	}
}

/*
 * A guest has to throw a packet away as a whole if a part of it is missing. But
 * of each page it has to know whether it has got it.
 */
static s16 slot_status(const struct netback_receive *receive,
		       const struct netback_rx_pending *p, unsigned int slot,
		       bool arrived)
{
	if (receive->flip)
		arrived = receive_op_done(receive, p->first_op + slot);
	return arrived ? p->len[slot] : XEN_NETIF_RSP_ERROR;
}

static void receive_respond(struct netback_receive *receive,
			    const struct netback_rx_pending *p, bool arrived)
{
	u8 raw[NETBACK_SLOT_BYTES_MAX] __aligned(4);
	unsigned int i, bytes;
	u16 flags;

	for (i = 0; i < p->nr_slots; i++) {
		flags = i ? 0 : first_flags(p);
		if (i + 1 < p->nr_slots)
			flags |= XEN_NETRXF_more_data;
		bytes = netback_rx_response(raw, p->id[i], i ? 0 : p->headroom,
					    flags, slot_status(receive, p, i,
							       arrived));
		netback_ring_respond(&receive->ring, raw, bytes);
		if (!i)
			receive_respond_extras(receive, p);
	}
}

static void receive_finish(struct netback_receive *receive,
			   const struct netback_rx_pending *p, bool arrived)
{
	struct netback_stats *stats = receive->stats;

	receive_respond(receive, p, arrived);
	trace_netback_receive(receive->queue, p->skb, p->nr_slots, p->nr_ops,
			      arrived);
	if (!arrived) {
		netback_stats_add(stats, NETBACK_STAT_RX_BAD_GRANTS, 1);
		return;
	}
	netback_stats_add(stats, NETBACK_STAT_RX_PACKETS, 1);
	netback_stats_add(stats, NETBACK_STAT_RX_BYTES, p->skb->len);
	if (p->gso)
		netback_stats_add(stats, NETBACK_STAT_RX_GSO, 1);
	if (p->by_grant)
		netback_stats_add(stats, NETBACK_STAT_RX_BY_GRANT, 1);
}

/* At most one copy or transfer call and one notification. */
static unsigned int receive_pass(struct netback_receive *receive, int budget)
{
	unsigned int i, bytes = 0, nr;
	bool all;

	nr = receive_take(receive, min(budget, NAPI_POLL_WEIGHT));
	if (!nr)
		return 0;
	netback_stats_add(receive->stats, NETBACK_STAT_RX_PASSES, 1);
	all = !receive_run(receive);
	for (i = 0; i < nr; i++) {
		const struct netback_rx_pending *p = &receive->pending[i];

		receive_finish(receive, p, all || receive_arrived(receive, p));
	}
	if (netback_ring_push(&receive->ring)) {
		netback_channel_notify(receive->channel);
		netback_stats_add(receive->stats,
				  NETBACK_STAT_RX_NOTIFICATIONS, 1);
	}
	trace_netback_pass(receive->queue, "rx", nr, receive->copy.nr);
	for (i = 0; i < nr; i++) {
		bytes += receive->pending[i].skb->len;
		napi_consume_skb(receive->pending[i].skb, budget);
	}
	netback_rxqueue_completed(&receive->waiting, nr, bytes);
	return nr;
}

/* If nothing else comes: when does something have to be done? */
static void receive_set_timer(struct netback_receive *receive,
			      struct sk_buff *skb)
{
	unsigned long limit = stall_limit();
	unsigned long when;

	if (!skb)
		return;
	when = netback_rxqueue_expires(skb) + 1;
	if (limit && !receive->stalled &&
	    time_before(receive->seen + limit + 1, when))
		when = receive->seen + limit + 1;
	if (!receive->notified)
		when = jiffies + msecs_to_jiffies(UNNOTIFIED_MS);
	/* Not later than what receive_expect() may have set meanwhile. */
	timer_reduce(&receive->timer, when);
}

/*
 * There is no room for the first packet. Those that come behind it would have
 * us find out the same again: the event comes as soon as it fits.
 */
static void receive_block(struct netback_receive *receive, struct sk_buff *skb)
{
	receive_set_timer(receive, skb);
	if (!skb || !receive->notified)
		return;
	netback_stats_add(receive->stats, NETBACK_STAT_RX_FULL, 1);
	WRITE_ONCE(receive->waiting.blocked, true);
}

/* Can the next packet go at once? If not, an event or the timer comes. */
static bool receive_more(struct netback_receive *receive)
{
	struct sk_buff *skb = skb_peek(&receive->waiting.packets);
	int wants = 1;

	if (receive->broken)
		return false;
	if (!skb && !receive->stalled)
		return false;
	if (skb)
		wants = receive_plan(receive, skb);
	if (wants < 0 || netback_ring_await(&receive->ring, wants))
		return true;
	receive_block(receive, skb);
	return false;
}

/* As many passes as a ring is enough for: how many packets in the last? */
static unsigned int receive_passes(struct netback_receive *receive, int budget)
{
	unsigned int i, nr = budget;

	for (i = 0; i < RING_PASSES && nr == budget; i++)
		nr = receive_pass(receive, budget);
	return nr;
}

/*
 * A batch of many packets need not wait for a softirq, which may have been left
 * to ksoftirqd: that gets no processor before a sender that never sleeps has used up
 * its slice, with nobody to make room in the queue. A few large packets do: TCP
 * sends several in a row if it finds that the last are on their way, and only
 * one if they are gone. False if somebody else is at it, or something is left to
 * be done.
 */
static bool receive_directly(struct netback_receive *receive)
{
	int waiting;
	bool done;

	if (!spin_trylock(&receive->turn))
		return false;
	waiting = netback_ring_waiting(&receive->ring);
	if (waiting > 0) {
		netback_channel_worked(receive->channel);
		receive->seen = jiffies;
		receive_passes(receive, NAPI_POLL_WEIGHT);
	}
	done = waiting >= 0 && !receive_more(receive);
	spin_unlock(&receive->turn);
	return done;
}

void netback_receive_packet(struct netback_receive *receive,
			    struct sk_buff *skb, bool foreign, bool more,
			    const struct netback_hash *hash)
{
	struct netback_rxqueue *waiting = &receive->waiting;
	struct netdev_queue *txq = waiting->txq;
	unsigned long flags;
	bool kick, many;

	netback_rx_waiting(skb)->foreign = foreign;
	netback_rx_waiting(skb)->hashed = netback_steer(hash, skb);
	spin_lock_irqsave(&waiting->packets.lock, flags);
	netback_rxqueue_add(waiting, skb);
	kick = __netdev_tx_sent_queue(txq, skb->len, more);
	/* The last of those that follow may be for somebody else, or dropped. */
	if (READ_ONCE(waiting->blocked))
		kick = false;
	else if (!kick)
		receive_expect(receive);
	else if (!netif_tx_queue_stopped(txq))
		kick = !receive_may_wait(receive);
	many = receive_many(receive);
	spin_unlock_irqrestore(&waiting->packets.lock, flags);
	/*
	 * A pass is too long for netpoll, which may send with interrupts off. A
	 * softirq may have more packets, and is followed by ours.
	 */
	if (kick && (!many || irqs_disabled() || in_serving_softirq() ||
		     !receive_directly(receive)))
		napi_schedule(&receive->napi);
}

/* One poll: false if there is more to be done at once. */
static bool receive_work(struct netback_receive *receive, int budget,
			 unsigned int *nr)
{
	int waiting = netback_ring_waiting(&receive->ring);

	if (waiting < 0 && !receive->broken) {
		WRITE_ONCE(receive->broken, true);
		netback_conn_fail(receive->queue->conn, receive->queue->index,
				  "impossible producer index of the receive ring");
	}
	if (waiting > 0)
		netback_channel_worked(receive->channel);
	receive_stall(receive, waiting > 0);
	receive_drain(receive);
	*nr = receive->broken ? 0 : receive_passes(receive, budget);
	/* As for the transmit ring: ask all before it is somebody else's. */
	return *nr < budget && !receive_more(receive);
}

int netback_receive_poll(struct napi_struct *napi, int budget)
{
	struct netback_receive *receive = container_of(napi,
						       struct netback_receive,
						       napi);
	unsigned int nr;
	bool done;

	if (budget <= 0)
		return 0;
	spin_lock(&receive->turn);
	done = receive_work(receive, budget, &nr);
	spin_unlock(&receive->turn);
	if (!done)
		return budget;
	netback_channel_done(receive->channel, NETBACK_SIDE_RX);
	napi_complete_done(napi, nr);
	return nr;
}
