// SPDX-License-Identifier: GPL-2.0
/*
 * Frames on real Xen: every page of the domain looked up by the strategy that
 * is set, the cost of a lookup, and a guest's pages mapped and found again.
 */
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/m2p.h>
#include <xen/gnttab/p2m.h>
#include <xen/gnttab/unmap.h>
#include "stray.h"

static int granter = -1;
module_param(granter, int, 0444);
MODULE_PARM_DESC(granter, "the domain whose grants are mapped (default none)");

#define MAX_REFS 16

static int refs[MAX_REFS];
static unsigned int nr_refs;
module_param_array(refs, int, &nr_refs, 0444);
MODULE_PARM_DESC(refs, "its references; each is mapped read-only");

/* Looked up together. */
#define PART 32

static struct xengnt_client *client;
static struct xengnt_area *area;
static struct page *pages[MAX_REFS];
static struct xengnt_unmap unmaps[MAX_REFS];
static unsigned int nr_mapped, nr_answered;

struct sum {
	unsigned long pfns[PART];
	unsigned int nr;
	unsigned long total;
	unsigned long absent;
	u32 crc;
};

static void sum_part(struct sum *sum)
{
	unsigned long frames[PART];

	sum->absent += xengnt_p2m_lookup(sum->pfns, frames, sum->nr);
	sum->crc = crc32(sum->crc, frames, sum->nr * sizeof(*frames));
	sum->total += sum->nr;
	sum->nr = 0;
}

/* Only memory: what lies between belongs to devices. */
static void sum_page(struct page *page, void *data)
{
	struct sum *sum = data;

	if (!page_is_ram(page_to_pfn(page)))
		return;
	sum->pfns[sum->nr++] = page_to_pfn(page);
	if (sum->nr == PART)
		sum_part(sum);
}

static int frames_get(char *buffer, const struct kernel_param *kp)
{
	struct sum *sum = kzalloc(sizeof(*sum), GFP_KERNEL);
	int len;

	if (!sum)
		return -ENOMEM;
	visit_pages(sum_page, sum);
	sum_part(sum);
	len = scnprintf(buffer, PAGE_SIZE, "pages %lu\nabsent %lu\ncrc %08x\n",
			sum->total, sum->absent, sum->crc);
	kfree(sum);
	return len;
}

static const struct kernel_param_ops frames_ops = { .get = frames_get };
module_param_cb(frames, &frames_ops, NULL, 0444);
MODULE_PARM_DESC(frames, "all of them, as a sum");

static int stray_get(char *buffer, const struct kernel_param *kp)
{
	return stray_show(buffer);
}

static const struct kernel_param_ops stray_ops = { .get = stray_get };
module_param_cb(stray, &stray_ops, NULL, 0444);
MODULE_PARM_DESC(stray, "write to all that may only be read");

#define ROUNDS 1000

static int cost_get(char *buffer, const struct kernel_param *kp)
{
	unsigned long pfns[PART], frames[PART];
	struct page *own = alloc_pages(GFP_KERNEL, get_order(PART * PAGE_SIZE));
	unsigned int i;
	u64 start, ns;

	if (!own)
		return -ENOMEM;
	for (i = 0; i < PART; i++)
		pfns[i] = page_to_pfn(own) + i;
	start = ktime_get_ns();
	for (i = 0; i < ROUNDS; i++)
		xengnt_p2m_lookup(pfns, frames, PART);
	ns = ktime_get_ns() - start;
	for (i = 0; i < PART; i++)
		xengnt_p2m_forget(pfns[i]);
	__free_pages(own, get_order(PART * PAGE_SIZE));
	return scnprintf(buffer, PAGE_SIZE, "%llu\n",
			 div_u64(ns, ROUNDS * PART));
}

static const struct kernel_param_ops cost_ops = { .get = cost_get };
module_param_cb(cost, &cost_ops, NULL, 0444);
MODULE_PARM_DESC(cost, "of one frame among 32, in ns");

/* Each mapping is found by its frame, and each of its facts by its page. */
static int found_get(char *buffer, const struct kernel_param *kp)
{
	unsigned int i, by_frame = 0, by_page = 0;
	struct xengnt_mapping mapping;

	for (i = 0; i < nr_mapped; i++) {
		unsigned long frame = xengnt_p2m_frame(page_to_pfn(pages[i]));

		by_frame += xengnt_m2p_page(frame) == pages[i];
		by_page += xengnt_m2p_mapping(pages[i], &mapping) &&
			   mapping.ref == refs[i] &&
			   mapping.domid == granter &&
			   mapping.handle == unmaps[i].handle &&
			   mapping.frame == frame;
	}
	return scnprintf(buffer, PAGE_SIZE, "mapped %u\nframe %u\npage %u\n",
			 nr_mapped, by_frame, by_page);
}

static const struct kernel_param_ops found_ops = { .get = found_get };
module_param_cb(found, &found_ops, NULL, 0444);
MODULE_PARM_DESC(found, "mappings that are found");

static void frames_unmapped(struct xengnt_unmap *u, int status)
{
	nr_answered++;
}

static const struct xengnt_client_ops client_ops = {
	.unmapped = frames_unmapped,
};

static int map_refs(void)
{
	struct xengnt_map_batch batch;
	unsigned int i;
	int ret;

	ret = xengnt_area_get(area, pages, nr_refs);
	if (ret)
		return ret;
	ret = xengnt_map_batch_init(&batch, client, nr_refs);
	if (ret)
		goto err_pages;
	for (i = 0; i < nr_refs; i++)
		xengnt_map_batch_add(&batch, refs[i], pages[i], true);
	ret = xengnt_map_batch_run(&batch) ? -EIO : 0;
	for (i = 0; i < nr_refs && !ret; i++)
		unmaps[i] = (struct xengnt_unmap) {
			.client = client,
			.page = pages[i],
			.handle = xengnt_map_batch_handle(&batch, i),
		};
	xengnt_map_batch_fini(&batch);
	if (!ret)
		nr_mapped = nr_refs;
	else
		pr_err("not all of the grants can be mapped\n");
err_pages:
	/* A failed run of this test leaves its mappings to the end of Xen. */
	if (ret)
		xengnt_area_lose(area, nr_refs);
	return ret;
}

static void frames_fini(void)
{
	LIST_HEAD(entries);
	unsigned int i;

	for (i = 0; i < nr_mapped; i++)
		list_add_tail(&unmaps[i].node, &entries);
	xengnt_unmap_queue(&entries, XENGNT_TOUCHED, false);
	if (nr_answered == nr_mapped && nr_mapped)
		xengnt_area_put(area, pages, nr_mapped);
	if (!IS_ERR(area))
		xengnt_area_destroy(area);
	if (!IS_ERR(client))
		xengnt_client_destroy(client);
}

static int __init frames_init(void)
{
	int ret;

	if (granter < 0)
		return 0;
	client = xengnt_client_create("frames", granter, &client_ops, NULL);
	if (IS_ERR(client))
		return PTR_ERR(client);
	area = xengnt_area_create(client, XENGNT_AREA_MAP, MAX_REFS, 0);
	ret = PTR_ERR_OR_ZERO(area);
	if (!ret)
		ret = xengnt_m2p_track(client);
	if (!ret)
		ret = map_refs();
	if (ret)
		frames_fini();
	return ret;
}

static void __exit frames_exit(void)
{
	frames_fini();
}

module_init(frames_init);
module_exit(frames_exit);

MODULE_DESCRIPTION("Frames of the domain, for tests on real Xen");
MODULE_LICENSE("GPL");
