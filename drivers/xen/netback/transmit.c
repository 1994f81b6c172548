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
#include "txcodec.h"
#include "txmap.h"
#include "txskb.h"
#include "xdp.h"

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
#define PACKET_OPS_MAX	(2 * NETBACK_TX_SLOTS_MAX)

/* Memory that was not needed for so long is given back. */
#define IDLE_TIME	HZ

/* For a program: room before the data, and what it sees of a large packet. */
#define PROG_HEADROOM	(XDP_PACKET_HEADROOM + NET_IP_ALIGN)
#define PROG_HEAD_BYTES	256

/* What fits into a page together with the room before and behind. */
#define PROG_LINEAR_MAX	(NETBACK_GRANT_BYTES - PROG_HEADROOM - \
			 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) - \
			 SMP_CACHE_BYTES)

/**
 * struct netback_tx_pending - a packet on its way through a pass
 * @xdp: its data; no @data_hard_start if there is none
 * @truesize: memory of its fragments
 * @status: XEN_NETIF_RSP_...
 * @first_op: its copy operations
 * @nr_ops: number of these
 * @held: its mapped slots, or NULL
 * @maps: those of @packet's slots, NULL for what is copied
 * @packet: what the codec made of it
 */
struct netback_tx_pending {
	struct xdp_buff xdp;
	unsigned int truesize;
	s16 status;
	unsigned int first_op;
	unsigned int nr_ops;
	struct netback_txmap_packet *held;
	struct netback_txmap_slot *maps[NETBACK_TX_SLOTS_MAX];
	struct netback_tx_packet packet;
};

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

	u64_stats_init(&transmit->stats.sync);
	timer_setup(&transmit->timer, transmit_timer, 0);
	timer_setup(&transmit->idle, transmit_idle, 0);
	transmit->fatal_slots = clamp_t(unsigned int, fatal_skb_slots,
					NETBACK_TX_SLOTS_MAX,
					NETBACK_TX_FATAL_MAX);
	transmit->pending = kvcalloc(NAPI_POLL_WEIGHT,
				     sizeof(*transmit->pending), GFP_KERNEL);
	if (!transmit->pending)
		return -ENOMEM;
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
	netback_buffers_drain(&transmit->buffers);
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
	transmit->broken = true;
	netback_conn_fail(transmit->queue->conn, transmit->queue->index, why);
}

static void transmit_copy(struct netback_transmit *transmit,
			  const struct netback_tx_slot *slot,
			  unsigned int done, void *to, unsigned int len)
{
	struct netback_queue *queue = transmit->queue;
	unsigned int now;

	if (netback_staging_read(&queue->staging, slot->gref,
				 slot->offset + done, to, len)) {
		/* One that is divided is counted once. */
		if (!done)
			netback_stats_add(&transmit->stats,
					  NETBACK_STAT_TX_STAGED, 1);
		return;
	}
	for (; len; len -= now, to += now, done += now) {
		now = min_t(unsigned int, len, PAGE_SIZE - offset_in_page(to));
		xengnt_copy_from_grant(&transmit->copy, slot->gref,
				       slot->offset + done, virt_to_page(to),
				       offset_in_page(to), now);
	}
}

/* The first buffer: room for the headers that the stack may put in front. */
static int transmit_add_head(struct netback_transmit *transmit,
			     struct netback_tx_pending *p,
			     unsigned int headroom, unsigned int len)
{
	unsigned int size = headroom + max(len, HEAD_BYTES) +
			    SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	struct skb_shared_info *shared;
	void *head;

	size = SKB_DATA_ALIGN(size);
	head = netback_buffers_alloc(&transmit->buffers, size);
	if (!head)
		return -ENOMEM;
	xdp_init_buff(&p->xdp, size, &transmit->rxq);
	xdp_prepare_buff(&p->xdp, head, headroom, len, true);
	shared = xdp_get_shared_info_from_buff(&p->xdp);
	shared->nr_frags = 0;
	shared->xdp_frags_size = 0;
	return 0;
}

/* One fragment for all that lies in one piece. */
static void *transmit_add_frag(struct netback_transmit *transmit,
			       struct netback_tx_pending *p, unsigned int len)
{
	struct skb_shared_info *shared =
		xdp_get_shared_info_from_buff(&p->xdp);
	void *data = netback_buffers_alloc(&transmit->buffers, len);
	unsigned int nr = shared->nr_frags;
	skb_frag_t *last = &shared->frags[nr ? nr - 1 : 0];
	struct page *page;
	int offset;

	if (!data)
		return NULL;
	page = virt_to_head_page(data);
	offset = data - page_address(page);
	if (nr && skb_frag_page(last) == page &&
	    skb_frag_off(last) + skb_frag_size(last) == offset) {
		skb_frag_size_add(last, len);
		netback_buffers_merge(&transmit->buffers);
	} else {
		__skb_fill_page_desc_noacc(shared, nr, page, offset, len);
		shared->nr_frags++;
	}
	xdp_buff_set_frags_flag(&p->xdp);
	shared->xdp_frags_size += len;
	p->truesize += SKB_DATA_ALIGN(len);
	return data;
}

