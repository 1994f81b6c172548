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
 * struct xengnt_unmap - a mapped page on its way out
 * @node: the queue's, while the entry is queued
 * @client: who mapped it and will be answered
 * @page: where it is mapped
 * @handle: what Xen calls the mapping
 *
 * Embedded in a structure of the client's. The client fills in @client, @page
 * and @handle; from xengnt_unmap_queue() until the client's ``unmapped`` is
 * called the entry is the queue's.
 */
struct xengnt_unmap {
	struct list_head node;
	struct xengnt_client *client;
	struct page *page;
	grant_handle_t handle;
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
 * xengnt_unmap_queue() - queue one page for unmapping on this processor
 * @u: filled in by the caller
 * @touch: has a CPU accessed it?
 *
 * Unmapping costs a TLB flush on every processor for each started group of
 * operations, so entries wait for others, of whatever client: until a group is
 * full, until xengnt_unmap_idle() is called on this processor, or until the
 * deadline (module parameter ``unmap_deadline_us``) has passed. An entry whose
 * page is still in use by somebody else is looked at again later.
 *
 * Context: any. Callbacks of any client may run before it returns.
 */
void xengnt_unmap_queue(struct xengnt_unmap *u, enum xengnt_touch touch);

/**
 * xengnt_unmap_idle() - this caller has no more entries on the way
 *
 * Flushes the queue of this processor, so that nobody waits for the deadline
 * when no further entry is to be expected.
 *
 * Context: any. Callbacks of any client may run before it returns.
 */
void xengnt_unmap_idle(void);

#endif /* _XEN_GNTTAB_UNMAP_H */
