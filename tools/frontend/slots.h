/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's end of the rings, with nothing in between. */
#ifndef XEN_FRONTEND_SLOTS_H
#define XEN_FRONTEND_SLOTS_H

#include "ring.h"

#define SLOTS_QUEUES_MAX	16

struct blkback_layout;

/**
 * struct slots - the guest's end of one ring
 * @ring: the ring
 * @layout: of requests and responses
 */
struct slots {
	struct ring ring;
	const struct blkback_layout *layout;
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

/* The next answer, or false if none comes within @ms. May sleep. */
bool slots_answer(struct slots *slots, struct slots_answer *answer,
		  unsigned int ms);

#endif
