/* SPDX-License-Identifier: GPL-2.0 */
/* Memory for what guests send: large pages that come back are used again. */
#ifndef XEN_NETBACK_BUFFERS_H
#define XEN_NETBACK_BUFFERS_H

#include <linux/types.h>

struct page;

/*
 * So many blocks are remembered, each of a large page: 8 MiB, more than a socket
 * with the usual limits holds of one stream.
 */
#define NETBACK_BUFFERS_BLOCKS	256

/**
 * struct netback_block - a large page that is given away in pieces
 * @page: its first page, or NULL
 * @bytes: its size
 * @ours: references that are not given away
 */
struct netback_block {
	struct page *page;
	unsigned int bytes;
	unsigned int ours;
};

/**
 * struct netback_buffers - the memory of a queue; private to buffers.c
 * @blocks: some in use by others, some free
 * @current_block: of which pieces are being given away
 * @used: bytes of that one
 * @oldest: the next to be looked at, of those behind the first ones
 * @nr: none from here on is remembered
 * @highest: the last one of which pieces were given away since
 *	netback_buffers_trim()
 *
 * Zeroed is empty. One user at a time. What the kernel clears when it is
 * allocated is cleared once, not for every packet.
 */
struct netback_buffers {
	struct netback_block blocks[NETBACK_BUFFERS_BLOCKS];
	unsigned int current_block;
	unsigned int used;
	unsigned int oldest;
	unsigned int nr;
	unsigned int highest;
};

/**
 * netback_buffers_alloc() - get memory
 * @buffers: where from
 * @bytes: up to half of a large page
 *
 * Up to %PAGE_SIZE bytes never cross the end of a page. What is asked for in
 * one piece after the other lies behind it, as long as that holds.
 *
 * Context: any but hard interrupts.
 * Return: the memory, with a reference to its page, or NULL.
 */
void *netback_buffers_alloc(struct netback_buffers *buffers,
			    unsigned int bytes);

/**
 * netback_buffers_merge() - the last memory belongs to that before it
 * @buffers: where both came from
 *
 * They share the reference of the first from now on.
 */
void netback_buffers_merge(struct netback_buffers *buffers);

/**
 * netback_buffers_trim() - forget the blocks that have not been needed
 * @buffers: which remembers at least one, if it had any
 *
 * Needed is what pieces were given away of since this was called before.
 */
void netback_buffers_trim(struct netback_buffers *buffers);

/**
 * netback_buffers_bytes() - what is remembered
 * @buffers: of whom
 *
 * Context: also while somebody else uses @buffers; an estimate then.
 * Return: bytes, in use or free.
 */
size_t netback_buffers_bytes(const struct netback_buffers *buffers);

/**
 * netback_buffers_drain() - forget all blocks
 * @buffers: empty then
 *
 * What is in use stays until its user lets it go.
 */
void netback_buffers_drain(struct netback_buffers *buffers);

#endif
