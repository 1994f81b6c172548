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

int blkback_magazine_get(struct blkback_magazine *magazine,
			 struct page **pages, unsigned int nr,
			 unsigned int expect)
{
	unsigned int i;
	int error = 0;

	if (nr > magazine->max)
		return xengnt_area_get(magazine->area, pages, nr);

	expect = min(expect, magazine->max);
	if (magazine->nr < nr && expect > nr)
		error = magazine_load(magazine, expect - magazine->nr);
	/* If there are not as many, as many as have to be. */
	if (magazine->nr < nr)
		error = magazine_load(magazine, nr - magazine->nr);
	if (magazine->nr < nr)
		return error;
	for (i = 0; i < nr; i++)
		pages[i] = magazine->pages[--magazine->nr];
	return 0;
}

void blkback_magazine_put(struct blkback_magazine *magazine,
			  struct page **pages, unsigned int nr)
{
	unsigned int i;

	if (nr > magazine->max - magazine->nr) {
		xengnt_area_put(magazine->area, pages, nr);
		return;
	}
	for (i = 0; i < nr; i++)
		magazine->pages[magazine->nr++] = pages[i];
}

void blkback_magazine_unload(struct blkback_magazine *magazine)
{
	if (magazine->nr)
		xengnt_area_put(magazine->area, magazine->pages, magazine->nr);
	magazine->nr = 0;
}
