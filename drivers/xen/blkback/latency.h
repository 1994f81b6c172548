/* SPDX-License-Identifier: GPL-2.0 */
/* How long requests take, from the ring to their answer. */
#ifndef XEN_BLKBACK_LATENCY_H
#define XEN_BLKBACK_LATENCY_H

#include <linux/jump_label.h>
#include <linux/timekeeping.h>
#include <linux/types.h>
#include <xen/interface/io/blkif.h>

struct blkback_request;
struct seq_file;

/* Below 1, 2, 4 ... microseconds; the last one has all that is slower. */
#define BLKBACK_LATENCY_BUCKETS		25

/* Indexed by BLKIF_OP_..., of those that a request can have, and one more. */
#define BLKBACK_LATENCY_SECURE		(BLKIF_OP_DISCARD + 1)
#define BLKBACK_LATENCY_OPERATIONS	(BLKBACK_LATENCY_SECURE + 1)

/**
 * struct blkback_latency - a histogram for each operation
 * @n: requests answered, by operation and bucket; discards that erase have a
 *	row of their own, %BLKBACK_LATENCY_SECURE
 */
struct blkback_latency {
	u64 n[BLKBACK_LATENCY_OPERATIONS][BLKBACK_LATENCY_BUCKETS];
};

/* The parameter measure_latency. */
DECLARE_STATIC_KEY_FALSE(blkback_latency_measured);

/**
 * blkback_latency_now() - to be remembered when a request is taken
 *
 * Return: the time in nanoseconds, 0 if it is of no interest.
 */
static inline u64 blkback_latency_now(void)
{
	return static_branch_unlikely(&blkback_latency_measured) ?
		ktime_get_ns() : 0;
}

/**
 * blkback_latency_count() - a request is answered
 * @latency: its queue's
 * @request: what the guest sent, whatever it is
 * @since: what blkback_latency_now() gave
 */
void blkback_latency_count(struct blkback_latency *latency,
			   const struct blkback_request *request, u64 since);

/**
 * blkback_latency_add() - add up
 * @sum: to add to
 * @latency: what to add
 */
void blkback_latency_add(struct blkback_latency *sum,
			 const struct blkback_latency *latency);

/**
 * blkback_latency_show() - as a table, for a person
 * @latency: a histogram
 * @m: where to
 */
void blkback_latency_show(const struct blkback_latency *latency,
			  struct seq_file *m);

#endif
