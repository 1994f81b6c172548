/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_MAPTRACK_H
#define _XENMODEL_MAPTRACK_H

#include <xen/interface/grant_table.h>

struct xenmodel_domain;
struct xenmodel_hole;

/**
 * struct xenmodel_mapping - what a handle stands for
 * @domain: the granter; NULL if the handle is free
 * @ref: its grant
 * @hole: where a processor finds it
 * @flags: GNTMAP_...: for whom it is mapped still, and whether to read only
 */
struct xenmodel_mapping {
	struct xenmodel_domain *domain;
	grant_ref_t ref;
	struct xenmodel_hole *hole;
	u32 flags;
};

int xenmodel_maptrack_init(void);
void xenmodel_maptrack_exit(void);

/* A free handle, or NULL if the limit is reached. */
struct xenmodel_mapping *xenmodel_handle_get(grant_handle_t *handle);
void xenmodel_handle_put(struct xenmodel_mapping *mapping);

/*
 * A handle that stands for nothing may be another's the next time: its use is a
 * violation, unless a suite wants to know what Xen says to it.
 */
void xenmodel_handle_stale(grant_handle_t handle);
void xenmodel_stale_handles_expected(bool expected);

/* What a handle stands for, or NULL if it stands for nothing. */
struct xenmodel_mapping *xenmodel_handle_find(grant_handle_t handle);

unsigned int xenmodel_handles(void);

#endif /* _XENMODEL_MAPTRACK_H */
