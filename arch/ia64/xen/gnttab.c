// SPDX-License-Identifier: GPL-2.0
/*
 * IA-64: the backend of all domains, every one of which is auto-translated.
 *
 * Xen/ia64 differs from the auto-translated guests of other architectures in
 * one thing that matters here: a map replaces the frame at a pseudo-physical
 * address, and after the unmap there is none. So the frame of a page has to be
 * given up before it is used for mapping, and one be asked for before the page
 * may go back to the kernel.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/xen.h>
#include <xen/gnttab/backend.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/machine.h>
#include "p2m.h"
#include "transfer.h"
#include "xencomm.h"

/* Frames of one reservation call; their numbers are on the stack. */
#define FRAMES_A_CALL 32U

/* A pager of the granter may be at work: 1 + 2 + ... + 20 ms at most. */
#define EAGAIN_RETRIES 20

/*
 * Pages without a frame that could not get one back, for the next who needs
 * such pages.
 */
static LIST_HEAD(hollow_pages);
static DEFINE_SPINLOCK(hollow_lock);

static void hollow_put(struct page *page)
{
	spin_lock(&hollow_lock);
	list_add(&page->lru, &hollow_pages);
	spin_unlock(&hollow_lock);
}

static struct page *hollow_get(void)
{
	struct page *page;

	spin_lock(&hollow_lock);
	page = list_first_entry_or_null(&hollow_pages, struct page, lru);
	if (page)
		list_del(&page->lru);
	spin_unlock(&hollow_lock);
	return page;
}

/* Returns for how many of the first pages it was done. */
static unsigned int pages_change(unsigned int cmd, struct page **pages,
				 unsigned int nr)
{
	xen_pfn_t frames[FRAMES_A_CALL];
	unsigned int i;

	for (i = 0; i < nr; i++)
		frames[i] = xengnt_ia64_frame(pages[i]);
	return xengnt_ia64_reserve(cmd, frames, nr);
}

/* Fills one call's worth of @pages; returns how many have become hollow. */
static unsigned int hollow_out(struct page **pages, unsigned int nr)
{
	unsigned int i, allocated, done;

	for (allocated = 0; allocated < nr; allocated++) {
		/* zeroed, because Xen gives the frame away as it is */
		pages[allocated] = xengnt_ia64_page_alloc(GFP_KERNEL |
							  __GFP_ZERO |
							  __GFP_NOWARN);
		if (!pages[allocated])
			break;
	}
	done = pages_change(XENMEM_decrease_reservation, pages, allocated);
	for (i = done; i < allocated; i++)
		xengnt_ia64_page_free(pages[i]);
	return done;
}

static void ia64_area_free(struct page **pages, unsigned int nr)
{
	unsigned int i, part, done;

	for (; nr; pages += part, nr -= part) {
		part = min(nr, FRAMES_A_CALL);
		done = pages_change(XENMEM_populate_physmap, pages, part);
		for (i = 0; i < part; i++) {
			if (i < done)
				xengnt_ia64_page_free(pages[i]);
			else
				hollow_put(pages[i]);
		}
	}
}

static int ia64_area_alloc(struct page **pages, unsigned int nr)
{
	unsigned int have, part, done;

	for (have = 0; have < nr; have++) {
		pages[have] = hollow_get();
		if (!pages[have])
			break;
	}
	for (; have < nr; have += done) {
		part = min(nr - have, FRAMES_A_CALL);
		done = hollow_out(pages + have, part);
		if (done < part) {
			ia64_area_free(pages, have + done);
			return -ENOMEM;
		}
	}
	return 0;
}

static u64 ia64_mapaddr(const void *vaddr)
{
	return xengnt_ia64_linear_address(vaddr);
}

static void map_again(struct gnttab_map_grant_ref *op)
{
	unsigned int tries;

	for (tries = 1; tries <= EAGAIN_RETRIES; tries++) {
		msleep(tries);
		if (HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, op, 1)) {
			op->status = GNTST_general_error;
			return;
		}
		if (op->status != GNTST_eagain)
			return;
	}
	op->status = GNTST_bad_page;
}

static int ia64_map(struct gnttab_map_grant_ref *ops, struct page **pages,
		    unsigned int nr)
{
	unsigned int i;
	int error;

	error = HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, ops, nr);
	if (error)
		return error;

	for (i = 0; i < nr; i++) {
		if (ops[i].status == GNTST_eagain)
			map_again(&ops[i]);
	}
	return 0;
}

static int ia64_unmap(struct gnttab_unmap_grant_ref *ops, struct page **pages,
		      unsigned int nr)
{
	return HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, ops, nr);
}

static int ia64_copy(struct gnttab_copy *ops, unsigned int nr)
{
	return HYPERVISOR_grant_table_op(GNTTABOP_copy, ops, nr);
}

static const struct xengnt_backend ia64_backend = {
	.name = "IA-64",
	.mapaddr = ia64_mapaddr,
	.area_alloc = ia64_area_alloc,
	.area_free = ia64_area_free,
	.map = ia64_map,
	.unmap = ia64_unmap,
	.copy = ia64_copy,
	.transfer = xengnt_ia64_transfer,
	.populate = xengnt_ia64_populate,
	.release = xengnt_ia64_release,
	/* What is received is where its entry says: nothing to associate. */
	.refs_alloc = xengnt_kernel_refs_alloc,
	.refs_free = xengnt_kernel_refs_free,
	.table_version = xengnt_kernel_table_version,
	.table_map = xengnt_ia64_table_map,
	.table_unmap = xengnt_ia64_table_unmap,
	.p2m = &xengnt_p2m_ia64,
	/* Xen purges, for each mapping, what it has seen being inserted. */
	.flush_group = 1,
	/* A guess: nothing to measure it on. */
	.copy_max = XENGNT_IA64_PAGE_SIZE,
};

const struct xengnt_backend *xengnt_backend_probe(void)
{
	return xen_domain() ? &ia64_backend : NULL;
}
