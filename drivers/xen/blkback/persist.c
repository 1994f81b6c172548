// SPDX-License-Identifier: GPL-2.0
/*
 * Persistent grants: a frontend that uses the same pages over and over again
 * lets them be mapped once.
 *
 * The order of use is kept lazily. A request only notes the time; the sweep,
 * from the head of the list on, moves what was used meanwhile to the tail. So
 * a hit costs one look into the index and no list.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/seq_file.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/m2p.h>

#include "persist.h"

static bool feature_persistent = true;
module_param(feature_persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent,
		 "Offer frontends that connect from now on to leave their pages mapped (default Y)");

static unsigned int max_persistent_grants = 1056;
module_param(max_persistent_grants, uint, 0644);
MODULE_PARM_DESC(max_persistent_grants,
		 "Most pages of each queue of a new connection that stay mapped; other requests are copied (default 1056)");

static unsigned int persistent_grant_unused_seconds = 60;
module_param(persistent_grant_unused_seconds, uint, 0644);
MODULE_PARM_DESC(persistent_grant_unused_seconds,
		 "After how many seconds without use a page is unmapped; 0 means never (default 60)");

/* How often to look for unused ones, and, when no more fit in, for old ones. */
#define SWEEP_PERIOD	HZ

/* How many a sweep looks at, unless the system is short of memory. */
#define SWEEP_LOOK	256

/* Of a full table, how many may make room for others: one in so many. */
#define FULL_SHARE	16

/* Xen has some hundred thousand handles, for all queues of all disks. */
#define CAP_MAX		65536U

static LIST_HEAD(tables);
static DEFINE_MUTEX(tables_lock);

bool blkback_persist_offered(void)
{
	return READ_ONCE(feature_persistent);
}

static void persist_wake(struct blkback_persist *persist)
{
	WRITE_ONCE(persist->due, true);
	persist->wake(persist);
}

static void persist_timer(struct work_struct *work)
{
	persist_wake(container_of(to_delayed_work(work),
				  struct blkback_persist, timer));
}

int blkback_persist_init(struct blkback_persist *persist,
			 struct xengnt_client *client, unsigned int max,
			 void (*wake)(struct blkback_persist *persist))
{
	unsigned int cap = min3(READ_ONCE(max_persistent_grants), max, CAP_MAX);

	if (!cap)
		return 0;
	persist->area = xengnt_area_create(client, XENGNT_AREA_MAP, cap, 0);
	if (IS_ERR(persist->area))
		return PTR_ERR(persist->area);
	/*
	 * They stay long enough for it to cost nothing: whoever passes their
	 * data on to another guest finds the grants. Without memory for that
	 * they are not found.
	 */
	xengnt_m2p_track(client);
	persist->near_mask = roundup_pow_of_two(cap) - 1;
	persist->near = kvcalloc(persist->near_mask + 1,
				 sizeof(*persist->near), GFP_KERNEL);
	if (!persist->near) {
		xengnt_area_destroy(persist->area);
		return -ENOMEM;
	}
	persist->client = client;
	persist->cap = cap;
	persist->wake = wake;
	xa_init(&persist->index);
	INIT_LIST_HEAD(&persist->kept);
	INIT_LIST_HEAD(&persist->new);
	INIT_LIST_HEAD(&persist->failed);
	INIT_DELAYED_WORK(&persist->timer, persist_timer);
	init_waitqueue_head(&persist->gone);

	mutex_lock(&tables_lock);
	list_add_tail(&persist->tables, &tables);
	mutex_unlock(&tables_lock);
	persist->on = true;
	return 0;
}

/*
 * Guests take references in a row, so their lower bits tell most of them
 * apart. Whatever they do, it costs no more than a look into the index.
 */
static struct blkback_grant **persist_near(struct blkback_persist *persist,
					   u32 gref)
{
	return &persist->near[gref & persist->near_mask];
}

struct blkback_grant *blkback_persist_find_far(struct blkback_persist *persist,
					       u32 gref)
{
	struct blkback_grant *grant = xa_load(&persist->index, gref);

	if (grant)
		*persist_near(persist, gref) = grant;
	return grant;
}

static void persist_forget(struct blkback_grant *grant)
{
	struct blkback_persist *persist = grant->persist;
	struct blkback_grant **near = persist_near(persist, grant->gref);

	if (*near == grant)
		*near = NULL;
	xa_erase(&persist->index, grant->gref);
}

static bool persist_has_room(struct blkback_persist *persist)
{
	if (persist->full && time_before(jiffies, persist->full))
		return false;
	persist->full = 0;
	return persist->nr < persist->cap;
}

