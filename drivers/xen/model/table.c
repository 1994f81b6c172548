// SPDX-License-Identifier: GPL-2.0
/*
 * The grant table of the domain that this kernel runs in, and its references.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <xen/grant_table.h>
#include "flavour.h"
#include "knob.h"
#include "table.h"

/* Room for as many entries of either version. */
#define NR_FRAMES	4
#define NR_REFS		(NR_FRAMES * PAGE_SIZE / sizeof(union grant_entry_v2))

/* References below are the toolstack's own. */
#define FIRST_REF	8

/* The end of a list of references. */
#define NO_REF		NR_REFS

/* Machine frames of the table; it is Xen's memory. */
#define FIRST_FRAME	0x7000000UL

static void *table;
static unsigned int version = 1;
static unsigned int in_use;
static unsigned int limit;

/* Free references, and those that are handed out in one go, are lists. */
static grant_ref_t next[NR_REFS];
static grant_ref_t free_head;

int xenmodel_table_init(void)
{
	grant_ref_t ref;

	table = alloc_pages_exact(NR_FRAMES * PAGE_SIZE,
				  GFP_KERNEL | __GFP_ZERO);
	if (!table)
		return -ENOMEM;
	for (ref = FIRST_REF; ref < NR_REFS; ref++)
		next[ref] = ref + 1;
	free_head = FIRST_REF;
	limit = NR_REFS - FIRST_REF;
	return 0;
}

void xenmodel_table_exit(void)
{
	free_pages_exact(table, NR_FRAMES * PAGE_SIZE);
}

void xenmodel_table_version(unsigned int v)
{
	version = v;
	limit = NR_REFS - FIRST_REF;
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

static size_t entry_size(void)
{
	return version == 2 ? sizeof(union grant_entry_v2) :
			      sizeof(struct grant_entry_v1);
}

struct grant_entry_header *xenmodel_table_entry(grant_ref_t ref)
{
	return ref < NR_REFS ? table + ref * entry_size() : NULL;
}

unsigned long xenmodel_entry_frame(const struct grant_entry_header *header)
{
	if (version == 2)
		return ((const union grant_entry_v2 *)header)->full_page.frame;
	return ((const struct grant_entry_v1 *)header)->frame;
}

void xenmodel_entry_set_frame(struct grant_entry_header *header,
			      unsigned long frame)
{
	if (version == 2)
		((union grant_entry_v2 *)header)->full_page.frame = frame;
	else
		((struct grant_entry_v1 *)header)->frame = frame;
}

struct page *xenmodel_table_page(unsigned long mfn)
{
	if (mfn - FIRST_FRAME >= NR_FRAMES)
		return NULL;
	return virt_to_page(table + (mfn - FIRST_FRAME) * PAGE_SIZE);
}

void xenmodel_setup_table(struct gnttab_setup_table *op)
{
	unsigned int i;

	if (op->nr_frames > NR_FRAMES) {
		op->status = GNTST_general_error;
		return;
	}
	for (i = 0; i < op->nr_frames; i++)
		op->frame_list[i] = xenmodel_is_pv() ? FIRST_FRAME + i :
			page_to_pfn(virt_to_page(table + i * PAGE_SIZE));
	op->status = GNTST_okay;
}

void xenmodel_get_version(struct gnttab_get_version *op)
{
	op->version = version;
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
