// SPDX-License-Identifier: GPL-2.0
/*
 * The copy batch: both directions, order, results, repetition.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <xen/page.h>
#include <xen/gnttab/m2p.h>
#include "fixture.h"
#include "suites.h"

#define NR 8

struct copy_test {
	struct xengnt_copy_batch batch;
	struct page *page;
	grant_ref_t refs[NR];
};

static int copy_test_init(struct kunit *test)
{
	struct copy_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct fixture *f;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	KUNIT_ASSERT_EQ(test, 0, fixture_init(test));
	f = test->priv;
	f->priv = t;
	KUNIT_ASSERT_EQ(test, 0, xengnt_copy_batch_init(&t->batch,
							f->client[0], NR));
	t->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, t->page);
	for (i = 0; i < NR; i++)
		t->refs[i] = xenmodel_grant(f->guest[0], i % FIXTURE_GUEST_PAGES,
					    XENMODEL_LOCAL_DOMID, false);
	return 0;
}

static void copy_test_exit(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;

	xengnt_copy_batch_fini(&t->batch);
	__free_page(t->page);
	fixture_exit(test);
}

static u64 client_count(struct kunit *test, enum xengnt_counter counter)
{
	struct fixture *f = test->priv;

	return xengnt_client_read(f->client[0], counter);
}

/* Operation @i fetches the first byte of page @which into byte @i. */
static void fetch(struct copy_test *t, unsigned int i, unsigned int which)
{
	xengnt_copy_from_grant(&t->batch, t->refs[which], 0, t->page, i, 1);
}

static void xengnt_copy_test_from_grant(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;
	u8 *theirs = xenmodel_memory(f->guest[0], 3);
	u8 *ours = page_address(t->page);

	memcpy(theirs + 100, "granted", 7);
	xengnt_copy_from_grant(&t->batch, t->refs[3], 100, t->page, 4089, 7);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, memcmp(ours + 4089, "granted", 7), 0);
	KUNIT_EXPECT_EQ(test, ours[4088], 0);
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_COPY_BYTES), 7ULL);
}

static void xengnt_copy_test_to_grant(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;
	u8 *theirs = xenmodel_memory(f->guest[0], 2);
	u8 before = theirs[199];

	memcpy(page_address(t->page) + 33, "answer", 6);
	xengnt_copy_to_grant(&t->batch, t->page, 33, t->refs[2], 200, 6);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, memcmp(theirs + 200, "answer", 6), 0);
	KUNIT_EXPECT_EQ(test, theirs[199], before);
	KUNIT_EXPECT_EQ(test, theirs[206], before);
}

/* Read-only grants can be read from, and are not asked to be more. */
static void xengnt_copy_test_readonly_grant(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;
	grant_ref_t ref = xenmodel_grant(f->guest[0], 0, XENMODEL_LOCAL_DOMID,
					 true);

	xengnt_copy_from_grant(&t->batch, ref, 0, t->page, 0, PAGE_SIZE);
	xengnt_copy_to_grant(&t->batch, t->page, 0, ref, 0, 1);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 1U);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, 0), 0);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, 1), -EIO);
}

static void xengnt_copy_test_empty_is_free(struct kunit *test)
{
	struct copy_test *t = ((struct fixture *)test->priv)->priv;

	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_CALLS), 0ULL);
}

static void xengnt_copy_test_room(struct kunit *test)
{
	struct copy_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i;

	for (i = 0; i < NR; i++) {
		KUNIT_EXPECT_EQ(test, xengnt_copy_batch_room(&t->batch), NR - i);
		fetch(t, i, i);
	}
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_room(&t->batch), 0U);
	xengnt_copy_batch_reset(&t->batch);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_room(&t->batch),
			(unsigned int)NR);
}

struct copy_order_row {
	const char *name;
	u8 which[NR];
	u64 claims;
};

static const struct copy_order_row copy_order_rows[] = {
	{ "one page", { 0, 0, 0, 0, 0, 0, 0, 0 }, 1 },
	{ "in order", { 0, 0, 1, 1, 2, 2, 3, 3 }, 4 },
	{ "two pages in turn", { 0, 1, 0, 1, 0, 1, 0, 1 }, 2 },
	{ "backwards", { 3, 3, 2, 2, 1, 1, 0, 0 }, 4 },
	{ "mixed", { 5, 0, 5, 2, 0, 7, 2, 5 }, 4 },
};

