// SPDX-License-Identifier: GPL-2.0
/*
 * One pass over a ring, as a line of steps:
 *
 *   take      requests off the ring, and those that completions handed back
 *   prepare   pages and operations for as many of them as there is room for
 *   run       one map call, one copy call
 *   settle    by the results: on to the block device, to the next stage, or
 *             to an answer
 *   done      what the block device completed meanwhile: one copy call to the
 *             guest, one unmap call
 *   finish    one push, one notification
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
#include "submit.h"
#include "trace.h"

/**
 * struct pass - what one pass does
 * @queue: on which queue
 * @take: new requests may be taken off the ring
 * @prepared: requests with their operations in the queue's batches
 * @bytes: size of the request that a way was chosen for last
 * @write: it was a write
 * @path: the way
 * @nr_prepared: how many of them may yet be submitted
 * @taken: requests taken off the ring
 * @cost: of these
 * @expect: pages of our own that these want
 * @mapped: requests whose pages were mapped
 * @copied: requests whose data is copied
 * @copy_ops: copy operations run
 * @persistent: requests whose pages stay mapped
 * @persist_failed: pages that should have, and could not be mapped
 * @copy_failed: copy operations that failed
 * @submit: what is given to the block device
 * @retry: there is something to do for the next pass: room ran out in a batch,
 *	reads have to be copied to the guest, or pages ran out; then somebody
 *	may have put some back meanwhile
 */
struct pass {
	struct blkback_queue *queue;
	bool take;
	struct bio_list prepared;
	unsigned int bytes;
	bool write;
	enum blkback_path path;
	unsigned int nr_prepared;
	unsigned int taken;
	unsigned int cost;
	unsigned int expect;
	unsigned int mapped;
	unsigned int copied;
	unsigned int copy_ops;
	unsigned int persistent;
	unsigned int persist_failed;
	unsigned int copy_failed;
	struct blkback_submit submit;
	bool retry;
};

/* Pages that another request of this pass may use at once. */
static void io_put_pages(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;

	if (io->kind != BLKBACK_PAGES_COPIED || READ_ONCE(queue->starved)) {
		blkback_io_put_pages(io);
		return;
	}
	blkback_magazine_put(&queue->copy_pages, io->extent->pages,
			     io->nr_pages);
	io->nr_pages = 0;
	io->kind = BLKBACK_PAGES_NONE;
}

/* blkback_io_finish() where it is known that this is a pass. */
static void io_finish(struct blkback_io *io)
{
	io_put_pages(io);
	trace_blkback_finish(io);
	blkback_io_append(&io->queue->answers, io);
}

static void io_refuse(struct blkback_io *io, int error, enum blkback_stat stat)
{
	io->error = error;
	blkback_queue_count(io->queue, stat, 1);
	io_finish(io);
}

/* Requests of a pass are often of one kind and size. */
static enum blkback_path choose_path(struct pass *pass,
				     const struct blkback_io *io,
				     unsigned int bytes)
{
	bool write = !blkback_io_is_read(io);

	if (bytes != pass->bytes || write != pass->write) {
		pass->path = blkback_path_choose(pass->queue, bytes, write);
		pass->bytes = bytes;
		pass->write = write;
	}
	return pass->path;
}

