// SPDX-License-Identifier: GPL-2.0
/*
 * x86 PV: pages that change their memory.
 *
 * The kernel names memory by pseudo-physical frames, Xen by machine frames.
 * When the machine frame behind a page changes, three things have to agree
 * before anybody looks: the P2M (ours: from the kernel's number to Xen's), the
 * M2P (Xen's: the way back) and the page-table entry of the linear mapping.
 * And Xen neither gives away nor frees what is still mapped.
 *
 * The kernel has functions for the balloon that do some of this, one hypercall
 * a page, and that crash the kernel if Xen refuses.
 */
#include <linux/highmem.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <asm/xen/hypercall.h>
#include <xen/grant_table.h>
#include <xen/mem-reservation.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include "transfer.h"

/* Page-table or M2P entries changed by one hypercall; they are on the stack. */
#define GROUP 16

/* A status that Xen does not know: the operation has not been run. */
#define NOT_RUN 1

/*
 * Pages that have memory, or have had it, own their leaf of the table: nothing
 * has to be allocated.
 */
static void p2m_set(const struct page *page, unsigned long mfn)
{
	WRITE_ONCE(xen_p2m_addr[page_to_pfn(page)], mfn);
}

static void mapping_set(struct multicall_entry *entry, const void *vaddr,
			pte_t pte, unsigned long flags)
{
	entry->op = __HYPERVISOR_update_va_mapping;
	entry->args[0] = (unsigned long)vaddr;
	entry->args[1] = pte.pte;
	entry->args[2] = flags;
}

static bool mapping_call(struct multicall_entry *entries, unsigned int nr)
{
	return !nr || !HYPERVISOR_multicall(entries, nr);
}

/*
 * Take pages out of the linear mapping. If Xen will not take one out, it will
 * not let anybody else use its frame either.
 */
static void pages_unmap(struct page **pages, unsigned int nr,
			unsigned long last_flags)
{
	struct multicall_entry entries[GROUP];
	unsigned int i, n;

	for (; nr; pages += n, nr -= n) {
		n = min_t(unsigned int, nr, GROUP);
		for (i = 0; i < n; i++)
			mapping_set(&entries[i], page_address(pages[i]),
				    mfn_pte(0, __pgprot(0)),
				    i == nr - 1 ? last_flags : 0);
		mapping_call(entries, n);
	}
}

/* A frame that cannot be used goes back to Xen. */
static void page_drop(const struct page *page, xen_pfn_t *frame)
{
	p2m_set(page, INVALID_P2M_ENTRY);
	xenmem_reservation_decrease(1, frame);
	*frame = XENGNT_NO_FRAME;
}

/* Map frames where their pages are, but for those without. */
static void pages_map_group(struct page **pages, xen_pfn_t *frames,
			    unsigned int nr)
{
	struct multicall_entry entries[GROUP];
	unsigned int i, n = 0;
	bool called;

	for (i = 0; i < nr; i++) {
		if (frames[i] == XENGNT_NO_FRAME)
			continue;
		p2m_set(pages[i], frames[i]);
		mapping_set(&entries[n++], page_address(pages[i]),
			    mfn_pte(frames[i], PAGE_KERNEL), 0);
	}
	called = mapping_call(entries, n);
	for (i = n = 0; i < nr; i++) {
		if (frames[i] == XENGNT_NO_FRAME)
			continue;
		if (!called || entries[n].result)
			page_drop(pages[i], &frames[i]);
		n++;
	}
}

static void pages_map(struct page **pages, xen_pfn_t *frames, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i += GROUP)
		pages_map_group(pages + i, frames + i,
				min_t(unsigned int, nr - i, GROUP));
}

/* The frames behind pages, which neither the P2M nor a mapping names then. */
void xengnt_pv_detach(struct page **pages, xen_pfn_t *frames, unsigned int nr,
		      unsigned long last_flags)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		frames[i] = pfn_to_gfn(page_to_pfn(pages[i]));
	pages_unmap(pages, nr, last_flags);
	for (i = 0; i < nr; i++)
		p2m_set(pages[i], INVALID_P2M_ENTRY);
}

