/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86 PV: pages that change their memory.
 */
#ifndef _XENGNT_X86_TRANSFER_H
#define _XENGNT_X86_TRANSFER_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct page;

/* What <xen/gnttab/backend.h> asks for under these names. */
int xengnt_pv_transfer(struct gnttab_transfer *ops, struct page **pages,
		       xen_pfn_t *frames, unsigned int nr);
void xengnt_pv_populate(struct page **pages, xen_pfn_t *frames,
			unsigned int nr);
void xengnt_pv_release(struct page **pages, xen_pfn_t *frames,
		       unsigned int nr);
void xengnt_pv_associate(struct page **pages, xen_pfn_t *frames,
			 unsigned int nr);

/* Frames behind pages leave the P2M and the linear mapping. */
void xengnt_pv_detach(struct page **pages, xen_pfn_t *frames, unsigned int nr,
		      unsigned long last_flags);

/* Xen's table says which of our pages these frames are; at most 16. */
void xengnt_pv_m2p_set(struct page **pages, const xen_pfn_t *frames,
		       unsigned int nr);

void *xengnt_pv_table_map(unsigned int frame);
void xengnt_pv_table_unmap(void *vaddr);

#endif /* _XENGNT_X86_TRANSFER_H */
