/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_MAP_H
#define _XENMODEL_MAP_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>

struct xenmodel_domain;

/**
 * struct xenmodel_unmapped - what is left to do when the TLBs are flushed
 * @domain: the granter; NULL if nothing is
 * @ref: its grant
 * @flags: GNTMAP_...: what it was pinned for and is no longer
 * @last: the handle is gone
 */
struct xenmodel_unmapped {
	struct xenmodel_domain *domain;
	grant_ref_t ref;
	u32 flags;
	bool last;
};

void xenmodel_map(struct gnttab_map_grant_ref *op);
void xenmodel_unmap(struct gnttab_unmap_grant_ref *op,
		    struct xenmodel_unmapped *done);
void xenmodel_replace(struct gnttab_unmap_and_replace *op,
		      struct xenmodel_unmapped *done);
void xenmodel_unmap_complete(const struct xenmodel_unmapped *done);

#endif /* _XENMODEL_MAP_H */
