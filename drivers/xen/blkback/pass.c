// SPDX-License-Identifier: GPL-2.0
/*
 * One pass over a ring, as a line of steps:
 *
 *   take      requests off the ring, and those that completions handed back
 *   prepare   pages and operations for as many of them as there is room for
 *   run       one map call, one copy call
 *   settle    by the results: on to the block device, to the next stage, or
 *             to an answer
 *   finish    one unmap call, one push, one notification
 */
#include <linux/blkdev.h>
#include <linux/mm.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/client.h>

#include "conn.h"
#include "device.h"
#include "io.h"
#include "pass.h"
#include "queue.h"
#include "trace.h"

/**
 * struct pass - what one pass does
 * @queue: on which queue
 * @take: new requests may be taken off the ring
 * @prepared: requests with their operations in the queue's batches
 * @taken: requests taken off the ring
 * @retry: room ran out in a batch, or pages did; then somebody may have put
 *	some back meanwhile
 */
struct pass {
	struct blkback_queue *queue;
	bool take;
	struct list_head prepared;
	unsigned int taken;
	bool retry;
};

static void io_refuse(struct blkback_io *io, int error, enum blkback_stat stat)
{
	io->error = error;
	blkback_queue_count(io->queue, stat, 1);
	blkback_io_put_pages(io);
	blkback_io_finish(io, false);
}

/* Decode a request; refused ones are answered on the spot. */
static void pass_decode(struct blkback_queue *queue, const void *raw)
{
	struct blkback_io *io = blkback_io_alloc(queue);
	int error;

	/* Cannot be: there is one for each slot, and none is taken twice. */
	if (!io)
		return;
	error = blkback_codec_decode(queue->ring.layout, raw, &queue->limits,
				     &io->request);
	trace_blkback_take(io);
	if (error) {
		io_refuse(io, error, BLKBACK_STAT_REFUSED);
		return;
	}
	io->stage = BLKBACK_STAGE_DATA;
	if (io->request.nr_indirect_pages) {
		io->stage = BLKBACK_STAGE_FETCH;
		blkback_queue_count(queue, BLKBACK_STAT_INDIRECT, 1);
	}
	list_add_tail(&io->node, &queue->todo);
}

static void pass_take(struct pass *pass)
{
	struct blkback_queue *queue = pass->queue;
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	int ret = 0;

	/* Those handed back are older. */
	spin_lock_irq(&queue->lock);
	list_splice_tail_init(&queue->back, &queue->todo);
	spin_unlock_irq(&queue->lock);

	while (pass->take && !queue->broken && pass->taken < queue->nr_ios) {
		ret = blkback_ring_take(&queue->ring, raw);
		if (ret <= 0)
			break;
		pass->taken++;
		pass_decode(queue, raw);
	}
	if (ret < 0) {
		queue->broken = true;
		blkback_conn_fail(queue->conn, queue->index,
				  "the frontend's request index is impossible");
	}
}

/* Pages for an indirect request's segments. There is only ever one: disk.c. */
static int prepare_fetch(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	unsigned int bytes = blkback_codec_indirect_bytes(&queue->limits,
							  &io->request);
	int error;

	if (!xengnt_copy_batch_room(&queue->copy))
		return -EAGAIN;
	error = blkback_io_enlarge(io);
	if (!error)
		error = xengnt_area_get(queue->copy_area, io->extent->pages, 1);
	if (error)
		return error;

	io->kind = BLKBACK_PAGES_COPIED;
	io->nr_pages = 1;
	io->first_op = xengnt_copy_from_grant(&queue->copy,
					      io->request.indirect_grefs[0], 0,
					      io->extent->pages[0], 0, bytes);
	return 0;
}

static int prepare_copy(struct blkback_io *io)
{
	const struct blkback_segment *segment = io->extent->segments;
	struct blkback_queue *queue = io->queue;
	unsigned int i, nr = io->request.nr_segments;
	int error;

	if (xengnt_copy_batch_room(&queue->copy) < nr)
		return -EAGAIN;
	error = xengnt_area_get(queue->copy_area, io->extent->pages, nr);
	if (error)
		return error;

	io->kind = BLKBACK_PAGES_COPIED;
	io->nr_pages = nr;
	io->first_op = queue->copy.nr;
	if (blkback_io_is_read(io))
		return 0;
	for (i = 0; i < nr; i++, segment++)
		xengnt_copy_from_grant(&queue->copy, segment->gref,
				       segment->offset, io->extent->pages[i],
				       segment->offset, segment->length);
	return 0;
}

