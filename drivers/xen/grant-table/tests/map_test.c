// SPDX-License-Identifier: GPL-2.0
/*
 * The map batch: one call, a result for each operation.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include "fixture.h"
#include "suites.h"

#define NR 6

struct map_test {
	struct xengnt_map_batch batch;
	struct page *pages[NR];
	grant_ref_t refs[NR];
};

static int map_test_init(struct kunit *test)
{
	struct map_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct fixture *f;
	unsigned int i;
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, t);
	ret = fixture_init(test);
	if (ret)
		return ret;
	f = test->priv;
	f->priv = t;
	KUNIT_ASSERT_EQ(test, 0, xengnt_map_batch_init(&t->batch, f->client[0],
						       NR));
	KUNIT_ASSERT_EQ(test, 0, xengnt_area_get(f->area, t->pages, NR));
	for (i = 0; i < NR; i++)
		t->refs[i] = xenmodel_grant(f->guest[0], i,
					    XENMODEL_LOCAL_DOMID, false);
	return 0;
}

static void map_test_exit(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct map_test *t = f->priv;
	struct fixture_entry *entry;
	unsigned int i;

	/* Hand what is mapped to the fixture, and the rest back. */
	for (i = 0; i < NR; i++) {
		if (i >= t->batch.nr || xengnt_map_batch_status(&t->batch, i)) {
			xengnt_area_put(f->area, &t->pages[i], 1);
			continue;
		}
		f->pages[f->nr] = t->pages[i];
		entry = &f->entries[f->nr++];
		entry->u.client = f->client[0];
		entry->u.page = t->pages[i];
		entry->u.handle = xengnt_map_batch_handle(&t->batch, i);
	}
	xengnt_map_batch_fini(&t->batch);
	fixture_exit(test);
}

static void add_all(struct map_test *t, bool readonly)
{
	unsigned int i;

	for (i = 0; i < NR; i++)
		xengnt_map_batch_add(&t->batch, t->refs[i], t->pages[i],
				     readonly);
}

static u64 client_count(struct kunit *test, enum xengnt_counter counter)
{
	struct fixture *f = test->priv;

	return xengnt_client_read(f->client[0], counter);
}

static void xengnt_map_test_room(struct kunit *test)
{
	struct map_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i;

	for (i = 0; i < NR; i++) {
		KUNIT_EXPECT_EQ(test, xengnt_map_batch_room(&t->batch), NR - i);
		KUNIT_EXPECT_EQ(test, xengnt_map_batch_add(&t->batch,
							   t->refs[i],
							   t->pages[i], false),
				i);
	}
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_room(&t->batch), 0U);
	xengnt_map_batch_reset(&t->batch);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_room(&t->batch),
			(unsigned int)NR);
}

static void xengnt_map_test_empty_is_free(struct kunit *test)
{
	struct map_test *t = ((struct fixture *)test->priv)->priv;

	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_CALLS), 0ULL);
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_MAP_CALLS), 0ULL);
}

static void xengnt_map_test_one_call(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct map_test *t = f->priv;
	unsigned int i;

	add_all(t, false);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES), 0ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(f->guest[0]), (unsigned int)NR);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, memcmp(page_address(t->pages[i]),
					     xenmodel_memory(f->guest[0], i),
					     PAGE_SIZE), 0);
}

static void xengnt_map_test_writes_reach_the_granter(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct map_test *t = f->priv;

	add_all(t, false);
	KUNIT_ASSERT_EQ(test, xengnt_map_batch_run(&t->batch), 0U);
	memset(page_address(t->pages[2]), 0xee, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, ((u8 *)xenmodel_memory(f->guest[0], 2))[4000],
			0xee);
	KUNIT_EXPECT_NE(test, ((u8 *)xenmodel_memory(f->guest[0], 3))[4000],
			0xee);
}

/* Only a batch that asks for less may have less. */
static void xengnt_map_test_readonly(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct map_test *t = f->priv;
	grant_ref_t ref = xenmodel_grant(f->guest[0], 0, XENMODEL_LOCAL_DOMID,
					 true);

	xengnt_map_batch_add(&t->batch, ref, t->pages[0], true);
	xengnt_map_batch_add(&t->batch, ref, t->pages[1], false);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch), 1U);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_status(&t->batch, 0), 0);
	KUNIT_EXPECT_NE(test, xengnt_map_batch_status(&t->batch, 1), 0);
	KUNIT_EXPECT_FALSE(test, xenmodel_writable(t->pages[0]));
}

struct map_row {
	const char *name;
	int status;
	int expected;
	u64 exhausted;
};

