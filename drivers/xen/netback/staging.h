/* SPDX-License-Identifier: GPL-2.0 */
/* Staging grants: pages of the guest that stay mapped because it asked for it. */
#ifndef XEN_NETBACK_STAGING_H
#define XEN_NETBACK_STAGING_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/xarray.h>

struct page;
struct xengnt_area;
struct xengnt_client;
struct xengnt_map_batch;
struct xengnt_unmap_batch;

/**
 * struct netback_staging - those of one queue; private to staging.c
 * @index: by their references
 * @client: who maps them; NULL: there can be none
 * @area: where they are mapped
 * @max: so many there may be
 * @nr: and are there
 * @mapped: are there, or on their way out
 * @gone: waits for that to become 0
 *
 * Changed by one user at a time, and looked into by any others meanwhile.
 */
struct netback_staging {
	struct xarray index;
	struct xengnt_client *client;
	struct xengnt_area *area;
	unsigned int max;
	unsigned int nr;
	atomic_t mapped;
	wait_queue_head_t gone;
};

/**
 * struct netback_staging_tools - what changing needs, shared by all queues
 * @map: room for the grants of a list
 * @unmap: likewise
 * @pages: likewise
 */
struct netback_staging_tools {
	struct xengnt_map_batch *map;
	struct xengnt_unmap_batch *unmap;
	struct page **pages;
};

extern const struct xengnt_client_ops netback_staging_ops;

/**
 * netback_staging_offered() - how many grants a queue may have
 *
 * Return: the number, 0 if none.
 */
unsigned int netback_staging_offered(void);

/**
 * netback_staging_init() - an empty table
 * @staging: zeroed
 * @client: made with netback_staging_ops
 * @max: so many grants may be in it; 0 needs nothing
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int netback_staging_init(struct netback_staging *staging,
			 struct xengnt_client *client, unsigned int max);

/**
 * netback_staging_fini() - unmap all
 * @staging: set up or not; nobody looks into it any more
 * @tools: with room for some
 *
 * Context: may sleep.
 */
void netback_staging_fini(struct netback_staging *staging,
			  struct netback_staging_tools *tools);

/**
 * netback_staging_add() - map grants
 * @staging: the table
 * @tools: room
 * @list: checked by nobody so far, as netback_ctrl_gref_decode() wants it
 * @nr: entries, at most NETBACK_CTRL_GREFS_MAX
 *
 * All or none. Nothing is mapped if any entry has unknown flags, is there twice
 * or already in the table, or if there are too many.
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int netback_staging_add(struct netback_staging *staging,
			struct netback_staging_tools *tools, const void *list,
			unsigned int nr);

/**
 * netback_staging_remove() - unmap grants
 * @staging: the table
 * @tools: room
 * @list: of grants; gets the status of each
 * @nr: entries, at most NETBACK_CTRL_GREFS_MAX
 *
 * Whoever looks into one of them is waited for.
 *
 * Context: may sleep.
 * Return: how many there were.
 */
unsigned int netback_staging_remove(struct netback_staging *staging,
				    struct netback_staging_tools *tools,
				    void *list, unsigned int nr);

bool netback_staging_copy(struct netback_staging *staging, u32 ref,
			  unsigned int ref_offset, void *memory,
			  unsigned int len, bool write);

/**
 * netback_staging_read() - copy out of a grant, if it is in the table
 * @staging: the table
 * @ref: the grant
 * @ref_offset: in its page
 * @to: where to
 * @len: not beyond the end of the page
 *
 * Context: any but hard interrupts.
 * Return: false if it is not, and nothing is done.
 */
static inline bool netback_staging_read(struct netback_staging *staging,
					u32 ref, unsigned int ref_offset,
					void *to, unsigned int len)
{
	return READ_ONCE(staging->nr) &&
	       netback_staging_copy(staging, ref, ref_offset, to, len, false);
}

/**
 * netback_staging_write() - copy into a grant, if it is in the table
 * @staging: the table
 * @ref: the grant; one that may only be read is as good as none
 * @ref_offset: in its page
 * @from: what to copy
 * @len: not beyond the end of the page
 *
 * Context: any but hard interrupts.
 * Return: false if it is not, and nothing is done.
 */
static inline bool netback_staging_write(struct netback_staging *staging,
					 u32 ref, unsigned int ref_offset,
					 void *from, unsigned int len)
{
	return READ_ONCE(staging->nr) &&
	       netback_staging_copy(staging, ref, ref_offset, from, len, true);
}

#endif
