// SPDX-License-Identifier: GPL-2.0
/*
 * Grant operations of Xen/ia64, in the order of the checks of Xen 4.1.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/interface/grant_table.h>
#include "domain.h"
#include "hole.h"
#include "hypercall.h"
#include "ia64.h"
#include "ia64-frame.h"
#include "ia64-grant.h"
#include "knob.h"
#include "maptrack.h"
#include "tlb.h"
#include "xencomm.h"

/* The domain finds its own grant table above all memory. */
#define TABLE_FRAME	(1UL << (40 - XENMODEL_IA64_PAGE_SHIFT))
#define TABLE_FRAMES	2
#define ENTRIES_A_FRAME	(XENMODEL_IA64_PAGE_SIZE / \
			 sizeof(struct grant_entry_v1))

static struct page *table[TABLE_FRAMES];

/* What other domains have offered. */
static struct offer {
	struct xenmodel_domain *domain;
	u32 ref;
	void *buffer;
} offers[8];

static u64 frame_at(u64 host_addr)
{
	return host_addr >> XENMODEL_IA64_PAGE_SHIFT;
}

/*
 * Xen would replace whatever is there: memory of the domain would be lost, and
 * another mapping never be undone.
 */
static int map_place(u64 gpfn)
{
	if (!xenmodel_ia64_page(gpfn))
		return GNTST_general_error;
	if (xenmodel_ia64_state(gpfn) == XENMODEL_IA64_NOTHING)
		return GNTST_okay;
	xenmodel_violation("a grant is mapped at frame %llx, which is not empty",
			   gpfn);
	return GNTST_general_error;
}

static int map_pinned(const struct gnttab_map_grant_ref *op,
		      struct xenmodel_domain *domain,
		      struct xenmodel_mapping *mapping)
{
	const u32 refused = GNTMAP_device_map | GNTMAP_application_map |
			    GNTMAP_contains_pte;
	u64 gpfn = frame_at(op->host_addr);
	struct page *frame;
	int ret;

	ret = xenmodel_pin(domain, op->ref, op->flags, &frame);
	if (ret)
		return ret;
	ret = op->flags & refused ? GNTST_general_error : map_place(gpfn);
	if (ret) {
		xenmodel_unpin(domain, op->ref, op->flags);
		return ret;
	}
	xenmodel_ia64_frame_fill(gpfn, frame, op->flags & GNTMAP_readonly);
	domain->mapped++;
	*mapping = (struct xenmodel_mapping) {
		.domain = domain,
		.ref = op->ref,
		.hole = xenmodel_ia64_hole(gpfn),
		.flags = op->flags,
	};
	return GNTST_okay;
}

static void map(void *operation)
{
	struct gnttab_map_grant_ref *op = operation;
	struct xenmodel_mapping *mapping;
	struct xenmodel_domain *domain;
	grant_handle_t handle;

	if (!(op->flags & (GNTMAP_device_map | GNTMAP_host_map))) {
		op->status = GNTST_bad_gntref;
		return;
	}
	domain = xenmodel_domain_find(op->dom);
	if (!domain) {
		op->status = GNTST_bad_domain;
		return;
	}
	mapping = xenmodel_handle_get(&handle);
	if (!mapping) {
		op->status = GNTST_no_device_space;
		return;
	}
	op->status = map_pinned(op, domain, mapping);
	if (op->status)
		xenmodel_handle_put(mapping);
	else
		op->handle = handle;
}

static void unmap(void *operation)
{
	struct gnttab_unmap_grant_ref *op = operation;
	struct xenmodel_mapping *mapping = xenmodel_handle_find(op->handle);
	u64 gpfn = frame_at(op->host_addr);
	struct xenmodel_domain *domain;

	if (!mapping) {
		xenmodel_handle_stale(op->handle);
		op->status = GNTST_bad_handle;
		return;
	}
	op->status = GNTST_okay;
	if (!op->host_addr)
		return;
	if (xenmodel_ia64_hole(gpfn) != mapping->hole) {
		op->status = GNTST_general_error;
		return;
	}
	domain = mapping->domain;
	xenmodel_ia64_frame_empty(gpfn);
	/* Only what was tracked is purged; to who counts, it is one. */
	xenmodel_tlb_flush();
	xenmodel_unpin(domain, mapping->ref, mapping->flags);
	xenmodel_handle_put(mapping);
	xenmodel_domain_unmapped(domain);
}

/* One side of a copy: a pinned grant, or memory of the caller. */
struct side {
	struct xenmodel_domain *domain;
	struct page *page;
	grant_ref_t ref;
	bool readonly;
};