static int prepare_map(struct blkback_io *io)
{
	const struct blkback_segment *segment = io->extent->segments;
	struct blkback_queue *queue = io->queue;
	unsigned int i, nr = io->request.nr_segments;
	int error;

	if (xengnt_map_batch_room(&queue->map) < nr)
		return -EAGAIN;
	error = xengnt_area_get(queue->map_area, io->extent->pages, nr);
	if (error)
		return error;

	io->kind = BLKBACK_PAGES_MAPPED;
	io->nr_pages = nr;
	io->first_op = queue->map.nr;
	/* What the disk is to be given, it need not be able to change. */
	for (i = 0; i < nr; i++, segment++)
		xengnt_map_batch_add(&queue->map, segment->gref,
				     io->extent->pages[i],
				     !blkback_io_is_read(io));
	return 0;
}

static int prepare_data(struct blkback_io *io)
{
	int error;

	if (!io->request.nr_segments)
		return 0;
	if (io->must_copy || xengnt_prefer_copy(blkback_io_bytes(io)))
		return prepare_copy(io);

	error = prepare_map(io);
	if (error != -ENOMEM)
		return error;
	/* No place to map to is no reason to fail. */
	xengnt_client_count(io->queue->client, XENGNT_FALLBACK_COPY,
			    io->request.nr_segments);
	io->must_copy = true;
	return prepare_copy(io);
}

static int prepare_copy_out(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;

	if (xengnt_copy_batch_room(&queue->copy) < io->nr_pages)
		return -EAGAIN;
	blkback_io_copy_out(io, &queue->copy);
	return 0;
}

static int prepare(struct blkback_io *io)
{
	switch (io->stage) {
	case BLKBACK_STAGE_FETCH:
		return prepare_fetch(io);
	case BLKBACK_STAGE_COPY_OUT:
		return prepare_copy_out(io);
	default:
		return prepare_data(io);
	}
}

static void queue_set_starved(struct blkback_queue *queue, bool starved)
{
	spin_lock_irq(&queue->lock);
	if (starved && !queue->starved)
		queue->stats.n[BLKBACK_STAT_STALLS]++;
	WRITE_ONCE(queue->starved, starved);
	spin_unlock_irq(&queue->lock);
}

/*
 * In the order they came, until there is no more room. A read that waits to be
 * copied out holds pages, so it is never made to wait for one that wants some.
 */
static void pass_prepare(struct pass *pass)
{
	struct blkback_queue *queue = pass->queue;
	struct blkback_io *io, *next;
	bool starved = false;

	list_for_each_entry_safe(io, next, &queue->todo, node) {
		int error;

		if (starved && io->stage != BLKBACK_STAGE_COPY_OUT)
			continue;
		error = prepare(io);
		/* No room left in a batch: the next pass. */
		if (error == -EAGAIN) {
			pass->retry = true;
			break;
		}
		if (error)
			starved = true;
		else
			list_move_tail(&io->node, &pass->prepared);
	}
	if (starved == READ_ONCE(queue->starved))
		return;
	/* From now on whoever puts pages back takes it away and wakes us. */
	queue_set_starved(queue, starved);
	pass->retry |= starved;
}

static void settle_fetch(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	void *page = page_address(io->extent->pages[0]);
	int error = blkback_io_copy_result(io, &queue->copy, 1);

	if (error) {
		io_refuse(io, error, BLKBACK_STAT_BAD_GRANTS);
		return;
	}
	error = blkback_codec_decode_indirect(&queue->limits, page,
					      &io->request,
					      io->extent->segments);
	if (error) {
		io_refuse(io, error, BLKBACK_STAT_REFUSED);
		return;
	}
	blkback_io_put_pages(io);
	io->stage = BLKBACK_STAGE_DATA;
	/* It holds an extent: those that want one must not be in its way. */
	list_add(&io->node, &queue->todo);
}

static void settle_copied(struct blkback_io *io)
{
	int error = 0;

	if (!blkback_io_is_read(io))
		error = blkback_io_copy_result(io, &io->queue->copy,
					       io->nr_pages);
	if (error)
		io_refuse(io, error, BLKBACK_STAT_BAD_GRANTS);
	else
		blkback_io_submit(io);
}

/* Note the handles, and the worst that happened: 0, -ENOSPC or worse. */
static int map_result(struct blkback_io *io)
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

/*
 * Some pages could not be mapped. Unmap the others; then the request is
 * copied, if Xen only had no room, or refused.
 */