/* Decode a request; refused ones are answered on the spot. */
static void pass_decode(struct pass *pass, const void *raw)
{
	struct blkback_queue *queue = pass->queue;
	struct blkback_io *io = blkback_io_alloc(queue);
	int error;

	/* Cannot be: there is one for each slot, and none is taken twice. */
	if (!io)
		return;
	error = blkback_codec_decode(queue->ring.layout, raw, &queue->limits,
				     &io->request);
	trace_blkback_take(io);
	io->cost = BLKBACK_TURN_REQUEST + io->request.nr_segments;
	pass->cost += io->cost;
	if (unlikely(error)) {
		io_refuse(io, error, BLKBACK_STAT_REFUSED);
		return;
	}
	if (io->request.operation == BLKIF_OP_WRITE_BARRIER) {
		io->path = choose_path(pass, io, blkback_io_bytes(io));
		blkback_fence_hold(io);
		return;
	}
	blkback_io_append(&queue->todo, io);
	if (io->request.nr_indirect_pages) {
		io->stage = BLKBACK_STAGE_FETCH;
		/* Nothing is known of the size yet but this. */
		io->path = choose_path(pass, io, queue->limits.page_size *
				       io->request.nr_segments);
		pass->expect += io->request.nr_indirect_pages;
		blkback_queue_count(queue, BLKBACK_STAT_INDIRECT, 1);
		return;
	}
	io->stage = BLKBACK_STAGE_DATA;
	io->path = choose_path(pass, io, blkback_io_bytes(io));
	if (io->path == BLKBACK_PATH_COPY)
		pass->expect += io->request.nr_segments;
}

static void pass_take(struct pass *pass)
{
	struct blkback_queue *queue = pass->queue;
	unsigned int room = blkback_turn_begin(queue);
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	int waiting = 0;

	if (!pass->take || queue->broken)
		return;
	while (pass->cost < room && blkback_queue_may_take(queue) &&
	       (waiting = blkback_ring_unconsumed(&queue->ring)) > 0 &&
	       pass->taken < queue->nr_ios) {
		do {
			blkback_ring_next(&queue->ring, raw);
			pass_decode(pass, raw);
			pass->taken++;
			/* While there is a barrier each one has to ask. */
		} while (--waiting && pass->cost < room &&
			 blkback_fence_is_open(queue->fence.common));
	}
	blkback_turn_taken(queue, pass->cost, room);
	if (waiting < 0) {
		queue->broken = true;
		blkback_conn_fail(queue->conn, queue->index,
				  "the frontend's request index is impossible");
	}
}

static int prepare_copy_fetch(struct pass *pass, struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	unsigned int bytes = blkback_codec_indirect_bytes(&queue->limits,
							  &io->request);
	int error;

	if (!xengnt_copy_batch_room(&queue->copy))
		return -EAGAIN;
	error = blkback_magazine_get(&queue->copy_pages, io->extent->pages, 1,
				     pass->expect);
	if (error)
		return error;

	io->kind = BLKBACK_PAGES_COPIED;
	io->nr_pages = 1;
	io->first_op = xengnt_copy_from_grant(&queue->copy,
					      io->request.indirect_grefs[0], 0,
					      io->extent->pages[0], 0, bytes);
	return 0;
}

