/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_MAP_H
#define _XENMODEL_MAP_H

#include <xen/interface/grant_table.h>

void xenmodel_map(struct gnttab_map_grant_ref *op);
void xenmodel_unmap(struct gnttab_unmap_grant_ref *op);

#endif /* _XENMODEL_MAP_H */
