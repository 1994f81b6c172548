// SPDX-License-Identifier: GPL-2.0
/*
 * Flushes and barriers: what reaches the disk, in which order, across all
 * queues.
 */
#include <kunit/test.h>
#include <linux/delay.h>

#include "frontend.h"
#include "recorder.h"

static struct recorder *recorder;

static int fence_test_init(struct kunit *test)
{
	int error = frontend_init(test);

	if (error)
		return error;
	recorder = recorder_create(test);
	recorder_set_cache(recorder, true);
	return 0;
}

static void fence_test_exit(struct kunit *test)
{
	/* A connection ends when its disk has answered. */
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	frontend_exit(test);
	recorder_destroy(recorder);
}

static void connect_to_recorder(struct kunit *test, unsigned int nr_queues)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_hotplug(&t->vbd, recorder->disk->major, 0);
	frontend_connect(test, nr_queues, 0);
}

/* Publish a one-page request; its first sector tells it apart in the log. */
static void push(struct frontend *t, unsigned int queue, u8 operation,
		 u64 sector)
{
	frontend_add(t, queue, operation, sector, 0, 1);
	xenmodel_vbd_push(&t->vbd.queues[queue]);
}

static void push_empty(struct frontend *t, unsigned int queue, u8 operation)
{
	frontend_add(t, queue, operation, 0, 0, 0);
	xenmodel_vbd_push(&t->vbd.queues[queue]);
}

static void expect_answers(struct kunit *test, unsigned int queue,
			   unsigned int nr)
{
	while (nr--)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, queue),
				BLKIF_RSP_OKAY);
}

#define DURABLE	(REQ_PREFLUSH | REQ_FUA)

static void expect_entry(struct kunit *test, unsigned int index, u64 sector,
			 blk_opf_t flags)
{
	const struct recorder_entry *entry = &recorder->log[index];

	KUNIT_EXPECT_EQ(test, entry->opf & REQ_OP_MASK, REQ_OP_WRITE);
	KUNIT_EXPECT_EQ_MSG(test, entry->sector, sector, "entry %u", index);
	KUNIT_EXPECT_EQ_MSG(test, entry->opf & DURABLE, flags, "entry %u",
			    index);
}

static void blkback_fence_test_offered(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test, 1);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "feature-barrier"), 1);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "feature-flush-cache"),
			1);
}

/* A disk without a cache has nothing that a barrier could be about. */
static void blkback_fence_test_not_offered(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "feature-barrier"), 0);
	KUNIT_EXPECT_EQ(test,
			frontend_serve(test, BLKIF_OP_WRITE_BARRIER, 0, 0, 1),
			BLKIF_RSP_EOPNOTSUPP);
	frontend_write_and_read(test, 1, 1);
}

static void blkback_fence_test_flush(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test, 1);
	push_empty(t, 0, BLKIF_OP_FLUSH_DISKCACHE);
	push(t, 0, BLKIF_OP_FLUSH_DISKCACHE, 8);
	push(t, 0, BLKIF_OP_WRITE, 16);
	expect_answers(test, 0, 3);
	KUNIT_EXPECT_EQ(test, recorder->nr, 3U);
	expect_entry(test, 0, 0, REQ_PREFLUSH);
	KUNIT_EXPECT_EQ(test, recorder->log[0].sectors, 0U);
	expect_entry(test, 1, 8, DURABLE);
	expect_entry(test, 2, 16, 0);
}

