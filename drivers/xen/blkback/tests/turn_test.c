// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that has much to do beside one that has little: the first is served
 * in turns, and nothing of it is left behind.
 */
#include <kunit/test.h>
#include <linux/delay.h>

#include "frontend.h"
#include "recorder.h"

#define PARAMETER(name) "/sys/module/xen_blkback/parameters/" name

#define LIGHT_DOMID	22

/* Requests of one page that make a turn of 64: each costs 5. */
#define TURN		13

/* As many as are asked for at once. */
#define MANY		30

/* The guest with much to do is test->priv, the other one this. */
static struct frontend *light;
static struct recorder *recorder;

static int turn_test_init(struct kunit *test)
{
	int error = frontend_init(test);

	if (error)
		return error;
	recorder = recorder_create(test);
	frontend_set_parameter(test, PARAMETER("turn_cost"), "64");
	light = kunit_kzalloc(test, sizeof(*light), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, light);
	frontend_create(test, light, LIGHT_DOMID, FRONTEND_DEVID);
	return 0;
}

static void turn_test_exit(struct kunit *test)
{
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	frontend_destroy(test, light);
	frontend_exit(test);
	recorder_destroy(recorder);
	frontend_set_parameter(test, PARAMETER("turn_cost"), "32");
	frontend_set_parameter(test, PARAMETER("turn_ms"), "8");
}

/* As the other guest; back to the first with what this returns. */
static struct frontend *become(struct kunit *test, struct frontend *t)
{
	struct frontend *before = test->priv;

	test->priv = t;
	return before;
}

/* Both are connected, and neither has done anything for longer than a turn. */
static void connect_both(struct kunit *test, unsigned int nr_queues)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(light);
	xenmodel_vbd_hotplug(&t->vbd, recorder->disk->major, 0);
	become(test, light);
	frontend_connect(test, 1, 0);
	become(test, t);
	frontend_connect(test, nr_queues, 0);
	frontend_set_parameter(test, PARAMETER("turn_ms"), "200");
	msleep(400);
	recorder_hold(recorder, true);
}

static void serve_light(struct kunit *test)
{
	struct frontend *t = become(test, light);

	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 0, 1),
			BLKIF_RSP_OKAY);
	become(test, t);
}

/* From now on a turn is over when it is answered, and not before. */
static void stop_the_clock(struct kunit *test)
{
	frontend_set_parameter(test, PARAMETER("turn_ms"), "100000");
}

static void ask_for_many(struct frontend *t, unsigned int queue)
{
	unsigned int i;

	for (i = 0; i < MANY; i++)
		frontend_add(t, queue, BLKIF_OP_WRITE, i * 64, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[queue]);
}

static void expect_answers(struct kunit *test, unsigned int queue)
{
	unsigned int i;

	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, queue),
				BLKIF_RSP_OKAY);
}

static void blkback_turn_test_alone(struct kunit *test)
{
	connect_both(test, 1);
	/* Its own request is no reason to hold it back. */
	recorder_hold(recorder, false);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 0, 1),
			BLKIF_RSP_OKAY);
	recorder_hold(recorder, true);
	ask_for_many(test->priv, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 1 + MANY));
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "held"), 0UL);
	expect_answers(test, 0);
}

static void blkback_turn_test_beside(struct kunit *test)
{
	connect_both(test, 1);
	serve_light(test);
	stop_the_clock(test);
	ask_for_many(test->priv, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, TURN));
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "held"), 1UL);
	/* All of a turn is answered before the next begins. */
	recorder_release(recorder, TURN - 1);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, TURN));
	recorder_release(recorder, 1);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 2 * TURN));
	recorder_release(recorder, TURN);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, MANY));
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "held"), 2UL);
	expect_answers(test, 0);
}

/* The other guest is served at once, however much there is of the first. */
static void blkback_turn_test_light_goes_on(struct kunit *test)
{
	unsigned int i;

	connect_both(test, 1);
	serve_light(test);
	stop_the_clock(test);
	ask_for_many(test->priv, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, TURN));
	for (i = 0; i < 20; i++)
		serve_light(test);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, TURN));
	expect_answers(test, 0);
}

static void blkback_turn_test_disk_takes_long(struct kunit *test)
{
	connect_both(test, 1);
	serve_light(test);
	ask_for_many(test->priv, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, TURN));
	/* The other guest has gone, too, but it is the time that counts. */
	KUNIT_EXPECT_TRUE(test, recorder_has(recorder, MANY));
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "inflight"),
			(unsigned long)MANY);
	expect_answers(test, 0);
}

/* A turn without end is no reason not to go. */
static void blkback_turn_test_ends_in_the_middle(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	connect_both(test, 1);
	serve_light(test);
	stop_the_clock(test);
	ask_for_many(t, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, TURN));
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	msleep(20);
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	for (i = 0; i < TURN; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	/* What was not taken is for a successor. */
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, TURN));
}

static void blkback_turn_test_switched_off(struct kunit *test)
{
	connect_both(test, 1);
	serve_light(test);
	stop_the_clock(test);
	frontend_set_parameter(test, PARAMETER("turn_cost"), "0");
	ask_for_many(test->priv, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, MANY));
	expect_answers(test, 0);
}

struct queues_row {
	const char *name;
	unsigned int nr;
	const char *cost;
	unsigned int each;
};

/* Each request costs 5. */
static const struct queues_row queues_rows[] = {
	{ "two queues", 2, "64", 7 },
	{ "four queues", 4, "64", 4 },
	{ "more queues than requests in a turn", 4, "8", 1 },
};

KUNIT_ARRAY_PARAM_DESC(queues_row, queues_rows, name);

/* A guest's queues share a turn: it gains nothing by their number. */
static void blkback_turn_test_queues(struct kunit *test)
{
	const struct queues_row *row = test->param_value;
	unsigned int queue;

	frontend_set_parameter(test, PARAMETER("turn_cost"), row->cost);
	connect_both(test, row->nr);
	serve_light(test);
	stop_the_clock(test);
	for (queue = 0; queue < row->nr; queue++) {
		ask_for_many(test->priv, queue);
		KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder,
							  (queue + 1) * row->each));
	}
	serve_light(test);
	for (queue = 0; queue < row->nr; queue++)
		expect_answers(test, queue);
}

/* Two with much to do are equals, even when one of them pauses. */
static void blkback_turn_test_equals(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	connect_both(test, 1);
	ask_for_many(light, 0);
	become(test, light);
	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	become(test, t);
	serve_light(test);
	ask_for_many(t, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, MANY));
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "held"), 0UL);
	expect_answers(test, 0);
}

static struct kunit_case turn_cases[] = {
	KUNIT_CASE(blkback_turn_test_alone),
	KUNIT_CASE(blkback_turn_test_beside),
	KUNIT_CASE(blkback_turn_test_light_goes_on),
	KUNIT_CASE(blkback_turn_test_disk_takes_long),
	KUNIT_CASE(blkback_turn_test_ends_in_the_middle),
	KUNIT_CASE(blkback_turn_test_switched_off),
	KUNIT_CASE_PARAM(blkback_turn_test_queues, queues_row_gen_params),
	KUNIT_CASE(blkback_turn_test_equals),
	{}
};

static struct kunit_suite turn_suite = {
	.name = "blkback_turn",
	.init = turn_test_init,
	.exit = turn_test_exit,
	.test_cases = turn_cases,
};

kunit_test_suite(turn_suite);
