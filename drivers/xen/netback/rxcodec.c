// SPDX-License-Identifier: GPL-2.0
#include "rxcodec.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

/* Bytes that another slot has room for: 0 if there can be no other. */
static unsigned int begin_slot(struct netback_rx_plan *plan)
{
	unsigned int slot = plan->nr_slots;

	if (slot == NETBACK_RX_SLOTS_MAX)
		return 0;
	plan->nr_slots++;
	plan->slot_len[slot] = 0;
	return NETBACK_GRANT_BYTES - netback_rx_slot_offset(plan, slot);
}

/* Bytes of a piece go to the last slot, which has that much room. */
static void append(struct netback_rx_plan *plan, unsigned int piece,
		   unsigned int offset, unsigned int len, unsigned int room)
{
	unsigned int slot = plan->nr_slots - 1;

	plan->ops[plan->nr_ops++] = (struct netback_rx_op) {
		.piece = piece,
		.slot = slot,
		.piece_offset = offset,
		.slot_offset = NETBACK_GRANT_BYTES - room,
		.len = len,
	};
	plan->slot_len[slot] += len;
}

/* A piece that the last slot cannot hold whole begins another one. */
static int lay_out_whole(struct netback_rx_plan *plan, const u16 *len,
			 unsigned int nr)
{
	unsigned int piece, room = 0;

	for (piece = 0; piece < nr; piece++) {
		if (len[piece] > room) {
			room = begin_slot(plan);
			if (len[piece] > room)
				return -EMSGSIZE;
		}
		append(plan, piece, 0, len[piece], room);
		room -= len[piece];
	}
	return 0;
}

/* Slots are filled to the brim. */
static int lay_out_dense(struct netback_rx_plan *plan, const u16 *len,
			 unsigned int nr)
{
	unsigned int piece, done, now, room = 0;

	for (piece = 0; piece < nr; piece++) {
		for (done = 0; done < len[piece]; done += now) {
			if (!room)
				room = begin_slot(plan);
			if (!room)
				return -EMSGSIZE;
			now = min_t(unsigned int, len[piece] - done, room);
			append(plan, piece, done, now, room);
			room -= now;
		}
	}
	return 0;
}

int netback_rx_plan(struct netback_rx_plan *plan, const u16 *len,
		    unsigned int nr, unsigned int headroom)
{
	if (!nr || nr > NETBACK_RX_PIECES_MAX)
		return -EMSGSIZE;
	plan->headroom = min_t(unsigned int, headroom, NETBACK_RX_HEADROOM_MAX);
	plan->nr_slots = 0;
	plan->nr_ops = 0;
	if (!lay_out_whole(plan, len, nr))
		return 0;
	plan->nr_slots = 0;
	plan->nr_ops = 0;
	return lay_out_dense(plan, len, nr);
}

static int lay_out_pages(struct netback_rx_plan *plan, unsigned int len)
{
	unsigned int now;

	for (; len; len -= now) {
		now = min(len, begin_slot(plan));
		if (!now)
			return -EMSGSIZE;
		plan->slot_len[plan->nr_slots - 1] = now;
	}
	return 0;
}

int netback_rx_plan_pages(struct netback_rx_plan *plan, unsigned int len,
			  unsigned int head)
{
	plan->headroom = 0;
	plan->nr_slots = 0;
	plan->nr_ops = 0;
	if (!len)
		return -EMSGSIZE;
	if (!lay_out_pages(plan, head) && !lay_out_pages(plan, len - head))
		return 0;
	plan->nr_slots = 0;
	return lay_out_pages(plan, len);
}

unsigned int netback_rx_extra_gso(void *raw, enum netback_gso gso, u16 size,
				  bool more)
{
	struct xen_netif_extra_info extra = {
		.type = XEN_NETIF_EXTRA_TYPE_GSO,
		.flags = more ? XEN_NETIF_EXTRA_FLAG_MORE : 0,
		.u.gso = {
			.size = size,
			.type = gso == NETBACK_GSO_TCPV4 ?
				XEN_NETIF_GSO_TYPE_TCPV4 :
				XEN_NETIF_GSO_TYPE_TCPV6,
		},
	};

	memcpy(raw, &extra, sizeof(extra));
	return sizeof(extra);
}

unsigned int netback_rx_extra_headroom(void *raw, u16 headroom, bool more)
{
	struct xen_netif_extra_info extra = {
		.type = XEN_NETIF_EXTRA_TYPE_XDP,
		.flags = more ? XEN_NETIF_EXTRA_FLAG_MORE : 0,
		.u.xdp.headroom = headroom,
	};

	memcpy(raw, &extra, sizeof(extra));
	return sizeof(extra);
}

unsigned int netback_rx_extra_hash(void *raw, u8 type, u32 value)
{
	struct xen_netif_extra_info extra = {
		.type = XEN_NETIF_EXTRA_TYPE_HASH,
		.u.hash = {
			.type = type,
			.algorithm = XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ,
			.value = { value, value >> 8, value >> 16,
				   value >> 24 },
		},
	};

	memcpy(raw, &extra, sizeof(extra));
	return sizeof(extra);
}
