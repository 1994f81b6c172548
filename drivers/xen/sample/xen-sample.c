// SPDX-License-Identifier: GPL-2.0
/*
 * The smallest client of xen-gnttab: reads what stands in a page that a guest
 * has granted, by mapping it, and writes a line there, by copying.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/unmap.h>

static unsigned int granter;
module_param(granter, uint, 0444);
MODULE_PARM_DESC(granter, "domain that grants the page");

static unsigned int ref;
module_param(ref, uint, 0444);
MODULE_PARM_DESC(ref, "its grant reference");

static char *say = "hello";
module_param(say, charp, 0444);
MODULE_PARM_DESC(say, "what to write into the page");

static char seen[64];
module_param_string(seen, seen, sizeof(seen), 0444);
MODULE_PARM_DESC(seen, "what stood in the page before");

static struct xengnt_client *client;
static struct xengnt_area *map_area, *copy_area;
static DECLARE_COMPLETION(unmapped);

/* May be called in any context. Only now does the page belong to us again. */
static void sample_unmapped(struct xengnt_unmap *u, int status)
{
	if (status)
		xengnt_area_lose(map_area, 1);
	else
		xengnt_area_put(map_area, &u->page, 1);
	complete(&unmapped);
}

static const struct xengnt_client_ops sample_ops = {
	.unmapped = sample_unmapped,
};

static void sample_unmap(struct page *page, grant_handle_t handle)
{
	struct xengnt_unmap u = {
		.client = client,
		.page = page,
		.handle = handle,
	};
	LIST_HEAD(entries);

	list_add(&u.node, &entries);
	/* A CPU has read the page, and nothing more will follow. */
	xengnt_unmap_queue(&entries, XENGNT_TOUCHED, false);
	wait_for_completion(&unmapped);
}

static int sample_read(void)
{
	struct xengnt_map_batch batch;
	struct page *page;
	int ret;

	ret = xengnt_map_batch_init(&batch, client, 1);
	if (ret)
		return ret;
	ret = xengnt_area_get(map_area, &page, 1);
	if (ret)
		goto out;

	xengnt_map_batch_add(&batch, ref, page, true);
	xengnt_map_batch_run(&batch);
	ret = xengnt_map_batch_status(&batch, 0);
	if (ret) {
		xengnt_area_put(map_area, &page, 1);
		goto out;
	}
	/* The guest may write at any time: copy first, then believe the copy. */
	memcpy(seen, page_address(page), sizeof(seen) - 1);
	sample_unmap(page, xengnt_map_batch_handle(&batch, 0));
out:
	xengnt_map_batch_fini(&batch);
	return ret;
}

static int sample_write(void)
{
	struct xengnt_copy_batch batch;
	struct page *page;
	ssize_t len;
	int ret;

	ret = xengnt_copy_batch_init(&batch, client, 1);
	if (ret)
		return ret;
	ret = xengnt_area_get(copy_area, &page, 1);
	if (ret)
		goto out;

	len = strscpy(page_address(page), say, sizeof(seen));
	len = len < 0 ? sizeof(seen) : len + 1;
	xengnt_copy_to_grant(&batch, page, 0, ref, 0, len);
	xengnt_copy_batch_run(&batch);
	ret = xengnt_copy_batch_status(&batch, 0);
	xengnt_area_put(copy_area, &page, 1);
out:
	xengnt_copy_batch_fini(&batch);
	return ret;
}

static int __init sample_init(void)
{
	int ret;

	client = xengnt_client_create("sample", granter, &sample_ops, NULL);
	if (IS_ERR(client))
		return PTR_ERR(client);
	map_area = xengnt_area_create(client, XENGNT_AREA_MAP, 1, 0);
	ret = PTR_ERR_OR_ZERO(map_area);
	if (ret)
		goto err_client;
	copy_area = xengnt_area_create(client, XENGNT_AREA_COPY, 1, 0);
	ret = PTR_ERR_OR_ZERO(copy_area);
	if (ret)
		goto err_area;

	ret = sample_read();
	if (!ret)
		ret = sample_write();
	xengnt_area_destroy(copy_area);
err_area:
	xengnt_area_destroy(map_area);
err_client:
	xengnt_client_destroy(client);
	return ret;
}

/* All is given back already; a module without this could not be unloaded. */
static void __exit sample_exit(void)
{
}

module_init(sample_init);
module_exit(sample_exit);

MODULE_DESCRIPTION("The smallest client of xen-gnttab");
MODULE_LICENSE("GPL");
