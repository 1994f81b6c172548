// SPDX-License-Identifier: GPL-2.0
/*
 * The memory reservation: what transfer takes out of it comes back.
 *
 * A domain may have so many pages and no more; the balloon and the toolstack
 * count on it. Each page that is sent is replaced at once, together with the
 * others of its batch. A receiver lends pages to Xen in advance, one for each
 * that is to come. What Xen cannot replace at once it owes; that is asked for
 * again and again, in batches and with growing pauses.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/transfer.h>
#include "p2m.h"
#include "transfer-reserve.h"

/* Pages asked for in one go by the worker. */
#define OWED_BATCH 64

/* Pauses of the worker. */
#define OWED_FIRST_MS	100
#define OWED_LAST_MS	(64 * 1000)

static const char * const names[XENGNT_NR_RESERVE] = {
	[XENGNT_RESERVE_SENT] = "sent",
	[XENGNT_RESERVE_RECEIVED] = "received",
	[XENGNT_RESERVE_LENT] = "lent",
	[XENGNT_RESERVE_OWED] = "owed",
	[XENGNT_RESERVE_STUCK] = "stuck",
};

static atomic_long_t reserve[XENGNT_NR_RESERVE];

static LIST_HEAD(owed);
static DEFINE_SPINLOCK(owed_lock);
static unsigned int owed_pause = OWED_FIRST_MS;
static void owed_retry(struct work_struct *work);
static DECLARE_DELAYED_WORK(owed_work, owed_retry);

void xengnt_reserve_add(enum xengnt_reserve what, long n)
{
	atomic_long_add(n, &reserve[what]);
}

unsigned int xengnt_send_owed(void)
{
	return max(atomic_long_read(&reserve[XENGNT_RESERVE_OWED]), 0L);
}
EXPORT_SYMBOL_GPL(xengnt_send_owed);

int xengnt_reserve_show(struct seq_file *m, void *unused)
{
	enum xengnt_reserve i;

	for (i = 0; i < XENGNT_NR_RESERVE; i++)
		seq_printf(m, "%s %ld\n", names[i],
			   atomic_long_read(&reserve[i]));
	return 0;
}

/*
 * Nobody may read a page without memory: not /proc/kcore, not a crash kernel.
 */
void xengnt_page_empty(struct page *page)
{
	if (!PageOffline(page))
		__SetPageOffline(page);
}

void xengnt_page_fill(struct page *page)
{
	if (PageOffline(page))
		__ClearPageOffline(page);
}

static void owed_push(struct page *page)
{
	xengnt_page_empty(page);
	spin_lock_bh(&owed_lock);
	list_add_tail(&page->lru, &owed);
	spin_unlock_bh(&owed_lock);
}

/* They are owed until there is memory. */
static unsigned int owed_pop(struct page **pages, unsigned int max)
{
	unsigned int nr = 0;

	spin_lock_bh(&owed_lock);
	while (nr < max && !list_empty(&owed)) {
		pages[nr] = list_first_entry(&owed, struct page, lru);
		list_del(&pages[nr++]->lru);
	}
	spin_unlock_bh(&owed_lock);
	return nr;
}

void xengnt_reserve_owe(struct page *page)
{
	xengnt_reserve_add(XENGNT_RESERVE_OWED, 1);
	owed_push(page);
	schedule_delayed_work(&owed_work, msecs_to_jiffies(owed_pause));
}

/* Ask for one batch. False if Xen had less than that. */
static bool owed_collect(void)
{
	static struct page *pages[OWED_BATCH];
	static xen_pfn_t frames[OWED_BATCH];
	unsigned int i, nr = owed_pop(pages, OWED_BATCH);
	bool all = true;

	if (!nr)
		return true;
	xengnt_backend_get()->populate(pages, frames, nr);
	for (i = 0; i < nr; i++) {
		if (frames[i] == XENGNT_NO_FRAME) {
			owed_push(pages[i]);
			all = false;
			continue;
		}
		xengnt_page_fill(pages[i]);
		__free_page(pages[i]);
		xengnt_reserve_add(XENGNT_RESERVE_OWED, -1);
	}
	return all;
}

static void owed_retry(struct work_struct *work)
{
	bool all = owed_collect();

	owed_pause = all ? OWED_FIRST_MS :
			   min(owed_pause * 2, (unsigned int)OWED_LAST_MS);
	if (!list_empty(&owed))
		schedule_delayed_work(&owed_work,
				      msecs_to_jiffies(all ? 0 : owed_pause));
}

void xengnt_reserve_refill(struct page **pages, xen_pfn_t *frames,
			   unsigned int nr)
{
	unsigned int i;

	if (!nr)
		return;
	xengnt_backend_get()->populate(pages, frames, nr);
	for (i = 0; i < nr; i++) {
		if (frames[i] != XENGNT_NO_FRAME) {
			xengnt_page_fill(pages[i]);
			continue;
		}
		xengnt_reserve_owe(pages[i]);
		pages[i] = NULL;
	}
}

unsigned int xengnt_reserve_lend(struct page **pages, xen_pfn_t *frames,
				 unsigned int nr)
{
	unsigned int i, done = 0;

	xengnt_backend_get()->release(pages, frames, nr);
	/* Whoever had them before may not have thought of it. */
	xengnt_p2m_forget_pages(pages, nr);
	for (i = 0; i < nr; i++) {
		if (frames[i] != XENGNT_NO_FRAME)
			continue;
		xengnt_page_empty(pages[i]);
		swap(pages[i], pages[done]);
		swap(frames[i], frames[done]);
		done++;
	}
	xengnt_reserve_add(XENGNT_RESERVE_LENT, done);
	return done;
}

/* The last try. */
void xengnt_reserve_exit(void)
{
	long left;

	cancel_delayed_work_sync(&owed_work);
	while (!list_empty(&owed) && owed_collect())
		;
	left = atomic_long_read(&reserve[XENGNT_RESERVE_OWED]);
	if (left)
		pr_err("Xen still owes the memory of %ld pages; they are lost\n",
		       left);
}
