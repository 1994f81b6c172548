// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping and unmapping: as a driver does it with the kernel's functions, and
 * with the library's.
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/grant_table.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/unmap.h>
#include "bench.h"

/* The kernel's. */
struct plain {
	struct gnttab_map_grant_ref *map;
	struct gnttab_unmap_grant_ref *unmap;
};

static void plain_end(struct bench *b)
{
	struct plain *p = b->data;

	if (!p)
		return;
	if (b->pages[0])
		gnttab_free_pages(b->nr_slots, b->pages);
	kvfree(p->map);
	kvfree(p->unmap);
	kfree(p);
}

static int plain_begin(struct bench *b)
{
	struct plain *p = kzalloc(sizeof(*p), GFP_KERNEL);

	b->data = p;
	if (!p)
		return -ENOMEM;
	p->map = kvcalloc(b->nr, sizeof(*p->map), GFP_KERNEL);
	p->unmap = kvcalloc(b->nr, sizeof(*p->unmap), GFP_KERNEL);
	if (!p->map || !p->unmap)
		return -ENOMEM;
	return bench_pages(b, gnttab_alloc_pages(b->nr_slots, b->pages));
}

static int plain_round(struct bench *b)
{
	struct page **pages = &b->pages[b->next];
	struct plain *p = b->data;
	unsigned int i;

	for (i = 0; i < b->nr; i++)
		gnttab_set_map_op(&p->map[i],
				  (unsigned long)page_address(pages[i]),
				  GNTMAP_host_map, bench_ref(b, i), b->domid);
	if (gnttab_map_refs(p->map, NULL, pages, b->nr))
		return -EIO;
	for (i = 0; i < b->nr; i++) {
		if (p->map[i].status)
			return -EIO;
		gnttab_set_unmap_op(&p->unmap[i],
				    (unsigned long)page_address(pages[i]),
				    GNTMAP_host_map, p->map[i].handle);
	}
	return gnttab_unmap_refs(p->unmap, NULL, pages, b->nr);
}

const struct bench_kind bench_map_kernel = {
	.begin = plain_begin,
	.round = plain_round,
	.end = plain_end,
};

/* The library's. */
struct ours {
	struct xengnt_client *client;
	struct xengnt_area *area;
	struct xengnt_map_batch map;
	struct xengnt_unmap_batch unmap;
	struct xengnt_unmap *entries;
	unsigned int mapped;
};

static void ours_unmapped(struct xengnt_unmap *u, int status)
{
	struct ours *o = u->owner;

	if (!status)
		o->mapped--;
}

static const struct xengnt_client_ops ours_ops = { .unmapped = ours_unmapped };

static void ours_end(struct bench *b)
{
	struct ours *o = b->data;

	if (!o)
		return;
	/* What could not be unmapped must not be used any more. */
	if (!IS_ERR_OR_NULL(o->area)) {
		if (o->mapped)
			xengnt_area_lose(o->area, b->nr_slots);
		else if (b->pages[0])
			xengnt_area_put(o->area, b->pages, b->nr_slots);
		xengnt_area_destroy(o->area);
	}
	xengnt_map_batch_fini(&o->map);
	xengnt_unmap_batch_fini(&o->unmap);
	if (!IS_ERR_OR_NULL(o->client))
		xengnt_client_destroy(o->client);
	kvfree(o->entries);
	kfree(o);
}

static int ours_begin(struct bench *b)
{
	struct ours *o = kzalloc(sizeof(*o), GFP_KERNEL);

	b->data = o;
	if (!o)
		return -ENOMEM;
	o->entries = kvcalloc(b->nr_slots, sizeof(*o->entries), GFP_KERNEL);
	o->client = xengnt_client_create("bench", b->domid, &ours_ops, NULL);
	if (IS_ERR(o->client))
		return PTR_ERR(o->client);
	o->area = xengnt_area_create(o->client, XENGNT_AREA_MAP, b->nr_slots,
				     0);
	if (IS_ERR(o->area))
		return PTR_ERR(o->area);
	return o->entries ?
	       xengnt_map_batch_init(&o->map, o->client, b->nr) ?:
	       xengnt_unmap_batch_init(&o->unmap, b->nr) ?:
	       bench_pages(b, xengnt_area_get(o->area, b->pages, b->nr_slots)) :
	       -ENOMEM;
}

/* Map, and list what has to be unmapped. */
static int ours_map(struct bench *b, struct list_head *list)
{
	struct page **pages = &b->pages[b->next];
	struct ours *o = b->data;
	unsigned int i;

	xengnt_map_batch_reset(&o->map);
	for (i = 0; i < b->nr; i++)
		xengnt_map_batch_add(&o->map, bench_ref(b, i), pages[i],
				     false);
	if (xengnt_map_batch_run(&o->map))
		return -EIO;
	o->mapped += b->nr;
	for (i = 0; i < b->nr; i++) {
		struct xengnt_unmap *u = &o->entries[b->next + i];

		u->client = o->client;
		u->owner = o;
		u->page = pages[i];
		u->handle = xengnt_map_batch_handle(&o->map, i);
		list_add_tail(&u->node, list);
	}
	return 0;
}

static int ours_round(struct bench *b)
{
	struct ours *o = b->data;
	LIST_HEAD(list);
	int ret = ours_map(b, &list);

	xengnt_unmap_batch_run(&o->unmap, &list, XENGNT_UNTOUCHED);
	return ret;
}

/* More is to come, so groups are filled. */
static int ours_round_queued(struct bench *b)
{
	LIST_HEAD(list);
	int ret = ours_map(b, &list);

	xengnt_unmap_queue(&list, XENGNT_UNTOUCHED, true);
	return ret;
}

static int ours_finish(struct bench *b)
{
	struct ours *o = b->data;

	xengnt_unmap_idle();
	return o->mapped ? -EIO : 0;
}

const struct bench_kind bench_map = {
	.begin = ours_begin,
	.round = ours_round,
	.finish = ours_finish,
	.end = ours_end,
};

const struct bench_kind bench_map_queued = {
	.begin = ours_begin,
	.round = ours_round_queued,
	.finish = ours_finish,
	.end = ours_end,
};
