// SPDX-License-Identifier: GPL-2.0
/*
 * Areas, mappings and copies, in frames of 16 KiB.
 */
#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include "fixture.h"

static u64 frame(struct page *page)
{
	return xengnt_ia64_frame(page);
}

static struct page *hollow_page(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct page *page;

	KUNIT_ASSERT_EQ(test, t->backend->area_alloc(&page, 1), 0);
	return page;
}

/* Run a map operation for a page; its status. */
static int map(struct kunit *test, struct gnttab_map_grant_ref *op,
	       struct page *page)
{
	struct ia64_test *t = test->priv;

	op->host_addr = t->backend->mapaddr(page_address(page));
	KUNIT_EXPECT_EQ(test, t->backend->map(op, &page, 1), 0);
	return op->status;
}

static int unmap(struct kunit *test, const struct gnttab_map_grant_ref *map,
		 struct page *page)
{
	struct ia64_test *t = test->priv;
	struct gnttab_unmap_grant_ref op = {
		.host_addr = map->host_addr,
		.handle = map->handle,
		.status = 1,
	};

	KUNIT_EXPECT_EQ(test, t->backend->unmap(&op, &page, 1), 0);
	return op.status;
}

static struct gnttab_map_grant_ref map_op(struct kunit *test, u32 flags)
{
	bool readonly = flags & GNTMAP_readonly;

	return (struct gnttab_map_grant_ref) {
		.flags = flags,
		.ref = ia64_test_grant(test, 1, readonly),
		.dom = GRANTER,
		.status = 1,
	};
}

/* Pages that are there for mapping have given their frames up, and get one. */
static void xengnt_ia64_gnttab_test_area(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct page *pages[40];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, t->backend->area_alloc(pages, 40), 0);
	for (i = 0; i < 40; i++)
		KUNIT_EXPECT_EQ(test, xenmodel_ia64_state(frame(pages[i])),
				XENMODEL_IA64_NOTHING);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(MEMORY_OP), 2U);
	t->backend->area_free(pages, 40);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(MEMORY_OP), 4U);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
}

/* All or nothing. */
static void xengnt_ia64_gnttab_test_area_fails(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct page *pages[40];

	xenmodel_ia64_fail(MEMORY_OP, 1, -ENOMEM);
	KUNIT_EXPECT_EQ(test, t->backend->area_alloc(pages, 40), -ENOMEM);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
}

/* What cannot be given back is used for the next area. */
static void xengnt_ia64_gnttab_test_area_not_given_back(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct page *pages[4], *again[4];
	unsigned int calls, i;

	KUNIT_ASSERT_EQ(test, t->backend->area_alloc(pages, 4), 0);
	xenmodel_ia64_free_frames(1);
	t->backend->area_free(pages, 4);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 3U << XENGNT_IA64_PAGE_ORDER);

	xenmodel_ia64_free_frames(U32_MAX);
	calls = xenmodel_ia64_calls(MEMORY_OP);
	KUNIT_ASSERT_EQ(test, t->backend->area_alloc(again, 3), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(MEMORY_OP), calls);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, xenmodel_ia64_state(frame(again[i])),
				XENMODEL_IA64_NOTHING);
	t->backend->area_free(again, 3);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
}

/* The model: memory that is given up with its content is somebody's to read. */
static void xengnt_ia64_gnttab_test_given_up_with_content(struct kunit *test)
{
	struct page *page = xengnt_ia64_page_alloc(GFP_KERNEL | __GFP_ZERO);
	xen_pfn_t frames[1];
	struct xen_memory_reservation reservation = {
		.nr_extents = 1,
		.domid = DOMID_SELF,
	};

	KUNIT_ASSERT_NOT_NULL(test, page);
	frames[0] = frame(page);
	set_xen_guest_handle(reservation.extent_start, frames);
	((u8 *)page_address(page))[FRAME - 1] = 1;
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_EQ(test, HYPERVISOR_memory_op(XENMEM_decrease_reservation,
						   &reservation), 1);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 1ULL);
	KUNIT_EXPECT_EQ(test, HYPERVISOR_memory_op(XENMEM_populate_physmap,
						   &reservation), 1);
	/* and one that is there already */
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_EQ(test, HYPERVISOR_memory_op(XENMEM_populate_physmap,
						   &reservation), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 2ULL);
	xengnt_ia64_page_free(page);
}

