// SPDX-License-Identifier: GPL-2.0
/*
 * Grant tables of version 2: entries that are wider, status that is elsewhere,
 * parts of pages, and grants that are handed on. Answers are those of Xen 4.17.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <asm/xen/hypercall.h>
#include "../model.h"
#include "suites.h"

#define GRANTER	3
#define OTHER	4
#define NOBODY	77

#define PART_AT		512
#define PART_BYTES	256

struct version_test {
	struct xenmodel_domain *guest;
	struct xenmodel_domain *other;
	struct page *page;
	struct page *memory;
	struct gnttab_map_grant_ref map;
};

static int version_test_init(struct kunit *test)
{
	struct version_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	t->guest = xenmodel_domain_create(GRANTER, 4);
	t->other = xenmodel_domain_create(OTHER, 4);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->guest) || IS_ERR(t->other));
	KUNIT_ASSERT_EQ(test, xenmodel_set_version(t->guest, 2), 0);
	KUNIT_ASSERT_EQ(test, gnttab_alloc_pages(1, &t->page), 0);
	t->memory = alloc_page(GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, t->memory);
	return 0;
}

static void version_test_exit(struct kunit *test)
{
	struct version_test *t = test->priv;

	__free_page(t->memory);
	gnttab_free_pages(1, &t->page);
	xenmodel_domain_destroy(t->other);
	xenmodel_domain_destroy(t->guest);
	xenmodel_reset();
}

static u64 place(const struct version_test *t)
{
	return xenmodel_is_pv() ? (unsigned long)page_address(t->page)
				: page_to_phys(t->page);
}

static int try_map(struct version_test *t, grant_ref_t ref, u32 flags)
{
	t->map = (struct gnttab_map_grant_ref) {
		.host_addr = place(t),
		.flags = flags,
		.ref = ref,
		.dom = GRANTER,
		.status = 1,
	};
	return HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, &t->map, 1) ?:
	       t->map.status;
}

static int try_unmap(struct version_test *t)
{
	struct gnttab_unmap_grant_ref op = {
		.host_addr = place(t),
		.handle = t->map.handle,
		.status = 1,
	};

	return HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, &op, 1) ?:
	       op.status;
}

static int try_copy(struct version_test *t, grant_ref_t ref, bool write,
		    u16 offset, u16 len)
{
	struct gnttab_copy_ptr grant = {
		.u.ref = ref, .domid = GRANTER, .offset = offset,
	};
	struct gnttab_copy_ptr own = {
		.u.gmfn = xen_page_to_gfn(t->memory), .domid = DOMID_SELF,
	};
	struct gnttab_copy op = {
		.source = write ? own : grant,
		.dest = write ? grant : own,
		.flags = write ? GNTCOPY_dest_gref : GNTCOPY_source_gref,
		.len = len,
		.status = 1,
	};

	return HYPERVISOR_grant_table_op(GNTTABOP_copy, &op, 1) ?: op.status;
}

static union grant_entry_v2 *entry(struct xenmodel_domain *domain,
				   grant_ref_t ref)
{
	return (union grant_entry_v2 *)domain->shared.entries + ref;
}

/* The granter sees who uses what in the status, and not in the entry. */
static void xenmodel_version_test_status(struct kunit *test)
{
	struct version_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 1, 0, false);
	const u16 flags = entry(t->guest, ref)->hdr.flags;

	KUNIT_ASSERT_EQ(test, try_map(t, ref, GNTMAP_host_map), GNTST_okay);
	KUNIT_EXPECT_EQ(test, memcmp(page_address(t->page),
				     xenmodel_memory(t->guest, 1), PAGE_SIZE),
			0);
	KUNIT_EXPECT_EQ(test, entry(t->guest, ref)->hdr.flags, flags);
	KUNIT_EXPECT_EQ(test, t->guest->shared.status[ref],
			GTF_reading | GTF_writing);
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
	KUNIT_EXPECT_EQ(test, t->guest->shared.status[ref], 0);
	KUNIT_ASSERT_EQ(test, try_map(t, ref,
				      GNTMAP_host_map | GNTMAP_readonly), 0);
	KUNIT_EXPECT_EQ(test, t->guest->shared.status[ref], GTF_reading);
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
}

