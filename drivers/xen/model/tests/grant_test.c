// SPDX-License-Identifier: GPL-2.0
/*
 * The model answers as Xen 4.17 does, and notices what Xen would not survive.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <asm/xen/hypercall.h>
#include "../model.h"
#include "suites.h"

#define GRANTER 3
#define ABSENT 77

struct model_test {
	struct xenmodel_domain *guest;
	struct page *page;
	struct gnttab_map_grant_ref map;
};

static int grant_test_init(struct kunit *test)
{
	struct model_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	t->guest = xenmodel_domain_create(GRANTER, 4);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->guest));
	KUNIT_ASSERT_EQ(test, gnttab_alloc_pages(1, &t->page), 0);
	return 0;
}

static void grant_test_exit(struct kunit *test)
{
	struct model_test *t = test->priv;

	gnttab_free_pages(1, &t->page);
	xenmodel_domain_destroy(t->guest);
	xenmodel_reset();
}

static u64 place(struct page *page)
{
	return xenmodel_is_pv() ? (unsigned long)page_address(page)
				: page_to_phys(page);
}

static int try_map(struct model_test *t, domid_t domid, grant_ref_t ref,
		   u32 flags)
{
	t->map = (struct gnttab_map_grant_ref) {
		.host_addr = place(t->page),
		.flags = flags,
		.ref = ref,
		.dom = domid,
		.status = 1,
	};
	return HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, &t->map, 1) ?:
	       t->map.status;
}

static int try_unmap_at(struct model_test *t, u64 host_addr)
{
	struct gnttab_unmap_grant_ref op = {
		.host_addr = host_addr,
		.handle = t->map.handle,
		.status = 1,
	};

	return HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, &op, 1) ?:
	       op.status;
}

static int try_unmap(struct model_test *t)
{
	return try_unmap_at(t, place(t->page));
}

/* What is mapped is the granter's memory, in both directions. */
static void xenmodel_grant_test_map_shares_memory(struct kunit *test)
{
	struct model_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 1, 0, false);
	u8 *theirs = xenmodel_memory(t->guest, 1);
	u8 *ours = page_address(t->page);

	KUNIT_ASSERT_EQ(test, try_map(t, GRANTER, ref, GNTMAP_host_map),
			GNTST_okay);
	KUNIT_EXPECT_EQ(test, memcmp(ours, theirs, PAGE_SIZE), 0);
	ours[5] = 0x11;
	theirs[4095] = 0x22;
	KUNIT_EXPECT_EQ(test, theirs[5], 0x11);
	KUNIT_EXPECT_EQ(test, ours[4095], 0x22);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, ref), -EBUSY);
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, ref), 0);
}

struct refusal {
	const char *name;
	domid_t domid;
	domid_t granted_to;
	bool readonly;
	bool no_such_ref;
	u32 flags;
	int status;
};

static const struct refusal refusals[] = {
	{ "no such domain", ABSENT, 0, false, false, GNTMAP_host_map,
	  GNTST_bad_domain },
	{ "reference beyond the table", GRANTER, 0, false, true,
	  GNTMAP_host_map, GNTST_bad_gntref },
	{ "granted to another domain", GRANTER, 5, false, false,
	  GNTMAP_host_map, GNTST_general_error },
	{ "write to a read-only grant", GRANTER, 0, true, false,
	  GNTMAP_host_map, GNTST_general_error },
	{ "no place", GRANTER, 0, false, false, 0, GNTST_bad_gntref },
};

KUNIT_ARRAY_PARAM_DESC(refusal, refusals, name);

static void xenmodel_grant_test_map_refusals(struct kunit *test)
{
	const struct refusal *row = test->param_value;
	struct model_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, row->granted_to,
					 row->readonly);

	if (row->no_such_ref)
		ref = 100000;
	KUNIT_EXPECT_EQ(test, try_map(t, row->domid, ref, row->flags),
			row->status);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_FAILED), 1);
}

