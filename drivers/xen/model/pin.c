// SPDX-License-Identifier: GPL-2.0
/*
 * Pins: status codes and the order of the checks are those of Xen 4.17,
 * xen/common/grant_table.c.
 */
#include <linux/string.h>
#include <xen/page.h>
#include "domain.h"
#include "pin.h"

bool xenmodel_pinned(const struct xenmodel_active *active)
{
	return memchr_inv(active->pins, 0, sizeof(active->pins));
}

static bool pinned_to_write(const struct xenmodel_active *active)
{
	return active->pins[XENMODEL_PIN_WRITE] ||
	       active->pins[XENMODEL_PIN_DEVICE_WRITE];
}

/* Xen counts each kind of pin in eight bits, and refuses from the highest on. */
static bool pinned_too_often(const struct xenmodel_active *active)
{
	unsigned int i;

	for (i = 0; i < XENMODEL_NR_PINS; i++)
		if (active->pins[i] & 0x80)
			return true;
	return false;
}

static void pin_count(struct xenmodel_active *active, u32 flags, int by)
{
	bool readonly = flags & GNTMAP_readonly;

	if (flags & GNTMAP_host_map)
		active->pins[readonly ? XENMODEL_PIN_READ
				      : XENMODEL_PIN_WRITE] += by;
	if (flags & GNTMAP_device_map)
		active->pins[readonly ? XENMODEL_PIN_DEVICE_READ
				      : XENMODEL_PIN_DEVICE_WRITE] += by;
}

/* The first pin, and the first for writing, have to be permitted. */
static bool needs_permission(const struct xenmodel_active *active,
			     bool readonly)
{
	return !xenmodel_pinned(active) ||
	       (!readonly && !pinned_to_write(active));
}

/* Does the entry permit this at all? An unused one permits nothing. */
static bool is_permission(const struct xenmodel_shared *shared, u16 flags,
			  bool map)
{
	u16 mask = GTF_type_mask;

	/* Neither parts nor what is handed on can be mapped. */
	if (map)
		mask |= GTF_sub_page;
	if ((flags & mask) == GTF_permit_access)
		return true;
	return shared->version == 2 && !map &&
	       (flags & mask) == GTF_transitive;
}

/* And the granter gets to see that it is used. */
static int permit(struct xenmodel_domain *domain, grant_ref_t ref,
		  domid_t domid, bool readonly, bool map)
{
	const struct xenmodel_shared *shared = &domain->shared;
	const struct grant_entry_header *entry =
		xenmodel_shared_entry(shared, ref);

	if (!xenmodel_pinned(&domain->active[ref]) &&
	    (!is_permission(shared, entry->flags, map) ||
	     entry->domid != domid))
		return GNTST_general_error;
	if (!readonly && (entry->flags & GTF_readonly))
		return GNTST_general_error;
	*xenmodel_shared_status(shared, ref) |=
		GTF_reading | (readonly ? 0 : GTF_writing);
	return GNTST_okay;
}

/* What the granter sees is not more than what is pinned. */
static void settle(struct xenmodel_domain *domain, grant_ref_t ref)
{
	const struct xenmodel_active *active = &domain->active[ref];
	u16 *status = xenmodel_shared_status(&domain->shared, ref);

	if (!pinned_to_write(active))
		*status &= ~GTF_writing;
	if (!xenmodel_pinned(active))
		*status &= ~GTF_reading;
}

static int present(const struct xenmodel_domain *domain,
		   struct xenmodel_active *active, u64 frame,
		   struct page **page)
{
	*page = xenmodel_frame_page(domain, frame);
	if (domain->dying || !*page)
		return GNTST_bad_page;
	if (!active->absent)
		return GNTST_okay;
	active->absent--;
	return GNTST_eagain;
}

int xenmodel_pin(struct xenmodel_domain *domain, grant_ref_t ref, u32 flags,
		 struct page **page)
{
	bool readonly = flags & GNTMAP_readonly;
	struct xenmodel_active *active;
	int ret = GNTST_okay;

	if (!xenmodel_shared_entry(&domain->shared, ref))
		return GNTST_bad_gntref;
	active = &domain->active[ref];
	if (xenmodel_pinned(active) &&
	    (active->domid != XENMODEL_LOCAL_DOMID ||
	     pinned_too_often(active) || active->is_part))
		return GNTST_general_error;
	if (needs_permission(active, readonly))
		ret = permit(domain, ref, XENMODEL_LOCAL_DOMID, readonly,
			     true);
	if (ret)
		return ret;
	if (!xenmodel_pinned(active)) {
		ret = present(domain, active,
			      xenmodel_shared_frame(&domain->shared, ref),
			      &active->page);
		if (ret) {
			settle(domain, ref);
			return ret;
		}
		active->domid = XENMODEL_LOCAL_DOMID;
		active->is_part = false;
		active->offset = 0;
		active->bytes = XEN_PAGE_SIZE;
		active->via = NULL;
	}
	pin_count(active, flags, 1);
	*page = active->page;
	return GNTST_okay;
}