static void xengnt_ia64_gnttab_test_mapaddr(struct kunit *test)
{
	struct ia64_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->backend->mapaddr(t->ops + 17),
			(u64)__pa(t->ops) + 17);
}

/* All four pages of the frame, and the place is empty before and after. */
static void xengnt_ia64_gnttab_test_map(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	u8 *theirs = ia64_test_frame(test, 1), *ours;
	struct gnttab_map_grant_ref op = map_op(test, GNTMAP_host_map);
	struct page *page = hollow_page(test);

	KUNIT_ASSERT_EQ(test, map(test, &op, page), GNTST_okay);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_state(frame(page)),
			XENMODEL_IA64_FOREIGN);
	ours = page_address(page);
	KUNIT_EXPECT_EQ(test, memcmp(ours, theirs, FRAME), 0);
	ours[FRAME - 1] = 0x77;
	theirs[5000] = 0x78;
	KUNIT_EXPECT_EQ(test, theirs[FRAME - 1], 0x77);
	KUNIT_EXPECT_EQ(test, ours[5000], 0x78);
	KUNIT_EXPECT_EQ(test, unmap(test, &op, page), GNTST_okay);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_state(frame(page)),
			XENMODEL_IA64_NOTHING);
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_EQ(test, unmap(test, &op, page), GNTST_bad_handle);
	t->backend->area_free(&page, 1);
}

static void xengnt_ia64_gnttab_test_map_readonly(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_map_grant_ref op =
		map_op(test, GNTMAP_host_map | GNTMAP_readonly);
	struct page *page = hollow_page(test);

	KUNIT_ASSERT_EQ(test, map(test, &op, page), GNTST_okay);
	KUNIT_EXPECT_FALSE(test, xenmodel_writable(page));
	KUNIT_EXPECT_FALSE(test, xenmodel_writable(page + 3));
	KUNIT_EXPECT_EQ(test, unmap(test, &op, page), GNTST_okay);
	op.flags = GNTMAP_host_map;
	KUNIT_EXPECT_EQ(test, map(test, &op, page), GNTST_general_error);
	t->backend->area_free(&page, 1);
}

struct refusal {
	const char *name;
	domid_t dom;
	grant_ref_t ref;
	u32 flags;
	int status;
};

static const struct refusal refusals[] = {
	{ "no such domain", NOBODY, 0, GNTMAP_host_map, GNTST_bad_domain },
	{ "beyond the table", GRANTER, 1 << 30, GNTMAP_host_map,
	  GNTST_bad_gntref },
	{ "not granted", GRANTER, 99, GNTMAP_host_map, GNTST_general_error },
	{ "no place", GRANTER, 0, 0, GNTST_bad_gntref },
	{ "for a device", GRANTER, 0, GNTMAP_host_map | GNTMAP_device_map,
	  GNTST_general_error },
	{ "for a task", GRANTER, 0, GNTMAP_host_map | GNTMAP_application_map,
	  GNTST_general_error },
	{ "at an entry of a page table", GRANTER, 0,
	  GNTMAP_host_map | GNTMAP_contains_pte, GNTST_general_error },
};

KUNIT_ARRAY_PARAM_DESC(refusal, refusals, name);

static void xengnt_ia64_gnttab_test_map_refusals(struct kunit *test)
{
	const struct refusal *row = test->param_value;
	struct ia64_test *t = test->priv;
	struct gnttab_map_grant_ref op = map_op(test, GNTMAP_host_map);
	struct page *page = hollow_page(test);

	op.dom = row->dom;
	op.flags = row->flags;
	if (row->ref)
		op.ref = row->ref;
	KUNIT_EXPECT_EQ(test, map(test, &op, page), row->status);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_state(frame(page)),
			XENMODEL_IA64_NOTHING);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	t->backend->area_free(&page, 1);
}

