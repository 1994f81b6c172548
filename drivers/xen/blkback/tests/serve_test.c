// SPDX-License-Identifier: GPL-2.0
/*
 * Serving: the whole driver, over the model of Xen, answers requests.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/mm.h>

#include "frontend.h"

static void blkback_serve_test_description(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"),
			RAM_DISK_SECTORS);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sector-size"), 512);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "info"), 0);
	KUNIT_EXPECT_GE(test, xenmodel_vbd_key(&t->vbd,
					       "feature-max-indirect-segments"),
			32);
}

struct serve_row {
	const char *name;
	unsigned int queues;
	unsigned int order;
	unsigned int pages;
	const char *copy_max;
};

static const struct serve_row serve_rows[] = {
	{ "one page, as it costs least", 1, 0, 1, "-1" },
	{ "one page, mapped", 1, 0, 1, "0" },
	{ "one page, copied", 1, 0, 1, "1048576" },
	{ "eleven pages, mapped", 1, 0, 11, "0" },
	{ "eleven pages, copied", 1, 0, 11, "1048576" },
	{ "eleven pages, four queues", 4, 0, 11, "-1" },
	{ "eleven pages, large ring", 1, 4, 11, "-1" },
	{ "two large rings", 2, 4, 2, "-1" },
};

KUNIT_ARRAY_PARAM_DESC(serve_row, serve_rows, name);

static void blkback_serve_test_write_and_read(struct kunit *test)
{
	const struct serve_row *row = test->param_value;
	struct frontend *t = test->priv;

	frontend_copy_max(test, row->copy_max);
	frontend_use_ram_disk(t);
	frontend_connect(test, row->queues, row->order);
	frontend_write_and_read(test, row->pages, row->queues + row->order);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	frontend_disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

/* Whatever the queue, it is the same disk. */
static void blkback_serve_test_queues_share_the_disk(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int queue;

	frontend_use_ram_disk(t);
	frontend_connect(test, 4, 0);
	for (queue = 0; queue < 4; queue++) {
		frontend_fill(t, queue, 1, queue * 40);
		frontend_add(t, queue, BLKIF_OP_WRITE, queue * 8, queue, 1);
		xenmodel_vbd_push(&t->vbd.queues[queue]);
		KUNIT_EXPECT_EQ(test, frontend_answer(test, queue),
				BLKIF_RSP_OKAY);
	}
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 16, 4),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test,
			memcmp(frontend_data(t, 0), frontend_data(t, 16),
			       4 * PAGE_SIZE),
			0);
}

static void blkback_serve_test_full_ring(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i, nr;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	nr = RING_SIZE(&t->vbd.queues[0].ring);
	KUNIT_ASSERT_EQ(test, nr, 32U);
	frontend_fill(t, 0, 16, 3);
	for (i = 0; i < nr; i++)
		frontend_add(t, 0, BLKIF_OP_WRITE, i * 8, i % 16, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 16, 11),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test,
			memcmp(frontend_data(t, 0), frontend_data(t, 16),
			       11 * PAGE_SIZE),
			0);
}

/* What the disk has read before the pass ends is copied to the guest in it. */
static void blkback_serve_test_read_in_one_pass(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned long passes, copied;
	unsigned int i;

	frontend_copy_max(test, "1048576");
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	frontend_fill(t, 0, 8, 77);
	KUNIT_ASSERT_EQ(test, frontend_serve(test, BLKIF_OP_WRITE, 0, 0, 8),
			BLKIF_RSP_OKAY);
	passes = frontend_counter(test, "passes");
	copied = frontend_counter(test, "copied");
	for (i = 0; i < 8; i++)
		frontend_add(t, 0, BLKIF_OP_READ, i * 8, 16 + i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "passes") - passes, 1UL);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "copied") - copied, 8UL);
	KUNIT_EXPECT_EQ(test,
			memcmp(frontend_data(t, 0), frontend_data(t, 16),
			       8 * PAGE_SIZE),
			0);
}

/* The index is 32 bits wide, and the ring is walked round many times. */
static void blkback_serve_test_round_and_round(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 200; i++)
		KUNIT_EXPECT_EQ(test,
				frontend_serve(test, BLKIF_OP_READ, i * 8,
					       i % 16, 1),
				BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
}

