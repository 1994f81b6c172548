/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_HOLE_H
#define _XENMODEL_HOLE_H

#include <linux/types.h>

struct page;

/**
 * struct xenmodel_hole - a page that foreign frames are mapped into
 * @page: its struct page; no frame of its own is behind it
 * @home: where the frame that it had is kept meanwhile
 * @frame: the foreign frame that it shows, or NULL
 * @readonly: @frame may not be written through it
 * @gfn: what its own frame is called
 *
 * User-mode Linux is a process of the host, and its memory a file that the
 * process maps. So a hole is a real one: an access to an empty hole, or a
 * write to a read-only one, faults and ends the run; and what is mapped in a
 * hole is the granter's memory itself, not a copy of it.
 */
struct xenmodel_hole {
	struct page *page;
	void *home;
	struct page *frame;
	bool readonly;
	unsigned long gfn;
};

int xenmodel_hole_create(struct page *page);
int xenmodel_hole_destroy(struct page *page);
struct xenmodel_hole *xenmodel_hole_find(unsigned long pfn);
int xenmodel_hole_fill(struct xenmodel_hole *hole, struct page *frame,
		       bool readonly);
void xenmodel_hole_empty(struct xenmodel_hole *hole);
unsigned int xenmodel_holes(void);
bool xenmodel_writable(struct page *page);

#endif /* _XENMODEL_HOLE_H */