static int side_take(struct side *side, domid_t domid, bool is_ref,
		     grant_ref_t ref, xen_pfn_t gpfn, bool readonly)
{
	struct xenmodel_view view;
	int ret;

	side->readonly = readonly;
	side->ref = ref;
	if (!is_ref) {
		if (xenmodel_ia64_state(gpfn) != XENMODEL_IA64_OWN)
			return GNTST_bad_page;
		side->page = xenmodel_ia64_page(gpfn);
		return GNTST_okay;
	}
	side->domain = xenmodel_domain_find(domid);
	if (!side->domain)
		return GNTST_bad_domain;
	ret = xenmodel_pin_to_copy(side->domain, ref, readonly, &view);
	if (ret)
		side->domain = NULL;
	else
		side->page = view.page;
	return ret;
}

static void side_drop(struct side *side)
{
	if (side->domain)
		xenmodel_unpin_copied(side->domain, side->ref, side->readonly);
}

static int copy_check(const struct gnttab_copy *op)
{
	if (op->source.offset + op->len > XENMODEL_IA64_PAGE_SIZE ||
	    op->dest.offset + op->len > XENMODEL_IA64_PAGE_SIZE)
		return GNTST_bad_copy_arg;
	if ((op->source.domid != DOMID_SELF &&
	     !(op->flags & GNTCOPY_source_gref)) ||
	    (op->dest.domid != DOMID_SELF && !(op->flags & GNTCOPY_dest_gref)))
		return GNTST_permission_denied;
	return GNTST_okay;
}

static void copy(void *operation)
{
	struct gnttab_copy *op = operation;
	struct side from = {}, to = {};

	op->status = copy_check(op);
	if (!op->status)
		op->status = side_take(&from, op->source.domid,
				       op->flags & GNTCOPY_source_gref,
				       op->source.u.ref, op->source.u.gmfn,
				       true);
	if (!op->status)
		op->status = side_take(&to, op->dest.domid,
				       op->flags & GNTCOPY_dest_gref,
				       op->dest.u.ref, op->dest.u.gmfn, false);
	if (!op->status)
		memcpy(page_address(to.page) + op->dest.offset,
		       page_address(from.page) + op->source.offset, op->len);
	side_drop(&from);
	side_drop(&to);
}

static struct offer *offer_find(const struct xenmodel_domain *domain, u32 ref)
{
	struct offer *offer;

	for (offer = offers; offer < offers + ARRAY_SIZE(offers); offer++)
		if (offer->domain == domain && offer->ref == ref)
			return offer;
	return NULL;
}

void xenmodel_ia64_offer(struct xenmodel_domain *domain, u32 ref, void *buffer)
{
	struct offer *offer = offer_find(NULL, 0);

	if (!offer)
		return;
	offer->domain = domain;
	offer->ref = ref;
	offer->buffer = buffer;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_offer);

/*
 * The page is taken first, and a fresh one put there; whether anybody wants it
 * is asked then.
 */
static void transfer(void *operation)
{
	struct gnttab_transfer *op = operation;
	struct page *page = xenmodel_ia64_page(op->mfn);
	struct xenmodel_domain *domain;
	struct offer *offer;

	op->status = GNTST_bad_page;
	if (xenmodel_ia64_state(op->mfn) != XENMODEL_IA64_OWN ||
	    page_count(page) != 1)
		return;
	domain = xenmodel_domain_find(op->domid);
	offer = domain ? offer_find(domain, op->ref) : NULL;
	if (offer) {
		memcpy(offer->buffer, page_address(page),
		       XENMODEL_IA64_PAGE_SIZE);
		*offer = (struct offer) {};
	}
	memset(page_address(page), 0, XENMODEL_IA64_PAGE_SIZE);
	if (!domain)
		op->status = GNTST_bad_domain;
	else
		op->status = offer ? GNTST_okay : GNTST_general_error;
}

static void setup_table(void *operation)
{
	struct gnttab_setup_table *op = operation;
	xen_pfn_t gpfn;
	unsigned int i;

	op->status = GNTST_general_error;
	if (op->dom != DOMID_SELF || op->nr_frames > TABLE_FRAMES)
		return;
	for (i = 0; i < op->nr_frames; i++) {
		gpfn = TABLE_FRAME + i;
		if (!table[i])
			table[i] = alloc_pages(GFP_KERNEL | __GFP_ZERO,
					       XENMODEL_IA64_ORDER);
		if (!table[i] ||
		    xenmodel_xencomm_write((u64)op->frame_list,
					   i * sizeof(gpfn), &gpfn,
					   sizeof(gpfn)))
			return;
	}
	op->status = GNTST_okay;
}

