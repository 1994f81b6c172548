// SPDX-License-Identifier: GPL-2.0
/*
 * The unmap queue.
 *
 * Each processor has two lists of entries, pages that a CPU touched and pages
 * that none did. Both are only ever handled on that processor with interrupts
 * off, so there is nothing for processors to contend for. A full group is
 * unmapped by whoever filled it; what is left goes when the last client has
 * nothing more to come, or when the timer says that the oldest entry is due.
 */
#include <linux/cpuhotplug.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/local_lock.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <xen/grant_table.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/client.h>
#include "client.h"
#include "m2p.h"
#include "p2m.h"
#include "trace.h"
#include "unmap.h"

static unsigned int unmap_deadline_us = 100;
module_param(unmap_deadline_us, uint, 0644);
MODULE_PARM_DESC(unmap_deadline_us,
		 "Longest that a page waits for others to be unmapped with, in microseconds; at most 10000, 0 unmaps each at once (default 100)");

/* Nobody's request may be held up for longer, whatever is asked for. */
#define UNMAP_DEADLINE_MAX_US	10000

/* How long a page that somebody else still uses is left alone, in ms. */
#define BUSY_DELAY_MS 5

struct unmap_list {
	struct list_head head;
	unsigned int nr;
};

struct unmap_cpu {
	local_lock_t lock;
	struct unmap_list list[XENGNT_NR_TOUCH];
	struct hrtimer timer;
};

static DEFINE_PER_CPU(struct unmap_cpu, unmap_cpu) = {
	.lock = INIT_LOCAL_LOCK(lock),
};

/* Entries whose pages are still in use. The slow path: one list for all. */
static LIST_HEAD(busy_list);
static DEFINE_SPINLOCK(busy_lock);
static void busy_retry(struct work_struct *work);
static DECLARE_DELAYED_WORK(busy_work, busy_retry);

void xengnt_unmap_refused(struct xengnt_unmap *u, s16 status)
{
	pr_err_ratelimited("Xen would not unmap a page of domain %u (handle %u, status %d); the page is lost\n",
			   xengnt_client_granter(u->client), u->handle, status);
	xengnt_client_count(u->client, XENGNT_UNMAP_FAILED, 1);
}

/* Each client of the call is charged once for it. */
static void unmap_charge(struct xengnt_client *client, unsigned int nr,
			 enum xengnt_counter reason)
{
	unsigned int size = xengnt_backend_get()->flush_group;

	xengnt_client_count_only(client, XENGNT_UNMAP_OPS, nr);
	xengnt_client_count_only(client, XENGNT_UNMAP_CALLS, 1);
	xengnt_client_count_only(client, XENGNT_FLUSH_GROUPS,
				 DIV_ROUND_UP(nr, size));
	xengnt_client_count_only(client, reason, 1);
}

/*
 * Answer every entry. Neighbours of one client form a run, at whose end the
 * client may notify its granter. An entry belongs to its client again as soon
 * as unmapped() is called, so everything about it is read before.
 */
static void unmap_answer(struct list_head *entries,
			 const struct xengnt_unmap_batch *batch,
			 enum xengnt_counter reason)
{
	struct xengnt_unmap *u, *next;
	unsigned int i = 0, run = 0;

	list_for_each_entry_safe(u, next, entries, node) {
		struct xengnt_client *client = u->client;
		s16 status = batch->ops[i++].status;
		bool last = list_is_last(&u->node, entries) ||
			    next->client != client;

		if (status)
			xengnt_unmap_refused(u, status);
		run++;
		if (last)
			unmap_charge(client, run, reason);

		client->ops->unmapped(u, status ? -EIO : 0);
		if (!last)
			continue;
		if (client->ops->flushed)
			client->ops->flushed(client);
		run = 0;
	}
}

/* Unmap @entries, @nr of them and no more than @batch has room for. */
static void unmap_run(struct xengnt_unmap_batch *batch,
		      struct list_head *entries, unsigned int nr,
		      enum xengnt_touch touch, enum xengnt_counter reason)
{
	const struct xengnt_backend *backend = xengnt_backend_get();
	struct xengnt_unmap *u;
	unsigned int i = 0;

	/*
	 * An error for the whole call means either that Xen could not read the
	 * array, and then no status was written, or that the kernel's tables
	 * disagree; each operation's status tells for which it matters.
	 */
	list_for_each_entry(u, entries, node) {
		batch->ops[i] = (struct gnttab_unmap_grant_ref) {
			.host_addr = backend->mapaddr(page_address(u->page)),
			.dev_bus_addr = u->pin,
			.handle = u->handle,
			.status = GNTST_general_error,
		};
		batch->pages[i++] = u->page;
		if (unlikely(u->client->tracked))
			xengnt_m2p_remove(u->page);
	}
	backend->unmap(batch->ops, batch->pages, nr);
	xengnt_p2m_forget_pages(batch->pages, nr);

	xengnt_count(XENGNT_UNMAP_OPS, nr);
	xengnt_count(XENGNT_UNMAP_CALLS, 1);
	xengnt_count(XENGNT_FLUSH_GROUPS,
		     DIV_ROUND_UP(nr, backend->flush_group));
	xengnt_count(reason, 1);
	trace_xengnt_unmap(nr, touch, xengnt_counter_name(reason));