static int transmit_add_slot(struct netback_transmit *transmit,
			     struct netback_tx_pending *p,
			     const struct netback_tx_slot *slot,
			     unsigned int done)
{
	unsigned int len = slot->size - done;
	void *data = transmit_add_frag(transmit, p, len);

	if (!data)
		return -ENOMEM;
	transmit_copy(transmit, slot, done, data, len);
	return 0;
}

/*
 * A fragment that is the guest's own page. Only of packets to be cut into
 * segments: GRO would merge others, and it knows nothing of borrowed pages.
 */
static bool transmit_map_slot(struct netback_transmit *transmit,
			      struct netback_tx_pending *p, unsigned int i)
{
	const struct netback_tx_slot *slot = &p->packet.slots[i];
	struct skb_shared_info *shared =
		xdp_get_shared_info_from_buff(&p->xdp);
	struct netback_txmap_slot *map;

	if (!transmit->mapping || !p->packet.gso ||
	    slot->size <= READ_ONCE(tx_linear_max))
		return false;
	map = netback_txmap_add(transmit->map, &p->held, slot->gref,
				p->packet.ids[i]);
	if (!map)
		return false;
	p->maps[i] = map;
	map->frag = shared->nr_frags;
	get_page(map->unmap.page);
	__skb_fill_page_desc_noacc(shared, shared->nr_frags++, map->unmap.page,
				   slot->offset, slot->size);
	xdp_buff_set_frags_flag(&p->xdp);
	shared->xdp_frags_size += slot->size;
	p->truesize += PAGE_SIZE;
	return true;
}

/* What could not be mapped is copied, and nobody sees a difference. */
static int transmit_copy_instead(struct netback_transmit *transmit,
				 struct netback_tx_pending *p, unsigned int i)
{
	const struct netback_tx_slot *slot = &p->packet.slots[i];
	struct netback_txmap_slot *map = p->maps[i];
	void *data = netback_buffers_alloc(&transmit->buffers, slot->size);
	struct page *page;

	/* Its page is let go of together with the others. */
	p->maps[i] = NULL;
	if (!data)
		return -ENOMEM;
	page = virt_to_head_page(data);
	put_page(map->unmap.page);
	__skb_fill_page_desc_noacc(xdp_get_shared_info_from_buff(&p->xdp),
				   map->frag, page, data - page_address(page),
				   slot->size);
	transmit_copy(transmit, slot, 0, data, slot->size);
	return 0;
}

static void transmit_fall_back(struct netback_transmit *transmit,
			       struct netback_tx_pending *p)
{
	unsigned int i, mapped = 0;

	p->first_op = transmit->copy.nr;
	for (i = 0; p->held && i < p->packet.nr_slots; i++) {
		if (!p->maps[i])
			continue;
		if (!netback_txmap_failed(p->maps[i])) {
			mapped++;
			continue;
		}
		netback_stats_add(&transmit->stats,
				  NETBACK_STAT_TX_MAP_FAILED, 1);
		if (!transmit_copy_instead(transmit, p, i) ||
		    p->status != XEN_NETIF_RSP_OKAY)
			continue;
		p->status = XEN_NETIF_RSP_DROPPED;
		netback_stats_add(&transmit->stats, NETBACK_STAT_TX_NO_MEMORY,
				  1);
	}
	if (mapped)
		netback_stats_add(&transmit->stats, NETBACK_STAT_TX_MAPPED,
				  mapped);
	p->nr_ops = transmit->copy.nr - p->first_op;
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

/* A fragment for each slot: no slot needs more than one operation. */
static int transmit_build(struct netback_transmit *transmit,
			  struct netback_tx_pending *p)
{
	const struct netback_tx_packet *packet = &p->packet;
	unsigned int len = head_len(packet), i;
	int error;

	error = transmit_add_head(transmit, p, NET_SKB_PAD + NET_IP_ALIGN, len);
	if (error)
		return error;
	transmit_copy(transmit, &packet->slots[0], 0, p->xdp.data, len);
	if (len < packet->slots[0].size)
		error = transmit_add_slot(transmit, p, &packet->slots[0], len);
	for (i = 1; i < packet->nr_slots && !error; i++)
		if (!transmit_map_slot(transmit, p, i))
			error = transmit_add_slot(transmit, p,
						  &packet->slots[i], 0);
	return error;
}

/* What a program sees at once. */
static unsigned int prog_head_len(unsigned int size)
{
	unsigned int max = min_t(unsigned int, READ_ONCE(tx_linear_max),
				 PROG_LINEAR_MAX);

	return size <= max ? size : min_t(unsigned int, size, PROG_HEAD_BYTES);
}

/*
 * For a program: one slot right behind the other, so that the guest cannot hide
 * its headers by the way that it divides them.
 */
static int transmit_pack(struct netback_transmit *transmit,
			 struct netback_tx_pending *p)
{
	unsigned int rest = p->packet.size, room = prog_head_len(rest);
	unsigned int i, done, now;
	void *to;

