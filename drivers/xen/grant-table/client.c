// SPDX-License-Identifier: GPL-2.0
/*
 * Clients and their counters.
 *
 * Counters are kept per processor, so that counting never bounces a cache
 * line between queues, and summed by whoever reads them.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "client.h"
#include "debugfs.h"
#include "m2p.h"

DEFINE_PER_CPU(struct xengnt_counters, xengnt_totals);

static const char * const counter_names[XENGNT_NR_COUNTERS] = {
	[XENGNT_MAP_OPS] = "map_ops",
	[XENGNT_MAP_CALLS] = "map_calls",
	[XENGNT_MAP_FAILED] = "map_failed",
	[XENGNT_MAP_EXHAUSTED] = "map_exhausted",
	[XENGNT_COPY_OPS] = "copy_ops",
	[XENGNT_COPY_CALLS] = "copy_calls",
	[XENGNT_COPY_BYTES] = "copy_bytes",
	[XENGNT_COPY_FAILED] = "copy_failed",
	[XENGNT_COPY_RETRIED] = "copy_retried",
	[XENGNT_UNMAP_OPS] = "unmap_ops",
	[XENGNT_UNMAP_CALLS] = "unmap_calls",
	[XENGNT_UNMAP_FAILED] = "unmap_failed",
	[XENGNT_UNMAP_DEFERRED] = "unmap_deferred",
	[XENGNT_FLUSH_GROUPS] = "flush_groups",
	[XENGNT_FLUSH_FULL] = "flush_full",
	[XENGNT_FLUSH_IDLE] = "flush_idle",
	[XENGNT_FLUSH_DEADLINE] = "flush_deadline",
	[XENGNT_FALLBACK_COPY] = "fallback_copy",
	[XENGNT_AREA_EMPTY] = "area_empty",
	[XENGNT_TRANSFER_OPS] = "transfer_ops",
	[XENGNT_TRANSFER_CALLS] = "transfer_calls",
	[XENGNT_TRANSFER_FAILED] = "transfer_failed",
	[XENGNT_TRANSFER_OFFERED] = "transfer_offered",
	[XENGNT_TRANSFER_RECEIVED] = "transfer_received",
	[XENGNT_TRANSFER_WITHDRAWN] = "transfer_withdrawn",
	[XENGNT_REPLACED] = "replaced",
	[XENGNT_REPLACE_FAILED] = "replace_failed",
};

const char *xengnt_counter_name(enum xengnt_counter counter)
{
	return counter_names[counter];
}
EXPORT_SYMBOL_GPL(xengnt_counter_name);

static u64 counters_sum(const struct xengnt_counters __percpu *counters,
			enum xengnt_counter counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(counters, cpu)->n[counter]);
	return sum;
}

u64 xengnt_counter_read(enum xengnt_counter counter)
{
	return counters_sum(&xengnt_totals, counter);
}
EXPORT_SYMBOL_GPL(xengnt_counter_read);

void xengnt_client_count(struct xengnt_client *client,
			 enum xengnt_counter counter, u64 n)
{
	xengnt_client_count_only(client, counter, n);
	xengnt_count(counter, n);
}
EXPORT_SYMBOL_GPL(xengnt_client_count);

u64 xengnt_client_read(const struct xengnt_client *client,
		       enum xengnt_counter counter)
{
	return counters_sum(client->counters, counter);
}
EXPORT_SYMBOL_GPL(xengnt_client_read);

struct xengnt_client *xengnt_client_create(const char *name, domid_t granter,
					   const struct xengnt_client_ops *ops,
					   void *priv)
{
	struct xengnt_client *client;

	client = kzalloc(sizeof(*client), GFP_KERNEL);
	if (!client)
		return ERR_PTR(-ENOMEM);

	client->counters = alloc_percpu(struct xengnt_counters);
	if (!client->counters) {
		kfree(client);
		return ERR_PTR(-ENOMEM);
	}
	strscpy(client->name, name, sizeof(client->name));
	client->granter = granter;
	client->ops = ops;
	client->priv = priv;
	xengnt_m2p_new_client(client);
	xengnt_debugfs_add_client(client);
	return client;
}
EXPORT_SYMBOL_GPL(xengnt_client_create);

void xengnt_client_destroy(struct xengnt_client *client)
{
	if (!client)
		return;
	xengnt_debugfs_remove_client(client);
	/* The unmap queue calls back under rcu_read_lock(). */
	synchronize_rcu();
	free_percpu(client->counters);
	kfree(client);
}
EXPORT_SYMBOL_GPL(xengnt_client_destroy);

void *xengnt_client_priv(const struct xengnt_client *client)
{
	return client->priv;
}
EXPORT_SYMBOL_GPL(xengnt_client_priv);

domid_t xengnt_client_granter(const struct xengnt_client *client)
{
	return client->granter;
}
EXPORT_SYMBOL_GPL(xengnt_client_granter);