/* With version 1 they are one. */
static void xenmodel_version_test_status_v1(struct kunit *test)
{
	struct version_test *t = test->priv;
	grant_ref_t ref;

	KUNIT_ASSERT_EQ(test, xenmodel_set_version(t->guest, 1), 0);
	ref = xenmodel_grant(t->guest, 1, 0, false);
	KUNIT_ASSERT_EQ(test, try_map(t, ref, GNTMAP_host_map), GNTST_okay);
	KUNIT_EXPECT_EQ(test,
			((struct grant_entry_v1 *)t->guest->shared.entries)[ref]
			.flags,
			GTF_permit_access | GTF_reading | GTF_writing);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, ref), -EBUSY);
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, ref), 0);
}

/* An entry that could not be ended is one that nobody new may use. */
static void xenmodel_version_test_revoke(struct kunit *test)
{
	struct version_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, 0, false);

	KUNIT_ASSERT_EQ(test, try_map(t, ref, GNTMAP_host_map), GNTST_okay);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, ref), -EBUSY);
	KUNIT_EXPECT_EQ(test, xenmodel_in_use(t->guest, ref),
			GTF_reading | GTF_writing);
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
	KUNIT_EXPECT_EQ(test, try_map(t, ref, GNTMAP_host_map),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 8),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, ref), 0);
}

/* All 64 bits of a frame are read, and a frame has to be the granter's. */
static void xenmodel_version_test_frames(struct kunit *test)
{
	struct version_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, 0, false);
	union grant_entry_v2 *e = entry(t->guest, ref);
	u64 frame = e->full_page.frame;

	KUNIT_EXPECT_GT(test, frame, (u64)U32_MAX);
	e->full_page.frame = (u32)frame;
	KUNIT_EXPECT_EQ(test, try_map(t, ref, GNTMAP_host_map),
			GNTST_bad_page);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 8), GNTST_bad_page);
	KUNIT_EXPECT_EQ(test, xenmodel_in_use(t->guest, ref), 0);
	e->full_page.frame = frame + 4;
	KUNIT_EXPECT_EQ(test, try_map(t, ref, GNTMAP_host_map),
			GNTST_bad_page);
	e->full_page.frame = frame;
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 8), GNTST_okay);
}

struct part_row {
	const char *name;
	u16 offset;
	u16 len;
	bool write;
	bool readonly;
	int status;
};

static const struct part_row part_rows[] = {
	{ "all of it", PART_AT, PART_BYTES, .status = GNTST_okay },
	{ "all of it, to write", PART_AT, PART_BYTES, .write = true,
	  .status = GNTST_okay },
	{ "the last byte", PART_AT + PART_BYTES - 1, 1, .status = GNTST_okay },
	{ "nothing, behind it", PART_AT + PART_BYTES, 0,
	  .status = GNTST_okay },
	{ "a byte before", PART_AT - 1, 2, .status = GNTST_general_error },
	{ "a byte behind", PART_AT, PART_BYTES + 1,
	  .status = GNTST_general_error },
	{ "a byte behind, to write", PART_AT, PART_BYTES + 1, .write = true,
	  .status = GNTST_general_error },
	{ "beyond the page", PAGE_SIZE - 1, 2, .status = GNTST_bad_copy_arg },
	{ "read-only, to read", PART_AT, 1, .readonly = true,
	  .status = GNTST_okay },
	{ "read-only, to write", PART_AT, 1, .write = true, .readonly = true,
	  .status = GNTST_general_error },
};

KUNIT_ARRAY_PARAM_DESC(part, part_rows, name);

static void xenmodel_version_test_part(struct kunit *test)
{
	const struct part_row *row = test->param_value;
	struct version_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant_part(t->guest, 2, 0, row->readonly,
					      PART_AT, PART_BYTES);
	u8 theirs = *(u8 *)xenmodel_memory(t->guest, 2);

	KUNIT_ASSERT_NE(test, ref, 0U);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, row->write, row->offset,
				       row->len), row->status);
	if (!row->status && !row->write && row->len)
		KUNIT_EXPECT_EQ(test, *(u8 *)page_address(t->memory), theirs);
	KUNIT_EXPECT_EQ(test, xenmodel_in_use(t->guest, ref), 0);
	KUNIT_EXPECT_EQ(test, try_map(t, ref,
				      GNTMAP_host_map | GNTMAP_readonly),
			GNTST_general_error);
}

/* The other domain grants to the granter, which hands it on to us. */
static grant_ref_t hand_on(struct version_test *t, bool readonly,
			   grant_ref_t ref)
{
	return xenmodel_hand_on(t->guest, 0, readonly, OTHER, ref);
}

