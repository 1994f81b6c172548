// SPDX-License-Identifier: GPL-2.0
/*
 * Transfer, as Xen 4.17 does it.
 */
#include <linux/mm.h>
#include "domain.h"
#include "flavour.h"
#include "hypercall.h"
#include "knob.h"
#include "memory.h"
#include "table.h"
#include "transfer.h"

/* Would the receiver take it? Xen does not say why not. */
static bool receiver_accepts(const struct xenmodel_domain *to, grant_ref_t ref)
{
	return !to->dying && to->room && ref < to->nr_grants &&
	       to->grants[ref].offered && !to->grants[ref].arrived &&
	       to->grants[ref].domid == XENMODEL_LOCAL_DOMID;
}

static int receiver_take(grant_ref_t ref, struct xenmodel_domain *to,
			 const void *content)
{
	if (!to)
		return GNTST_bad_domain;
	if (!receiver_accepts(to, ref))
		return GNTST_general_error;
	memcpy(page_address(to->grants[ref].page), content, PAGE_SIZE);
	to->grants[ref].arrived = true;
	to->room--;
	return GNTST_okay;
}

/* The page is taken before anybody asks the receiver. */
static int transfer_one(const struct gnttab_transfer *op)
{
	struct xenmodel_frame *frame;
	int ret;

	if (!xenmodel_is_pv())
		return GNTST_general_error;
	frame = xenmodel_frame_find(op->mfn);
	ret = xenmodel_injected(GNTTABOP_transfer);
	/* Mapped, be it by somebody else. */
	if (!frame || ret == GNTST_bad_page)
		return GNTST_bad_page;
	xenmodel_add(XENMODEL_FLUSHES, 1);
	if (!ret)
		ret = receiver_take(op->ref, xenmodel_domain_find(op->domid),
				    frame->content);
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
	grant_ref_t ref = xenmodel_grant(domain, index, domid, false);

	if (ref)
		domain->grants[ref].offered = true;
	return ref;
}
EXPORT_SYMBOL_GPL(xenmodel_offer);

bool xenmodel_arrived(const struct xenmodel_domain *domain, grant_ref_t ref)
{
	return domain->grants[ref].arrived;
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
	unsigned long pfn = xenmodel_entry_frame(header);
	const void *content = page_address(domain->pages[index]);

	if (xenmodel_is_pv())
		xenmodel_entry_set_frame(header,
					 xenmodel_frame_arrive(pfn, content));
	else
		xenmodel_page_show(pfn, content);
	header->flags |= GTF_transfer_completed;
}
EXPORT_SYMBOL_GPL(xenmodel_send_finish);

int xenmodel_send(struct xenmodel_domain *domain, unsigned int index,
		  grant_ref_t ref)
{
	int ret = xenmodel_send_begin(domain, ref);

	if (!ret)
		xenmodel_send_finish(domain, index, ref);
	return ret;
}
EXPORT_SYMBOL_GPL(xenmodel_send);
