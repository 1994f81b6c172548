// SPDX-License-Identifier: GPL-2.0
/*
 * Grants that stay mapped, and who decides how the data goes.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <xen/page.h>
#include <xen/gnttab/m2p.h>

#include "frontend.h"

#define PARAMETER(name) "/sys/module/xen_blkback/parameters/" name

static void persist_test_exit(struct kunit *test)
{
	xenmodel_maptrack_limit(U32_MAX);
	frontend_exit(test);
	frontend_set_parameter(test, PARAMETER("feature_persistent"), "Y");
	frontend_set_parameter(test, PARAMETER("max_persistent_grants"), "1056");
	frontend_set_parameter(test, PARAMETER("persistent_grant_unused_seconds"),
			       "60");
}

static void ask(struct kunit *test, const char *value)
{
	struct frontend *t = test->priv;
	char path[80];

	snprintf(path, sizeof(path), "%s/feature-persistent", t->vbd.frontend);
	xenmodel_store_write(path, "%s", value);
}

static void connect(struct kunit *test)
{
	struct frontend *t = test->priv;

	ask(test, "1");
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
}

struct agreement {
	const char *name;
	const char *offered;
	const char *asked;
	bool agreed;
};

static const struct agreement agreements[] = {
	{ "both want it", "Y", "1", true },
	{ "only the frontend does", "N", "1", false },
	{ "only the backend does", "Y", "0", false },
};

KUNIT_ARRAY_PARAM_DESC(agreement, agreements, name);

static void blkback_persist_test_agreement(struct kunit *test)
{
	const struct agreement *row = test->param_value;
	struct frontend *t = test->priv;

	frontend_set_parameter(test, PARAMETER("feature_persistent"), row->offered);
	ask(test, row->asked);
	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "feature-persistent"),
			*row->offered == 'Y');
	frontend_write_and_read(test, 3, 1);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), row->agreed ? 6U : 0U);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "persistent"),
			row->agreed ? 2UL : 0UL);
	frontend_disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

/* Each page is mapped once, whatever the requests, and nothing is copied. */
static void blkback_persist_test_maps_once(struct kunit *test)
{
	unsigned int i;

	connect(test);
	for (i = 0; i < 20; i++)
		frontend_write_and_read(test, 1 + i % 11, i);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_OPS), 22ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_UNMAP_OPS), 0ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_OPS), 0ULL);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "persistent_grants"), 22UL);
	frontend_disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
}

/* Whoever has one of the pages, and nothing else, finds the guest's grant. */
static void blkback_persist_test_grant_found(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct xengnt_mapping mapping;
	struct page *page;

	if (!xenmodel_is_pv())
		kunit_skip(test, "an auto-translated guest is told no frames");
	connect(test);
	frontend_write_and_read(test, 1, 4);
	page = xengnt_m2p_page(virt_to_gfn(frontend_data(t, 0)));
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_TRUE(test, xengnt_m2p_mapping(page, &mapping));
	KUNIT_EXPECT_EQ(test, mapping.ref, t->refs[0]);
	frontend_disconnect(test);
	KUNIT_EXPECT_FALSE(test, xengnt_m2p_mapping(page, &mapping));
}

/* Two segments of a request, and two requests of a pass, in the same page. */
static void blkback_persist_test_same_page(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct blkif_request *request;
	unsigned int i;

	connect(test);
	frontend_fill(t, 0, 2, 9);
	for (i = 0; i < 2; i++) {
		request = frontend_add(t, 0, BLKIF_OP_WRITE, i * 16, 0, 2);
		request->u.rw.seg[1] = request->u.rw.seg[0];
	}
	xenmodel_vbd_push(&t->vbd.queues[0]);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_OPS), 1ULL);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 24, 1, 1),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, memcmp(frontend_data(t, 0), frontend_data(t, 1),
				     PAGE_SIZE), 0);
}

/* An indirect request for 14 pages from @page on, and what became of it. */
static int serve_indirect(struct kunit *test, u8 operation, unsigned int page)
{
	struct frontend *t = test->priv;

	frontend_add_indirect(t, operation, 800, page, 14);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	return frontend_answer(test, 0);
}

