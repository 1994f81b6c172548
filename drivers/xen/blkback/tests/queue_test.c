// SPDX-License-Identifier: GPL-2.0
/*
 * When queues start, wait and go: that nothing taken is left unanswered, that
 * nothing is taken too early, that who waits does sleep, and that one
 * connection is not held against the next.
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>

#include "frontend.h"

#define DRIVER(name) "/sys/bus/xen-backend/drivers/vbd/" name
#define PARAMETER(name) "/sys/module/xen_blkback/parameters/" name
#define DEVICE FRONTEND_DEVICE

/* Of a request over data page 0. */
#define FIRST_ID	0x1234567800000000ULL

/* What the slow disk takes for a request. */
#define DISK_MS 200

static void queue_test_exit(struct kunit *test)
{
	frontend_exit(test);
	frontend_set_parameter(test, PARAMETER("max_queue_pages"), "4096");
	frontend_set_parameter(test, PARAMETER("max_device_pages"), "8192");
	frontend_set_parameter(test, PARAMETER("linger"), "Y");
}

static void unbind(struct kunit *test)
{
	frontend_set_parameter(test, DRIVER("unbind"), DEVICE);
}

static void bind(struct kunit *test)
{
	frontend_set_parameter(test, DRIVER("bind"), DEVICE);
}

static u32 answered(struct frontend *t, unsigned int queue)
{
	return READ_ONCE(t->vbd.queues[queue].ring.sring->rsp_prod);
}

/* Requests over data pages 0 to @nr - 1 were all answered, and once. */
static void expect_answers(struct kunit *test, unsigned int nr)
{
	struct frontend *t = test->priv;
	struct blkif_response response;
	unsigned long page, seen = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (!xenmodel_vbd_response(&t->vbd.queues[0], &response))
			break;
		page = response.id - FIRST_ID;
		KUNIT_EXPECT_EQ(test, response.status, BLKIF_RSP_OKAY);
		KUNIT_EXPECT_LT(test, page, (unsigned long)nr);
		KUNIT_EXPECT_FALSE_MSG(test, seen & BIT(page % BITS_PER_LONG),
				       "request %lu has a second answer", page);
		seen |= BIT(page % BITS_PER_LONG);
	}
	KUNIT_EXPECT_EQ(test, seen, GENMASK(nr - 1, 0));
	KUNIT_EXPECT_EQ(test, answered(t, 0), nr);
}

/* Until nothing of the connection is left; it has a disk to wait for. */
static void wait_until_gone(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int ms;

	for (ms = 0; ms < 1000; ms++) {
		if (!xenmodel_mapped(t->guest))
			return;
		msleep(1);
	}
	KUNIT_FAIL(test, "the connection does not end");
}

struct leave_row {
	const char *name;
	const char *copy_max;
	bool unbind;
};

static const struct leave_row leave_rows[] = {
	{ "closed, mapped", "0", false },
	{ "closed, copied", "1048576", false },
	{ "unbound, mapped", "0", true },
	{ "unbound, copied", "1048576", true },
};

KUNIT_ARRAY_PARAM_DESC(leave_row, leave_rows, name);

/* A queue that goes answers what it took, reads that are to be copied too. */
static void blkback_queue_test_answers_what_it_took(struct kunit *test)
{
	const struct leave_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned int i;

	frontend_copy_max(test, row->copy_max);
	frontend_use_slow_disk(test);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 16; i++)
		frontend_add(t, 0, i % 4 ? BLKIF_OP_READ : BLKIF_OP_WRITE, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	msleep(2);
	KUNIT_EXPECT_EQ(test, answered(t, 0), 0U);
	if (row->unbind)
		unbind(test);
	else
		xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	wait_until_gone(test);
	expect_answers(test, 16);
	if (row->unbind)
		bind(test);
}

/*
 * The module is loaded again under a running guest: between them the two
 * serve every request, and none twice.
 */
static void blkback_queue_test_successor(struct kunit *test)
{
	const struct leave_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned int i;

	frontend_copy_max(test, row->copy_max);
	frontend_use_slow_disk(test);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 12; i++)
		frontend_add(t, 0, i % 4 ? BLKIF_OP_READ : BLKIF_OP_WRITE, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	msleep(2);
	unbind(test);
	/* These are none of its business any more. */
	for (; i < 24; i++)
		frontend_add(t, 0, BLKIF_OP_READ, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	wait_until_gone(test);
	KUNIT_EXPECT_EQ(test, answered(t, 0), 12U);

	bind(test);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateConnected));
	expect_answers(test, 24);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 0, 11),
			BLKIF_RSP_OKAY);
}

