// SPDX-License-Identifier: GPL-2.0
/*
 * Sends pages.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/transfer.h>
#include "transfer.h"

/* What came of the pages, by what xengnt_send_batch_status() said. */
struct tally {
	unsigned int sent, busy, nobody, refused, unsupported, other;
	unsigned int kept, wrong;
};

static const struct xengnt_client_ops no_ops;

static void count_status(struct tally *t, int status)
{
	switch (status) {
	case 0:
		t->sent++;
		break;
	case -EBUSY:
		t->busy++;
		break;
	case -ESRCH:
		t->nobody++;
		break;
	case -EIO:
		t->refused++;
		break;
	case -EOPNOTSUPP:
		t->unsupported++;
		break;
	default:
		t->other++;
		break;
	}
}

/* What comes back has to be memory that can be used like any other. */
static void take_back(struct tally *t, const struct xengnt_send_batch *batch,
		      unsigned int i, unsigned int seed, unsigned int index)
{
	struct page *page = xengnt_send_batch_page(batch, i);
	int status = xengnt_send_batch_status(batch, i);
	bool intact;

	count_status(t, status);
	if (!page) {
		t->kept++;
		return;
	}
	intact = lab_matches(page, seed, index);
	if (intact != (status == -EBUSY || status == -EOPNOTSUPP))
		t->wrong++;
	lab_fill(page, ~seed, index);
	if (!lab_matches(page, ~seed, index))
		t->wrong++;
	__free_page(page);
}

static int send_some(struct lab *lab, struct xengnt_send_batch *batch,
		     unsigned int seed, unsigned int from, unsigned int nr,
		     struct tally *t)
{
	unsigned int i;

	xengnt_send_batch_reset(batch);
	for (i = 0; i < nr; i++) {
		struct page *page = alloc_page(GFP_KERNEL);

		if (!page)
			break;
		lab_fill(page, seed, from + i);
		xengnt_send_batch_add(batch, lab->refs[from + i], page);
	}
	xengnt_send_batch_run(batch);
	for (i = 0; i < batch->nr; i++)
		take_back(t, batch, i, seed, from + i);
	return i == nr ? 0 : -ENOMEM;
}

static int send_all(struct lab *lab, struct xengnt_client *client,
		    const unsigned int *args)
{
	struct xengnt_send_batch batch;
	struct tally t = {};
	unsigned int from, nr;
	int ret;

	ret = xengnt_send_batch_init(&batch, client, args[2]);
	if (ret == -EOPNOTSUPP)
		t.unsupported = lab->nr_refs;
	for (from = 0; !ret && from < lab->nr_refs; from += nr) {
		nr = min(args[2], lab->nr_refs - from);
		ret = send_some(lab, &batch, args[1], from, nr, &t);
		if (args[3])
			usleep_range(args[3], args[3] * 2);
	}
	lab_say(lab,
		"sent %u busy %u nobody %u refused %u unsupported %u other %u kept %u wrong %u calls %llu",
		t.sent, t.busy, t.nobody, t.refused, t.unsupported, t.other,
		t.kept, t.wrong,
		xengnt_client_read(client, XENGNT_TRANSFER_CALLS));
	xengnt_send_batch_fini(&batch);
	return ret == -EOPNOTSUPP ? 0 : ret;
}

int lab_send(struct lab *lab, const unsigned int *args)
{
	struct xengnt_client *client;
	int ret;

	client = xengnt_client_create("lab-send", args[0], &no_ops, NULL);
	if (IS_ERR(client))
		return PTR_ERR(client);
	ret = send_all(lab, client, args);
	xengnt_client_destroy(client);
	return ret;
}

/* One page, which is mapped a second time. */
static void send_busy_one(struct lab *lab, struct xengnt_send_batch *batch,
			  struct page *page, unsigned int seed)
{
	struct tally t = {};
	void *again = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	lab_fill(page, seed, 0);
	xengnt_send_batch_add(batch, lab->refs[0], page);
	xengnt_send_batch_run(batch);
	vunmap(again);
	vm_unmap_aliases();
	take_back(&t, batch, 0, seed, 0);
	lab_say(lab, "sent %u busy %u wrong %u", t.sent, t.busy, t.wrong);
}

int lab_send_busy(struct lab *lab, const unsigned int *args)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct xengnt_send_batch batch;
	struct xengnt_client *client;
	int ret;

	client = xengnt_client_create("lab-send", args[0], &no_ops, NULL);
	ret = PTR_ERR_OR_ZERO(client) ?: page ? 0 : -ENOMEM;
	ret = ret ?: xengnt_send_batch_init(&batch, client, 1);
	if (!ret) {
		send_busy_one(lab, &batch, page, args[1]);
		xengnt_send_batch_fini(&batch);
	} else if (page) {
		__free_page(page);
	}
	if (!IS_ERR(client))
		xengnt_client_destroy(client);
	return ret;
}
