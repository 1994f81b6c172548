/* SPDX-License-Identifier: GPL-2.0 */
/* One request on its way through the backend. */
#ifndef XEN_BLKBACK_IO_H
#define XEN_BLKBACK_IO_H

#include <linux/bio.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/unmap.h>

#include "codec.h"
#include "extent.h"
#include "path.h"

struct blkback_queue;
struct page;

/**
 * enum blkback_stage - what the next pass has to do for a request
 * @BLKBACK_STAGE_FETCH: copy its indirect page, and decode it
 * @BLKBACK_STAGE_DATA: find pages for its data, fill them, give it to the disk
 * @BLKBACK_STAGE_COPY_OUT: copy what was read to the guest, and answer
 */
enum blkback_stage {
	BLKBACK_STAGE_FETCH,
	BLKBACK_STAGE_DATA,
	BLKBACK_STAGE_COPY_OUT,
};

/**
 * enum blkback_pages - what stands in @page of struct blkback_io
 * @BLKBACK_PAGES_NONE: nothing
 * @BLKBACK_PAGES_MAPPED: the guest's own pages
 * @BLKBACK_PAGES_COPIED: ours
 * @BLKBACK_PAGES_PERSISTENT: the guest's own pages, which stay mapped
 */
enum blkback_pages {
	BLKBACK_PAGES_NONE,
	BLKBACK_PAGES_MAPPED,
	BLKBACK_PAGES_COPIED,
	BLKBACK_PAGES_PERSISTENT,
};

/**
 * struct blkback_io - one request
 * @queue: whose it is
 * @request: decoded; segments of an indirect one are in @extent
 * @stage: what is to be done next
 * @kind: of @pages
 * @path: of its data, by choice or because there was no room for another
 * @nr_pages: pages held
 * @first_op: index of its first operation in the pass's batch
 * @cost: what it counts in the queue's turn
 * @error: 0 or the first thing that went wrong
 * @taken: when it was, or 0: see blkback_latency_now()
 * @unmapping: entries still in the unmap queue
 * @extent: arrays in use: @small, or one of the queue's for an indirect request
 * @small: arrays that are part of this structure
 * @bio: for the block device; also links the request into one of the queue's
 *	lists, or the present pass's, while the block device does not have it
 * @small_pages: of @small
 * @small_unmaps: of @small
 * @small_bvecs: of @small
 */
struct blkback_io {
	struct blkback_queue *queue;
	struct blkback_request request;
	enum blkback_stage stage;
	enum blkback_pages kind;
	enum blkback_path path;
	unsigned int nr_pages;
	unsigned int first_op;
	unsigned int cost;
	int error;
	u64 taken;
	atomic_t unmapping;
	struct blkback_extent *extent;
	struct blkback_extent small;
	struct bio bio;