static void blkback_fence_test_one_queue(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	connect_to_recorder(test, 1);
	recorder_hold(recorder, true);
	for (i = 0; i < 3; i++)
		frontend_add(t, 0, BLKIF_OP_WRITE, i * 8, i, 1);
	frontend_add(t, 0, BLKIF_OP_WRITE_BARRIER, 24, 3, 1);
	for (i = 4; i < 6; i++)
		frontend_add(t, 0, BLKIF_OP_WRITE, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);

	/* What is before it; the last of them is the one that counts. */
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 3));
	recorder_release(recorder, 2);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 3));
	recorder_release(recorder, 1);
	/* The barrier alone. */
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 4));
	expect_entry(test, 3, 24, DURABLE);
	expect_answers(test, 0, 3);
	KUNIT_EXPECT_EQ(test, t->vbd.queues[0].ring.sring->rsp_prod, 3U);
	/* What is behind it. */
	recorder_release(recorder, 1);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 6));
	recorder_release(recorder, 2);
	expect_answers(test, 0, 3);
	for (i = 0; i < 6; i++)
		expect_entry(test, i, i * 8, i == 3 ? DURABLE : 0);
}

static void blkback_fence_test_across_queues(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int queue;

	connect_to_recorder(test, 4);
	recorder_hold(recorder, true);
	for (queue = 0; queue < 3; queue++)
		push(t, queue, BLKIF_OP_WRITE, queue * 8);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 3));
	push(t, 3, BLKIF_OP_WRITE_BARRIER, 24);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 3));
	/* Later, on every queue. */
	for (queue = 0; queue < 4; queue++)
		push(t, queue, BLKIF_OP_WRITE, 32 + queue * 8);
	for (queue = 0; queue < 3; queue++) {
		KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 3));
		recorder_release(recorder, 1);
	}
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 4));
	expect_entry(test, 3, 24, DURABLE);
	recorder_release(recorder, 1);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 8));
	recorder_release(recorder, 4);
	for (queue = 0; queue < 4; queue++)
		expect_answers(test, queue, 2);
}

/* One on each queue at the same time: one after the other. */
static void blkback_fence_test_several(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i, queue;

	connect_to_recorder(test, 4);
	recorder_hold(recorder, true);
	push(t, 0, BLKIF_OP_WRITE, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has(recorder, 1));
	for (queue = 0; queue < 4; queue++) {
		frontend_add(t, queue, BLKIF_OP_WRITE_BARRIER, 8, 0, 1);
		frontend_add(t, queue, BLKIF_OP_WRITE_BARRIER, 8, 0, 1);
		push(t, queue, BLKIF_OP_WRITE, 16);
	}
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 1));
	for (i = 1; i < 13; i++) {
		recorder_release(recorder, UINT_MAX);
		KUNIT_EXPECT_TRUE(test, recorder_has(recorder, i + 1));
	}
	recorder_release(recorder, UINT_MAX);
	expect_answers(test, 0, 4);
	for (queue = 1; queue < 4; queue++)
		expect_answers(test, queue, 3);
	KUNIT_EXPECT_EQ(test, recorder->nr, 13U);
	/* A queue's second one comes after its first. */
	for (i = 1; i < 5; i++)
		expect_entry(test, i, 8, DURABLE);
}

/* What was taken before the barrier goes through it in stages. */
static void blkback_fence_test_under_load(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int round, queue, i;

	frontend_copy_max(test, "0");
	connect_to_recorder(test, 4);
	for (round = 0; round < 8; round++) {
		for (queue = 0; queue < 4; queue++) {
			for (i = 0; i < 30; i++)
				frontend_add(t, queue, i % 3 ? BLKIF_OP_READ :
					     BLKIF_OP_WRITE_BARRIER, i * 8,
					     i % 16, 1);
			xenmodel_vbd_push(&t->vbd.queues[queue]);
		}
		for (queue = 0; queue < 4; queue++)
			expect_answers(test, queue, 30);
	}
}

static void blkback_fence_test_without_data(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test, 2);
	recorder_hold(recorder, true);
	push(t, 0, BLKIF_OP_WRITE, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has(recorder, 1));
	push_empty(t, 1, BLKIF_OP_WRITE_BARRIER);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 1));
	recorder_release(recorder, 1);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 2));
	expect_entry(test, 1, 0, REQ_PREFLUSH);
	recorder_release(recorder, 1);
	expect_answers(test, 0, 1);
	expect_answers(test, 1, 1);
}

struct refused_row {
	const char *name;
	u8 nr;
	u64 sector;
	bool bad_grant;
	blk_status_t disk;
	int status;
};