/* The granter's pager brings it in meanwhile. */
static void xengnt_ia64_gnttab_test_map_eagain(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_map_grant_ref op = map_op(test, GNTMAP_host_map);
	struct page *page = hollow_page(test);

	xenmodel_page_out(t->guest, op.ref, 3);
	KUNIT_EXPECT_EQ(test, map(test, &op, page), GNTST_okay);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(GRANT_OP), 4U);
	KUNIT_EXPECT_EQ(test, unmap(test, &op, page), GNTST_okay);
	t->backend->area_free(&page, 1);
}

static void xengnt_ia64_gnttab_test_map_eagain_for_ever(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_map_grant_ref op = map_op(test, GNTMAP_host_map);
	struct page *page = hollow_page(test);

	xenmodel_page_out(t->guest, op.ref, U32_MAX);
	KUNIT_EXPECT_EQ(test, map(test, &op, page), GNTST_bad_page);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(GRANT_OP), 21U);
	t->backend->area_free(&page, 1);
}

static void xengnt_ia64_gnttab_test_map_eagain_fails(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_map_grant_ref op = map_op(test, GNTMAP_host_map);
	struct page *page = hollow_page(test);

	xenmodel_page_out(t->guest, op.ref, 3);
	xenmodel_ia64_fail(GRANT_OP, 2, -ENOMEM);
	KUNIT_EXPECT_EQ(test, map(test, &op, page), GNTST_general_error);
	t->backend->area_free(&page, 1);
}

/* The model: Xen would throw memory away, or a mapping. */
static void xengnt_ia64_gnttab_test_map_over_memory(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_map_grant_ref op = map_op(test, GNTMAP_host_map);
	struct page *memory = xengnt_ia64_page_alloc(GFP_KERNEL);
	struct page *page = hollow_page(test);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_EQ(test, map(test, &op, memory), GNTST_general_error);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 1ULL);
	xengnt_ia64_page_free(memory);

	KUNIT_EXPECT_EQ(test, map(test, &op, page), GNTST_okay);
	KUNIT_EXPECT_EQ(test, unmap(test, &op, page), GNTST_okay);
	t->backend->area_free(&page, 1);
}

static struct gnttab_copy copy_op(struct kunit *test, struct page *local)
{
	return (struct gnttab_copy) {
		.source.u.ref = ia64_test_grant(test, 2, false),
		.source.domid = GRANTER,
		.source.offset = 9000,
		.dest.u.gmfn = frame(local),
		.dest.domid = DOMID_SELF,
		.dest.offset = 12,
		.len = FRAME - 9000,
		.flags = GNTCOPY_source_gref,
		.status = 1,
	};
}

/* Offsets and lengths that no page of 4 KiB has. */
static void xengnt_ia64_gnttab_test_copy(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct page *local = xengnt_ia64_page_alloc(GFP_KERNEL | __GFP_ZERO);
	u8 *theirs = ia64_test_frame(test, 2), *ours;
	struct gnttab_copy op, back;

	KUNIT_ASSERT_NOT_NULL(test, local);
	ours = page_address(local);
	op = copy_op(test, local);
	KUNIT_ASSERT_EQ(test, t->backend->copy(&op, 1), 0);
	KUNIT_EXPECT_EQ(test, op.status, GNTST_okay);
	KUNIT_EXPECT_EQ(test, memcmp(ours + 12, theirs + 9000, FRAME - 9000),
			0);
	KUNIT_EXPECT_EQ(test, ours[12 + FRAME - 9000], 0);

	back = (struct gnttab_copy) {
		.source = op.dest,
		.dest = op.source,
		.len = 1,
		.flags = GNTCOPY_dest_gref,
		.status = 1,
	};
	ours[12] = 0x99;
	KUNIT_ASSERT_EQ(test, t->backend->copy(&back, 1), 0);
	KUNIT_EXPECT_EQ(test, back.status, GNTST_okay);
	KUNIT_EXPECT_EQ(test, theirs[9000], 0x99);
	xengnt_ia64_page_free(local);
}

