// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that waits in Xen for the next request: it finds it there, sleeps
 * when none comes, and is not kept from sleeping by events without requests.
 */
#include <kunit/test.h>
#include <linux/delay.h>

#include "frontend.h"

#define PARAMETER(name) "/sys/module/xen_blkback/parameters/" name

/* Far more than it waits. */
#define PAUSE_MS 200

/* More events without a request than it takes. */
#define EVENTS 32

static int linger_test_init(struct kunit *test)
{
	int error = frontend_init(test);

	if (error)
		return error;
	frontend_use_ram_disk(test->priv);
	frontend_connect(test, 1, 0);
	return 0;
}

static void linger_test_exit(struct kunit *test)
{
	frontend_set_parameter(test, PARAMETER("linger"), "Y");
	frontend_exit(test);
}

/* A tick is far longer. */
static void pause_shortly(void)
{
	usleep_range(100, 200);
}

/* One after the other, as soon as there is an answer. */
static void serve(struct kunit *test, unsigned int nr)
{
	struct frontend *t = test->priv;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		frontend_add(t, 0, i % 2 ? BLKIF_OP_READ : BLKIF_OP_WRITE,
			     i * 8, i % 8, 1);
		xenmodel_vbd_push(&t->vbd.queues[0]);
		pause_shortly();
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	}
}

static void blkback_linger_test_finds_requests(struct kunit *test)
{
	serve(test, 32);
	KUNIT_EXPECT_GT(test, frontend_counter(test, "lingered"), 0UL);
}

static void blkback_linger_test_can_be_forbidden(struct kunit *test)
{
	unsigned long lingered;

	frontend_set_parameter(test, PARAMETER("linger"), "N");
	/* It may be at it. */
	msleep(PAUSE_MS);
	serve(test, 1);
	lingered = frontend_counter(test, "lingered");
	serve(test, 32);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "lingered"), lingered);
}

/* Whether it waits, has stopped waiting or does sleep: a request is served. */
static void blkback_linger_test_sleeps_and_wakes(struct kunit *test)
{
	unsigned int ms;

	serve(test, 1);
	for (ms = 1; ms <= PAUSE_MS; ms += 1 + ms / 4) {
		msleep(ms);
		serve(test, 1);
	}
}

/* It says so when there was nothing, so that the guest is slowed down. */
static void blkback_linger_test_empty_events(struct kunit *test)
{
	struct frontend *t = test->priv;
	evtchn_port_t port = t->vbd.queues[0].port;
	unsigned int i, spurious;

	serve(test, 2);
	spurious = xenmodel_evtchn_spurious(port);
	for (i = 0; i < EVENTS; i++) {
		xenmodel_evtchn_kick(port);
		pause_shortly();
	}
	KUNIT_EXPECT_GE(test, xenmodel_evtchn_spurious(port) - spurious,
			EVENTS / 2U);
	serve(test, 1);
}

/* What is to be done besides requests does not wait for one. */
static void blkback_linger_test_goes_at_once(struct kunit *test)
{
	struct frontend *t = test->priv;

	serve(test, 2);
	frontend_disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

static struct kunit_case linger_test_cases[] = {
	KUNIT_CASE(blkback_linger_test_finds_requests),
	KUNIT_CASE(blkback_linger_test_can_be_forbidden),
	KUNIT_CASE(blkback_linger_test_sleeps_and_wakes),
	KUNIT_CASE(blkback_linger_test_empty_events),
	KUNIT_CASE(blkback_linger_test_goes_at_once),
	{}
};

static struct kunit_suite linger_test_suite = {
	.name = "blkback_linger",
	.init = linger_test_init,
	.exit = linger_test_exit,
	.test_cases = linger_test_cases,
};

kunit_test_suite(linger_test_suite);
