// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of other domains in packets.
 *
 * A guest's disk may be a network block device or a file that another guest
 * serves. What the one writes there is sent to the other straight from its
 * pages, which are mapped here. Xen copies from such a page only by the grant
 * that it is mapped by. The library remembers that for all mappings that last;
 * what is in other pages, has to be copied to memory of this domain first.
 *
 * The kernel marks such pages, with a flag that has other meanings for other
 * pages: a hint, and no proof.
 */
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/skbuff.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/m2p.h>

#include "foreign.h"

/* What a page of a fragment may be. */
enum foreign {
	FOREIGN_NOT,
	FOREIGN_KNOWN,
	FOREIGN_UNKNOWN,
};

static enum foreign page_foreign(struct page *page)
{
	struct xengnt_mapping mapping;

	if (likely(!PageForeign(page)))
		return FOREIGN_NOT;
	return xengnt_m2p_mapping(page, &mapping) ? FOREIGN_KNOWN :
						    FOREIGN_UNKNOWN;
}

/* The worst of all pages of a fragment. */
static enum foreign frag_foreign(const skb_frag_t *frag)
{
	unsigned int first = skb_frag_off(frag) / PAGE_SIZE;
	unsigned int end = skb_frag_off(frag) + skb_frag_size(frag);
	enum foreign worst = FOREIGN_NOT;
	unsigned int i;

	/* Grants are mapped in pages by themselves. */
	if (PageCompound(skb_frag_page(frag)))
		return FOREIGN_NOT;
	for (i = first; i < DIV_ROUND_UP(end, PAGE_SIZE); i++)
		worst = max(worst, page_foreign(skb_frag_page(frag) + i));
	return worst;
}

static enum foreign skb_foreign(const struct sk_buff *skb)
{
	enum foreign worst = FOREIGN_NOT;
	unsigned int i;

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		worst = max(worst, frag_foreign(&skb_shinfo(skb)->frags[i]));
	return worst;
}

int netback_foreign_prepare(struct sk_buff *skb)
{
	switch (skb_foreign(skb)) {
	case FOREIGN_NOT:
		return 0;
	case FOREIGN_KNOWN:
		return 1;
	default:
		return skb_copy_ubufs(skb, GFP_ATOMIC);
	}
}

void netback_foreign_copy(struct xengnt_copy_batch *batch, struct page *page,
			  unsigned int offset, u32 ref,
			  unsigned int ref_offset, unsigned int len)
{
	struct xengnt_mapping mapping;

	/* The packet holds the page, so that it is not unmapped meanwhile. */
	if (xengnt_m2p_mapping(page, &mapping))
		xengnt_copy_between_grants(batch, &mapping, offset, ref,
					   ref_offset, len);
	else
		xengnt_copy_to_grant(batch, page, offset, ref, ref_offset,
				     len);
}
