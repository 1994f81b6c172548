// SPDX-License-Identifier: GPL-2.0
/*
 * The address rules of both backends, and how one is chosen.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/mapaddr.h>
#include "fixture.h"
#include "suites.h"

static void xengnt_backend_test_choice(struct kunit *test)
{
	const struct xengnt_backend *backend = xengnt_backend_get();

	KUNIT_EXPECT_STREQ(test, backend->name,
			   xenmodel_is_pv() ? "x86 PV" : "auto-translated");
}

/* A PV mapper names virtual addresses, every other pseudo-physical ones. */
static void xengnt_backend_test_mapaddr(struct kunit *test)
{
	struct fixture *f = test->priv;
	void *vaddr;
	u64 expected;

	KUNIT_ASSERT_EQ(test, 0, xengnt_area_get(f->area, f->pages, 1));
	f->nr = 0;
	vaddr = page_address(f->pages[0]);
	expected = xenmodel_is_pv() ? (unsigned long)vaddr
				    : page_to_phys(f->pages[0]);
	KUNIT_EXPECT_EQ(test, virt_to_gnttab_mapaddr(vaddr), expected);
	KUNIT_EXPECT_EQ(test, virt_to_gnttab_mapaddr(vaddr + 17), expected + 17);
	xengnt_area_put(f->area, f->pages, 1);
}

/* Where a mapping that is called by that address shows up. */
static void xengnt_backend_test_address_is_the_place(struct kunit *test)
{
	struct fixture *f = test->priv;
	u8 *theirs = xenmodel_memory(f->guest[0], 0);
	u8 *ours;

	fixture_map(test, 0, 1);
	ours = page_address(f->pages[0]);
	KUNIT_EXPECT_EQ(test, ours[100], theirs[100]);
	theirs[100] ^= 0xff;
	KUNIT_EXPECT_EQ(test, ours[100], theirs[100]);
}

/* The figure by which flushes are counted is what Xen charges. */
static void xengnt_backend_test_flush_group(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int size = xengnt_backend_get()->flush_group;
	unsigned int expected = DIV_ROUND_UP(5, size);

	KUNIT_ASSERT_GT(test, size, 0U);
	fixture_map(test, 0, 5);
	fixture_queue(f, 0, 5, XENGNT_UNTOUCHED);
	xengnt_unmap_idle();
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES),
			(u64)expected);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_FLUSH_GROUPS),
			(u64)expected);
}

/*
 * Copying at any size where mapping costs a wait; elsewhere small ones, and large
 * ones as long as there are few.
 */
static void xengnt_backend_test_prefer_copy(struct kunit *test)
{
	const struct xengnt_backend *backend = xengnt_backend_get();
	unsigned int max = backend->copy_max, load = backend->copy_load;

	KUNIT_EXPECT_TRUE(test, xengnt_prefer_copy(512, SIZE_MAX));
	KUNIT_EXPECT_EQ(test, xengnt_prefer_copy(1 << 20, SIZE_MAX),
			!xenmodel_is_pv());
	KUNIT_EXPECT_TRUE(test, xengnt_prefer_copy(max, SIZE_MAX));
	if (!xenmodel_is_pv())
		return;
	KUNIT_EXPECT_FALSE(test, xengnt_prefer_copy(max + 1, (size_t)load + 1));
	KUNIT_EXPECT_TRUE(test, xengnt_prefer_copy(max + 1, load));
}

static struct kunit_case backend_cases[] = {
	KUNIT_CASE(xengnt_backend_test_choice),
	KUNIT_CASE(xengnt_backend_test_mapaddr),
	KUNIT_CASE(xengnt_backend_test_address_is_the_place),
	KUNIT_CASE(xengnt_backend_test_flush_group),
	KUNIT_CASE(xengnt_backend_test_prefer_copy),
	{}
};

struct kunit_suite backend_suite = {
	.name = "xengnt_backend",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = backend_cases,
};
