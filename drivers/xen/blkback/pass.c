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
#include "disk.h"
#include "io.h"
#include "pass.h"
#include "queue.h"
#include "trace.h"

/* As many tags of a block device are often found next to each other. */
#define SUBMIT_GROUP	8U

/**
 * struct pass - what one pass does
 * @queue: on which queue
 * @take: new requests may be taken off the ring
 * @prepared: requests with their operations in the queue's batches
 * @nr_prepared: how many of them may yet be submitted
 * @taken: requests taken off the ring
 * @expect: pages of our own that these want
 * @mapped: requests whose pages were mapped
 * @copied: requests whose data is copied
 * @persistent: requests whose pages stay mapped
 * @persist_failed: pages that should have, and could not be mapped
 * @copy_failed: copy operations that failed
 * @plug: holds back what is submitted
 * @submitted: requests given to the block device
 * @last_begin: first sector of the request submitted last
 * @last_end: the one behind its last
 * @quick: the block device is worth being asked not to look for neighbours
 * @retry: there is something to do for the next pass: room ran out in a batch,
 *	reads have to be copied to the guest, or pages ran out; then somebody
 *	may have put some back meanwhile
 */
struct pass {
	struct blkback_queue *queue;
	bool take;
	struct bio_list prepared;
	unsigned int nr_prepared;
	unsigned int taken;
	unsigned int expect;
	unsigned int mapped;
	unsigned int copied;
	unsigned int persistent;
	unsigned int persist_failed;
	unsigned int copy_failed;
	struct blk_plug plug;
	unsigned int submitted;
	u64 last_begin;
	u64 last_end;
	bool quick;
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
	if (unlikely(error)) {
		io_refuse(io, error, BLKBACK_STAT_REFUSED);
		return;
	}
	if (io->request.operation == BLKIF_OP_WRITE_BARRIER) {
		io->path = blkback_path_choose(queue, blkback_io_bytes(io));
		blkback_fence_hold(io);
		return;
	}
	blkback_io_append(&queue->todo, io);
	if (io->request.nr_indirect_pages) {
		io->stage = BLKBACK_STAGE_FETCH;
		/* Nothing is known of the size yet but this. */
		io->path = blkback_path_choose(queue, queue->limits.page_size *
					       io->request.nr_segments);
		pass->expect += io->request.nr_indirect_pages;
		blkback_queue_count(queue, BLKBACK_STAT_INDIRECT, 1);
		return;
	}
	io->stage = BLKBACK_STAGE_DATA;
	io->path = blkback_path_choose(queue, blkback_io_bytes(io));
	if (io->path == BLKBACK_PATH_COPY)
		pass->expect += io->request.nr_segments;
}

