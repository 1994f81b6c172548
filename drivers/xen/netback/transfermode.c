// SPDX-License-Identifier: GPL-2.0
/*
 * A packet is put into pages of ours, and these are given away. Xen gives us
 * other memory for them, with which the same pages are used again: as long as it
 * has some, the domain neither grows nor shrinks, and nothing is allocated.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "rxcodec.h"
#include "transfermode.h"

static bool rx_flip;
module_param(rx_flip, bool, 0644);
MODULE_PARM_DESC(rx_flip,
		 "Let guests that ask for it receive pages of this domain's instead of copies; for interfaces that appear afterwards (default N)");

/*
 * If Xen has no memory, an interface may cost this domain so many pages and
 * those of the pass that is under way.
 */
#define LOST_MAX	64

bool netback_transfermode_offered(void)
{
	return READ_ONCE(rx_flip) && xengnt_send_supported();
}

struct netback_transfermode *
netback_transfermode_create(struct xengnt_client *client, atomic_t *lost)
{
	struct netback_transfermode *mode = kzalloc(sizeof(*mode), GFP_KERNEL);
	int error;

	if (!mode)
		return ERR_PTR(-ENOMEM);
	mode->lost = lost;
	error = xengnt_send_batch_init(&mode->batch, client,
				       NETBACK_TRANSFERMODE_PAGES);
	if (!error)
		return mode;
	kfree(mode);
	return ERR_PTR(error);
}

void netback_transfermode_destroy(struct netback_transfermode *mode)
{
	if (!mode)
		return;
	while (mode->nr_spare)
		__free_page(mode->spare[--mode->nr_spare]);
	xengnt_send_batch_fini(&mode->batch);
	kfree(mode);
}

/* Until Xen has made good for all: then there is enough for everybody. */
static bool lost_too_many(struct netback_transfermode *mode)
{
	int lost = atomic_read(mode->lost);

	if (lost < LOST_MAX)
		return false;
	if (xengnt_send_owed())
		return true;
	/* The other queues may have found out as well. */
	atomic_cmpxchg(mode->lost, lost, 0);
	return false;
}

bool netback_transfermode_have(struct netback_transfermode *mode,
			       unsigned int nr)
{
	struct page *page;

	if (lost_too_many(mode))
		return false;
	while (mode->nr_spare < nr) {
		/* Not from the reserves: this is for somebody else. */
		page = alloc_page(GFP_NOWAIT | __GFP_NOWARN |
				  __GFP_NOMEMALLOC);
		if (!page)
			return false;
		mode->spare[mode->nr_spare++] = page;
	}
	return true;
}

/* A page of ordinary memory that nobody knows of but the packet. */
static bool frag_is_ours(const struct sk_buff *skb, const skb_frag_t *frag)
{
	const u8 lent = SKBFL_ZEROCOPY_ENABLE | SKBFL_SHARED_FRAG;
	struct page *page = skb_frag_page(frag);

	return !skb_frag_off(frag) && skb_frag_size(frag) == PAGE_SIZE &&
	       !skb_cloned(skb) && !skb->pp_recycle &&
	       !(skb_shinfo(skb)->flags & lent) && page_count(page) == 1 &&
	       !PageCompound(page) && !PageSlab(page) && !PageReserved(page) &&
	       !PagePrivate(page) && !PageForeign(page) &&
	       !PageMemcgKmem(page) && !is_zone_device_page(page) && !page->mapping &&
	       !page_mapped(page);
}

int netback_transfermode_plan(struct netback_rx_plan *plan,
			      const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int head = skb_headlen(skb), i;

	/* Others will be like the first one, or are copied. */
	for (i = 0; i < info->nr_frags; i++) {
		if (frag_is_ours(skb, &info->frags[i]))
			return netback_rx_plan_pages(plan, skb->len, head);
		head += skb_frag_size(&info->frags[i]);
	}
	return netback_rx_plan_pages(plan, skb->len, 0);
}

/* The fragment that begins at @offset, or -1. */
static int frag_at(const struct sk_buff *skb, unsigned int offset)
{
	unsigned int at = skb_headlen(skb);
	int i;

	for (i = 0; i < skb_shinfo(skb)->nr_frags && at < offset; i++)
		at += skb_frag_size(&skb_shinfo(skb)->frags[i]);
	return i < skb_shinfo(skb)->nr_frags && at == offset ? i : -1;
}

/* The packet's own page, which gets @other in its place; NULL if there is none. */
static struct page *page_take(struct sk_buff *skb, unsigned int offset,
			      struct page *other)
{
	int i = frag_at(skb, offset);
	struct page *page;

	if (i < 0 || !frag_is_ours(skb, &skb_shinfo(skb)->frags[i]))
		return NULL;
	page = skb_frag_page(&skb_shinfo(skb)->frags[i]);
	__skb_fill_page_desc(skb, i, other, 0, PAGE_SIZE);
	return page;
}

static void page_fill(struct page *page, const struct sk_buff *skb,
		      unsigned int offset, unsigned int len)
{
	u8 *to = page_address(page);

	if (skb_copy_bits(skb, offset, to, len))
		len = 0;
	/* What was there before is none of the guest's business. */
	memset(to + len, 0, PAGE_SIZE - len);
}

void netback_transfermode_add(struct netback_transfermode *mode, u32 ref,
			      struct sk_buff *skb, unsigned int offset,
			      unsigned int len)
{
	struct page *page = mode->spare[--mode->nr_spare], *whole = NULL;

	if (len == PAGE_SIZE)
		whole = page_take(skb, offset, page);
	if (whole)
		mode->whole++;
	else
		page_fill(page, skb, offset, len);
	xengnt_send_batch_add(&mode->batch, ref, whole ?: page);
}

unsigned int netback_transfermode_run(struct netback_transfermode *mode)
{
	unsigned int failed = xengnt_send_batch_run(&mode->batch);
	struct page *page;
	unsigned int i;

	/* There is room for them: they come from there. */
	for (i = 0; i < mode->batch.nr; i++) {
		page = xengnt_send_batch_page(&mode->batch, i);
		if (!page)
			atomic_inc(mode->lost);
		else if (xengnt_send_batch_status(&mode->batch, i) == -EBUSY)
			/* Something is odd about it: no second try. */
			__free_page(page);
		else
			mode->spare[mode->nr_spare++] = page;
	}
	return failed;
}
