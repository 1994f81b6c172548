// SPDX-License-Identifier: GPL-2.0
/*
 * The magazine between a pass and an area: that it asks the area once, makes
 * do with less, and keeps nothing.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/client.h>

#include "frontend.h"
#include "../magazine.c"

#define CAPACITY	8
#define ROOM		6

struct magazine_test {
	struct xengnt_client *client;
	struct xengnt_area *area;
	struct blkback_magazine magazine;
	struct page *pages[CAPACITY];
};

static int magazine_test_init(struct kunit *test)
{
	struct magazine_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	t->client = xengnt_client_create("magazine-test", FRONTEND_DOMID, NULL,
					 NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->client));
	t->area = xengnt_area_create(t->client, XENGNT_AREA_COPY, CAPACITY,
				     CAPACITY);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->area));
	KUNIT_ASSERT_EQ(test,
			blkback_magazine_init(&t->magazine, t->area, ROOM), 0);
	return 0;
}

static void magazine_test_exit(struct kunit *test)
{
	struct magazine_test *t = test->priv;

	blkback_magazine_fini(&t->magazine);
	xengnt_area_destroy(t->area);
	xengnt_client_destroy(t->client);
	xenmodel_reset();
}

static unsigned int out(struct magazine_test *t)
{
	struct xengnt_area_usage usage;

	xengnt_area_usage_read(t->area, &usage);
	return usage.out;
}

static void blkback_magazine_test_loads_what_is_expected(struct kunit *test)
{
	struct magazine_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, blkback_magazine_get(&t->magazine, t->pages, 1,
						   4), 0);
	KUNIT_EXPECT_EQ(test, out(t), 4U);
	KUNIT_EXPECT_EQ(test, t->magazine.nr, 3U);
	KUNIT_EXPECT_EQ(test, blkback_magazine_get(&t->magazine, t->pages + 1,
						   3, 3), 0);
	KUNIT_EXPECT_EQ(test, out(t), 4U);
	blkback_magazine_put(&t->magazine, t->pages, 4);
	KUNIT_EXPECT_EQ(test, out(t), 4U);
	blkback_magazine_unload(&t->magazine);
	KUNIT_EXPECT_EQ(test, out(t), 0U);
	KUNIT_EXPECT_EQ(test, t->magazine.nr, 0U);
}

/* More is expected than there is: what has to be is taken, and no more. */
static void blkback_magazine_test_makes_do(struct kunit *test)
{
	struct magazine_test *t = test->priv;
	struct page *others[5];

	KUNIT_ASSERT_EQ(test, xengnt_area_get(t->area, others, 5), 0);
	KUNIT_EXPECT_EQ(test, blkback_magazine_get(&t->magazine, t->pages, 2,
						   6), 0);
	KUNIT_EXPECT_EQ(test, out(t), 7U);
	KUNIT_EXPECT_EQ(test, blkback_magazine_get(&t->magazine, t->pages + 2,
						   2, 2), -ENOSPC);
	KUNIT_EXPECT_EQ(test, out(t), 7U);
	xengnt_area_put(t->area, others, 5);
	blkback_magazine_put(&t->magazine, t->pages, 2);
	blkback_magazine_unload(&t->magazine);
	KUNIT_EXPECT_EQ(test, out(t), 0U);
}

/* Requests may be larger than the magazine. */
static void blkback_magazine_test_more_than_it_holds(struct kunit *test)
{
	struct magazine_test *t = test->priv;
	unsigned int i, j;

	KUNIT_EXPECT_EQ(test, blkback_magazine_get(&t->magazine, t->pages,
						   ROOM + 1, 0), 0);
	KUNIT_EXPECT_EQ(test, out(t), ROOM + 1U);
	for (i = 0; i < ROOM + 1; i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_PTR_NE(test, t->pages[i], t->pages[j]);
	blkback_magazine_put(&t->magazine, t->pages, ROOM + 1);
	KUNIT_EXPECT_EQ(test, out(t), 0U);
}

static struct kunit_case magazine_cases[] = {
	KUNIT_CASE(blkback_magazine_test_loads_what_is_expected),
	KUNIT_CASE(blkback_magazine_test_makes_do),
	KUNIT_CASE(blkback_magazine_test_more_than_it_holds),
	{}
};

static struct kunit_suite magazine_suite = {
	.name = "blkback_magazine",
	.init = magazine_test_init,
	.exit = magazine_test_exit,
	.test_cases = magazine_cases,
};

kunit_test_suite(magazine_suite);