static const struct leave_row successor_rows[] = {
	{ "mapped", "0", true },
	{ "copied", "1048576", true },
};

KUNIT_ARRAY_PARAM_DESC(successor_row, successor_rows, name);

static const struct leave_row starved_rows[] = {
	{ "no page to map to", "0", false },
	{ "no page to copy to", "1048576", false },
};

KUNIT_ARRAY_PARAM_DESC(starved_row, starved_rows, name);

/*
 * More is asked for than there are pages. A queue that does not sleep until
 * some come back never lets this kernel's virtual time go on.
 */
static void blkback_queue_test_starved(struct kunit *test)
{
	const struct leave_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned long passes, stalls;
	unsigned int i;

	frontend_copy_max(test, row->copy_max);
	frontend_set_parameter(test, PARAMETER("max_queue_pages"), "512");
	frontend_use_slow_disk(test);
	frontend_connect(test, 1, 2);
	passes = frontend_counter(test, "passes");
	stalls = frontend_counter(test, "stalls");
	/* 46 of them fill 512 pages. */
	for (i = 0; i < 60; i++)
		frontend_add(t, 0, BLKIF_OP_READ, i * 88, 0, 11);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	msleep(DISK_MS - 20);
	KUNIT_EXPECT_EQ(test, answered(t, 0), 0U);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "inflight"), 60UL);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "submitted"), 46UL);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "stalls") - stalls, 1UL);
	/* It looks for pages of others every 10 ms. */
	KUNIT_EXPECT_LE(test, frontend_counter(test, "passes") - passes,
			DISK_MS / 10 + 10UL);

	for (i = 0; i < 60; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_LE(test, frontend_counter(test, "passes") - passes,
			DISK_MS / 10 + 20UL);
}

/*
 * The thread, awake because of the disk, has taken what an event is about
 * before the event comes. That one is not spurious; one with nothing behind
 * it is.
 */
static void blkback_queue_test_late_event(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct xenmodel_vbd_queue *queue = &t->vbd.queues[0];
	unsigned int i, spurious;

	frontend_set_parameter(test, PARAMETER("linger"), "N");
	frontend_copy_max(test, "1048576");
	frontend_use_slow_disk(test);
	frontend_connect(test, 1, 0);
	msleep(1);
	spurious = xenmodel_evtchn_spurious(queue->port);
	for (i = 0; i < 4; i++)
		frontend_add(t, 0, BLKIF_OP_READ, i * 8, i, 1);
	xenmodel_vbd_push(queue);
	msleep(DISK_MS / 2);
	frontend_add(t, 0, BLKIF_OP_READ, i * 8, i, 1);
	RING_PUSH_REQUESTS(&queue->ring);
	msleep(DISK_MS);
	KUNIT_EXPECT_EQ(test, answered(t, 0), 4U);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "inflight"), 1UL);

	xenmodel_evtchn_kick(queue->port);
	msleep(1);
	KUNIT_EXPECT_EQ(test, xenmodel_evtchn_spurious(queue->port), spurious);
	xenmodel_evtchn_kick(queue->port);
	msleep(1);
	KUNIT_EXPECT_EQ(test, xenmodel_evtchn_spurious(queue->port),
			spurious + 1);
	expect_answers(test, 5);
}

/* Nothing is served before all queues are there. */
static void blkback_queue_test_bad_third_queue(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned long before;
	unsigned int i;
	char path[80];

	frontend_copy_max(test, "0");
	frontend_use_slow_disk(test);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 3, 0), 0);
	snprintf(path, sizeof(path), "%s/queue-2/ring-ref", t->vbd.frontend);
	xenmodel_store_write(path, "100000");
	for (i = 0; i < 8; i++)
		frontend_add(t, 0, BLKIF_OP_WRITE, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);

	before = jiffies;
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateClosing));
	/* Nor does it wait for the disk, under a lock that others wait for. */
	KUNIT_EXPECT_LT(test, jiffies_to_msecs(jiffies - before), DISK_MS / 2);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
	msleep(2 * DISK_MS);
	KUNIT_EXPECT_EQ(test, answered(t, 0), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_OPS), 0ULL);
}

/* What a frontend was offered holds, whatever became of it meanwhile. */
static void blkback_queue_test_keeps_its_offer(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_key(&t->vbd,
					       "multi-queue-max-queues"), 4);
	frontend_set_parameter(test, PARAMETER("max_queues"), "1");
	frontend_connect(test, 4, 0);
	frontend_write_and_read(test, 1, 1);
	/* The same holds when it comes back. */
	frontend_disconnect(test);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	frontend_connect(test, 4, 0);
	frontend_write_and_read(test, 1, 2);
}

