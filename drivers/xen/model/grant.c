// SPDX-License-Identifier: GPL-2.0
/*
 * Grants, as the kernel of the domain that grants makes them.
 */
#include <linux/export.h>
#include <linux/string.h>
#include "domain.h"
#include "grant.h"
#include "hypercall.h"
#include "tlb.h"

static bool busy(const struct xenmodel_domain *domain)
{
	unsigned int ref, nr = xenmodel_shared_refs(&domain->shared);

	for (ref = XENMODEL_RESERVED_REFS; ref < nr; ref++)
		if (xenmodel_pinned(&domain->active[ref]))
			return true;
	return false;
}

int xenmodel_set_version(struct xenmodel_domain *domain, unsigned int version)
{
	unsigned long flags = xenmodel_lock();
	unsigned int before = domain->shared.version;
	unsigned int nr = xenmodel_shared_refs(&domain->shared);
	int ret;

	ret = xenmodel_shared_set_version(&domain->shared, version,
					  busy(domain));
	if (!ret && before != version)
		memset(domain->taken, 0, nr * sizeof(*domain->taken));
	xenmodel_unlock(flags);
	return ret;
}
EXPORT_SYMBOL_GPL(xenmodel_set_version);

static grant_ref_t free_entry(const struct xenmodel_domain *domain)
{
	unsigned int ref, nr = xenmodel_shared_refs(&domain->shared);

	for (ref = domain->next_ref; ref < nr; ref++)
		if (!domain->taken[ref])
			return ref;
	for (ref = XENMODEL_RESERVED_REFS; ref < domain->next_ref; ref++)
		if (!domain->taken[ref])
			return ref;
	return 0;
}

/* An entry that says nothing yet. */
static struct grant_entry_header *entry_take(struct xenmodel_domain *domain,
					     domid_t domid, grant_ref_t *ref)
{
	struct grant_entry_header *entry;

	*ref = free_entry(domain);
	if (!*ref)
		return NULL;
	domain->taken[*ref] = true;
	domain->next_ref = *ref + 1;
	domain->active[*ref].absent = 0;
	entry = xenmodel_shared_entry(&domain->shared, *ref);
	entry->domid = domid;
	return entry;
}

grant_ref_t xenmodel_entry_write(struct xenmodel_domain *domain,
				 unsigned int index, domid_t domid, u16 flags)
{
	unsigned long lock = xenmodel_lock();
	struct grant_entry_header *entry;
	grant_ref_t ref;

	entry = entry_take(domain, domid, &ref);
	if (entry) {
		xenmodel_shared_set_frame(&domain->shared, ref,
					  xenmodel_page_frame(domain, index));
		entry->flags = flags;
	}
	xenmodel_unlock(lock);
	return ref;
}

static u16 kind(u16 type, bool readonly)
{
	return type | (readonly ? GTF_readonly : 0);
}

grant_ref_t xenmodel_grant(struct xenmodel_domain *domain, unsigned int index,
			   domid_t domid, bool readonly)
{
	return xenmodel_entry_write(domain, index, domid,
				    kind(GTF_permit_access, readonly));
}
EXPORT_SYMBOL_GPL(xenmodel_grant);

grant_ref_t xenmodel_grant_part(struct xenmodel_domain *domain,
				unsigned int index, domid_t domid,
				bool readonly, u16 offset, u16 bytes)
{
	unsigned long lock = xenmodel_lock();
	union grant_entry_v2 *entry;
	grant_ref_t ref = 0;

	if (domain->shared.version == 2 && entry_take(domain, domid, &ref)) {
		entry = xenmodel_shared_v2(&domain->shared, ref);
		entry->sub_page.frame = xenmodel_page_frame(domain, index);
		entry->sub_page.page_off = offset;
		entry->sub_page.length = bytes;
		entry->hdr.flags = kind(GTF_permit_access, readonly) |
				   GTF_sub_page;
	}
	xenmodel_unlock(lock);
	return ref;
}
EXPORT_SYMBOL_GPL(xenmodel_grant_part);

grant_ref_t xenmodel_hand_on(struct xenmodel_domain *domain, domid_t domid,
			     bool readonly, domid_t from, grant_ref_t from_ref)
{
	unsigned long lock = xenmodel_lock();
	union grant_entry_v2 *entry;
	grant_ref_t ref = 0;

	if (domain->shared.version == 2 && entry_take(domain, domid, &ref)) {
		entry = xenmodel_shared_v2(&domain->shared, ref);
		entry->transitive.trans_domid = from;
		entry->transitive.gref = from_ref;
		entry->hdr.flags = kind(GTF_transitive, readonly);
	}
	xenmodel_unlock(lock);
	return ref;
}
EXPORT_SYMBOL_GPL(xenmodel_hand_on);

/* Of an offer, the bits with the same numbers say something else. */
static u16 in_use(const struct xenmodel_domain *domain, grant_ref_t ref)
{
	u16 type = xenmodel_shared_entry(&domain->shared, ref)->flags &
		   GTF_type_mask;

	if (type == GTF_accept_transfer)
		return 0;
	return *xenmodel_shared_status(&domain->shared, ref) &
	       (GTF_reading | GTF_writing);
}

/* What was granted may be anything the next moment. */
static void entry_give_back(struct xenmodel_domain *domain, grant_ref_t ref)
{
	struct page *page = domain->active[ref].page;

	domain->taken[ref] = false;
	domain->active[ref].page = NULL;
	if (page)
		xenmodel_tlb_check_frames(page, 1);
}

/*
 * Version 1 is asked and emptied in one step. With version 2 the entry is
 * emptied first, and asked then.
 */
int xenmodel_revoke(struct xenmodel_domain *domain, grant_ref_t ref)
{
	unsigned long flags = xenmodel_lock();
	u16 used = in_use(domain, ref);

	if (!used || domain->shared.version == 2)
		xenmodel_shared_entry(&domain->shared, ref)->flags = 0;
	if (!used)
		entry_give_back(domain, ref);
	xenmodel_unlock(flags);
	return used ? -EBUSY : 0;
}
EXPORT_SYMBOL_GPL(xenmodel_revoke);

u16 xenmodel_in_use(struct xenmodel_domain *domain, grant_ref_t ref)
{
	unsigned long flags = xenmodel_lock();
	u16 used = in_use(domain, ref);

	xenmodel_unlock(flags);
	return used;
}
EXPORT_SYMBOL_GPL(xenmodel_in_use);

void xenmodel_page_out(struct xenmodel_domain *domain, grant_ref_t ref,
		       unsigned int times)
{
	unsigned long flags = xenmodel_lock();

	domain->active[ref].absent = times;
	xenmodel_unlock(flags);
}
EXPORT_SYMBOL_GPL(xenmodel_page_out);
