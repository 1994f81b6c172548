/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The grant table that a domain shares with Xen, of either version: what the
 * domain has written there, and what Xen has.
 */
#ifndef _XENMODEL_SHARED_H
#define _XENMODEL_SHARED_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

/* Entries that outlive a change of the version: the toolstack's own. */
#define XENMODEL_RESERVED_REFS GNTTAB_NR_RESERVED_ENTRIES

/**
 * struct xenmodel_shared - a table
 * @entries: @nr_frames pages of entries
 * @status: of version 2: where Xen says which entries it uses
 * @nr_frames: pages of entries
 * @version: 1 or 2
 */
struct xenmodel_shared {
	void *entries;
	grant_status_t *status;
	unsigned int nr_frames;
	unsigned int version;
};

/* Of version 1. 0 or -ENOMEM; may sleep. */
int xenmodel_shared_init(struct xenmodel_shared *shared,
			 unsigned int nr_frames);
void xenmodel_shared_exit(struct xenmodel_shared *shared);

unsigned int xenmodel_shared_refs(const struct xenmodel_shared *shared);
unsigned int xenmodel_shared_status_frames(const struct xenmodel_shared *shared);

/* An entry, NULL if the table has none of that number. */
struct grant_entry_header *
xenmodel_shared_entry(const struct xenmodel_shared *shared, grant_ref_t ref);

/* The same where it is known to exist and to be of version 2. */
union grant_entry_v2 *xenmodel_shared_v2(const struct xenmodel_shared *shared,
					 grant_ref_t ref);

u64 xenmodel_shared_frame(const struct xenmodel_shared *shared,
			  grant_ref_t ref);
void xenmodel_shared_set_frame(struct xenmodel_shared *shared, grant_ref_t ref,
			       u64 frame);

/* Where GTF_reading and GTF_writing of an entry are. */
u16 *xenmodel_shared_status(const struct xenmodel_shared *shared,
			    grant_ref_t ref);

/**
 * xenmodel_shared_set_version() - change the layout, as Xen does it
 * @shared: a table
 * @version: the wanted one
 * @busy: entries behind the reserved ones are in use
 *
 * All other entries are cleared.
 *
 * Return: 0, -EINVAL, -EBUSY or -ERANGE: a reserved entry does not fit.
 */
int xenmodel_shared_set_version(struct xenmodel_shared *shared, u32 version,
				bool busy);

#endif /* _XENMODEL_SHARED_H */
