// SPDX-License-Identifier: GPL-2.0
/*
 * One request: its memory, its way to the block device and back, its answer.
 *
 * Completions run in whatever context the block device chooses. What may
 * sleep, or is cheaper for many requests at once, is handed back to the
 * queue's thread.
 */
#include <linux/blkdev.h>
#include <xen/events.h>
#include <xen/gnttab/area.h>

#include "conn.h"
#include "device.h"
#include "io.h"
#include "queue.h"
#include "trace.h"

void blkback_io_init(struct blkback_io *io, struct blkback_queue *queue)
{
	io->queue = queue;
	io->small = (struct blkback_extent) {
		.segments = io->request.segments,
		.pages = io->small_pages,
		.unmaps = io->small_unmaps,
		.bvecs = io->small_bvecs,
	};
	io->extent = &io->small;
}

int blkback_io_enlarge(struct blkback_io *io)
{
	struct blkback_extent *extent;

	if (io->extent != &io->small)
		return 0;
	extent = blkback_extent_get(&io->queue->extents);
	if (IS_ERR(extent))
		return PTR_ERR(extent);
	io->extent = extent;
	return 0;
}

struct blkback_io *blkback_io_alloc(struct blkback_queue *queue)
{
	struct blkback_io *io = blkback_io_pop(&queue->fresh);

	if (!io) {
		spin_lock_irq(&queue->lock);
		bio_list_merge(&queue->fresh, &queue->free);
		bio_list_init(&queue->free);
		spin_unlock_irq(&queue->lock);
		io = blkback_io_pop(&queue->fresh);
	}
	if (!io)
		return NULL;

	io->kind = BLKBACK_PAGES_NONE;
	io->nr_pages = 0;
	io->error = 0;
	io->taken = blkback_latency_now();
	return io;
}

/* The thread waits for pages, or for an extent: there is something. Under the lock. */
static void io_feed(struct blkback_queue *queue)
{
	WRITE_ONCE(queue->starved, false);
	blkback_queue_wake(queue);
}

/* Under the queue's lock. */
static void io_release(struct blkback_io *io, struct bio_list *free)
{
	struct blkback_queue *queue = io->queue;

	if (io->extent != &io->small) {
		blkback_extent_put(&queue->extents, io->extent);
		if (unlikely(queue->starved))
			io_feed(queue);
	}
	io->extent = &io->small;
	/* The one used last is the warmest. */
	bio_list_add_head(free, &io->bio);
}

/* Is this the pass of the queue's thread? It pushes and notifies at its end. */
static bool io_in_pass(const struct blkback_queue *queue)
{
	return in_task() && current == queue->thread;
}

static void io_let_go(struct blkback_io *io)
{
	unsigned int i;

	for (i = 0; i < io->nr_pages; i++)
		blkback_persist_put(io->extent->grants[i]);
}

static void io_return_pages(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	bool copied = io->kind == BLKBACK_PAGES_COPIED;
	unsigned long flags;

	if (io->kind == BLKBACK_PAGES_PERSISTENT) {
		io_let_go(io);
		return;
	}
	xengnt_area_put(copied ? queue->copy_area : queue->map_area,
			io->extent->pages, io->nr_pages);
	if (!READ_ONCE(queue->starved))
		return;
	spin_lock_irqsave(&queue->lock, flags);
	io_feed(queue);
	spin_unlock_irqrestore(&queue->lock, flags);
}

void blkback_io_put_pages(struct blkback_io *io)
{
	if (io->nr_pages)
		io_return_pages(io);
	io->nr_pages = 0;
	io->kind = BLKBACK_PAGES_NONE;
}

void blkback_io_push(struct blkback_queue *queue)
{
	if (!blkback_ring_push(&queue->ring))
		return;
	queue->stats.n[BLKBACK_STAT_NOTIFICATIONS]++;
	notify_remote_via_irq(queue->irq);
}

static __always_inline void io_account(const struct blkback_io *io)
{
	struct blkback_stats *stats = &io->queue->stats;
	const struct blkback_request *request = &io->request;

	switch (request->operation) {
	case BLKIF_OP_READ:
		stats->n[BLKBACK_STAT_READS]++;
		if (!io->error)
			stats->n[BLKBACK_STAT_READ_SECTORS] += request->sectors;
		break;
	case BLKIF_OP_WRITE:
		stats->n[BLKBACK_STAT_WRITES]++;
		if (!io->error)
			stats->n[BLKBACK_STAT_WRITTEN_SECTORS] +=
				request->sectors;
		break;
	case BLKIF_OP_WRITE_BARRIER:
	case BLKIF_OP_FLUSH_DISKCACHE:
		stats->n[BLKBACK_STAT_FLUSHES]++;
		if (!io->error)
			stats->n[BLKBACK_STAT_WRITTEN_SECTORS] +=
				request->sectors;
		break;
	case BLKIF_OP_DISCARD:
		stats->n[BLKBACK_STAT_DISCARDS]++;
		break;
	}
}

