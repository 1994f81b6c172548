// SPDX-License-Identifier: GPL-2.0
/*
 * The backend of auto-translated guests: PVH and HVM on x86, every guest on
 * arm64. Xen replaces an entry of the guest's P2M, so a mapping is named by
 * its pseudo-physical address and the kernel's tables need no change.
 */
#include <linux/io.h>
#include <linux/limits.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/p2m.h>

static u64 autoxlat_mapaddr(const void *vaddr)
{
	return virt_to_phys((void *)vaddr);
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
	/* Xen removes one P2M entry at a time and waits for each. */
	.flush_group = 1,
	/* So a copy is cheaper at any size: Documentation/cost.rst. */
	.copy_max = UINT_MAX,
};
