// SPDX-License-Identifier: GPL-2.0
/*
 * Areas: a bounded stack of free pages in front of the allocator.
 *
 * Last in, first out, so that the page given next is the one most likely to
 * be in the caches. Taking and giving back costs a lock of the area's own and
 * no allocation once the area is warm.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/client.h>
#include "area.h"
#include "p2m.h"

/* Pages moved between an area and the allocator in one go. */
#define AREA_CHUNK 32

/* Places for free pages to begin with: a page of them. */
#define AREA_PLACES (PAGE_SIZE / sizeof(struct page *))

struct xengnt_area {
	struct xengnt_client *client;
	enum xengnt_area_kind kind;
	unsigned int keep;
	struct list_head node;
	struct work_struct trim;
	bool pressure;
	/* Protects what follows. Free and given-out pages together are never
	 * more than the capacity, nor than there are places in @free, so a page
	 * that comes back always has one.
	 */
	spinlock_t lock;
	struct xengnt_area_usage use;
	unsigned int places;
	struct page **free;
};

static LIST_HEAD(areas);
static DEFINE_MUTEX(areas_lock);

static int pages_alloc(enum xengnt_area_kind kind, struct page **pages,
		       unsigned int nr)
{
	unsigned int got, noio;
	int error;

	/* NOIO: the pages carry I/O that reclaim may be waiting for. */
	if (kind == XENGNT_AREA_MAP) {
		noio = memalloc_noio_save();
		error = xengnt_backend_get()->area_alloc(pages, nr);
		memalloc_noio_restore(noio);
		return error;
	}
	for (got = 0; got < nr; got++) {
		pages[got] = alloc_page(GFP_NOIO | __GFP_NORETRY |
					__GFP_NOWARN);
		if (!pages[got])
			goto err_free;
	}
	return 0;

err_free:
	while (got--)
		__free_page(pages[got]);
	return -ENOMEM;
}

static void pages_free(enum xengnt_area_kind kind, struct page **pages,
		       unsigned int nr)
{
	unsigned int i;

	xengnt_p2m_forget_pages(pages, nr);
	if (kind == XENGNT_AREA_MAP) {
		xengnt_backend_get()->area_free(pages, nr);
		return;
	}
	for (i = 0; i < nr; i++)
		__free_page(pages[i]);
}

/* Move up to @nr pages off the stack. The caller holds the lock. */
static unsigned int area_pop(struct xengnt_area *area, struct page **pages,
			     unsigned int nr)
{
	nr = min(nr, area->use.free);
	area->use.free -= nr;
	memcpy(pages, &area->free[area->use.free], nr * sizeof(*pages));
	return nr;
}

static void area_push(struct xengnt_area *area, struct page **pages,
		      unsigned int nr)
{
	memcpy(&area->free[area->use.free], pages, nr * sizeof(*pages));
	area->use.free += nr;
}

/* Places for as many pages as there are, @nr of them given out now. */
static unsigned int area_places_needed(const struct xengnt_area *area,
				       unsigned int nr)
{
	return area->use.out + max(nr, area->use.free);
}

/*
 * Most areas never hold what they might: a list for all that would be the
 * largest part of the memory of a device that does nothing.
 */
static int area_make_places(struct xengnt_area *area, unsigned int nr)
{
	unsigned int noio = memalloc_noio_save();
	struct page **free, **old;
	unsigned long flags;

	nr = clamp_t(unsigned int, roundup_pow_of_two(nr), AREA_PLACES,
		     area->use.capacity);
	free = kvmalloc_array(nr, sizeof(*free), GFP_KERNEL | __GFP_NOWARN);
	memalloc_noio_restore(noio);
	if (!free)
		return -ENOMEM;

	spin_lock_irqsave(&area->lock, flags);
	old = free;
	if (nr > area->places) {
		old = area->free;
		if (old)
			memcpy(free, old, area->use.free * sizeof(*free));
		area->free = free;
		area->places = nr;
	}
	spin_unlock_irqrestore(&area->lock, flags);
	kvfree(old);
	return 0;
}