	struct page *small_pages[BLKIF_MAX_SEGMENTS_PER_REQUEST];
	struct xengnt_unmap small_unmaps[BLKIF_MAX_SEGMENTS_PER_REQUEST];
	struct bio_vec small_bvecs[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};

/* How the library answers the queue's unmappings. */
extern const struct xengnt_client_ops blkback_io_unmap_ops;

/**
 * blkback_io_init() - prepare a request's structure, once
 * @io: zeroed
 * @queue: whose it is
 */
void blkback_io_init(struct blkback_io *io, struct blkback_queue *queue);

/**
 * blkback_io_alloc() - take a free structure
 * @queue: of which queue
 *
 * Context: thread of the queue.
 * Return: never NULL while a request can be taken from the ring, which has no
 * more slots than there are structures.
 */
struct blkback_io *blkback_io_alloc(struct blkback_queue *queue);

/**
 * blkback_io_enlarge() - make room for an indirect request's segments
 * @io: of an indirect request; a second call does nothing
 *
 * Context: may sleep; the queue's thread.
 * Return: 0, -ENOSPC if other requests have to be finished first, -ENOMEM.
 */
int blkback_io_enlarge(struct blkback_io *io);

/**
 * blkback_io_end() - the block device has done what it was asked to
 * @bio: of a request, which counts in @submitted of its queue
 *
 * Context: any. From here on the request is nobody's but this function's.
 */
void blkback_io_end(struct bio *bio);

/**
 * blkback_io_unmap_list() - make the mapped pages of a request ready to unmap
 * @io: some or all of whose pages are mapped; those with a handle of
 *	%BLKBACK_NOT_MAPPED are not
 * @entries: list to add them to
 *
 * When the last one is unmapped the request is answered, or handed back to be
 * copied if that is its @io->path by now and @io->error is not set.
 *
 * Context: any. From here on @io is the unmap queue's.
 * Return: how many were added; if 0, @io is still the caller's.
 */
unsigned int blkback_io_unmap_list(struct blkback_io *io,
				   struct list_head *entries);

/* Xen's handles are smaller. */
#define BLKBACK_NOT_MAPPED	((grant_handle_t)~0)

/**
 * blkback_io_copy_out() - add the copying of what was read to a batch
 * @io: a read whose data is in pages of ours
 * @batch: with room for all of them
 */
void blkback_io_copy_out(struct blkback_io *io,
			 struct xengnt_copy_batch *batch);

/**
 * blkback_io_map_result() - how a request's mapping went
 * @io: a request, whose operations are in its queue's batch
 *
 * Notes what there is to unmap; %BLKBACK_NOT_MAPPED where that is nothing.
 *
 * Return: 0, -ENOSPC if Xen had no room, or the first error that is worse.
 */
int blkback_io_map_result(struct blkback_io *io);

/**
 * blkback_io_copy_result() - how a request's copying went
 * @io: a request
 * @batch: that its operations were run in
 * @nr: how many operations
 *
 * Return: 0 or the first error.
 */
int blkback_io_copy_result(const struct blkback_io *io,
			   const struct xengnt_copy_batch *batch,
			   unsigned int nr);

/**
 * blkback_io_put_pages() - return a request's pages to their area
 * @io: whose pages are not mapped
 *
 * Context: any; but in a pass there is the magazine for pages that were copied.
 */
void blkback_io_put_pages(struct blkback_io *io);

/**
 * blkback_io_finish() - answer a request and forget it
 * @io: holds no pages
 * @push: show the frontend the answer now; otherwise somebody will
 *
 * In a pass, blkback_io_answer_all() does it for all requests at the end.
 *
 * Context: any. @io is free afterwards, and the queue may be gone.
 */
void blkback_io_finish(struct blkback_io *io, bool push);

/**
 * blkback_io_hand_back() - let the queue's thread go on with a request
 * @io: a request that is on no list
 * @stage: what is to be done
 *
 * Context: any, without the queue's lock.
 */
void blkback_io_hand_back(struct blkback_io *io, enum blkback_stage stage);

/**
 * blkback_io_answer_all() - answer what was finished in this pass
 * @queue: a queue
 *
 * Context: the queue's thread, under the queue's lock.
 */
void blkback_io_answer_all(struct blkback_queue *queue);

/**
 * blkback_io_wants_copy_out() - is a request not yet done when its disk is?
 * @io: completed by the block device
 *
 * Return: true for a read that went well and is not mapped.
 */
static inline bool blkback_io_wants_copy_out(const struct blkback_io *io)
{
	return io->kind == BLKBACK_PAGES_COPIED &&
	       io->request.operation == BLKIF_OP_READ && !io->error;
}

/* The rest of blkback_io_goes_on(), for a discard. */
bool blkback_io_discards_on(struct blkback_io *io);

/**
 * blkback_io_goes_on() - does it have to go to its disk again?
 * @io: completed by the block device
 *
 * A discard of a whole disk takes long, and many of them longer than anybody
 * wants to wait for a guest that has gone: then the rest is an error.
 *
 * Return: true for a discard of which only a piece was done.
 */
static inline bool blkback_io_goes_on(struct blkback_io *io)
{
	return io->request.operation == BLKIF_OP_DISCARD &&
	       blkback_io_discards_on(io);
}

/**
 * blkback_io_push() - show the frontend all answers, and notify it if it asks
 * @queue: a queue
 *
 * Context: any, under the queue's lock.
 */
void blkback_io_push(struct blkback_queue *queue);

/**
 * blkback_io_bytes() - size of a request's data
 * @io: decoded
 *
 * Return: bytes; 0 for a flush without data.
 */
static inline unsigned int blkback_io_bytes(const struct blkback_io *io)
{
	return io->request.sectors << BLKBACK_SECTOR_SHIFT;
}

/* Lists of requests are lists of their bios: one link instead of two. */
static inline void blkback_io_append(struct bio_list *list,
				     struct blkback_io *io)
{
	bio_list_add(list, &io->bio);
}

static inline struct blkback_io *blkback_io_of(struct bio *bio)
{
	return bio ? container_of(bio, struct blkback_io, bio) : NULL;
}

static inline struct blkback_io *blkback_io_peek(struct bio_list *list)
{
	return blkback_io_of(bio_list_peek(list));
}

static inline struct blkback_io *blkback_io_pop(struct bio_list *list)
{
	return blkback_io_of(bio_list_pop(list));
}

static inline bool blkback_io_is_read(const struct blkback_io *io)
{
	return io->request.operation == BLKIF_OP_READ;
}

#endif
