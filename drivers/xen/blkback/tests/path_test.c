// SPDX-License-Identifier: GPL-2.0
/*
 * What decides how the data goes: how much is at work already, and what the disk
 * does with it.
 */
#include <kunit/test.h>
#include <linux/blkdev.h>
#include <linux/delay.h>

#include "frontend.h"
#include "recorder.h"

/* Of the largest requests, so many make more work than PV copies. */
#define LARGEST		256
#define MANY		8

static struct recorder *recorder;

static int path_test_init(struct kunit *test)
{
	int error = frontend_init(test);

	if (error)
		return error;
	recorder = recorder_create(test);
	return 0;
}

static void path_test_exit(struct kunit *test)
{
	/* A connection ends when its disk has answered. */
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	frontend_exit(test);
	recorder_destroy(recorder);
}

static void connect(struct kunit *test, const char *persistent)
{
	struct frontend *t = test->priv;

	frontend_key(t, "feature-persistent", persistent);
	xenmodel_vbd_hotplug(&t->vbd, recorder->disk->major, 0);
	frontend_connect(test, 1, 0);
}

/* Push @nr of the largest requests, and wait until all are at the disk. */
static void push_large(struct kunit *test, unsigned int nr)
{
	unsigned int before = frontend_counter(test, "mapped") +
			      frontend_counter(test, "copied"), i, now;
	struct frontend *t = test->priv;

	for (i = 0; i < nr; i++)
		frontend_add_indirect(t, BLKIF_OP_WRITE, 0, 0, LARGEST);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	msleep(20);
	now = frontend_counter(test, "mapped") + frontend_counter(test, "copied");
	KUNIT_EXPECT_EQ(test, now - before, nr);
}

static void answer_all(struct kunit *test, unsigned int nr)
{
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	while (nr--)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	recorder_hold(recorder, true);
}

/* Large requests are copied while there are few of them, and mapped then. */
static void blkback_path_test_load(struct kunit *test)
{
	unsigned long mapped = xenmodel_is_pv();

	recorder_hold(recorder, true);
	connect(test, "0");
	push_large(test, MANY - 1);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "mapped"), 0UL);
	push_large(test, 1);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "mapped"), mapped);
	answer_all(test, MANY);
	push_large(test, 1);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "mapped"), mapped);
	answer_all(test, 1);
	push_large(test, MANY);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "mapped"),
			mapped * (1 + MANY));
	answer_all(test, MANY);
}

struct stable_row {
	const char *name;
	const char *persistent;
	const char *copy_max;
	const char *path;
	unsigned long writes_copied;
};

static const struct stable_row stable_rows[] = {
	{ "the guest's own pages, mapped", "0", "0", "auto", 1 },
	{ "pages that stay mapped", "1", "0", "auto", 1 },
	{ "somebody wants them mapped", "0", "0", "map", 0 },
	{ "somebody wants them to stay mapped", "1", "0", "persistent", 0 },
	{ "the guest does not agree to that", "0", "0", "persistent", 1 },
};

KUNIT_ARRAY_PARAM_DESC(stable_row, stable_rows, name);

/* The disk looks at what is written more than once: the guest cannot change it. */
static void blkback_path_test_stable(struct kunit *test)
{
	const struct stable_row *row = test->param_value;
	struct frontend *t = test->priv;

	frontend_copy_max(test, row->copy_max);
	blk_queue_flag_set(QUEUE_FLAG_STABLE_WRITES, recorder->disk->queue);
	connect(test, row->persistent);
	frontend_set_parameter(test, DATA_PATH, row->path);
	/* In one pass, too: what goes for one is not what goes for the other. */
	frontend_add(t, 0, BLKIF_OP_WRITE, 0, 0, 1);
	frontend_add(t, 0, BLKIF_OP_READ, 0, 1, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "copied"),
			row->writes_copied);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "mapped") +
			      frontend_counter(test, "persistent"),
			2 - row->writes_copied);
}

static struct kunit_case path_cases[] = {
	KUNIT_CASE(blkback_path_test_load),
	KUNIT_CASE_PARAM(blkback_path_test_stable, stable_row_gen_params),
	{}
};

static struct kunit_suite path_suite = {
	.name = "blkback_path",
	.init = path_test_init,
	.exit = path_test_exit,
	.test_cases = path_cases,
};

kunit_test_suite(path_suite);
