/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_LAB_STRAY_H
#define _XENGNT_LAB_STRAY_H

struct page;

/* Calls @fn for every page of the machine that has a struct page. */
void visit_pages(void (*fn)(struct page *page, void *data), void *data);

/* What /sys/module/xen_frames/parameters/stray reads. */
int stray_show(char *buffer);

#endif /* _XENGNT_LAB_STRAY_H */
