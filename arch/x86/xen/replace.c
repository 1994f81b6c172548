// SPDX-License-Identifier: GPL-2.0
/*
 * x86 PV: grants that are mapped without sleeping, and replaced while they are
 * used.
 *
 * Xen moves the page-table entry of one page of ours to the place of a mapping:
 * whoever looks there sees the grant or our memory, and never nothing. The P2M
 * and the M2P are left to us. Until they say so, a device that is sent to the
 * page is sent to the granter's frame, which is pinned still.
 */
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <asm/xen/hypercall.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include "replace.h"
#include "transfer.h"

/*
 * Whoever allocates pages to map grants in has made sure of their leaves of the
 * table: nothing has to be allocated.
 */
static void p2m_set(const struct page *page, unsigned long entry)
{
	WRITE_ONCE(xen_p2m_addr[page_to_pfn(page)], entry);
}

static void page_set_foreign(struct page *page,
			     const struct gnttab_map_grant_ref *op)
{
	struct xen_page_foreign *foreign;

	p2m_set(page, FOREIGN_FRAME(PFN_DOWN(op->dev_bus_addr)));
	SetPageForeign(page);
	foreign = xen_page_foreign(page);
	foreign->domid = op->dom;
	foreign->gref = op->ref;
}

int xengnt_pv_map_now(struct gnttab_map_grant_ref *ops, struct page **pages,
		      unsigned int nr)
{
	int ret = HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, ops, nr);
	unsigned int i;

	for (i = 0; !ret && i < nr; i++)
		if (ops[i].status == GNTST_okay)
			page_set_foreign(pages[i], &ops[i]);
	return ret;
}

int xengnt_pv_replace(struct page *page, struct page *with,
		      grant_handle_t handle, xen_pfn_t *frame)
{
	struct gnttab_unmap_and_replace op = {
		.host_addr = (unsigned long)page_address(page),
		.new_addr = (unsigned long)page_address(with),
		.handle = handle,
		.status = GNTST_general_error,
	};
	xen_pfn_t mfn = pfn_to_gfn(page_to_pfn(with));
	int ret;

	copy_page(page_address(with), page_address(page));
	ret = HYPERVISOR_grant_table_op(GNTTABOP_unmap_and_replace, &op, 1);
	p2m_set(with, INVALID_P2M_ENTRY);
	*frame = mfn;
	if (ret || op.status != GNTST_okay) {
		/* Xen may have taken it out of its place before it refused. */
		xengnt_pv_associate(&with, frame, 1);
		return -EIO;
	}
	p2m_set(page, mfn);
	/* Who does not see the flag any more sees the P2M as it is now. */
	smp_mb__before_atomic();
	ClearPageForeign(page);
	set_page_private(page, 0);
	xengnt_pv_m2p_set(&page, &mfn, 1);
	*frame = XENGNT_NO_FRAME;
	return 0;
}

void xengnt_pv_restore(struct page *page, struct page *with, xen_pfn_t *frame)
{
	/* What cannot be mapped there goes to Xen. */
	clear_page(page_address(page));
	xengnt_pv_detach(&page, frame, 1, UVMF_TLB_FLUSH | UVMF_ALL);
	xengnt_pv_associate(&with, frame, 1);
}

/* No page table knows of a pin. */
int xengnt_pv_unpin(struct gnttab_unmap_grant_ref *ops, unsigned int nr)
{
	return HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, ops, nr);
}
