// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that breaks the rules of xenstore: what it writes there, and when;
 * and a toolstack that never gets done. Another guest is served all the while.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "frontend.h"
#include "honest.h"

/* Nearly as long as xenstore lets a value be. */
#define HUGE_BYTES	2000

/* What of it a log may show, with the words around it. */
#define SHOWN_BYTES	200

/* A run of the suites goes through it four times. */
#define ROUNDS		100

struct key_row {
	const char *name;
	const char *key;
	const char *value;	/* NULL: it is missing */
};

static const char huge[] = "huge";

/* What the model's frontend says besides is right, for one queue of one page. */
static const struct key_row key_rows[] = {
	{ "empty protocol", "protocol", "" },
	{ "unknown protocol", "protocol", "sparc-abi" },
	{ "huge protocol", "protocol", huge },
	{ "no queues", "multi-queue-num-queues", "0" },
	{ "too many queues", "multi-queue-num-queues", "5" },
	{ "negative queues", "multi-queue-num-queues", "-1" },
	{ "queues that wrap", "multi-queue-num-queues", "4294967297" },
	{ "queues in words", "multi-queue-num-queues", "two" },
	{ "queues that are empty", "multi-queue-num-queues", "" },
	{ "huge number of queues", "multi-queue-num-queues", huge },
	{ "more queues than are there", "multi-queue-num-queues", "2" },
	{ "ring too large", "ring-page-order", "5" },
	{ "ring much too large", "ring-page-order", "32" },
	{ "negative ring", "ring-page-order", "-1" },
	{ "ring in words", "ring-page-order", "large" },
	{ "empty order", "ring-page-order", "" },
	{ "huge order", "ring-page-order", huge },
	{ "ring larger than it is", "ring-page-order", "1" },
	{ "no event channel", "event-channel", NULL },
	{ "empty event channel", "event-channel", "" },
	{ "event channel 0", "event-channel", "0" },
	{ "event channel of nobody", "event-channel", "63" },
	{ "event channel beyond all", "event-channel", "4294967295" },
	{ "negative event channel", "event-channel", "-1" },
	{ "event channel in words", "event-channel", "x" },
	{ "huge event channel", "event-channel", huge },
	{ "no reference", "ring-ref", NULL },
	{ "empty reference", "ring-ref", "" },
	{ "reference beyond the table", "ring-ref", "100000" },
	{ "reference beyond all", "ring-ref", "4294967295" },
	{ "reference that wraps", "ring-ref", "4294967304" },
	{ "negative reference", "ring-ref", "-8" },
	{ "reference in words", "ring-ref", "ring" },
	{ "huge reference", "ring-ref", huge },
};

KUNIT_ARRAY_PARAM_DESC(key_row, key_rows, name);

static void write_key(struct kunit *test, const struct key_row *row)
{
	char *value;

	if (row->value != huge) {
		frontend_key(test->priv, row->key, row->value);
		return;
	}
	value = kunit_kzalloc(test, HUGE_BYTES, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, value);
	memset(value, '7', HUGE_BYTES - 1);
	frontend_key(test->priv, row->key, value);
}

/* It is told why, in few words. */
static void expect_error(struct kunit *test)
{
	struct frontend *t = test->priv;
	char path[80], *error;

	snprintf(path, sizeof(path), "error/%s/error", t->vbd.backend);
	error = xenmodel_store_read(path);
	KUNIT_ASSERT_NOT_NULL(test, error);
	KUNIT_EXPECT_LT(test, strlen(error), (size_t)SHOWN_BYTES);
	kfree(error);
}

/* It holds nothing, and may try again. */
static void blkback_hostile_keys_test_bad(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 1, 0), 0);
	write_key(test, test->param_value);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
	KUNIT_EXPECT_FALSE(test, xenmodel_evtchn_bound(t->vbd.queues[0].port));
	expect_error(test);
	honest_is_served(test);

	frontend_disconnect(test);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	frontend_connect(test, 1, 0);
	frontend_write_and_read(test, 2, 1);
}

static const char * const keys[] = {
	"ring-ref", "ring-ref0", "event-channel", "protocol", "multi-queue-num-queues",
	"ring-page-order", "feature-persistent", "queue-0/ring-ref",
};

/* What a connection was made of is not looked at again. */
static void blkback_hostile_keys_test_change(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 2 * ARRAY_SIZE(keys); i++) {
		frontend_key(t, keys[i / 2], i % 2 ? NULL : "77777");
		/* As if it had only now become ready. */
		xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
		msleep(20);
		xenmodel_vbd_state(&t->vbd, XenbusStateConnected);
		msleep(20);
		frontend_write_and_read(test, 2, i);
	}
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"), XenbusStateConnected);
	honest_is_served(test);
}

static u32 next_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

struct storm_row {
	const char *name;
	unsigned int every;	/* so many states it waits a little */
};