KUNIT_ARRAY_PARAM_DESC(copy_order_row, copy_order_rows, name);

/* One claim for each page, whatever order they are asked for in. */
static void xengnt_copy_test_ordered_by_page(struct kunit *test)
{
	const struct copy_order_row *row = test->param_value;
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;
	u8 *ours = page_address(t->page);
	unsigned int i;

	for (i = 0; i < NR; i++)
		fetch(t, i, row->which[i]);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_CLAIMS),
			row->claims);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, ours[i], *(u8 *)
				xenmodel_memory(f->guest[0], row->which[i]));
}

/* Of two copies to one place, the later one wins, sorted or not. */
static void xengnt_copy_test_later_copy_wins(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;
	u8 *ours = page_address(t->page);
	unsigned int i;

	for (i = 0; i < 6; i++)
		ours[i] = 'a' + i;
	xengnt_copy_to_grant(&t->batch, t->page, 0, t->refs[4], 0, 1);
	for (i = 1; i < 6; i++)
		xengnt_copy_to_grant(&t->batch, t->page, i, t->refs[1], 0, 1);
	xengnt_copy_to_grant(&t->batch, t->page, 1, t->refs[4], 0, 1);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, *(u8 *)xenmodel_memory(f->guest[0], 1), 'f');
	KUNIT_EXPECT_EQ(test, *(u8 *)xenmodel_memory(f->guest[0], 4), 'b');
}

/*
 * From the second guest to the first. It is the first guest's page by which
 * operations are ordered, so that of two to one place the later wins.
 */
static void xengnt_copy_test_between_grants(struct kunit *test)
{
	static const struct { u8 from, to; } ops[] = { {1, 6}, {0, 5}, {1, 5} };
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;
	struct xengnt_mapping from[2];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(from); i++) {
		memset(xenmodel_memory(f->guest[1], i), 'k' + i, PAGE_SIZE);
		from[i].domid = FIXTURE_DOMID(1);
		from[i].ref = xenmodel_grant(f->guest[1], i,
					     XENMODEL_LOCAL_DOMID, true);
	}
	for (i = 0; i < ARRAY_SIZE(ops); i++)
		xengnt_copy_between_grants(&t->batch, &from[ops[i].from], 7,
					   t->refs[ops[i].to], 300, 20);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	for (i = 5; i < 7; i++) {
		const u8 *theirs = xenmodel_memory(f->guest[0], i);

		KUNIT_EXPECT_NULL(test, memchr_inv(theirs + 300, 'l', 20));
		KUNIT_EXPECT_NE(test, theirs[299], 'l');
		KUNIT_EXPECT_NE(test, theirs[320], 'l');
	}
}

struct copy_row {
	const char *name;
	int status;
	int expected;
};

static const struct copy_row copy_rows[] = {
	{ "general error", GNTST_general_error, -EIO },
	{ "bad domain", GNTST_bad_domain, -EINVAL },
	{ "bad reference", GNTST_bad_gntref, -EINVAL },
	{ "bad page", GNTST_bad_page, -EINVAL },
	{ "bad copy argument", GNTST_bad_copy_arg, -EINVAL },
	{ "permission denied", GNTST_permission_denied, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(copy_row, copy_rows, name);

/*
 * In whatever order they are run, each result finds its operation again: the
 * one that says it failed is the one whose byte has not come.
 */
static void xengnt_copy_test_status_each(struct kunit *test)
{
	static const u8 which[NR] = { 5, 0, 5, 2, 0, 7, 2, 5 };
	const struct copy_row *row = test->param_value;
	struct copy_test *t = ((struct fixture *)test->priv)->priv;
	u8 *ours = page_address(t->page);
	unsigned int i, skip;

	for (skip = 0; skip < NR; skip++) {
		memset(ours, 0, NR);
		xengnt_copy_batch_reset(&t->batch);
		xenmodel_inject(GNTTABOP_copy, row->status, skip, 1);
		for (i = 0; i < NR; i++)
			fetch(t, i, which[i]);
		KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 1U);
		for (i = 0; i < NR; i++)
			KUNIT_EXPECT_EQ(test, ours[i] ? 0 : row->expected,
					xengnt_copy_batch_status(&t->batch, i));
	}
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_COPY_FAILED),
			(u64)NR);
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_COPY_BYTES),
			NR * (NR - 1ULL));
}