int xengnt_pv_transfer(struct gnttab_transfer *ops, struct page **pages,
		       xen_pfn_t *frames, unsigned int nr)
{
	unsigned int i;
	bool kept;
	int ret;

	/* The transfer of each page flushes the TLBs. */
	xengnt_pv_detach(pages, frames, nr, 0);
	for (i = 0; i < nr; i++) {
		ops[i].mfn = frames[i];
		ops[i].status = NOT_RUN;
	}
	ret = HYPERVISOR_grant_table_op(GNTTABOP_transfer, ops, nr);
	/*
	 * Xen takes a page before it looks for the receiver. Only a page that
	 * it cannot take, because somebody uses it, stays where it was.
	 */
	for (i = 0; i < nr; i++) {
		kept = ops[i].status == NOT_RUN ||
		       ops[i].status == GNTST_bad_page;
		if (!kept)
			frames[i] = XENGNT_NO_FRAME;
		if (ops[i].status == NOT_RUN)
			ops[i].status = GNTST_general_error;
		else
			ret = 0;
	}
	pages_map(pages, frames, nr);
	return ret;
}

/* Xen itself sets the M2P of what it allocates. */
void xengnt_pv_populate(struct page **pages, xen_pfn_t *frames,
			unsigned int nr)
{
	xengnt_kernel_populate(pages, frames, nr);
	pages_map(pages, frames, nr);
}

void xengnt_pv_release(struct page **pages, xen_pfn_t *frames,
		       unsigned int nr)
{
	unsigned int i;
	int done;

	for (i = 0; i < nr; i++)
		clear_highpage(pages[i]);
	/*
	 * Xen flushes before others get the frames, but not before other
	 * frames of ours are at the same addresses.
	 */
	xengnt_pv_detach(pages, frames, nr, UVMF_TLB_FLUSH | UVMF_ALL);
	done = xenmem_reservation_decrease(nr, frames);
	for (i = 0; done > 0 && i < done; i++)
		frames[i] = XENGNT_NO_FRAME;
	pages_map(pages, frames, nr);
}

/* Tell Xen which of our pages its frames are, where it does not know yet. */
void xengnt_pv_m2p_set(struct page **pages, const xen_pfn_t *frames,
		       unsigned int nr)
{
	struct mmu_update updates[GROUP];
	unsigned int i, n = 0;

	for (i = 0; i < nr; i++) {
		unsigned long pfn = page_to_pfn(pages[i]);

		if (mfn_to_pfn_no_overrides(frames[i]) == pfn)
			continue;
		updates[n++] = (struct mmu_update) {
			.ptr = ((u64)frames[i] << PAGE_SHIFT) |
			       MMU_MACHPHYS_UPDATE,
			.val = pfn,
		};
	}
	/*
	 * Xen refuses for frames that are not ours. Nor does it map these, and
	 * that is found out next.
	 */
	if (n)
		HYPERVISOR_mmu_update(updates, n, NULL, DOMID_SELF);
}

void xengnt_pv_associate(struct page **pages, xen_pfn_t *frames,
			 unsigned int nr)
{
	unsigned int i, n;

	for (i = 0; i < nr; i += n) {
		n = min_t(unsigned int, nr - i, GROUP);
		xengnt_pv_m2p_set(pages + i, frames + i, n);
		pages_map_group(pages + i, frames + i, n);
	}
}

/*
 * The kernel's own mapping of the table cannot be had. So the frames are
 * mapped once more, at a page without memory.
 */
void *xengnt_pv_table_map(unsigned int frame)
{
	xen_pfn_t gfn = xengnt_kernel_table_frame(frame);
	struct page *page;

	if (gfn == XENGNT_NO_FRAME || gnttab_alloc_pages(1, &page))
		return NULL;
	if (!HYPERVISOR_update_va_mapping((unsigned long)page_address(page),
					  mfn_pte(gfn, PAGE_KERNEL), 0))
		return page_address(page);
	gnttab_free_pages(1, &page);
	return NULL;
}

void xengnt_pv_table_unmap(void *vaddr)
{
	struct page *page = virt_to_page(vaddr);

	/* What stays mapped must not be used for anything else. */
	if (!HYPERVISOR_update_va_mapping((unsigned long)vaddr,
					  mfn_pte(0, __pgprot(0)),
					  UVMF_INVLPG | UVMF_ALL))
		gnttab_free_pages(1, &page);
}
