// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's own grant-table driver exports to backends, as 6.1 does
 * it, over the model's hypercalls.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <asm/xen/hypercall.h>
#include "flavour.h"
#include "hole.h"
#include "knob.h"
#include "p2m.h"

/* Pauses of 1, 2, ... ms after GNTST_eagain, up to this one. */
#define LONGEST_PAUSE_MS 255

int gnttab_alloc_pages(int nr_pages, struct page **pages)
{
	int i, ret;

	for (i = 0; i < nr_pages; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		if (!pages[i])
			goto err_free;
		ret = xenmodel_hole_create(pages[i]);
		if (ret) {
			__free_page(pages[i]);
			goto err_free;
		}
		xenmodel_p2m_set(pages[i], INVALID_P2M_ENTRY);
	}
	return 0;

err_free:
	gnttab_free_pages(i, pages);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(gnttab_alloc_pages);

/* The kernel's allocator of such pages gives them memory of their own again. */
static void page_free(struct page *page)
{
	struct xenmodel_hole *hole = xenmodel_hole_find(page_to_pfn(page));
	unsigned long gfn = hole ? hole->gfn : 0;

	if (xenmodel_hole_destroy(page))
		return;
	xenmodel_p2m_set(page, gfn);
	__free_page(page);
}

void gnttab_free_pages(int nr_pages, struct page **pages)
{
	int i;

	for (i = 0; i < nr_pages; i++) {
		/* What must not be freed is kept, so that the run goes on. */
		if (page_count(pages[i]) != 1)
			xenmodel_violation("page %lx is freed while in use",
					   page_to_pfn(pages[i]));
		else
			page_free(pages[i]);
	}
}
EXPORT_SYMBOL_GPL(gnttab_free_pages);

static void map_again(struct gnttab_map_grant_ref *op)
{
	unsigned int pause = 1;

	do {
		if (HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, op, 1))
			op->status = GNTST_general_error;
		if (op->status == GNTST_eagain)
			msleep(pause++);
	} while (op->status == GNTST_eagain && pause <= LONGEST_PAUSE_MS);
	if (op->status == GNTST_eagain)
		op->status = GNTST_bad_page;
}

static void mark_foreign(struct page *page,
			 const struct gnttab_map_grant_ref *op)
{
	struct xen_page_foreign *foreign;

	xenmodel_p2m_set(page, FOREIGN_FRAME(PFN_DOWN(op->dev_bus_addr)));
	SetPageForeign(page);
	foreign = xen_page_foreign(page);
	foreign->domid = op->dom;
	foreign->gref = op->ref;
}

int gnttab_map_refs(struct gnttab_map_grant_ref *map_ops,
		    struct gnttab_map_grant_ref *kmap_ops,
		    struct page **pages, unsigned int count)
{
	unsigned int i;
	int ret;

	might_sleep();
	ret = HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, map_ops, count);
	if (ret)
		return ret;
	for (i = 0; i < count; i++) {
		if (map_ops[i].status == GNTST_eagain)
			map_again(&map_ops[i]);
		if (map_ops[i].status == GNTST_okay)
			mark_foreign(pages[i], &map_ops[i]);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_map_refs);

/* The P2M of a PV guest must have known each page as a foreign one. */
int gnttab_unmap_refs(struct gnttab_unmap_grant_ref *unmap_ops,
		      struct gnttab_unmap_grant_ref *kunmap_ops,
		      struct page **pages, unsigned int count)
{
	unsigned int i;
	int ret;

	ret = HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, unmap_ops,
					count);
	if (ret)
		return ret;
	for (i = 0; i < count; i++) {
		if (xenmodel_is_pv() && !PageForeign(pages[i]))
			ret = -EINVAL;
		xenmodel_p2m_set(pages[i], INVALID_P2M_ENTRY);
		ClearPageForeign(pages[i]);
		set_page_private(pages[i], 0);
	}
	return ret;
}
EXPORT_SYMBOL_GPL(gnttab_unmap_refs);
