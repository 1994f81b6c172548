// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls: arrays wherever they lie, pointers in operations, and what is
 * said when Xen stops in the middle.
 */
#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include "fixture.h"

/* Map operations that Xen can hear of at once, where they are described. */
#define PART	(XENGNT_XENCOMM_MAX_BYTES / sizeof(struct gnttab_map_grant_ref))
#define NR	(PART + 10)

/* All name no domain: each answer is Xen's, and nothing is mapped. */
static struct gnttab_map_grant_ref *many(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_map_grant_ref *ops = t->window + 32;
	unsigned int i;

	for (i = 0; i < NR; i++)
		ops[i] = (struct gnttab_map_grant_ref) {
			.flags = GNTMAP_host_map,
			.dom = NOBODY,
			.status = 1,
		};
	return ops;
}

static unsigned int with_status(const struct gnttab_map_grant_ref *ops,
				int status)
{
	unsigned int i, nr = 0;

	for (i = 0; i < NR; i++)
		nr += ops[i].status == status;
	return nr;
}

static void xengnt_ia64_hypercall_test_parts(struct kunit *test)
{
	struct gnttab_map_grant_ref *ops = many(test);

	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, ops,
						  NR), 0);
	KUNIT_EXPECT_EQ(test, with_status(ops, GNTST_bad_domain), (u32)NR);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(GRANT_OP), 2U);
}

/* One call is enough where a handle has no limit. */
static void xengnt_ia64_hypercall_test_one_part(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct gnttab_map_grant_ref *ops = t->ops;
	unsigned int i, nr = FRAME / sizeof(*ops);

	memcpy(ops, many(test), nr * sizeof(*ops));
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, ops,
						  nr), 0);
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, ops[i].status, GNTST_bad_domain);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(GRANT_OP), 1U);
}

static void xengnt_ia64_hypercall_test_fails(struct kunit *test)
{
	struct gnttab_map_grant_ref *ops = many(test);

	xenmodel_ia64_fail(GRANT_OP, 0, -ENOMEM);
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, ops,
						  NR), -ENOMEM);
	KUNIT_EXPECT_EQ(test, with_status(ops, 1), (u32)NR);
}

/* What has been run is not undone by what comes after. */
static void xengnt_ia64_hypercall_test_fails_later(struct kunit *test)
{
	struct gnttab_map_grant_ref *ops = many(test);

	xenmodel_ia64_fail(GRANT_OP, 1, -ENOMEM);
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, ops,
						  NR), 0);
	KUNIT_EXPECT_EQ(test, with_status(ops, GNTST_bad_domain), (u32)PART);
	KUNIT_EXPECT_EQ(test, with_status(ops, GNTST_general_error), 10U);
}

static void xengnt_ia64_hypercall_test_bad_pointer(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_copy, (void *)8, 1),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(GRANT_OP), 0U);
}

static void xengnt_ia64_hypercall_test_unknown(struct kunit *test)
{
	struct ia64_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, HYPERVISOR_grant_table_op(99, t->ops, 1),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_swap_grant_ref,
						  t->ops, 1), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, HYPERVISOR_memory_op(99, t->ops), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(GRANT_OP), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(MEMORY_OP), 0U);
}

/* A pointer in an operation becomes a handle, and the operation is as before. */
static void xengnt_ia64_hypercall_test_nested(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	xen_pfn_t *frames = t->window + FRAME - sizeof(*frames);
	struct gnttab_setup_table op = {
		.dom = DOMID_SELF,
		.nr_frames = 2,
		.status = 1,
	};

	set_xen_guest_handle(op.frame_list, frames);
	KUNIT_ASSERT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_setup_table, &op, 1),
			0);
	KUNIT_EXPECT_EQ(test, op.status, GNTST_okay);
	KUNIT_EXPECT_PTR_EQ(test, op.frame_list.p, frames);
	KUNIT_EXPECT_EQ(test, frames[0] >> 26, 1ULL);
	KUNIT_EXPECT_EQ(test, frames[1], frames[0] + 1);
}

static void xengnt_ia64_hypercall_test_nested_bad_pointer(struct kunit *test)
{
	struct gnttab_setup_table op = {
		.dom = DOMID_SELF,
		.nr_frames = 1,
	};

	set_xen_guest_handle(op.frame_list, (xen_pfn_t *)0x2000);
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_setup_table, &op, 1),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(GRANT_OP), 0U);
}

/* The operation and the extents both in the window, and both found. */
static void xengnt_ia64_hypercall_test_reservation(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct xen_memory_reservation *reservation = t->window + FRAME - 8;
	xen_pfn_t *extents = t->window + 3 * FRAME - 8;
	struct page *pages[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		pages[i] = xengnt_ia64_page_alloc(GFP_KERNEL | __GFP_ZERO);
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
		extents[i] = xengnt_ia64_frame(pages[i]);
	}
	*reservation = (struct xen_memory_reservation) {
		.nr_extents = 2,
		.domid = DOMID_SELF,
	};
	set_xen_guest_handle(reservation->extent_start, extents);
	KUNIT_EXPECT_EQ(test, HYPERVISOR_memory_op(XENMEM_decrease_reservation,
						   reservation), 2);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, xenmodel_ia64_state(extents[i]),
				XENMODEL_IA64_NOTHING);
	KUNIT_EXPECT_PTR_EQ(test, reservation->extent_start.p, extents);
	KUNIT_EXPECT_EQ(test, HYPERVISOR_memory_op(XENMEM_populate_physmap,
						   reservation), 2);
	for (i = 0; i < 2; i++)
		xengnt_ia64_page_free(pages[i]);
}

static struct kunit_case ia64_hypercall_cases[] = {
	KUNIT_CASE(xengnt_ia64_hypercall_test_parts),
	KUNIT_CASE(xengnt_ia64_hypercall_test_one_part),
	KUNIT_CASE(xengnt_ia64_hypercall_test_fails),
	KUNIT_CASE(xengnt_ia64_hypercall_test_fails_later),
	KUNIT_CASE(xengnt_ia64_hypercall_test_bad_pointer),
	KUNIT_CASE(xengnt_ia64_hypercall_test_unknown),
	KUNIT_CASE(xengnt_ia64_hypercall_test_nested),
	KUNIT_CASE(xengnt_ia64_hypercall_test_nested_bad_pointer),
	KUNIT_CASE(xengnt_ia64_hypercall_test_reservation),
	{}
};

struct kunit_suite ia64_hypercall_suite = {
	.name = "xengnt_ia64_hypercall",
	.init = ia64_test_init,
	.exit = ia64_test_exit,
	.test_cases = ia64_hypercall_cases,
};