int xengnt_area_get(struct xengnt_area *area, struct page **pages,
		    unsigned int nr)
{
	unsigned int got, fresh, needed;
	unsigned long flags;
	int ret = 0;

again:
	spin_lock_irqsave(&area->lock, flags);
	if (nr > area->use.capacity - area->use.out) {
		/* What is lost will not come back. */
		ret = nr > area->use.capacity - area->use.lost ? -ENOMEM :
								 -ENOSPC;
		spin_unlock_irqrestore(&area->lock, flags);
		xengnt_client_count(area->client, XENGNT_AREA_EMPTY, 1);
		return ret;
	}
	needed = area_places_needed(area, nr);
	if (unlikely(needed > area->places)) {
		spin_unlock_irqrestore(&area->lock, flags);
		ret = area_make_places(area, needed);
		if (!ret)
			goto again;
		xengnt_client_count(area->client, XENGNT_AREA_EMPTY, 1);
		return ret;
	}
	got = area_pop(area, pages, nr);
	area->use.out += nr;
	area->use.peak = max(area->use.peak, area->use.out);
	spin_unlock_irqrestore(&area->lock, flags);

	fresh = nr - got;
	if (fresh)
		ret = pages_alloc(area->kind, pages + got, fresh);
	if (!ret)
		return 0;

	spin_lock_irqsave(&area->lock, flags);
	area_push(area, pages, got);
	area->use.out -= nr;
	spin_unlock_irqrestore(&area->lock, flags);
	xengnt_client_count(area->client, XENGNT_AREA_EMPTY, 1);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(xengnt_area_get);

void xengnt_area_put(struct xengnt_area *area, struct page **pages,
		     unsigned int nr)
{
	unsigned long flags;
	bool trim;

	spin_lock_irqsave(&area->lock, flags);
	area_push(area, pages, nr);
	area->use.out -= nr;
	trim = area->use.free > area->keep;
	spin_unlock_irqrestore(&area->lock, flags);

	/* Giving pages back may sleep. */
	if (trim)
		queue_work(system_unbound_wq, &area->trim);
}
EXPORT_SYMBOL_GPL(xengnt_area_put);

void xengnt_area_lose(struct xengnt_area *area, unsigned int nr)
{
	unsigned long flags;

	/*
	 * They stay counted as given out: what they occupy is gone until the
	 * domain restarts, and the area must not grow to make up for it.
	 */
	spin_lock_irqsave(&area->lock, flags);
	area->use.lost += nr;
	spin_unlock_irqrestore(&area->lock, flags);
}
EXPORT_SYMBOL_GPL(xengnt_area_lose);

void xengnt_area_leave(struct xengnt_area *area)
{
	unsigned long flags;

	spin_lock_irqsave(&area->lock, flags);
	area->use.out--;
	spin_unlock_irqrestore(&area->lock, flags);
}

unsigned int xengnt_area_shrink(struct xengnt_area *area, unsigned int nr)
{
	struct page *pages[AREA_CHUNK];
	unsigned int freed = 0, got;
	unsigned long flags;

	while (freed < nr) {
		spin_lock_irqsave(&area->lock, flags);
		got = area_pop(area, pages, min_t(unsigned int, nr - freed,
						  AREA_CHUNK));
		spin_unlock_irqrestore(&area->lock, flags);
		if (!got)
			break;
		pages_free(area->kind, pages, got);
		freed += got;
	}
	return freed;
}
EXPORT_SYMBOL_GPL(xengnt_area_shrink);

static void area_trim(struct work_struct *work)
{
	struct xengnt_area *area = container_of(work, struct xengnt_area, trim);
	unsigned int keep = xchg(&area->pressure, false) ? 0 : area->keep;
	unsigned int free = READ_ONCE(area->use.free);

	if (free > keep)
		xengnt_area_shrink(area, free - keep);
}

struct xengnt_area *xengnt_area_create(struct xengnt_client *client,
				       enum xengnt_area_kind kind,
				       unsigned int capacity,
				       unsigned int keep)
{
	struct xengnt_area *area;

	if (!capacity)
		return ERR_PTR(-EINVAL);
	area = kzalloc(sizeof(*area), GFP_KERNEL);
	if (!area)
		return ERR_PTR(-ENOMEM);

	area->client = client;
	area->kind = kind;
	area->keep = min(keep, capacity);
	area->use.capacity = capacity;
	spin_lock_init(&area->lock);
	INIT_WORK(&area->trim, area_trim);

	mutex_lock(&areas_lock);
	list_add_tail(&area->node, &areas);
	mutex_unlock(&areas_lock);
	return area;
}
EXPORT_SYMBOL_GPL(xengnt_area_create);

void xengnt_area_destroy(struct xengnt_area *area)
{
	if (!area)
		return;

	mutex_lock(&areas_lock);
	list_del(&area->node);
	mutex_unlock(&areas_lock);

	cancel_work_sync(&area->trim);
	xengnt_area_shrink(area, area->use.capacity);
	if (area->use.out != area->use.lost)
		pr_err("area destroyed with %u pages given out\n",
		       area->use.out - area->use.lost);
	kvfree(area->free);
	kfree(area);
}
EXPORT_SYMBOL_GPL(xengnt_area_destroy);

void xengnt_area_usage_read(struct xengnt_area *area,
			    struct xengnt_area_usage *usage)
{
	unsigned long flags;

	spin_lock_irqsave(&area->lock, flags);
	*usage = area->use;
	spin_unlock_irqrestore(&area->lock, flags);
}
EXPORT_SYMBOL_GPL(xengnt_area_usage_read);

/*
 * Memory pressure. Pages for copying are freed on the spot. Pages for mapping
 * go back through a worker: the kernel's allocator of such pages allocates
 * memory under the very mutex that freeing one takes.
 */
static unsigned long areas_count(struct shrinker *shrinker,
				 struct shrink_control *sc)
{
	struct xengnt_area *area;
	unsigned long nr = 0;

	if (!mutex_trylock(&areas_lock))
		return 0;
	list_for_each_entry(area, &areas, node)
		nr += READ_ONCE(area->use.free);
	mutex_unlock(&areas_lock);
	return nr;
}

static unsigned long areas_scan(struct shrinker *shrinker,
				struct shrink_control *sc)
{
	struct xengnt_area *area;
	unsigned long freed = 0;

	if (!mutex_trylock(&areas_lock))
		return SHRINK_STOP;
	list_for_each_entry(area, &areas, node) {
		if (freed >= sc->nr_to_scan)
			break;
		if (area->kind == XENGNT_AREA_COPY) {
			freed += xengnt_area_shrink(area,
						    sc->nr_to_scan - freed);
		} else if (READ_ONCE(area->use.free)) {
			WRITE_ONCE(area->pressure, true);
			queue_work(system_unbound_wq, &area->trim);
		}
	}
	mutex_unlock(&areas_lock);
	return freed ?: SHRINK_STOP;
}

static struct shrinker *areas_shrinker;

int xengnt_areas_init(void)
{
	areas_shrinker = shrinker_alloc(0, "xen-gnttab-area");
	if (!areas_shrinker)
		return -ENOMEM;
	areas_shrinker->count_objects = areas_count;
	areas_shrinker->scan_objects = areas_scan;
	shrinker_register(areas_shrinker);
	return 0;
}

void xengnt_areas_exit(void)
{
	shrinker_free(areas_shrinker);
}