/* Somebody waits for this request, or behind it. */
static void io_tell_fence(const struct blkback_io *io)
{
	struct blkback_fence *fence = io->queue->fence.common;

	if (io->request.operation == BLKIF_OP_WRITE_BARRIER)
		blkback_fence_answered(fence);
	blkback_fence_look(fence);
}

/* Under the queue's lock. */
static __always_inline void io_answer(struct blkback_io *io)
{
	/* Cannot fail: this request was taken and has had no answer yet. */
	blkback_ring_respond(&io->queue->ring, io->request.id,
			     io->request.operation,
			     blkback_codec_status(io->error));
	io_account(io);
	WRITE_ONCE(io->queue->turn.answered,
		   io->queue->turn.answered + io->cost);
	if (io->taken)
		blkback_latency_count(&io->queue->latency, &io->request,
				      io->taken);
	if (!blkback_fence_is_open(io->queue->fence.common))
		io_tell_fence(io);
}

void blkback_io_answer_all(struct blkback_queue *queue)
{
	struct blkback_io *io;

	while ((io = blkback_io_pop(&queue->answers))) {
		io_answer(io);
		io_release(io, &queue->fresh);
	}
}

void blkback_io_finish(struct blkback_io *io, bool push)
{
	struct blkback_queue *queue = io->queue;
	unsigned long flags;

	trace_blkback_finish(io);
	if (io_in_pass(queue)) {
		blkback_io_append(&queue->answers, io);
		return;
	}
	spin_lock_irqsave(&queue->lock, flags);
	io_answer(io);
	if (push)
		blkback_io_push(queue);
	io_release(io, &queue->free);
	if (queue->draining)
		wake_up(&queue->drained);
	if (unlikely(blkback_turn_is_over(&queue->turn)))
		blkback_queue_wake(queue);
	spin_unlock_irqrestore(&queue->lock, flags);
}

void blkback_io_hand_back(struct blkback_io *io, enum blkback_stage stage)
{
	struct blkback_queue *queue = io->queue;
	unsigned long flags;

	io->stage = stage;
	spin_lock_irqsave(&queue->lock, flags);
	blkback_io_append(&queue->back, io);
	blkback_queue_wake(queue);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* The last page is unmapped. Neither push nor notify: io_flushed() will. */
static void io_unmapped_all(struct blkback_io *io)
{
	blkback_io_put_pages(io);
	if (io->path == BLKBACK_PATH_COPY && !io->error)
		blkback_io_hand_back(io, BLKBACK_STAGE_DATA);
	else
		blkback_io_finish(io, false);
}

/*
 * Xen may still have this page mapped. Take it out of the request's pages, so
 * that it never goes back to the area.
 */
static void io_lose_page(struct blkback_io *io, struct page *page)
{
	struct blkback_queue *queue = io->queue;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&queue->lock, flags);
	for (i = 0; i < io->nr_pages; i++) {
		if (io->extent->pages[i] != page)
			continue;
		io->extent->pages[i] = io->extent->pages[--io->nr_pages];
		xengnt_area_lose(queue->map_area, 1);
		break;
	}
	spin_unlock_irqrestore(&queue->lock, flags);
}

static void io_unmapped(struct xengnt_unmap *u, int status)
{
	struct blkback_io *io = u->owner;

	if (!io) {
		blkback_persist_unmapped(u, status);
		return;
	}
	if (unlikely(status))
		io_lose_page(io, u->page);
	if (atomic_dec_and_test(&io->unmapping))
		io_unmapped_all(io);
}

static void io_flushed(struct xengnt_client *client)
{
	struct blkback_queue *queue = xengnt_client_priv(client);
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	if (!io_in_pass(queue))
		blkback_io_push(queue);
	spin_unlock_irqrestore(&queue->lock, flags);
}

const struct xengnt_client_ops blkback_io_unmap_ops = {
	.unmapped = io_unmapped,
	.flushed = io_flushed,
};

