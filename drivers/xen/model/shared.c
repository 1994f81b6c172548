// SPDX-License-Identifier: GPL-2.0
/*
 * The grant table that a domain shares with Xen.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/string.h>
#include "shared.h"

#define RESERVED XENMODEL_RESERVED_REFS

/* Room for the status of each entry of version 2. */
static size_t status_bytes(const struct xenmodel_shared *shared)
{
	return PAGE_ALIGN(shared->nr_frames * PAGE_SIZE /
			  sizeof(union grant_entry_v2) *
			  sizeof(*shared->status));
}

int xenmodel_shared_init(struct xenmodel_shared *shared,
			 unsigned int nr_frames)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_ZERO;

	shared->nr_frames = nr_frames;
	shared->version = 1;
	shared->entries = alloc_pages_exact(nr_frames * PAGE_SIZE, gfp);
	shared->status = alloc_pages_exact(status_bytes(shared), gfp);
	if (shared->entries && shared->status)
		return 0;
	xenmodel_shared_exit(shared);
	return -ENOMEM;
}

void xenmodel_shared_exit(struct xenmodel_shared *shared)
{
	if (shared->entries)
		free_pages_exact(shared->entries,
				 shared->nr_frames * PAGE_SIZE);
	if (shared->status)
		free_pages_exact(shared->status, status_bytes(shared));
	shared->entries = NULL;
	shared->status = NULL;
}

static size_t entry_bytes(const struct xenmodel_shared *shared)
{
	return shared->version == 2 ? sizeof(union grant_entry_v2) :
				      sizeof(struct grant_entry_v1);
}

unsigned int xenmodel_shared_refs(const struct xenmodel_shared *shared)
{
	return shared->nr_frames * PAGE_SIZE / entry_bytes(shared);
}

unsigned int xenmodel_shared_status_frames(const struct xenmodel_shared *shared)
{
	return shared->version == 2 ? status_bytes(shared) / PAGE_SIZE : 0;
}

struct grant_entry_header *
xenmodel_shared_entry(const struct xenmodel_shared *shared, grant_ref_t ref)
{
	if (ref >= xenmodel_shared_refs(shared))
		return NULL;
	return shared->entries + ref * entry_bytes(shared);
}

static struct grant_entry_v1 *entry_v1(const struct xenmodel_shared *shared,
				       grant_ref_t ref)
{
	return (struct grant_entry_v1 *)shared->entries + ref;
}

union grant_entry_v2 *xenmodel_shared_v2(const struct xenmodel_shared *shared,
					 grant_ref_t ref)
{
	return (union grant_entry_v2 *)shared->entries + ref;
}

u64 xenmodel_shared_frame(const struct xenmodel_shared *shared,
			  grant_ref_t ref)
{
	if (shared->version == 2)
		return xenmodel_shared_v2(shared, ref)->full_page.frame;
	return entry_v1(shared, ref)->frame;
}

void xenmodel_shared_set_frame(struct xenmodel_shared *shared, grant_ref_t ref,
			       u64 frame)
{
	if (shared->version == 2)
		xenmodel_shared_v2(shared, ref)->full_page.frame = frame;
	else
		entry_v1(shared, ref)->frame = frame;
}

u16 *xenmodel_shared_status(const struct xenmodel_shared *shared,
			    grant_ref_t ref)
{
	if (shared->version == 2)
		return &shared->status[ref];
	return &entry_v1(shared, ref)->flags;
}

/* The reserved entries, in the layout of version 1. */
static int reserved_save(const struct xenmodel_shared *shared,
			 struct grant_entry_v1 *saved)
{
	grant_ref_t ref;

	for (ref = 0; ref < RESERVED; ref++) {
		struct grant_entry_header *entry =
			xenmodel_shared_entry(shared, ref);
		u16 type = entry->flags & GTF_type_mask;
		u64 frame = xenmodel_shared_frame(shared, ref);

		if (type == GTF_transitive ||
		    (type == GTF_permit_access && frame > U32_MAX))
			return -ERANGE;
		saved[ref] = (struct grant_entry_v1) {};
		if (type != GTF_permit_access)
			continue;
		saved[ref].flags = entry->flags |
				   *xenmodel_shared_status(shared, ref);
		saved[ref].domid = entry->domid;
		saved[ref].frame = frame;
	}
	return 0;
}

static void reserved_restore(struct xenmodel_shared *shared,
			     const struct grant_entry_v1 *saved)
{
	const u16 in_use = GTF_reading | GTF_writing;
	grant_ref_t ref;

	for (ref = 0; ref < RESERVED; ref++) {
		struct grant_entry_header *entry =
			xenmodel_shared_entry(shared, ref);

		entry->flags = saved[ref].flags & ~in_use;
		entry->domid = saved[ref].domid;
		xenmodel_shared_set_frame(shared, ref, saved[ref].frame);
		*xenmodel_shared_status(shared, ref) |=
			saved[ref].flags & in_use;
	}
}

int xenmodel_shared_set_version(struct xenmodel_shared *shared, u32 version,
				bool busy)
{
	struct grant_entry_v1 saved[RESERVED];
	int ret;

	if (version != 1 && version != 2)
		return -EINVAL;
	if (version == shared->version)
		return 0;
	if (busy)
		return -EBUSY;
	ret = reserved_save(shared, saved);
	if (ret)
		return ret;
	memset(shared->entries, 0, shared->nr_frames * PAGE_SIZE);
	memset(shared->status, 0, status_bytes(shared));
	shared->version = version;
	reserved_restore(shared, saved);
	return 0;
}
