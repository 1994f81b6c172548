/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_IA64_GRANT_H
#define _XENMODEL_IA64_GRANT_H

#include <linux/types.h>

long xenmodel_ia64_grant_op(unsigned long cmd, u64 handle, unsigned long count);

/* Where a frame of the domain's own grant table is seen, if it is one. */
void *xenmodel_ia64_table_at(u64 gpfn);
void xenmodel_ia64_grant_reset(void);

#endif /* _XENMODEL_IA64_GRANT_H */