static int prepare_copy(struct pass *pass, struct blkback_io *io)
{
	const struct blkback_segment *segment = io->extent->segments;
	struct blkback_queue *queue = io->queue;
	unsigned int i, nr = io->request.nr_segments;
	int error;

	if (xengnt_copy_batch_room(&queue->copy) < nr)
		return -EAGAIN;
	error = blkback_magazine_get(&queue->copy_pages, io->extent->pages, nr,
				     pass->expect);
	if (error)
		return error;
	pass->expect -= min(pass->expect, nr);

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

/* Have mapped what stays mapped from now on. Those found before are held. */
static int persist_missing(struct blkback_io *io, unsigned int missing)
{
	const struct blkback_segment *segment = io->extent->segments;
	struct blkback_grant **grants = io->extent->grants;
	struct blkback_queue *queue = io->queue;
	unsigned int i;

	if (xengnt_map_batch_room(&queue->map) < missing)
		return -EAGAIN;
	for (i = 0; i < io->request.nr_segments; i++, segment++) {
		if (grants[i])
			continue;
		/* It may be there by now: two segments of one page. */
		grants[i] = blkback_persist_find(&queue->persist, segment->gref);
		if (!grants[i])
			grants[i] = blkback_persist_add(&queue->persist,
							segment->gref,
							&queue->map);
		if (!grants[i])
			return -ENOSPC;
	}
	return 0;
}

static int prepare_persist(struct blkback_io *io)
{
	const struct blkback_segment *segment = io->extent->segments;
	struct blkback_grant **grants = io->extent->grants;
	struct blkback_queue *queue = io->queue;
	unsigned int i, missing = 0, nr = io->request.nr_segments;
	int error;

	for (i = 0; i < nr; i++, segment++) {
		grants[i] = blkback_persist_find(&queue->persist, segment->gref);
		missing += !grants[i];
	}
	error = missing ? persist_missing(io, missing) : 0;
	for (i = 0; i < nr; i++) {
		if (!error)
			io->extent->pages[i] = grants[i]->unmap.page;
		else if (grants[i])
			blkback_persist_put(grants[i]);
	}
	if (error)
		return error;
	io->kind = BLKBACK_PAGES_PERSISTENT;
	io->nr_pages = nr;
	return 0;
}

/* No place to map to, or to leave it mapped, is no reason to fail. */
static void prepare_fallback(struct blkback_io *io)
{
	xengnt_client_count(io->queue->client, XENGNT_FALLBACK_COPY,
			    io->request.nr_segments);
	io->path = BLKBACK_PATH_COPY;
}

static int prepare_data(struct pass *pass, struct blkback_io *io)
{
	int error;

	if (!io->request.nr_segments)
		return 0;
	if (io->path == BLKBACK_PATH_PERSISTENT) {
		error = prepare_persist(io);
		if (error != -ENOSPC)
			return error;
		prepare_fallback(io);
	} else if (io->path == BLKBACK_PATH_MAP) {
		error = prepare_map(io);
		if (error != -ENOMEM)
			return error;
		blkback_path_no_room(io->queue);
		prepare_fallback(io);
	}
	return prepare_copy(pass, io);
}

/* Segments are in: on to the data. Private copy at @page. */
static int fetch_decode(struct blkback_io *io, const void *page)
{
	struct blkback_queue *queue = io->queue;
	int error = blkback_codec_decode_indirect(&queue->limits, page,
						  &io->request,
						  io->extent->segments);

	if (error)
		return error;
	io->stage = BLKBACK_STAGE_DATA;
	io->path = blkback_path_choose(queue, blkback_io_bytes(io),
				       !blkback_io_is_read(io));
	return 0;
}

/* As fetch_decode(), out of a page that stays mapped: the guest can write. */
static int fetch_decode_mapped(struct blkback_io *io,
			       struct blkback_grant *grant)
{
	struct blkback_queue *queue = io->queue;

	grant->touched = true;
	memcpy(queue->segments, page_address(grant->unmap.page),
	       blkback_codec_indirect_bytes(&queue->limits, &io->request));
	/* The compiler may not go back to the page for what it needs of it. */
	barrier();
	return fetch_decode(io, queue->segments);
}

static int prepare_persist_fetch(struct pass *pass, struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	u32 gref = io->request.indirect_grefs[0];
	struct blkback_grant *grant;

	grant = blkback_persist_find(&queue->persist, gref);
	if (grant && blkback_persist_is_mapped(grant)) {
		io->error = fetch_decode_mapped(io, grant);
		blkback_persist_put(grant);
		/* Refused when it is settled. */
		return io->error ? 0 : prepare_data(pass, io);
	}
	if (!grant) {
		if (!xengnt_map_batch_room(&queue->map))
			return -EAGAIN;
		grant = blkback_persist_add(&queue->persist, gref, &queue->map);
	}
	if (!grant)
		return prepare_copy_fetch(pass, io);
	io->extent->grants[0] = grant;
	io->kind = BLKBACK_PAGES_PERSISTENT;
	io->nr_pages = 1;
	return 0;
}

/* Pages for an indirect request's segments. There is only ever one: disk.c. */
static int prepare_fetch(struct pass *pass, struct blkback_io *io)
{
	int error = blkback_io_enlarge(io);

	if (error)
		return error;
	if (io->path == BLKBACK_PATH_PERSISTENT)
		return prepare_persist_fetch(pass, io);
	return prepare_copy_fetch(pass, io);
}

static int prepare_copy_out(struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;

	if (xengnt_copy_batch_room(&queue->copy) < io->nr_pages)
		return -EAGAIN;
	blkback_io_copy_out(io, &queue->copy);
	return 0;
}

static int prepare(struct pass *pass, struct blkback_io *io)
{
	switch (io->stage) {
	case BLKBACK_STAGE_FETCH:
		return prepare_fetch(pass, io);
	case BLKBACK_STAGE_COPY_OUT:
		return prepare_copy_out(io);
	default:
		return prepare_data(pass, io);
	}
}

/*
 * A read that waits to be copied out holds pages, and an indirect request may hold
 * an extent: it is never made to wait for one that wants some.
 */
static bool io_has_what_others_want(const struct blkback_io *io)
{
	return io->stage == BLKBACK_STAGE_COPY_OUT || io->extent != &io->small;
}

/* In the order they came, until there is no more room. */
static void pass_prepare(struct pass *pass)
{
	struct bio_list waiting = BIO_EMPTY_LIST;
	struct blkback_queue *queue = pass->queue;
	struct blkback_io *io;
	bool starved = false;

	while ((io = blkback_io_pop(&queue->todo))) {
		int error = -ENOSPC;

		if (!starved || io_has_what_others_want(io))
			error = prepare(pass, io);
		if (!error) {
			blkback_io_append(&pass->prepared, io);
			pass->nr_prepared++;
			continue;
		}
		blkback_io_append(&waiting, io);
		/* No room left in a batch: the next pass. */
		if (error == -EAGAIN) {
			pass->retry = true;
			break;
		}
		starved = true;
	}
	bio_list_merge_head(&queue->todo, &waiting);
	if (starved == READ_ONCE(queue->starved))
		return;
	/* From now on whoever puts pages back takes it away and wakes us. */
	blkback_queue_set_starved(queue, starved);
	pass->retry |= starved;
}

/* Xen had no room to leave it mapped. Once more, copying. */
static void settle_again(struct pass *pass, struct blkback_io *io)
{
	xengnt_client_count(io->queue->client, XENGNT_FALLBACK_COPY,
			    io->nr_pages);
	blkback_io_put_pages(io);
	io->path = BLKBACK_PATH_COPY;
	blkback_io_append(&io->queue->todo, io);
	pass->retry = true;
}

static int persist_result(const struct pass *pass, const struct blkback_io *io)
{
	unsigned int i;
	int worst = 0;

	for (i = 0; pass->persist_failed && i < io->nr_pages; i++) {
		int error = io->extent->grants[i]->error;

		if (error && (!worst || worst == -ENOSPC))
			worst = error;
	}
	return worst;
}

/* The page with the segments is there: have them taken apart. */
static int settle_fetched(struct blkback_io *io)
{
	void *page;

	if (io->kind == BLKBACK_PAGES_PERSISTENT)
		return fetch_decode_mapped(io, io->extent->grants[0]);
	page = page_address(io->extent->pages[0]);
	return fetch_decode(io, page);
}

static void settle_fetch(struct pass *pass, struct blkback_io *io)
{
	struct blkback_queue *queue = io->queue;
	int error;

	if (io->kind == BLKBACK_PAGES_PERSISTENT)
		error = persist_result(pass, io);
	else
		error = io->nr_pages ?
			blkback_io_copy_result(io, &queue->copy, 1) : 0;
	if (error == -ENOSPC) {
		settle_again(pass, io);
		return;
	}
	if (error) {
		io_refuse(io, error, BLKBACK_STAT_BAD_GRANTS);
		return;
	}
	error = io->error ?: settle_fetched(io);
	if (error) {
		io_refuse(io, error, BLKBACK_STAT_REFUSED);
		return;
	}
	io_put_pages(io);
	/* It holds an extent: those that want one must not be in its way. */
	bio_list_add_head(&queue->todo, &io->bio);
	pass->retry = true;
}

static void io_submit(struct pass *pass, struct blkback_io *io)
{
	blkback_submit_io(&pass->submit, io, blkback_io_peek(&pass->prepared),
			  pass->nr_prepared--);
}

static void settle_copied(struct pass *pass, struct blkback_io *io)
{
	int error = 0;

	pass->copied++;
	if (pass->copy_failed && !blkback_io_is_read(io))
		error = blkback_io_copy_result(io, &io->queue->copy,
					       io->nr_pages);
	if (error)
		io_refuse(io, error, BLKBACK_STAT_BAD_GRANTS);
	else
		io_submit(pass, io);
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
		blkback_path_no_room(queue);
		io->path = BLKBACK_PATH_COPY;
	} else {
		io->error = error;
		blkback_queue_count(queue, BLKBACK_STAT_BAD_GRANTS, 1);
	}
	/* With those that the block device has completed. */
	blkback_io_append(&queue->done, io);
}

