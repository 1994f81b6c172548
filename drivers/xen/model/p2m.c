// SPDX-License-Identifier: GPL-2.0
/*
 * What a PV guest knows of its frames: the kernel's own P2M, and the page
 * tables of the linear mapping, which Xen has a say in. Two tables, set by two
 * parties at two times, so that a suite can tell which of them was read.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/vmalloc.h>
#include <xen/page.h>
#include "flavour.h"
#include "memory.h"
#include "p2m.h"

unsigned long *xen_p2m_addr;
EXPORT_SYMBOL_GPL(xen_p2m_addr);

unsigned long xen_p2m_size;
EXPORT_SYMBOL_GPL(xen_p2m_size);

static pte_t *ptes;

static void pte_show(unsigned long pfn, unsigned long gfn, bool readonly)
{
	WRITE_ONCE(ptes[pfn], __pte(PFN_PHYS(gfn) | _PAGE_PRESENT |
				    (readonly ? 0 : _PAGE_RW)));
}

void xenmodel_p2m_set(struct page *page, unsigned long entry)
{
	if (xenmodel_is_pv())
		WRITE_ONCE(xen_p2m_addr[page_to_pfn(page)], entry);
}

void xenmodel_pte_set(struct page *page, unsigned long gfn, bool readonly)
{
	if (xenmodel_is_pv())
		pte_show(page_to_pfn(page), gfn, readonly);
}

void xenmodel_pte_clear(struct page *page)
{
	if (xenmodel_is_pv())
		WRITE_ONCE(ptes[page_to_pfn(page)], __pte(0));
}

pte_t *lookup_address(unsigned long address, unsigned int *level)
{
	*level = PG_LEVEL_4K;
	if (address < (unsigned long)__va(0) ||
	    address >= (unsigned long)high_memory)
		return NULL;
	return &ptes[PFN_DOWN(__pa(address))];
}
EXPORT_SYMBOL_GPL(lookup_address);

int xenmodel_p2m_init(void)
{
	unsigned long nr = PFN_DOWN(__pa(high_memory)), pfn;

	if (!xenmodel_is_pv())
		return 0;
	xen_p2m_addr = vmalloc(array_size(nr, sizeof(*xen_p2m_addr)));
	ptes = vmalloc(array_size(nr, sizeof(*ptes)));
	if (!xen_p2m_addr || !ptes) {
		xenmodel_p2m_exit();
		return -ENOMEM;
	}
	for (pfn = 0; pfn < nr; pfn++) {
		xen_p2m_addr[pfn] = xenmodel_first_frame(pfn);
		pte_show(pfn, xen_p2m_addr[pfn], false);
	}
	xen_p2m_size = nr;
	return 0;
}

void xenmodel_p2m_exit(void)
{
	vfree(ptes);
	vfree(xen_p2m_addr);
	ptes = NULL;
	xen_p2m_addr = NULL;
	xen_p2m_size = 0;
}
