// SPDX-License-Identifier: GPL-2.0
/*
 * Replacing what is mapped while it is used.
 *
 * Two pages belong together from then on: the one that others still use, which
 * has got the memory of a copy, and the one that the copy was made in, which
 * has none. They are looked at now and then. When nobody else uses the first
 * one any more, the memory goes back to where it was, and both pages to where
 * they are from. How long that takes is up to those users, as it is for any
 * other memory that they hold.
 */
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/grant_table.h>
#include <xen/gnttab/backend.h>
#include "area.h"
#include "client.h"
#include "m2p.h"
#include "p2m.h"
#include "replace.h"
#include "trace.h"
#include "transfer-reserve.h"
#include "unmap.h"

/* How often pages are looked at. */
#define STRAYS_PERIOD_MS 200

/* Pages without memory; the private data of each is the page that has it. */
static LIST_HEAD(strays);
static DEFINE_SPINLOCK(strays_lock);
static void strays_look(struct work_struct *work);
static DECLARE_DELAYED_WORK(strays_work, strays_look);

bool xengnt_can_replace(void)
{
	return xengnt_backend_get()->replace;
}
EXPORT_SYMBOL_GPL(xengnt_can_replace);

static void strays_look_again(void)
{
	schedule_delayed_work(&strays_work,
			      msecs_to_jiffies(STRAYS_PERIOD_MS));
}

/* The library cannot go as long as there is one. */
static void stray_add(struct page *page, struct page *with)
{
	__module_get(THIS_MODULE);
	xengnt_page_empty(with);
	set_page_private(with, (unsigned long)page);
	spin_lock(&strays_lock);
	list_add_tail(&with->lru, &strays);
	spin_unlock(&strays_lock);
	strays_look_again();
}

/* To the system, if it has its memory; else when Xen has some for it. */
static void page_return(struct page *page, xen_pfn_t frame)
{
	if (frame == XENGNT_NO_FRAME) {
		xengnt_reserve_owe(page);
		return;
	}
	xengnt_page_fill(page);
	__free_page(page);
}

static void stray_end(struct page *with)
{
	const struct xengnt_backend *backend = xengnt_backend_get();
	struct page *page = (struct page *)page_private(with);
	xen_pfn_t frame;

	list_del(&with->lru);
	set_page_private(with, 0);
	xengnt_p2m_forget_pages(&page, 1);
	backend->restore(page, with, &frame);
	xengnt_p2m_forget_pages(&with, 1);
	backend->area_free(&page, 1);
	page_return(with, frame);
	module_put(THIS_MODULE);
}

static void strays_look(struct work_struct *work)
{
	struct page *with, *next;
	LIST_HEAD(list);
	bool left;

	spin_lock(&strays_lock);
	list_splice_init(&strays, &list);
	spin_unlock(&strays_lock);

	/* Nobody can become a user who has not got it from another one. */
	list_for_each_entry_safe(with, next, &list, lru)
		if (page_count((struct page *)page_private(with)) == 1)
			stray_end(with);

	spin_lock(&strays_lock);
	list_splice(&list, &strays);
	left = !list_empty(&strays);
	spin_unlock(&strays_lock);
	if (left)
		strays_look_again();
}

int xengnt_replace(struct xengnt_unmap *u, struct xengnt_area *area)
{
	const struct xengnt_backend *backend = xengnt_backend_get();
	struct page *page = u->page, *with;
	xen_pfn_t frame;
	int ret;

	if (!backend->replace || !u->pin)
		return -EOPNOTSUPP;
	with = alloc_page(GFP_NOIO | __GFP_NOWARN);
	ret = with ? backend->replace(page, with, u->handle, &frame) : -ENOMEM;
	trace_xengnt_replace(u->client, ret);
	if (ret) {
		if (with)
			page_return(with, frame);
		xengnt_client_count(u->client, XENGNT_REPLACE_FAILED, 1);
		return ret;
	}
	/* Who has found the grant up to now copies by it: it is pinned. */
	if (u->client->tracked)
		xengnt_m2p_remove(page);
	xengnt_p2m_forget_pages(&page, 1);
	xengnt_p2m_forget_pages(&with, 1);
	xengnt_area_leave(area);
	stray_add(page, with);
	u->page = NULL;
	xengnt_client_count(u->client, XENGNT_REPLACED, 1);
	return 0;
}
EXPORT_SYMBOL_GPL(xengnt_replace);

/* @first and those that follow, to the end of @entries or of the group. */
static struct xengnt_unmap *unpin_group(struct xengnt_unmap *first,
					struct list_head *entries)
{
	struct gnttab_unmap_grant_ref ops[XENGNT_UNMAP_GROUP];
	struct xengnt_unmap *u = first;
	unsigned int nr = 0, i;

	list_for_each_entry_from(u, entries, node) {
		if (nr == XENGNT_UNMAP_GROUP)
			break;
		ops[nr++] = (struct gnttab_unmap_grant_ref) {
			.dev_bus_addr = u->pin,
			.handle = u->handle,
			.status = GNTST_general_error,
		};
	}
	xengnt_backend_get()->unpin(ops, nr);
	for (i = 0; i < nr; i++, first = list_next_entry(first, node))
		if (ops[i].status)
			xengnt_unmap_refused(first, ops[i].status);
	return u;
}

void xengnt_unpin(struct list_head *entries)
{
	struct xengnt_unmap *u = list_first_entry(entries, struct xengnt_unmap,
						  node);

	while (!list_entry_is_head(u, entries, node))
		u = unpin_group(u, entries);
}
EXPORT_SYMBOL_GPL(xengnt_unpin);

/* Each stray holds the module: there are none. */
void xengnt_replace_exit(void)
{
	cancel_delayed_work_sync(&strays_work);
}