static void blkback_serve_test_indirect(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int write;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	frontend_fill(t, 0, 15, 77);
	memset(frontend_data(t, 15), 0, 15 * PAGE_SIZE);
	for (write = 2; write--;) {
		frontend_add_indirect(t, write ? BLKIF_OP_WRITE : BLKIF_OP_READ,
				      800, write ? 0 : 15, 15);
		xenmodel_vbd_push(&t->vbd.queues[0]);
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	}
	KUNIT_EXPECT_EQ(test,
			memcmp(frontend_data(t, 0), frontend_data(t, 15),
			       15 * PAGE_SIZE),
			0);
}

struct refusal {
	const char *name;
	u8 operation;
	u64 sector;
	u8 nr;
	u8 last_sect;
	int status;
};

static const struct refusal refusals[] = {
	{ "no such operation", 200, 0, 1, 7, BLKIF_RSP_EOPNOTSUPP },
	{ "no segment", BLKIF_OP_READ, 0, 0, 7, BLKIF_RSP_ERROR },
	{ "twelve segments", BLKIF_OP_READ, 0, 12, 7, BLKIF_RSP_ERROR },
	{ "beyond the page", BLKIF_OP_READ, 0, 1, 8, BLKIF_RSP_ERROR },
	{ "beyond the disk", BLKIF_OP_READ, RAM_DISK_SECTORS - 7, 1, 7,
	  BLKIF_RSP_ERROR },
	{ "sector overflows", BLKIF_OP_READ, U64_MAX - 3, 1, 7,
	  BLKIF_RSP_ERROR },
};

KUNIT_ARRAY_PARAM_DESC(refusal, refusals, name);

static void blkback_serve_test_refusals(struct kunit *test)
{
	const struct refusal *row = test->param_value;
	struct frontend *t = test->priv;
	struct blkif_request *request;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	request = frontend_add(t, 0, row->operation, row->sector, 0, 1);
	request->u.rw.nr_segments = row->nr;
	request->u.rw.seg[0].last_sect = row->last_sect;
	xenmodel_vbd_push(&t->vbd.queues[0]);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), row->status);
	/* It costs nobody anything, and the next one is served. */
	KUNIT_EXPECT_EQ(test,
			xenmodel_counted(XENMODEL_MAP_OPS) +
				xenmodel_counted(XENMODEL_COPY_OPS),
			0ULL);
	frontend_write_and_read(test, 1, 9);
}

/* The grant is not there, or forbids what is asked for. */
static void blkback_serve_test_bad_grants(struct kunit *test)
{
	struct frontend *t = test->priv;
	static const char * const copy_max[] = { "0", "1048576" };
	grant_ref_t readonly = xenmodel_grant(t->guest, FRONTEND_DATA,
					      XENMODEL_LOCAL_DOMID, true);
	unsigned int i;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	for (i = 0; i < ARRAY_SIZE(copy_max); i++) {
		struct blkif_request *request;

		frontend_copy_max(test, copy_max[i]);
		request = frontend_add(t, 0, BLKIF_OP_WRITE, 0, 0, 5);
		request->u.rw.seg[3].gref = 100000;
		xenmodel_vbd_push(&t->vbd.queues[0]);
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0),
				BLKIF_RSP_ERROR);

		request = frontend_add(t, 0, BLKIF_OP_READ, 0, 0, 2);
		request->u.rw.seg[1].gref = readonly;
		xenmodel_vbd_push(&t->vbd.queues[0]);
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0),
				BLKIF_RSP_ERROR);
		KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	}
	frontend_write_and_read(test, 4, 1);
}

/* No handle is left in Xen: then it is copied, and nobody notices. */
static void blkback_serve_test_handles_run_out(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_copy_max(test, "0");
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	xenmodel_maptrack_limit(3);
	frontend_write_and_read(test, 8, 5);
	xenmodel_maptrack_limit(0);
	frontend_write_and_read(test, 8, 6);
	KUNIT_EXPECT_GT(test, xenmodel_counted(XENMODEL_COPY_OPS), 0ULL);
}

