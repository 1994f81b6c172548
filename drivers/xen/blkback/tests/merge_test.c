// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of a pass that are next to each other on the disk reach it as one,
 * whatever way their data comes.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "frontend.h"

#define NR		16
#define SECTORS		8
#define STAT		"/sys/block/nullb0/stat"

struct merge_row {
	const char *name;
	const char *copy_max;
	bool persistent;
	u8 operation;
	int first;		/* sector */
	int step;		/* sectors from one to the next */
	unsigned int requests;	/* of the disk */
};

static const struct merge_row merge_rows[] = {
	{ "copied", "1048576", false, BLKIF_OP_WRITE, 0, SECTORS, 1 },
	{ "mapped", "0", false, BLKIF_OP_WRITE, 0, SECTORS, 1 },
	{ "persistent", "-1", true, BLKIF_OP_WRITE, 0, SECTORS, 1 },
	{ "reads", "1048576", false, BLKIF_OP_READ, 0, SECTORS, 1 },
	{ "downwards", "1048576", false, BLKIF_OP_WRITE, NR * SECTORS, -SECTORS, 1 },
	{ "strangers", "1048576", false, BLKIF_OP_WRITE, 0, 2 * SECTORS, NR },
};

KUNIT_ARRAY_PARAM_DESC(merge_row, merge_rows, name);

/* What the disk was given so far: requests, and what was joined to others. */
static void look(struct kunit *test, u8 operation, unsigned int *requests,
		 unsigned int *joined)
{
	unsigned int r, rm, w, wm;
	int found;

	found = sscanf(frontend_read(test, STAT), "%u %u %*u %*u %u %u", &r, &rm, &w, &wm);
	KUNIT_ASSERT_EQ(test, found, 4);
	*requests = operation == BLKIF_OP_READ ? r : w;
	*joined = operation == BLKIF_OP_READ ? rm : wm;
}

static void blkback_merge_test_neighbours(struct kunit *test)
{
	const struct merge_row *row = test->param_value;
	unsigned int requests, joined, requests_now, joined_now, i;
	struct frontend *t = test->priv;

	frontend_copy_max(test, row->copy_max);
	frontend_key(t, "feature-persistent", row->persistent ? "1" : "0");
	frontend_use_slow_disk(test);
	frontend_connect(test, 1, 0);
	look(test, row->operation, &requests, &joined);
	for (i = 0; i < NR; i++)
		frontend_add(t, 0, row->operation, row->first + (int)i * row->step, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	look(test, row->operation, &requests_now, &joined_now);
	KUNIT_EXPECT_EQ(test, requests_now - requests, row->requests);
	KUNIT_EXPECT_EQ(test, joined_now - joined, NR - row->requests);
}

/* A write next to a read is another request. */
static void blkback_merge_test_operations(struct kunit *test)
{
	unsigned int requests, joined, requests_now, joined_now, i;
	struct frontend *t = test->priv;

	frontend_use_slow_disk(test);
	frontend_connect(test, 1, 0);
	look(test, BLKIF_OP_WRITE, &requests, &joined);
	for (i = 0; i < NR; i++)
		frontend_add(t, 0, i % 2 ? BLKIF_OP_READ : BLKIF_OP_WRITE, i * SECTORS, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	look(test, BLKIF_OP_WRITE, &requests_now, &joined_now);
	KUNIT_EXPECT_EQ(test, requests_now - requests, (unsigned int)NR / 2);
	KUNIT_EXPECT_EQ(test, joined_now, joined);
}

static struct kunit_case merge_cases[] = {
	KUNIT_CASE_PARAM(blkback_merge_test_neighbours, merge_row_gen_params),
	KUNIT_CASE(blkback_merge_test_operations),
	{}
};

static struct kunit_suite merge_suite = {
	.name = "blkback_merge",
	.init = frontend_init,
	.exit = frontend_exit,
	.test_cases = merge_cases,
};

kunit_test_suite(merge_suite);
