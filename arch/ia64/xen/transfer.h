/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames that come and go, with struct xengnt_backend's own rules.
 */
#ifndef _XENGNT_IA64_TRANSFER_H
#define _XENGNT_IA64_TRANSFER_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct page;

/* XENMEM_... for frames of ours; returns for how many of the first it was done. */
unsigned int xengnt_ia64_reserve(unsigned int cmd, xen_pfn_t *frames,
				 unsigned int nr);

int xengnt_ia64_transfer(struct gnttab_transfer *ops, struct page **pages,
			 xen_pfn_t *frames, unsigned int nr);
/* Xen lays the domain's own grant table above all memory: nothing is mapped. */
void *xengnt_ia64_table_map(unsigned int frame);
void xengnt_ia64_table_unmap(void *vaddr);

void xengnt_ia64_populate(struct page **pages, xen_pfn_t *frames,
			  unsigned int nr);
void xengnt_ia64_release(struct page **pages, xen_pfn_t *frames,
			 unsigned int nr);

#endif /* _XENGNT_IA64_TRANSFER_H */
