// SPDX-License-Identifier: GPL-2.0
/*
 * The grant table of the domain that this kernel runs in, and its references.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include "domain.h"
#include "flavour.h"
#include "hypercall.h"
#include "knob.h"
#include "shared.h"
#include "table.h"

/* Room for as many entries of either version. */
#define NR_FRAMES	4
#define NR_REFS		(NR_FRAMES * PAGE_SIZE / sizeof(union grant_entry_v2))

/* References below are the toolstack's own. */
#define FIRST_REF	XENMODEL_RESERVED_REFS

/* The end of a list of references. */
#define NO_REF		NR_REFS

/* Machine frames of the table, and of its status; they are Xen's memory. */
#define FIRST_FRAME		0x7000000UL
#define FIRST_STATUS_FRAME	0x7100000UL

static struct xenmodel_shared shared;
static unsigned int in_use;
static unsigned int limit;

/* Free references, and those that are handed out in one go, are lists. */
static grant_ref_t next[NR_REFS];
static grant_ref_t free_head;

int xenmodel_table_init(void)
{
	grant_ref_t ref;
	int ret = xenmodel_shared_init(&shared, NR_FRAMES);

	if (ret)
		return ret;
	for (ref = FIRST_REF; ref < NR_REFS; ref++)
		next[ref] = ref + 1;
	free_head = FIRST_REF;
	limit = NR_REFS - FIRST_REF;
	return 0;
}

void xenmodel_table_exit(void)
{
	xenmodel_shared_exit(&shared);
}

int xenmodel_table_version(unsigned int version)
{
	unsigned long flags = xenmodel_lock();
	int ret;

	limit = NR_REFS - FIRST_REF;
	/* Nobody maps what this domain grants: Xen sees no entry in use. */
	ret = xenmodel_shared_set_version(&shared, version, false);
	xenmodel_unlock(flags);
	return ret;
}
EXPORT_SYMBOL_GPL(xenmodel_table_version);

unsigned int xenmodel_refs(void)
{
	return READ_ONCE(in_use);
}
EXPORT_SYMBOL_GPL(xenmodel_refs);

void xenmodel_refs_limit(unsigned int left)
{
	limit = in_use + left;
}
EXPORT_SYMBOL_GPL(xenmodel_refs_limit);

struct grant_entry_header *xenmodel_table_entry(grant_ref_t ref)
{
	return ref < NR_REFS ? xenmodel_shared_entry(&shared, ref) : NULL;
}

unsigned long xenmodel_table_frame(grant_ref_t ref)
{
	return xenmodel_shared_frame(&shared, ref);
}

void xenmodel_table_set_frame(grant_ref_t ref, unsigned long frame)
{
	xenmodel_shared_set_frame(&shared, ref, frame);
}

struct page *xenmodel_table_page(unsigned long mfn)
{
	if (mfn - FIRST_FRAME < NR_FRAMES)
		return virt_to_page(shared.entries +
				    (mfn - FIRST_FRAME) * PAGE_SIZE);
	if (mfn - FIRST_STATUS_FRAME < xenmodel_shared_status_frames(&shared))
		return virt_to_page((void *)shared.status +
				    (mfn - FIRST_STATUS_FRAME) * PAGE_SIZE);
	return NULL;
}

static bool is_self(domid_t domid)
{
	return domid == DOMID_SELF || domid == XENMODEL_LOCAL_DOMID;
}

/* What the domain calls a page of the table. */
static unsigned long frame_of(const void *vaddr, unsigned long mfn)
{
	return xenmodel_is_pv() ? mfn : page_to_pfn(virt_to_page(vaddr));
}

void xenmodel_setup_table(struct gnttab_setup_table *op)
{
	unsigned int i;

	op->status = is_self(op->dom) ? GNTST_okay : GNTST_bad_domain;
	if (!op->status && op->nr_frames > NR_FRAMES)
		op->status = GNTST_general_error;
	for (i = 0; !op->status && i < op->nr_frames; i++)
		op->frame_list[i] = frame_of(shared.entries + i * PAGE_SIZE,
					     FIRST_FRAME + i);
}

void xenmodel_get_status_frames(struct gnttab_get_status_frames *op)
{
	unsigned int i;

	op->status = is_self(op->dom) ? GNTST_okay : GNTST_bad_domain;
	if (!op->status &&
	    op->nr_frames > xenmodel_shared_status_frames(&shared))
		op->status = GNTST_general_error;
	for (i = 0; !op->status && i < op->nr_frames; i++)
		op->frame_list[i] =
			frame_of((void *)shared.status + i * PAGE_SIZE,
				 FIRST_STATUS_FRAME + i);
}

int xenmodel_set_own_version(struct gnttab_set_version *op)
{
	int ret = xenmodel_shared_set_version(&shared, op->version, false);

	op->version = shared.version;
	return ret;
}

int xenmodel_get_version(struct gnttab_get_version *op)
{
	const struct xenmodel_domain *domain;

	if (is_self(op->dom)) {
		op->version = shared.version;
		return 0;
	}
	domain = xenmodel_domain_find(op->dom);
	if (!domain)
		return -ESRCH;
	op->version = domain->shared.version;
	return 0;
}

/* What the kernel's own grant-table driver exports. */

int gnttab_alloc_grant_references(u16 count, grant_ref_t *pool)
{
	grant_ref_t last;
	u16 i;

	if (!count || in_use + count > limit)
		return -ENOSPC;
	*pool = free_head;
	for (i = 0, last = free_head; i < count - 1; i++)
		last = next[last];
	free_head = next[last];
	next[last] = NO_REF;
	in_use += count;
	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_alloc_grant_references);

int gnttab_claim_grant_reference(grant_ref_t *pool)
{
	grant_ref_t ref = *pool;

	if (ref == NO_REF)
		return -ENOSPC;
	*pool = next[ref];
	return ref;
}
EXPORT_SYMBOL_GPL(gnttab_claim_grant_reference);

void gnttab_free_grant_reference(grant_ref_t ref)
{
	if (xenmodel_table_entry(ref)->flags)
		xenmodel_violation("reference %u is freed in use", ref);
	next[ref] = free_head;
	free_head = ref;
	in_use--;
}
EXPORT_SYMBOL_GPL(gnttab_free_grant_reference);
