/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames on IA-64. Every domain, dom0 too, is auto-translated: the frames that
 * it names to Xen are its own pseudo-physical ones.
 */
#ifndef _ASM_IA64_XEN_PAGE_H
#define _ASM_IA64_XEN_PAGE_H

#include <linux/io.h>
#include <linux/mm.h>
#include <xen/xen.h>
#include <xen/interface/grant_table.h>

/* <xen/page.h> takes the hypervisor's pages for 4 KiB; here they are 16 KiB. */
#undef XEN_PAGE_SHIFT
#define XEN_PAGE_SHIFT	PAGE_SHIFT

#define INVALID_P2M_ENTRY	(~0UL)

static inline unsigned long pfn_to_gfn(unsigned long pfn)
{
	return pfn;
}

static inline unsigned long gfn_to_pfn(unsigned long gfn)
{
	return gfn;
}

#define virt_to_gfn(address)	(virt_to_phys(address) >> XEN_PAGE_SHIFT)
#define gfn_to_virt(gfn)	__va((unsigned long)(gfn) << XEN_PAGE_SHIFT)

#endif /* _ASM_IA64_XEN_PAGE_H */
