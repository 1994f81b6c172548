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
	bool located;
	struct xenmodel_view view;
};

static bool claim_fits(const struct claim *claim, const struct side *side)
{
	if (!claim->view.page || claim->of.is_ref != side->is_ref)
		return false;
	return side->is_ref ? claim->of.u.ref == side->u.ref
			    : claim->of.u.gmfn == side->u.gmfn;
}

static void claim_drop(struct claim *claim)
{
	if (claim->view.page && claim->of.is_ref)
		xenmodel_unpin_copied(claim->domain, claim->of.u.ref,
				      claim->of.readonly);
	claim->view.page = NULL;
}

static int claim_grant(struct claim *claim, const struct side *side)
{
	/* Of our own table, which this model does not have, nothing is granted. */
	if (!claim->domain)
		return GNTST_general_error;
	xenmodel_add(XENMODEL_COPY_CLAIMS, 1);
	return xenmodel_pin_to_copy(claim->domain, side->u.ref, side->readonly,
				    &claim->view);
}

/* A foreign frame, or none, is not the caller's to name. */
static int claim_own(struct claim *claim, const struct side *side)
{
	unsigned long pfn = gfn_to_pfn(side->u.gmfn);

	if (side->domid != DOMID_SELF)
		return GNTST_permission_denied;
	if (!pfn_valid(pfn) || xenmodel_hole_find(pfn))
		return GNTST_bad_page;
	claim->view = (struct xenmodel_view) {
		.page = pfn_to_page(pfn),
		.bytes = XEN_PAGE_SIZE,
	};
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
		claim->view.page = NULL;
	claim->of = *side;
	return ret;
}

static int claim_domain(struct claim *claim, domid_t domid)
{
	bool ours = domid == DOMID_SELF || domid == XENMODEL_LOCAL_DOMID;

	claim->domain = ours ? NULL : xenmodel_domain_find(domid);
	claim->of.domid = domid;
	return claim->domain || ours ? GNTST_okay : GNTST_bad_domain;
}

/*
 * Xen looks up the domains of both sides before it looks at anything else, and
 * again when an operation names another one on either side.
 */
static int claim_domains(struct claim *from, const struct side *source,
			 struct claim *to, const struct side *dest)
{
	int ret;

	if (from->located && to->located &&
	    from->of.domid == source->domid && to->of.domid == dest->domid)
		return GNTST_okay;
	claim_drop(from);
	claim_drop(to);
	from->located = false;
	to->located = false;
	ret = claim_domain(from, source->domid);
	if (!ret)
		ret = claim_domain(to, dest->domid);
	from->located = !ret;
	to->located = !ret;
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

/* Outside of what is granted, if that is only a part of the page. */
static bool is_outside(const struct side *side, const struct xenmodel_view *view,
		       u16 len)
{
	return side->offset < view->offset ||
	       side->offset + len > view->offset + view->bytes;
}

static int copy_one(const struct gnttab_copy *op, struct claim *from,
		    struct claim *to)
{
	const struct side source = source_of(op), dest = dest_of(op);
	int ret;

	ret = claim_domains(from, &source, to, &dest);
	if (ret)
		return ret;
	ret = claim_take(from, &source);
	if (ret)
		return ret;
	ret = claim_take(to, &dest);
	if (ret)
		return ret;
	if (source.offset + op->len > XEN_PAGE_SIZE ||
	    dest.offset + op->len > XEN_PAGE_SIZE)
		return GNTST_bad_copy_arg;
	if (is_outside(&source, &from->view, op->len) ||
	    is_outside(&dest, &to->view, op->len))
		return GNTST_general_error;

	memcpy(page_address(to->view.page) + dest.offset,
	       page_address(from->view.page) + source.offset, op->len);
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