static void settle_mapped(struct pass *pass, struct blkback_io *io)
{
	int error = blkback_io_map_result(io);

	pass->mapped++;
	if (error)
		settle_unmapped(io, error);
	else
		io_submit(pass, io);
}

static void settle_persist(struct pass *pass, struct blkback_io *io)
{
	int error = persist_result(pass, io);

	if (error == -ENOSPC) {
		settle_again(pass, io);
	} else if (error) {
		io_refuse(io, error, BLKBACK_STAT_BAD_GRANTS);
	} else {
		pass->persistent++;
		io_submit(pass, io);
	}
}

static void settle_data(struct pass *pass, struct blkback_io *io)
{
	switch (io->kind) {
	case BLKBACK_PAGES_PERSISTENT:
		settle_persist(pass, io);
		break;
	case BLKBACK_PAGES_MAPPED:
		settle_mapped(pass, io);
		break;
	case BLKBACK_PAGES_COPIED:
		settle_copied(pass, io);
		break;
	case BLKBACK_PAGES_NONE:
		io_submit(pass, io);
		break;
	}
}

static void settle_copy_out(struct pass *pass, struct blkback_io *io)
{
	int error = 0;

	if (pass->copy_failed)
		error = blkback_io_copy_result(io, &io->queue->copy,
					       io->nr_pages);
	if (error) {
		io_refuse(io, error, BLKBACK_STAT_BAD_GRANTS);
		return;
	}
	io_finish(io);
}

