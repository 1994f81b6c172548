/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Replacing: a granter gets its page back while others still use the page that
 * it was mapped in.
 */
#ifndef _XEN_GNTTAB_REPLACE_H
#define _XEN_GNTTAB_REPLACE_H

#include <linux/types.h>

struct list_head;
struct xengnt_area;
struct xengnt_unmap;

/**
 * DOC: Example of replacing
 *
 * A page has been away for too long. What it shows is copied, and its users get
 * the copy without noticing::
 *
 *	int example_lingers(struct xengnt_unmap *u, struct xengnt_area *area)
 *	{
 *		int ret = xengnt_replace(u, area);
 *		LIST_HEAD(entries);
 *
 *		if (ret)
 *			return ret;
 *		// ... when all devices that may be reading it are done ...
 *		list_add(&u->node, &entries);
 *		xengnt_unpin(&entries);
 *		return 0;
 *	}
 */

/**
 * xengnt_can_replace() - can this domain replace what is mapped?
 *
 * Only a PV domain can: where Xen translates, it has no such operation.
 *
 * Context: any.
 * Return: true if the functions below work here.
 */
bool xengnt_can_replace(void);

/**
 * xengnt_replace() - put a private copy in the place of a mapped page
 * @u: the mapping, made with @pin of struct xengnt_map_batch; not in the unmap
 *	queue
 * @area: where its page is from
 *
 * Whoever looks at the page at any moment sees the granter's page or the copy:
 * the page keeps its address, its struct page and its users. When it has no
 * other users any more, the library gives it and the memory of the copy back to
 * the system. It is gone from @area, which can give out another for it, and may
 * be destroyed before that.
 *
 * From here on @u stands for the pin alone: a device may have been told the
 * granter's frame before, and go on reading there. Its page is NULL.
 *
 * Context: may sleep.
 * Return: 0; -EOPNOTSUPP if this domain cannot do it; -ENOMEM; -EIO if Xen
 * refused. In case of an error all is as before.
 */
int xengnt_replace(struct xengnt_unmap *u, struct xengnt_area *area);

/**
 * xengnt_unpin() - let the granter have its pages
 * @entries: list of struct xengnt_unmap, all replaced; stays as it is
 *
 * No device may use what was mapped there. Calls nobody back.
 *
 * Context: any.
 */
void xengnt_unpin(struct list_head *entries);

#endif /* _XEN_GNTTAB_REPLACE_H */