static struct blkback_grant *grant_alloc(struct blkback_persist *persist,
					 u32 gref)
{
	struct blkback_grant *grant = kzalloc(sizeof(*grant), GFP_NOIO);

	if (!grant)
		return NULL;
	grant->gref = gref;
	grant->persist = persist;
	grant->used = jiffies;
	atomic_set(&grant->users, 1);
	if (xengnt_area_get(persist->area, &grant->unmap.page, 1))
		goto err_free;
	if (xa_is_err(xa_store(&persist->index, gref, grant, GFP_NOIO)))
		goto err_put;
	return grant;

err_put:
	xengnt_area_put(persist->area, &grant->unmap.page, 1);
err_free:
	kfree(grant);
	return NULL;
}

struct blkback_grant *blkback_persist_add(struct blkback_persist *persist,
					  u32 gref,
					  struct xengnt_map_batch *batch)
{
	struct blkback_grant *grant;
	unsigned int noio;

	if (!persist_has_room(persist))
		return NULL;
	/* Reclaim may be waiting for the very I/O that this is for. */
	noio = memalloc_noio_save();
	grant = grant_alloc(persist, gref);
	memalloc_noio_restore(noio);
	if (!grant)
		return NULL;

	list_add_tail(&grant->node, &persist->new);
	if (!persist->nr++)
		schedule_delayed_work(&persist->timer, SWEEP_PERIOD);
	/* The guest will use it for reading and for writing. */
	grant->op = xengnt_map_batch_add(batch, gref, grant->unmap.page, false);
	return grant;
}

unsigned int blkback_persist_mapped(struct blkback_persist *persist,
				    const struct xengnt_map_batch *batch)
{
	struct blkback_grant *grant, *next;
	unsigned int failed = 0;

	list_for_each_entry_safe(grant, next, &persist->new, node) {
		grant->error = xengnt_map_batch_status(batch, grant->op);
		if (!grant->error) {
			grant->unmap.client = persist->client;
			grant->unmap.handle =
				xengnt_map_batch_handle(batch, grant->op);
			atomic_inc(&persist->mapped);
			list_move_tail(&grant->node, &persist->kept);
			continue;
		}
		if (grant->error == -ENOSPC)
			persist->full = (jiffies + SWEEP_PERIOD) | 1;
		persist_forget(grant);
		list_move_tail(&grant->node, &persist->failed);
		persist->nr--;
		failed++;
	}
	return failed;
}

void blkback_persist_bury(struct blkback_persist *persist)
{
	struct blkback_grant *grant, *next;

	list_for_each_entry_safe(grant, next, &persist->failed, node) {
		list_del(&grant->node);
		xengnt_area_put(persist->area, &grant->unmap.page, 1);
		kfree(grant);
	}
}

void blkback_persist_unmapped(struct xengnt_unmap *u, int status)
{
	struct blkback_grant *grant = container_of(u, struct blkback_grant,
						   unmap);
	struct blkback_persist *persist = grant->persist;

	if (status)
		xengnt_area_lose(persist->area, 1);
	else
		xengnt_area_put(persist->area, &u->page, 1);
	kfree(grant);
	/* The table may be gone once somebody has seen this. */
	if (atomic_dec_and_test(&persist->mapped))
		wake_up(&persist->gone);
}

/**
 * struct sweep - what one sweep unmaps
 * @entries: of each kind
 * @nr: how many
 */
struct sweep {
	struct list_head entries[XENGNT_NR_TOUCH];
	unsigned int nr;
};

static void sweep_begin(struct sweep *sweep)
{
	INIT_LIST_HEAD(&sweep->entries[XENGNT_UNTOUCHED]);
	INIT_LIST_HEAD(&sweep->entries[XENGNT_TOUCHED]);
	sweep->nr = 0;
}

static void sweep_take(struct sweep *sweep, struct blkback_grant *grant)
{
	struct blkback_persist *persist = grant->persist;

	persist_forget(grant);
	list_del(&grant->node);
	persist->nr--;
	list_add_tail(&grant->unmap.node,
		      &sweep->entries[grant->touched ? XENGNT_TOUCHED :
						       XENGNT_UNTOUCHED]);
	sweep->nr++;
}

static void sweep_end(struct sweep *sweep, struct xengnt_unmap_batch *batch)
{
	enum xengnt_touch touch;

	for (touch = 0; touch < XENGNT_NR_TOUCH; touch++)
		if (!list_empty(&sweep->entries[touch]))
			xengnt_unmap_batch_run(batch, &sweep->entries[touch],
					       touch);
}