static void xenmodel_version_test_handed_on(struct kunit *test)
{
	struct version_test *t = test->priv;
	grant_ref_t first = xenmodel_grant(t->other, 3, GRANTER, false);
	grant_ref_t ref = hand_on(t, false, first);
	u8 *theirs = xenmodel_memory(t->other, 3);
	u8 *ours = page_address(t->memory);

	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 100, 50), GNTST_okay);
	KUNIT_EXPECT_EQ(test, memcmp(ours, theirs + 100, 50), 0);
	memset(ours, 0xab, 50);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, true, 7, 50), GNTST_okay);
	KUNIT_EXPECT_EQ(test, theirs[7 + 49], 0xab);
	KUNIT_EXPECT_NE(test, theirs[7 + 50], 0xab);
	/* Nothing stays pinned, of neither. */
	KUNIT_EXPECT_EQ(test, xenmodel_in_use(t->guest, ref), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->other, first), 0);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 1),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, xenmodel_in_use(t->guest, ref), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_set_version(t->guest, 1), 0);
}

static void xenmodel_version_test_hand_on_refused(struct kunit *test)
{
	struct version_test *t = test->priv;
	grant_ref_t readonly = xenmodel_grant(t->other, 0, GRANTER, true);
	grant_ref_t not_theirs = xenmodel_grant(t->other, 0, NOBODY, false);
	grant_ref_t own = xenmodel_grant(t->guest, 0, GRANTER, false);
	grant_ref_t good = xenmodel_grant(t->other, 0, GRANTER, false);
	grant_ref_t ref;

	ref = hand_on(t, false, readonly);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 8), GNTST_okay);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, true, 0, 8),
			GNTST_general_error);
	ref = hand_on(t, true, good);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, true, 0, 8),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, try_map(t, ref,
				      GNTMAP_host_map | GNTMAP_readonly),
			GNTST_general_error);
	ref = hand_on(t, false, not_theirs);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 8),
			GNTST_general_error);
	ref = hand_on(t, false, 1 << 30);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 8),
			GNTST_bad_gntref);
	ref = xenmodel_hand_on(t->guest, 0, false, NOBODY, good);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 8),
			GNTST_general_error);
	ref = xenmodel_hand_on(t->guest, 0, false, GRANTER, own);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 8),
			GNTST_general_error);
}

/* Once, and no further. */
static void xenmodel_version_test_handed_on_twice(struct kunit *test)
{
	struct version_test *t = test->priv;
	grant_ref_t first, second, third;

	KUNIT_ASSERT_EQ(test, xenmodel_set_version(t->other, 2), 0);
	first = xenmodel_grant(t->guest, 0, OTHER, false);
	second = xenmodel_hand_on(t->other, GRANTER, false, GRANTER, first);
	third = hand_on(t, false, second);
	KUNIT_EXPECT_EQ(test, try_copy(t, third, false, 0, 8),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, xenmodel_in_use(t->guest, third), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_in_use(t->other, second), 0);
}

/* What is handed on is part of a page. */
static void xenmodel_version_test_part_handed_on(struct kunit *test)
{
	struct version_test *t = test->priv;
	grant_ref_t ref;

	KUNIT_ASSERT_EQ(test, xenmodel_set_version(t->other, 2), 0);
	ref = hand_on(t, false, xenmodel_grant_part(t->other, 1, GRANTER, false,
						    PART_AT, PART_BYTES));
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, PART_AT, PART_BYTES),
			GNTST_okay);
	KUNIT_EXPECT_EQ(test, try_copy(t, ref, false, 0, 8),
			GNTST_general_error);
}

static void xenmodel_version_test_set(struct kunit *test)
{
	struct version_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, 0, false);

	KUNIT_EXPECT_EQ(test, xenmodel_set_version(t->guest, 3), -EINVAL);
	KUNIT_EXPECT_EQ(test, xenmodel_set_version(t->guest, 2), 0);
	KUNIT_ASSERT_EQ(test, try_map(t, ref, GNTMAP_host_map), GNTST_okay);
	KUNIT_EXPECT_EQ(test, xenmodel_set_version(t->guest, 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, try_unmap(t), GNTST_okay);
	KUNIT_EXPECT_EQ(test, xenmodel_set_version(t->guest, 1), 0);
	/* Everything is forgotten with the old layout. */
	KUNIT_EXPECT_EQ(test, try_map(t, ref, GNTMAP_host_map),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, xenmodel_grant_part(t->guest, 0, 0, false, 0, 8),
			0U);
	KUNIT_EXPECT_EQ(test, hand_on(t, false, 8), 0U);
}

