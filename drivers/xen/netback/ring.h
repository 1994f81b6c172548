/* SPDX-License-Identifier: GPL-2.0 */
/* The backend's end of a shared ring, of packets or of messages. Pure. */
#ifndef XEN_NETBACK_RING_H
#define XEN_NETBACK_RING_H

#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>

/* A ring is one page. So many slots of packets fit into it, in either direction. */
#define NETBACK_RING_SIZE	256

/* And so many messages. */
#define NETBACK_CTRL_RING_SIZE	128

/* Sizes of a slot: that of the larger of request and response. */
#define NETBACK_TX_SLOT_BYTES	12
#define NETBACK_RX_SLOT_BYTES	8
#define NETBACK_CTRL_SLOT_BYTES	16
#define NETBACK_SLOT_BYTES_MAX	16

/* What the page begins with; all of it can change under our eyes. */
struct netback_ring_shared {
	u32 req_prod;	/* written by the frontend */
	u32 req_event;	/* written by us: notify when req_prod gets there */
	u32 rsp_prod;	/* written by us */
	u32 rsp_event;	/* written by the frontend */
	u8 unused[48];
	u8 slots[];
};

/**
 * struct netback_ring - the backend's end; all fields are private to the ring
 * @shared: the granted page
 * @slot_bytes: size of a slot
 * @size: number of slots
 * @req_cons: requests taken so far
 * @rsp_prod: responses written so far
 * @rsp_pushed: responses that the frontend was told of
 * @broken: the frontend's index was impossible; stays set
 *
 * One user at a time. Nothing in the shared page but the requests themselves
 * and the indices req_prod and rsp_event is ever read.
 */
struct netback_ring {
	struct netback_ring_shared *shared;
	unsigned int slot_bytes;
	u32 size;
	u32 req_cons;
	u32 rsp_prod;
	u32 rsp_pushed;
	bool broken;
};

static inline u8 *netback_ring_slot(const struct netback_ring *ring, u32 index)
{
	return ring->shared->slots +
	       (index & (ring->size - 1)) * ring->slot_bytes;
}

/* A slot of any kind, by moves instead of a call: there is one for each 4 KiB. */
static __always_inline void netback_ring_move(void *to, const void *from, unsigned int bytes)
{
	switch (bytes) {
	case NETBACK_RX_SLOT_BYTES:
		memcpy(to, from, NETBACK_RX_SLOT_BYTES);
		break;
	case NETBACK_TX_SLOT_BYTES:
		memcpy(to, from, NETBACK_TX_SLOT_BYTES);
		break;
	default:
		memcpy(to, from, bytes);
	}
}

/**
 * netback_ring_attach() - take up the backend's end of a ring
 * @ring: to be initialised
 * @shared: the mapped page
 * @slot_bytes: NETBACK_..._SLOT_BYTES
 *
 * Starts from the indices found in the page: the backend may be a successor of
 * one that served the same ring.
 *
 * Return: 0, or -EPROTO if the indices make no sense.
 */
int netback_ring_attach(struct netback_ring *ring, void *shared,
			unsigned int slot_bytes);

/**
 * netback_ring_waiting() - how many requests wait to be taken
 * @ring: the ring
 *
 * Return: the number, at most the ring's size, or -EPROTO if the ring is
 * broken, now and for ever after.
 */
int netback_ring_waiting(struct netback_ring *ring);

/* Copy the slot of request number @index, which may be anything by now. */
static inline void netback_ring_copy_at(const struct netback_ring *ring,
					u32 index, void *raw)
{
	netback_ring_move(raw, netback_ring_slot(ring, index),
			  ring->slot_bytes);
	/* The compiler may not go back to the slot for what it needs of raw. */
	barrier();
}

/**
 * netback_ring_copy() - copy a request, without taking it
 * @ring: the ring
 * @ahead: which: 0 is the next; less than netback_ring_waiting()
 * @raw: gets a copy of the slot, which is not to be looked at again
 */
static inline void netback_ring_copy(const struct netback_ring *ring,
				     unsigned int ahead, void *raw)
{
	netback_ring_copy_at(ring, ring->req_cons + ahead, raw);
}

/**
 * netback_ring_take() - take requests
 * @ring: the ring
 * @nr: how many, at most netback_ring_waiting()
 */
static inline void netback_ring_take(struct netback_ring *ring, unsigned int nr)
{
	WRITE_ONCE(ring->req_cons, ring->req_cons + nr);
}

/**
 * netback_ring_await() - ask to be notified
 * @ring: the ring
 * @nr: as soon as so many requests wait; at least 1
 *
 * To be called before going to rest. What came meanwhile may have been put
 * there without a notification.
 *
 * Return: 1 if so many are there already, 0 if the notification will come, or
 * -EPROTO.
 */
int netback_ring_await(struct netback_ring *ring, unsigned int nr);

/**
 * netback_ring_behind() - does the frontend still work on earlier responses?
 * @ring: the ring
 *
 * It was notified then, and has not asked for another notification. Any context
 * may ask; the answer is the frontend's, and no more than a hint.
 */
bool netback_ring_behind(const struct netback_ring *ring);

/**
 * netback_ring_await_news() - ask to be notified of any further request
 * @ring: the ring
 *
 * Any context may: that of the ring's user asks for no more than it needs.
 */
void netback_ring_await_news(struct netback_ring *ring);

/**
 * netback_ring_respond() - write the next response
 * @ring: the ring
 * @raw: the response
 * @bytes: its size, at most a slot; what is left of the slot is zeroed
 *
 * The frontend does not see it before netback_ring_push().
 *
 * Return: 0, or -EPROTO if every request taken has its response already; only
 * a mistake of the caller gives this, and nothing is written then.
 */
static __always_inline int netback_ring_respond(struct netback_ring *ring,
						const void *raw,
						unsigned int bytes)
{
	u8 *to = netback_ring_slot(ring, ring->rsp_prod);

	if (ring->rsp_prod == ring->req_cons || bytes > ring->slot_bytes)
		return -EPROTO;

	netback_ring_move(to, raw, bytes);
	if (bytes < ring->slot_bytes)
		memset(to + bytes, 0, ring->slot_bytes - bytes);
	WRITE_ONCE(ring->rsp_prod, ring->rsp_prod + 1);
	return 0;
}

/**
 * netback_ring_push() - let the frontend see the responses written so far
 * @ring: the ring
 *
 * Return: true if the frontend wants to be notified of them.
 */
bool netback_ring_push(struct netback_ring *ring);

/**
 * struct netback_ring_view - the indices, for a person to read
 * @req_prod: as the frontend wrote it
 * @req_cons: see struct netback_ring
 * @req_event: when it notifies us, or anything that it wrote instead
 * @rsp_prod: see struct netback_ring
 * @rsp_event: when we notify it, as it wrote it
 */
struct netback_ring_view {
	u32 req_prod;
	u32 req_cons;
	u32 req_event;
	u32 rsp_prod;
	u32 rsp_event;
};

/**
 * netback_ring_look() - read the indices
 * @ring: the ring, whose user may be at work
 * @view: gets them; they need not fit each other
 */
void netback_ring_look(const struct netback_ring *ring,
		       struct netback_ring_view *view);

#endif