static void xengnt_ia64_gnttab_test_copy_refusals(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct page *local = xengnt_ia64_page_alloc(GFP_KERNEL | __GFP_ZERO);
	struct page *page = hollow_page(test);
	struct gnttab_copy ops[5];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, local);
	for (i = 0; i < ARRAY_SIZE(ops); i++)
		ops[i] = copy_op(test, local);
	ops[0].len++;
	ops[1].source.domid = NOBODY;
	ops[2].dest.domid = GRANTER;
	ops[3].dest.u.gmfn = frame(page);
	KUNIT_ASSERT_EQ(test, t->backend->copy(ops, ARRAY_SIZE(ops)), 0);
	KUNIT_EXPECT_EQ(test, ops[0].status, GNTST_bad_copy_arg);
	KUNIT_EXPECT_EQ(test, ops[1].status, GNTST_bad_domain);
	KUNIT_EXPECT_EQ(test, ops[2].status, GNTST_permission_denied);
	KUNIT_EXPECT_EQ(test, ops[3].status, GNTST_bad_page);
	KUNIT_EXPECT_EQ(test, ops[4].status, GNTST_okay);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(GRANT_OP), 1U);
	t->backend->area_free(&page, 1);
	xengnt_ia64_page_free(local);
}

/* An unmapping has to name the place, and a place that it is mapped at. */
static void xengnt_ia64_gnttab_test_unmap_elsewhere(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_map_grant_ref op = map_op(test, GNTMAP_host_map), wrong;
	struct page *pages[2];

	KUNIT_ASSERT_EQ(test, t->backend->area_alloc(pages, 2), 0);
	KUNIT_ASSERT_EQ(test, map(test, &op, pages[0]), GNTST_okay);
	wrong = op;
	wrong.host_addr = t->backend->mapaddr(page_address(pages[1]));
	KUNIT_EXPECT_EQ(test, unmap(test, &wrong, pages[1]),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, unmap(test, &op, pages[0]), GNTST_okay);
	t->backend->area_free(pages, 2);
}

static struct kunit_case ia64_gnttab_cases[] = {
	KUNIT_CASE(xengnt_ia64_gnttab_test_area),
	KUNIT_CASE(xengnt_ia64_gnttab_test_area_fails),
	KUNIT_CASE(xengnt_ia64_gnttab_test_area_not_given_back),
	KUNIT_CASE(xengnt_ia64_gnttab_test_given_up_with_content),
	KUNIT_CASE(xengnt_ia64_gnttab_test_mapaddr),
	KUNIT_CASE(xengnt_ia64_gnttab_test_map),
	KUNIT_CASE(xengnt_ia64_gnttab_test_map_readonly),
	KUNIT_CASE_PARAM(xengnt_ia64_gnttab_test_map_refusals,
			 refusal_gen_params),
	KUNIT_CASE(xengnt_ia64_gnttab_test_map_eagain),
	KUNIT_CASE(xengnt_ia64_gnttab_test_map_eagain_for_ever),
	KUNIT_CASE(xengnt_ia64_gnttab_test_map_eagain_fails),
	KUNIT_CASE(xengnt_ia64_gnttab_test_map_over_memory),
	KUNIT_CASE(xengnt_ia64_gnttab_test_copy),
	KUNIT_CASE(xengnt_ia64_gnttab_test_copy_refusals),
	KUNIT_CASE(xengnt_ia64_gnttab_test_unmap_elsewhere),
	{}
};

struct kunit_suite ia64_gnttab_suite = {
	.name = "xengnt_ia64_gnttab",
	.init = ia64_test_init,
	.exit = ia64_test_exit,
	.test_cases = ia64_gnttab_cases,
};
