/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames of a domain of Xen/ia64, each four holes of this kernel's or none.
 */
#ifndef _XENMODEL_IA64_FRAME_H
#define _XENMODEL_IA64_FRAME_H

#include <linux/types.h>

struct page;
struct xenmodel_hole;

/* Its first page; NULL if there is no such frame in all of memory. */
struct page *xenmodel_ia64_page(u64 gpfn);

/* The domain gives a frame up; it gets one back, with rubbish in it. 0 or not. */
int xenmodel_ia64_frame_take(u64 gpfn);
int xenmodel_ia64_frame_give(u64 gpfn);

/* A foreign frame appears at a place, which has to be empty; and goes. */
int xenmodel_ia64_frame_fill(u64 gpfn, struct page *frame, bool readonly);
void xenmodel_ia64_frame_empty(u64 gpfn);

/* The first of its holes, to know it by; NULL if it has none. */
struct xenmodel_hole *xenmodel_ia64_hole(u64 gpfn);

#endif /* _XENMODEL_IA64_FRAME_H */
