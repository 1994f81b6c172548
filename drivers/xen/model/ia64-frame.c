// SPDX-License-Identifier: GPL-2.0
/*
 * Frames of a domain of Xen/ia64.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/string.h>
#include "hole.h"
#include "ia64.h"
#include "ia64-frame.h"
#include "knob.h"

#define PAGES	BIT(XENMODEL_IA64_ORDER)

/* What a fresh frame holds until somebody writes to it. */
#define RUBBISH	0xa5

static unsigned int free_frames = UINT_MAX;

void xenmodel_ia64_free_frames(unsigned int nr)
{
	free_frames = nr;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_free_frames);

struct page *xenmodel_ia64_page(u64 gpfn)
{
	unsigned long pfn = gpfn << XENMODEL_IA64_ORDER;

	if (gpfn >> (BITS_PER_LONG - PAGE_SHIFT - XENMODEL_IA64_ORDER) ||
	    !pfn_valid(pfn) || !pfn_valid(pfn + PAGES - 1))
		return NULL;
	return pfn_to_page(pfn);
}

struct xenmodel_hole *xenmodel_ia64_hole(u64 gpfn)
{
	return xenmodel_ia64_page(gpfn) ?
	       xenmodel_hole_find(gpfn << XENMODEL_IA64_ORDER) : NULL;
}

enum xenmodel_ia64_state xenmodel_ia64_state(u64 gpfn)
{
	struct xenmodel_hole *hole = xenmodel_ia64_hole(gpfn);

	if (!xenmodel_ia64_page(gpfn))
		return XENMODEL_IA64_NOTHING;
	if (!hole)
		return XENMODEL_IA64_OWN;
	return hole->frame ? XENMODEL_IA64_FOREIGN : XENMODEL_IA64_NOTHING;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_state);

int xenmodel_ia64_frame_take(u64 gpfn)
{
	struct page *page = xenmodel_ia64_page(gpfn);
	unsigned int i;

	if (xenmodel_ia64_state(gpfn) != XENMODEL_IA64_OWN)
		return -EINVAL;
	/* Whoever gets it next would read what is in it. */
	if (memchr_inv(page_address(page), 0, XENMODEL_IA64_PAGE_SIZE))
		xenmodel_violation("frame %llx is given up with its content",
				   gpfn);
	for (i = 0; i < PAGES; i++)
		if (xenmodel_hole_create(page + i))
			panic("xen-model: no memory to hide frame %llx", gpfn);
	return 0;
}

int xenmodel_ia64_frame_give(u64 gpfn)
{
	struct page *page = xenmodel_ia64_page(gpfn);
	unsigned int i;

	if (xenmodel_ia64_state(gpfn) == XENMODEL_IA64_OWN) {
		xenmodel_violation("frame %llx is populated over memory", gpfn);
		return -EINVAL;
	}
	if (xenmodel_ia64_state(gpfn) == XENMODEL_IA64_FOREIGN) {
		xenmodel_violation("frame %llx is populated over a grant",
				   gpfn);
		return -EINVAL;
	}
	if (!page || !free_frames)
		return -ENOMEM;
	free_frames--;
	for (i = 0; i < PAGES; i++)
		xenmodel_hole_destroy(page + i);
	memset(page_address(page), RUBBISH, XENMODEL_IA64_PAGE_SIZE);
	return 0;
}

int xenmodel_ia64_frame_fill(u64 gpfn, struct page *frame, bool readonly)
{
	unsigned long pfn = gpfn << XENMODEL_IA64_ORDER;
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		if (xenmodel_hole_fill(xenmodel_hole_find(pfn + i), frame + i,
				       readonly))
			panic("xen-model: frame %llx cannot be shown", gpfn);
	return 0;
}

void xenmodel_ia64_frame_empty(u64 gpfn)
{
	unsigned long pfn = gpfn << XENMODEL_IA64_ORDER;
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		xenmodel_hole_empty(xenmodel_hole_find(pfn + i));
}
