/* SPDX-License-Identifier: GPL-2.0 */
/* A request that becomes another one, and back, while it is looked at. */
#ifndef XEN_FRONTEND_RACE_H
#define XEN_FRONTEND_RACE_H

#include <linux/types.h>

/* Of one request. */
#define RACE_SLOTS_MAX	4

struct ring;

/**
 * struct race - a request of two looks
 * @ring: where it is published
 * @nr_slots: how many it takes
 * @slots: those that it has now
 * @shown: the backend sees them
 * @wear: let them look the one way or the other
 * @reap: take the answers, which stand where the request did
 *
 * Part of something that knows the looks.
 */
struct race {
	struct ring *ring;
	unsigned int nr_slots;
	void *slots[RACE_SLOTS_MAX];
	bool shown;
	void (*wear)(struct race *race, unsigned int look);
	void (*reap)(struct race *race);
};

/* Of "NUMBER REQUEST; REQUEST". Return: 0 or -EINVAL. */
int race_parse(char *line, unsigned int *rounds, char *looks[2]);

/*
 * So often, one of the two is published as the other one, alternately, and changes
 * until it is answered, or for @ms. May sleep.
 * Return: how many were answered, or -ENOSPC if the ring was full.
 */
int race_run(struct race *race, unsigned int rounds, unsigned int ms);

#endif
