/* SPDX-License-Identifier: GPL-2.0 */
/* The receive codec: pieces of a packet in, slots and copy operations out. Pure. */
#ifndef XEN_NETBACK_RXCODEC_H
#define XEN_NETBACK_RXCODEC_H

#include <linux/string.h>
#include <linux/types.h>
#include <xen/interface/io/netif.h>

#include "txcodec.h"

/* The most slots with data that a frontend has to expect of a packet. */
#define NETBACK_RX_SLOTS_MAX	18

/* The most bytes before a packet's data that a frontend may ask for. */
#define NETBACK_RX_HEADROOM_MAX	256

/* The most pieces of memory that a packet may consist of. */
#define NETBACK_RX_PIECES_MAX	64

/* Each piece, and each end of a slot inside of one, begins another operation. */
#define NETBACK_RX_OPS_MAX	(NETBACK_RX_PIECES_MAX + NETBACK_RX_SLOTS_MAX)

/**
 * struct netback_rx_op - a copy of some bytes into a slot
 * @piece: from which piece
 * @slot: into which slot
 * @piece_offset: from the beginning of the piece
 * @slot_offset: from the beginning of the granted page
 * @len: bytes
 */
struct netback_rx_op {
	u8 piece;
	u8 slot;
	u16 piece_offset;
	u16 slot_offset;
	u16 len;
};

/**
 * struct netback_rx_plan - how a packet gets into slots
 * @headroom: bytes that stay free before the data in the first slot; if there
 *	are any, another slot says so
 * @nr_slots: slots with data
 * @nr_ops: copy operations
 * @slot_len: bytes in each slot
 * @ops: in the order of the packet's bytes
 */
struct netback_rx_plan {
	u16 headroom;
	u8 nr_slots;
	u8 nr_ops;
	u16 slot_len[NETBACK_RX_SLOTS_MAX];
	struct netback_rx_op ops[NETBACK_RX_OPS_MAX];
};

/**
 * netback_rx_plan() - lay a packet out
 * @plan: gets the result
 * @len: sizes of the pieces, none of them 0; each lies within one page
 * @nr: how many
 * @headroom: bytes that stay free at the beginning, up to
 *	%NETBACK_RX_HEADROOM_MAX
 *
 * A piece begins a slot of its own if that needs no more slots than a frontend
 * has to accept: then each is copied as a whole. Otherwise slots are filled to
 * the brim. This is the only place where slots are counted: what it says is
 * what is taken.
 *
 * Return: 0, -EMSGSIZE if the packet is too large.
 */
int netback_rx_plan(struct netback_rx_plan *plan, const u16 *len,
		    unsigned int nr, unsigned int headroom);

/**
 * netback_rx_slot_offset() - where the data of a slot begins
 * @plan: the packet's
 * @slot: which of its slots with data
 *
 * Return: bytes from the beginning of the granted page.
 */
static inline unsigned int
netback_rx_slot_offset(const struct netback_rx_plan *plan, unsigned int slot)
{
	return slot ? 0 : plan->headroom;
}

/**
 * netback_rx_plan_pages() - lay a packet out that is given page by page
 * @plan: gets the result, without operations and headroom
 * @len: bytes of the packet
 * @head: what is behind so many of them begins another page, unless that needs
 *	more slots than a frontend has to accept
 *
 * Each page but the last of either part is full.
 *
 * Return: 0, -EMSGSIZE if the packet is too large or empty.
 */
int netback_rx_plan_pages(struct netback_rx_plan *plan, unsigned int len,
			  unsigned int head);

/**
 * struct netback_rx_request - a place for data that the frontend offered
 * @id: for the response
 * @gref: grant of a page
 */
struct netback_rx_request {
	u16 id;
	u32 gref;
};

/**
 * netback_rx_decode() - read a request
 * @request: gets it
 * @raw: a copy of the slot
 */
static inline void netback_rx_decode(struct netback_rx_request *request,
				     const void *raw)
{
	struct xen_netif_rx_request copy;

	memcpy(&copy, raw, sizeof(copy));
	request->id = copy.id;
	request->gref = copy.gref;
}

/**
 * netback_rx_response() - a response
 * @raw: gets it
 * @id: of the request
 * @offset: where the data begins in the page
 * @flags: XEN_NETRXF_...
 * @status: bytes in the page, or XEN_NETIF_RSP_...
 *
 * Return: its size in bytes.
 */
static inline unsigned int netback_rx_response(void *raw, u16 id, u16 offset,
					       u16 flags, s16 status)
{
	struct xen_netif_rx_response response = {
		.id = id,
		.offset = offset,
		.flags = flags,
		.status = status,
	};

	memcpy(raw, &response, sizeof(response));
	return sizeof(response);
}

/**
 * netback_rx_extra_gso() - what stands in the second slot of a GSO packet
 * @raw: gets it
 * @gso: NETBACK_GSO_TCPV4 or NETBACK_GSO_TCPV6
 * @size: of each segment
 * @more: another slot with extra information follows
 *
 * Return: its size in bytes.
 */
unsigned int netback_rx_extra_gso(void *raw, enum netback_gso gso, u16 size,
				  bool more);

/**
 * netback_rx_extra_headroom() - the slot that says where the data begins
 * @raw: gets it
 * @headroom: in the page of the first slot
 * @more: another slot with extra information follows
 *
 * Return: its size in bytes.
 */
unsigned int netback_rx_extra_headroom(void *raw, u16 headroom, bool more);

/**
 * netback_rx_extra_hash() - the slot with a Toeplitz hash, the last of its kind
 * @raw: gets it
 * @type: _XEN_NETIF_CTRL_HASH_TYPE_...
 * @value: the hash
 *
 * Return: its size in bytes.
 */
unsigned int netback_rx_extra_hash(void *raw, u8 type, u32 value);

#endif
