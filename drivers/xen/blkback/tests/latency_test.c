// SPDX-License-Identifier: GPL-2.0
/*
 * What an administrator sees: how long requests take, and who serves them.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "frontend.h"
#include "recorder.h"

#define MEASURE "/sys/module/xen_blkback/parameters/measure_latency"
#define LATENCY "/sys/kernel/debug/xen-blkback/latency/vbd-21-51712"
#define THREADS "/sys/bus/xen-backend/devices/vbd-21-51712/threads"
#define CGROUP "/sys/bus/xen-backend/devices/vbd-21-51712/cgroup"

#define READS "/sys/bus/xen-backend/devices/vbd-21-51712/statistics/rd_req"

#define HEAD "below_us read write barrier flush discard secure\n"

/* Of the case that wants one. */
static struct recorder *slow;

static void latency_test_exit(struct kunit *test)
{
	if (slow) {
		recorder_hold(slow, false);
		recorder_release(slow, UINT_MAX);
	}
	frontend_exit(test);
	if (slow)
		recorder_destroy(slow);
	slow = NULL;
	frontend_set_parameter(test, MEASURE, "0");
}

static void expect_latency(struct kunit *test, const char *text)
{
	KUNIT_EXPECT_STREQ(test, frontend_show(test, LATENCY), text);
}

static void read_pages(struct kunit *test, unsigned int queue, unsigned int nr)
{
	struct frontend *t = test->priv;
	unsigned int i;

	for (i = 0; i < nr; i++)
		frontend_add(t, queue, BLKIF_OP_READ, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[queue]);
}

static void expect_answers(struct kunit *test, unsigned int queue,
			   unsigned int nr)
{
	while (nr--)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, queue),
				BLKIF_RSP_OKAY);
}

static void blkback_latency_test_off(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	expect_latency(test, HEAD);
	frontend_connect(test, 1, 0);
	frontend_write_and_read(test, 1, 1);
	expect_latency(test, HEAD);
}

/* The slow disk takes 200 ms. */
static void blkback_latency_test_on(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_set_parameter(test, MEASURE, "1");
	frontend_use_slow_disk(test);
	frontend_connect(test, 2, 0);
	read_pages(test, 0, 3);
	read_pages(test, 1, 2);
	expect_answers(test, 0, 3);
	expect_answers(test, 1, 2);
	expect_latency(test, HEAD "262144 5 0 0 0 0 0\n");
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_WRITE, 0, 0, 1),
			BLKIF_RSP_OKAY);
	expect_latency(test, HEAD "262144 5 1 0 0 0 0\n");
	frontend_disconnect(test);
	expect_latency(test, HEAD);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
}

/* The numbers of all buckets, those of a case's requests. */
static void sum_rows(struct kunit *test, unsigned int sums[6])
{
	char *text = frontend_show(test, LATENCY), *line;
	unsigned int n[6], i;
	int found;

	memset(sums, 0, 6 * sizeof(sums[0]));
	strsep(&text, "\n");
	while ((line = strsep(&text, "\n")) && *line) {
		found = sscanf(line, "%*s %u %u %u %u %u %u",
			       n, n + 1, n + 2, n + 3, n + 4, n + 5);
		KUNIT_ASSERT_EQ(test, found, 6);
		for (i = 0; i < 6; i++)
			sums[i] += n[i];
	}
}

static void send_discard(struct frontend *t, u8 flag)
{
	struct blkif_request *request = xenmodel_vbd_request(&t->vbd.queues[0]);

	request->operation = BLKIF_OP_DISCARD;
	request->u.discard.flag = flag;
	request->u.discard.sector_number = 0;
	request->u.discard.nr_sectors = 8;
	xenmodel_vbd_push(&t->vbd.queues[0]);
}

/* Each is counted in a column of its own. */
static void blkback_latency_test_operations(struct kunit *test)
{
	static const u8 operations[] = {
		BLKIF_OP_READ, BLKIF_OP_WRITE, BLKIF_OP_WRITE_BARRIER,
		BLKIF_OP_FLUSH_DISKCACHE,
	};
	struct frontend *t = test->priv;
	unsigned int sums[6], i, n;

	slow = recorder_create(test);
	recorder_set_cache(slow, true);
	recorder_set_discard(slow, UINT_MAX, UINT_MAX, 512);
	frontend_set_parameter(test, MEASURE, "1");
	xenmodel_vbd_hotplug(&t->vbd, slow->disk->major, 0);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 4; i++)
		for (n = 0; n <= i; n++)
			KUNIT_EXPECT_EQ(test, frontend_serve(test, operations[i], 0, 0, i < 3),
					BLKIF_RSP_OKAY);
	for (n = 0; n < 11; n++) {
		send_discard(t, n < 6 ? BLKIF_DISCARD_SECURE : 0);
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	}
	sum_rows(test, sums);
	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ_MSG(test, sums[i], i + 1, "column %u", i);
}

