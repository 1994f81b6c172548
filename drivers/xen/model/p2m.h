/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_P2M_H
#define _XENMODEL_P2M_H

#include <linux/types.h>

struct page;

int xenmodel_p2m_init(void);
void xenmodel_p2m_exit(void);

/* What the kernel does: its own table says this of a page. */
void xenmodel_p2m_set(struct page *page, unsigned long entry);

/* What Xen does: the page-table entry of a page shows a frame, or nothing. */
void xenmodel_pte_set(struct page *page, unsigned long gfn, bool readonly);
void xenmodel_pte_clear(struct page *page);

#endif /* _XENMODEL_P2M_H */
