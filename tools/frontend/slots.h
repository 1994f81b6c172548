/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's end of the rings, with nothing in between. */
#ifndef XEN_FRONTEND_SLOTS_H
#define XEN_FRONTEND_SLOTS_H

#include <linux/types.h>

#define SLOTS_QUEUES_MAX	16
#define SLOTS_PAGES_MAX		16

struct blkback_layout;

/**
 * struct slots - the guest's end of one ring
 * @pages: shared, next to each other; NULL if there are none
 * @order: how many, as a power of two
 * @refs: of each page
 * @nr_refs: how many are granted
 * @port: event channel
 * @layout: of requests and responses
 * @size: number of slots
 * @req_prod: requests written so far, whether published or not
 * @rsp_cons: responses seen so far
 */
struct slots {
	struct page *pages;
	unsigned int order;
	u32 refs[SLOTS_PAGES_MAX];
	unsigned int nr_refs;
	u32 port;
	const struct blkback_layout *layout;
	u32 size;
	u32 req_prod;
	u32 rsp_cons;
};

/* What is to be seen of an answer, padding included. */
struct slots_answer {
	u64 id;
	u8 operation;
	s16 status;
	bool padded;	/* with anything but zeroes */
};

/* @slots is zeroed, and destroyed by the caller even if this fails. */
int slots_create(struct slots *slots, const char *protocol, unsigned int order,
		 u16 backend);
void slots_destroy(struct slots *slots);

/* The next slot, for the caller to fill; NULL if none is free. */
void *slots_next(struct slots *slots);

/* Let the backend see all of them, and tell it. */
void slots_publish(struct slots *slots);

/* The index that the backend sees, moved by what is no request. */
void slots_index(struct slots *slots, int by);
void slots_notify(struct slots *slots);

/* The next answer, or false if none comes within @ms. May sleep. */
bool slots_answer(struct slots *slots, struct slots_answer *answer,
		  unsigned int ms);

/* Requests published that have no answer. */
u32 slots_outstanding(const struct slots *slots);

#endif