unsigned int blkback_io_unmap_list(struct blkback_io *io,
				   struct list_head *entries)
{
	struct xengnt_unmap *unmaps = io->extent->unmaps;
	unsigned int i, nr = 0;

	for (i = 0; i < io->nr_pages; i++) {
		if (unmaps[i].handle == BLKBACK_NOT_MAPPED)
			continue;
		list_add_tail(&unmaps[i].node, entries);
		nr++;
	}
	atomic_set(&io->unmapping, nr);
	return nr;
}

void blkback_io_copy_out(struct blkback_io *io,
			 struct xengnt_copy_batch *batch)
{
	const struct blkback_segment *segment = io->extent->segments;
	unsigned int i;

	io->first_op = batch->nr;
	for (i = 0; i < io->nr_pages; i++, segment++)
		xengnt_copy_to_grant(batch, io->extent->pages[i],
				     segment->offset, segment->gref,
				     segment->offset, segment->length);
}

int blkback_io_map_result(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	int worst = 0;
	unsigned int i;

	for (i = 0; i < io->nr_pages; i++) {
		unsigned int op = io->first_op + i;
		int error = xengnt_map_batch_status(&queue->map, op);

		io->extent->unmaps[i] = (struct xengnt_unmap) {
			.client = queue->client,
			.owner = io,
			.page = io->extent->pages[i],
			.handle = error ? BLKBACK_NOT_MAPPED :
				  xengnt_map_batch_handle(&queue->map, op),
		};
		if (error && (!worst || worst == -ENOSPC))
			worst = error;
	}
	return worst;
}

int blkback_io_copy_result(const struct blkback_io *io,
			   const struct xengnt_copy_batch *batch,
			   unsigned int nr)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < nr && !error; i++)
		error = xengnt_copy_batch_status(batch, io->first_op + i);
	return error;
}

/*
 * Copy to the guest from the completion itself. Waking the thread would cost
 * more than it saves when there is nothing to do the copying together with.
 * Only one completion at a time; the thread takes what cannot be done here.
 */
static bool io_copied_out(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	int error;

	if (io->nr_pages > queue->copy_lone.max ||
	    test_and_set_bit_lock(0, &queue->copy_lone_busy))
		return false;

	xengnt_copy_batch_reset(&queue->copy_lone);
	blkback_io_copy_out(io, &queue->copy_lone);
	xengnt_copy_batch_try(&queue->copy_lone);
	error = blkback_io_copy_result(io, &queue->copy_lone, io->nr_pages);
	clear_bit_unlock(0, &queue->copy_lone_busy);
	if (error == -EAGAIN)
		return false;
	if (error)
		blkback_queue_count(queue, BLKBACK_STAT_BAD_GRANTS, 1);
	io->error = error;
	return true;
}

bool blkback_io_discards_on(struct blkback_io *io)
{
	if (!io->request.sectors)
		return false;
	if (!io->error && READ_ONCE(io->queue->conn->device->guest_gone))
		io->error = -EIO;
	return !io->error;
}

/* By itself, so that blkback_io_end() is short for what completes in a pass. */
static noinline void io_completed(struct blkback_io *io, bool more)
{
	LIST_HEAD(entries);

	if (io->kind == BLKBACK_PAGES_MAPPED) {
		blkback_io_unmap_list(io, &entries);
		xengnt_unmap_queue(&entries, XENGNT_UNTOUCHED, more);
		return;
	}
	if (blkback_io_wants_copy_out(io) && (more || !io_copied_out(io))) {
		blkback_io_hand_back(io, BLKBACK_STAGE_COPY_OUT);
		return;
	}
	if (blkback_io_goes_on(io)) {
		blkback_io_hand_back(io, BLKBACK_STAGE_DATA);
		return;
	}
	blkback_io_put_pages(io);
	blkback_io_finish(io, true);
}

void blkback_io_end(struct bio *bio)
{
	struct blkback_io *io = blkback_io_of(bio);
	struct blkback_queue *queue = io->queue;
	bool more;

	if (unlikely(bio->bi_status)) {
		io->error = blk_status_to_errno(bio->bi_status);
		blkback_queue_count(queue, BLKBACK_STAT_IO_ERRORS, 1);
	}
	more = !atomic_dec_and_test(&queue->submitted);

	/*
	 * A device that completes while it is being submitted to does so in
	 * the pass, which goes on with all such requests together at its end.
	 */
	if (io_in_pass(queue))
		blkback_io_append(&queue->done, io);
	else
		io_completed(io, more);
}
