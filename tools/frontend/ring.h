/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's end of a ring, whatever is in it, with nothing in between. */
#ifndef XEN_FRONTEND_RING_H
#define XEN_FRONTEND_RING_H

#include <linux/types.h>

#define RING_PAGES_MAX	16

struct page;

/**
 * struct ring - the guest's end of a ring
 * @pages: shared, next to each other; NULL if there are none
 * @order: how many, as a power of two
 * @refs: of each page
 * @port: event channel
 * @slot_bytes: size of a slot
 * @size: number of slots
 * @req_prod: requests written so far, whether published or not
 * @rsp_cons: responses seen so far
 */
struct ring {
	struct page *pages;
	unsigned int order;
	u32 refs[RING_PAGES_MAX];
	u32 port;
	unsigned int slot_bytes;
	u32 size;
	u32 req_prod;
	u32 rsp_cons;
};

/* @ring is zeroed, and destroyed by the caller even if this fails. */
int ring_create(struct ring *ring, unsigned int slot_bytes, unsigned int order,
		u16 backend);
void ring_destroy(struct ring *ring);

/* The next slot, for the caller to fill; NULL if none is free. */
void *ring_next(struct ring *ring);

/* Let the backend see all of them. */
void ring_show(struct ring *ring);

/* The same, and tell it. */
void ring_publish(struct ring *ring);

/* The same, and tell it only if it has asked to be. */
void ring_push(struct ring *ring);

/* The index that the backend sees, moved by what is no request. */
void ring_index(struct ring *ring, int by);
void ring_notify(struct ring *ring);

/* What the backend has written into the ring, overwritten. */
void ring_overwrite(struct ring *ring, u32 value);

/* Wait until the backend has said of each request published that it is answered. */
bool ring_all_answered(const struct ring *ring, unsigned int ms);

/* Nonsense in all that is the backend's on the ring's page, or nobody's. */
void ring_scribble(struct ring *ring, u32 seed);

/* The next response, or NULL if none comes within @ms. May sleep. */
const void *ring_answer(struct ring *ring, unsigned int ms);

/* Take the next response for seen. */
void ring_skip(struct ring *ring);

/* Requests published that have no response. */
u32 ring_outstanding(const struct ring *ring);

#endif