static void pass_settle(struct pass *pass)
{
	struct blkback_io *io;

	if (!blkback_io_peek(&pass->prepared))
		return;
	blkback_submit_begin(&pass->submit, pass->queue->conn->disk,
			     pass->nr_prepared);
	while ((io = blkback_io_pop(&pass->prepared))) {
		switch (io->stage) {
		case BLKBACK_STAGE_FETCH:
			settle_fetch(pass, io);
			break;
		case BLKBACK_STAGE_COPY_OUT:
			settle_copy_out(pass, io);
			break;
		case BLKBACK_STAGE_DATA:
			settle_data(pass, io);
			break;
		}
	}
	blkback_submit_end(&pass->submit);
}

/* A request that was mapped, all or in part. */
static void done_mapped(struct blkback_io *io, struct list_head *entries)
{
	if (blkback_io_unmap_list(io, entries))
		return;
	/* Not one of its pages could be mapped. */
	blkback_io_put_pages(io);
	if (io->error)
		io_finish(io);
	else
		blkback_io_append(&io->queue->todo, io);
}

/* It is not worth another pass to copy what was read to the guest. */
static void done_read(struct pass *pass, struct blkback_io *io)
{
	if (!prepare_copy_out(io)) {
		blkback_io_append(&pass->prepared, io);
		return;
	}
	io->stage = BLKBACK_STAGE_COPY_OUT;
	blkback_io_append(&pass->queue->todo, io);
	pass->retry = true;
}

static void pass_run_copies(struct pass *pass)
{
	struct xengnt_copy_batch *batch = &pass->queue->copy;

	pass->copy_failed = xengnt_copy_batch_run(batch);
	pass->copy_ops += batch->nr;
}

