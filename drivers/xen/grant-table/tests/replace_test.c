// SPDX-License-Identifier: GPL-2.0
/*
 * Replacing: the granter has its page back, and users of the page do not
 * notice.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/m2p.h>
#include <xen/gnttab/p2m.h>
#include <xen/gnttab/replace.h>
#include "fixture.h"
#include "suites.h"

#define NR	35

struct replace_test {
	struct xengnt_map_batch batch;
	struct page *pages[NR];
	grant_ref_t refs[NR];
	struct xengnt_unmap unmaps[NR];
};

static int replace_test_init(struct kunit *test)
{
	struct replace_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	int ret = fixture_init(test);
	struct fixture *f = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, t);
	if (ret)
		return ret;
	f->priv = t;
	ret = xengnt_map_batch_init(&t->batch, f->client[0], NR);
	t->batch.pin = true;
	return ret;
}

static void replace_test_exit(struct kunit *test)
{
	struct replace_test *t = ((struct fixture *)test->priv)->priv;

	xengnt_map_batch_fini(&t->batch);
	fixture_exit(test);
}

/* @nr pages, pinned, each with another user. The first grant is page 0's. */
static void map(struct kunit *test, unsigned int nr)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;
	unsigned int i;

	if (!xengnt_can_replace())
		kunit_skip(test, "this kind of domain cannot");
	KUNIT_ASSERT_EQ(test, 0, xengnt_area_get(f->area, t->pages, nr));
	for (i = 0; i < nr; i++) {
		t->refs[i] = xenmodel_grant(f->guest[0],
					    i % FIXTURE_GUEST_PAGES,
					    XENMODEL_LOCAL_DOMID, true);
		xengnt_map_batch_add(&t->batch, t->refs[i], t->pages[i], true);
	}
	KUNIT_ASSERT_EQ(test, xengnt_map_batch_try(&t->batch), 0U);
	for (i = 0; i < nr; i++) {
		t->unmaps[i] = (struct xengnt_unmap) {
			.client = f->client[0],
			.page = t->pages[i],
			.handle = xengnt_map_batch_handle(&t->batch, i),
			.pin = xengnt_map_batch_pin(&t->batch, i),
		};
		get_page(t->pages[i]);
	}
}

static void unpin(struct replace_test *t, unsigned int nr)
{
	LIST_HEAD(entries);
	unsigned int i;

	for (i = 0; i < nr; i++)
		list_add_tail(&t->unmaps[i].node, &entries);
	xengnt_unpin(&entries);
}

/* The other users let go, and somebody looks. */
static void let_go(struct replace_test *t, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		put_page(t->pages[i]);
	fixture_wait_ms(500);
}

/* The kernel's tables and Xen's say the same of an ordinary page. */
static void expect_ordinary(struct kunit *test, struct page *page)
{
	unsigned long pfn = page_to_pfn(page), frame = xengnt_p2m_frame(pfn);

	KUNIT_EXPECT_NE(test, frame, XENGNT_NO_FRAME);
	KUNIT_EXPECT_EQ(test, pfn_to_gfn(pfn), frame);
	KUNIT_EXPECT_EQ(test, xen_p2m_addr[pfn], frame);
	KUNIT_EXPECT_EQ(test, gfn_to_pfn(frame), pfn);
	KUNIT_EXPECT_FALSE(test, PageForeign(page));
}

static void xengnt_replace_test_users_see_nothing(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;
	unsigned int holes;
	u8 *seen, *memory;
	u8 before;

	map(test, 1);
	holes = xenmodel_holes();
	seen = page_address(t->pages[0]);
	memory = xenmodel_memory(f->guest[0], 0);
	before = memory[100];
	KUNIT_EXPECT_EQ(test, seen[100], before);
	KUNIT_ASSERT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), 0);
	KUNIT_EXPECT_NULL(test, t->unmaps[0].page);

	/* What the guest does to its page is its own affair now. */
	memory[100] = before + 1;
	KUNIT_EXPECT_EQ(test, seen[100], before);
	seen[101]++;
	KUNIT_EXPECT_NE(test, memory[101], seen[101]);
	expect_ordinary(test, t->pages[0]);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0], XENGNT_REPLACED),
			1ULL);

	/* One page has memory that had none, and another none that had some. */
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), holes);
	unpin(t, 1);
	fixture_wait_ms(1000);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), holes);
	let_go(t, 1);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), holes - 1);
}

static void xengnt_replace_test_pin(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;

	map(test, 1);
	KUNIT_ASSERT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), 0);
	let_go(t, 1);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(f->guest[0]), 1U);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(f->guest[0], t->refs[0]), -EBUSY);
	unpin(t, 1);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(f->guest[0]), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(f->guest[0], t->refs[0]), 0);
}

/* Two groups. The area has its room again, with the users still there. */
static void xengnt_replace_test_many(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;
	struct xengnt_area_usage usage;
	u64 calls;
	unsigned int i;

	map(test, NR);
	for (i = 0; i < NR; i++)
		KUNIT_ASSERT_EQ(test, xengnt_replace(&t->unmaps[i], f->area),
				0);
	xengnt_area_usage_read(f->area, &usage);
	KUNIT_EXPECT_EQ(test, usage.out, 0U);
	calls = xenmodel_counted(XENMODEL_UNMAP_CALLS);
	unpin(t, NR);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_UNMAP_CALLS) - calls,
			2ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(f->guest[0]), 0U);
	for (i = 0; i < NR; i++)
		expect_ordinary(test, t->pages[i]);
	let_go(t, NR);
}

