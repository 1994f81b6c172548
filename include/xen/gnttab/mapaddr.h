/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Where a grant is mapped, in the terms of the hypervisor.
 */
#ifndef _XEN_GNTTAB_MAPADDR_H
#define _XEN_GNTTAB_MAPADDR_H

#include <linux/types.h>

/**
 * DOC: Example of a map address
 *
 * An operation made by hand; a batch does this for its callers::
 *
 *	void example_map_op(struct gnttab_map_grant_ref *op, domid_t guest,
 *			    grant_ref_t ref, struct page *page)
 *	{
 *		*op = (struct gnttab_map_grant_ref) {
 *			.host_addr = virt_to_gnttab_mapaddr(page_address(page)),
 *			.flags = GNTMAP_host_map,
 *			.dom = guest,
 *			.ref = ref,
 *		};
 *	}
 */

/**
 * virt_to_gnttab_mapaddr() - grant-table map address of a kernel address
 * @vaddr: kernel virtual address inside a mapping area (see <xen/gnttab/area.h>)
 *
 * Xen's map and unmap operations name the place of the mapping in different
 * terms for different guests: a kernel virtual address for an x86 PV guest,
 * a pseudo-physical address, in bytes, for IA-64 and for every auto-translated
 * guest. Callers never need to know which.
 *
 * Context: any.
 * Return: the value for ``host_addr`` (xen/include/public/grant_table.h,
 * struct gnttab_map_grant_ref).
 */
u64 virt_to_gnttab_mapaddr(const void *vaddr);

#endif /* _XEN_GNTTAB_MAPADDR_H */
