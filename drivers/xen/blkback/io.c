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
#include "disk.h"
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
	struct blkback_io *io;

	spin_lock_irq(&queue->lock);
	io = list_first_entry_or_null(&queue->free, struct blkback_io, node);
	if (io) {
		list_del(&io->node);
		queue->inflight++;
	}
	spin_unlock_irq(&queue->lock);
	if (!io)
		return NULL;

	io->kind = BLKBACK_PAGES_NONE;
	io->must_copy = false;
	io->nr_pages = 0;
	io->error = 0;
	return io;
}

/* Under the queue's lock. */
static void io_release(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;

	if (io->extent != &io->small)
		blkback_extent_put(&queue->extents, io->extent);
	io->extent = &io->small;
	/* The one used last is the warmest. */
	list_add(&io->node, &queue->free);
	queue->inflight--;
	if (queue->draining)
		wake_up(&queue->drained);
}

/* The thread waits for pages: there are some. */
static void queue_feed(struct blkback_queue *queue)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	WRITE_ONCE(queue->starved, false);
	wake_up(&queue->wait);
	spin_unlock_irqrestore(&queue->lock, flags);
}

void blkback_io_put_pages(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	struct xengnt_area *area = io->kind == BLKBACK_PAGES_MAPPED ?
		queue->map_area : queue->copy_area;

	if (io->nr_pages) {
		xengnt_area_put(area, io->extent->pages, io->nr_pages);
		if (READ_ONCE(queue->starved))
			queue_feed(queue);
	}
	io->nr_pages = 0;
	io->kind = BLKBACK_PAGES_NONE;
}

/* Is this the pass of the queue's thread? It pushes and notifies at its end. */
static bool io_in_pass(const struct blkback_queue *queue)
{
	return in_task() && current == queue->thread;
}

void blkback_io_push(struct blkback_queue *queue)
{
	if (!blkback_ring_push(&queue->ring))
		return;
	queue->stats.n[BLKBACK_STAT_NOTIFICATIONS]++;
	notify_remote_via_irq(queue->irq);
}

static void io_account(const struct blkback_io *io)
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
	case BLKIF_OP_FLUSH_DISKCACHE:
		stats->n[BLKBACK_STAT_FLUSHES]++;
		break;
	}
}

void blkback_io_finish(struct blkback_io *io, bool push)
{
	struct blkback_queue *queue = io->queue;
	unsigned long flags;

	trace_blkback_finish(io);
	spin_lock_irqsave(&queue->lock, flags);
	/* Cannot fail: this request was taken and has had no answer yet. */
	blkback_ring_respond(&queue->ring, io->request.id,
			     io->request.operation,
			     blkback_codec_status(io->error));
	io_account(io);
	if (push && !io_in_pass(queue))
		blkback_io_push(queue);
	io_release(io);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* Let the thread go on with it. */
static void io_hand_back(struct blkback_io *io, enum blkback_stage stage)
{
	struct blkback_queue *queue = io->queue;
	unsigned long flags;

	io->stage = stage;
	spin_lock_irqsave(&queue->lock, flags);
	list_add_tail(&io->node, &queue->back);
	wake_up(&queue->wait);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* The last page is unmapped. Neither push nor notify: io_flushed() will. */
static void io_unmapped_all(struct blkback_io *io)
{
	blkback_io_put_pages(io);
	if (io->must_copy && !io->error)
		io_hand_back(io, BLKBACK_STAGE_DATA);
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

static void io_completed(struct blkback_io *io, bool more)
{
	LIST_HEAD(entries);

	switch (io->kind) {
	case BLKBACK_PAGES_MAPPED:
		blkback_io_unmap_list(io, &entries);
		xengnt_unmap_queue(&entries, XENGNT_UNTOUCHED, more);
		return;
	case BLKBACK_PAGES_COPIED:
		if (!blkback_io_is_read(io) || io->error)
			break;
		if (!more && !io_in_pass(io->queue) && io_copied_out(io))
			break;
		io_hand_back(io, BLKBACK_STAGE_COPY_OUT);
		return;
	case BLKBACK_PAGES_NONE:
		break;
	}
	blkback_io_put_pages(io);
	blkback_io_finish(io, true);
}

static void io_end(struct bio *bio)
{
	struct blkback_io *io = container_of(bio, struct blkback_io, bio);
	struct blkback_queue *queue = io->queue;
	bool more;

	if (unlikely(bio->bi_status)) {
		io->error = blk_status_to_errno(bio->bi_status);
		blkback_queue_count(queue, BLKBACK_STAT_IO_ERRORS, 1);
	}
	more = !atomic_dec_and_test(&queue->submitted);

	/*
	 * A device that completes while it is being submitted to does so in
	 * the pass, which unmaps all such requests together at its end.
	 */
	if (io->kind == BLKBACK_PAGES_MAPPED && io_in_pass(queue))
		list_add_tail(&io->node, &queue->done);
	else
		io_completed(io, more);
}

static blk_opf_t io_opf(const struct blkback_io *io)
{
	switch (io->request.operation) {
	case BLKIF_OP_READ:
		return REQ_OP_READ;
	case BLKIF_OP_FLUSH_DISKCACHE:
		return REQ_OP_WRITE | REQ_PREFLUSH;
	default:
		/* The guest has done its caching already. */
		return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE;
	}
}

void blkback_io_submit(struct blkback_io *io)
{
	const struct blkback_segment *segment = io->extent->segments;
	struct blkback_queue *queue = io->queue;
	struct bio *bio = &io->bio;
	unsigned int i;

	bio_init(bio, queue->conn->disk->bdev, io->extent->bvecs,
		 io->nr_pages, io_opf(io));
	bio->bi_iter.bi_sector = io->request.sector;
	bio->bi_end_io = io_end;
	/* There is a vector for each page, so none can be refused. */
	for (i = 0; i < io->nr_pages; i++, segment++)
		__bio_add_page(bio, io->extent->pages[i], segment->length,
			       segment->offset);

	atomic_inc(&queue->submitted);
	submit_bio(bio);
}