static void pass_take(struct pass *pass)
{
	struct blkback_queue *queue = pass->queue;
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	int waiting = 0;

	if (!pass->take || queue->broken)
		return;
	while (blkback_queue_may_take(queue) &&
	       (waiting = blkback_ring_unconsumed(&queue->ring)) > 0 &&
	       pass->taken < queue->nr_ios) {
		do {
			blkback_ring_next(&queue->ring, raw);
			pass_decode(pass, raw);
			pass->taken++;
			/* While there is a barrier each one has to ask. */
		} while (--waiting && blkback_fence_is_open(queue->fence.common));
	}
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
static int prepare_fallback(struct pass *pass, struct blkback_io *io)
{
	xengnt_client_count(io->queue->client, XENGNT_FALLBACK_COPY,
			    io->request.nr_segments);
	io->path = BLKBACK_PATH_COPY;
	return prepare_copy(pass, io);
}

static int prepare_data(struct pass *pass, struct blkback_io *io)
{
	int error;

	if (!io->request.nr_segments)
		return 0;
	switch (io->path) {
	case BLKBACK_PATH_PERSISTENT:
		error = prepare_persist(io);
		return error == -ENOSPC ? prepare_fallback(pass, io) : error;
	case BLKBACK_PATH_MAP:
		error = prepare_map(io);
		return error == -ENOMEM ? prepare_fallback(pass, io) : error;
	default:
		return prepare_copy(pass, io);
	}
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
	io->path = blkback_path_choose(queue, blkback_io_bytes(io));
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
	struct bio_list waiting = BIO_EMPTY_LIST;
	struct blkback_queue *queue = pass->queue;
	struct blkback_io *io;
	bool starved = false;

	while ((io = blkback_io_pop(&queue->todo))) {
		int error = -ENOSPC;

		if (!starved || io->stage == BLKBACK_STAGE_COPY_OUT)
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
	queue_set_starved(queue, starved);
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
	blkback_io_put_pages(io);
	/* It holds an extent: those that want one must not be in its way. */
	bio_list_add_head(&queue->todo, &io->bio);
	pass->retry = true;
}

/*
 * The block device compares each request with the one before, and with what
 * else waits for it, to join neighbours. That costs as much as it does to
 * submit a request, and nothing comes of it if there are none.
 */
static blk_opf_t submit_flags(struct pass *pass, const struct blkback_io *io)
{
	const struct blkback_io *next = blkback_io_peek(&pass->prepared);
	u64 begin = io->request.sector, end = begin + io->request.sectors;
	bool neighbour = begin == pass->last_end || end == pass->last_begin;

	if (!pass->quick || !io->nr_pages)
		return 0;
	pass->last_begin = begin;
	pass->last_end = end;
	if (next && !neighbour)
		neighbour = next->request.sector == end ||
			next->request.sector + next->request.sectors == begin;
	return neighbour ? 0 : REQ_NOMERGE;
}

static void io_submit(struct pass *pass, struct blkback_io *io)
{
	/* Have their tags allocated together. */
	if (!(pass->submitted++ % SUBMIT_GROUP))
		pass->plug.nr_ios = min(pass->nr_prepared, SUBMIT_GROUP);
	pass->nr_prepared--;
	blkback_io_submit(io, submit_flags(pass, io));
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
	int error = map_result(io);

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
	blkback_io_put_pages(io);
	blkback_io_finish(io, false);
}

static void pass_settle(struct pass *pass)
{
	struct blkback_io *io;

	blk_start_plug(&pass->plug);
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
	blk_finish_plug(&pass->plug);
}

/* A request that was mapped, all or in part. */
static void done_mapped(struct blkback_io *io, struct list_head *entries)
{
	if (blkback_io_unmap_list(io, entries))
		return;
	/* Not one of its pages could be mapped. */
	blkback_io_put_pages(io);
	if (io->error)
		blkback_io_finish(io, false);
	else
		blkback_io_append(&io->queue->todo, io);
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

	while ((io = blkback_io_pop(&queue->done))) {
		if (io->kind == BLKBACK_PAGES_MAPPED) {
			done_mapped(io, &entries);
		} else if (blkback_io_wants_copy_out(io)) {
			io->stage = BLKBACK_STAGE_COPY_OUT;
			blkback_io_append(&queue->todo, io);
			pass->retry = true;
		} else if (blkback_io_has_more(io)) {
			io->stage = BLKBACK_STAGE_DATA;
			blkback_io_append(&queue->todo, io);
			pass->retry = true;
		} else {
			blkback_io_put_pages(io);
			blkback_io_finish(io, false);
		}
	}
	if (!list_empty(&entries))
		xengnt_unmap_batch_run(&queue->unmap, &entries,
				       XENGNT_UNTOUCHED);
}

/* Nobody else looks for neighbours later on. */
static bool disk_has_no_scheduler(const struct blkback_disk *disk)
{
	struct request_queue *q = bdev_get_queue(disk->bdev);

	return queue_is_mq(q) && !READ_ONCE(q->elevator);
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
	bio_list_merge(&queue->todo, &queue->back);
	bio_list_init(&queue->back);
	spin_unlock_irq(&queue->lock);
	pass->quick = disk_has_no_scheduler(queue->conn->disk);
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
		.last_begin = U64_MAX,
		.last_end = U64_MAX,
	};

	pass_begin(&pass);
	pass_take(&pass);
	pass_prepare(&pass);
	xengnt_map_batch_run(&queue->map);
	if (queue->persist.on)
		pass.persist_failed = blkback_persist_mapped(&queue->persist,
							     &queue->map);
	pass.copy_failed = xengnt_copy_batch_run(&queue->copy);
	pass_settle(&pass);
	pass_done(&pass);
	if (pass.persist_failed)
		blkback_persist_bury(&queue->persist);
	trace_blkback_pass(queue, pass.taken, queue->map.nr, queue->copy.nr);
	*taken += pass.taken;
	return pass_end(&pass);
}
