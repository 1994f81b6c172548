/* SPDX-License-Identifier: GPL-2.0 */
/* A guest with much to do does not keep one with little waiting. */
#ifndef XEN_BLKBACK_TURN_H
#define XEN_BLKBACK_TURN_H

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/types.h>

struct blkback_queue;

/* Cost of a request in pages: of what it takes besides its segments. */
#define BLKBACK_TURN_REQUEST	4U

/**
 * struct blkback_turn - what a queue has been given to do
 * @taken: cost of all requests taken off the ring, of the queue's thread
 * @answered: cost of all that were answered, under the queue's lock
 * @held: the rest of the ring waits for the end of the turn; set under the
 *	queue's lock
 * @until: when it ends, in jiffies, if the disk is not done before
 *
 * A device that never has more at work than a turn is a light one. While there
 * is one whose thread runs on the same processor, queues of other devices take
 * their requests in turns: one turn is answered before the next begins. So a
 * request of the light device never waits for a whole ring of another guest,
 * neither for the processor nor for the block device behind both.
 */
struct blkback_turn {
	unsigned int taken;
	unsigned int answered;
	bool held;
	unsigned long until;
};

/**
 * blkback_turn_begin() - how much may be taken off the ring now?
 * @queue: a queue
 *
 * Context: the queue's thread.
 * Return: cost of requests, 0 if the turn is not over, %UINT_MAX if nobody
 * else is in a hurry.
 */
unsigned int blkback_turn_begin(struct blkback_queue *queue);

/**
 * blkback_turn_taken() - so much was taken
 * @queue: a queue
 * @cost: of the requests taken
 * @room: what blkback_turn_begin() said
 *
 * If that was all it might take, the rest waits. Whoever answers the last
 * request wakes the thread then.
 *
 * Context: the queue's thread, without the queue's lock.
 */
void blkback_turn_taken(struct blkback_queue *queue, unsigned int cost,
			unsigned int room);

/**
 * blkback_turn_load() - what a queue has at work
 * @turn: the queue's
 *
 * Context: any.
 * Return: cost of the requests taken and not answered.
 */
static inline unsigned int blkback_turn_load(const struct blkback_turn *turn)
{
	unsigned int answered = READ_ONCE(turn->answered);

	/* What was answered had been taken: read the other way, it is less. */
	smp_rmb();
	return READ_ONCE(turn->taken) - answered;
}

/**
 * blkback_turn_is_over() - may the next one begin?
 * @turn: the queue's
 *
 * Context: any.
 * Return: false if none is being waited for, too.
 */
static inline bool blkback_turn_is_over(const struct blkback_turn *turn)
{
	return READ_ONCE(turn->held) &&
	       (!blkback_turn_load(turn) ||
		time_after_eq(jiffies, READ_ONCE(turn->until)));
}

#endif
