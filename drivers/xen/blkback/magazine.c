// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/gnttab/area.h>

#include "magazine.h"

int blkback_magazine_init(struct blkback_magazine *magazine,
			  struct xengnt_area *area, unsigned int max)
{
	magazine->area = area;
	magazine->max = max;
	magazine->pages = kvcalloc(max, sizeof(*magazine->pages), GFP_KERNEL);
	return magazine->pages ? 0 : -ENOMEM;
}

void blkback_magazine_fini(struct blkback_magazine *magazine)
{
	kvfree(magazine->pages);
	magazine->pages = NULL;
}

static int magazine_load(struct blkback_magazine *magazine, unsigned int nr)
{
	int error = xengnt_area_get(magazine->area,
				    magazine->pages + magazine->nr, nr);

	if (!error)
		magazine->nr += nr;
	return error;
}

int blkback_magazine_get_far(struct blkback_magazine *magazine,
			     struct page **pages, unsigned int nr,
			     unsigned int expect)
{
	int error = 0;

	if (nr > magazine->max)
		return xengnt_area_get(magazine->area, pages, nr);

	expect = min(expect, magazine->max);
	if (expect > nr)
		error = magazine_load(magazine, expect - magazine->nr);
	/* If there are not as many, as many as have to be. */
	if (magazine->nr < nr)
		error = magazine_load(magazine, nr - magazine->nr);
	if (magazine->nr < nr)
		return error;
	blkback_magazine_pop(magazine, pages, nr);
	return 0;
}

void blkback_magazine_unload(struct blkback_magazine *magazine)
{
	if (magazine->nr)
		xengnt_area_put(magazine->area, magazine->pages, magazine->nr);
	magazine->nr = 0;
}