	/* For xengnt_client_destroy(). */
	rcu_read_lock();
	unmap_answer(entries, batch, reason);
	rcu_read_unlock();
}

/* One group, with room on the stack of whoever runs it. */
static void unmap_run_group(struct list_head *entries, unsigned int nr,
			    enum xengnt_touch touch,
			    enum xengnt_counter reason)
{
	struct gnttab_unmap_grant_ref ops[XENGNT_UNMAP_GROUP];
	struct page *pages[XENGNT_UNMAP_GROUP];
	struct xengnt_unmap_batch batch = {
		.ops = ops,
		.pages = pages,
		.max = XENGNT_UNMAP_GROUP,
	};

	unmap_run(&batch, entries, nr, touch, reason);
}

static void list_take(struct unmap_list *to, struct unmap_list *from,
		      unsigned int nr)
{
	struct list_head *last = &from->head;
	unsigned int i;

	if (nr >= from->nr) {
		list_replace_init(&from->head, &to->head);
		nr = from->nr;
	} else {
		for (i = 0; i < nr; i++)
			last = last->next;
		list_cut_position(&to->head, &from->head, last);
	}
	to->nr = nr;
	from->nr -= nr;
}

/* Unmap a private list, group by group. */
static void unmap_run_groups(struct unmap_list *list, enum xengnt_touch touch,
			     enum xengnt_counter reason)
{
	struct unmap_list group;

	while (list->nr) {
		list_take(&group, list, XENGNT_UNMAP_GROUP);
		unmap_run_group(&group.head, group.nr, touch,
				group.nr == XENGNT_UNMAP_GROUP ?
				XENGNT_FLUSH_FULL : reason);
	}
}

/* A look without the lock, as mostly nothing waits. */
static bool unmap_waits(enum xengnt_touch touch)
{
	return this_cpu_read(unmap_cpu.list[touch].nr);
}

/* Unmap all that waits on this processor. */
static void unmap_flush(enum xengnt_counter reason)
{
	struct unmap_list taken[XENGNT_NR_TOUCH];
	enum xengnt_touch touch;
	struct unmap_cpu *cpu;
	unsigned long flags;

	if (!unmap_waits(XENGNT_UNTOUCHED) && !unmap_waits(XENGNT_TOUCHED))
		return;
	local_lock_irqsave(&unmap_cpu.lock, flags);
	cpu = this_cpu_ptr(&unmap_cpu);
	for (touch = 0; touch < XENGNT_NR_TOUCH; touch++)
		list_take(&taken[touch], &cpu->list[touch], UINT_MAX);
	local_unlock_irqrestore(&unmap_cpu.lock, flags);

	for (touch = 0; touch < XENGNT_NR_TOUCH; touch++)
		unmap_run_groups(&taken[touch], touch, reason);
}

static enum hrtimer_restart unmap_due(struct hrtimer *timer)
{
	unmap_flush(XENGNT_FLUSH_DEADLINE);
	return HRTIMER_NORESTART;
}

void xengnt_unmap_idle(void)
{
	unmap_flush(XENGNT_FLUSH_IDLE);
}
EXPORT_SYMBOL_GPL(xengnt_unmap_idle);

/*
 * A page may outlive the I/O that it was mapped for: a network block device
 * keeps it until the far end has acknowledged the data.
 */
static bool unmap_busy(struct xengnt_unmap *u)
{
	return page_count(u->page) > 1;
}

static void busy_defer(struct xengnt_unmap *u)
{
	unsigned long flags;

	xengnt_client_count(u->client, XENGNT_UNMAP_DEFERRED, 1);
	spin_lock_irqsave(&busy_lock, flags);
	list_move_tail(&u->node, &busy_list);
	spin_unlock_irqrestore(&busy_lock, flags);
	schedule_delayed_work(&busy_work, msecs_to_jiffies(BUSY_DELAY_MS));
}

/* Put those aside that cannot be unmapped yet, and count the others. */
static unsigned int unmap_sift(struct list_head *entries)
{
	struct xengnt_unmap *u, *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(u, next, entries, node) {
		if (unlikely(unmap_busy(u)))
			busy_defer(u);
		else
			nr++;
	}
	return nr;
}

/* All that waits on this processor goes before what is in @all. */
static void unmap_join(struct unmap_list *all, enum xengnt_touch touch)
{
	struct unmap_list waiting;
	unsigned long flags;

	if (!unmap_waits(touch))
		return;
	local_lock_irqsave(&unmap_cpu.lock, flags);
	list_take(&waiting, this_cpu_ptr(&unmap_cpu.list[touch]), UINT_MAX);
	local_unlock_irqrestore(&unmap_cpu.lock, flags);

	list_splice(&waiting.head, &all->head);
	all->nr += waiting.nr;
}

/*
 * Under the lock: add, and take out again what has to go now. The caller may
 * find itself on another processor as soon as the lock is dropped.
 */
