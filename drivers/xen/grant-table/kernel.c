// SPDX-License-Identifier: GPL-2.0
/*
 * What a kernel that is built for Xen already does well: finding room for
 * foreign frames, and keeping its P2M in step with what is mapped there.
 */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/slab.h>
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

int xengnt_kernel_refs_alloc(grant_ref_t *refs, unsigned int nr)
{
	grant_ref_t pool;
	unsigned int i;

	if (gnttab_alloc_grant_references(nr, &pool))
		return -ENOSPC;
	for (i = 0; i < nr; i++)
		refs[i] = gnttab_claim_grant_reference(&pool);
	return 0;
}

void xengnt_kernel_refs_free(const grant_ref_t *refs, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		gnttab_free_grant_reference(refs[i]);
}

unsigned int xengnt_kernel_table_version(void)
{
	struct gnttab_get_version op = { .dom = DOMID_SELF };

	/* A hypervisor that does not know the question knows one version. */
	if (HYPERVISOR_grant_table_op(GNTTABOP_get_version, &op, 1))
		return 1;
	return op.version;
}

xen_pfn_t xengnt_kernel_table_frame(unsigned int index)
{
	struct gnttab_setup_table op = {
		.dom = DOMID_SELF,
		.nr_frames = index + 1,
	};
	xen_pfn_t *frames, frame = XENGNT_NO_FRAME;

	/* Asks for no more than exists, so nothing is set up: Xen answers. */
	frames = kvcalloc(op.nr_frames, sizeof(*frames), GFP_KERNEL);
	if (!frames)
		return frame;
	set_xen_guest_handle(op.frame_list, frames);
	if (!HYPERVISOR_grant_table_op(GNTTABOP_setup_table, &op, 1) &&
	    op.status == GNTST_okay)
		frame = frames[index];
	kvfree(frames);
	return frame;
}
