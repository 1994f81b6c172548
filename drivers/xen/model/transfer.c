// SPDX-License-Identifier: GPL-2.0
/*
 * Transfer, as Xen 4.17 does it.
 */
#include <linux/mm.h>
#include "domain.h"
#include "flavour.h"
#include "grant.h"
#include "hypercall.h"
#include "knob.h"
#include "memory.h"
#include "table.h"
#include "tlb.h"
#include "transfer.h"

/* Would the receiver take it? Xen does not say why not. */
static bool receiver_accepts(const struct xenmodel_domain *to, grant_ref_t ref)
{
	const struct grant_entry_header *entry =
		xenmodel_shared_entry(&to->shared, ref);

	return !to->dying && to->room && entry &&
	       entry->flags == GTF_accept_transfer &&
	       entry->domid == XENMODEL_LOCAL_DOMID;
}

/* Its content goes where the receiver expects it. */
static int receiver_take(const struct gnttab_transfer *op, const void *content)
{
	struct xenmodel_domain *to = xenmodel_domain_find(op->domid);
	struct grant_entry_header *entry;
	struct page *page;
	u64 frame;

	/* This domain exists, too, and offers itself nothing. */
	if (op->domid == XENMODEL_LOCAL_DOMID)
		return GNTST_general_error;
	if (!to)
		return GNTST_bad_domain;
	if (!receiver_accepts(to, op->ref))
		return GNTST_general_error;
	entry = xenmodel_shared_entry(&to->shared, op->ref);
	frame = xenmodel_shared_frame(&to->shared, op->ref);
	page = xenmodel_frame_page(to, frame);
	if (page)
		memcpy(page_address(page), content, PAGE_SIZE);
	xenmodel_shared_set_frame(&to->shared, op->ref, op->mfn);
	entry->flags |= GTF_transfer_committed | GTF_transfer_completed;
	to->room--;
	return GNTST_okay;
}

/* The page is taken before anybody asks the receiver. */
static int transfer_one(const struct gnttab_transfer *op)
{
	struct xenmodel_frame *frame;
	int ret;

	frame = xenmodel_frame_find(op->mfn);
	ret = xenmodel_injected(GNTTABOP_transfer);
	/* Mapped, be it by somebody else. */
	if (!frame || ret == GNTST_bad_page)
		return GNTST_bad_page;
	xenmodel_tlb_flush();
	if (!ret)
		ret = receiver_take(op, frame->content);
	xenmodel_tlb_check_mfn(frame->mfn);
	xenmodel_frame_leave(frame);
	return ret;
}

void xenmodel_transfer(struct gnttab_transfer *op)
{
	op->status = transfer_one(op);
	xenmodel_add(XENMODEL_TRANSFER_OPS, 1);
	xenmodel_add(XENMODEL_TRANSFER_FAILED, op->status != GNTST_okay);
}

grant_ref_t xenmodel_offer(struct xenmodel_domain *domain, unsigned int index,
			   domid_t domid)
{
	return xenmodel_entry_write(domain, index, domid, GTF_accept_transfer);
}
EXPORT_SYMBOL_GPL(xenmodel_offer);

bool xenmodel_arrived(const struct xenmodel_domain *domain, grant_ref_t ref)
{
	const u16 arrived = GTF_accept_transfer | GTF_transfer_completed;

	return (xenmodel_shared_entry(&domain->shared, ref)->flags & arrived) ==
	       arrived;
}
EXPORT_SYMBOL_GPL(xenmodel_arrived);

int xenmodel_send_begin(struct xenmodel_domain *domain, grant_ref_t ref)
{
	struct grant_entry_header *header = xenmodel_table_entry(ref);

	if (xenmodel_room() <= 0 || !header ||
	    header->flags != GTF_accept_transfer ||
	    header->domid != domain->domid)
		return GNTST_general_error;
	header->flags |= GTF_transfer_committed;
	return GNTST_okay;
}
EXPORT_SYMBOL_GPL(xenmodel_send_begin);

void xenmodel_send_finish(struct xenmodel_domain *domain, unsigned int index,
			  grant_ref_t ref)
{
	struct grant_entry_header *header = xenmodel_table_entry(ref);
	unsigned long pfn = xenmodel_table_frame(ref);
	const void *content = page_address(domain->pages[index]);

	if (xenmodel_is_pv())
		xenmodel_table_set_frame(ref,
					 xenmodel_frame_arrive(pfn, content));
	else
		xenmodel_page_show(pfn, content);
	header->flags |= GTF_transfer_completed;
}
EXPORT_SYMBOL_GPL(xenmodel_send_finish);

void xenmodel_send_abort(grant_ref_t ref)
{
	xenmodel_table_entry(ref)->flags &= ~GTF_transfer_committed;
}
EXPORT_SYMBOL_GPL(xenmodel_send_abort);

int xenmodel_send(struct xenmodel_domain *domain, unsigned int index,
		  grant_ref_t ref)
{
	int ret = xenmodel_send_begin(domain, ref);

	if (!ret)
		xenmodel_send_finish(domain, index, ref);
	return ret;
}
EXPORT_SYMBOL_GPL(xenmodel_send);
