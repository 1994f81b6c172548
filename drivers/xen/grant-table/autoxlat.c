// SPDX-License-Identifier: GPL-2.0
/*
 * The backend of auto-translated guests: PVH and HVM on x86, every guest on
 * arm64. Xen replaces an entry of the guest's P2M, so a mapping is named by
 * its pseudo-physical address and the kernel's tables need no change.
 */
#include <linux/io.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/p2m.h>

static u64 autoxlat_mapaddr(const void *vaddr)
{
	return virt_to_phys((void *)vaddr);
}

/*
 * The table is where the kernel has asked Xen to put it: at pages without
 * memory of their own, or on some guests in a device's address range.
 */
static void *autoxlat_table_map(unsigned int frame)
{
	xen_pfn_t gfn = xengnt_kernel_table_frame(frame);

	if (gfn == XENGNT_NO_FRAME)
		return NULL;
	if (pfn_valid(gfn))
		return page_address(pfn_to_page(gfn));
	return memremap((resource_size_t)gfn << XEN_PAGE_SHIFT, XEN_PAGE_SIZE,
			MEMREMAP_WB);
}

static void autoxlat_table_unmap(void *vaddr)
{
	if (!virt_addr_valid(vaddr))
		memunmap(vaddr);
}

const struct xengnt_backend xengnt_backend_autoxlat = {
	.name = "auto-translated",
	.mapaddr = autoxlat_mapaddr,
	.area_alloc = xengnt_kernel_area_alloc,
	.area_free = xengnt_kernel_area_free,
	.map = xengnt_kernel_map,
	.unmap = xengnt_kernel_unmap,
	.copy = xengnt_kernel_copy,
	.p2m = &xengnt_p2m_same,
	/* No transfer: Xen takes no page out of a P2M that it looks after. */
	.populate = xengnt_kernel_populate,
	.release = xengnt_kernel_release,
	.refs_alloc = xengnt_kernel_refs_alloc,
	.refs_free = xengnt_kernel_refs_free,
	.table_version = xengnt_kernel_table_version,
	.table_map = autoxlat_table_map,
	.table_unmap = autoxlat_table_unmap,
	/* Xen removes one P2M entry at a time and waits for each. */
	.flush_group = 1,
	/* So a copy is cheaper at any size: Documentation/cost.rst. */
	.copy_max = UINT_MAX,
};
