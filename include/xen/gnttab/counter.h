/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * What grant operations are counted, for the whole library and for a client.
 */
#ifndef _XEN_GNTTAB_COUNTER_H
#define _XEN_GNTTAB_COUNTER_H

#include <linux/types.h>

/**
 * DOC: Example of counters
 *
 * How well unmappings share their hypercalls::
 *
 *	u64 example_unmapped_per_call(void)
 *	{
 *		u64 calls = xengnt_counter_read(XENGNT_UNMAP_CALLS);
 *		u64 ops = xengnt_counter_read(XENGNT_UNMAP_OPS);
 *
 *		return calls ? div64_u64(ops, calls) : 0;
 *	}
 */

/**
 * enum xengnt_counter - one number each for the library and for every client
 * @XENGNT_MAP_OPS: map operations given to Xen
 * @XENGNT_MAP_CALLS: hypercalls that carried them
 * @XENGNT_MAP_FAILED: map operations that Xen refused
 * @XENGNT_MAP_EXHAUSTED: of these, refused because a table of Xen is full
 * @XENGNT_COPY_OPS: copy operations given to Xen
 * @XENGNT_COPY_CALLS: hypercalls that carried them, repetitions included
 * @XENGNT_COPY_BYTES: bytes copied
 * @XENGNT_COPY_FAILED: copy operations that Xen refused
 * @XENGNT_COPY_RETRIED: copy operations repeated after GNTST_eagain
 * @XENGNT_UNMAP_OPS: unmap operations given to Xen
 * @XENGNT_UNMAP_CALLS: hypercalls that carried them. A call that serves
 *	several clients counts once for each of them, and once for the library.
 * @XENGNT_UNMAP_FAILED: unmap operations that Xen refused; the page is lost
 * @XENGNT_UNMAP_DEFERRED: unmappings put off because the page was still in use
 * @XENGNT_FLUSH_GROUPS: TLB flushes that the unmap operations cost, by the
 *	rule of the backend; for a client, those that it had a part in
 * @XENGNT_FLUSH_FULL: unmap calls made because a group was full
 * @XENGNT_FLUSH_IDLE: unmap calls made because no more entries were to come
 * @XENGNT_FLUSH_DEADLINE: unmap calls made because the oldest entry was due
 * @XENGNT_FALLBACK_COPY: pages copied because they could not be mapped
 * @XENGNT_AREA_EMPTY: times that an area had no page to give
 * @XENGNT_TRANSFER_OPS: pages that Xen was asked to transfer
 * @XENGNT_TRANSFER_CALLS: hypercalls that carried them
 * @XENGNT_TRANSFER_FAILED: of these pages, those that the receiver did not get
 * @XENGNT_TRANSFER_OFFERED: places offered for pages to be received
 * @XENGNT_TRANSFER_RECEIVED: pages received there
 * @XENGNT_TRANSFER_WITHDRAWN: places taken back, because nothing had come
 * @XENGNT_REPLACED: mapped pages that were replaced under their users
 * @XENGNT_REPLACE_FAILED: times that this could not be done
 * @XENGNT_NR_COUNTERS: how many there are
 */
enum xengnt_counter {
	XENGNT_MAP_OPS,
	XENGNT_MAP_CALLS,
	XENGNT_MAP_FAILED,
	XENGNT_MAP_EXHAUSTED,
	XENGNT_COPY_OPS,
	XENGNT_COPY_CALLS,
	XENGNT_COPY_BYTES,
	XENGNT_COPY_FAILED,
	XENGNT_COPY_RETRIED,
	XENGNT_UNMAP_OPS,
	XENGNT_UNMAP_CALLS,
	XENGNT_UNMAP_FAILED,
	XENGNT_UNMAP_DEFERRED,
	XENGNT_FLUSH_GROUPS,
	XENGNT_FLUSH_FULL,
	XENGNT_FLUSH_IDLE,
	XENGNT_FLUSH_DEADLINE,
	XENGNT_FALLBACK_COPY,
	XENGNT_AREA_EMPTY,
	XENGNT_TRANSFER_OPS,
	XENGNT_TRANSFER_CALLS,
	XENGNT_TRANSFER_FAILED,
	XENGNT_TRANSFER_OFFERED,
	XENGNT_TRANSFER_RECEIVED,
	XENGNT_TRANSFER_WITHDRAWN,
	XENGNT_REPLACED,
	XENGNT_REPLACE_FAILED,
	XENGNT_NR_COUNTERS
};

/**
 * xengnt_counter_name() - the counter's name in debugfs
 * @counter: below XENGNT_NR_COUNTERS
 *
 * Return: a constant string, for instance "map_ops".
 */
const char *xengnt_counter_name(enum xengnt_counter counter);

/**
 * xengnt_counter_read() - the library's sum of one counter
 * @counter: below XENGNT_NR_COUNTERS
 *
 * Context: any. The sum is over processors that keep counting meanwhile.
 * Return: the number since the library was loaded.
 */
u64 xengnt_counter_read(enum xengnt_counter counter);

#endif /* _XEN_GNTTAB_COUNTER_H */
