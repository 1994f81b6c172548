/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_P2M_H
#define _XENGNT_P2M_H

#include <linux/mm.h>
#include <xen/gnttab/p2m.h>

struct seq_file;

int xengnt_p2m_init(void);
void xengnt_p2m_exit(void);
/* The domain goes on after a suspend: nothing is as it was. Any context. */
void xengnt_p2m_resume(void);

int xengnt_p2m_show(struct seq_file *m, void *unused);

/* Set for good by the first lookup that fills the cache. */
extern bool xengnt_p2m_cached;

/* On the data path: nothing but a test for who never used the cache. */
static inline void xengnt_p2m_forget_pages(struct page **pages, unsigned int nr)
{
	unsigned int i;

	if (likely(!READ_ONCE(xengnt_p2m_cached)))
		return;
	for (i = 0; i < nr; i++)
		xengnt_p2m_forget(page_to_pfn(pages[i]));
}

#endif /* _XENGNT_P2M_H */
