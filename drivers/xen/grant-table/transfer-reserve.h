/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory reservation: what transfer takes out of it comes back.
 */
#ifndef _XENGNT_TRANSFER_RESERVE_H
#define _XENGNT_TRANSFER_RESERVE_H

#include <linux/types.h>
#include <xen/interface/xen.h>

struct page;
struct seq_file;

/* What is counted in debugfs: see Documentation/ABI/debugfs-xen-gnttab. */
enum xengnt_reserve {
	XENGNT_RESERVE_SENT,
	XENGNT_RESERVE_RECEIVED,
	XENGNT_RESERVE_LENT,
	XENGNT_RESERVE_OWED,
	XENGNT_RESERVE_STUCK,
	XENGNT_NR_RESERVE
};

void xengnt_reserve_add(enum xengnt_reserve what, long n);

/*
 * Give the memory behind ordinary pages to Xen, until others send some. Those
 * for which that was done come first afterwards, and their number is returned.
 * May sleep.
 */
unsigned int xengnt_reserve_lend(struct page **pages, xen_pfn_t *frames,
				 unsigned int nr);

/*
 * Put memory behind pages again. Pages for which Xen has none become the
 * library's, and NULL in the array. Any context but hard interrupts.
 */
void xengnt_reserve_refill(struct page **pages, xen_pfn_t *frames,
			   unsigned int nr);

/* A page without memory gets some, one day, and goes to the system then. */
void xengnt_reserve_owe(struct page *page);

/* Pages with and without memory: for those who walk all memory. */
void xengnt_page_empty(struct page *page);
void xengnt_page_fill(struct page *page);

int xengnt_reserve_show(struct seq_file *m, void *unused);
void xengnt_reserve_exit(void);

#endif /* _XENGNT_TRANSFER_RESERVE_H */