/* A pinned page that goes the usual way leaves nothing behind. */
static void xengnt_replace_test_unmap(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;
	LIST_HEAD(entries);

	map(test, 1);
	put_page(t->pages[0]);
	f->entries[0].u = t->unmaps[0];
	list_add(&f->entries[0].u.node, &entries);
	xengnt_unmap_queue(&entries, XENGNT_TOUCHED, false);
	KUNIT_EXPECT_EQ(test, f->answers, 1U);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(f->guest[0]), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(f->guest[0], t->refs[0]), 0);
	xengnt_area_put(f->area, t->pages, 1);
}

/* Nothing has happened, and later it works. */
static void xengnt_replace_test_refused(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;
	u8 *memory = xenmodel_memory(f->guest[0], 0);

	map(test, 1);
	xenmodel_inject(GNTTABOP_unmap_and_replace, GNTST_general_error, 0, 1);
	KUNIT_EXPECT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), -EIO);
	xenmodel_inject_call(GNTTABOP_unmap_and_replace, -EFAULT);
	KUNIT_EXPECT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), -EIO);
	fixture_fail_begin(1);
	KUNIT_EXPECT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, fixture_fail_end());
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_REPLACE_FAILED), 3ULL);
	KUNIT_EXPECT_PTR_EQ(test, t->unmaps[0].page, t->pages[0]);
	memory[7]++;
	KUNIT_EXPECT_EQ(test, memory[7],
			((u8 *)page_address(t->pages[0]))[7]);
	KUNIT_EXPECT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), 0);
	unpin(t, 1);
	let_go(t, 1);
}

static void xengnt_replace_test_no_pin(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 1);
	KUNIT_EXPECT_EQ(test, xengnt_replace(&f->entries[0].u, f->area),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_REPLACE_OPS), 0ULL);
}

/* Who has a page and asks whose it is, is not told of a grant any more. */
static void xengnt_replace_test_tracked(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;
	struct xengnt_mapping mapping;

	KUNIT_ASSERT_EQ(test, xengnt_m2p_track(f->client[0]), 0);
	map(test, 1);
	KUNIT_EXPECT_TRUE(test, xengnt_m2p_mapping(t->pages[0], &mapping));
	KUNIT_EXPECT_EQ(test, mapping.ref, t->refs[0]);
	KUNIT_ASSERT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), 0);
	KUNIT_EXPECT_FALSE(test, xengnt_m2p_mapping(t->pages[0], &mapping));
	unpin(t, 1);
	let_go(t, 1);
}

static void xengnt_replace_test_granter_dies(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;

	map(test, 2);
	xenmodel_domain_destroy(f->guest[0]);
	KUNIT_EXPECT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), 0);
	KUNIT_EXPECT_EQ(test, xengnt_replace(&t->unmaps[1], f->area), 0);
	unpin(t, 2);
	let_go(t, 2);
	/* Xen has nothing left of it. */
	f->guest[0] = xenmodel_domain_create(FIXTURE_DOMID(0),
					     FIXTURE_GUEST_PAGES);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->guest[0]));
}

/* Xen does not map the memory again: it is asked for other. */
static void xengnt_replace_test_memory_comes_later(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;

	map(test, 1);
	KUNIT_ASSERT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), 0);
	unpin(t, 1);
	/* It is taken out of the one place, and not put into the other. */
	xenmodel_inject(XENMODEL_OP_MAPPING, -EINVAL, 1, 1);
	let_go(t, 1);
	fixture_wait_ms(1000);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

/* A page that is being brought in is not waited for. */
static void xengnt_replace_test_try(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;

	map(test, 1);
	t->refs[1] = xenmodel_grant(f->guest[0], 1, XENMODEL_LOCAL_DOMID, true);
	xenmodel_page_out(f->guest[0], t->refs[1], 1);
	KUNIT_ASSERT_EQ(test, 0, xengnt_area_get(f->area, &t->pages[1], 1));
	xengnt_map_batch_reset(&t->batch);
	xengnt_map_batch_add(&t->batch, t->refs[1], t->pages[1], true);
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_try(&t->batch), 1U);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_status(&t->batch, 0), -EIO);
	xengnt_area_put(f->area, &t->pages[1], 1);
	KUNIT_ASSERT_EQ(test, xengnt_replace(&t->unmaps[0], f->area), 0);
	unpin(t, 1);
	let_go(t, 1);
}

static void xengnt_replace_test_where(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct replace_test *t = f->priv;

	KUNIT_EXPECT_EQ(test, xengnt_can_replace(),
			!strcmp(xengnt_backend_get()->name, "x86 PV"));
	if (xengnt_can_replace())
		return;
	KUNIT_ASSERT_EQ(test, 0, xengnt_area_get(f->area, t->pages, 1));
	xengnt_map_batch_add(&t->batch, 8, t->pages[0], true);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_try(&t->batch), 1U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_CALLS), 0ULL);
	xengnt_area_put(f->area, t->pages, 1);
}

static struct kunit_case replace_cases[] = {
	KUNIT_CASE(xengnt_replace_test_users_see_nothing),
	KUNIT_CASE(xengnt_replace_test_pin),
	KUNIT_CASE(xengnt_replace_test_many),
	KUNIT_CASE(xengnt_replace_test_unmap),
	KUNIT_CASE(xengnt_replace_test_refused),
	KUNIT_CASE(xengnt_replace_test_no_pin),
	KUNIT_CASE(xengnt_replace_test_tracked),
	KUNIT_CASE(xengnt_replace_test_granter_dies),
	KUNIT_CASE(xengnt_replace_test_memory_comes_later),
	KUNIT_CASE(xengnt_replace_test_try),
	KUNIT_CASE(xengnt_replace_test_where),
	{}
};

struct kunit_suite replace_suite = {
	.name = "xengnt_replace",
	.init = replace_test_init,
	.exit = replace_test_exit,
	.test_cases = replace_cases,
};