static const struct refused_row refused_rows[] = {
	{ "too many segments", 12, 0, false, 0, BLKIF_RSP_ERROR },
	{ "beyond the disk", 1, RECORDER_SECTORS, false, 0, BLKIF_RSP_ERROR },
	{ "bad grant", 1, 0, true, 0, BLKIF_RSP_ERROR },
	{ "disk fails", 1, 0, false, BLK_STS_IOERR, BLKIF_RSP_ERROR },
	{ "disk cannot", 1, 0, false, BLK_STS_NOTSUPP, BLKIF_RSP_EOPNOTSUPP },
};

KUNIT_ARRAY_PARAM_DESC(refused_row, refused_rows, name);

/* One that fails keeps nobody waiting. */
static void blkback_fence_test_refused(struct kunit *test)
{
	const struct refused_row *row = test->param_value;
	struct frontend *t = test->priv;
	struct blkif_request *request;

	connect_to_recorder(test, 2);
	recorder_fail(recorder, row->disk);
	request = frontend_add(t, 0, BLKIF_OP_WRITE_BARRIER, row->sector, 0, 1);
	request->u.rw.nr_segments = row->nr;
	if (row->bad_grant)
		request->u.rw.seg[0].gref = 100000;
	xenmodel_vbd_push(&t->vbd.queues[0]);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), row->status);
	recorder_fail(recorder, 0);
	push(t, 0, BLKIF_OP_WRITE, 8);
	push(t, 1, BLKIF_OP_WRITE, 8);
	expect_answers(test, 0, 1);
	expect_answers(test, 1, 1);
}

/* The frontend closes while one waits: it is served like all that was taken. */
static void blkback_fence_test_close(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test, 4);
	recorder_hold(recorder, true);
	push(t, 2, BLKIF_OP_WRITE, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has(recorder, 1));
	push(t, 0, BLKIF_OP_WRITE_BARRIER, 8);
	push(t, 3, BLKIF_OP_WRITE_BARRIER, 16);
	msleep(5);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	msleep(50);
	KUNIT_EXPECT_EQ(test, recorder->nr, 1U);
	recorder_hold(recorder, false);
	recorder_release(recorder, 1);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	expect_answers(test, 0, 1);
	expect_answers(test, 2, 1);
	expect_answers(test, 3, 1);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
}

/* A ring that is broken is not waited for. */
static void blkback_fence_test_broken_ring(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test, 2);
	recorder_hold(recorder, true);
	push(t, 0, BLKIF_OP_WRITE, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has(recorder, 1));
	push(t, 0, BLKIF_OP_WRITE_BARRIER, 8);
	msleep(5);
	t->vbd.queues[1].ring.sring->req_prod = 1000;
	xenmodel_evtchn_kick(t->vbd.queues[1].port);
	msleep(5);
	recorder_hold(recorder, false);
	recorder_release(recorder, 1);
	expect_answers(test, 0, 2);
}

static struct kunit_case fence_cases[] = {
	KUNIT_CASE(blkback_fence_test_offered),
	KUNIT_CASE(blkback_fence_test_not_offered),
	KUNIT_CASE(blkback_fence_test_flush),
	KUNIT_CASE(blkback_fence_test_one_queue),
	KUNIT_CASE(blkback_fence_test_across_queues),
	KUNIT_CASE(blkback_fence_test_several),
	KUNIT_CASE(blkback_fence_test_under_load),
	KUNIT_CASE(blkback_fence_test_without_data),
	KUNIT_CASE_PARAM(blkback_fence_test_refused, refused_row_gen_params),
	KUNIT_CASE(blkback_fence_test_close),
	KUNIT_CASE(blkback_fence_test_broken_ring),
	{}
};

static struct kunit_suite fence_suite = {
	.name = "blkback_fence",
	.init = fence_test_init,
	.exit = fence_test_exit,
	.test_cases = fence_cases,
};

kunit_test_suite(fence_suite);
