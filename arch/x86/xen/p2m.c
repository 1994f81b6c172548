// SPDX-License-Identifier: GPL-2.0
/*
 * x86 PV: the frames behind the domain's pages, from two places.
 *
 * Xen keeps no P2M of a PV domain, so it has no call that could be asked for
 * an entry. Its part in the matter are the page tables: each entry holds the
 * machine frame, and Xen has looked at it. To ask therefore means to walk the
 * page tables of the linear mapping. The table is the kernel's own P2M, which
 * lies in its address space in every PV domain, dom0 or not.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <asm/xen/page.h>
#include "p2m.h"

static unsigned long pv_table(unsigned long pfn)
{
	unsigned long entry;

	if (pfn >= xen_p2m_size)
		return XENGNT_NO_FRAME;
	entry = READ_ONCE(xen_p2m_addr[pfn]);
	if (entry == INVALID_P2M_ENTRY)
		return XENGNT_NO_FRAME;
	return entry & ~(FOREIGN_FRAME_BIT | IDENTITY_FRAME_BIT);
}

static pte_t *pv_walk(unsigned long pfn)
{
	unsigned int level;
	pte_t *pte;

	if (pfn >= xen_p2m_size)
		return NULL;
	pte = lookup_address((unsigned long)__va(PFN_PHYS(pfn)), &level);
	/* A PV domain has no larger pages. */
	return level == PG_LEVEL_4K ? pte : NULL;
}

static unsigned long pv_frame(const pte_t *pte)
{
	pte_t entry;

	if (!pte)
		return XENGNT_NO_FRAME;
	entry = READ_ONCE(*pte);
	return pte_present(entry) ? pte_mfn(entry) : XENGNT_NO_FRAME;
}

/* One walk serves neighbours, to the end of the page of the page table. */
static int pv_ask(const unsigned long *pfns, unsigned long *frames,
		  unsigned int nr)
{
	pte_t *pte = NULL;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (pte && pfns[i] == pfns[i - 1] + 1 && pfns[i] % PTRS_PER_PTE)
			pte++;
		else
			pte = pv_walk(pfns[i]);
		frames[i] = pv_frame(pte);
	}
	return 0;
}

const struct xengnt_p2m_source xengnt_p2m_pv = {
	.ask = pv_ask,
	/* Without an end, if it were not for the time that it takes. */
	.ask_max = PTRS_PER_PTE,
	.table = pv_table,
};
