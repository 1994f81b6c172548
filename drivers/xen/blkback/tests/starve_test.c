// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that wait for what others hold: memory, arrays for many segments.
 * Whoever gives it back lets them go on, at once and whenever that is.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "frontend.h"
#include "recorder.h"

/* A queue by itself has arrays for 16 requests with many segments. */
#define ARRAYS		16
#define REQUESTS	20
#define SEGMENTS	16

static struct recorder *recorder;

static int starve_test_init(struct kunit *test)
{
	int error = frontend_init(test);

	if (error)
		return error;
	recorder = recorder_create(test);
	return 0;
}

static void starve_test_exit(struct kunit *test)
{
	xenmodel_maptrack_limit(U32_MAX);
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	frontend_exit(test);
	recorder_destroy(recorder);
}

static void connect_to_recorder(struct kunit *test, const char *persistent)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_hotplug(&t->vbd, recorder->disk->major, 0);
	frontend_key(t, "feature-persistent", persistent);
	frontend_connect(test, 1, 0);
	recorder_hold(recorder, true);
}

static void push_many(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	for (i = 0; i < REQUESTS; i++)
		frontend_add_indirect(t, BLKIF_OP_WRITE, i * SEGMENTS * 8, 0,
				      SEGMENTS);
	xenmodel_vbd_push(&t->vbd.queues[0]);
}

static void expect_all(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < REQUESTS; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
}

static void release_all(struct work_struct *work)
{
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
}

static DECLARE_WORK(release_work, release_all);

/* The disk answers all while the queue's thread is about to sleep. */
static void release_now(void *data)
{
	xenmodel_hook(XENMODEL_OP_EOI, NULL, NULL);
	schedule_work(&release_work);
	flush_work(&release_work);
}

/* The guest sends no event, as it waits for answers to all. */
static void blkback_starve_test_before_sleep(struct kunit *test)
{
	frontend_copy_max(test, "1048576");
	connect_to_recorder(test, "0");
	xenmodel_hook(XENMODEL_OP_EOI, release_now, NULL);
	push_many(test);
	expect_all(test);
	KUNIT_EXPECT_GT(test, frontend_counter(test, "stalls"), 0UL);
}

struct path_row {
	const char *name;
	const char *copy_max;
	const char *persistent;
};

static const struct path_row path_rows[] = {
	{ "mapped", "0", "0" },
	{ "copied", "1048576", "0" },
	{ "persistent", "0", "1" },
};

KUNIT_ARRAY_PARAM_DESC(path_row, path_rows, name);

/* How long it takes, in us, until so many have come. */
static s64 time_until(struct kunit *test, unsigned int nr)
{
	ktime_t begin = ktime_get();
	unsigned int tries = 20000;

	while (READ_ONCE(recorder->nr) < nr && --tries)
		usleep_range(50, 51);
	KUNIT_EXPECT_EQ(test, READ_ONCE(recorder->nr), nr);
	return ktime_us_delta(ktime_get(), begin);
}

/* Nobody waits for a clock: what is given back is used at once. */
static void blkback_starve_test_at_once(struct kunit *test)
{
	const struct path_row *row = test->param_value;
	unsigned int round, before = 0;
	s64 us = 0;

	frontend_copy_max(test, row->copy_max);
	connect_to_recorder(test, row->persistent);
	for (round = 0; round < 8; round++) {
		push_many(test);
		time_until(test, before + ARRAYS);
		usleep_range(20000 + 1000 * round, 20100 + 1000 * round);
		KUNIT_EXPECT_EQ(test, READ_ONCE(recorder->nr), before + ARRAYS);
		recorder_release(recorder, ARRAYS);
		us += time_until(test, before + REQUESTS);
		recorder_release(recorder, UINT_MAX);
		expect_all(test);
		before += REQUESTS;
	}
	/* Who looks only each 10 ms takes 40 of them. */
	KUNIT_EXPECT_LE(test, us, 8000LL);
}

/*
 * Those that have their arrays cannot be mapped, as Xen has no room left. They
 * are copied, before those that wait for an array.
 */
static void blkback_starve_test_no_handle(struct kunit *test)
{
	frontend_copy_max(test, "0");
	connect_to_recorder(test, "0");
	recorder_hold(recorder, false);
	xenmodel_maptrack_limit(0);
	push_many(test);
	expect_all(test);
	KUNIT_EXPECT_EQ(test, REQUESTS + 0UL, frontend_counter(test, "copied"));
}

static struct kunit_case starve_cases[] = {
	KUNIT_CASE(blkback_starve_test_before_sleep),
	KUNIT_CASE_PARAM(blkback_starve_test_at_once, path_row_gen_params),
	KUNIT_CASE(blkback_starve_test_no_handle),
	{}
};

static struct kunit_suite starve_suite = {
	.name = "blkback_starve",
	.init = starve_test_init,
	.exit = starve_test_exit,
	.test_cases = starve_cases,
};

kunit_test_suite(starve_suite);
