// SPDX-License-Identifier: GPL-2.0
/*
 * The sending side of transfer.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/grant_table.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/transfer.h>
#include "p2m.h"
#include "trace.h"
#include "transfer-reserve.h"

/* Xen was started with gnttab=no-transfer, or will not do it for us. */
static bool refused;

/* What Xen said about transfers as such. */
static int send_answer(int ret)
{
	if (ret != -EOPNOTSUPP && ret != -ENOSYS)
		return ret ? -EFAULT : 0;
	pr_info("Xen does not allow pages to be transferred\n");
	WRITE_ONCE(refused, true);
	return -EOPNOTSUPP;
}

bool xengnt_send_supported(void)
{
	const struct xengnt_backend *backend = xengnt_backend_get();

	if (!backend->transfer)
		return false;
	/* No page, and yet Xen says whether it would take one. */
	WRITE_ONCE(refused, false);
	return !send_answer(backend->transfer(NULL, NULL, NULL, 0));
}
EXPORT_SYMBOL_GPL(xengnt_send_supported);

int xengnt_send_batch_init(struct xengnt_send_batch *batch,
			   struct xengnt_client *client, unsigned int max)
{
	memset(batch, 0, sizeof(*batch));
	if (!max)
		return -EINVAL;
	if (!xengnt_backend_get()->transfer || READ_ONCE(refused))
		return -EOPNOTSUPP;

	batch->client = client;
	batch->max = max;
	batch->ops = kvcalloc(max, sizeof(*batch->ops), GFP_KERNEL);
	batch->pages = kvcalloc(max, sizeof(*batch->pages), GFP_KERNEL);
	batch->frames = kvcalloc(max, sizeof(*batch->frames), GFP_KERNEL);
	batch->empty = kvcalloc(max, sizeof(*batch->empty), GFP_KERNEL);
	if (batch->ops && batch->pages && batch->frames && batch->empty)
		return 0;
	xengnt_send_batch_fini(batch);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(xengnt_send_batch_init);

void xengnt_send_batch_fini(struct xengnt_send_batch *batch)
{
	kvfree(batch->ops);
	kvfree(batch->pages);
	kvfree(batch->frames);
	kvfree(batch->empty);
	memset(batch, 0, sizeof(*batch));
}
EXPORT_SYMBOL_GPL(xengnt_send_batch_fini);

unsigned int xengnt_send_batch_add(struct xengnt_send_batch *batch,
				   grant_ref_t ref, struct page *page)
{
	unsigned int index = batch->nr++;

	batch->ops[index] = (struct gnttab_transfer) {
		.domid = xengnt_client_granter(batch->client),
		.ref = ref,
	};
	batch->pages[index] = page;
	return index;
}
EXPORT_SYMBOL_GPL(xengnt_send_batch_add);

/* Pages whose memory Xen took get other memory, all in one go. */
static void send_batch_refill(struct xengnt_send_batch *batch)
{
	unsigned int i, nr = 0;

	for (i = 0; i < batch->nr; i++) {
		if (batch->frames[i] != XENGNT_NO_FRAME)
			continue;
		batch->empty[nr++] = batch->pages[i];
		batch->pages[i] = NULL;
	}
	xengnt_reserve_refill(batch->empty, batch->frames, nr);
	for (i = nr = 0; i < batch->nr; i++)
		if (!batch->pages[i])
			batch->pages[i] = batch->empty[nr++];
}

static int send_batch_call(struct xengnt_send_batch *batch)
{
	int ret;

	if (READ_ONCE(refused))
		return -EOPNOTSUPP;
	xengnt_client_count(batch->client, XENGNT_TRANSFER_CALLS, 1);
	ret = xengnt_backend_get()->transfer(batch->ops, batch->pages,
					     batch->frames, batch->nr);
	xengnt_p2m_forget_pages(batch->pages, batch->nr);
	send_batch_refill(batch);
	return send_answer(ret);
}

unsigned int xengnt_send_batch_run(struct xengnt_send_batch *batch)
{
	unsigned int i, failed = 0;

	if (!batch->nr)
		return 0;
	batch->error = send_batch_call(batch);
	for (i = 0; i < batch->nr; i++)
		failed += batch->error || batch->ops[i].status != GNTST_okay;
	xengnt_reserve_add(XENGNT_RESERVE_SENT, batch->nr - failed);
	xengnt_client_count(batch->client, XENGNT_TRANSFER_OPS, batch->nr);
	xengnt_client_count(batch->client, XENGNT_TRANSFER_FAILED, failed);
	trace_xengnt_send(batch->client, batch->nr, failed);
	return failed;
}
EXPORT_SYMBOL_GPL(xengnt_send_batch_run);

int xengnt_send_batch_status(const struct xengnt_send_batch *batch,
			     unsigned int index)
{
	if (batch->error)
		return batch->error;
	switch (batch->ops[index].status) {
	case GNTST_okay:
		return 0;
	case GNTST_bad_page:
		return -EBUSY;
	case GNTST_bad_domain:
		return -ESRCH;
	case GNTST_permission_denied:
		return -EPERM;
	default:
		return -EIO;
	}
}
EXPORT_SYMBOL_GPL(xengnt_send_batch_status);
