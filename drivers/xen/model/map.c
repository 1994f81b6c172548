// SPDX-License-Identifier: GPL-2.0
/*
 * One map or unmap operation, as Xen 4.17 does it.
 */
#include <linux/mm.h>
#include <xen/page.h>
#include "domain.h"
#include "flavour.h"
#include "hole.h"
#include "knob.h"
#include "map.h"
#include "maptrack.h"
#include "memory.h"
#include "tlb.h"

/* What a mapping is for; the rest of the flags is how. */
#define MAP_PLACES	(GNTMAP_host_map | GNTMAP_device_map)

/* The page that a host_addr names, in the terms of the flavour. */
static bool page_at(u64 host_addr, unsigned long *pfn)
{
	unsigned long start = (unsigned long)__va(0);

	if (!xenmodel_is_pv())
		*pfn = PFN_DOWN(host_addr);
	else if (host_addr >= start)
		*pfn = PFN_DOWN(__pa(host_addr));
	else
		return false;
	return pfn_valid(*pfn);
}

static struct xenmodel_hole *hole_at(u64 host_addr)
{
	unsigned long pfn;

	return page_at(host_addr, &pfn) ? xenmodel_hole_find(pfn) : NULL;
}

/*
 * Xen would replace whatever it finds there, if it is a page of the caller's:
 * ordinary memory would be lost, or a mapping would never be undone.
 */
static int map_place(u64 host_addr, struct xenmodel_hole **hole)
{
	unsigned long pfn;

	if (!page_at(host_addr, &pfn))
		return GNTST_general_error;
	*hole = xenmodel_hole_find(pfn);
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
	const u32 pv_only = GNTMAP_device_map | GNTMAP_application_map |
			    GNTMAP_contains_pte;

	if (!(flags & MAP_PLACES))
		return GNTST_bad_gntref;
	if (!xenmodel_is_pv() && (flags & pv_only))
		return GNTST_general_error;
	return GNTST_okay;
}

static int map_host(struct gnttab_map_grant_ref *op, struct page *frame,
		    struct xenmodel_hole **hole)
{
	int ret;

	/* Allowed by Xen, and not known to this model. */
	if (op->flags & (GNTMAP_application_map | GNTMAP_contains_pte)) {
		xenmodel_violation("a grant is mapped with flags %#x",
				   op->flags);
		return GNTST_general_error;
	}
	ret = map_place(op->host_addr, hole);
	if (!ret && xenmodel_hole_fill(*hole, frame,
				       op->flags & GNTMAP_readonly))
		ret = GNTST_general_error;
	return ret;
}

static u64 bus_address(struct page *frame)
{
	return (u64)pfn_to_gfn(page_to_pfn(frame)) << PAGE_SHIFT;
}

static int map_pinned(struct gnttab_map_grant_ref *op,
		      struct xenmodel_domain *domain,
		      struct xenmodel_mapping *mapping)
{
	struct xenmodel_hole *hole = NULL;
	struct page *frame;
	int ret;

	ret = xenmodel_pin(domain, op->ref, op->flags, &frame);
	if (ret)
		return ret;
	if (op->flags & GNTMAP_host_map)
		ret = map_host(op, frame, &hole);
	if (ret) {
		xenmodel_unpin(domain, op->ref, op->flags);
		return ret;
	}
	domain->mapped++;
	*mapping = (struct xenmodel_mapping) {
		.domain = domain,
		.ref = op->ref,
		.hole = hole,
		.flags = op->flags,
	};
	op->dev_bus_addr = bus_address(frame);
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

/* One of the two things that a mapping can be for is over. */
static void unmap_place(struct xenmodel_mapping *mapping, u32 place,
			struct xenmodel_unmapped *done)
{
	mapping->flags &= ~place;
	done->flags |= place;
}

/* The page was there for a mapping, and whoever used it has to be done. */
static void unmap_host(struct xenmodel_mapping *mapping,
		       struct xenmodel_unmapped *done)
{
	const struct page *page = mapping->hole->page;