/* Where there was none a moment ago nothing is tried, unless somebody wants it. */
static void blkback_serve_test_no_room(struct kunit *test)
{
	struct frontend *t = test->priv;
	u64 calls;

	frontend_copy_max(test, "0");
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	xenmodel_maptrack_limit(0);
	frontend_write_and_read(test, 4, 1);
	calls = xenmodel_counted(XENMODEL_MAP_CALLS);
	frontend_write_and_read(test, 4, 2);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_CALLS), calls);
	frontend_set_parameter(test, DATA_PATH, "map");
	frontend_write_and_read(test, 4, 3);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_CALLS), calls + 2);
	frontend_set_parameter(test, DATA_PATH, "auto");
	xenmodel_maptrack_limit(U32_MAX);
	msleep(1100);
	frontend_write_and_read(test, 4, 4);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_CALLS), calls + 4);
}

/* The guest's page comes back after a while. */
static void blkback_serve_test_paged_out(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	xenmodel_page_out(t->guest, t->refs[1], 2);
	frontend_write_and_read(test, 3, 5);
}

static void blkback_serve_test_read_only(struct kunit *test)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_destroy(&t->vbd);
	xenmodel_vbd_create(&t->vbd, t->guest, FRONTEND_DEVID, "r");
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "info"), 4);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 0, 1),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_WRITE, 0, 0, 1),
			BLKIF_RSP_ERROR);
}

/* Events without work do no harm. */
static void blkback_serve_test_empty_events(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 20; i++) {
		xenmodel_evtchn_kick(t->vbd.queues[0].port);
		if (i % 3 == 0)
			msleep(1);
	}
	frontend_write_and_read(test, 1, 1);
}

/* One notification for what was answered together, not one each. */
static void blkback_serve_test_notifications(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i, before, times;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	before = xenmodel_evtchn_notified(t->vbd.queues[0].port);
	for (i = 0; i < 16; i++)
		frontend_add(t, 0, BLKIF_OP_READ, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	msleep(20);
	KUNIT_EXPECT_EQ(test, t->vbd.queues[0].ring.sring->rsp_prod, 16U);
	times = xenmodel_evtchn_notified(t->vbd.queues[0].port) - before;
	KUNIT_EXPECT_GE(test, times, 1U);
	KUNIT_EXPECT_LE(test, times, 2U);
}

/* Flush groups are shared by the requests of a pass. */
static void blkback_serve_test_shared_flushes(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	if (!xenmodel_is_pv())
		kunit_skip(test, "every operation is flushed by itself");
	frontend_copy_max(test, "0");
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 16; i++)
		frontend_add(t, 0, BLKIF_OP_READ, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_UNMAP_OPS), 16ULL);
	KUNIT_EXPECT_LE(test, xenmodel_counted(XENMODEL_FLUSHES), 2ULL);
}

static struct kunit_case serve_cases[] = {
	KUNIT_CASE(blkback_serve_test_description),
	KUNIT_CASE_PARAM(blkback_serve_test_write_and_read,
			 serve_row_gen_params),
	KUNIT_CASE(blkback_serve_test_queues_share_the_disk),
	KUNIT_CASE(blkback_serve_test_full_ring),
	KUNIT_CASE(blkback_serve_test_read_in_one_pass),
	KUNIT_CASE(blkback_serve_test_round_and_round),
	KUNIT_CASE(blkback_serve_test_indirect),
	KUNIT_CASE_PARAM(blkback_serve_test_refusals, refusal_gen_params),
	KUNIT_CASE(blkback_serve_test_bad_grants),
	KUNIT_CASE(blkback_serve_test_handles_run_out),
	KUNIT_CASE(blkback_serve_test_no_room),
	KUNIT_CASE(blkback_serve_test_paged_out),
	KUNIT_CASE(blkback_serve_test_read_only),
	KUNIT_CASE(blkback_serve_test_empty_events),
	KUNIT_CASE(blkback_serve_test_notifications),
	KUNIT_CASE(blkback_serve_test_shared_flushes),
	{}
};

static struct kunit_suite serve_suite = {
	.name = "blkback_serve",
	.init = frontend_init,
	.exit = frontend_exit,
	.test_cases = serve_cases,
};

kunit_test_suite(serve_suite);
