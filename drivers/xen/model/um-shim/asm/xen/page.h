/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARCH=um: frame numbers. The model decides, by its flavour, whether the
 * numbers that Xen takes are the kernel's own.
 */
#ifndef _ASM_UM_XEN_PAGE_H
#define _ASM_UM_XEN_PAGE_H

#include <linux/pfn.h>
#include <asm/page.h>

unsigned long xenmodel_pfn_to_gfn(unsigned long pfn);
unsigned long xenmodel_gfn_to_pfn(unsigned long gfn);

static inline unsigned long pfn_to_gfn(unsigned long pfn)
{
	return xenmodel_pfn_to_gfn(pfn);
}

static inline unsigned long gfn_to_pfn(unsigned long gfn)
{
	return xenmodel_gfn_to_pfn(gfn);
}

#define virt_to_gfn(v)	pfn_to_gfn(PFN_DOWN(__pa(v)))

#endif /* _ASM_UM_XEN_PAGE_H */