static void indirect_write_and_read(struct kunit *test, u8 seed)
{
	struct frontend *t = test->priv;

	frontend_fill(t, 0, 14, seed);
	KUNIT_EXPECT_EQ(test, serve_indirect(test, BLKIF_OP_WRITE, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, serve_indirect(test, BLKIF_OP_READ, 14), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, memcmp(frontend_data(t, 0), frontend_data(t, 14),
				     14 * PAGE_SIZE), 0);
}

/* The page with the segments stays mapped, too. */
static void blkback_persist_test_indirect(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct blkif_request_segment *list =
		(void *)frontend_data(t, FRONTEND_LIST);

	connect(test);
	indirect_write_and_read(test, 50);
	indirect_write_and_read(test, 51);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_OPS), 29ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_OPS), 0ULL);
	/* Refused out of the mapped page, and nothing is left held. */
	frontend_add_indirect(t, BLKIF_OP_READ, 0, 0, 14);
	list[3].last_sect = 200;
	xenmodel_vbd_push(&t->vbd.queues[0]);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_ERROR);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "refused"), 1UL);
}

/* Not even the page with the segments can be mapped, or only that. */
static void blkback_persist_test_indirect_no_handles(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int handles;

	connect(test);
	for (handles = 0; handles < 2; handles++) {
		if (handles)
			frontend_connect(test, 1, 0);
		xenmodel_maptrack_limit(handles);
		indirect_write_and_read(test, 60 + handles);
		KUNIT_EXPECT_LE(test, xenmodel_handles(), handles);
		KUNIT_EXPECT_EQ(test, frontend_counter(test, "copied"), 2UL);
		KUNIT_EXPECT_EQ(test, frontend_counter(test, "persistent"), 0UL);
		xenmodel_maptrack_limit(U32_MAX);
		frontend_disconnect(test);
		xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	}
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

/* One page, at the place of the disk that goes with it, by any queue. */
static int serve_by(struct kunit *test, unsigned int queue, u8 operation,
		    unsigned int page)
{
	struct frontend *t = test->priv;

	frontend_add(t, queue, operation, page % 4 * 8, page, 1);
	xenmodel_vbd_push(&t->vbd.queues[queue]);
	return frontend_answer(test, queue);
}

/* What one queue wrote, another reads, and each has its own grants of the pages. */
static void blkback_persist_test_queues(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int round, queue;

	ask(test, "1");
	frontend_use_ram_disk(t);
	frontend_connect(test, 4, 0);
	for (round = 0; round < 3; round++) {
		frontend_fill(t, 0, 4, 4 * round);
		for (queue = 0; queue < 4; queue++)
			KUNIT_EXPECT_EQ(test, serve_by(test, queue, BLKIF_OP_WRITE,
						       queue), BLKIF_RSP_OKAY);
		memset(frontend_data(t, 4), 0, 4 * PAGE_SIZE);
		for (queue = 0; queue < 4; queue++)
			KUNIT_EXPECT_EQ(test, serve_by(test, 3 - queue, BLKIF_OP_READ,
						       4 + queue), BLKIF_RSP_OKAY);
		KUNIT_EXPECT_EQ(test, memcmp(frontend_data(t, 0), frontend_data(t, 4),
					     4 * PAGE_SIZE), 0);
	}
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_OPS), 8ULL);
	/* A page that two queues use. */
	KUNIT_EXPECT_EQ(test, serve_by(test, 1, BLKIF_OP_WRITE, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 9U);
	/* The first queue's. */
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "persistent_grants"), 2UL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_OPS), 0ULL);
	frontend_disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
}

/* What is not used any more is given back, and what is used stays. */
static void blkback_persist_test_idle(struct kunit *test)
{
	unsigned int i;

	frontend_set_parameter(test, PARAMETER("persistent_grant_unused_seconds"),
			       "3");
	connect(test);
	frontend_write_and_read(test, 8, 1);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 16U);
	for (i = 0; i < 12; i++) {
		frontend_write_and_read(test, 2, i);
		msleep(500);
	}
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 4U);
	msleep(6000);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "persistent_grants"), 0UL);
	frontend_write_and_read(test, 8, 2);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 16U);
}

