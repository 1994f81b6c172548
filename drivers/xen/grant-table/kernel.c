// SPDX-License-Identifier: GPL-2.0
/*
 * What a kernel that is built for Xen already does well: finding room for
 * foreign frames, and keeping its P2M in step with what is mapped there.
 */
#include <asm/xen/hypercall.h>
#include <xen/grant_table.h>
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
