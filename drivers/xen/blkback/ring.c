// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

#include <asm/barrier.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/stddef.h>
#include <xen/interface/io/blkif.h>

#include "codec.h"
#include "layout.h"

/* What the pages begin with; all of it can change under our eyes. */
struct blkback_ring_shared {
	u32 req_prod;	/* written by the frontend */
	u32 req_event;	/* written by us: notify when req_prod gets there */
	u32 rsp_prod;	/* written by us */
	u32 rsp_event;	/* written by the frontend */
	u8 unused[48];
	u8 slots[];
};

static_assert(offsetof(struct blkback_ring_shared, req_prod) ==
	      offsetof(struct blkif_sring, req_prod));
static_assert(offsetof(struct blkback_ring_shared, req_event) ==
	      offsetof(struct blkif_sring, req_event));
static_assert(offsetof(struct blkback_ring_shared, rsp_prod) ==
	      offsetof(struct blkif_sring, rsp_prod));
static_assert(offsetof(struct blkback_ring_shared, rsp_event) ==
	      offsetof(struct blkif_sring, rsp_event));
static_assert(offsetof(struct blkback_ring_shared, slots) ==
	      offsetof(struct blkif_sring, ring));

static void *slot(const struct blkback_ring *ring, u32 index)
{
	return ring->shared->slots + (index & (ring->size - 1)) * ring->layout->request_bytes;
}

u32 blkback_ring_entries(const struct blkback_layout *layout, size_t bytes)
{
	size_t header = offsetof(struct blkback_ring_shared, slots);

	if (bytes < header + layout->request_bytes)
		return 0;
	return rounddown_pow_of_two((bytes - header) / layout->request_bytes);
}

int blkback_ring_attach(struct blkback_ring *ring, void *shared, size_t bytes,
			const struct blkback_layout *layout)
{
	u32 req_prod, rsp_prod;

	ring->shared = shared;
	ring->layout = layout;
	ring->broken = false;
	ring->size = blkback_ring_entries(layout, bytes);
	if (!ring->size)
		return -EINVAL;

	req_prod = READ_ONCE(ring->shared->req_prod);
	rsp_prod = READ_ONCE(ring->shared->rsp_prod);
	ring->req_cons = rsp_prod;
	ring->rsp_prod = rsp_prod;
	ring->rsp_pushed = rsp_prod;
	if (req_prod - rsp_prod > ring->size) {
		ring->broken = true;
		return -EPROTO;
	}
	return 0;
}

/*
 * A slot is free for the next request only once its response was pushed, so
 * an honest frontend is never more than the ring's size ahead of rsp_pushed.
 *
 * req_prod has to be read before rsp_pushed: a frontend that was told of a
 * response meanwhile may have used its slot, and an old rsp_pushed would make
 * that look like a crime.
 */
int blkback_ring_unconsumed(struct blkback_ring *ring)
{
	u32 req_prod = READ_ONCE(ring->shared->req_prod);
	u32 room, waiting;

	/*
	 * Pairs with the barrier before rsp_prod in blkback_ring_push(); also
	 * no slot is read before the index that says it is filled.
	 */
	virt_rmb();
	room = ring->size - (ring->req_cons - READ_ONCE(ring->rsp_pushed));
	waiting = req_prod - ring->req_cons;
	if (waiting > room)
		ring->broken = true;
	return ring->broken ? -EPROTO : (int)waiting;
}

void blkback_ring_next(struct blkback_ring *ring, void *raw)
{
	const u8 *from = slot(ring, ring->req_cons);

	memcpy(raw, from, BLKBACK_REQUEST_BYTES_HEAD);
	/* What the head says now is what counts. */
	barrier();
	if (!blkback_layout_ends_in_head(ring->layout, raw))
		memcpy((u8 *)raw + BLKBACK_REQUEST_BYTES_HEAD,
		       from + BLKBACK_REQUEST_BYTES_HEAD,
		       ring->layout->request_bytes - BLKBACK_REQUEST_BYTES_HEAD);
	/* The compiler may not go back to the slot for what it needs of raw. */
	barrier();
	WRITE_ONCE(ring->req_cons, ring->req_cons + 1);
}

int blkback_ring_take(struct blkback_ring *ring, void *raw)
{
	int waiting = blkback_ring_unconsumed(ring);

	if (waiting <= 0)
		return waiting;
	blkback_ring_next(ring, raw);
	return 1;
}

int blkback_ring_final_check(struct blkback_ring *ring)
{
	int waiting = blkback_ring_unconsumed(ring);

	if (!waiting) {
		WRITE_ONCE(ring->shared->req_event, ring->req_cons + 1);
		/* Ask first, then look: else both ends may wait for the other. */
		virt_mb();
		waiting = blkback_ring_unconsumed(ring);
	}
	return waiting > 0 ? 1 : waiting;
}

int blkback_ring_respond(struct blkback_ring *ring, u64 id, u8 operation, s16 status)
{
	if (!blkback_ring_unanswered(ring))
		return -EPROTO;

	/* Nothing of it is read, so it can be written where the guest sees it. */
	blkback_codec_encode_response(ring->layout, slot(ring, ring->rsp_prod),
				      id, operation, status);
	WRITE_ONCE(ring->rsp_prod, ring->rsp_prod + 1);
	return 0;
}

bool blkback_ring_push(struct blkback_ring *ring)
{
	u32 old = ring->rsp_pushed;
	u32 new = ring->rsp_prod;

	if (new == old)
		return false;

	WRITE_ONCE(ring->rsp_pushed, new);
	/* Responses, and rsp_pushed for the taking side, before the index. */
	virt_wmb();
	WRITE_ONCE(ring->shared->rsp_prod, new);
	/* Show first, then look whether the frontend waits for it. */
	virt_mb();
	return new - READ_ONCE(ring->shared->rsp_event) < new - old;
}

u32 blkback_ring_unanswered(const struct blkback_ring *ring)
{
	return READ_ONCE(ring->req_cons) - READ_ONCE(ring->rsp_prod);
}

void blkback_ring_indices(const struct blkback_ring *ring, u32 *req_prod,
			  u32 *req_cons, u32 *rsp_prod)
{
	*req_prod = READ_ONCE(ring->shared->req_prod);
	*req_cons = READ_ONCE(ring->req_cons);
	*rsp_prod = READ_ONCE(ring->rsp_prod);
}
