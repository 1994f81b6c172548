// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/tcp.h>
#include <xen/interface/io/netif.h>

#include "channel.h"
#include "conn.h"
#include "credit.h"
#include "interface.h"
#include "multicast.h"
#include "queue.h"
#include "trace.h"
#include "transmit.h"
#include "txcodec.h"

static unsigned int fatal_skb_slots = 20;
module_param(fatal_skb_slots, uint, 0444);
MODULE_PARM_DESC(fatal_skb_slots,
		 "Slots of a packet at which the guest is taken for malicious, 18 to 64 (default 20)");

static unsigned int tx_linear_max = 1600;
module_param(tx_linear_max, uint, 0644);
MODULE_PARM_DESC(tx_linear_max,
		 "Largest packet in bytes that is copied into one buffer together with its headers (default 1600, at most 4096)");

/* What a larger packet has in its first buffer: enough for all headers. */
#define HEAD_BYTES	128

/* Operations of a pass, and of the largest packet. */
#define PASS_OPS	(2 * NETBACK_RING_SIZE)
#define PACKET_OPS_MAX	(NETBACK_TX_SLOTS_MAX + 4)

/**
 * struct netback_tx_pending - a packet on its way through a pass
 * @skb: for the data; NULL if there will be none
 * @status: XEN_NETIF_RSP_...
 * @first_op: its copy operations
 * @nr_ops: number of these
 * @packet: what the codec made of it
 */
struct netback_tx_pending {
	struct sk_buff *skb;
	s16 status;
	unsigned int first_op;
	unsigned int nr_ops;
	struct netback_tx_packet packet;
};

static void transmit_timer(struct timer_list *timer)
{
	struct netback_transmit *transmit = from_timer(transmit, timer, timer);

	WRITE_ONCE(transmit->throttled, false);
	napi_schedule(&transmit->napi);
}

int netback_transmit_init(struct netback_transmit *transmit)
{
	u64_stats_init(&transmit->stats.sync);
	timer_setup(&transmit->timer, transmit_timer, 0);
	transmit->fatal_slots = clamp_t(unsigned int, fatal_skb_slots,
					NETBACK_TX_SLOTS_MAX,
					NETBACK_TX_FATAL_MAX);
	transmit->pending = kvcalloc(NAPI_POLL_WEIGHT,
				     sizeof(*transmit->pending), GFP_KERNEL);
	if (!transmit->pending)
		return -ENOMEM;
	return xengnt_copy_batch_init(&transmit->copy, transmit->queue->client,
				      PASS_OPS);
}

void netback_transmit_fini(struct netback_transmit *transmit)
{
	/* Zeroed still, if nothing was ever set up. */
	if (transmit->timer.function)
		timer_delete_sync(&transmit->timer);
	xengnt_copy_batch_fini(&transmit->copy);
	netback_buffers_drain(&transmit->buffers);
	kvfree(transmit->pending);
}

static struct netback_vif *transmit_vif(const struct netback_transmit *transmit)
{
	return transmit->queue->conn->vif;
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
	transmit->broken = true;
	netback_conn_fail(transmit->queue->conn, transmit->queue->index, why);
}

static void transmit_copy(struct netback_transmit *transmit,
			  const struct netback_tx_slot *slot,
			  unsigned int done, void *to, unsigned int len)
{
	unsigned int now;

	for (; len; len -= now, to += now, done += now) {
		now = min_t(unsigned int, len, PAGE_SIZE - offset_in_page(to));
		xengnt_copy_from_grant(&transmit->copy, slot->gref,
				       slot->offset + done, virt_to_page(to),
				       offset_in_page(to), now);
	}
}

static struct sk_buff *transmit_build_head(struct netback_transmit *transmit,
					   unsigned int len)
{
	unsigned int size = NET_SKB_PAD + NET_IP_ALIGN + max(len, HEAD_BYTES) +
			    SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	struct sk_buff *skb;
	void *head;

	size = SKB_DATA_ALIGN(size);
	head = netback_buffers_alloc(&transmit->buffers, size);
	if (!head)
		return NULL;
	skb = napi_build_skb(head, size);
	if (!skb) {
		page_frag_free(head);
		return NULL;
	}
	skb_reserve(skb, NET_SKB_PAD + NET_IP_ALIGN);
	__skb_put(skb, len);
	return skb;
}

