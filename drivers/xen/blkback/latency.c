// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "codec.h"
#include "latency.h"

DEFINE_STATIC_KEY_FALSE(blkback_latency_measured);

static bool measure_latency;

static int set_measure_latency(const char *value,
			       const struct kernel_param *param)
{
	int error = param_set_bool(value, param);

	if (error)
		return error;
	if (measure_latency)
		static_branch_enable(&blkback_latency_measured);
	else
		static_branch_disable(&blkback_latency_measured);
	return 0;
}

static const struct kernel_param_ops measure_latency_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = set_measure_latency,
	.get = param_get_bool,
};

module_param_cb(measure_latency, &measure_latency_ops, &measure_latency, 0644);
MODULE_PARM_DESC(measure_latency,
		 "Count how long requests take, for debugfs (default N)");

void blkback_latency_count(struct blkback_latency *latency,
			   const struct blkback_request *request, u64 since)
{
	u64 us = div_u64(ktime_get_ns() - since, NSEC_PER_USEC);
	u8 row = request->operation;

	if (row > BLKIF_OP_DISCARD)
		return;
	if (request->secure)
		row = BLKBACK_LATENCY_SECURE;
	latency->n[row][min(fls64(us), BLKBACK_LATENCY_BUCKETS - 1)]++;
}

void blkback_latency_add(struct blkback_latency *sum,
			 const struct blkback_latency *latency)
{
	unsigned int operation, bucket;

	for (operation = 0; operation < BLKBACK_LATENCY_OPERATIONS; operation++)
		for (bucket = 0; bucket < BLKBACK_LATENCY_BUCKETS; bucket++)
			sum->n[operation][bucket] +=
				latency->n[operation][bucket];
}

static bool bucket_empty(const struct blkback_latency *latency,
			 unsigned int bucket)
{
	unsigned int operation;

	for (operation = 0; operation < BLKBACK_LATENCY_OPERATIONS; operation++)
		if (latency->n[operation][bucket])
			return false;
	return true;
}

void blkback_latency_show(const struct blkback_latency *latency,
			  struct seq_file *m)
{
	static const u8 columns[] = {
		BLKIF_OP_READ, BLKIF_OP_WRITE, BLKIF_OP_WRITE_BARRIER,
		BLKIF_OP_FLUSH_DISKCACHE, BLKIF_OP_DISCARD,
		BLKBACK_LATENCY_SECURE,
	};
	unsigned int bucket, i;

	seq_puts(m, "below_us read write barrier flush discard secure\n");
	for (bucket = 0; bucket < BLKBACK_LATENCY_BUCKETS; bucket++) {
		if (bucket_empty(latency, bucket))
			continue;
		if (bucket < BLKBACK_LATENCY_BUCKETS - 1)
			seq_printf(m, "%u", 1U << bucket);
		else
			seq_puts(m, "more");
		for (i = 0; i < ARRAY_SIZE(columns); i++)
			seq_printf(m, " %llu", latency->n[columns[i]][bucket]);
		seq_puts(m, "\n");
	}
}
