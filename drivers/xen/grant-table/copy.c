// SPDX-License-Identifier: GPL-2.0
/*
 * The copy batch.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/m2p.h>
#include "client.h"
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

bool xengnt_prefer_copy(unsigned int bytes, size_t load)
{
	const struct xengnt_backend *backend = xengnt_backend_get();
	int max = READ_ONCE(copy_max);

	if (max >= 0)
		return bytes <= max;
	return bytes <= backend->copy_max || load <= backend->copy_load;
}
EXPORT_SYMBOL_GPL(xengnt_prefer_copy);

/* Indices of operations, and two values that are none. */
#define COPY_OPS_MAX	32768
#define COPY_LAST	((u16)~0)
#define COPY_TAKEN	((u16)(~0 - 1))

int xengnt_copy_batch_init(struct xengnt_copy_batch *batch,
			   struct xengnt_client *client, unsigned int max)
{
	if (!max || max > COPY_OPS_MAX)
		return -EINVAL;
	*batch = (struct xengnt_copy_batch) {
		.client = client,
		.granter = xengnt_client_granter(client),
		.max = max,
		/* At most half full. */
		.seen_bits = order_base_2(2 * max),
		.ordered = true,
		.generation = 1,
	};
	batch->ops = kvcalloc(max, sizeof(*batch->ops), GFP_KERNEL);
	batch->sorted = kvcalloc(max, sizeof(*batch->sorted), GFP_KERNEL);
	batch->order = kvcalloc(max, sizeof(*batch->order), GFP_KERNEL);
	batch->next = kvcalloc(max, sizeof(*batch->next), GFP_KERNEL);
	batch->seen = kvcalloc(BIT(batch->seen_bits), sizeof(*batch->seen),
			       GFP_KERNEL);
	if (batch->ops && batch->sorted && batch->order && batch->next &&
	    batch->seen)
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
	kvfree(batch->next);
	kvfree(batch->seen);
	*batch = (struct xengnt_copy_batch) {};
}
EXPORT_SYMBOL_GPL(xengnt_copy_batch_fini);

/* The batch's granter's, where both sides are granted. */
static grant_ref_t copy_ref(const struct gnttab_copy *op)
{
	return op->flags & GNTCOPY_dest_gref ? op->dest.u.ref
					     : op->source.u.ref;
}

/*
 * The entry of @seen for a granted page: that of its last operation so far, or
 * an empty one. An entry is the index of an operation, marked with the
 * generation, so that nothing has to be cleared between two batches.
 */
static u32 *copy_seen(struct xengnt_copy_batch *batch, grant_ref_t ref)
{
	u32 mask = BIT(batch->seen_bits) - 1;
	u32 slot = hash_32(ref, batch->seen_bits);

	for (;; slot = (slot + 1) & mask) {
		u32 entry = batch->seen[slot];

		if (entry >> 16 != batch->generation ||
		    copy_ref(&batch->ops[(u16)entry]) == ref)
			return &batch->seen[slot];
	}
}

/* Chain the new operation to the one before on the same granted page. */
static void copy_chain(struct xengnt_copy_batch *batch, unsigned int index)
{
	u32 *seen;

	/* The generation came round: old entries would look like new ones. */
	if (!batch->generation) {
		memset(batch->seen, 0, sizeof(*batch->seen) << batch->seen_bits);
		batch->generation = 1;
	}
	seen = copy_seen(batch, copy_ref(&batch->ops[index]));
	if (*seen >> 16 == batch->generation) {
		u16 before = *seen;

		batch->next[before] = index;
		batch->ordered &= before + 1 == index;
	}
	*seen = (u32)batch->generation << 16 | index;
	batch->chained = true;
}

static unsigned int copy_added(struct xengnt_copy_batch *batch)
{
	unsigned int index = batch->nr++;

	batch->next[index] = COPY_LAST;
	/* There is hardly another operation on a page that is copied whole. */
	if (batch->ops[index].len < XEN_PAGE_SIZE)
		copy_chain(batch, index);
	return index;
}

unsigned int xengnt_copy_from_grant(struct xengnt_copy_batch *batch,
				    grant_ref_t ref, unsigned int ref_offset,
				    struct page *page, unsigned int offset,
				    unsigned int len)
{
	batch->ops[batch->nr] = (struct gnttab_copy) {
		.source.u.ref = ref,
		.source.domid = batch->granter,
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
		.dest.domid = batch->granter,
		.dest.offset = ref_offset,
		.len = len,
		.flags = GNTCOPY_dest_gref,
	};
	return copy_added(batch);
}
EXPORT_SYMBOL_GPL(xengnt_copy_to_grant);

unsigned int xengnt_copy_between_grants(struct xengnt_copy_batch *batch,
					const struct xengnt_mapping *from,
					unsigned int from_offset,
					grant_ref_t ref,
					unsigned int ref_offset,
					unsigned int len)
{
	batch->ops[batch->nr] = (struct gnttab_copy) {
		.source.u.ref = from->ref,
		.source.domid = from->domid,
		.source.offset = from_offset,
		.dest.u.ref = ref,
		.dest.domid = batch->granter,
		.dest.offset = ref_offset,
		.len = len,
		.flags = GNTCOPY_source_gref | GNTCOPY_dest_gref,
	};
	return copy_added(batch);
}
EXPORT_SYMBOL_GPL(xengnt_copy_between_grants);

/* Page by page, in the order in which the pages came up. */
static unsigned int copy_order_by_page(struct xengnt_copy_batch *batch)
{
	unsigned int first, nr = 0;
	u16 index, next;

	for (first = 0; first < batch->nr; first++) {
		if (batch->next[first] == COPY_TAKEN)
			continue;
		for (index = first; index < batch->nr; index = next) {
			next = batch->next[index];
			batch->next[index] = COPY_TAKEN;
			batch->order[nr++] = index;
		}
	}
	return nr;
}

static unsigned int copy_order_again(struct xengnt_copy_batch *batch)
{
	unsigned int i, nr = 0;

	for (i = 0; i < batch->nr; i++)
		if (batch->ops[i].status == GNTST_eagain)
			batch->order[nr++] = i;
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
	nr = again ? copy_order_again(batch) : copy_order_by_page(batch);
	for (i = 0; i < nr; i++)
		batch->sorted[i] = batch->ops[batch->order[i]];
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

static unsigned int copy_account(struct xengnt_copy_batch *batch)
{
	unsigned int i, failed = 0;
	u64 bytes = 0;

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

unsigned int xengnt_copy_batch_try(struct xengnt_copy_batch *batch)
{
	if (!batch->nr)
		return 0;

	copy_run(batch, false);
	return copy_account(batch);
}
EXPORT_SYMBOL_GPL(xengnt_copy_batch_try);

unsigned int xengnt_copy_batch_run(struct xengnt_copy_batch *batch)
{
	unsigned int retries = min_t(unsigned int, READ_ONCE(eagain_retries),
				     EAGAIN_RETRIES_MAX);
	unsigned int try, again;

	if (!batch->nr)
		return 0;

	copy_run(batch, false);
	for (try = 0; try < retries && (again = copy_again(batch)); try++) {
		msleep(1 << try);
		xengnt_client_count(batch->client, XENGNT_COPY_RETRIED, again);
		copy_run(batch, true);
	}
	return copy_account(batch);
}
EXPORT_SYMBOL_GPL(xengnt_copy_batch_run);

int xengnt_copy_batch_status(const struct xengnt_copy_batch *batch,
			     unsigned int index)
{
	switch (batch->ops[index].status) {
	case GNTST_okay:
		return 0;
	case GNTST_eagain:
		return -EAGAIN;
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
