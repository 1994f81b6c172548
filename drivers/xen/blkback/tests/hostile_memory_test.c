// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that wants as much memory of the backend's as it can get, beside one
 * that wants little: the first has what Documentation/design.rst says.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "frontend.h"
#include "honest.h"

#define BUDGET "/sys/module/xen_blkback/parameters/max_device_pages"

static void hostile_memory_test_exit(struct kunit *test)
{
	honest_exit(test);
	frontend_set_parameter(test, BUDGET, "8192");
}

/* The most pages of a kind that each of the queues has had at once, summed. */
static unsigned long peaks(struct kunit *test, const char *kind)
{
	char *text = frontend_show(test, "/sys/kernel/debug/xen-blkback/" FRONTEND_DEVICE);
	unsigned long sum = 0;
	unsigned int peak;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		line = strim(line);
		if (strncmp(line, kind, strlen(kind)))
			continue;
		line = strstr(line, "peak ");
		if (line && sscanf(line, "peak %u", &peak) == 1)
			sum += peak;
	}
	return sum;
}

struct greedy_row {
	const char *name;
	const char *copy_max;
	const char *kind;
};

static const struct greedy_row greedy_rows[] = {
	{ "mapped", "0", "map_pages" },
	{ "copied", "1048576", "copy_pages" },
};

KUNIT_ARRAY_PARAM_DESC(greedy_row, greedy_rows, name);

/*
 * Four full rings of 128 that want 5632 pages, and a device that has 2048. Xen
 * maps none of the guest's pages more than 127 times, so all have their share.
 */
static void blkback_hostile_memory_test_greedy(struct kunit *test)
{
	const struct greedy_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned int queue, i;
	unsigned long peak;

	frontend_copy_max(test, row->copy_max);
	frontend_set_parameter(test, BUDGET, "2048");
	frontend_use_slow_disk(test);
	frontend_connect(test, 4, 2);
	for (queue = 0; queue < 4; queue++) {
		for (i = 0; i < 128; i++)
			frontend_add(t, queue, BLKIF_OP_READ, i * 88, i % 22, 11);
		xenmodel_vbd_push(&t->vbd.queues[queue]);
	}
	honest_is_served(test);
	for (queue = 0; queue < 4; queue++)
		for (i = 0; i < 128; i++)
			KUNIT_EXPECT_EQ(test, frontend_answer(test, queue), BLKIF_RSP_OKAY);
	peak = peaks(test, row->kind);
	KUNIT_EXPECT_LE(test, peak, 2048UL);
	/* Nor does it live by asking for little. */
	KUNIT_EXPECT_GT(test, peak, 1024UL);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
}

/* Of a queue that may have 512 pages, 770 that are to stay mapped: some do. */
static void blkback_hostile_memory_test_keeps_too_many(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct blkif_request *request;
	unsigned int i, j;

	frontend_set_parameter(test, BUDGET, "512");
	frontend_key(t, "feature-persistent", "1");
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 70; i++) {
		request = frontend_add(t, 0, BLKIF_OP_READ, i * 88, 0, 11);
		for (j = 0; j < 11; j++)
			request->u.rw.seg[j].gref =
				xenmodel_grant(t->guest, FRONTEND_DATA + j,
					       XENMODEL_LOCAL_DOMID, false);
		xenmodel_vbd_push(&t->vbd.queues[0]);
		KUNIT_ASSERT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	}
	KUNIT_EXPECT_LE(test, xenmodel_handles(), 512U);
	KUNIT_EXPECT_GT(test, xenmodel_handles(), 256U);
	KUNIT_EXPECT_GT(test, frontend_counter(test, "copied"), 0UL);
	honest_is_served(test);
}

static struct kunit_case hostile_memory_cases[] = {
	KUNIT_CASE_PARAM(blkback_hostile_memory_test_greedy, greedy_row_gen_params),
	KUNIT_CASE(blkback_hostile_memory_test_keeps_too_many),
	{}
};

static struct kunit_suite hostile_memory_suite = {
	.name = "blkback_hostile_memory",
	.init = honest_init,
	.exit = hostile_memory_test_exit,
	.test_cases = hostile_memory_cases,
};

kunit_test_suite(hostile_memory_suite);
