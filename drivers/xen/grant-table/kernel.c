// SPDX-License-Identifier: GPL-2.0
/*
 * What a kernel that is built for Xen already does well: finding room for
 * foreign frames, and keeping its P2M in step with what is mapped there.
 */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <asm/xen/hypercall.h>
#include <xen/grant_table.h>
#include <xen/mem-reservation.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>

int xengnt_kernel_area_alloc(struct page **pages, unsigned int nr)
{
	return gnttab_alloc_pages(nr, pages);
}

void xengnt_kernel_area_free(struct page **pages, unsigned int nr)
{
	gnttab_free_pages(nr, pages);
}

int xengnt_kernel_map(struct gnttab_map_grant_ref *ops, struct page **pages,
		      unsigned int nr)
{
	return gnttab_map_refs(ops, NULL, pages, nr);
}

int xengnt_kernel_unmap(struct gnttab_unmap_grant_ref *ops,
			struct page **pages, unsigned int nr)
{
	return gnttab_unmap_refs(ops, NULL, pages, nr);
}

int xengnt_kernel_copy(struct gnttab_copy *ops, unsigned int nr)
{
	return HYPERVISOR_grant_table_op(GNTTABOP_copy, ops, nr);
}

void xengnt_kernel_populate(struct page **pages, xen_pfn_t *frames,
			    unsigned int nr)
{
	unsigned int i;
	int done;

	for (i = 0; i < nr; i++)
		frames[i] = page_to_xen_pfn(pages[i]);
	done = xenmem_reservation_increase(nr, frames);
	for (i = max(done, 0); i < nr; i++)
		frames[i] = XENGNT_NO_FRAME;
}

void xengnt_kernel_release(struct page **pages, xen_pfn_t *frames,
			   unsigned int nr)
{
	unsigned int i;
	int done;

	for (i = 0; i < nr; i++) {
		clear_highpage(pages[i]);
		frames[i] = page_to_xen_pfn(pages[i]);
	}
	done = xenmem_reservation_decrease(nr, frames);
	for (i = 0; done > 0 && i < done; i++)
		frames[i] = XENGNT_NO_FRAME;
}
