/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_CLIENT_H
#define _XENGNT_CLIENT_H

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <xen/gnttab/client.h>

struct dentry;

struct xengnt_counters {
	u64 n[XENGNT_NR_COUNTERS];
};

struct xengnt_client {
	const struct xengnt_client_ops *ops;
	struct xengnt_counters __percpu *counters;
	void *priv;
	domid_t granter;
	bool tracked;
	char name[64];
	struct dentry *debugfs;
};

DECLARE_PER_CPU(struct xengnt_counters, xengnt_totals);

/* For what belongs to no single client, or would be counted twice. */
static inline void xengnt_count(enum xengnt_counter counter, u64 n)
{
	this_cpu_add(xengnt_totals.n[counter], n);
}

/* To a client alone, where the library's share is counted once a call. */
static inline void xengnt_client_count_only(struct xengnt_client *client,
					    enum xengnt_counter counter, u64 n)
{
	this_cpu_add(client->counters->n[counter], n);
}

#endif /* _XENGNT_CLIENT_H */