/* Switched on or off while requests are on their way. */
static void blkback_latency_test_switched(struct kunit *test)
{
	frontend_use_slow_disk(test);
	frontend_connect(test, 1, 0);
	read_pages(test, 0, 3);
	msleep(5);
	frontend_set_parameter(test, MEASURE, "1");
	expect_answers(test, 0, 3);
	expect_latency(test, HEAD);
	read_pages(test, 0, 3);
	msleep(5);
	frontend_set_parameter(test, MEASURE, "0");
	expect_answers(test, 0, 3);
	expect_latency(test, HEAD "262144 3 0 0 0 0 0\n");
	read_pages(test, 0, 3);
	expect_answers(test, 0, 3);
	expect_latency(test, HEAD "262144 3 0 0 0 0 0\n");
}

/* Whatever number the guest takes for an operation. */
static void blkback_latency_test_odd_operations(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int operation;

	frontend_set_parameter(test, MEASURE, "1");
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	for (operation = BLKIF_OP_INDIRECT + 1; operation < 256; operation++)
		KUNIT_EXPECT_NE(test,
				frontend_serve(test, operation, 0, 0, 1),
				BLKIF_RSP_OKAY);
	expect_latency(test, HEAD);
}

static void blkback_latency_test_threads(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int one, two;
	char *rest;

	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	KUNIT_EXPECT_STREQ(test, frontend_read(test, THREADS), "");
	frontend_use_ram_disk(t);
	frontend_connect(test, 2, 0);
	rest = frontend_read(test, THREADS);
	KUNIT_EXPECT_EQ(test, kstrtouint(strsep(&rest, " "), 10, &one), 0);
	KUNIT_ASSERT_NOT_NULL(test, rest);
	KUNIT_EXPECT_EQ(test, kstrtouint(rest, 10, &two), 0);
	KUNIT_EXPECT_GT(test, one, 1U);
	KUNIT_EXPECT_GT(test, two, 1U);
	KUNIT_EXPECT_NE(test, one, two);
}

static void expect_reads(struct kunit *test, const char *number)
{
	KUNIT_EXPECT_STREQ(test, frontend_read(test, READS), number);
}

/* A connection's end may take as long as its disk: no counter goes back. */
static void blkback_latency_test_counters_stay(struct kunit *test)
{
	struct frontend *t = test->priv;

	slow = recorder_create(test);
	xenmodel_vbd_hotplug(&t->vbd, slow->disk->major, 0);
	frontend_connect(test, 1, 0);
	read_pages(test, 0, 3);
	expect_answers(test, 0, 3);
	expect_reads(test, "3\n");
	recorder_hold(slow, true);
	read_pages(test, 0, 1);
	msleep(100);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	msleep(100);
	expect_reads(test, "3\n");
	recorder_hold(slow, false);
	recorder_release(slow, UINT_MAX);
	msleep(100);
	expect_reads(test, "4\n");
}

/* This kernel has none: the lab's has. */
static void blkback_latency_test_no_cgroups(struct kunit *test)
{
	struct frontend *t = test->priv;

	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	frontend_set_parameter(test, CGROUP, "\n");
	KUNIT_EXPECT_STREQ(test, frontend_read(test, CGROUP), "");
}

static struct kunit_case latency_cases[] = {
	KUNIT_CASE(blkback_latency_test_off),
	KUNIT_CASE(blkback_latency_test_on),
	KUNIT_CASE(blkback_latency_test_operations),
	KUNIT_CASE(blkback_latency_test_switched),
	KUNIT_CASE(blkback_latency_test_odd_operations),
	KUNIT_CASE(blkback_latency_test_threads),
	KUNIT_CASE(blkback_latency_test_counters_stay),
	KUNIT_CASE(blkback_latency_test_no_cgroups),
	{}
};

static struct kunit_suite latency_suite = {
	.name = "blkback_latency",
	.init = frontend_init,
	.exit = latency_test_exit,
	.test_cases = latency_cases,
};

kunit_test_suite(latency_suite);
