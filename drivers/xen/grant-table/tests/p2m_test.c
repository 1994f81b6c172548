// SPDX-License-Identifier: GPL-2.0
/*
 * P2M lookup: four strategies, one answer.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <xen/page.h>
#include <xen/gnttab/p2m.h>
#include "../p2m.h"
#include "fixture.h"
#include "suites.h"

#define NR 40

struct p2m_test {
	unsigned long pfns[NR];
	unsigned long frames[NR];
	struct page *own;
	char text[512];
};

static struct p2m_test *test_of(struct kunit *test)
{
	return ((struct fixture *)test->priv)->priv;
}

static int p2m_test_init(struct kunit *test)
{
	struct p2m_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct fixture *f;
	unsigned int i;
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, t);
	ret = fixture_init(test);
	if (ret)
		return ret;
	f = test->priv;
	f->priv = t;
	t->own = alloc_pages(GFP_KERNEL, get_order(NR * PAGE_SIZE));
	KUNIT_ASSERT_NOT_NULL(test, t->own);
	for (i = 0; i < NR; i++)
		t->pfns[i] = page_to_pfn(t->own) + i;
	return 0;
}

static void p2m_test_exit(struct kunit *test)
{
	struct p2m_test *t = test_of(test);
	unsigned int i;

	for (i = 0; i < NR; i++)
		xengnt_p2m_forget(page_to_pfn(t->own) + i);
	__free_pages(t->own, get_order(NR * PAGE_SIZE));
	fixture_set_parameter(test, "p2m_strategy", "3");
	fixture_exit(test);
}

struct strategy_row {
	const char *name;
	const char *value;
	u64 questions_first;
	u64 questions_again;
};

static const struct strategy_row strategy_rows[] = {
	{ "call", "0", NR, NR },
	{ "batch", "1", 1, 1 },
	/* It asks for 16 at a time. */
	{ "cache", "2", 3, 0 },
	{ "table", "3", 0, 0 },
};

KUNIT_ARRAY_PARAM_DESC(strategy_row, strategy_rows, name);

static void use(struct kunit *test)
{
	const struct strategy_row *row = test->param_value;

	fixture_set_parameter(test, "p2m_strategy", row->value);
}

static u64 stat(struct kunit *test, const char *name)
{
	struct p2m_test *t = test_of(test);
	char start[32];
	char *at;
	u64 value;

	fixture_read_debugfs(test, "p2m", t->text, sizeof(t->text));
	snprintf(start, sizeof(start), "\n%s ", name);
	at = strstr(t->text, start);
	KUNIT_ASSERT_NOT_NULL_MSG(test, at, "%s", name);
	at += strlen(start);
	*strchr(at, '\n') = '\0';
	KUNIT_ASSERT_EQ(test, kstrtou64(at, 10, &value), 0);
	return value;
}

static void xengnt_p2m_test_own_pages(struct kunit *test)
{
	struct p2m_test *t = test_of(test);
	unsigned int i;

	use(test);
	KUNIT_EXPECT_EQ(test, xengnt_p2m_lookup(t->pfns, t->frames, NR), 0U);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, t->frames[i], pfn_to_gfn(t->pfns[i]));
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(t->pfns[3]),
			pfn_to_gfn(t->pfns[3]));
}

static void xengnt_p2m_test_in_any_order(struct kunit *test)
{
	struct p2m_test *t = test_of(test);
	unsigned int i;

	use(test);
	for (i = 0; i < NR; i++)
		t->pfns[i] = page_to_pfn(t->own) + i * 7 % NR;
	KUNIT_EXPECT_EQ(test, xengnt_p2m_lookup(t->pfns, t->frames, NR), 0U);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, t->frames[i], pfn_to_gfn(t->pfns[i]));
}