	if (!page_count(page))
		xenmodel_violation("page %lx was freed while a grant is mapped there",
				   page_to_pfn(page));
	else if (page_count(page) > 1)
		xenmodel_violation("page %lx is unmapped while it is in use",
				   page_to_pfn(page));
	xenmodel_hole_empty(mapping->hole);
	unmap_place(mapping, GNTMAP_host_map, done);
}

/*
 * An address of zero is none. What the operation does not name stays mapped,
 * and its status is good nevertheless.
 */
static int unmap_one(struct gnttab_unmap_grant_ref *op,
		     struct xenmodel_unmapped *done)
{
	struct xenmodel_mapping *mapping = xenmodel_handle_find(op->handle);
	struct xenmodel_domain *domain;
	bool host, device;

	if (!mapping) {
		xenmodel_handle_stale(op->handle);
		return GNTST_bad_handle;
	}
	domain = mapping->domain;
	host = op->host_addr && (mapping->flags & GNTMAP_host_map);
	device = op->dev_bus_addr && (mapping->flags & GNTMAP_device_map);
	if (device && op->dev_bus_addr !=
		      bus_address(domain->active[mapping->ref].page))
		return GNTST_bad_dev_addr;
	if (host && hole_at(op->host_addr) != mapping->hole)
		return GNTST_general_error;

	done->domain = domain;
	done->ref = mapping->ref;
	done->flags = mapping->flags & GNTMAP_readonly;
	if (host)
		unmap_host(mapping, done);
	if (device)
		unmap_place(mapping, GNTMAP_device_map, done);
	done->last = !(mapping->flags & MAP_PLACES);
	if (done->last)
		xenmodel_handle_put(mapping);
	return GNTST_okay;
}

void xenmodel_unmap(struct gnttab_unmap_grant_ref *op,
		    struct xenmodel_unmapped *done)
{
	int ret = xenmodel_injected(GNTTABOP_unmap_grant_ref);

	*done = (struct xenmodel_unmapped) {};
	op->status = ret ? ret : unmap_one(op, done);
	xenmodel_add(XENMODEL_UNMAP_OPS, 1);
	xenmodel_add(XENMODEL_UNMAP_FAILED, op->status != GNTST_okay);
	/* Removing an entry of the P2M waits for all processors. */
	if (!xenmodel_is_pv() && op->status == GNTST_okay)
		xenmodel_tlb_flush();
}

/*
 * The address of a place, and of an ordinary page whose entry moves there. Pins
 * for devices stay.
 */
static int replace_one(struct gnttab_unmap_and_replace *op,
		       struct xenmodel_unmapped *done)
{
	struct xenmodel_mapping *mapping = xenmodel_handle_find(op->handle);
	unsigned long pfn;

	if (!mapping) {
		xenmodel_handle_stale(op->handle);
		return GNTST_bad_handle;
	}
	done->domain = mapping->domain;
	done->ref = mapping->ref;
	done->flags = mapping->flags & GNTMAP_readonly;
	if (op->host_addr && (mapping->flags & GNTMAP_host_map)) {
		if (!op->new_addr || !page_at(op->new_addr, &pfn) ||
		    hole_at(op->host_addr) != mapping->hole ||
		    xenmodel_page_move(pfn, mapping->hole->page)) {
			done->domain = NULL;
			return GNTST_general_error;
		}
		unmap_place(mapping, GNTMAP_host_map, done);
		mapping->hole = NULL;
	}
	done->last = !(mapping->flags & MAP_PLACES);
	if (done->last)
		xenmodel_handle_put(mapping);
	return GNTST_okay;
}

void xenmodel_replace(struct gnttab_unmap_and_replace *op,
		      struct xenmodel_unmapped *done)
{
	int ret = xenmodel_injected(GNTTABOP_unmap_and_replace);

	*done = (struct xenmodel_unmapped) {};
	op->status = ret ? ret : replace_one(op, done);
	xenmodel_add(XENMODEL_REPLACE_OPS, 1);
}

void xenmodel_unmap_complete(const struct xenmodel_unmapped *done)
{
	if (!done->domain)
		return;
	xenmodel_unpin(done->domain, done->ref, done->flags);
	if (done->last)
		xenmodel_domain_unmapped(done->domain);
}
