// SPDX-License-Identifier: GPL-2.0
/*
 * Areas: what is given out, kept, refused, lost and given back.
 */
#include <kunit/test.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include "fixture.h"
#include "suites.h"

#define CAPACITY 40

/* More than there is room for in a page of pointers. */
#define MANY 640

/* Left in a page to know it again. */
#define KEPT 42

struct area_test {
	struct xengnt_client *client;
	struct page *pages[CAPACITY];
};

static int area_test_init(struct kunit *test)
{
	struct area_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	t->client = xengnt_client_create("area-test", FIXTURE_DOMID(0), NULL,
					 NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->client));
	return 0;
}

static void area_test_exit(struct kunit *test)
{
	struct area_test *t = test->priv;

	xengnt_client_destroy(t->client);
	xenmodel_reset();
}

static struct xengnt_area *new_area(struct kunit *test,
				    enum xengnt_area_kind kind,
				    unsigned int keep)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area;

	area = xengnt_area_create(t->client, kind, CAPACITY, keep);
	KUNIT_ASSERT_FALSE(test, IS_ERR(area));
	return area;
}

static struct xengnt_area_usage usage_of(struct xengnt_area *area)
{
	struct xengnt_area_usage usage;

	xengnt_area_usage_read(area, &usage);
	return usage;
}

static void xengnt_area_test_no_capacity(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area;

	area = xengnt_area_create(t->client, XENGNT_AREA_MAP, 0, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(area), -EINVAL);
}

static void xengnt_area_test_empty_holds_nothing(struct kunit *test)
{
	struct xengnt_area *area = new_area(test, XENGNT_AREA_MAP, CAPACITY);

	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
	KUNIT_EXPECT_EQ(test, usage_of(area).capacity, (unsigned int)CAPACITY);
	KUNIT_EXPECT_EQ(test, usage_of(area).out, 0U);
	xengnt_area_destroy(area);
	xengnt_area_destroy(NULL);
}

/* Pages for mapping have no frame of their own; those for copying have. */
static void xengnt_area_test_kinds(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *map = new_area(test, XENGNT_AREA_MAP, 0);
	struct xengnt_area *copy = new_area(test, XENGNT_AREA_COPY, 0);

	KUNIT_ASSERT_EQ(test, xengnt_area_get(map, t->pages, 3), 0);
	KUNIT_ASSERT_EQ(test, xengnt_area_get(copy, t->pages + 3, 2), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 3U);
	memset(page_address(t->pages[3]), 1, PAGE_SIZE);
	memset(page_address(t->pages[4]), 2, PAGE_SIZE);
	xengnt_area_put(map, t->pages, 3);
	xengnt_area_put(copy, t->pages + 3, 2);
	xengnt_area_destroy(map);
	xengnt_area_destroy(copy);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
}

static void xengnt_area_test_pages_are_distinct(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area = new_area(test, XENGNT_AREA_MAP, CAPACITY);
	unsigned int i, j;

	/* Half of them from the stack of kept ones, half fresh. */
	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, CAPACITY / 2), 0);
	xengnt_area_put(area, t->pages, CAPACITY / 2);
	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, CAPACITY), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), (unsigned int)CAPACITY);
	for (i = 0; i < CAPACITY; i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_PTR_NE(test, t->pages[i], t->pages[j]);
	xengnt_area_put(area, t->pages, CAPACITY);
	xengnt_area_destroy(area);
}

static void xengnt_area_test_kept_page_comes_back(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area = new_area(test, XENGNT_AREA_MAP, CAPACITY);
	struct page *last;

	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, 4), 0);
	last = t->pages[2];
	xengnt_area_put(area, &t->pages[0], 2);
	xengnt_area_put(area, &t->pages[3], 1);
	xengnt_area_put(area, &last, 1);
	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, 1), 0);
	KUNIT_EXPECT_PTR_EQ(test, t->pages[0], last);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 4U);
	xengnt_area_put(area, t->pages, 1);
	xengnt_area_destroy(area);
}

static void xengnt_area_test_capacity_is_the_end(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area = new_area(test, XENGNT_AREA_MAP, CAPACITY);
	struct page *one;

	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, CAPACITY), 0);
	KUNIT_EXPECT_EQ(test, xengnt_area_get(area, &one, 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(t->client, XENGNT_AREA_EMPTY),
			1ULL);
	xengnt_area_put(area, &t->pages[CAPACITY - 1], 1);
	KUNIT_EXPECT_EQ(test, xengnt_area_get(area, &t->pages[CAPACITY - 1], 1),
			0);
	xengnt_area_put(area, t->pages, CAPACITY);
	xengnt_area_destroy(area);
}