/* A page to map into: nothing behind it, then the granter's, then nothing. */
static void xengnt_p2m_test_mapped_page(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned long theirs, none = XENGNT_NO_FRAME, pfn;

	use(test);
	if (!xenmodel_is_pv())
		kunit_skip(test, "an auto-translated guest is told no other numbers");

	KUNIT_ASSERT_EQ(test, 0, xengnt_area_get(f->area, f->pages, 1));
	pfn = page_to_pfn(f->pages[0]);
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(pfn), none);
	xengnt_area_put(f->area, f->pages, 1);

	fixture_map(test, 0, 1);
	pfn = page_to_pfn(f->pages[0]);
	theirs = virt_to_gfn(xenmodel_memory(f->guest[0], 0));
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(pfn), theirs);
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(pfn), theirs);

	fixture_queue(f, 0, 1, XENGNT_TOUCHED);
	xengnt_unmap_idle();
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(pfn), none);
}

/* Mapped again at once, in the same page, another frame is behind it. */
static void xengnt_p2m_test_mapped_anew(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned long first;
	struct page *page;

	use(test);
	if (!xenmodel_is_pv())
		kunit_skip(test, "an auto-translated guest is told no other numbers");

	fixture_map(test, 0, 1);
	page = f->pages[0];
	first = xengnt_p2m_frame(page_to_pfn(page));
	fixture_queue(f, 0, 1, XENGNT_TOUCHED);
	xengnt_unmap_idle();
	xengnt_area_put(f->area, f->pages, 1);
	f->nr = 0;
	f->entries[0].queued = false;

	fixture_map(test, 1, 1);
	KUNIT_ASSERT_PTR_EQ(test, f->pages[0], page);
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(page_to_pfn(page)),
			virt_to_gfn(xenmodel_memory(f->guest[1], 0)));
	KUNIT_EXPECT_NE(test, xengnt_p2m_frame(page_to_pfn(page)), first);
}

/* An area that gives its pages away must not leave their frames behind. */
static void xengnt_p2m_test_area_forgets(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_area *area;
	unsigned long pfn;
	struct page *page;
	u64 questions;

	fixture_set_parameter(test, "p2m_strategy", "2");
	area = xengnt_area_create(f->client[0], XENGNT_AREA_COPY, 1, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(area));
	KUNIT_ASSERT_EQ(test, xengnt_area_get(area, &page, 1), 0);
	pfn = page_to_pfn(page);
	xengnt_p2m_frame(pfn);
	questions = stat(test, "questions");
	xengnt_p2m_frame(pfn);
	KUNIT_EXPECT_EQ(test, stat(test, "questions"), questions);

	xengnt_area_put(area, &page, 1);
	xengnt_area_destroy(area);
	xengnt_p2m_frame(pfn);
	KUNIT_EXPECT_EQ(test, stat(test, "questions"), questions + 1);
	xengnt_p2m_forget(pfn);
}

static void xengnt_p2m_test_questions(struct kunit *test)
{
	const struct strategy_row *row = test->param_value;
	struct p2m_test *t = test_of(test);
	u64 before, asked;

	use(test);
	before = stat(test, "questions");
	asked = stat(test, "asked");
	xengnt_p2m_lookup(t->pfns, t->frames, NR);
	KUNIT_EXPECT_EQ(test, stat(test, "questions") - before,
			row->questions_first);
	KUNIT_EXPECT_EQ(test, stat(test, "asked") - asked,
			row->questions_first ? NR : 0ULL);
	before = stat(test, "questions");
	xengnt_p2m_lookup(t->pfns, t->frames, NR);
	KUNIT_EXPECT_EQ(test, stat(test, "questions") - before,
			row->questions_again);
}

static void xengnt_p2m_test_statistics(struct kunit *test)
{
	struct p2m_test *t = test_of(test);
	u64 hits, misses, reads, lookups;

	fixture_set_parameter(test, "p2m_strategy", "2");
	hits = stat(test, "cache_hits");
	misses = stat(test, "cache_misses");
	lookups = stat(test, "lookups");
	xengnt_p2m_lookup(t->pfns, t->frames, 5);
	xengnt_p2m_lookup(t->pfns, t->frames, 8);
	KUNIT_EXPECT_EQ(test, stat(test, "cache_hits") - hits, 5ULL);
	KUNIT_EXPECT_EQ(test, stat(test, "cache_misses") - misses, 8ULL);
	KUNIT_EXPECT_EQ(test, stat(test, "lookups") - lookups, 13ULL);
	KUNIT_EXPECT_TRUE(test, strstarts(t->text, "strategy cache\n"));

	fixture_set_parameter(test, "p2m_strategy", "3");
	reads = stat(test, "table_reads");
	xengnt_p2m_lookup(t->pfns, t->frames, NR);
	KUNIT_EXPECT_EQ(test, stat(test, "table_reads") - reads, (u64)NR);

	/* More than there are is the last one. */
	fixture_set_parameter(test, "p2m_strategy", "17");
	stat(test, "absent");
	KUNIT_EXPECT_TRUE(test, strstarts(t->text, "strategy table\n"));
}

