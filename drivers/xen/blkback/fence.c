// SPDX-License-Identifier: GPL-2.0
/*
 * A barrier is a fence across all rings of a connection: what is before it is
 * answered first, what is behind it is not even taken.
 *
 * The rings are not ordered among each other. A request on another ring counts
 * as earlier if it is there when that ring's thread hears of the barrier, so
 * everything that the guest put there before the barrier is. Barriers on two
 * rings at the same time have the order in which they were taken.
 *
 * Nothing here costs a request anything but a look at one variable, unless
 * there is a barrier; then all of it waits for the disk anyway.
 */
#include <linux/wait.h>

#include "conn.h"
#include "fence.h"
#include "io.h"
#include "queue.h"

static struct blkback_conn *fence_conn(struct blkback_fence *fence)
{
	return container_of(fence, struct blkback_conn, fence);
}

/* Wait for what is there now. Under the fence's lock. */
static void fence_drain(struct blkback_fence *fence)
{
	fence->round++;
	WRITE_ONCE(fence->state, BLKBACK_FENCE_DRAINING);
	/* To find out what is on the rings. */
	blkback_conn_kick(fence_conn(fence));
}

/* Nothing behind the requests taken so far is earlier. */
static void fence_mark(struct blkback_fence *fence,
		       struct blkback_queue *queue, unsigned int more)
{
	queue->fence.round = fence->round;
	queue->fence.mark = queue->ring.req_cons + more;
}

void blkback_fence_hold(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	struct blkback_fence *fence = queue->fence.common;

	spin_lock_irq(&fence->lock);
	blkback_io_append(&fence->waiting, io);
	queue->fence.held++;
	if (fence->state == BLKBACK_FENCE_OPEN)
		fence_drain(fence);
	fence_mark(fence, queue, 0);
	spin_unlock_irq(&fence->lock);
}

bool blkback_fence_passes(struct blkback_queue *queue)
{
	struct blkback_fence *fence = queue->fence.common;
	bool passes = true;
	int more;

	spin_lock_irq(&fence->lock);
	if (fence->state != BLKBACK_FENCE_OPEN) {
		if (queue->fence.round != fence->round) {
			more = blkback_ring_unconsumed(&queue->ring);
			if (queue->fence.held || more < 0)
				more = 0;
			fence_mark(fence, queue, more);
		}
		passes = queue->ring.req_cons != queue->fence.mark;
	}
	spin_unlock_irq(&fence->lock);
	return passes;
}

/* Has everything before the barrier been answered here? */
static bool queue_quiet(const struct blkback_fence *fence,
			struct blkback_queue *queue)
{
	bool quiet;

	spin_lock(&queue->lock);
	quiet = !queue->in_pass &&
		blkback_ring_unanswered(&queue->ring) == queue->fence.held;
	/* One that is about to stop takes nothing more. */
	if (!queue->draining)
		quiet &= queue->fence.round == fence->round &&
			 queue->fence.mark == queue->ring.req_cons;
	spin_unlock(&queue->lock);
	return quiet;
}

static bool all_quiet(struct blkback_fence *fence)
{
	struct blkback_conn *conn = fence_conn(fence);
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++)
		if (!queue_quiet(fence, conn->queues[i]))
			return false;
	return true;
}

static void fence_run_first(struct blkback_fence *fence)
{
	struct blkback_io *io = blkback_io_pop(&fence->waiting);

	io->queue->fence.held--;
	WRITE_ONCE(fence->state, BLKBACK_FENCE_RUNNING);
	blkback_io_hand_back(io, BLKBACK_STAGE_DATA);
}

static void fence_work(struct work_struct *work)
{
	struct blkback_fence *fence = container_of(work, struct blkback_fence,
						   work);

	spin_lock_irq(&fence->lock);
	if (fence->state == BLKBACK_FENCE_ANSWERED) {
		if (bio_list_empty(&fence->waiting)) {
			WRITE_ONCE(fence->state, BLKBACK_FENCE_OPEN);
			blkback_conn_kick(fence_conn(fence));
		} else {
			fence_drain(fence);
		}
	}
	if (fence->state == BLKBACK_FENCE_DRAINING && all_quiet(fence))
		fence_run_first(fence);
	spin_unlock_irq(&fence->lock);
}

void blkback_fence_look(struct blkback_fence *fence)
{
	queue_work(system_unbound_wq, &fence->work);
}

void blkback_fence_answered(struct blkback_fence *fence)
{
	/*
	 * One that was refused when it was decoded never was held; while
	 * another is running none is even taken.
	 */
	if (READ_ONCE(fence->state) != BLKBACK_FENCE_RUNNING)
		return;
	WRITE_ONCE(fence->state, BLKBACK_FENCE_ANSWERED);
	blkback_fence_look(fence);
}

void blkback_fence_init(struct blkback_fence *fence)
{
	spin_lock_init(&fence->lock);
	bio_list_init(&fence->waiting);
	INIT_WORK(&fence->work, fence_work);
}

void blkback_fence_fini(struct blkback_fence *fence)
{
	cancel_work_sync(&fence->work);
}