static void xengnt_copy_test_across_a_page(struct kunit *test)
{
	struct copy_test *t = ((struct fixture *)test->priv)->priv;

	xengnt_copy_from_grant(&t->batch, t->refs[0], 4090, t->page, 0, 7);
	xengnt_copy_from_grant(&t->batch, t->refs[0], 4090, t->page, 0, 6);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 1U);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, 1), 0);
}

/* Only what was not done is done again. */
static void xengnt_copy_test_eagain_is_repeated(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;
	u8 *ours = page_address(t->page);
	unsigned int i;

	xenmodel_page_out(f->guest[0], t->refs[1], 2);
	xenmodel_page_out(f->guest[0], t->refs[6], 1);
	for (i = 0; i < NR; i++)
		fetch(t, i, NR - 1 - i);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_COPY_RETRIED), 3ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_CALLS), 3ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_OPS), NR + 3ULL);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, ours[i], *(u8 *)
				xenmodel_memory(f->guest[0], NR - 1 - i));
}

static void xengnt_copy_test_eagain_is_bounded(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;
	unsigned long start = jiffies;

	xenmodel_page_out(f->guest[0], t->refs[1], UINT_MAX);
	fetch(t, 0, 0);
	fetch(t, 1, 1);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 1U);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, 0), 0);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, 1), -EAGAIN);
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_COPY_RETRIED), 8ULL);
	KUNIT_EXPECT_LT(test, jiffies - start, 2UL * HZ);
	KUNIT_EXPECT_GE(test, jiffies - start, HZ / 5UL);
}

/* Where nobody may sleep, what is not there is left undone. */
static void xengnt_copy_test_try(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct copy_test *t = f->priv;
	unsigned long flags;

	xenmodel_page_out(f->guest[0], t->refs[1], 1);
	fetch(t, 0, 0);
	fetch(t, 1, 1);
	fetch(t, 2, 2);
	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_try(&t->batch), 1U);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, 0), 0);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, 1), -EAGAIN);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, 2), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_CALLS), 1ULL);
}

static void xengnt_copy_test_whole_call_fails(struct kunit *test)
{
	struct copy_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i;

	xenmodel_inject_call(GNTTABOP_copy, -EFAULT);
	for (i = 0; i < NR; i++)
		fetch(t, i, i);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch),
			(unsigned int)NR);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, xengnt_copy_batch_status(&t->batch, i),
				-EIO);
}

/* A batch that was sorted once must not think so of its next contents. */
static void xengnt_copy_test_used_again(struct kunit *test)
{
	struct copy_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i;

	fetch(t, 0, 5);
	fetch(t, 1, 2);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	xengnt_copy_batch_reset(&t->batch);
	for (i = 0; i < NR; i++)
		fetch(t, i, i % 2);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_CLAIMS), 2 + 2ULL);
	KUNIT_EXPECT_EQ(test, client_count(test, XENGNT_COPY_CALLS), 2ULL);
}

/* Nothing of an earlier batch is left over, however many there were. */
static void xengnt_copy_test_used_for_ever(struct kunit *test)
{
	struct copy_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i, round;

	for (round = 0; round < 66000; round++) {
		fetch(t, 0, round % NR);
		xengnt_copy_batch_reset(&t->batch);
	}
	for (i = 0; i < NR; i++)
		fetch(t, i, i % 2);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_OPS), (u64)NR);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_CLAIMS), 2ULL);
}

static void xengnt_copy_test_sizes(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_copy_batch batch;

	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_init(&batch, f->client[0],
						     32769), -EINVAL);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_init(&batch, f->client[0],
						     32768), 0);
	xengnt_copy_batch_fini(&batch);
}

