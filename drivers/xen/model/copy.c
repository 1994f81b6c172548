// SPDX-License-Identifier: GPL-2.0
/*
 * Copy operations, as Xen 4.17 does them.
 *
 * Each side of an operation is claimed: a grant is pinned, a frame of the
 * caller's own looked up. The claim is kept for the next operation, which
 * takes it over if it names the same page.
 */
#include <linux/mm.h>
#include <xen/page.h>
#include "copy.h"
#include "domain.h"
#include "hole.h"
#include "knob.h"

/* Half a copy operation: how its two ends are declared. */
struct side {
	union {
		grant_ref_t ref;
		xen_pfn_t gmfn;
	} u;
	domid_t domid;
	u16 offset;
	bool is_ref;
	bool readonly;
};

struct claim {
	struct side of;
	struct xenmodel_domain *domain;
	struct page *page;
};

static bool claim_fits(const struct claim *claim, const struct side *side)
{
	if (!claim->page || claim->of.domid != side->domid ||
	    claim->of.is_ref != side->is_ref)
		return false;
	return side->is_ref ? claim->of.u.ref == side->u.ref
			    : claim->of.u.gmfn == side->u.gmfn;
}

static void claim_drop(struct claim *claim)
{
	if (claim->page && claim->of.is_ref)
		xenmodel_unpin(claim->domain, claim->of.u.ref,
			       claim->of.readonly);
	claim->page = NULL;
}

static int claim_grant(struct claim *claim, const struct side *side)
{
	claim->domain = xenmodel_domain_find(side->domid);
	if (!claim->domain)
		return GNTST_bad_domain;
	xenmodel_add(XENMODEL_COPY_CLAIMS, 1);
	return xenmodel_pin(claim->domain, side->u.ref, side->readonly,
			    &claim->page);
}

/* A foreign frame, or none, is not the caller's to name. */
static int claim_own(struct claim *claim, const struct side *side)
{
	unsigned long pfn = gfn_to_pfn(side->u.gmfn);

	if (side->domid != DOMID_SELF)
		return GNTST_permission_denied;
	if (!pfn_valid(pfn) || xenmodel_hole_find(pfn))
		return GNTST_bad_page;
	claim->page = pfn_to_page(pfn);
	return GNTST_okay;
}

static int claim_take(struct claim *claim, const struct side *side)
{
	int ret;

	if (claim_fits(claim, side))
		return GNTST_okay;
	claim_drop(claim);
	ret = side->is_ref ? claim_grant(claim, side) : claim_own(claim, side);
	if (ret)
		claim->page = NULL;
	claim->of = *side;
	return ret;
}

static struct side source_of(const struct gnttab_copy *op)
{
	struct side side = {
		.domid = op->source.domid,
		.offset = op->source.offset,
		.is_ref = op->flags & GNTCOPY_source_gref,
		.readonly = true,
	};

	if (side.is_ref)
		side.u.ref = op->source.u.ref;
	else
		side.u.gmfn = op->source.u.gmfn;
	return side;
}

static struct side dest_of(const struct gnttab_copy *op)
{
	struct side side = {
		.domid = op->dest.domid,
		.offset = op->dest.offset,
		.is_ref = op->flags & GNTCOPY_dest_gref,
	};

	if (side.is_ref)
		side.u.ref = op->dest.u.ref;
	else
		side.u.gmfn = op->dest.u.gmfn;
	return side;
}

static int copy_one(const struct gnttab_copy *op, struct claim *from,
		    struct claim *to)
{
	const struct side source = source_of(op), dest = dest_of(op);
	int ret;

	ret = claim_take(from, &source);
	if (ret)
		return ret;
	ret = claim_take(to, &dest);
	if (ret)
		return ret;
	if (source.offset + op->len > XEN_PAGE_SIZE ||
	    dest.offset + op->len > XEN_PAGE_SIZE)
		return GNTST_bad_copy_arg;

	memcpy(page_address(to->page) + dest.offset,
	       page_address(from->page) + source.offset, op->len);
	xenmodel_add(XENMODEL_COPY_BYTES, op->len);
	return GNTST_okay;
}

void xenmodel_copy(struct gnttab_copy *ops, unsigned int nr)
{
	struct claim from = {}, to = {};
	struct gnttab_copy *op;

	for (op = ops; op < ops + nr; op++) {
		op->status = xenmodel_injected(GNTTABOP_copy);
		if (!op->status)
			op->status = copy_one(op, &from, &to);
		if (op->status) {
			claim_drop(&from);
			claim_drop(&to);
		}
		xenmodel_add(XENMODEL_COPY_OPS, 1);
		xenmodel_add(XENMODEL_COPY_FAILED, op->status != GNTST_okay);
	}
	claim_drop(&from);
	claim_drop(&to);
}