void xenmodel_unpin(struct xenmodel_domain *domain, grant_ref_t ref, u32 flags)
{
	pin_count(&domain->active[ref], flags, -1);
	settle(domain, ref);
}

static u32 copy_flags(bool readonly)
{
	return GNTMAP_host_map | (readonly ? GNTMAP_readonly : 0);
}

/* A page of the granter's own, or a part of one. */
static int own_to_copy(struct xenmodel_domain *domain, grant_ref_t ref,
		       struct xenmodel_active *active)
{
	const struct xenmodel_shared *shared = &domain->shared;
	u64 frame = xenmodel_shared_frame(shared, ref);
	const union grant_entry_v2 *entry = NULL;
	struct page *page;
	int ret;

	if (shared->version == 2 &&
	    (xenmodel_shared_entry(shared, ref)->flags & GTF_sub_page))
		entry = xenmodel_shared_v2(shared, ref);
	ret = present(domain, active, frame, &page);
	if (ret || xenmodel_pinned(active))
		return ret;
	active->page = page;
	active->is_part = entry;
	active->offset = entry ? entry->sub_page.page_off : 0;
	active->bytes = entry ? entry->sub_page.length : XEN_PAGE_SIZE;
	active->via = NULL;
	return GNTST_okay;
}

static int pin_for(struct xenmodel_domain *domain, grant_ref_t ref,
		   domid_t domid, bool readonly, bool hand_on,
		   struct xenmodel_view *view);

/*
 * A grant that another domain has given to this one, and that it hands on. That
 * other one is asked as if the granter itself wanted the page, once.
 */
static int handed_on_to_copy(struct xenmodel_domain *domain, grant_ref_t ref,
			     bool readonly, bool hand_on,
			     struct xenmodel_active *active)
{
	const union grant_entry_v2 *entry =
		xenmodel_shared_v2(&domain->shared, ref);
	grant_ref_t via_ref = entry->transitive.gref;
	struct xenmodel_domain *via;
	struct xenmodel_view view;
	int ret;

	if (!hand_on || entry->transitive.trans_domid == domain->domid)
		return GNTST_general_error;
	via = xenmodel_domain_find(entry->transitive.trans_domid);
	if (!via)
		return GNTST_general_error;
	ret = pin_for(via, via_ref, domain->domid, readonly, false, &view);
	if (ret)
		return ret;
	if (!xenmodel_pinned(active)) {
		active->page = view.page;
		active->is_part = true;
		active->offset = view.offset;
		active->bytes = view.bytes;
		active->via = via;
		active->via_ref = via_ref;
		return GNTST_okay;
	}
	if (active->page == view.page && active->via == via &&
	    active->via_ref == via_ref)
		return GNTST_okay;
	/* The entry has changed while it was used: Xen would try for ever. */
	xenmodel_unpin_copied(via, via_ref, readonly);
	return GNTST_general_error;
}

static bool is_handed_on(const struct xenmodel_domain *domain, grant_ref_t ref)
{
	return domain->shared.version == 2 &&
	       (xenmodel_shared_entry(&domain->shared, ref)->flags &
		GTF_type_mask) == GTF_transitive;
}

static int pin_for(struct xenmodel_domain *domain, grant_ref_t ref,
		   domid_t domid, bool readonly, bool hand_on,
		   struct xenmodel_view *view)
{
	struct xenmodel_active *active;
	bool permission;
	int ret = GNTST_okay;

	if (!xenmodel_shared_entry(&domain->shared, ref))
		return GNTST_bad_gntref;
	active = &domain->active[ref];
	if (xenmodel_pinned(active) &&
	    (active->domid != domid || pinned_too_often(active)))
		return GNTST_general_error;
	permission = needs_permission(active, readonly);
	if (permission)
		ret = permit(domain, ref, domid, readonly, false);
	if (ret)
		return ret;
	if (is_handed_on(domain, ref))
		ret = handed_on_to_copy(domain, ref, readonly, hand_on, active);
	else if (permission)
		ret = own_to_copy(domain, ref, active);
	else if (domain->dying)
		/* Not even what is pinned already. */
		ret = GNTST_bad_domain;
	if (ret) {
		settle(domain, ref);
		return ret;
	}
	active->domid = domid;
	pin_count(active, copy_flags(readonly), 1);
	*view = (struct xenmodel_view) {
		.page = active->page,
		.offset = active->offset,
		.bytes = active->bytes,
	};
	return GNTST_okay;
}

int xenmodel_pin_to_copy(struct xenmodel_domain *domain, grant_ref_t ref,
			 bool readonly, struct xenmodel_view *view)
{
	return pin_for(domain, ref, XENMODEL_LOCAL_DOMID, readonly, true, view);
}

void xenmodel_unpin_copied(struct xenmodel_domain *domain, grant_ref_t ref,
			   bool readonly)
{
	struct xenmodel_active *active = &domain->active[ref];

	xenmodel_unpin(domain, ref, copy_flags(readonly));
	/* No further than once: who hands on cannot refer to who does too. */
	if (active->via)
		xenmodel_unpin(active->via, active->via_ref,
			       copy_flags(readonly));
}
