/* SPDX-License-Identifier: GPL-2.0 */
/* The backend's end of a shared block ring. */
#ifndef XEN_BLKBACK_RING_H
#define XEN_BLKBACK_RING_H

#include <linux/types.h>

#include "layout.h"

struct blkback_ring_shared;

/**
 * struct blkback_ring - the backend's end; all fields are private to ring.c
 * @shared: the granted pages, mapped next to each other
 * @layout: how requests and responses are laid out in it
 * @size: number of slots, a power of two
 * @req_cons: requests taken so far
 * @rsp_prod: responses written so far
 * @rsp_pushed: responses that the frontend was told of
 * @broken: the frontend's index was impossible; stays set
 *
 * There are two sides, which may run at the same time:
 *
 * - the taking side: blkback_ring_take(), blkback_ring_final_check(),
 *   blkback_ring_unconsumed(); one caller at a time;
 * - the answering side: blkback_ring_respond(), blkback_ring_push(); the
 *   callers serialise with a lock of their own.
 *
 * Nothing in the shared pages but the requests themselves, the two indices
 * req_prod and rsp_event is ever read, and each of those once per call.
 */
struct blkback_ring {
	struct blkback_ring_shared *shared;
	const struct blkback_layout *layout;
	u32 size;

	u32 req_cons;
	bool broken;

	u32 rsp_prod;
	u32 rsp_pushed;
};

/**
 * blkback_ring_entries() - how many slots a ring has
 * @layout: size of a slot
 * @bytes: size of the shared pages
 *
 * Return: a power of two, 0 if not even one slot fits.
 */
u32 blkback_ring_entries(const struct blkback_layout *layout, size_t bytes);

/**
 * blkback_ring_attach() - take up the backend's end of a ring
 * @ring: to be initialised
 * @shared: the mapped pages, aligned to 4 bytes
 * @bytes: their size
 * @layout: of requests and responses
 *
 * Starts from the indices found in the pages, since the backend may be a
 * successor of one that served the same ring: what has a response is done,
 * what has none is taken again.
 *
 * Return: 0, -EINVAL if the pages are too small for a slot, -EPROTO if the
 * indices make no sense; @ring is unusable then.
 */
int blkback_ring_attach(struct blkback_ring *ring, void *shared, size_t bytes,
			const struct blkback_layout *layout);

/**
 * blkback_ring_take() - take the next request
 * @ring: the ring
 * @raw: has room for layout->request_bytes; gets a copy of the slot, or of its
 *	first %BLKBACK_REQUEST_BYTES_HEAD bytes if the others have no meaning;
 *	the slot itself is not looked at again
 *
 * Between two blkback_ring_push() no more than the ring's size can be taken,
 * whatever the frontend does.
 *
 * Return: 1 if there was one, 0 if there was none, -EPROTO if the ring is
 * broken, now and for ever after.
 */
int blkback_ring_take(struct blkback_ring *ring, void *raw);

/**
 * blkback_ring_next() - take the next request, which is known to be there
 * @ring: the ring
 * @raw: see blkback_ring_take()
 *
 * To be called for as many requests as blkback_ring_unconsumed() has counted.
 */
void blkback_ring_next(struct blkback_ring *ring, void *raw);

/**
 * blkback_ring_unconsumed() - how many requests wait to be taken
 * @ring: the ring
 *
 * Return: the number, at most the ring's size, or -EPROTO.
 */
int blkback_ring_unconsumed(struct blkback_ring *ring);

/**
 * blkback_ring_final_check() - ask for a notification of the next request
 * @ring: the ring, of which blkback_ring_take() just returned 0
 *
 * To be called before sleeping. A request that came in the meantime may have
 * been put there without a notification.
 *
 * Return: 0 if there is nothing to do and the next request will notify, 1 if
 * there is a request to take, or -EPROTO.
 */
int blkback_ring_final_check(struct blkback_ring *ring);

/**
 * blkback_ring_respond() - write one response, for a request that was taken
 * @ring: the ring
 * @id: of the request
 * @operation: of the request
 * @status: BLKIF_RSP_...
 *
 * The frontend does not see it before blkback_ring_push().
 *
 * Return: 0, or -EPROTO if every request taken has its response already; only
 * a mistake of the caller gives this, and nothing is written then.
 */
int blkback_ring_respond(struct blkback_ring *ring, u64 id, u8 operation, s16 status);

/**
 * blkback_ring_push() - let the frontend see the responses written so far
 * @ring: the ring
 *
 * Return: true if the frontend wants to be notified of them.
 */
bool blkback_ring_push(struct blkback_ring *ring);

/**
 * blkback_ring_unanswered() - requests taken that have no response yet
 * @ring: the ring
 *
 * Return: the number; exact if neither side is running.
 */
u32 blkback_ring_unanswered(const struct blkback_ring *ring);

/**
 * blkback_ring_indices() - the indices, for a person to read
 * @ring: the ring
 * @req_prod: as the frontend wrote it
 * @req_cons: see struct blkback_ring
 * @rsp_prod: see struct blkback_ring
 */
void blkback_ring_indices(const struct blkback_ring *ring, u32 *req_prod,
			  u32 *req_cons, u32 *rsp_prod);

#endif
