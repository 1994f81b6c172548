// SPDX-License-Identifier: GPL-2.0
/*
 * M2P: from frames to pages, from pages to grants, in any context.
 */
#include <kunit/test.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <xen/page.h>
#include <xen/gnttab/m2p.h>
#include <xen/gnttab/p2m.h>
#include "fixture.h"
#include "suites.h"

static int m2p_test_init(struct kunit *test)
{
	struct fixture *f;
	int ret = fixture_init(test);

	if (ret)
		return ret;
	f = test->priv;
	return xengnt_m2p_track(f->client[0]);
}

static void m2p_test_exit(struct kunit *test)
{
	fixture_set_parameter(test, "track_mappings", "N");
	fixture_exit(test);
}

static unsigned long frame_of(struct page *page)
{
	return xengnt_p2m_frame(page_to_pfn(page));
}

static void unmap(struct fixture *f, unsigned int from, unsigned int to)
{
	fixture_queue(f, from, to, XENGNT_TOUCHED);
	xengnt_unmap_idle();
}

static bool debugfs_says(struct kunit *test, const char *line)
{
	char text[128];

	fixture_read_debugfs(test, "m2p", text, sizeof(text));
	return strstr(text, line);
}

static void xengnt_m2p_test_both_directions(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_mapping mapping;
	unsigned int i;

	fixture_map(test, 0, 100);
	KUNIT_EXPECT_TRUE(test, debugfs_says(test, "entries 100\n"));
	for (i = 0; i < 100; i++) {
		KUNIT_ASSERT_TRUE(test, xengnt_m2p_mapping(f->pages[i],
							   &mapping));
		KUNIT_EXPECT_EQ(test, mapping.frame, frame_of(f->pages[i]));
		KUNIT_EXPECT_EQ(test, mapping.ref, XENMODEL_RESERVED_REFS + i);
		KUNIT_EXPECT_EQ(test, mapping.handle, f->entries[i].u.handle);
		KUNIT_EXPECT_EQ(test, mapping.domid, (domid_t)FIXTURE_DOMID(0));
		KUNIT_EXPECT_FALSE(test, mapping.readonly);
	}
	/* The guest has 8 pages: the last mapping of each is found. */
	for (i = 92; i < 100; i++)
		KUNIT_EXPECT_PTR_EQ(test,
				    xengnt_m2p_page(frame_of(f->pages[i])),
				    f->pages[i]);
}

static void xengnt_m2p_test_by_address(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_mapping mapping;

	fixture_map(test, 0, 3);
	KUNIT_ASSERT_TRUE(test,
			  xengnt_m2p_mapping_at(page_address(f->pages[2]) + 77,
						&mapping));
	KUNIT_EXPECT_EQ(test, mapping.handle, f->entries[2].u.handle);
}

static void xengnt_m2p_test_readonly(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_map_batch batch;
	struct xengnt_mapping mapping;
	grant_ref_t ref = xenmodel_grant(f->guest[0], 0, XENMODEL_LOCAL_DOMID,
					 true);

	KUNIT_ASSERT_EQ(test, xengnt_map_batch_init(&batch, f->client[0], 2),
			0);
	KUNIT_ASSERT_EQ(test, xengnt_area_get(f->area, f->pages, 2), 0);
	/* The first is refused: it may only be read. */
	xengnt_map_batch_add(&batch, ref, f->pages[0], false);
	xengnt_map_batch_add(&batch, ref, f->pages[1], true);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&batch), 1U);
	KUNIT_EXPECT_FALSE(test, xengnt_m2p_mapping(f->pages[0], &mapping));
	KUNIT_EXPECT_TRUE(test, xengnt_m2p_mapping(f->pages[1], &mapping));
	KUNIT_EXPECT_TRUE(test, mapping.readonly);

	xengnt_area_put(f->area, &f->pages[0], 1);
	f->pages[0] = f->pages[1];
	f->nr = 1;
	f->entries[0].u = (struct xengnt_unmap) {
		.client = f->client[0],
		.page = f->pages[0],
		.handle = xengnt_map_batch_handle(&batch, 1),
	};
	xengnt_map_batch_fini(&batch);
}

static void xengnt_m2p_test_unmapped_is_forgotten(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_mapping mapping;
	unsigned long frame;

	fixture_map(test, 0, 40);
	frame = frame_of(f->pages[39]);
	unmap(f, 0, 40);
	KUNIT_EXPECT_FALSE(test, xengnt_m2p_mapping(f->pages[39], &mapping));
	KUNIT_EXPECT_TRUE(test, debugfs_says(test, "entries 0\n"));
	if (xenmodel_is_pv())
		KUNIT_EXPECT_PTR_NE(test, xengnt_m2p_page(frame), f->pages[39]);
}

/* Pages 1 and 9 show the same page of the guest. */
static void xengnt_m2p_test_mapped_twice(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned long frame;

	if (!xenmodel_is_pv())
		kunit_skip(test, "each mapping has a frame number of its own");
	fixture_map(test, 0, 10);
	frame = frame_of(f->pages[1]);
	KUNIT_EXPECT_EQ(test, frame_of(f->pages[9]), frame);
	KUNIT_EXPECT_PTR_EQ(test, xengnt_m2p_page(frame), f->pages[9]);
	unmap(f, 9, 10);
	KUNIT_EXPECT_PTR_EQ(test, xengnt_m2p_page(frame), f->pages[1]);
}