/*
 * Pages of an earlier batch are forgotten, also when 16 bits of batches have
 * gone by and one looks like the other.
 */
static void xengnt_copy_test_many_batches(struct kunit *test)
{
	struct copy_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i, failed = 0;

	for (i = 0; i < 2 * 65536 + 1; i++) {
		fetch(t, 0, i % 65536 ? 0 : 7);
		failed += t->batch.next[0] != (u16)~0;
		xengnt_copy_batch_reset(&t->batch);
	}
	KUNIT_EXPECT_EQ(test, failed, 0U);
}

struct between_row {
	const char *name;
	bool whole_page;
};

static const struct between_row between_rows[] = {
	{ "empty", false },
	{ "a whole page", true },
};

KUNIT_ARRAY_PARAM_DESC(between_row, between_rows, name);

/* Nor do they come back after as many batches without a part of any page. */
static void xengnt_copy_test_many_without(struct kunit *test)
{
	const struct between_row *row = test->param_value;
	struct copy_test *t = ((struct fixture *)test->priv)->priv;
	unsigned int i;

	fetch(t, 0, 0);
	xengnt_copy_batch_reset(&t->batch);
	for (i = 0; i < 65535; i++) {
		if (row->whole_page)
			xengnt_copy_from_grant(&t->batch, t->refs[0], 0, t->page,
					       0, XEN_PAGE_SIZE);
		xengnt_copy_batch_reset(&t->batch);
	}
	fetch(t, 0, 0);
	KUNIT_ASSERT_EQ(test, t->batch.next[0], (u16)~0);
	KUNIT_EXPECT_TRUE(test, t->batch.ordered);
	KUNIT_EXPECT_EQ(test, xengnt_copy_batch_run(&t->batch), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_COPY_OPS), 1ULL);
}

static void xengnt_copy_test_no_memory(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_copy_batch batch;
	unsigned int n = 0, failures = 0;
	bool more;
	int ret;

	do {
		fixture_fail_begin(++n);
		ret = xengnt_copy_batch_init(&batch, f->client[0], 16);
		more = fixture_fail_end();
		if (ret) {
			KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
			failures++;
		}
		/* Once is enough, and not needed after a failure. */
		xengnt_copy_batch_fini(&batch);
		xengnt_copy_batch_fini(&batch);
	} while (more);
	KUNIT_EXPECT_GE(test, failures, 1U);
	KUNIT_EXPECT_EQ(test, ret, 0);
}

static struct kunit_case copy_cases[] = {
	KUNIT_CASE(xengnt_copy_test_from_grant),
	KUNIT_CASE(xengnt_copy_test_to_grant),
	KUNIT_CASE(xengnt_copy_test_readonly_grant),
	KUNIT_CASE(xengnt_copy_test_empty_is_free),
	KUNIT_CASE(xengnt_copy_test_room),
	KUNIT_CASE_PARAM(xengnt_copy_test_ordered_by_page,
			 copy_order_row_gen_params),
	KUNIT_CASE(xengnt_copy_test_later_copy_wins),
	KUNIT_CASE(xengnt_copy_test_between_grants),
	KUNIT_CASE_PARAM(xengnt_copy_test_status_each, copy_row_gen_params),
	KUNIT_CASE(xengnt_copy_test_across_a_page),
	KUNIT_CASE(xengnt_copy_test_eagain_is_repeated),
	KUNIT_CASE(xengnt_copy_test_eagain_is_bounded),
	KUNIT_CASE(xengnt_copy_test_try),
	KUNIT_CASE(xengnt_copy_test_whole_call_fails),
	KUNIT_CASE(xengnt_copy_test_used_again),
	KUNIT_CASE(xengnt_copy_test_used_for_ever),
	KUNIT_CASE(xengnt_copy_test_sizes),
	KUNIT_CASE(xengnt_copy_test_many_batches),
	KUNIT_CASE_PARAM(xengnt_copy_test_many_without, between_row_gen_params),
	KUNIT_CASE(xengnt_copy_test_no_memory),
	{}
};

struct kunit_suite copy_suite = {
	.name = "xengnt_copy",
	.init = copy_test_init,
	.exit = copy_test_exit,
	.test_cases = copy_cases,
};
