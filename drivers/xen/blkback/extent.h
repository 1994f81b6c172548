/* SPDX-License-Identifier: GPL-2.0 */
/* Room for the segments of one request, and a pool of it. */
#ifndef XEN_BLKBACK_EXTENT_H
#define XEN_BLKBACK_EXTENT_H

#include <linux/llist.h>

struct bio_vec;
struct blkback_grant;
struct blkback_segment;
struct page;
struct xengnt_unmap;

/**
 * struct blkback_extent - arrays for the segments of one request
 * @node: in the pool
 * @segments: what the guest asked for
 * @pages: where the data is
 * @unmaps: entries for the unmap queue
 * @grants: in the same memory, the grants that stay mapped
 * @bvecs: for the bio
 */
struct blkback_extent {
	struct llist_node node;
	struct blkback_segment *segments;
	struct page **pages;
	union {
		struct xengnt_unmap *unmaps;
		struct blkback_grant **grants;
	};
	struct bio_vec *bvecs;
};

/**
 * struct blkback_extent_pool - extents for indirect requests
 * @free: not in use
 * @segments: how many segments each holds
 * @nr: how many there are, in use or not
 * @max: how many there may be
 *
 * So many of the largest requests can have pages at the same time: a ring of many
 * slots does not make a guest's memory grow with the largest request. Smaller
 * ones, of which there might be more, wait for an extent like others for pages.
 */
struct blkback_extent_pool {
	struct llist_head free;
	unsigned int segments;
	unsigned int nr;
	unsigned int max;
};

/**
 * blkback_extent_pool_init() - an empty pool
 * @pool: to set up
 * @segments: how many segments each extent is to hold
 * @max: how many extents there may be, at least 1
 */
void blkback_extent_pool_init(struct blkback_extent_pool *pool,
			      unsigned int segments, unsigned int max);

/**
 * blkback_extent_pool_fini() - free a pool's extents
 * @pool: none of whose extents is in use
 */
void blkback_extent_pool_fini(struct blkback_extent_pool *pool);

/**
 * blkback_extent_get() - take one
 * @pool: a pool
 *
 * Context: may sleep; one caller at a time.
 * Return: the extent, ERR_PTR(-ENOSPC) if all are in use, ERR_PTR(-ENOMEM).
 */
struct blkback_extent *blkback_extent_get(struct blkback_extent_pool *pool);

/**
 * blkback_extent_put() - give one back
 * @pool: where it is from
 * @extent: not in use any more
 *
 * Context: any.
 */
static inline void blkback_extent_put(struct blkback_extent_pool *pool,
				      struct blkback_extent *extent)
{
	llist_add(&extent->node, &pool->free);
}

#endif
