/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of other domains in packets.
 */
#ifndef XEN_NETBACK_FOREIGN_H
#define XEN_NETBACK_FOREIGN_H

#include <linux/types.h>

struct page;
struct sk_buff;
struct xengnt_copy_batch;

/*
 * Make sure that Xen can copy all of a packet. 1 if there are such pages in it,
 * 0 if not or not any more, or -ENOMEM. Any context.
 */
int netback_foreign_prepare(struct sk_buff *skb);

/* As xengnt_copy_to_grant(), and @page may be another domain's. */
void netback_foreign_copy(struct xengnt_copy_batch *batch, struct page *page,
			  unsigned int offset, u32 ref,
			  unsigned int ref_offset, unsigned int len);

#endif /* XEN_NETBACK_FOREIGN_H */