/* After a suspend the machine is another one, and nothing is remembered. */
static void xengnt_p2m_test_resume(struct kunit *test)
{
	struct p2m_test *t = test_of(test);
	u64 questions;

	fixture_set_parameter(test, "p2m_strategy", "2");
	xengnt_p2m_lookup(t->pfns, t->frames, NR);
	questions = stat(test, "questions");
	xengnt_p2m_lookup(t->pfns, t->frames, NR);
	KUNIT_EXPECT_EQ(test, stat(test, "questions"), questions);
	xengnt_p2m_resume();
	KUNIT_EXPECT_EQ(test, xengnt_p2m_lookup(t->pfns, t->frames, NR), 0U);
	KUNIT_EXPECT_GT(test, stat(test, "questions"), questions);
	fixture_set_parameter(test, "p2m_strategy", "3");
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(t->pfns[0]),
			pfn_to_gfn(t->pfns[0]));
}

/* Two pages that share a place in the cache, one after the other. */
static void xengnt_p2m_test_cache_place_shared(struct kunit *test)
{
	struct p2m_test *t = test_of(test);
	unsigned long a = t->pfns[0], b = a ^ 1024;

	fixture_set_parameter(test, "p2m_strategy", "2");
	KUNIT_ASSERT_TRUE(test, pfn_valid(b));
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(a), pfn_to_gfn(a));
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(b), pfn_to_gfn(b));
	/* Not there any more, and nothing to forget. */
	xengnt_p2m_forget(a);
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(b), pfn_to_gfn(b));
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(a), pfn_to_gfn(a));
	xengnt_p2m_forget(a);
	xengnt_p2m_forget(b);
}

/* Numbers that no page has are answered, not followed. */
static void xengnt_p2m_test_out_of_bounds(struct kunit *test)
{
	static const unsigned long far[] = { 1UL << 30, 1UL << 51, ~0UL >> 12,
					     ~1UL };
	unsigned long frames[ARRAY_SIZE(far)];
	unsigned int i;

	use(test);
	if (!xenmodel_is_pv())
		kunit_skip(test, "an auto-translated guest is told no other numbers");
	KUNIT_EXPECT_EQ(test, xengnt_p2m_lookup(far, frames, ARRAY_SIZE(far)),
			(unsigned int)ARRAY_SIZE(far));
	for (i = 0; i < ARRAY_SIZE(far); i++)
		KUNIT_EXPECT_EQ(test, frames[i], XENGNT_NO_FRAME);
}

static struct kunit_case p2m_cases[] = {
	KUNIT_CASE_PARAM(xengnt_p2m_test_own_pages, strategy_row_gen_params),
	KUNIT_CASE_PARAM(xengnt_p2m_test_in_any_order,
			 strategy_row_gen_params),
	KUNIT_CASE_PARAM(xengnt_p2m_test_mapped_page, strategy_row_gen_params),
	KUNIT_CASE_PARAM(xengnt_p2m_test_mapped_anew, strategy_row_gen_params),
	KUNIT_CASE(xengnt_p2m_test_area_forgets),
	KUNIT_CASE_PARAM(xengnt_p2m_test_questions, strategy_row_gen_params),
	KUNIT_CASE(xengnt_p2m_test_statistics),
	KUNIT_CASE(xengnt_p2m_test_resume),
	KUNIT_CASE(xengnt_p2m_test_cache_place_shared),
	KUNIT_CASE_PARAM(xengnt_p2m_test_out_of_bounds,
			 strategy_row_gen_params),
	{}
};

struct kunit_suite p2m_suite = {
	.name = "xengnt_p2m",
	.init = p2m_test_init,
	.exit = p2m_test_exit,
	.test_cases = p2m_cases,
};