static void xengnt_m2p_test_untracked_costs_nothing(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_mapping mapping;

	fixture_map(test, 1, 5);
	KUNIT_EXPECT_FALSE(test, xengnt_m2p_mapping(f->pages[0], &mapping));
	KUNIT_EXPECT_TRUE(test, debugfs_says(test, "entries 0\n"));
}

static void xengnt_m2p_test_parameter(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_client *client = f->client[1];
	struct xengnt_mapping mapping;

	fixture_set_parameter(test, "track_mappings", "Y");
	f->client[1] = xengnt_client_create("tracked", FIXTURE_DOMID(1),
					    f->ops, f);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->client[1]));
	xengnt_client_destroy(client);
	fixture_map(test, 1, 1);
	KUNIT_EXPECT_TRUE(test, xengnt_m2p_mapping(f->pages[0], &mapping));
}

static void xengnt_m2p_test_own_memory(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct xengnt_mapping mapping;

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_PTR_EQ(test, xengnt_m2p_page(frame_of(page)), page);
	KUNIT_EXPECT_FALSE(test, xengnt_m2p_mapping(page, &mapping));
	KUNIT_EXPECT_NULL(test, xengnt_m2p_page(XENGNT_NO_FRAME));
	KUNIT_EXPECT_NULL(test, xengnt_m2p_page(1UL << 50));
	__free_page(page);
}

struct lookup {
	struct hrtimer timer;
	struct page *page;
	unsigned long frame;
	struct page *found;
	struct xengnt_mapping mapping;
	bool hard;
};

static enum hrtimer_restart look_up(struct hrtimer *timer)
{
	struct lookup *l = container_of(timer, struct lookup, timer);

	l->hard = in_hardirq();
	l->found = xengnt_m2p_page(l->frame);
	xengnt_m2p_mapping(l->page, &l->mapping);
	return HRTIMER_NORESTART;
}

static void xengnt_m2p_test_in_interrupt(struct kunit *test)
{
	struct lookup *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);
	struct fixture *f = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, l);
	fixture_map(test, 0, 4);
	l->page = f->pages[3];
	l->frame = frame_of(l->page);
	hrtimer_setup(&l->timer, look_up, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_HARD);
	hrtimer_start(&l->timer, ms_to_ktime(1), HRTIMER_MODE_REL_HARD);
	fixture_wait_ms(20);
	hrtimer_cancel(&l->timer);
	KUNIT_EXPECT_TRUE(test, l->hard);
	KUNIT_EXPECT_PTR_EQ(test, l->found, l->page);
	KUNIT_EXPECT_EQ(test, l->mapping.handle, f->entries[3].u.handle);
}

/* What cannot be remembered is mapped all the same. */
static void xengnt_m2p_test_no_memory(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_map_batch batch;
	struct xengnt_mapping mapping;
	grant_ref_t ref = xenmodel_grant(f->guest[0], 0, XENMODEL_LOCAL_DOMID,
					 false);

	KUNIT_ASSERT_EQ(test, xengnt_map_batch_init(&batch, f->client[0], 1),
			0);
	KUNIT_ASSERT_EQ(test, xengnt_area_get(f->area, f->pages, 1), 0);
	xengnt_map_batch_add(&batch, ref, f->pages[0], false);
	fixture_fail_begin(1);
	KUNIT_EXPECT_EQ(test, xengnt_map_batch_run(&batch), 0U);
	KUNIT_EXPECT_TRUE(test, fixture_fail_end());
	KUNIT_EXPECT_FALSE(test, xengnt_m2p_mapping(f->pages[0], &mapping));
	KUNIT_EXPECT_FALSE(test, debugfs_says(test, "missed 0\n"));

	f->nr = 1;
	f->entries[0].u = (struct xengnt_unmap) {
		.client = f->client[0],
		.page = f->pages[0],
		.handle = xengnt_map_batch_handle(&batch, 0),
	};
	xengnt_map_batch_fini(&batch);
}

static struct kunit_case m2p_cases[] = {
	KUNIT_CASE(xengnt_m2p_test_both_directions),
	KUNIT_CASE(xengnt_m2p_test_by_address),
	KUNIT_CASE(xengnt_m2p_test_readonly),
	KUNIT_CASE(xengnt_m2p_test_unmapped_is_forgotten),
	KUNIT_CASE(xengnt_m2p_test_mapped_twice),
	KUNIT_CASE(xengnt_m2p_test_untracked_costs_nothing),
	KUNIT_CASE(xengnt_m2p_test_parameter),
	KUNIT_CASE(xengnt_m2p_test_own_memory),
	KUNIT_CASE(xengnt_m2p_test_in_interrupt),
	KUNIT_CASE(xengnt_m2p_test_no_memory),
	{}
};

struct kunit_suite m2p_suite = {
	.name = "xengnt_m2p",
	.init = m2p_test_init,
	.exit = m2p_test_exit,
	.test_cases = m2p_cases,
};