/*
 * One ring breaks while the connection, on its way down, waits for the disk of
 * another. The connection that follows has nothing to do with it.
 */
static void blkback_queue_test_old_failure(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct blkif_sring *sring;

	frontend_use_slow_disk(test);
	frontend_connect(test, 2, 0);
	frontend_add(t, 0, BLKIF_OP_WRITE, 0, 0, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	msleep(2);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateClosing));
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	msleep(2);
	KUNIT_EXPECT_EQ(test, answered(t, 0), 0U);

	sring = t->vbd.queues[1].ring.sring;
	WRITE_ONCE(sring->req_prod, 1000);
	xenmodel_evtchn_kick(t->vbd.queues[1].port);
	msleep(2);
	WRITE_ONCE(sring->req_prod, 0);

	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateConnected));
	expect_answers(test, 1);
	msleep(20);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"),
			XenbusStateConnected);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 0, 1),
			BLKIF_RSP_OKAY);
}

struct budget_row {
	const char *name;
	const char *pages;
	unsigned int queues;
	unsigned long capacity;
};

static const struct budget_row budget_rows[] = {
	{ "as it comes, one queue", "8192", 1, 4096 },
	{ "as it comes, four queues", "8192", 4, 2048 },
	{ "half of it", "4096", 4, 1024 },
	{ "just enough", "2048", 4, 512 },
	{ "enough for three", "2000", 3, 666 },
	{ "not enough for one", "1", 1, 512 },
};

KUNIT_ARRAY_PARAM_DESC(budget_row, budget_rows, name);

/* Queues share what the device may have, and none is offered beyond that. */
static void blkback_queue_test_budget(struct kunit *test)
{
	const struct budget_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned int queue, i;
	s64 offered;

	xenmodel_vbd_destroy(&t->vbd);
	frontend_set_parameter(test, PARAMETER("max_device_pages"), row->pages);
	xenmodel_vbd_create(&t->vbd, t->guest, FRONTEND_DEVID, "w");
	frontend_use_slow_disk(test);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	offered = xenmodel_vbd_key(&t->vbd, "multi-queue-max-queues");
	KUNIT_EXPECT_GE(test, offered, (s64)row->queues);
	frontend_connect(test, row->queues, 2);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "capacity"),
			row->capacity);
	/* More than the smallest share has room for, on each of them. */
	for (queue = 0; queue < row->queues; queue++) {
		for (i = 0; i < 60; i++)
			frontend_add(t, queue, BLKIF_OP_READ, i * 88, 0, 11);
		xenmodel_vbd_push(&t->vbd.queues[queue]);
	}
	for (queue = 0; queue < row->queues; queue++)
		for (i = 0; i < 60; i++)
			KUNIT_EXPECT_EQ(test, frontend_answer(test, queue),
					BLKIF_RSP_OKAY);
}

/* As many queues as there are pages for. */
static void blkback_queue_test_budget_offer(struct kunit *test)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_destroy(&t->vbd);
	frontend_set_parameter(test, PARAMETER("max_device_pages"), "1100");
	xenmodel_vbd_create(&t->vbd, t->guest, FRONTEND_DEVID, "w");
	frontend_use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd,
					       "multi-queue-max-queues"), 2);
}

static struct kunit_case queue_cases[] = {
	KUNIT_CASE_PARAM(blkback_queue_test_budget, budget_row_gen_params),
	KUNIT_CASE(blkback_queue_test_budget_offer),
	KUNIT_CASE_PARAM(blkback_queue_test_answers_what_it_took,
			 leave_row_gen_params),
	KUNIT_CASE_PARAM(blkback_queue_test_successor,
			 successor_row_gen_params),
	KUNIT_CASE_PARAM(blkback_queue_test_starved,
			 starved_row_gen_params),
	KUNIT_CASE(blkback_queue_test_late_event),
	KUNIT_CASE(blkback_queue_test_bad_third_queue),
	KUNIT_CASE(blkback_queue_test_keeps_its_offer),
	KUNIT_CASE(blkback_queue_test_old_failure),
	{}
};

static struct kunit_suite queue_suite = {
	.name = "blkback_queue",
	.init = frontend_init,
	.exit = queue_test_exit,
	.test_cases = queue_cases,
};

kunit_test_suite(queue_suite);