static void settle_unmapped(struct blkback_io *io, int error)
{
	struct blkback_queue *queue = io->queue;

	if (error == -ENOSPC) {
		xengnt_client_count(queue->client, XENGNT_FALLBACK_COPY,
				    io->nr_pages);
		io->must_copy = true;
	} else {
		io->error = error;
		blkback_queue_count(queue, BLKBACK_STAT_BAD_GRANTS, 1);
	}
	/* With those that the block device has completed. */
	list_add_tail(&io->node, &queue->done);
}

static void settle_mapped(struct blkback_io *io)
{
	int error = map_result(io);

	if (error)
		settle_unmapped(io, error);
	else
		blkback_io_submit(io);
}

static void settle_data(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;

	switch (io->kind) {
	case BLKBACK_PAGES_MAPPED:
		blkback_queue_count(queue, BLKBACK_STAT_MAPPED, 1);
		settle_mapped(io);
		break;
	case BLKBACK_PAGES_COPIED:
		blkback_queue_count(queue, BLKBACK_STAT_COPIED, 1);
		settle_copied(io);
		break;
	case BLKBACK_PAGES_NONE:
		blkback_io_submit(io);
		break;
	}
}

static void settle_copy_out(struct blkback_io *io)
{
	int error = blkback_io_copy_result(io, &io->queue->copy,
					       io->nr_pages);

	if (error) {
		io_refuse(io, error, BLKBACK_STAT_BAD_GRANTS);
		return;
	}
	blkback_io_put_pages(io);
	blkback_io_finish(io, false);
}

static void pass_settle(struct pass *pass)
{
	struct blkback_io *io, *next;
	struct blk_plug plug;

	blk_start_plug(&plug);
	list_for_each_entry_safe(io, next, &pass->prepared, node) {
		list_del(&io->node);
		switch (io->stage) {
		case BLKBACK_STAGE_FETCH:
			settle_fetch(io);
			break;
		case BLKBACK_STAGE_COPY_OUT:
			settle_copy_out(io);
			break;
		case BLKBACK_STAGE_DATA:
			settle_data(io);
			break;
		}
	}
	blk_finish_plug(&plug);
}

/* Unmap what is done already, together with what waits on this processor. */
static void pass_unmap(struct blkback_queue *queue)
{
	struct blkback_io *io, *next;
	LIST_HEAD(entries);
	LIST_HEAD(done);

	list_splice_init(&queue->done, &done);
	list_for_each_entry_safe(io, next, &done, node) {
		list_del(&io->node);
		if (blkback_io_unmap_list(io, &entries))
			continue;
		/* Not one of its pages could be mapped. */
		blkback_io_put_pages(io);
		if (io->error)
			blkback_io_finish(io, false);
		else
			list_add_tail(&io->node, &queue->todo);
	}
	if (!list_empty(&entries))
		xengnt_unmap_batch_run(&queue->unmap, &entries,
				       XENGNT_UNTOUCHED);
}

static void pass_begin(struct pass *pass)
{
	struct blkback_queue *queue = pass->queue;

	spin_lock_irq(&queue->lock);
	queue->in_pass = true;
	pass->take = !queue->draining;
	spin_unlock_irq(&queue->lock);
	xengnt_map_batch_reset(&queue->map);
	xengnt_copy_batch_reset(&queue->copy);
}

static bool pass_end(struct pass *pass)
{
	struct blkback_queue *queue = pass->queue;
	bool again;

	spin_lock_irq(&queue->lock);
	queue->in_pass = false;
	blkback_io_push(queue);
	queue->stats.n[BLKBACK_STAT_PASSES]++;
	again = !list_empty(&queue->back) ||
		(!list_empty(&queue->todo) && !queue->starved);
	if (queue->draining)
		wake_up(&queue->drained);
	spin_unlock_irq(&queue->lock);
	return again || pass->retry;
}

bool blkback_pass_run(struct blkback_queue *queue, unsigned int *taken)
{
	struct pass pass = {
		.queue = queue,
		.prepared = LIST_HEAD_INIT(pass.prepared),
	};

	pass_begin(&pass);
	pass_take(&pass);
	pass_prepare(&pass);
	xengnt_map_batch_run(&queue->map);
	xengnt_copy_batch_run(&queue->copy);
	pass_settle(&pass);
	pass_unmap(queue);
	trace_blkback_pass(queue, pass.taken, queue->map.nr, queue->copy.nr);
	*taken += pass.taken;
	return pass_end(&pass);
}