static void xenmodel_grant_test_handles_run_out(struct kunit *test)
{
	struct model_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, 0, false);

	xenmodel_maptrack_limit(0);
	KUNIT_EXPECT_EQ(test, try_map(t, GRANTER, ref, GNTMAP_host_map),
			GNTST_no_space);
}

static void xenmodel_grant_test_stale_handle(struct kunit *test)
{
	struct model_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, 0, false);

	KUNIT_ASSERT_EQ(test, try_map(t, GRANTER, ref, GNTMAP_host_map), 0);
	KUNIT_EXPECT_EQ(test, try_unmap_at(t, place(t->page) + PAGE_SIZE),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_bad_handle);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 1);
}

static void xenmodel_grant_test_dying_granter(struct kunit *test)
{
	struct model_test *t = test->priv;
	struct xenmodel_domain *guest = xenmodel_domain_create(9, 1);
	grant_ref_t ref;

	KUNIT_ASSERT_FALSE(test, IS_ERR(guest));
	ref = xenmodel_grant(guest, 0, 0, false);
	KUNIT_ASSERT_EQ(test, try_map(t, 9, ref, GNTMAP_host_map), 0);
	xenmodel_domain_destroy(guest);
	*(u8 *)page_address(t->page) = 1;
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
	KUNIT_EXPECT_EQ(test, try_map(t, 9, ref, GNTMAP_host_map),
			GNTST_bad_domain);
}

static void xenmodel_grant_test_map_over_mapping(struct kunit *test)
{
	struct model_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, 0, false);
	grant_handle_t handle;

	KUNIT_ASSERT_EQ(test, try_map(t, GRANTER, ref, GNTMAP_host_map), 0);
	handle = t->map.handle;
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_NE(test, try_map(t, GRANTER, ref, GNTMAP_host_map), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 1);
	t->map.handle = handle;
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
}

static void xenmodel_grant_test_map_over_memory(struct kunit *test)
{
	struct model_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, 0, false);
	struct page *hole = t->page, *memory = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	t->page = memory;
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_NE(test, try_map(t, GRANTER, ref, GNTMAP_host_map), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 1);
	t->page = hole;
	__free_page(memory);
}

static void xenmodel_grant_test_free_while_mapped(struct kunit *test)
{
	struct model_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, 0, false);

	KUNIT_ASSERT_EQ(test, try_map(t, GRANTER, ref, GNTMAP_host_map), 0);
	xenmodel_expect_violations(1);
	gnttab_free_pages(1, &t->page);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 1);
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
}

static void xenmodel_grant_test_free_while_in_use(struct kunit *test)
{
	struct model_test *t = test->priv;

	xenmodel_expect_violations(1);
	get_page(t->page);
	gnttab_free_pages(1, &t->page);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 1);
	put_page(t->page);
}

/* One page for mapping and one domain are there, in every case. */
static void xenmodel_grant_test_leak_is_noticed(struct kunit *test)
{
	xenmodel_expect_violations(2);
	xenmodel_reset();
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 2);
}

static struct kunit_case grant_cases[] = {
	KUNIT_CASE(xenmodel_grant_test_map_shares_memory),
	KUNIT_CASE_PARAM(xenmodel_grant_test_map_refusals, refusal_gen_params),
	KUNIT_CASE(xenmodel_grant_test_handles_run_out),
	KUNIT_CASE(xenmodel_grant_test_stale_handle),
	KUNIT_CASE(xenmodel_grant_test_dying_granter),
	KUNIT_CASE(xenmodel_grant_test_map_over_mapping),
	KUNIT_CASE(xenmodel_grant_test_map_over_memory),
	KUNIT_CASE(xenmodel_grant_test_free_while_mapped),
	KUNIT_CASE(xenmodel_grant_test_free_while_in_use),
	KUNIT_CASE(xenmodel_grant_test_leak_is_noticed),
	{}
};

struct kunit_suite grant_suite = {
	.name = "xenmodel_grant",
	.init = grant_test_init,
	.exit = grant_test_exit,
	.test_cases = grant_cases,
};
