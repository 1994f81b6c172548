// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/skbuff.h>
#include <net/xdp.h>
#include <xen/gnttab/client.h>
#include <xen/interface/io/netif.h>

#include "queue.h"
#include "transmit.h"
#include "txbuild.h"
#include "txmap.h"

static unsigned int tx_linear_max = 1600;
module_param(tx_linear_max, uint, 0644);
MODULE_PARM_DESC(tx_linear_max,
		 "Largest packet in bytes that is copied into one buffer together with its headers (default 1600, at most 4096)");

/* What a larger packet has in its first buffer: enough for all headers. */
#define HEAD_BYTES	128

/* For a program: room before the data. */
#define PROG_HEADROOM	(XDP_PACKET_HEADROOM + NET_IP_ALIGN)

/* Of each of a program's buffers, the first one with the room before and behind. */
#define PROG_BUFFER	NETBACK_GRANT_BYTES

/*
 * What a program sees at once. A larger packet fills the first buffer: Linux takes
 * the fragments of a frame that is redirected to be as large as that.
 */
#define PROG_LINEAR_MAX	(PROG_BUFFER - PROG_HEADROOM - \
			 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

void netback_txbuild_begin(struct netback_transmit *transmit,
			   struct netback_tx_pending *p)
{
	p->xdp.data_hard_start = NULL;
	p->truesize = 0;
	p->held = NULL;
	if (transmit->mapping)
		memset(p->maps, 0, sizeof(p->maps));
}

static void build_copy(struct netback_transmit *transmit,
		       const struct netback_tx_slot *slot,
		       unsigned int done, void *to, unsigned int len)
{
	struct netback_queue *queue = transmit->queue;
	unsigned int now;

	if (netback_staging_read(&queue->staging, slot->gref,
				 slot->offset + done, to, len)) {
		/* One that is divided is counted once. */
		if (!done)
			netback_stats_add(transmit->stats,
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

/* Programs get memory of another kind. */
static void *build_alloc(struct netback_transmit *transmit,
			 unsigned int bytes)
{
	return transmit->prog ?
	       netback_buffers_alloc_plain(&transmit->buffers, bytes) :
	       netback_buffers_alloc(&transmit->buffers, bytes);
}

/* The first buffer: room for the headers that the stack may put in front. */
static int build_head(struct netback_transmit *transmit,
		      struct netback_tx_pending *p,
		      unsigned int headroom, unsigned int len)
{
	unsigned int size = headroom + max(len, HEAD_BYTES) +
			    SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	struct skb_shared_info *shared;
	void *head;

	size = SKB_DATA_ALIGN(size);
	head = build_alloc(transmit, size);
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
static void *build_frag(struct netback_transmit *transmit,
			struct netback_tx_pending *p, unsigned int len)
{
	struct skb_shared_info *shared =
		xdp_get_shared_info_from_buff(&p->xdp);
	void *data = build_alloc(transmit, len);
	unsigned int nr = shared->nr_frags;
	skb_frag_t *last = &shared->frags[nr ? nr - 1 : 0];
	struct page *page;
	int offset;

	if (!data)
		return NULL;
	page = virt_to_head_page(data);
	offset = data - page_address(page);
	/* A program's stay apart: none is to be larger than the first buffer. */
	if (nr && skb_frag_page(last) == page &&
	    skb_frag_off(last) + skb_frag_size(last) == offset &&
	    !transmit->prog) {
		skb_frag_size_add(last, len);
		netback_buffers_merge(&transmit->buffers, data);
	} else {
		__skb_fill_page_desc_noacc(shared, nr, page, offset, len);
		shared->nr_frags++;
	}
	xdp_buff_set_frags_flag(&p->xdp);
	shared->xdp_frags_size += len;
	p->truesize += SKB_DATA_ALIGN(len);
	return data;
}

static int build_slot(struct netback_transmit *transmit,
		      struct netback_tx_pending *p,
		      const struct netback_tx_slot *slot,
		      unsigned int done)
{
	unsigned int len = slot->size - done;
	void *data = build_frag(transmit, p, len);

	if (!data)
		return -ENOMEM;
	build_copy(transmit, slot, done, data, len);
	return 0;
}

/*
 * A fragment that is the guest's own page. Only of packets to be cut into
 * segments: GRO would merge others, and it knows nothing of borrowed pages.
 */
static bool build_mapped_slot(struct netback_transmit *transmit,
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
static int copy_instead(struct netback_transmit *transmit,
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
	build_copy(transmit, slot, 0, data, slot->size);
	return 0;
}

void netback_txbuild_fall_back(struct netback_transmit *transmit,
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
		netback_stats_add(transmit->stats,
				  NETBACK_STAT_TX_MAP_FAILED, 1);
		if (!copy_instead(transmit, p, i) ||
		    p->status != XEN_NETIF_RSP_OKAY)
			continue;
		p->status = XEN_NETIF_RSP_DROPPED;
		netback_stats_add(transmit->stats, NETBACK_STAT_TX_NO_MEMORY,
				  1);
	}
	if (mapped)
		netback_stats_add(transmit->stats, NETBACK_STAT_TX_MAPPED,
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
static int build(struct netback_transmit *transmit,
		 struct netback_tx_pending *p)
{
	const struct netback_tx_packet *packet = &p->packet;
	unsigned int len = head_len(packet), i;
	int error;

	error = build_head(transmit, p, NET_SKB_PAD + NET_IP_ALIGN, len);
	if (error)
		return error;
	build_copy(transmit, &packet->slots[0], 0, p->xdp.data, len);
	if (len < packet->slots[0].size)
		error = build_slot(transmit, p, &packet->slots[0], len);
	for (i = 1; i < packet->nr_slots && !error; i++) {
		if (build_mapped_slot(transmit, p, i))
			continue;
		error = build_slot(transmit, p, &packet->slots[i], 0);
	}
	return error;
}

/*
 * For a program: one slot right behind the other, so that the guest cannot hide
 * its headers by the way that it divides them.
 */
static int build_for_program(struct netback_transmit *transmit,
			     struct netback_tx_pending *p)
{
	unsigned int rest = p->packet.size;
	unsigned int room = min_t(unsigned int, rest, PROG_LINEAR_MAX);
	unsigned int i, done, now;
	void *to;

	if (build_head(transmit, p, PROG_HEADROOM, room))
		return -ENOMEM;
	to = p->xdp.data;
	for (i = 0; i < p->packet.nr_slots; i++) {
		const struct netback_tx_slot *slot = &p->packet.slots[i];

		for (done = 0; done < slot->size; done += now) {
			if (!room) {
				room = min_t(unsigned int, rest, PROG_BUFFER);
				to = build_frag(transmit, p, room);
				if (!to)
					return -ENOMEM;
			}
			now = min_t(unsigned int, room, slot->size - done);
			build_copy(transmit, slot, done, to, now);
			to += now;
			room -= now;
			rest -= now;
		}
	}
	return 0;
}

int netback_txbuild(struct netback_transmit *transmit,
		    struct netback_tx_pending *p)
{
	return transmit->prog ? build_for_program(transmit, p) :
				build(transmit, p);
}

void netback_txbuild_discard(struct netback_tx_pending *p, s16 status)
{
	struct skb_shared_info *shared =
		xdp_get_shared_info_from_buff(&p->xdp);
	unsigned int i;

	for (i = 0; i < shared->nr_frags; i++)
		netback_buffers_put(skb_frag_address(&shared->frags[i]));
	netback_buffers_put(p->xdp.data_hard_start);
	if (p->held)
		netback_txmap_drop(p->held, status);
}
