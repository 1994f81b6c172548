// SPDX-License-Identifier: GPL-2.0
/*
 * Giving pages away, and getting other memory for them. The kernel has no
 * function for it that this could be compared with.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/slab.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/transfer.h>
#include "bench.h"
#include "transfer.h"

struct sender {
	struct xengnt_client *client;
	struct xengnt_send_batch batch;
};

static void sender_end(struct bench *b)
{
	struct sender *s = b->data;
	unsigned int i;

	for (i = 0; i < b->nr_slots && b->pages; i++)
		if (b->pages[i])
			__free_page(b->pages[i]);
	if (!s)
		return;
	xengnt_send_batch_fini(&s->batch);
	if (!IS_ERR_OR_NULL(s->client))
		xengnt_client_destroy(s->client);
	kfree(s);
}

static int sender_begin(struct bench *b)
{
	struct sender *s = kzalloc(sizeof(*s), GFP_KERNEL);
	unsigned int i;

	b->data = s;
	if (!s)
		return -ENOMEM;
	s->client = xengnt_client_create("bench", b->domid, NULL, NULL);
	if (IS_ERR(s->client))
		return PTR_ERR(s->client);
	for (i = 0; i < b->nr_slots; i++) {
		b->pages[i] = alloc_page(GFP_KERNEL);
		if (!b->pages[i])
			return -ENOMEM;
		lab_fill(b->pages[i], 0, i);
	}
	return xengnt_send_batch_init(&s->batch, s->client, b->nr);
}

static int sender_round(struct bench *b)
{
	struct sender *s = b->data;
	unsigned int i, failed;

	xengnt_send_batch_reset(&s->batch);
	for (i = 0; i < b->nr; i++)
		xengnt_send_batch_add(&s->batch, bench_ref(b, i),
				      b->pages[b->next + i]);
	failed = xengnt_send_batch_run(&s->batch);
	for (i = 0; i < b->nr; i++)
		b->pages[b->next + i] = xengnt_send_batch_page(&s->batch, i);
	return failed ? -EIO : 0;
}

const struct bench_kind bench_transfer = {
	.once = true,
	.begin = sender_begin,
	.round = sender_round,
	.end = sender_end,
};