static const struct storm_row storm_rows[] = {
	{ "never waiting", 1000 },
	{ "waiting now and then", 7 },
	{ "waiting each time", 1 },
};

KUNIT_ARRAY_PARAM_DESC(storm_row, storm_rows, name);

/* Any state, in any order, with the disk at work. Unknown has a case of its own. */
static void blkback_hostile_keys_test_states(struct kunit *test)
{
	static const unsigned int states[] = { 1, 1, 2, 3, 3, 3, 4, 4, 5, 6, 6, 7, 8, 9,
					       0x7fffffff, UINT_MAX };
	const struct storm_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned int i;
	u32 random = 1;

	frontend_use_slow_disk(test);
	frontend_connect(test, 2, 0);
	for (i = 0; i < 8; i++)
		frontend_add(t, i % 2, BLKIF_OP_WRITE, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	xenmodel_vbd_push(&t->vbd.queues[1]);
	for (i = 0; i < 300; i++) {
		xenmodel_vbd_state(&t->vbd, states[next_random(&random) % ARRAY_SIZE(states)]);
		if (i % row->every == row->every - 1)
			msleep(5);
		if (i % 100 == 99)
			honest_is_served(test);
	}
	/* Of what it does now, nothing is about an earlier state. */
	msleep(1000);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	frontend_connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 0, 2), BLKIF_RSP_OKAY);
}

static const struct key_row no_state_rows[] = {
	{ "unknown", "state", "0" },
	{ "empty", "state", "" },
	{ "a word", "state", "connected" },
	{ "missing", "state", NULL },
};

KUNIT_ARRAY_PARAM_DESC(no_state, no_state_rows, name);

/*
 * As if its folder were gone: the backend gives up, and it takes the toolstack
 * to begin anew.
 */
static void blkback_hostile_keys_test_no_state(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	frontend_write_and_read(test, 1, 1);
	write_key(test, test->param_value);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	honest_is_served(test);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
	frontend_destroy(test, t);

	frontend_create(test, t, FRONTEND_DOMID, FRONTEND_DEVID);
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	frontend_write_and_read(test, 1, 2);
}

/* The guest is ready, and the script that would name the disk never ends. */
static void blkback_hostile_keys_test_script_never_ends(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 2, 1), 0);
	for (i = 0; i < 5; i++) {
		xenmodel_vbd_state(&t->vbd, i % 2 ? XenbusStateConnected : XenbusStateInitialised);
		msleep(20);
		KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"), XenbusStateInitWait);
		honest_is_served(test);
	}
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
	KUNIT_EXPECT_FALSE(test, xenmodel_evtchn_bound(t->vbd.queues[0].port));
	/* The toolstack gives up; nothing keeps it from that. */
	xenmodel_vbd_offline(&t->vbd);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
}

/* Over and over again; what is left behind is found when the suite ends, too. */
#define TIMES	10

static const u8 times[TIMES];

static const void *time_gen_params(const void *previous, char *name)
{
	const u8 *now = previous ? (const u8 *)previous + 1 : times;

	if (now == times + TIMES)
		return NULL;
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "from %u on", (unsigned int)(now - times) * ROUNDS);
	return now;
}

static void blkback_hostile_keys_test_comes_and_goes(struct kunit *test)
{
	unsigned int first = ((const u8 *)test->param_value - times) * ROUNDS, i;
	unsigned int holes = xenmodel_holes(), held = 0;
	struct frontend *t = test->priv;

	for (i = first; i < first + ROUNDS; i++) {
		frontend_use_ram_disk(t);
		frontend_connect(test, 1 + i % 4, i % 3);
		if (i % 8 == 0)
			frontend_write_and_read(test, 1, i);
		if (i % 3)
			frontend_disconnect(test);
		frontend_destroy(test, t);
		KUNIT_ASSERT_EQ(test, xenmodel_holes(), holes);
		if (i == first)
			held = xenmodel_held();
		KUNIT_ASSERT_EQ(test, xenmodel_held(), held);
		frontend_create(test, t, FRONTEND_DOMID, FRONTEND_DEVID);
	}
}

static struct kunit_case hostile_keys_cases[] = {
	KUNIT_CASE_PARAM(blkback_hostile_keys_test_bad, key_row_gen_params),
	KUNIT_CASE(blkback_hostile_keys_test_change),
	KUNIT_CASE_PARAM(blkback_hostile_keys_test_states, storm_row_gen_params),
	KUNIT_CASE_PARAM(blkback_hostile_keys_test_no_state, no_state_gen_params),
	KUNIT_CASE(blkback_hostile_keys_test_script_never_ends),
	KUNIT_CASE_PARAM(blkback_hostile_keys_test_comes_and_goes, time_gen_params),
	{}
};

static struct kunit_suite hostile_keys_suite = {
	.name = "blkback_hostile_keys",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = hostile_keys_cases,
};

kunit_test_suite(hostile_keys_suite);
