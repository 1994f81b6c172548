/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_IA64_P2M_H
#define _XENMODEL_IA64_P2M_H

#include <linux/types.h>

unsigned long xenmodel_ia64_machine_frame(u64 gpfn);
long xenmodel_ia64_p2m_expose(u64 first, u64 at, u64 bytes, u64 granule);

/* Where the table is seen, if that is where; or NULL. */
void *xenmodel_ia64_p2m_at(u64 gpfn);
void xenmodel_ia64_p2m_reset(void);

#endif /* _XENMODEL_IA64_P2M_H */
