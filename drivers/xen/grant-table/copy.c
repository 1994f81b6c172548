// SPDX-License-Identifier: GPL-2.0
/*
 * The copy batch.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include "trace.h"

static unsigned int eagain_retries = 8;
module_param(eagain_retries, uint, 0644);
MODULE_PARM_DESC(eagain_retries,
		 "How often a copy is repeated while the guest's page is brought in, after pauses of 1, 2, 4 ... ms (default 8)");

/* More would be minutes. */
#define EAGAIN_RETRIES_MAX 14

static int copy_max = -1;
module_param(copy_max, int, 0644);
MODULE_PARM_DESC(copy_max,
		 "Largest request in bytes that is copied rather than mapped: 0 never copies, -1 leaves it to what costs least on this kind of domain (default -1)");

bool xengnt_prefer_copy(unsigned int bytes)
{
	int max = READ_ONCE(copy_max);

	return bytes <= (max < 0 ? xengnt_backend_get()->copy_max : max);
}
EXPORT_SYMBOL_GPL(xengnt_prefer_copy);

int xengnt_copy_batch_init(struct xengnt_copy_batch *batch,
			   struct xengnt_client *client, unsigned int max)
{
	if (max > U16_MAX)
		return -EINVAL;
	batch->client = client;
	batch->max = max;
	batch->ops = kvcalloc(max, sizeof(*batch->ops), GFP_KERNEL);
	batch->sorted = kvcalloc(max, sizeof(*batch->sorted), GFP_KERNEL);
	batch->order = kvcalloc(max, sizeof(*batch->order), GFP_KERNEL);
	xengnt_copy_batch_reset(batch);
	if (batch->ops && batch->sorted && batch->order)
		return 0;
	xengnt_copy_batch_fini(batch);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(xengnt_copy_batch_init);

void xengnt_copy_batch_fini(struct xengnt_copy_batch *batch)
{
	kvfree(batch->ops);
	kvfree(batch->sorted);
	kvfree(batch->order);
	batch->ops = NULL;
	batch->sorted = NULL;
	batch->order = NULL;
	batch->nr = 0;
	batch->max = 0;
}
EXPORT_SYMBOL_GPL(xengnt_copy_batch_fini);

static grant_ref_t copy_ref(const struct gnttab_copy *op)
{
	return op->flags & GNTCOPY_source_gref ? op->source.u.ref
					       : op->dest.u.ref;
}

/*
 * References that only ever grow are the common case, and then equal ones
 * already stand together and nothing has to be sorted.
 */
static unsigned int copy_added(struct xengnt_copy_batch *batch)
{
	unsigned int index = batch->nr++;

	if (index && copy_ref(&batch->ops[index]) <
		     copy_ref(&batch->ops[index - 1]))
		batch->ordered = false;
	return index;
}

unsigned int xengnt_copy_from_grant(struct xengnt_copy_batch *batch,
				    grant_ref_t ref, unsigned int ref_offset,
				    struct page *page, unsigned int offset,
				    unsigned int len)
{
	batch->ops[batch->nr] = (struct gnttab_copy) {
		.source.u.ref = ref,
		.source.domid = xengnt_client_granter(batch->client),
		.source.offset = ref_offset,
		.dest.u.gmfn = xen_page_to_gfn(page),
		.dest.domid = DOMID_SELF,
		.dest.offset = offset,
		.len = len,
		.flags = GNTCOPY_source_gref,
	};
	return copy_added(batch);
}
EXPORT_SYMBOL_GPL(xengnt_copy_from_grant);

unsigned int xengnt_copy_to_grant(struct xengnt_copy_batch *batch,
				  struct page *page, unsigned int offset,
				  grant_ref_t ref, unsigned int ref_offset,
				  unsigned int len)
{
	batch->ops[batch->nr] = (struct gnttab_copy) {
		.source.u.gmfn = xen_page_to_gfn(page),
		.source.domid = DOMID_SELF,
		.source.offset = offset,
		.dest.u.ref = ref,
		.dest.domid = xengnt_client_granter(batch->client),
		.dest.offset = ref_offset,
		.len = len,
		.flags = GNTCOPY_dest_gref,
	};
	return copy_added(batch);
}
EXPORT_SYMBOL_GPL(xengnt_copy_to_grant);

static int copy_order_cmp(const void *a, const void *b, const void *priv)
{
	const struct gnttab_copy *ops = priv;
	u16 ia = *(const u16 *)a, ib = *(const u16 *)b;
	grant_ref_t ra = copy_ref(&ops[ia]), rb = copy_ref(&ops[ib]);

	if (ra != rb)
		return ra < rb ? -1 : 1;
	/* sort() is not stable: later copies to one place must stay later. */
	return ia < ib ? -1 : 1;
}

/* Fill @sorted and @order with those operations that pass @again. */
static unsigned int copy_gather(struct xengnt_copy_batch *batch, bool again)
{
	unsigned int i, nr = 0;

	for (i = 0; i < batch->nr; i++)
		if (!again || batch->ops[i].status == GNTST_eagain)
			batch->order[nr++] = i;
	sort_r(batch->order, nr, sizeof(*batch->order), copy_order_cmp, NULL,
	       batch->ops);
	for (i = 0; i < nr; i++)
		batch->sorted[i] = batch->ops[batch->order[i]];
	return nr;
}

static void copy_call(struct xengnt_copy_batch *batch, struct gnttab_copy *ops,
		      unsigned int nr)
{
	unsigned int i;

	/* Xen returns an error for the call if it cannot read the array. */
	if (xengnt_backend_get()->copy(ops, nr))
		for (i = 0; i < nr; i++)
			ops[i].status = GNTST_general_error;
	xengnt_client_count(batch->client, XENGNT_COPY_CALLS, 1);
	xengnt_client_count(batch->client, XENGNT_COPY_OPS, nr);
}

static void copy_run(struct xengnt_copy_batch *batch, bool again)
{
	unsigned int i, nr;

	if (batch->ordered && !again) {
		copy_call(batch, batch->ops, batch->nr);
		return;
	}
	nr = copy_gather(batch, again);
	copy_call(batch, batch->sorted, nr);
	for (i = 0; i < nr; i++)
		batch->ops[batch->order[i]].status = batch->sorted[i].status;
}

static unsigned int copy_again(const struct xengnt_copy_batch *batch)
{
	unsigned int i, nr = 0;

	for (i = 0; i < batch->nr; i++)
		nr += batch->ops[i].status == GNTST_eagain;
	return nr;
}

unsigned int xengnt_copy_batch_run(struct xengnt_copy_batch *batch)
{
	unsigned int retries = min_t(unsigned int, READ_ONCE(eagain_retries),
				     EAGAIN_RETRIES_MAX);
	unsigned int i, try, again, failed = 0;
	u64 bytes = 0;

	if (!batch->nr)
		return 0;

	copy_run(batch, false);
	for (try = 0; try < retries && (again = copy_again(batch)); try++) {
		msleep(1 << try);
		xengnt_client_count(batch->client, XENGNT_COPY_RETRIED, again);
		copy_run(batch, true);
	}

	for (i = 0; i < batch->nr; i++) {
		if (batch->ops[i].status == GNTST_okay)
			bytes += batch->ops[i].len;
		else
			failed++;
	}
	xengnt_client_count(batch->client, XENGNT_COPY_BYTES, bytes);
	if (failed)
		xengnt_client_count(batch->client, XENGNT_COPY_FAILED, failed);
	trace_xengnt_copy(batch->client, batch->nr, bytes, failed);
	return failed;
}
EXPORT_SYMBOL_GPL(xengnt_copy_batch_run);

int xengnt_copy_batch_status(const struct xengnt_copy_batch *batch,
			     unsigned int index)
{
	switch (batch->ops[index].status) {
	case GNTST_okay:
		return 0;
	case GNTST_bad_domain:
	case GNTST_bad_gntref:
	case GNTST_bad_page:
	case GNTST_bad_copy_arg:
	case GNTST_permission_denied:
		return -EINVAL;
	default:
		return -EIO;
	}
}
EXPORT_SYMBOL_GPL(xengnt_copy_batch_status);