/* One fragment for all slots whose data lies in one piece. */
static void add_frag(struct netback_buffers *buffers, struct sk_buff *skb,
		     void *data, unsigned int len)
{
	struct page *page = virt_to_head_page(data);
	unsigned int truesize = SKB_DATA_ALIGN(len);
	int nr = skb_shinfo(skb)->nr_frags;
	int offset = data - page_address(page);

	if (skb_can_coalesce(skb, nr, page, offset)) {
		skb_coalesce_rx_frag(skb, nr - 1, len, truesize);
		netback_buffers_merge(buffers);
	} else {
		skb_add_rx_frag(skb, nr, page, offset, len, truesize);
	}
}

static int transmit_add_slot(struct netback_transmit *transmit,
			     struct sk_buff *skb,
			     const struct netback_tx_slot *slot,
			     unsigned int done)
{
	unsigned int len = slot->size - done;
	void *data = netback_buffers_alloc(&transmit->buffers, len);

	if (!data)
		return -ENOMEM;
	add_frag(&transmit->buffers, skb, data, len);
	transmit_copy(transmit, slot, done, data, len);
	return 0;
}

/* How much of the first slot goes into the buffer that has the headers. */
static unsigned int head_len(const struct netback_tx_packet *packet)
{
	unsigned int size = packet->slots[0].size;

	if (packet->nr_slots == 1 && size <= READ_ONCE(tx_linear_max))
		return size;
	/* What is left over would be one fragment too many. */
	if (packet->nr_slots > MAX_SKB_FRAGS)
		return size;
	return min_t(unsigned int, size, HEAD_BYTES);
}

static int transmit_build(struct netback_transmit *transmit,
			  struct netback_tx_pending *p)
{
	const struct netback_tx_packet *packet = &p->packet;
	unsigned int len = head_len(packet), i;
	int error = 0;

	p->skb = transmit_build_head(transmit, len);
	if (!p->skb)
		return -ENOMEM;
	transmit_copy(transmit, &packet->slots[0], 0, p->skb->data, len);
	if (len < packet->slots[0].size)
		error = transmit_add_slot(transmit, p->skb, &packet->slots[0],
					  len);
	for (i = 1; i < packet->nr_slots && !error; i++)
		error = transmit_add_slot(transmit, p->skb, &packet->slots[i],
					  0);
	return error;
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
	p->skb = NULL;
	p->status = XEN_NETIF_RSP_OKAY;
	p->first_op = transmit->copy.nr;
	if (p->packet.reason != NETBACK_TX_GOOD) {
		p->status = XEN_NETIF_RSP_ERROR;
		netback_stats_add(&transmit->stats, NETBACK_STAT_TX_REFUSED,
				  1);
	} else if (p->packet.list != NETBACK_TX_LIST_KEEP) {
		transmit_change_list(transmit, p);
	} else if (transmit_build(transmit, p)) {
		p->status = XEN_NETIF_RSP_DROPPED;
		netback_stats_add(&transmit->stats, NETBACK_STAT_TX_NO_MEMORY,
				  1);
	}
	p->nr_ops = transmit->copy.nr - p->first_op;
	trace_netback_transmit(transmit->queue, &p->packet);
}

/* May it be sent now? If not, the timer asks again. */
static bool transmit_pay(struct netback_transmit *transmit, unsigned int size)
{
	u64 wait = netback_credit_take(&transmit_vif(transmit)->credit, size,
				       ktime_get_ns());

	if (!wait)
		return true;
	WRITE_ONCE(transmit->throttled, true);
	mod_timer(&transmit->timer, jiffies + nsecs_to_jiffies(wait) + 1);
	netback_stats_add(&transmit->stats, NETBACK_STAT_TX_THROTTLED, 1);
	return false;
}

static unsigned int transmit_take(struct netback_transmit *transmit,
				  unsigned int budget)
{
	unsigned int nr = 0;

	xengnt_copy_batch_reset(&transmit->copy);
	while (nr < budget &&
	       xengnt_copy_batch_room(&transmit->copy) >= PACKET_OPS_MAX) {
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
		netback_stats_add(&transmit->stats,
				  NETBACK_STAT_TX_BAD_GRANTS, 1);
		return;
	}
}

/* A response for each slot. Those with extra information have no id. */
static void transmit_respond(struct netback_transmit *transmit,
			     const struct netback_tx_pending *p)
{
	const struct netback_tx_packet *packet = &p->packet;
	u8 raw[NETBACK_SLOT_BYTES_MAX] __aligned(4);
	unsigned int i, j, bytes;

	for (i = 0; i < packet->nr_ids; i++) {
		bytes = netback_tx_response(raw, packet->ids[i], p->status);
		netback_ring_respond(&transmit->ring, raw, bytes);
		for (j = 0; !i && j < packet->nr_extras; j++) {
			bytes = netback_tx_response(raw, 0, XEN_NETIF_RSP_NULL);
			netback_ring_respond(&transmit->ring, raw, bytes);
		}
	}
}