/* No more stay mapped than may, the rest is copied; old ones make room. */
static void blkback_persist_test_cap(struct kunit *test)
{
	connect(test);
	frontend_disconnect(test);
	frontend_set_parameter(test, PARAMETER("max_persistent_grants"), "6");
	xenmodel_vbd_state(&((struct frontend *)test->priv)->vbd,
			   XenbusStateInitialising);
	frontend_connect(test, 1, 0);
	frontend_write_and_read(test, 11, 1);
	KUNIT_EXPECT_LE(test, xenmodel_handles(), 6U);
	KUNIT_EXPECT_GE(test, frontend_counter(test, "copied"), 2UL);
	frontend_write_and_read(test, 3, 1);
	KUNIT_EXPECT_LE(test, xenmodel_handles(), 6U);
	msleep(4000);
	/* One in sixteen, each second. */
	KUNIT_EXPECT_LT(test, xenmodel_handles(), 6U);
	KUNIT_EXPECT_GT(test, xenmodel_handles(), 0U);
	frontend_write_and_read(test, 3, 2);
}

/* Xen's table is full: copied, and mapped again when it is not. */
static void blkback_persist_test_no_handles(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect(test);
	xenmodel_maptrack_limit(3);
	frontend_write_and_read(test, 8, 5);
	KUNIT_EXPECT_LE(test, xenmodel_handles(), 3U);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "copied"), 2UL);
	xenmodel_maptrack_limit(U32_MAX);
	msleep(1100);
	frontend_write_and_read(test, 8, 6);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 16U);
	frontend_disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

/* A page that was not granted fails its request alone, now and later. */
static void blkback_persist_test_bad_grant(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct blkif_request *request;
	unsigned int i;

	connect(test);
	for (i = 0; i < 2; i++) {
		request = frontend_add(t, 0, BLKIF_OP_READ, 0, 0, 4);
		request->u.rw.seg[2].gref = 4000;
		xenmodel_vbd_push(&t->vbd.queues[0]);
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0),
				BLKIF_RSP_ERROR);
		KUNIT_EXPECT_EQ(test, xenmodel_handles(), 3U);
	}
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "bad_grants"), 2UL);
	frontend_write_and_read(test, 4, 1);
	frontend_disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
}

/* From the next request on it is as the administrator wants it. */
static void blkback_persist_test_data_path(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect(test);
	frontend_set_parameter(test, DATA_PATH, "copy");
	frontend_write_and_read(test, 4, 1);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "copied"), 2UL);
	frontend_set_parameter(test, DATA_PATH, "map\n");
	frontend_write_and_read(test, 4, 2);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "mapped"), 2UL);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	frontend_set_parameter(test, DATA_PATH, "persistent");
	frontend_write_and_read(test, 4, 3);
	frontend_set_parameter(test, DATA_PATH, "auto");
	frontend_write_and_read(test, 4, 4);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "persistent"), 4UL);
	/* It outlives the connection. */
	frontend_set_parameter(test, DATA_PATH, "copy");
	frontend_disconnect(test);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	frontend_connect(test, 1, 0);
	frontend_write_and_read(test, 4, 5);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "copied"), 2UL);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
}

/* A connection ends with its pages held by a slow disk. */
static void blkback_persist_test_end_in_the_middle(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	ask(test, "1");
	frontend_use_slow_disk(test);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 8; i++)
		frontend_add(t, 0, BLKIF_OP_WRITE, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	msleep(2);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 8U);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
}

static struct kunit_case persist_cases[] = {
	KUNIT_CASE_PARAM(blkback_persist_test_agreement, agreement_gen_params),
	KUNIT_CASE(blkback_persist_test_maps_once),
	KUNIT_CASE(blkback_persist_test_grant_found),
	KUNIT_CASE(blkback_persist_test_same_page),
	KUNIT_CASE(blkback_persist_test_indirect),
	KUNIT_CASE(blkback_persist_test_indirect_no_handles),
	KUNIT_CASE(blkback_persist_test_queues),
	KUNIT_CASE(blkback_persist_test_idle),
	KUNIT_CASE(blkback_persist_test_cap),
	KUNIT_CASE(blkback_persist_test_no_handles),
	KUNIT_CASE(blkback_persist_test_bad_grant),
	KUNIT_CASE(blkback_persist_test_data_path),
	KUNIT_CASE(blkback_persist_test_end_in_the_middle),
	{}
};

static struct kunit_suite persist_suite = {
	.name = "blkback_persist",
	.init = frontend_init,
	.exit = persist_test_exit,
	.test_cases = persist_cases,
};

kunit_test_suite(persist_suite);