	if (transmit_add_head(transmit, p, PROG_HEADROOM, room))
		return -ENOMEM;
	to = p->xdp.data;
	for (i = 0; i < p->packet.nr_slots; i++) {
		const struct netback_tx_slot *slot = &p->packet.slots[i];

		for (done = 0; done < slot->size; done += now) {
			if (!room) {
				room = min_t(unsigned int, rest,
					     NETBACK_GRANT_BYTES);
				to = transmit_add_frag(transmit, p, room);
				if (!to)
					return -ENOMEM;
			}
			now = min_t(unsigned int, room, slot->size - done);
			xengnt_copy_from_grant(&transmit->copy, slot->gref,
					       slot->offset + done,
					       virt_to_page(to),
					       offset_in_page(to), now);
			to += now;
			room -= now;
			rest -= now;
		}
	}
	return 0;
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
	p->xdp.data_hard_start = NULL;
	p->truesize = 0;
	p->held = NULL;
	if (transmit->mapping)
		memset(p->maps, 0, sizeof(p->maps));
	p->status = XEN_NETIF_RSP_OKAY;
	p->first_op = transmit->copy.nr;
	if (p->packet.reason != NETBACK_TX_GOOD) {
		p->status = XEN_NETIF_RSP_ERROR;
		netback_stats_add(&transmit->stats, NETBACK_STAT_TX_REFUSED,
				  1);
	} else if (p->packet.list != NETBACK_TX_LIST_KEEP) {
		transmit_change_list(transmit, p);
	} else if (transmit->prog ? transmit_pack(transmit, p) :
				    transmit_build(transmit, p)) {
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
	struct netback_credit *credit = &transmit_vif(transmit)->credit;
	u64 wait;

	if (!netback_credit_limited(credit))
		return true;
	wait = netback_credit_take(credit, size, ktime_get_ns());
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
		transmit_fall_back(transmit, &transmit->pending[i]);
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

static struct netback_txmap *
transmit_txmap(const struct netback_transmit *transmit)
{
	/* Pairs with netback_transmit_allow_map(). */
	return smp_load_acquire(&transmit->map);
}

/* Of slots whose pages packets have let go of. */
static void transmit_respond_mapped(struct netback_transmit *transmit)
{
	struct netback_txmap *map = transmit_txmap(transmit);
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
			netback_stats_add(&transmit->stats,
					  NETBACK_STAT_TX_LINGERED, 1);
	}
}

static void transmit_push(struct netback_transmit *transmit)
{
	if (!netback_ring_push(&transmit->ring))
		return;
	netback_channel_notify(transmit->channel);
	netback_stats_add(&transmit->stats, NETBACK_STAT_TX_NOTIFICATIONS, 1);
}

static void transmit_count(struct netback_transmit *transmit,
			   const struct netback_tx_packet *packet)
{
	struct netback_stats *stats = &transmit->stats;

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

/* There will be no packet. */
static void transmit_discard(struct netback_tx_pending *p, s16 status)
{
	xdp_return_buff(&p->xdp);
	if (p->held)
		netback_txmap_drop(p->held, status);
}

/* To the network stack. */
static void transmit_pass_on(struct netback_transmit *transmit,
			     struct netback_tx_pending *p)
{
	struct sk_buff *skb = netback_txskb_build(&p->xdp, p->truesize);

	if (!skb) {
		netback_stats_add(&transmit->stats, NETBACK_STAT_TX_NO_MEMORY,
				  1);
		transmit_discard(p, XEN_NETIF_RSP_OKAY);
		return;
	}
	if (p->held)
		netback_txmap_attach(p->held, skb);
	if (netback_txskb_setup(skb, transmit_vif(transmit)->dev, &p->packet)) {
		netback_stats_add(&transmit->stats,
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
		transmit_discard(p, p->status);
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
	return !transmit->prog && transmit_txmap(transmit) &&
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
	netback_stats_add(&transmit->stats, NETBACK_STAT_TX_PASSES, 1);
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

/* Memory of more than one block does not stay when there is nothing to do. */
static void transmit_keep(struct netback_transmit *transmit)
{
	if (READ_ONCE(transmit->trim)) {
		WRITE_ONCE(transmit->trim, false);
		netback_buffers_trim(&transmit->buffers);
	}
	if (transmit->buffers.nr > 1 && !timer_pending(&transmit->idle))
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
