/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * An area: pages that grants are mapped into, or copied into.
 */
#ifndef _XEN_GNTTAB_AREA_H
#define _XEN_GNTTAB_AREA_H

#include <linux/types.h>

struct page;
struct xengnt_area;
struct xengnt_client;

/**
 * DOC: Example of areas
 *
 * Pages for one request, and back::
 *
 *	int example_request(struct xengnt_area *area)
 *	{
 *		struct page *pages[11];
 *		int ret = xengnt_area_get(area, pages, ARRAY_SIZE(pages));
 *
 *		if (ret == -ENOSPC)
 *			return -EAGAIN;
 *		if (ret)
 *			return ret;
 *		// ... map grants there, use and unmap them ...
 *		xengnt_area_put(area, pages, ARRAY_SIZE(pages));
 *		return 0;
 *	}
 */

/**
 * enum xengnt_area_kind - what the pages of an area are for
 * @XENGNT_AREA_MAP: no frame behind them; only for mapping grants
 * @XENGNT_AREA_COPY: ordinary memory; only for copying
 */
enum xengnt_area_kind {
	XENGNT_AREA_MAP,
	XENGNT_AREA_COPY,
};

/**
 * xengnt_area_create() - an empty area
 * @client: who is charged for failures; must outlive the area
 * @kind: what its pages are for
 * @capacity: the most pages that it will ever hold, kept and given out
 * @keep: free pages to keep for the next xengnt_area_get(), at most @capacity;
 *	more are given back to the system by a worker
 *
 * Pages are allocated when they are first asked for. Free ones are given back
 * when the system is short of memory.
 *
 * Context: may sleep.
 * Return: the area, or an ERR_PTR(): -ENOMEM, -EINVAL.
 */
struct xengnt_area *xengnt_area_create(struct xengnt_client *client,
				       enum xengnt_area_kind kind,
				       unsigned int capacity,
				       unsigned int keep);

/**
 * xengnt_area_destroy() - free an area
 * @area: from xengnt_area_create(), or NULL
 *
 * All its pages must have been put back, apart from those forgotten with
 * xengnt_area_lose().
 *
 * Context: may sleep.
 */
void xengnt_area_destroy(struct xengnt_area *area);

/**
 * xengnt_area_get() - take pages
 * @area: an area
 * @pages: where to store them
 * @nr: how many, at most the capacity
 *
 * All or nothing.
 *
 * Context: may sleep.
 * Return: 0, -ENOSPC if the capacity is used up (pages will come back), or
 * -ENOMEM if the system has none to give or too many have been lost.
 */
int xengnt_area_get(struct xengnt_area *area, struct page **pages,
		    unsigned int nr);

/**
 * xengnt_area_put() - give pages back
 * @area: where they are from
 * @pages: nothing may be mapped in them
 * @nr: how many
 *
 * Context: any.
 */
void xengnt_area_put(struct xengnt_area *area, struct page **pages,
		     unsigned int nr);

/**
 * xengnt_area_lose() - forget pages that Xen would not unmap
 * @area: where they are from
 * @nr: how many
 *
 * Context: any.
 */
void xengnt_area_lose(struct xengnt_area *area, unsigned int nr);

/**
 * xengnt_area_shrink() - give free pages back to the system
 * @area: an area
 * @nr: at most so many
 *
 * Context: may sleep.
 * Return: how many were freed.
 */
unsigned int xengnt_area_shrink(struct xengnt_area *area, unsigned int nr);

/**
 * struct xengnt_area_usage - the state of an area
 * @capacity: the most pages that it may hold
 * @out: pages given out, lost ones included
 * @lost: pages that Xen would not unmap; see xengnt_area_lose()
 * @free: pages kept for the next request
 * @peak: the most that were ever given out
 */
struct xengnt_area_usage {
	unsigned int capacity;
	unsigned int out;
	unsigned int lost;
	unsigned int free;
	unsigned int peak;
};

/**
 * xengnt_area_usage_read() - how full an area is
 * @area: an area
 * @usage: filled in
 *
 * Context: any.
 */
void xengnt_area_usage_read(struct xengnt_area *area,
			    struct xengnt_area_usage *usage);

#endif /* _XEN_GNTTAB_AREA_H */