static void pass_copy_out(struct pass *pass)
{
	struct blkback_io *io;

	if (!blkback_io_peek(&pass->prepared))
		return;
	pass_run_copies(pass);
	while ((io = blkback_io_pop(&pass->prepared)))
		settle_copy_out(pass, io);
}

/*
 * Go on with what is done already. Unmap it together with what waits on this
 * processor.
 */
static void pass_done(struct pass *pass)
{
	struct blkback_queue *queue = pass->queue;
	struct blkback_io *io;
	LIST_HEAD(entries);

	xengnt_copy_batch_reset(&queue->copy);
	while ((io = blkback_io_pop(&queue->done))) {
		if (io->kind == BLKBACK_PAGES_MAPPED) {
			done_mapped(io, &entries);
		} else if (blkback_io_wants_copy_out(io)) {
			done_read(pass, io);
		} else if (blkback_io_goes_on(io)) {
			io->stage = BLKBACK_STAGE_DATA;
			blkback_io_append(&queue->todo, io);
			pass->retry = true;
		} else {
			io_finish(io);
		}
	}
	if (!list_empty(&entries))
		xengnt_unmap_batch_run(&queue->unmap, &entries,
				       XENGNT_UNTOUCHED);
	pass_copy_out(pass);
}

static void pass_begin(struct pass *pass)
{
	struct blkback_queue *queue = pass->queue;

	/* Before looking at anything that we may have been kicked for. */
	if (READ_ONCE(queue->kicked) && xchg(&queue->kicked, false))
		blkback_cgroup_join(&queue->conn->device->cgroup);
	spin_lock_irq(&queue->lock);
	queue->in_pass = true;
	pass->take = !queue->draining;
	/* Those handed back are older. */
	bio_list_merge_head(&queue->todo, &queue->back);
	bio_list_init(&queue->back);
	spin_unlock_irq(&queue->lock);
	xengnt_map_batch_reset(&queue->map);
	xengnt_copy_batch_reset(&queue->copy);
}

static bool pass_end(struct pass *pass)
{
	struct blkback_queue *queue = pass->queue;
	bool again;

	blkback_magazine_unload(&queue->copy_pages);
	spin_lock_irq(&queue->lock);
	queue->in_pass = false;
	blkback_io_answer_all(queue);
	blkback_io_push(queue);
	queue->stats.n[BLKBACK_STAT_PASSES]++;
	queue->stats.n[BLKBACK_STAT_MAPPED] += pass->mapped;
	queue->stats.n[BLKBACK_STAT_COPIED] += pass->copied;
	queue->stats.n[BLKBACK_STAT_PERSISTENT] += pass->persistent;
	queue->stats.n[BLKBACK_STAT_LINGERED] += queue->lingered;
	queue->lingered = 0;
	again = !bio_list_empty(&queue->back) ||
		(!bio_list_empty(&queue->todo) && !queue->starved);
	if (queue->draining)
		wake_up(&queue->drained);
	if (!blkback_fence_is_open(queue->fence.common))
		blkback_fence_look(queue->fence.common);
	spin_unlock_irq(&queue->lock);
	return again || pass->retry;
}

bool blkback_pass_run(struct blkback_queue *queue, unsigned int *taken)
{
	struct pass pass = {
		.queue = queue,
		/* No request is of that size. */
		.bytes = UINT_MAX,
	};

	pass_begin(&pass);
	pass_take(&pass);
	pass_prepare(&pass);
	xengnt_map_batch_run(&queue->map);
	if (queue->persist.on)
		pass.persist_failed = blkback_persist_mapped(&queue->persist,
							     &queue->map);
	pass_run_copies(&pass);
	pass_settle(&pass);
	pass_done(&pass);
	if (pass.persist_failed)
		blkback_persist_bury(&queue->persist);
	trace_blkback_pass(queue, pass.taken, queue->map.nr, pass.copy_ops);
	*taken += pass.taken;
	return pass_end(&pass);
}
