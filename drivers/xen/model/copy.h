/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_COPY_H
#define _XENMODEL_COPY_H

#include <xen/interface/grant_table.h>

void xenmodel_copy(struct gnttab_copy *ops, unsigned int nr);

#endif /* _XENMODEL_COPY_H */
