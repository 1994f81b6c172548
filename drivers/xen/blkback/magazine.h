/* SPDX-License-Identifier: GPL-2.0 */
/* Pages that a pass has taken from an area in one go. */
#ifndef XEN_BLKBACK_MAGAZINE_H
#define XEN_BLKBACK_MAGAZINE_H

#include <xen/gnttab/area.h>

struct page;

/**
 * struct blkback_magazine - pages at hand
 * @area: where they are from
 * @pages: the pages
 * @nr: how many
 * @max: how many there is room for
 *
 * An area serves anybody, at the price of its lock. A pass, which takes and
 * gives back pages for many requests, pays that price once.
 *
 * Not locked: the queue's thread alone, within a pass.
 */
struct blkback_magazine {
	struct xengnt_area *area;
	struct page **pages;
	unsigned int nr;
	unsigned int max;
};

/**
 * blkback_magazine_init() - an empty magazine
 * @magazine: zeroed
 * @area: where the pages are from
 * @max: how many to make room for
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int blkback_magazine_init(struct blkback_magazine *magazine,
			  struct xengnt_area *area, unsigned int max);

/**
 * blkback_magazine_fini() - free what blkback_magazine_init() allocated
 * @magazine: empty, or zeroed
 */
void blkback_magazine_fini(struct blkback_magazine *magazine);

/* blkback_magazine_get() where there are not as many at hand. */
int blkback_magazine_get_far(struct blkback_magazine *magazine,
			     struct page **pages, unsigned int nr,
			     unsigned int expect);

static inline void blkback_magazine_pop(struct blkback_magazine *magazine,
					struct page **pages, unsigned int nr)
{
	unsigned int i;

	magazine->nr -= nr;
	for (i = 0; i < nr; i++)
		pages[i] = magazine->pages[magazine->nr + i];
}

/**
 * blkback_magazine_get() - take pages
 * @magazine: a magazine
 * @pages: where to store them
 * @nr: how many
 * @expect: as many will be wanted together with these, or 0
 *
 * Context: may sleep.
 * Return: 0 or what xengnt_area_get() says.
 */
static inline int blkback_magazine_get(struct blkback_magazine *magazine,
				       struct page **pages, unsigned int nr,
				       unsigned int expect)
{
	if (magazine->nr < nr)
		return blkback_magazine_get_far(magazine, pages, nr, expect);
	blkback_magazine_pop(magazine, pages, nr);
	return 0;
}

/**
 * blkback_magazine_put() - give pages back
 * @magazine: a magazine
 * @pages: from its area
 * @nr: how many
 */
static inline void blkback_magazine_put(struct blkback_magazine *magazine,
					struct page **pages, unsigned int nr)
{
	unsigned int i;

	if (nr > magazine->max - magazine->nr) {
		xengnt_area_put(magazine->area, pages, nr);
		return;
	}
	for (i = 0; i < nr; i++)
		magazine->pages[magazine->nr + i] = pages[i];
	magazine->nr += nr;
}

/**
 * blkback_magazine_unload() - give all pages back to the area
 * @magazine: a magazine; empty afterwards
 */
void blkback_magazine_unload(struct blkback_magazine *magazine);

#endif