static void get_version(void *operation)
{
	struct gnttab_get_version *op = operation;

	op->version = 1;
}

static const struct command {
	size_t bytes;
	void (*run)(void *op);
} commands[] = {
	[GNTTABOP_map_grant_ref] = { sizeof(struct gnttab_map_grant_ref), map },
	[GNTTABOP_unmap_grant_ref] = {
		sizeof(struct gnttab_unmap_grant_ref), unmap
	},
	[GNTTABOP_setup_table] = {
		sizeof(struct gnttab_setup_table), setup_table
	},
	[GNTTABOP_transfer] = { sizeof(struct gnttab_transfer), transfer },
	[GNTTABOP_copy] = { sizeof(struct gnttab_copy), copy },
	[GNTTABOP_get_version] = {
		sizeof(struct gnttab_get_version), get_version
	},
};

long xenmodel_ia64_grant_op(unsigned long cmd, u64 handle, unsigned long count)
{
	const struct command *command;
	unsigned long i;
	u64 op[8];

	if (cmd >= ARRAY_SIZE(commands) || !commands[cmd].run)
		return -ENOSYS;
	command = &commands[cmd];
	for (i = 0; i < count; i++) {
		if (xenmodel_xencomm_read(op, handle, i * command->bytes,
					  command->bytes))
			return -EFAULT;
		command->run(op);
		if (xenmodel_xencomm_write(handle, i * command->bytes, op,
					   command->bytes))
			return -EFAULT;
	}
	return 0;
}

void *xenmodel_ia64_table_at(u64 gpfn)
{
	if (gpfn < TABLE_FRAME || gpfn >= TABLE_FRAME + TABLE_FRAMES ||
	    !table[gpfn - TABLE_FRAME])
		return NULL;
	return page_address(table[gpfn - TABLE_FRAME]);
}

/* The place is one that the receiver has no memory at, or it would be lost. */
static int receive(const struct grant_entry_v1 *entry, u8 byte)
{
	if (xenmodel_ia64_state(entry->frame) != XENMODEL_IA64_NOTHING) {
		xenmodel_violation("a page arrives at frame %x, which is not empty",
				   entry->frame);
		return GNTST_general_error;
	}
	if (xenmodel_ia64_frame_give(entry->frame))
		return GNTST_general_error;
	memset(page_address(xenmodel_ia64_page(entry->frame)), byte,
	       XENMODEL_IA64_PAGE_SIZE);
	return GNTST_okay;
}

static struct grant_entry_v1 *entry_of(u32 ref)
{
	struct grant_entry_v1 *frame =
		xenmodel_ia64_table_at(TABLE_FRAME + ref / ENTRIES_A_FRAME);

	return frame ? frame + ref % ENTRIES_A_FRAME : NULL;
}

int xenmodel_ia64_send_begin(const struct xenmodel_domain *from, u32 ref)
{
	struct grant_entry_v1 *entry = entry_of(ref);

	if (!entry || entry->flags != GTF_accept_transfer ||
	    entry->domid != from->domid)
		return GNTST_general_error;
	entry->flags |= GTF_transfer_committed;
	return GNTST_okay;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_send_begin);

int xenmodel_ia64_send_finish(u32 ref, u8 byte)
{
	struct grant_entry_v1 *entry = entry_of(ref);
	int ret = receive(entry, byte);

	if (!ret)
		entry->flags |= GTF_transfer_completed;
	return ret;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_send_finish);

int xenmodel_ia64_send(const struct xenmodel_domain *from, u32 ref, u8 byte)
{
	return xenmodel_ia64_send_begin(from, ref) ?:
	       xenmodel_ia64_send_finish(ref, byte);
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_send);

/* To an entry that is left behind a page may still come. */
static void check_unused(const struct grant_entry_v1 *entries)
{
	unsigned int i;

	for (i = 0; i < ENTRIES_A_FRAME; i++)
		if (entries[i].flags)
			xenmodel_violation("entry %u of a frame of the grant table is in use",
					   i);
}

void xenmodel_ia64_grant_reset(void)
{
	unsigned int i;

	memset(offers, 0, sizeof(offers));
	for (i = 0; i < TABLE_FRAMES; i++) {
		if (!table[i])
			continue;
		check_unused(page_address(table[i]));
		__free_pages(table[i], XENMODEL_IA64_ORDER);
		table[i] = NULL;
	}
}
