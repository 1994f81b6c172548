// SPDX-License-Identifier: GPL-2.0
/*
 * x86: the backend of PV guests, and the choice between it and the
 * auto-translated one.
 *
 * A PV guest owns its page tables, under Xen's supervision: a grant is mapped
 * by naming the kernel virtual address whose page-table entry Xen shall write,
 * and the P2M of the kernel has to learn of the foreign frame, which
 * gnttab_map_refs() and gnttab_unmap_refs() see to.
 */
#include <linux/mm.h>
#include <xen/xen.h>
#include <xen/features.h>
#include <xen/gnttab/backend.h>
#include "p2m.h"
#include "replace.h"
#include "transfer.h"

static u64 pv_mapaddr(const void *vaddr)
{
	return (unsigned long)vaddr;
}

static const struct xengnt_backend pv_backend = {
	.name = "x86 PV",
	.mapaddr = pv_mapaddr,
	.area_alloc = xengnt_kernel_area_alloc,
	.area_free = xengnt_kernel_area_free,
	.map = xengnt_kernel_map,
	.unmap = xengnt_kernel_unmap,
	.copy = xengnt_kernel_copy,
	.map_now = xengnt_pv_map_now,
	.replace = xengnt_pv_replace,
	.restore = xengnt_pv_restore,
	.unpin = xengnt_pv_unpin,
	.p2m = &xengnt_p2m_pv,
	.transfer = xengnt_pv_transfer,
	.populate = xengnt_pv_populate,
	.release = xengnt_pv_release,
	.associate = xengnt_pv_associate,
	.refs_alloc = xengnt_kernel_refs_alloc,
	.refs_free = xengnt_kernel_refs_free,
	.table_version = xengnt_kernel_table_version,
	.table_map = xengnt_pv_table_map,
	.table_unmap = xengnt_pv_table_unmap,
	/* GNTTAB_UNMAP_BATCH_SIZE of Xen's xen/common/grant_table.c */
	.flush_group = 32,
	/*
	 * Copying is the cheaper at any size: Documentation/bench.rst. But it
	 * takes memory, and where there is much to do the memory's bandwidth.
	 * So requests that fill flush groups by themselves are mapped if there
	 * are many of them.
	 */
	.copy_max = 32 * PAGE_SIZE,
	.copy_load = 2048 * PAGE_SIZE,
};

const struct xengnt_backend *xengnt_backend_probe(void)
{
	if (!xen_domain())
		return NULL;
	if (xen_feature(XENFEAT_auto_translated_physmap))
		return &xengnt_backend_autoxlat;
	return &pv_backend;
}
