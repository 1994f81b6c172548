// SPDX-License-Identifier: GPL-2.0
#include <linux/bio.h>
#include <linux/ioprio.h>

#include "cgroup.h"
#include "conn.h"
#include "discard.h"
#include "disk.h"
#include "io.h"
#include "queue.h"
#include "submit.h"

/* As many tags of a block device are often found next to each other. */
#define SUBMIT_GROUP	8U

/* Nobody else looks for neighbours later on. */
static bool disk_has_no_scheduler(const struct blkback_disk *disk)
{
	struct request_queue *q = bdev_get_queue(disk->bdev);

	return queue_is_mq(q) && !READ_ONCE(q->elevator);
}

void blkback_submit_begin(struct blkback_submit *submit,
			  const struct blkback_disk *disk, unsigned int nr)
{
	submit->css = NULL;
	submit->ioprio = get_current_ioprio();
	submit->nr = 0;
	submit->last_begin = U64_MAX;
	submit->last_end = U64_MAX;
	submit->quick = disk_has_no_scheduler(disk);
	/* One alone has nobody to be put together with, unless it is split. */
	submit->plugged = nr > 1 || !submit->quick;
	if (submit->plugged)
		blk_start_plug(&submit->plug);
}

void blkback_submit_end(struct blkback_submit *submit)
{
	if (submit->plugged)
		blk_finish_plug(&submit->plug);
	blkback_cgroup_charged(&submit->css);
}

/*
 * The block device compares each request with the one before, and with what
 * else waits for it, to join neighbours. That costs as much as it does to
 * submit a request, and nothing comes of it if there are none.
 */
static blk_opf_t submit_flags(struct blkback_submit *submit,
			      const struct blkback_io *io,
			      const struct blkback_io *next)
{
	u64 begin = io->request.sector, end = begin + io->request.sectors;
	bool neighbour = begin == submit->last_end || end == submit->last_begin;

	if (!submit->quick || !io->nr_pages)
		return 0;
	submit->last_begin = begin;
	submit->last_end = end;
	if (next && !neighbour)
		neighbour = next->request.sector == end ||
			next->request.sector + next->request.sectors == begin;
	return neighbour ? 0 : REQ_NOMERGE;
}

static blk_opf_t io_opf(const struct blkback_io *io)
{
	switch (io->request.operation) {
	case BLKIF_OP_READ:
		return REQ_OP_READ;
	case BLKIF_OP_WRITE_BARRIER:
	case BLKIF_OP_FLUSH_DISKCACHE:
		/* Its own data is to be as durable as what it flushes. */
		return REQ_OP_WRITE | REQ_PREFLUSH |
		       (io->request.sectors ? REQ_FUA : 0);
	case BLKIF_OP_DISCARD:
		return io->request.secure ? REQ_OP_SECURE_ERASE :
					    REQ_OP_DISCARD;
	default:
		/* The guest has done its caching already. */
		return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE;
	}
}

/* There is a vector for each page, so none can be refused. */
static void io_fill(const struct blkback_io *io, struct bio *bio)
{
	const struct blkback_segment *segment = io->extent->segments;
	struct bio_vec *bvec = bio->bi_io_vec;
	unsigned int i;

	for (i = 0; i < io->nr_pages; i++, segment++, bvec++)
		*bvec = (struct bio_vec) {
			.bv_page = io->extent->pages[i],
			.bv_len = segment->length,
			.bv_offset = segment->offset,
		};
	bio->bi_vcnt = io->nr_pages;
	bio->bi_iter.bi_size = io->nr_pages ? blkback_io_bytes(io) : 0;
}

void blkback_submit_io(struct blkback_submit *submit, struct blkback_io *io,
		       const struct blkback_io *next, unsigned int left)
{
	struct blkback_queue *queue = io->queue;
	struct bio *bio = &io->bio;

	/* Have their tags allocated together. */
	if (submit->plugged && !(submit->nr++ % SUBMIT_GROUP))
		submit->plug.nr_ios = min(left, SUBMIT_GROUP);
	/* Told the block device, it would look for whom to charge each time. */
	bio_init(bio, NULL, io->extent->bvecs, io->nr_pages,
		 io_opf(io) | submit_flags(submit, io, next));
	bio->bi_bdev = queue->conn->disk->bdev;
	blkback_cgroup_charge(&submit->css, bio);
	bio->bi_ioprio = submit->ioprio;
	bio->bi_iter.bi_sector = io->request.sector;
	bio->bi_end_io = blkback_io_end;
	io_fill(io, bio);
	/* If there is nothing to take, the block layer says why. */
	if (io->request.operation == BLKIF_OP_DISCARD)
		bio->bi_iter.bi_size = blkback_discard_take(&io->request,
							    bio->bi_bdev) <<
				       BLKBACK_SECTOR_SHIFT;

	atomic_inc(&queue->submitted);
	submit_bio(bio);
}