/* The segments that the guest wants must be segments of what it sent. */
static int set_gso(struct sk_buff *skb, const struct netback_tx_packet *packet)
{
	__be16 protocol = packet->gso == NETBACK_GSO_TCPV4 ? htons(ETH_P_IP) :
							     htons(ETH_P_IPV6);
	unsigned int header = skb_transport_offset(skb) + sizeof(struct tcphdr);

	if (skb->protocol != protocol ||
	    skb->csum_offset != offsetof(struct tcphdr, check) ||
	    !pskb_may_pull(skb, header))
		return -EPROTO;
	header = skb_transport_offset(skb) + tcp_hdrlen(skb);
	if (tcp_hdrlen(skb) < sizeof(struct tcphdr) || skb->len <= header)
		return -EPROTO;

	skb_shinfo(skb)->gso_size = packet->gso_size;
	/* DODGY: the stack looks at it again before hardware does. */
	skb_shinfo(skb)->gso_type = SKB_GSO_DODGY |
		(packet->gso == NETBACK_GSO_TCPV4 ? SKB_GSO_TCPV4 :
						    SKB_GSO_TCPV6);
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len - header,
						 packet->gso_size);
	return 0;
}

/* From the bytes of a packet to one that the network stack can use. */
static int transmit_setup(struct netback_transmit *transmit,
			  struct netback_tx_pending *p)
{
	const struct netback_tx_packet *packet = &p->packet;
	struct sk_buff *skb = p->skb;
	int error;

	/* The guest may have split its headers anywhere. */
	if (!pskb_may_pull(skb, ETH_HLEN))
		return -ENOMEM;
	skb->protocol = eth_type_trans(skb, transmit_vif(transmit)->dev);
	skb_reset_network_header(skb);
	if (packet->csum_blank || packet->gso) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		/* A large packet has no checksum, whatever its flags say. */
		error = skb_checksum_setup(skb, !packet->csum_blank);
		if (error)
			return error;
	} else if (packet->validated) {
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	}
	if (packet->gso) {
		error = set_gso(skb, packet);
		if (error)
			return error;
	}
	skb_probe_transport_header(skb);
	skb_record_rx_queue(skb, transmit->queue->index);
	return 0;
}

static void transmit_deliver(struct netback_transmit *transmit,
			     struct netback_tx_pending *p)
{
	struct netback_stats *stats = &transmit->stats;

	if (p->status != XEN_NETIF_RSP_OKAY || !p->skb) {
		kfree_skb(p->skb);
		return;
	}
	if (transmit_setup(transmit, p)) {
		netback_stats_add(stats, NETBACK_STAT_TX_BAD_HEADERS, 1);
		kfree_skb(p->skb);
		return;
	}
	netback_stats_add(stats, NETBACK_STAT_TX_PACKETS, 1);
	netback_stats_add(stats, NETBACK_STAT_TX_BYTES, p->packet.size);
	if (p->packet.gso)
		netback_stats_add(stats, NETBACK_STAT_TX_GSO, 1);
	napi_gro_receive(&transmit->napi, p->skb);
}

/* One look at the ring: at most one copy call and one notification. */
static unsigned int transmit_pass(struct netback_transmit *transmit,
				  unsigned int budget)
{
	unsigned int i, nr;

	if (transmit->broken || READ_ONCE(transmit->throttled))
		return 0;
	nr = transmit_take(transmit, min_t(unsigned int, budget,
					   NAPI_POLL_WEIGHT));
	if (!nr)
		return 0;
	netback_channel_worked(transmit->channel);
	netback_stats_add(&transmit->stats, NETBACK_STAT_TX_PASSES, 1);
	xengnt_copy_batch_try(&transmit->copy);
	for (i = 0; i < nr; i++) {
		transmit_check(transmit, &transmit->pending[i]);
		transmit_respond(transmit, &transmit->pending[i]);
	}
	if (netback_ring_push(&transmit->ring)) {
		netback_channel_notify(transmit->channel);
		netback_stats_add(&transmit->stats,
				  NETBACK_STAT_TX_NOTIFICATIONS, 1);
	}
	trace_netback_pass(transmit->queue, "tx", nr, transmit->copy.nr);
	for (i = 0; i < nr; i++)
		transmit_deliver(transmit, &transmit->pending[i]);
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

int netback_transmit_poll(struct napi_struct *napi, int budget)
{
	struct netback_transmit *transmit = container_of(napi,
							 struct netback_transmit,
							 napi);
	int nr;

	if (budget <= 0)
		return 0;
	nr = transmit_pass(transmit, budget);
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