static void xengnt_area_test_all_or_nothing(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area = new_area(test, XENGNT_AREA_MAP, CAPACITY);
	struct page *pages[6];

	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, CAPACITY - 5), 0);
	KUNIT_EXPECT_EQ(test, xengnt_area_get(area, pages, 6), -ENOSPC);
	KUNIT_EXPECT_EQ(test, usage_of(area).out, CAPACITY - 5U);
	KUNIT_EXPECT_EQ(test, xengnt_area_get(area, pages, 5), 0);
	xengnt_area_put(area, pages, 5);
	xengnt_area_put(area, t->pages, CAPACITY - 5);
	xengnt_area_destroy(area);
}

static void xengnt_area_test_more_than_kept_is_freed(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area = new_area(test, XENGNT_AREA_MAP, 7);

	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, CAPACITY), 0);
	xengnt_area_put(area, t->pages, CAPACITY);
	fixture_wait_ms(20);
	KUNIT_EXPECT_EQ(test, usage_of(area).free, 7U);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 7U);
	xengnt_area_destroy(area);
}

static void xengnt_area_test_shrink(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area = new_area(test, XENGNT_AREA_MAP, CAPACITY);

	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, CAPACITY), 0);
	xengnt_area_put(area, t->pages, CAPACITY - 2);
	KUNIT_EXPECT_EQ(test, xengnt_area_shrink(area, 3), 3U);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), CAPACITY - 3U);
	/* Never what is given out. */
	KUNIT_EXPECT_EQ(test, xengnt_area_shrink(area, UINT_MAX), CAPACITY - 5U);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 2U);
	KUNIT_EXPECT_EQ(test, xengnt_area_shrink(area, 1), 0U);
	xengnt_area_put(area, &t->pages[CAPACITY - 2], 2);
	xengnt_area_destroy(area);
}

static void xengnt_area_test_peak(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area = new_area(test, XENGNT_AREA_MAP, 0);

	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, 9), 0);
	xengnt_area_put(area, t->pages, 9);
	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, 4), 0);
	KUNIT_EXPECT_EQ(test, usage_of(area).peak, 9U);
	KUNIT_EXPECT_EQ(test, usage_of(area).out, 4U);
	xengnt_area_put(area, t->pages, 4);
	xengnt_area_destroy(area);
}

/* A page that Xen keeps is lost to the area as well. */
static void xengnt_area_test_lost_pages_stay_charged(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area = new_area(test, XENGNT_AREA_COPY, CAPACITY);
	struct page *lost;

	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, &lost, 1), 0);
	xengnt_area_lose(area, 1);
	KUNIT_EXPECT_EQ(test, usage_of(area).out, 1U);
	/* Nobody should wait for so many. */
	KUNIT_EXPECT_EQ(test, xengnt_area_get(area, t->pages, CAPACITY),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, xengnt_area_get(area, t->pages, CAPACITY - 1), 0);
	KUNIT_EXPECT_EQ(test, xengnt_area_get(area, &t->pages[CAPACITY - 1], 1),
			-ENOSPC);
	xengnt_area_put(area, t->pages, CAPACITY - 1);
	xengnt_area_destroy(area);
	__free_page(lost);
}

/* The kernel asks every shrinker for all that it has. */
static void press_for_memory(struct kunit *test)
{
	struct file *file = filp_open("/proc/sys/vm/drop_caches", O_WRONLY, 0);
	loff_t pos = 0;

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	KUNIT_EXPECT_EQ(test, kernel_write(file, "2", 1, &pos), (ssize_t)1);
	fput(file);
}

static void xengnt_area_test_memory_pressure(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *map = new_area(test, XENGNT_AREA_MAP, CAPACITY);
	struct xengnt_area *copy = new_area(test, XENGNT_AREA_COPY, CAPACITY);

	KUNIT_ASSERT_EQ(test, xengnt_area_get(map, t->pages, 9), 0);
	KUNIT_ASSERT_EQ(test, xengnt_area_get(copy, t->pages + 9, 6), 0);
	xengnt_area_put(map, t->pages, 8);
	xengnt_area_put(copy, t->pages + 9, 6);

	press_for_memory(test);
	fixture_wait_ms(20);
	KUNIT_EXPECT_EQ(test, usage_of(map).free, 0U);
	KUNIT_EXPECT_EQ(test, usage_of(copy).free, 0U);
	KUNIT_EXPECT_EQ(test, usage_of(map).out, 1U);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 1U);

	xengnt_area_put(map, &t->pages[8], 1);
	xengnt_area_destroy(map);
	xengnt_area_destroy(copy);
}

