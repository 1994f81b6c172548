// SPDX-License-Identifier: GPL-2.0
#include "buffers.h"

#include <compat/page_pool.h>
#include <linux/align.h>
#include <linux/cache.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/poison.h>
#include <linux/skbuff.h>

#define BLOCK_ORDER	get_order(32768)
#define BLOCK_BYTES	(PAGE_SIZE << BLOCK_ORDER)

/* So many free ones stay: 8 MiB, more than a socket holds of one stream. */
#define BLOCKS_KEPT	256

/* Who has begun no more than these does not need many free ones. */
#define BLOCKS_FEW	8

/* More than a block has pieces. */
#define BLOCK_PIECES	4096

#define BUFFERS_GFP	(GFP_ATOMIC | __GFP_NOWARN | __GFP_NOMEMALLOC)

int netback_buffers_init(struct netback_buffers *buffers)
{
	struct page_pool_params params = {
		.flags = PP_FLAG_PAGE_FRAG,
		.order = BLOCK_ORDER,
		.pool_size = BLOCKS_KEPT,
		.nid = NUMA_NO_NODE,
	};
	struct page_pool *pool = page_pool_create(&params);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	buffers->pool = pool;
	return 0;
}

/* What was not given away of the block comes back. */
static void block_end(struct netback_buffers *buffers)
{
	unsigned int rest = BLOCK_PIECES - buffers->given;

	if (buffers->page && !page_pool_unref_page(buffers->page, rest))
		page_pool_put_unrefed_page(buffers->pool, buffers->page, -1,
					   false);
	buffers->page = NULL;
}

static bool block_begin(struct netback_buffers *buffers)
{
	buffers->page = page_pool_alloc_pages(buffers->pool,
					      BUFFERS_GFP | __GFP_NORETRY);
	if (!buffers->page)
		return false;
	page_pool_fragment_page(buffers->page, BLOCK_PIECES);
	buffers->used = 0;
	buffers->given = 0;
	buffers->begun++;
	return true;
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
	unsigned int at = place(buffers->used, bytes);

	if (!buffers->page || at + bytes > BLOCK_BYTES) {
		block_end(buffers);
		if (bytes > BLOCK_BYTES)
			return NULL;
		if (!block_begin(buffers))
			return netback_buffers_alloc_plain(buffers, bytes);
		at = 0;
	}
	buffers->used = at + bytes;
	buffers->given++;
	return page_address(buffers->page) + at;
}

void *netback_buffers_alloc_plain(struct netback_buffers *buffers,
				  unsigned int bytes)
{
	return page_frag_alloc(&buffers->plain,
			       ALIGN(bytes, SMP_CACHE_BYTES), BUFFERS_GFP);
}

void netback_buffers_merge(struct netback_buffers *buffers, void *data)
{
	if (virt_to_head_page(data) == buffers->page)
		buffers->given--;
	else
		page_frag_free(data);
}

void netback_buffers_put(void *data)
{
	struct page *page = virt_to_head_page(data);

	/* As the network stack itself knows them. */
	if ((page->pp_magic & ~3UL) == PP_SIGNATURE)
		page_pool_put_full_page(page->pp, page, false);
	else
		put_page(page);
}

/* Let the system have a page that came out of the pool. */
static void block_forget(struct page_pool *pool, struct page *page)
{
	/* One that has other users does not stay in a pool. */
	get_page(page);
	page_pool_put_unrefed_page(pool, page, -1, false);
	put_page(page);
}

void netback_buffers_trim(struct netback_buffers *buffers)
{
	struct page_pool *pool = buffers->pool;
	u32 pages = pool->pages_state_hold_cnt;
	bool few = buffers->begun <= BLOCKS_FEW;
	struct page *page;

	buffers->begun = 0;
	while (few && (page = page_pool_alloc_pages(pool, BUFFERS_GFP))) {
		/* There was none left, so it is a new one. */
		few = pool->pages_state_hold_cnt == pages;
		block_forget(pool, page);
	}
}

size_t netback_buffers_bytes(const struct netback_buffers *buffers)
{
	const struct page_pool *pool = buffers->pool;
	u32 pages = READ_ONCE(pool->pages_state_hold_cnt) -
		    atomic_read(&pool->pages_state_release_cnt);

	return pages * BLOCK_BYTES;
}

void netback_buffers_fini(struct netback_buffers *buffers)
{
	if (buffers->pool) {
		block_end(buffers);
		page_pool_destroy(buffers->pool);
	}
	page_frag_cache_drain(&buffers->plain);
	*buffers = (struct netback_buffers) {};
}
