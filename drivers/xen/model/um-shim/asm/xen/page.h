/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARCH=um: frame numbers. The model decides, by its flavour, whether the
 * numbers that Xen takes are the kernel's own.
 */
#ifndef _ASM_UM_XEN_PAGE_H
#define _ASM_UM_XEN_PAGE_H

#include <linux/bits.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <asm/page.h>

unsigned long xenmodel_pfn_to_gfn(unsigned long pfn);
unsigned long xenmodel_gfn_to_pfn(unsigned long gfn);
unsigned long xenmodel_m2p(unsigned long mfn);

static inline unsigned long pfn_to_gfn(unsigned long pfn)
{
	return xenmodel_pfn_to_gfn(pfn);
}

static inline unsigned long gfn_to_pfn(unsigned long gfn)
{
	return xenmodel_gfn_to_pfn(gfn);
}

/* What the M2P says, be it right or wrong. */
static inline unsigned long mfn_to_pfn_no_overrides(unsigned long mfn)
{
	return xenmodel_m2p(mfn);
}

static inline pte_t mfn_pte(unsigned long mfn, pgprot_t prot)
{
	return (pte_t) { .pte = (mfn << PAGE_SHIFT) | pgprot_val(prot) };
}

#define virt_to_gfn(v)	pfn_to_gfn(PFN_DOWN(__pa(v)))

/* The P2M of a PV guest, and the page tables of its linear mapping. */
#define INVALID_P2M_ENTRY	(~0UL)
#define FOREIGN_FRAME_BIT	BIT(BITS_PER_LONG - 1)
#define IDENTITY_FRAME_BIT	BIT(BITS_PER_LONG - 2)
#define FOREIGN_FRAME(frame)	((frame) | FOREIGN_FRAME_BIT)

extern unsigned long *xen_p2m_addr;
extern unsigned long xen_p2m_size;

#define PG_LEVEL_4K		1

pte_t *lookup_address(unsigned long address, unsigned int *level);

static inline unsigned long pte_mfn(pte_t pte)
{
	return pte_val(pte) >> PAGE_SHIFT;
}

#endif /* _ASM_UM_XEN_PAGE_H */
