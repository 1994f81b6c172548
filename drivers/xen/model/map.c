// SPDX-License-Identifier: GPL-2.0
/*
 * One map or unmap operation, as Xen 4.17 does it.
 */
#include <linux/mm.h>
#include "domain.h"
#include "flavour.h"
#include "hole.h"
#include "knob.h"
#include "map.h"
#include "maptrack.h"

/* The hole that a host_addr names, in the terms of the flavour. */
static struct xenmodel_hole *hole_at(u64 host_addr)
{
	unsigned long start = (unsigned long)__va(0);

	if (offset_in_page(host_addr))
		return NULL;
	if (!xenmodel_is_pv())
		return xenmodel_hole_find(PFN_DOWN(host_addr));
	if (host_addr < start)
		return NULL;
	return xenmodel_hole_find(PFN_DOWN(__pa(host_addr)));
}

/*
 * Xen would replace whatever it finds there, if it is a page of the caller's:
 * ordinary memory would be lost, or a mapping would never be undone.
 */
static int map_place(u64 host_addr, struct xenmodel_hole **hole)
{
	*hole = hole_at(host_addr);
	if (!*hole) {
		xenmodel_violation("a grant is mapped at %llx, where no hole is",
				   host_addr);
		return GNTST_general_error;
	}
	if ((*hole)->frame) {
		xenmodel_violation("a grant is mapped at %llx over another",
				   host_addr);
		return GNTST_general_error;
	}
	return GNTST_okay;
}

static int map_flags(u32 flags)
{
	const u32 places = GNTMAP_host_map | GNTMAP_device_map;
	const u32 pv_only = GNTMAP_device_map | GNTMAP_application_map |
			    GNTMAP_contains_pte;

	if (!(flags & places))
		return GNTST_bad_gntref;
	if (!xenmodel_is_pv() && (flags & pv_only))
		return GNTST_general_error;
	/* Allowed by Xen, and not known to this model. */
	if (flags & pv_only) {
		xenmodel_violation("a grant is mapped with flags %#x", flags);
		return GNTST_general_error;
	}
	return GNTST_okay;
}

static int map_pinned(struct gnttab_map_grant_ref *op,
		      struct xenmodel_domain *domain,
		      struct xenmodel_mapping *mapping)
{
	bool readonly = op->flags & GNTMAP_readonly;
	struct xenmodel_hole *hole;
	struct page *frame;
	int ret;

	ret = xenmodel_pin(domain, op->ref, readonly, &frame);
	if (ret)
		return ret;
	ret = map_place(op->host_addr, &hole);
	if (!ret && xenmodel_hole_fill(hole, frame, readonly))
		ret = GNTST_general_error;
	if (ret) {
		xenmodel_unpin(domain, op->ref, readonly);
		return ret;
	}
	domain->mapped++;
	*mapping = (struct xenmodel_mapping) {
		.domain = domain,
		.ref = op->ref,
		.hole = hole,
		.readonly = readonly,
	};
	return GNTST_okay;
}

static int map_one(struct gnttab_map_grant_ref *op)
{
	struct xenmodel_mapping *mapping;
	struct xenmodel_domain *domain;
	grant_handle_t handle;
	int ret;

	ret = map_flags(op->flags);
	if (ret)
		return ret;
	domain = xenmodel_domain_find(op->dom);
	if (!domain)
		return GNTST_bad_domain;
	mapping = xenmodel_handle_get(&handle);
	if (!mapping)
		return GNTST_no_space;
	ret = map_pinned(op, domain, mapping);
	if (ret)
		xenmodel_handle_put(mapping);
	else
		op->handle = handle;
	return ret;
}

void xenmodel_map(struct gnttab_map_grant_ref *op)
{
	int ret = xenmodel_injected(GNTTABOP_map_grant_ref);

	op->status = ret ? ret : map_one(op);
	xenmodel_add(XENMODEL_MAP_OPS, 1);
	xenmodel_add(XENMODEL_MAP_FAILED, op->status != GNTST_okay);
}

static int unmap_one(struct gnttab_unmap_grant_ref *op)
{
	struct xenmodel_mapping *mapping = xenmodel_handle_find(op->handle);
	struct xenmodel_domain *domain;

	if (!mapping)
		return GNTST_bad_handle;
	if (hole_at(op->host_addr) != mapping->hole)
		return GNTST_general_error;

	domain = mapping->domain;
	xenmodel_hole_empty(mapping->hole);
	xenmodel_unpin(domain, mapping->ref, mapping->readonly);
	xenmodel_handle_put(mapping);
	xenmodel_domain_unmapped(domain);
	return GNTST_okay;
}

void xenmodel_unmap(struct gnttab_unmap_grant_ref *op)
{
	int ret = xenmodel_injected(GNTTABOP_unmap_grant_ref);

	op->status = ret ? ret : unmap_one(op);
	xenmodel_add(XENMODEL_UNMAP_OPS, 1);
	xenmodel_add(XENMODEL_UNMAP_FAILED, op->status != GNTST_okay);
	if (!xenmodel_is_pv() && op->status == GNTST_okay)
		xenmodel_add(XENMODEL_FLUSHES, 1);
}
