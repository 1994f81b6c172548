// SPDX-License-Identifier: GPL-2.0
#include <linux/bvec.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <xen/gnttab/unmap.h>

#include "codec.h"
#include "extent.h"

static void extent_free(struct blkback_extent *extent)
{
	kvfree(extent->segments);
	kvfree(extent->pages);
	kvfree(extent->unmaps);
	kvfree(extent->bvecs);
	kfree(extent);
}

static struct blkback_extent *extent_alloc(unsigned int segments)
{
	struct blkback_extent *extent;

	extent = kzalloc(sizeof(*extent), GFP_KERNEL);
	if (!extent)
		return NULL;
	extent->segments = kvcalloc(segments, sizeof(*extent->segments),
				    GFP_KERNEL);
	extent->pages = kvcalloc(segments, sizeof(*extent->pages), GFP_KERNEL);
	extent->unmaps = kvcalloc(segments, sizeof(*extent->unmaps),
				  GFP_KERNEL);
	extent->bvecs = kvcalloc(segments, sizeof(*extent->bvecs), GFP_KERNEL);
	if (extent->segments && extent->pages && extent->unmaps &&
	    extent->bvecs)
		return extent;
	extent_free(extent);
	return NULL;
}

void blkback_extent_pool_init(struct blkback_extent_pool *pool,
			      unsigned int segments, unsigned int max)
{
	init_llist_head(&pool->free);
	pool->segments = segments;
	pool->nr = 0;
	pool->max = max;
}

void blkback_extent_pool_fini(struct blkback_extent_pool *pool)
{
	struct blkback_extent *extent, *next;

	llist_for_each_entry_safe(extent, next, llist_del_all(&pool->free),
				  node)
		extent_free(extent);
	pool->nr = 0;
}

struct blkback_extent *blkback_extent_get(struct blkback_extent_pool *pool)
{
	struct llist_node *node = llist_del_first(&pool->free);
	struct blkback_extent *extent;
	unsigned int noio;

	if (node)
		return llist_entry(node, struct blkback_extent, node);
	if (pool->nr >= pool->max)
		return ERR_PTR(-ENOSPC);

	/* Reclaim may be waiting for the very I/O that this is for. */
	noio = memalloc_noio_save();
	extent = extent_alloc(pool->segments);
	memalloc_noio_restore(noio);
	if (!extent)
		return ERR_PTR(-ENOMEM);
	pool->nr++;
	return extent;
}
