// SPDX-License-Identifier: GPL-2.0
/*
 * Copying whole pages from a guest: with the kernel's function, and with the
 * library's.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include "bench.h"

struct copier {
	struct xengnt_client *client;
	struct xengnt_area *area;
	struct xengnt_copy_batch batch;
	/* The kernel's way. */
	struct gnttab_copy *ops;
};

static void copier_end(struct bench *b)
{
	struct copier *c = b->data;

	if (!c)
		return;
	if (!IS_ERR_OR_NULL(c->area)) {
		if (b->pages[0])
			xengnt_area_put(c->area, b->pages, b->nr_slots);
		xengnt_area_destroy(c->area);
	}
	xengnt_copy_batch_fini(&c->batch);
	if (!IS_ERR_OR_NULL(c->client))
		xengnt_client_destroy(c->client);
	kvfree(c->ops);
	kfree(c);
}

static int copier_begin(struct bench *b)
{
	struct copier *c = kzalloc(sizeof(*c), GFP_KERNEL);

	b->data = c;
	if (!c)
		return -ENOMEM;
	c->ops = kvcalloc(b->nr, sizeof(*c->ops), GFP_KERNEL);
	c->client = xengnt_client_create("bench", b->domid, NULL, NULL);
	if (IS_ERR(c->client))
		return PTR_ERR(c->client);
	c->area = xengnt_area_create(c->client, XENGNT_AREA_COPY, b->nr_slots,
				     0);
	if (IS_ERR(c->area))
		return PTR_ERR(c->area);
	return c->ops ?
	       xengnt_copy_batch_init(&c->batch, c->client, b->nr) ?:
	       bench_pages(b, xengnt_area_get(c->area, b->pages, b->nr_slots)) :
	       -ENOMEM;
}

static int round_kernel(struct bench *b)
{
	struct page **pages = &b->pages[b->next];
	struct copier *c = b->data;
	unsigned int i;

	for (i = 0; i < b->nr; i++) {
		struct gnttab_copy *op = &c->ops[i];

		op->source.u.ref = bench_ref(b, i);
		op->source.domid = b->domid;
		op->source.offset = 0;
		op->dest.u.gmfn = xen_page_to_gfn(pages[i]);
		op->dest.domid = DOMID_SELF;
		op->dest.offset = 0;
		op->len = XEN_PAGE_SIZE;
		op->flags = GNTCOPY_source_gref;
	}
	gnttab_batch_copy(c->ops, b->nr);
	for (i = 0; i < b->nr; i++)
		if (c->ops[i].status)
			return -EIO;
	return 0;
}

static int round_ours(struct bench *b)
{
	struct page **pages = &b->pages[b->next];
	struct copier *c = b->data;
	unsigned int i;

	xengnt_copy_batch_reset(&c->batch);
	for (i = 0; i < b->nr; i++)
		xengnt_copy_from_grant(&c->batch, bench_ref(b, i), 0, pages[i],
				       0, XEN_PAGE_SIZE);
	return xengnt_copy_batch_run(&c->batch) ? -EIO : 0;
}

const struct bench_kind bench_copy_kernel = {
	.begin = copier_begin,
	.round = round_kernel,
	.end = copier_end,
};

const struct bench_kind bench_copy = {
	.begin = copier_begin,
	.round = round_ours,
	.end = copier_end,
};
