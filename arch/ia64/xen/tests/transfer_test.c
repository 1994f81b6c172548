// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that are sent away, and memory that is given up and asked for.
 */
#include "fixture.h"

#define OFFERED 20
#define NR 4

static void pages_alloc(struct kunit *test, struct page **pages,
			unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		pages[i] = xengnt_ia64_page_alloc(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
		memset(page_address(pages[i]), 0x30 + i, FRAME);
	}
}

static void pages_free(struct page **pages, unsigned int nr)
{
	while (nr--)
		xengnt_ia64_page_free(pages[nr]);
}

static bool filled_with(struct page *page, u8 byte)
{
	return !memchr_inv(page_address(page), byte, FRAME);
}

/* A page that was sent is a fresh one at once, whether it was wanted or not. */
static void xengnt_ia64_transfer_test_send(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_transfer ops[NR];
	xen_pfn_t frames[NR];
	struct page *pages[NR];
	u8 *arrived = kunit_kzalloc(test, FRAME, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, arrived);
	pages_alloc(test, pages, NR);
	for (i = 0; i < NR; i++)
		ops[i] = (struct gnttab_transfer) {
			.domid = GRANTER,
			.ref = OFFERED,
			.status = 1,
		};
	xenmodel_ia64_offer(t->guest, OFFERED, arrived);
	ops[1].ref = OFFERED + 1;
	ops[2].domid = NOBODY;
	KUNIT_ASSERT_EQ(test, t->backend->transfer(ops, pages, frames, NR), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(GRANT_OP), 1U);
	KUNIT_EXPECT_EQ(test, ops[0].status, GNTST_okay);
	KUNIT_EXPECT_EQ(test, ops[1].status, GNTST_general_error);
	KUNIT_EXPECT_EQ(test, ops[2].status, GNTST_bad_domain);
	/* an offer is good for one page */
	KUNIT_EXPECT_EQ(test, ops[3].status, GNTST_general_error);
	KUNIT_EXPECT_EQ(test, arrived[0], 0x30);
	KUNIT_EXPECT_EQ(test, arrived[FRAME - 1], 0x30);
	for (i = 0; i < NR; i++) {
		KUNIT_EXPECT_NE(test, frames[i], XENGNT_NO_FRAME);
		KUNIT_EXPECT_EQ(test, xenmodel_ia64_state(frames[i]),
				XENMODEL_IA64_OWN);
		KUNIT_EXPECT_TRUE(test, filled_with(pages[i], 0));
	}
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(MEMORY_OP), 0U);
	pages_free(pages, NR);
}

/* Not our memory, or somebody holds it: it stays as it is. */
static void xengnt_ia64_transfer_test_bad_page(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_transfer ops[2] = {};
	xen_pfn_t frames[2];
	struct page *pages[2];

	KUNIT_ASSERT_EQ(test, t->backend->area_alloc(&pages[0], 1), 0);
	pages_alloc(test, &pages[1], 1);
	get_page(pages[1]);
	KUNIT_ASSERT_EQ(test, t->backend->transfer(ops, pages, frames, 2), 0);
	KUNIT_EXPECT_EQ(test, ops[0].status, GNTST_bad_page);
	KUNIT_EXPECT_EQ(test, ops[1].status, GNTST_bad_page);
	KUNIT_EXPECT_TRUE(test, filled_with(pages[1], 0x30));
	put_page(pages[1]);
	pages_free(&pages[1], 1);
	t->backend->area_free(&pages[0], 1);
}

static void xengnt_ia64_transfer_test_call_fails(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_transfer op = {};
	struct page *page;
	xen_pfn_t frame;

	pages_alloc(test, &page, 1);
	xenmodel_ia64_fail(GRANT_OP, 0, -EPERM);
	KUNIT_EXPECT_EQ(test, t->backend->transfer(&op, &page, &frame, 1),
			-EPERM);
	KUNIT_EXPECT_TRUE(test, filled_with(page, 0x30));
	pages_free(&page, 1);
}

/* In one hypercall each; nobody gets to read what was in the pages. */
static void xengnt_ia64_transfer_test_release(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct page *pages[NR];
	xen_pfn_t frames[NR];
	unsigned int i;

	pages_alloc(test, pages, NR);
	t->backend->release(pages, frames, NR);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(MEMORY_OP), 1U);
	for (i = 0; i < NR; i++) {
		KUNIT_EXPECT_EQ(test, frames[i], XENGNT_NO_FRAME);
		KUNIT_EXPECT_EQ(test, xenmodel_ia64_state(xengnt_ia64_frame(pages[i])),
				XENMODEL_IA64_NOTHING);
	}
	t->backend->populate(pages, frames, NR);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(MEMORY_OP), 2U);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, frames[i], xengnt_ia64_frame(pages[i]));
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
	pages_free(pages, NR);
}

/* As far as Xen has memory, and as far as it takes some. */
static void xengnt_ia64_transfer_test_half(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct page *pages[NR];
	xen_pfn_t frames[NR];

	pages_alloc(test, pages, NR);
	t->backend->release(pages, frames, NR);
	xenmodel_ia64_free_frames(1);
	t->backend->populate(pages, frames, NR);
	KUNIT_EXPECT_EQ(test, frames[0], xengnt_ia64_frame(pages[0]));
	KUNIT_EXPECT_EQ(test, frames[1], XENGNT_NO_FRAME);
	KUNIT_EXPECT_EQ(test, frames[NR - 1], XENGNT_NO_FRAME);
	xenmodel_ia64_free_frames(U32_MAX);
	t->backend->populate(pages + 1, frames + 1, NR - 1);
	KUNIT_EXPECT_EQ(test, frames[NR - 1], xengnt_ia64_frame(pages[NR - 1]));

	xenmodel_ia64_fail(MEMORY_OP, 0, -EPERM);
	t->backend->release(pages, frames, NR);
	KUNIT_EXPECT_EQ(test, frames[0], xengnt_ia64_frame(pages[0]));
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
	pages_free(pages, NR);
}

static struct kunit_case ia64_transfer_cases[] = {
	KUNIT_CASE(xengnt_ia64_transfer_test_send),
	KUNIT_CASE(xengnt_ia64_transfer_test_bad_page),
	KUNIT_CASE(xengnt_ia64_transfer_test_call_fails),
	KUNIT_CASE(xengnt_ia64_transfer_test_release),
	KUNIT_CASE(xengnt_ia64_transfer_test_half),
	{}
};

struct kunit_suite ia64_transfer_suite = {
	.name = "xengnt_ia64_transfer",
	.init = ia64_test_init,
	.exit = ia64_test_exit,
	.test_cases = ia64_transfer_cases,
};
