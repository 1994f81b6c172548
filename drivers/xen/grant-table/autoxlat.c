// SPDX-License-Identifier: GPL-2.0
/*
 * The backend of auto-translated guests: PVH and HVM on x86, every guest on
 * arm64. Xen replaces an entry of the guest's P2M, so a mapping is named by
 * its pseudo-physical address and the kernel's tables need no change.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <asm/xen/hypercall.h>
#include <xen/grant_table.h>
#include <xen/gnttab/backend.h>

static u64 autoxlat_mapaddr(const void *vaddr)
{
	return virt_to_phys((void *)vaddr);
}

static int autoxlat_area_alloc(struct page **pages, unsigned int nr)
{
	return gnttab_alloc_pages(nr, pages);
}

static void autoxlat_area_free(struct page **pages, unsigned int nr)
{
	gnttab_free_pages(nr, pages);
}

static int autoxlat_map(struct gnttab_map_grant_ref *ops, struct page **pages,
			unsigned int nr)
{
	return gnttab_map_refs(ops, NULL, pages, nr);
}

static int autoxlat_unmap(struct gnttab_unmap_grant_ref *ops,
			  struct page **pages, unsigned int nr)
{
	return gnttab_unmap_refs(ops, NULL, pages, nr);
}

static int autoxlat_copy(struct gnttab_copy *ops, unsigned int nr)
{
	return HYPERVISOR_grant_table_op(GNTTABOP_copy, ops, nr);
}

const struct xengnt_backend xengnt_backend_autoxlat = {
	.name = "auto-translated",
	.mapaddr = autoxlat_mapaddr,
	.area_alloc = autoxlat_area_alloc,
	.area_free = autoxlat_area_free,
	.map = autoxlat_map,
	.unmap = autoxlat_unmap,
	.copy = autoxlat_copy,
	/* Xen removes one P2M entry at a time and waits for each. */
	.flush_group = 1,
	/* So a copy is cheaper at any size: Documentation/cost.rst. */
	.copy_max = UINT_MAX,
};
