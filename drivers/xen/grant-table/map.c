// SPDX-License-Identifier: GPL-2.0
/*
 * The map batch.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/grant_table.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include "client.h"
#include "m2p.h"
#include "trace.h"

int xengnt_map_batch_init(struct xengnt_map_batch *batch,
			  struct xengnt_client *client, unsigned int max)
{
	batch->client = client;
	batch->granter = xengnt_client_granter(client);
	batch->nr = 0;
	batch->max = max;
	batch->pin = false;
	batch->ops = kvcalloc(max, sizeof(*batch->ops), GFP_KERNEL);
	batch->pages = kvcalloc(max, sizeof(*batch->pages), GFP_KERNEL);
	if (batch->ops && batch->pages)
		return 0;
	xengnt_map_batch_fini(batch);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(xengnt_map_batch_init);

void xengnt_map_batch_fini(struct xengnt_map_batch *batch)
{
	kvfree(batch->ops);
	kvfree(batch->pages);
	batch->ops = NULL;
	batch->pages = NULL;
	batch->nr = 0;
	batch->max = 0;
}
EXPORT_SYMBOL_GPL(xengnt_map_batch_fini);

unsigned int xengnt_map_batch_add(struct xengnt_map_batch *batch,
				  grant_ref_t ref, struct page *page,
				  bool readonly)
{
	unsigned int index = batch->nr++;

	/*
	 * Devices find the page through the kernel's tables, not through an
	 * IOMMU mapping of Xen's, so a host mapping is all that is asked for.
	 * A device mapping is what keeps the granter's page when the host
	 * mapping goes.
	 */
	batch->ops[index] = (struct gnttab_map_grant_ref) {
		.flags = GNTMAP_host_map | (readonly ? GNTMAP_readonly : 0) |
			 (batch->pin ? GNTMAP_device_map : 0),
		.ref = ref,
		.dom = batch->granter,
	};
	batch->pages[index] = page;
	return index;
}
EXPORT_SYMBOL_GPL(xengnt_map_batch_add);

/* The places, which only the backend can name, all in one go. */
static void map_batch_place(struct xengnt_map_batch *batch)
{
	u64 (*mapaddr)(const void *vaddr) = xengnt_backend_get()->mapaddr;
	unsigned int i;

	for (i = 0; i < batch->nr; i++)
		batch->ops[i].host_addr =
			mapaddr(page_address(batch->pages[i]));
}

/* Statuses and handles as if Xen had refused every operation. */
static void map_batch_refuse(struct xengnt_map_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->nr; i++)
		batch->ops[i].status = GNTST_general_error;
}

/* With the backend's function for it, NULL if it has none. */
static unsigned int map_batch_run(struct xengnt_map_batch *batch,
				  int (*map)(struct gnttab_map_grant_ref *ops,
					     struct page **pages,
					     unsigned int nr),
				  gfp_t gfp)
{
	unsigned int i, failed = 0, exhausted = 0;

	if (!batch->nr)
		return 0;
	map_batch_place(batch);
	if (!map || map(batch->ops, batch->pages, batch->nr))
		map_batch_refuse(batch);

	for (i = 0; i < batch->nr; i++) {
		if (likely(batch->ops[i].status == GNTST_okay))
			continue;
		failed++;
		exhausted += xengnt_map_batch_status(batch, i) == -ENOSPC;
	}
	if (unlikely(batch->client->tracked))
		xengnt_m2p_add(batch, gfp);
	xengnt_client_count(batch->client, XENGNT_MAP_OPS, batch->nr);
	xengnt_client_count(batch->client, XENGNT_MAP_CALLS, 1);
	if (failed) {
		xengnt_client_count(batch->client, XENGNT_MAP_FAILED, failed);
		xengnt_client_count(batch->client, XENGNT_MAP_EXHAUSTED,
				    exhausted);
	}
	trace_xengnt_map(batch->client, batch->nr, failed, exhausted);
	return failed;
}

unsigned int xengnt_map_batch_run(struct xengnt_map_batch *batch)
{
	/* The mappings may carry I/O that reclaim waits for. */
	return map_batch_run(batch, xengnt_backend_get()->map, GFP_NOIO);
}
EXPORT_SYMBOL_GPL(xengnt_map_batch_run);

unsigned int xengnt_map_batch_try(struct xengnt_map_batch *batch)
{
	return map_batch_run(batch, xengnt_backend_get()->map_now, GFP_NOWAIT);
}
EXPORT_SYMBOL_GPL(xengnt_map_batch_try);

int xengnt_map_batch_status(const struct xengnt_map_batch *batch,
			    unsigned int index)
{
	switch (batch->ops[index].status) {
	case GNTST_okay:
		return 0;
	case GNTST_no_space:
	case GNTST_no_device_space:
		return -ENOSPC;
	case GNTST_bad_domain:
	case GNTST_bad_gntref:
	case GNTST_bad_page:
	case GNTST_permission_denied:
		return -EINVAL;
	default:
		return -EIO;
	}
}
EXPORT_SYMBOL_GPL(xengnt_map_batch_status);