static const struct map_row map_rows[] = {
	{ "general error", GNTST_general_error, -EIO, 0 },
	{ "bad domain", GNTST_bad_domain, -EINVAL, 0 },
	{ "bad reference", GNTST_bad_gntref, -EINVAL, 0 },
	{ "bad virtual address", GNTST_bad_virt_addr, -EIO, 0 },
	{ "no device space", GNTST_no_device_space, -ENOSPC, 1 },
	{ "permission denied", GNTST_permission_denied, -EINVAL, 0 },
	{ "bad page", GNTST_bad_page, -EINVAL, 0 },
	{ "no space", GNTST_no_space, -ENOSPC, 1 },
};

KUNIT_ARRAY_PARAM_DESC(map_row, map_rows, name);

/* The one in the middle fails; its neighbours do not notice. */
static void xengnt_map_test_status_each(struct kunit *test)
{
	const struct map_row *row = test->param_value;
	struct map_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i;

	xenmodel_inject(GNTTABOP_map_grant_ref, row->status, 2, 1);
	add_all(t, false);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch), 1U);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, xengnt_map_batch_status(&t->batch, i),
				i == 2 ? row->expected : 0);
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_MAP_FAILED), 1ULL);
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_MAP_EXHAUSTED),
			row->exhausted);
}

static void xengnt_map_test_handles_run_out(struct kunit *test)
{
	struct map_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i;

	xenmodel_maptrack_limit(NR - 2);
	add_all(t, false);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch), 2U);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, xengnt_map_batch_status(&t->batch, i),
				i < NR - 2 ? 0 : -ENOSPC);
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_MAP_EXHAUSTED), 2ULL);
}

/* The granter's page comes back after a while. */
static void xengnt_map_test_eagain_is_repeated(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct map_test *t = f->priv;

	xenmodel_page_out(f->guest[0], t->refs[1], 3);
	add_all(t, false);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_status(&t->batch, 1), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_OPS), NR + 3ULL);
}

/* Or never. */
static void xengnt_map_test_eagain_is_bounded(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct map_test *t = f->priv;

	xenmodel_page_out(f->guest[0], t->refs[1], UINT_MAX);
	add_all(t, false);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch), 1U);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_status(&t->batch, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_status(&t->batch, 2), 0);
}

static void xengnt_map_test_whole_call_fails(struct kunit *test)
{
	struct map_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i;

	xenmodel_inject_call(GNTTABOP_map_grant_ref, -EFAULT);
	add_all(t, false);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch),
			(unsigned int)NR);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, xengnt_map_batch_status(&t->batch, i),
				-EIO);
}

/* Grants of the client's granter are asked for, and of nobody else. */
static void xengnt_map_test_granter_of_the_client(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 1, 3);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(f->guest[0]), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(f->guest[1]), 3U);
}

static void xengnt_map_test_used_again(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct map_test *t = f->priv;

	xenmodel_inject(GNTTABOP_map_grant_ref, GNTST_bad_page, 0, NR);
	add_all(t, false);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch),
			(unsigned int)NR);
	xengnt_map_batch_reset(&t->batch);
	add_all(t, false);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(f->guest[0]), (unsigned int)NR);
}

static void xengnt_map_test_no_memory(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_map_batch batch;
	unsigned int n = 0, failures = 0;
	bool more;
	int ret;

	do {
		fixture_fail_begin(++n);
		ret = xengnt_map_batch_init(&batch, f->client[0], 16);
		more = fixture_fail_end();
		if (ret) {
			KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
			failures++;
		}
		/* Once is enough, and not needed after a failure. */
		xengnt_map_batch_fini(&batch);
		xengnt_map_batch_fini(&batch);
	} while (more);
	KUNIT_EXPECT_GE(test, failures, 1U);
	KUNIT_EXPECT_EQ(test, ret, 0);
}

static struct kunit_case map_cases[] = {
	KUNIT_CASE(xengnt_map_test_room),
	KUNIT_CASE(xengnt_map_test_empty_is_free),
	KUNIT_CASE(xengnt_map_test_one_call),
	KUNIT_CASE(xengnt_map_test_writes_reach_the_granter),
	KUNIT_CASE(xengnt_map_test_readonly),
	KUNIT_CASE_PARAM(xengnt_map_test_status_each, map_row_gen_params),
	KUNIT_CASE(xengnt_map_test_handles_run_out),
	KUNIT_CASE(xengnt_map_test_eagain_is_repeated),
	KUNIT_CASE(xengnt_map_test_eagain_is_bounded),
	KUNIT_CASE(xengnt_map_test_whole_call_fails),
	KUNIT_CASE(xengnt_map_test_granter_of_the_client),
	KUNIT_CASE(xengnt_map_test_used_again),
	KUNIT_CASE(xengnt_map_test_no_memory),
	{}
};

struct kunit_suite map_suite = {
	.name = "xengnt_map",
	.init = map_test_init,
	.exit = map_test_exit,
	.test_cases = map_cases,
};
