/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The unmap queue: one for each processor, shared by every client.
 */
#ifndef _XEN_GNTTAB_UNMAP_H
#define _XEN_GNTTAB_UNMAP_H

#include <linux/types.h>
#include <linux/list.h>
#include <xen/interface/grant_table.h>

struct page;
struct xengnt_client;

/**
 * DOC: Example of unmapping
 *
 * At the end of a request that no CPU has looked into::
 *
 *	void example_done(struct xengnt_unmap *unmaps, unsigned int nr,
 *			  bool more)
 *	{
 *		LIST_HEAD(entries);
 *		unsigned int i;
 *
 *		for (i = 0; i < nr; i++)
 *			list_add_tail(&unmaps[i].node, &entries);
 *		xengnt_unmap_queue(&entries, XENGNT_UNTOUCHED, more);
 *	}
 */

/**
 * struct xengnt_unmap - a mapped page on its way out
 * @node: links entries that are queued together, then the queue's
 * @client: who mapped it and will be answered
 * @owner: the client's, never looked at
 * @page: where it is mapped
 * @handle: what Xen calls the mapping
 * @pin: xengnt_map_batch_pin(), or 0
 *
 * Embedded in a structure of the client's. From xengnt_unmap_queue() until the
 * client's ``unmapped`` is called the entry is the library's.
 */
struct xengnt_unmap {
	struct list_head node;
	struct xengnt_client *client;
	void *owner;
	struct page *page;
	grant_handle_t handle;
	u64 pin;
};

/**
 * enum xengnt_touch - has a CPU of this domain accessed the mapping?
 * @XENGNT_UNTOUCHED: only devices have
 * @XENGNT_TOUCHED: a CPU has, or may have
 * @XENGNT_NR_TOUCH: how many answers there are
 *
 * Kept apart, because one touched page makes a whole group cost a TLB flush on
 * a hypervisor that would otherwise skip it.
 */
enum xengnt_touch {
	XENGNT_UNTOUCHED,
	XENGNT_TOUCHED,
	XENGNT_NR_TOUCH
};

/**
 * xengnt_unmap_queue() - queue pages for unmapping on this processor
 * @entries: list of struct xengnt_unmap, filled in; empty afterwards
 * @touch: has a CPU accessed them?
 * @more: the caller will queue more, or call xengnt_unmap_idle(), before long
 *
 * Unmapping costs a TLB flush on every processor for each started group of
 * operations, so entries wait for others, of whatever client: until a group is
 * full, until somebody on this processor has no @more to come, or until the
 * deadline (module parameter ``unmap_deadline_us``) has passed. An entry whose
 * page is still in use by somebody else is looked at again later.
 *
 * Context: any. Callbacks of any client may run before it returns.
 */
void xengnt_unmap_queue(struct list_head *entries, enum xengnt_touch touch,
			bool more);

/**
 * xengnt_unmap_idle() - this caller has no more entries on the way
 *
 * Flushes the queue of this processor, so that nobody waits for the deadline
 * when no further entry is to be expected.
 *
 * Context: any. Callbacks of any client may run before it returns.
 */
void xengnt_unmap_idle(void);

/**
 * struct xengnt_unmap_batch - room for more than one group in a call
 * @ops: the library's
 * @pages: the library's
 * @max: entries that one call can carry
 *
 * For a caller in process context that has many entries at once. Not locked:
 * a batch has one user at a time.
 */
struct xengnt_unmap_batch {
	struct gnttab_unmap_grant_ref *ops;
	struct page **pages;
	unsigned int max;
};

/**
 * xengnt_unmap_batch_init() - make room
 * @batch: to set up
 * @max: entries that one call can carry
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int xengnt_unmap_batch_init(struct xengnt_unmap_batch *batch, unsigned int max);

/**
 * xengnt_unmap_batch_fini() - free what xengnt_unmap_batch_init() allocated
 * @batch: a second call does nothing
 *
 * Context: may sleep.
 */
void xengnt_unmap_batch_fini(struct xengnt_unmap_batch *batch);

/**
 * xengnt_unmap_batch_run() - unmap pages now, and what waits here with them
 * @batch: room for the call
 * @entries: list of struct xengnt_unmap, filled in; empty afterwards
 * @touch: has a CPU accessed them?
 *
 * One hypercall if @batch has room for all. Entries that wait on this
 * processor join in, so that they share the flush.
 *
 * Context: may sleep. Callbacks of any client run before it returns.
 */
void xengnt_unmap_batch_run(struct xengnt_unmap_batch *batch,
			    struct list_head *entries, enum xengnt_touch touch);

#endif /* _XEN_GNTTAB_UNMAP_H */
