/* SPDX-License-Identifier: GPL-2.0 */
/* Write barriers: an order that holds for all queues of a connection. */
#ifndef XEN_BLKBACK_FENCE_H
#define XEN_BLKBACK_FENCE_H

#include <linux/bio.h>
#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct blkback_io;
struct blkback_queue;

/**
 * enum blkback_fence_state - what happens to the first barrier
 * @BLKBACK_FENCE_OPEN: there is none
 * @BLKBACK_FENCE_DRAINING: it waits for what came before it
 * @BLKBACK_FENCE_RUNNING: its queue serves it
 * @BLKBACK_FENCE_ANSWERED: it is done; @work has to look
 */
enum blkback_fence_state {
	BLKBACK_FENCE_OPEN,
	BLKBACK_FENCE_DRAINING,
	BLKBACK_FENCE_RUNNING,
	BLKBACK_FENCE_ANSWERED,
};

/**
 * struct blkback_fence - the barriers of a connection
 * @lock: protects all of it, and struct blkback_fence_queue; taken before a
 *	queue's lock
 * @state: enum blkback_fence_state; read by everybody
 * @round: counts the barriers
 * @waiting: barriers that were taken and hold nothing yet, in that order
 * @work: looks whether something can go on; needs the locks of all queues
 */
struct blkback_fence {
	spinlock_t lock;	/* all that follows */
	enum blkback_fence_state state;
	unsigned int round;
	struct bio_list waiting;
	struct work_struct work;
};

/**
 * struct blkback_fence_queue - what a queue has to do with the barriers
 * @common: of all queues of the connection
 * @round: of the barrier that @mark is for
 * @mark: index of the first request that has to wait for that barrier
 * @held: barriers of this queue in the fence's list
 */
struct blkback_fence_queue {
	struct blkback_fence *common;
	unsigned int round;
	u32 mark;
	unsigned int held;
};

/**
 * blkback_fence_init() - no barriers yet
 * @fence: of a connection whose queues do not run
 */
void blkback_fence_init(struct blkback_fence *fence);

/**
 * blkback_fence_fini() - nobody looks at the queues any more
 * @fence: of a connection whose queues have stopped
 *
 * Context: may sleep.
 */
void blkback_fence_fini(struct blkback_fence *fence);

/**
 * blkback_fence_hold() - a barrier was taken from a ring
 * @io: the barrier; holds neither pages nor room in a batch
 *
 * When everything that was taken before, or was on any ring already when this
 * is noticed there, has been answered, the barrier is handed back to its queue
 * for its data. Until it is answered nothing else is taken from any ring.
 *
 * Context: the queue's thread.
 */
void blkback_fence_hold(struct blkback_io *io);

/**
 * blkback_fence_passes() - may the next request be taken, for all it knows?
 * @queue: which queue's
 *
 * Context: the queue's thread. What blkback_queue_may_take() does if there is
 * a barrier.
 * Return: true if so.
 */
bool blkback_fence_passes(struct blkback_queue *queue);

/**
 * blkback_fence_look() - a queue may have become quiet
 * @fence: which has a barrier
 *
 * Context: any, under a queue's lock: it keeps the connection there.
 */
void blkback_fence_look(struct blkback_fence *fence);

/**
 * blkback_fence_answered() - a barrier was answered
 * @fence: if it is not the one that is running, nothing happens
 *
 * Context: any, under its queue's lock.
 */
void blkback_fence_answered(struct blkback_fence *fence);

/**
 * blkback_fence_is_open() - the way it nearly always is
 * @fence: of a connection
 *
 * Return: true if there is no barrier.
 */
static inline bool blkback_fence_is_open(const struct blkback_fence *fence)
{
	return likely(READ_ONCE(fence->state) == BLKBACK_FENCE_OPEN);
}

#endif