static void unmap_exchange(struct unmap_cpu *cpu, struct unmap_list *add,
			   enum xengnt_touch touch, struct unmap_list *taken,
			   unsigned int deadline)
{
	struct unmap_list *list = &cpu->list[touch];
	unsigned int rest;

	list_splice_tail(&add->head, &list->head);
	list->nr += add->nr;
	rest = list->nr % XENGNT_UNMAP_GROUP;
	list_take(taken, list, list->nr - rest);

	/*
	 * A timer that runs already is early enough: it was started for an
	 * older entry.
	 */
	if (rest && !hrtimer_is_queued(&cpu->timer))
		hrtimer_start(&cpu->timer,
			      ns_to_ktime((u64)deadline * NSEC_PER_USEC),
			      HRTIMER_MODE_REL_PINNED_SOFT);
}

void xengnt_unmap_queue(struct list_head *entries, enum xengnt_touch touch,
			bool more)
{
	struct unmap_list add = { .nr = unmap_sift(entries) }, taken;
	struct unmap_list *now = &add;
	unsigned int deadline = min_t(unsigned int, UNMAP_DEADLINE_MAX_US,
				      READ_ONCE(unmap_deadline_us));
	unsigned long flags;

	list_replace_init(entries, &add.head);
	if (more && deadline) {
		local_lock_irqsave(&unmap_cpu.lock, flags);
		unmap_exchange(this_cpu_ptr(&unmap_cpu), &add, touch, &taken,
			       deadline);
		local_unlock_irqrestore(&unmap_cpu.lock, flags);
		now = &taken;
	} else {
		unmap_join(&add, touch);
	}
	unmap_run_groups(now, touch, XENGNT_FLUSH_IDLE);
	if (!more)
		unmap_flush(XENGNT_FLUSH_IDLE);
}
EXPORT_SYMBOL_GPL(xengnt_unmap_queue);

int xengnt_unmap_batch_init(struct xengnt_unmap_batch *batch, unsigned int max)
{
	batch->max = max;
	batch->ops = kvcalloc(max, sizeof(*batch->ops), GFP_KERNEL);
	batch->pages = kvcalloc(max, sizeof(*batch->pages), GFP_KERNEL);
	if (batch->ops && batch->pages)
		return 0;
	xengnt_unmap_batch_fini(batch);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(xengnt_unmap_batch_init);

void xengnt_unmap_batch_fini(struct xengnt_unmap_batch *batch)
{
	kvfree(batch->ops);
	kvfree(batch->pages);
	batch->ops = NULL;
	batch->pages = NULL;
	batch->max = 0;
}
EXPORT_SYMBOL_GPL(xengnt_unmap_batch_fini);

void xengnt_unmap_batch_run(struct xengnt_unmap_batch *batch,
			    struct list_head *entries, enum xengnt_touch touch)
{
	struct unmap_list all = { .nr = unmap_sift(entries) }, part;

	list_replace_init(entries, &all.head);
	unmap_join(&all, touch);
	while (all.nr) {
		list_take(&part, &all, batch->max);
		unmap_run(batch, &part.head, part.nr, touch, XENGNT_FLUSH_IDLE);
	}
}
EXPORT_SYMBOL_GPL(xengnt_unmap_batch_run);

static void busy_retry(struct work_struct *work)
{
	LIST_HEAD(entries);

	spin_lock_irq(&busy_lock);
	list_splice_init(&busy_list, &entries);
	spin_unlock_irq(&busy_lock);

	/* Used by a CPU meanwhile, perhaps: nobody can tell. */
	xengnt_unmap_queue(&entries, XENGNT_TOUCHED, false);
}

/* A processor went away, and nobody else looks at what was left there. */
static int unmap_cpu_dead(unsigned int dead)
{
	struct unmap_cpu *cpu = per_cpu_ptr(&unmap_cpu, dead);
	enum xengnt_touch touch;

	hrtimer_cancel(&cpu->timer);
	for (touch = 0; touch < XENGNT_NR_TOUCH; touch++)
		unmap_run_groups(&cpu->list[touch], touch, XENGNT_FLUSH_IDLE);
	return 0;
}

static int cpuhp_state;

int xengnt_unmap_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct unmap_cpu *q = per_cpu_ptr(&unmap_cpu, cpu);
		enum xengnt_touch touch;

		for (touch = 0; touch < XENGNT_NR_TOUCH; touch++)
			INIT_LIST_HEAD(&q->list[touch].head);
		hrtimer_setup(&q->timer, unmap_due, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_PINNED_SOFT);
	}

	cpuhp_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN,
						"xen/gnttab:unmap", NULL,
						unmap_cpu_dead);
	return cpuhp_state < 0 ? cpuhp_state : 0;
}

void xengnt_unmap_exit(void)
{
	int cpu;

	cpuhp_remove_state_nocalls(cpuhp_state);
	/* Clients are gone, and with them every entry. */
	cancel_delayed_work_sync(&busy_work);
	for_each_possible_cpu(cpu)
		hrtimer_cancel(&per_cpu_ptr(&unmap_cpu, cpu)->timer);
}
