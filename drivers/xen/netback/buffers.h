/* SPDX-License-Identifier: GPL-2.0 */
/* Memory for what guests send: pieces of large pages out of a page_pool. */
#ifndef XEN_NETBACK_BUFFERS_H
#define XEN_NETBACK_BUFFERS_H

#include <linux/mm_types.h>
#include <linux/types.h>

struct page_pool;

/**
 * struct netback_buffers - the memory of a queue; private to buffers.c
 * @pool: large pages, which come back to it
 * @page: the one of which pieces are being given away, or NULL
 * @used: bytes of it
 * @given: pieces of it
 * @begun: so many pages since netback_buffers_trim()
 * @plain: for when there is no large page, and for programs
 *
 * Zeroed is empty. One user at a time, but what was given away is let go of from
 * anywhere, and may outlive this.
 */
struct netback_buffers {
	struct page_pool *pool;
	struct page *page;
	unsigned int used;
	unsigned int given;
	unsigned int begun;
	struct page_frag_cache plain;
};

/**
 * netback_buffers_init() - make the pool
 * @buffers: zeroed
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; netback_buffers_fini() is due in any case.
 */
int netback_buffers_init(struct netback_buffers *buffers);

/**
 * netback_buffers_alloc() - get memory
 * @buffers: where from
 * @bytes: up to half of a large page
 *
 * Up to %PAGE_SIZE bytes do not cross the end of a page as long as there are
 * large pages. What is asked for in one piece after the other lies behind it
 * where that holds. Packets around such memory are to be marked with
 * skb_mark_for_recycle().
 *
 * Context: any but hard interrupts.
 * Return: the memory, for netback_buffers_put(), or NULL.
 */
void *netback_buffers_alloc(struct netback_buffers *buffers,
			    unsigned int bytes);

/**
 * netback_buffers_alloc_plain() - get memory that a program may do anything with
 * @buffers: where from
 * @bytes: up to %PAGE_SIZE
 *
 * Linux 6.1 makes a packet of what was redirected by taking the whole page out of
 * its pool, with pieces of it still in use elsewhere. So it gets none of those.
 *
 * Context: any but hard interrupts.
 * Return: the memory, for netback_buffers_put() or page_frag_free(), or NULL.
 */
void *netback_buffers_alloc_plain(struct netback_buffers *buffers,
				  unsigned int bytes);

/**
 * netback_buffers_merge() - the last memory belongs to that before it
 * @buffers: where both came from
 * @data: the last memory
 *
 * They are let go of together from now on.
 */
void netback_buffers_merge(struct netback_buffers *buffers, void *data);

/**
 * netback_buffers_put() - let go of memory, or of any other page
 * @data: somewhere in it
 *
 * Context: any but hard interrupts.
 */
void netback_buffers_put(void *data);

/**
 * netback_buffers_trim() - give free pages back to the system
 * @buffers: whose, unless it has used many since this was called before
 *
 * Context: that of netback_buffers_alloc().
 */
void netback_buffers_trim(struct netback_buffers *buffers);

/**
 * netback_buffers_bytes() - what the pool has
 * @buffers: of whom
 *
 * Context: also while somebody else uses @buffers; an estimate then.
 * Return: bytes, in use or free.
 */
size_t netback_buffers_bytes(const struct netback_buffers *buffers);

/**
 * netback_buffers_fini() - the pool ends when all has come back
 * @buffers: empty then
 *
 * Context: may sleep; nobody else is at work.
 */
void netback_buffers_fini(struct netback_buffers *buffers);

#endif