/*
 * Whichever allocation fails, nothing is held afterwards and the area still
 * works: the exit of every case looks for what has leaked.
 */
static void xengnt_area_test_allocation_fails(struct kunit *test)
{
	static const enum xengnt_area_kind kinds[] = {
		XENGNT_AREA_MAP, XENGNT_AREA_COPY
	};
	struct area_test *t = test->priv;
	unsigned int i, n, failures;
	bool more;
	int ret;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct xengnt_area *area = new_area(test, kinds[i], 0);

		failures = 0;
		n = 0;
		do {
			fixture_fail_begin(++n);
			ret = xengnt_area_get(area, t->pages, 5);
			more = fixture_fail_end();
			if (!ret) {
				xengnt_area_put(area, t->pages, 5);
				xengnt_area_shrink(area, 5);
				continue;
			}
			failures++;
			KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
			KUNIT_EXPECT_EQ(test, usage_of(area).out, 0U);
			KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
		} while (more);
		KUNIT_EXPECT_GE(test, failures, 1U);
		KUNIT_EXPECT_EQ(test, ret, 0);
		xengnt_area_destroy(area);
	}
}

/* What was kept is still there when fresh pages could not be had. */
static void xengnt_area_test_failure_keeps_kept_pages(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area = new_area(test, XENGNT_AREA_MAP, CAPACITY);

	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, t->pages, 3), 0);
	xengnt_area_put(area, t->pages, 3);
	fixture_fail_begin(1);
	KUNIT_EXPECT_EQ(test, xengnt_area_get(area, t->pages, 5), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, fixture_fail_end());
	KUNIT_EXPECT_EQ(test, usage_of(area).free, 3U);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 3U);
	xengnt_area_destroy(area);
}

/* Its list of free pages grows, and none of those that were on it is lost. */
static void xengnt_area_test_grows(struct kunit *test)
{
	struct area_test *t = test->priv;
	struct xengnt_area *area;
	struct page **pages;
	unsigned int i;

	area = xengnt_area_create(t->client, XENGNT_AREA_COPY, MANY, MANY);
	KUNIT_ASSERT_FALSE(test, IS_ERR(area));
	pages = kunit_kcalloc(test, MANY, sizeof(*pages), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages);
	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, pages, MANY / 4), 0);
	for (i = 0; i < MANY / 8; i++)
		set_page_private(pages[i], KEPT);
	xengnt_area_put(area, pages, MANY / 8);
	KUNIT_EXPECT_EQ(test, usage_of(area).free, MANY / 8U);

	memmove(pages, pages + MANY / 8, MANY / 8 * sizeof(*pages));
	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, pages + MANY / 8, MANY / 8 * 7), 0);
	KUNIT_EXPECT_EQ(test, usage_of(area).free, 0U);
	for (i = MANY / 8; i < MANY / 4; i++) {
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
		KUNIT_EXPECT_EQ(test, page_private(pages[i]), (unsigned long)KEPT);
		set_page_private(pages[i], 0);
	}
	xengnt_area_put(area, pages, MANY);
	KUNIT_EXPECT_EQ(test, usage_of(area).out, 0U);
	xengnt_area_destroy(area);
}

static struct kunit_case area_cases[] = {
	KUNIT_CASE(xengnt_area_test_no_capacity),
	KUNIT_CASE(xengnt_area_test_empty_holds_nothing),
	KUNIT_CASE(xengnt_area_test_kinds),
	KUNIT_CASE(xengnt_area_test_pages_are_distinct),
	KUNIT_CASE(xengnt_area_test_kept_page_comes_back),
	KUNIT_CASE(xengnt_area_test_capacity_is_the_end),
	KUNIT_CASE(xengnt_area_test_all_or_nothing),
	KUNIT_CASE(xengnt_area_test_more_than_kept_is_freed),
	KUNIT_CASE(xengnt_area_test_shrink),
	KUNIT_CASE(xengnt_area_test_peak),
	KUNIT_CASE(xengnt_area_test_lost_pages_stay_charged),
	KUNIT_CASE(xengnt_area_test_memory_pressure),
	KUNIT_CASE(xengnt_area_test_allocation_fails),
	KUNIT_CASE(xengnt_area_test_failure_keeps_kept_pages),
	KUNIT_CASE(xengnt_area_test_grows),
	{}
};

struct kunit_suite area_suite = {
	.name = "xengnt_area",
	.init = area_test_init,
	.exit = area_test_exit,
	.test_cases = area_cases,
};