/* The toolstack's entries survive, status and all, if they can be written down. */
static void xenmodel_version_test_reserved(struct kunit *test)
{
	struct version_test *t = test->priv;
	struct grant_entry_v1 *first = t->guest->shared.entries;

	KUNIT_ASSERT_EQ(test, xenmodel_set_version(t->guest, 1), 0);
	first[1] = (struct grant_entry_v1) {
		.flags = GTF_permit_access | GTF_reading,
		.domid = 5,
		.frame = 0x1234,
	};
	KUNIT_ASSERT_EQ(test, xenmodel_set_version(t->guest, 2), 0);
	KUNIT_EXPECT_EQ(test, entry(t->guest, 1)->hdr.flags, GTF_permit_access);
	KUNIT_EXPECT_EQ(test, entry(t->guest, 1)->hdr.domid, 5);
	KUNIT_EXPECT_EQ(test, entry(t->guest, 1)->full_page.frame, 0x1234ULL);
	KUNIT_EXPECT_EQ(test, t->guest->shared.status[1], GTF_reading);
	entry(t->guest, 1)->full_page.frame |= BIT_ULL(32);
	KUNIT_EXPECT_EQ(test, xenmodel_set_version(t->guest, 1), -ERANGE);
	entry(t->guest, 1)->full_page.frame = 0x1234;
	entry(t->guest, 2)->hdr.flags = GTF_transitive;
	KUNIT_EXPECT_EQ(test, xenmodel_set_version(t->guest, 1), -ERANGE);
	entry(t->guest, 2)->hdr.flags = 0;
	KUNIT_ASSERT_EQ(test, xenmodel_set_version(t->guest, 1), 0);
	KUNIT_EXPECT_EQ(test, first[1].flags, GTF_permit_access | GTF_reading);
	KUNIT_EXPECT_EQ(test, first[1].frame, 0x1234U);
}

/* Our own table, by the hypercalls. */
static void xenmodel_version_test_own(struct kunit *test)
{
	struct gnttab_set_version set = { .version = 2 };
	struct gnttab_get_version get = { .dom = DOMID_SELF };
	struct gnttab_get_status_frames status = { .dom = DOMID_SELF,
						   .nr_frames = 1 };
	u64 frame = 0;

	set_xen_guest_handle(status.frame_list, &frame);
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_get_status_frames,
						  &status, 1), 0);
	KUNIT_EXPECT_EQ(test, status.status, GNTST_general_error);
	KUNIT_EXPECT_EQ(test, HYPERVISOR_grant_table_op(GNTTABOP_set_version,
							&set, 1), 0);
	KUNIT_EXPECT_EQ(test, HYPERVISOR_grant_table_op(GNTTABOP_get_version,
							&get, 1), 0);
	KUNIT_EXPECT_EQ(test, get.version, 2U);
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_get_status_frames,
						  &status, 1), 0);
	KUNIT_EXPECT_EQ(test, status.status, GNTST_okay);
	KUNIT_EXPECT_NE(test, frame, 0ULL);
	status.nr_frames = 2;
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_get_status_frames,
						  &status, 1), 0);
	KUNIT_EXPECT_EQ(test, status.status, GNTST_general_error);
	KUNIT_EXPECT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_get_status_frames,
						  &status, 2), -EINVAL);
	set.version = 3;
	KUNIT_EXPECT_EQ(test, HYPERVISOR_grant_table_op(GNTTABOP_set_version,
							&set, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, set.version, 2U);
	get.dom = NOBODY;
	KUNIT_EXPECT_EQ(test, HYPERVISOR_grant_table_op(GNTTABOP_get_version,
							&get, 1), -ESRCH);
}

static struct kunit_case version_cases[] = {
	KUNIT_CASE(xenmodel_version_test_status),
	KUNIT_CASE(xenmodel_version_test_status_v1),
	KUNIT_CASE(xenmodel_version_test_revoke),
	KUNIT_CASE(xenmodel_version_test_frames),
	KUNIT_CASE_PARAM(xenmodel_version_test_part, part_gen_params),
	KUNIT_CASE(xenmodel_version_test_handed_on),
	KUNIT_CASE(xenmodel_version_test_hand_on_refused),
	KUNIT_CASE(xenmodel_version_test_handed_on_twice),
	KUNIT_CASE(xenmodel_version_test_part_handed_on),
	KUNIT_CASE(xenmodel_version_test_set),
	KUNIT_CASE(xenmodel_version_test_reserved),
	KUNIT_CASE(xenmodel_version_test_own),
	{}
};

struct kunit_suite version_suite = {
	.name = "xenmodel_version",
	.init = version_test_init,
	.exit = version_test_exit,
	.test_cases = version_cases,
};
