/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86 PV: grants that are mapped without sleeping, and replaced while they are
 * used.
 */
#ifndef _XENGNT_X86_REPLACE_H
#define _XENGNT_X86_REPLACE_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct page;

/* What <xen/gnttab/backend.h> asks for under these names. */
int xengnt_pv_map_now(struct gnttab_map_grant_ref *ops, struct page **pages,
		      unsigned int nr);
int xengnt_pv_replace(struct page *page, struct page *with,
		      grant_handle_t handle, xen_pfn_t *frame);
void xengnt_pv_restore(struct page *page, struct page *with, xen_pfn_t *frame);
int xengnt_pv_unpin(struct gnttab_unmap_grant_ref *ops, unsigned int nr);

#endif /* _XENGNT_X86_REPLACE_H */
