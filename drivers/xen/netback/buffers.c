// SPDX-License-Identifier: GPL-2.0
#include "buffers.h"

#include <linux/align.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/skbuff.h>

#define BLOCK_ORDER	get_order(32768)

/* What is looked at first, and how many of the others are. */
#define NEAR_BLOCKS	8
#define LOOK_BLOCKS	8

/* More references than a block has pieces. */
#define BLOCK_REFS	4096

static bool block_alloc(struct netback_block *block)
{
	gfp_t gfp = GFP_ATOMIC | __GFP_COMP | __GFP_NOWARN | __GFP_NOMEMALLOC;
	unsigned int order = BLOCK_ORDER;
	struct page *page;

	page = alloc_pages(gfp | __GFP_NORETRY, order);
	if (!page) {
		order = 0;
		page = alloc_pages(gfp, order);
	}
	block->page = page;
	if (!page)
		return false;
	page_ref_add(page, BLOCK_REFS - 1);
	block->ours = BLOCK_REFS;
	block->bytes = PAGE_SIZE << order;
	return true;
}

static void block_forget(struct netback_block *block)
{
	if (block->page)
		__page_frag_cache_drain(block->page, block->ours);
	block->page = NULL;
}

/* Whether every piece that was given away has come back. */
static bool block_is_free(const struct netback_block *block)
{
	return block->page && page_ref_count(block->page) == block->ours;
}

/*
 * The first of the first ones that is free, so that as few as possible are in use,
 * and in the processor's caches.
 */
static struct netback_block *near_block(struct netback_buffers *buffers)
{
	struct netback_block *block = buffers->blocks;
	struct netback_block *end = block + NEAR_BLOCKS;

	while (block < end && block->page && !block_is_free(block))
		block++;
	return block < end ? block : NULL;
}

/*
 * Of the others, those that have been in use for longest: they come back in about
 * the order in which they went. If they are not back, a new one; if there may be
 * no more, the last one looked at is forgotten for it.
 */
static struct netback_block *far_block(struct netback_buffers *buffers)
{
	unsigned int nr = max(buffers->nr, NEAR_BLOCKS + 1U), i;
	struct netback_block *block;

	for (i = 0; i < LOOK_BLOCKS; i++) {
		if (buffers->oldest < NEAR_BLOCKS || buffers->oldest >= nr)
			buffers->oldest = NEAR_BLOCKS;
		block = &buffers->blocks[buffers->oldest++];
		if (!block->page || block_is_free(block))
			return block;
	}
	if (buffers->nr < NETBACK_BUFFERS_BLOCKS)
		return &buffers->blocks[buffers->nr];
	block_forget(block);
	return block;
}

static struct netback_block *next_block(struct netback_buffers *buffers)
{
	struct netback_block *block = near_block(buffers) ?:
				      far_block(buffers);

	if (!block->page && !block_alloc(block))
		return NULL;
	page_ref_add(block->page, BLOCK_REFS - block->ours);
	block->ours = BLOCK_REFS;
	buffers->current_block = block - buffers->blocks;
	buffers->used = 0;
	buffers->highest = max(buffers->highest, buffers->current_block);
	buffers->nr = max(buffers->nr, buffers->current_block + 1);
	return block;
}

/* Where @bytes after @used can begin. */
static unsigned int place(unsigned int used, unsigned int bytes)
{
	used = ALIGN(used, SMP_CACHE_BYTES);
	if (bytes <= PAGE_SIZE && offset_in_page(used) + bytes > PAGE_SIZE)
		used = PAGE_ALIGN(used);
	return used;
}

void *netback_buffers_alloc(struct netback_buffers *buffers,
			    unsigned int bytes)
{
	struct netback_block *block =
		&buffers->blocks[buffers->current_block];
	unsigned int at = place(buffers->used, bytes);

	if (!block->page || at + bytes > block->bytes) {
		block = next_block(buffers);
		at = 0;
		if (!block || bytes > block->bytes)
			return NULL;
	}
	buffers->used = at + bytes;
	block->ours--;
	return page_address(block->page) + at;
}

void netback_buffers_merge(struct netback_buffers *buffers)
{
	buffers->blocks[buffers->current_block].ours++;
}

void netback_buffers_trim(struct netback_buffers *buffers)
{
	while (buffers->nr > buffers->highest + 1)
		block_forget(&buffers->blocks[--buffers->nr]);
	/* Begin again with the first that is free. */
	buffers->used = buffers->blocks[buffers->current_block].bytes;
	buffers->highest = 0;
	buffers->oldest = 0;
}

size_t netback_buffers_bytes(const struct netback_buffers *buffers)
{
	unsigned int i;
	size_t sum = 0;

	for (i = 0; i < NETBACK_BUFFERS_BLOCKS; i++)
		if (READ_ONCE(buffers->blocks[i].page))
			sum += READ_ONCE(buffers->blocks[i].bytes);
	return sum;
}

void netback_buffers_drain(struct netback_buffers *buffers)
{
	unsigned int i;

	for (i = 0; i < NETBACK_BUFFERS_BLOCKS; i++)
		block_forget(&buffers->blocks[i]);
	*buffers = (struct netback_buffers) {};
}