/*
 * Of the first @look, take at most @nr that have not been used for @age, and
 * none that is in use.
 */
static void sweep_old(struct blkback_persist *persist, struct sweep *sweep,
		      unsigned int look, unsigned int nr, unsigned long age)
{
	unsigned long before = jiffies - age;
	struct blkback_grant *grant;

	while (look-- && nr) {
		grant = list_first_entry_or_null(&persist->kept,
						 struct blkback_grant, node);
		if (!grant)
			return;
		if (atomic_read(&grant->users) ||
		    time_after(grant->used, before)) {
			list_move_tail(&grant->node, &persist->kept);
			continue;
		}
		sweep_take(sweep, grant);
		nr--;
	}
}

void blkback_persist_sweep(struct blkback_persist *persist,
			   struct xengnt_unmap_batch *batch)
{
	unsigned long unused = READ_ONCE(persistent_grant_unused_seconds);
	unsigned int pressure = xchg(&persist->pressure, 0);
	struct sweep sweep;

	WRITE_ONCE(persist->due, false);
	sweep_begin(&sweep);
	if (pressure)
		sweep_old(persist, &sweep, persist->nr, pressure, 0);
	if (unused)
		sweep_old(persist, &sweep, SWEEP_LOOK, SWEEP_LOOK,
			  min(unused, MAX_JIFFY_OFFSET / HZ / 2) * HZ);
	/* Those that found no place may be used more than these. */
	if (persist->nr == persist->cap)
		sweep_old(persist, &sweep, SWEEP_LOOK,
			  DIV_ROUND_UP(persist->cap, FULL_SHARE), SWEEP_PERIOD);
	sweep_end(&sweep, batch);
	if (persist->nr)
		schedule_delayed_work(&persist->timer, SWEEP_PERIOD);
}

void blkback_persist_fini(struct blkback_persist *persist,
			  struct xengnt_unmap_batch *batch)
{
	struct blkback_grant *grant, *next;
	struct sweep sweep;

	if (!persist->on)
		return;
	mutex_lock(&tables_lock);
	list_del(&persist->tables);
	mutex_unlock(&tables_lock);
	cancel_delayed_work_sync(&persist->timer);

	sweep_begin(&sweep);
	list_for_each_entry_safe(grant, next, &persist->kept, node)
		sweep_take(&sweep, grant);
	sweep_end(&sweep, batch);
	/* A page may still be in use by the block device's own helpers. */
	wait_event_idle(persist->gone, !atomic_read(&persist->mapped));
	xa_destroy(&persist->index);
	kvfree(persist->near);
	xengnt_area_destroy(persist->area);
	persist->on = false;
}

void blkback_persist_show(const struct blkback_persist *persist,
			  struct seq_file *m)
{
	if (persist->on)
		seq_printf(m, "  persistent_grants %u held %d cap %u\n",
			   READ_ONCE(persist->nr), atomic_read(&persist->mapped),
			   persist->cap);
}

static unsigned long tables_count(struct shrinker *shrinker,
				  struct shrink_control *sc)
{
	struct blkback_persist *persist;
	unsigned long nr = 0;

	if (!mutex_trylock(&tables_lock))
		return 0;
	list_for_each_entry(persist, &tables, tables)
		nr += READ_ONCE(persist->nr);
	mutex_unlock(&tables_lock);
	return nr;
}

/* To unmap is up to the threads: none is freed by the time this returns. */
static unsigned long tables_scan(struct shrinker *shrinker,
				 struct shrink_control *sc)
{
	struct blkback_persist *persist;
	unsigned long left = sc->nr_to_scan;

	if (!mutex_trylock(&tables_lock))
		return SHRINK_STOP;
	list_for_each_entry(persist, &tables, tables) {
		unsigned int nr = min_t(unsigned long, left,
					READ_ONCE(persist->nr));

		if (!nr)
			continue;
		WRITE_ONCE(persist->pressure, nr);
		persist_wake(persist);
		left -= nr;
	}
	/* Others get their turn when these are used up. */
	list_rotate_left(&tables);
	mutex_unlock(&tables_lock);
	return SHRINK_STOP;
}

static struct shrinker *tables_shrinker;

int blkback_persist_module_init(void)
{
	tables_shrinker = shrinker_alloc(0, "xen-blkback-persistent");
	if (!tables_shrinker)
		return -ENOMEM;
	tables_shrinker->count_objects = tables_count;
	tables_shrinker->scan_objects = tables_scan;
	shrinker_register(tables_shrinker);
	return 0;
}

void blkback_persist_module_exit(void)
{
	shrinker_free(tables_shrinker);
}
