// SPDX-License-Identifier: GPL-2.0
/*
 * The model answers every operation of the table as real Xen does: the same
 * code, in the same order. A check compares the lines that both print.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/string.h>
#include "../conform/conform.h"
#include "../model.h"
#include "suites.h"

#define GRANTER		6
#define NOBODY		77

struct conform_test {
	struct xenmodel_domain *guest;
	struct conform run;
};

static bool is_elsewhere(enum conform_ref ref)
{
	return ref == CONFORM_ELSEWHERE || ref == CONFORM_OFFERED_ELSEWHERE;
}

/* A reference that was never given out is that of an unused entry. */
static grant_ref_t grant(struct conform_test *t, enum conform_ref ref)
{
	domid_t domid = is_elsewhere(ref) ? CONFORM_ELSEWHERE_DOMID : 0;

	memset(xenmodel_memory(t->guest, ref), CONFORM_PATTERN(ref), PAGE_SIZE);
	if (ref == CONFORM_UNUSED)
		return 1000;
	if (ref >= CONFORM_NR_GRANTS)
		return xenmodel_offer(t->guest, ref, domid);
	return xenmodel_grant(t->guest, ref, domid, ref == CONFORM_READONLY);
}

static int conform_test_init(struct kunit *test)
{
	struct conform_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	xenmodel_stale_handles_expected(true);
	xenmodel_maptrack_limit(CONFORM_HANDLES);
	t->guest = xenmodel_domain_create(GRANTER, CONFORM_NR_REFS);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->guest));
	t->guest->room = CONFORM_NR_OFFERS;
	t->run.granter = GRANTER;
	t->run.nobody = NOBODY;
	for (i = 0; i < CONFORM_NR_REFS; i++)
		t->run.refs[i] = grant(t, i);
	KUNIT_ASSERT_EQ(test, conform_begin(&t->run), 0);
	return 0;
}

static void conform_test_exit(struct kunit *test)
{
	struct conform_test *t = test->priv;

	conform_end(&t->run);
	if (t->guest)
		xenmodel_domain_destroy(t->guest);
	xenmodel_reset();
}

static void expect_row(struct kunit *test, const struct conform_row *row)
{
	struct conform_test *t = test->priv;

	KUNIT_EXPECT_TRUE_MSG(test, conform_run(&t->run, row),
			      "%s: '%s' instead of '%s'", row->name,
			      t->run.text, conform_expected(row));
}

static void expect_rows(struct kunit *test, const struct conform_row *rows,
			unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		expect_row(test, &rows[i]);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0);
}

static const void *row_gen_params(const void *prev, char *desc)
{
	const struct conform_row *row = prev;

	row = row ? row + 1 : conform_rows;
	if (row == conform_rows + conform_nr_rows)
		return NULL;
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
	return row;
}

static void xenmodel_conform_test_row(struct kunit *test)
{
	expect_row(test, test->param_value);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0);
}

static void xenmodel_conform_test_full_granter(struct kunit *test)
{
	struct conform_test *t = test->priv;

	t->guest->room = 0;
	expect_rows(test, conform_full_rows, conform_nr_full_rows);
}

/* Real Xen pages nothing out here. */
static void xenmodel_conform_test_paged_granter(struct kunit *test)
{
	struct conform_test *t = test->priv;
	unsigned int i;

	t->run.model_only = true;
	for (i = 0; i < CONFORM_NR_GRANTS; i++)
		if (i != CONFORM_UNUSED)
			xenmodel_page_out(t->guest, t->run.refs[i], UINT_MAX);
	expect_rows(test, conform_paged_rows, conform_nr_paged_rows);
}

/* One after the other: the last of them is the end of the granter. */
static void xenmodel_conform_test_dying_granter(struct kunit *test)
{
	struct conform_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, conform_keep(&t->run), GNTST_okay);
	xenmodel_domain_destroy(t->guest);
	t->guest = NULL;
	expect_rows(test, conform_dying_rows, conform_nr_dying_rows);
}

static struct kunit_case conform_cases[] = {
	KUNIT_CASE_PARAM(xenmodel_conform_test_row, row_gen_params),
	KUNIT_CASE(xenmodel_conform_test_full_granter),
	KUNIT_CASE(xenmodel_conform_test_paged_granter),
	KUNIT_CASE(xenmodel_conform_test_dying_granter),
	{}
};

struct kunit_suite conform_suite = {
	.name = "xenmodel_conform",
	.init = conform_test_init,
	.exit = conform_test_exit,
	.test_cases = conform_cases,
};
