// SPDX-License-Identifier: GPL-2.0
/*
 * A TLB entry that outlives its page is reported: Xen does not flush, as some
 * do where they believe that nobody has touched a page, and somebody has.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/mem-reservation.h>
#include <xen/page.h>
#include <asm/xen/hypercall.h>
#include "../model.h"
#include "suites.h"

#define GRANTER 3

/* More than share a flush. */
#define NR 34

struct tlb_test {
	struct xenmodel_domain *guest;
	struct page *pages[NR];
	grant_ref_t refs[NR];
	struct gnttab_map_grant_ref map[NR];
	struct gnttab_unmap_grant_ref unmap[NR];
};

static int tlb_test_init(struct kunit *test)
{
	struct tlb_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	t->guest = xenmodel_domain_create(GRANTER, NR);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->guest));
	KUNIT_ASSERT_EQ(test, gnttab_alloc_pages(NR, t->pages), 0);
	for (i = 0; i < NR; i++)
		t->refs[i] = xenmodel_grant(t->guest, i, 0, false);
	return 0;
}

static void tlb_test_exit(struct kunit *test)
{
	struct tlb_test *t = test->priv;

	gnttab_free_pages(NR, t->pages);
	xenmodel_domain_destroy(t->guest);
	xenmodel_reset();
}

static u64 place(struct page *page)
{
	return xenmodel_is_pv() ? (unsigned long)page_address(page)
				: page_to_phys(page);
}

static void map(struct kunit *test, unsigned int from, unsigned int nr)
{
	struct tlb_test *t = test->priv;
	unsigned int i;

	for (i = from; i < from + nr; i++)
		t->map[i] = (struct gnttab_map_grant_ref) {
			.host_addr = place(t->pages[i]),
			.flags = GNTMAP_host_map,
			.ref = t->refs[i],
			.dom = GRANTER,
			.status = 1,
		};
	KUNIT_ASSERT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref,
						  &t->map[from], nr), 0);
	for (i = from; i < from + nr; i++)
		KUNIT_ASSERT_EQ(test, t->map[i].status, GNTST_okay);
}

static void unmap(struct kunit *test, unsigned int from, unsigned int nr)
{
	struct tlb_test *t = test->priv;
	unsigned int i;

	for (i = from; i < from + nr; i++)
		t->unmap[i] = (struct gnttab_unmap_grant_ref) {
			.host_addr = place(t->pages[i]),
			.handle = t->map[i].handle,
			.status = 1,
		};
	KUNIT_ASSERT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref,
						  &t->unmap[from], nr), 0);
	for (i = from; i < from + nr; i++)
		KUNIT_EXPECT_EQ(test, t->unmap[i].status, GNTST_okay);
}

static void expect_violations(struct kunit *test, u64 nr)
{
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), nr);
}

/* All is well as long as Xen flushes. */
static void xenmodel_tlb_test_flushed(struct kunit *test)
{
	struct tlb_test *t = test->priv;

	map(test, 0, NR);
	unmap(test, 0, NR);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES),
			xenmodel_is_pv() ? 2ULL : (u64)NR);
	swap(t->refs[0], t->refs[1]);
	map(test, 0, NR);
	unmap(test, 0, NR);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, t->refs[0]), 0);
	expect_violations(test, 0);
}

/* The granter has its page again, for whatever it likes. */
static void xenmodel_tlb_test_granter_reuses(struct kunit *test)
{
	struct tlb_test *t = test->priv;

	map(test, 0, 2);
	xenmodel_inject(XENMODEL_OP_FLUSH, 1, 0, 2);
	unmap(test, 0, 2);
	xenmodel_inject(XENMODEL_OP_FLUSH, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES), 0ULL);
	expect_violations(test, 0);
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, t->refs[1]), 0);
	expect_violations(test, 1);
	/* Any flush helps, whoever it was for. */
	map(test, 5, 1);
	unmap(test, 5, 1);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, t->refs[0]), 0);
	expect_violations(test, 1);
}

/* The granter goes, and its memory becomes somebody else's. */
static void xenmodel_tlb_test_granter_goes(struct kunit *test)
{
	struct xenmodel_domain *guest = xenmodel_domain_create(9, 1);
	struct tlb_test *t = test->priv;

	KUNIT_ASSERT_FALSE(test, IS_ERR(guest));
	t->map[0] = (struct gnttab_map_grant_ref) {
		.host_addr = place(t->pages[0]),
		.flags = GNTMAP_host_map,
		.ref = xenmodel_grant(guest, 0, 0, false),
		.dom = 9,
	};
	KUNIT_ASSERT_EQ(test,
			HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref,
						  t->map, 1), 0);
	xenmodel_domain_destroy(guest);
	xenmodel_inject(XENMODEL_OP_FLUSH, 1, 0, 1);
	xenmodel_expect_violations(1);
	unmap(test, 0, 1);
	expect_violations(test, 1);
}

/* Another page is mapped there: who reads it reads the one before. */
static void xenmodel_tlb_test_place_reused(struct kunit *test)
{
	struct tlb_test *t = test->priv;

	map(test, 0, 1);
	xenmodel_inject(XENMODEL_OP_FLUSH, 1, 0, 2);
	unmap(test, 0, 1);
	/* The same once more is no harm. */
	map(test, 0, 1);
	unmap(test, 0, 1);
	expect_violations(test, 0);
	swap(t->refs[0], t->refs[1]);
	xenmodel_expect_violations(1);
	map(test, 0, 1);
	expect_violations(test, 1);
	unmap(test, 0, 1);
}

/* The page for mapping becomes ordinary memory. */
static void xenmodel_tlb_test_place_freed(struct kunit *test)
{
	struct tlb_test *t = test->priv;

	map(test, 0, 1);
	xenmodel_inject(XENMODEL_OP_FLUSH, 1, 0, 1);
	unmap(test, 0, 1);
	xenmodel_expect_violations(1);
	gnttab_free_pages(1, t->pages);
	expect_violations(test, 1);
	KUNIT_ASSERT_EQ(test, gnttab_alloc_pages(1, t->pages), 0);
}

/* One group of a call is flushed, the other is not. */
static void xenmodel_tlb_test_one_group(struct kunit *test)
{
	struct tlb_test *t = test->priv;

	if (!xenmodel_is_pv())
		kunit_skip(test, "only PV unmaps in groups");
	map(test, 0, NR);
	xenmodel_inject(XENMODEL_OP_FLUSH, 1, 1, 1);
	unmap(test, 0, NR);
	KUNIT_EXPECT_EQ(test, xenmodel_revoke(t->guest, t->refs[31]), 0);
	expect_violations(test, 0);
	xenmodel_expect_violations(2);
	xenmodel_revoke(t->guest, t->refs[32]);
	xenmodel_revoke(t->guest, t->refs[33]);
	expect_violations(test, 2);
}

static int linear_unmap(struct page *page, unsigned long flags)
{
	return HYPERVISOR_update_va_mapping((unsigned long)page_address(page),
					    mfn_pte(0, __pgprot(0)), flags);
}

static int linear_map(struct page *page, xen_pfn_t frame)
{
	xen_p2m_addr[page_to_pfn(page)] = frame;
	return HYPERVISOR_update_va_mapping((unsigned long)page_address(page),
					    mfn_pte(frame, PAGE_KERNEL), 0);
}

/* Memory of the kernel's own, given up and replaced without a flush. */
static void xenmodel_tlb_test_own_memory(struct kunit *test)
{
	struct page *page;
	unsigned long pfn;
	xen_pfn_t frame;

	if (!xenmodel_is_pv())
		kunit_skip(test, "elsewhere Xen flushes by itself");
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, page);
	pfn = page_to_pfn(page);
	frame = pfn_to_gfn(pfn);
	KUNIT_ASSERT_EQ(test, linear_unmap(page, 0), 0);
	/* Back where it was. */
	KUNIT_ASSERT_EQ(test, linear_map(page, frame), 0);
	expect_violations(test, 0);

	KUNIT_ASSERT_EQ(test, linear_unmap(page, 0), 0);
	xen_p2m_addr[pfn] = INVALID_P2M_ENTRY;
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_EQ(test, xenmem_reservation_decrease(1, &frame), 1);
	expect_violations(test, 1);
	frame = pfn;
	KUNIT_ASSERT_EQ(test, xenmem_reservation_increase(1, &frame), 1);
	KUNIT_EXPECT_EQ(test, linear_map(page, frame), 0);
	expect_violations(test, 1);

	KUNIT_ASSERT_EQ(test, linear_unmap(page, UVMF_INVLPG | UVMF_ALL), 0);
	KUNIT_ASSERT_EQ(test, linear_map(page, frame), 0);
	expect_violations(test, 1);
	__free_page(page);
}

/* Xen gives the frame away only after its own flush. */
static void xenmodel_tlb_test_transferred(struct kunit *test)
{
	struct gnttab_transfer op = { .domid = GRANTER, .status = 1 };
	struct tlb_test *t = test->priv;
	struct page *page;
	xen_pfn_t frame;

	if (!xenmodel_is_pv())
		kunit_skip(test, "only PV domains give pages away");
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	KUNIT_ASSERT_NOT_NULL(test, page);
	t->guest->room = 1;
	op.ref = xenmodel_offer(t->guest, 0, 0);
	op.mfn = pfn_to_gfn(page_to_pfn(page));
	KUNIT_ASSERT_EQ(test, linear_unmap(page, 0), 0);
	xen_p2m_addr[page_to_pfn(page)] = INVALID_P2M_ENTRY;
	xenmodel_inject(XENMODEL_OP_FLUSH, 1, 0, 1);
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_EQ(test, HYPERVISOR_grant_table_op(GNTTABOP_transfer, &op,
							1), 0);
	KUNIT_EXPECT_EQ(test, op.status, GNTST_okay);
	expect_violations(test, 1);
	frame = page_to_pfn(page);
	KUNIT_ASSERT_EQ(test, xenmem_reservation_increase(1, &frame), 1);
	KUNIT_EXPECT_EQ(test, linear_map(page, frame), 0);
	__free_page(page);
}

/* A page that is unmapped, and somebody still works with it. */
static void xenmodel_tlb_test_in_use(struct kunit *test)
{
	struct tlb_test *t = test->priv;

	map(test, 0, 1);
	get_page(t->pages[0]);
	xenmodel_expect_violations(1);
	unmap(test, 0, 1);
	expect_violations(test, 1);
	put_page(t->pages[0]);
}

/* A page that its owner has freed like any other, and a grant is there. */
static void xenmodel_tlb_test_freed_while_mapped(struct kunit *test)
{
	struct tlb_test *t = test->priv;

	map(test, 0, 1);
	/* As if; really freed it would be somebody's at once. */
	page_ref_dec(t->pages[0]);
	xenmodel_expect_violations(1);
	unmap(test, 0, 1);
	expect_violations(test, 1);
	page_ref_inc(t->pages[0]);
}

static struct kunit_case tlb_cases[] = {
	KUNIT_CASE(xenmodel_tlb_test_flushed),
	KUNIT_CASE(xenmodel_tlb_test_granter_reuses),
	KUNIT_CASE(xenmodel_tlb_test_granter_goes),
	KUNIT_CASE(xenmodel_tlb_test_place_reused),
	KUNIT_CASE(xenmodel_tlb_test_place_freed),
	KUNIT_CASE(xenmodel_tlb_test_one_group),
	KUNIT_CASE(xenmodel_tlb_test_own_memory),
	KUNIT_CASE(xenmodel_tlb_test_transferred),
	KUNIT_CASE(xenmodel_tlb_test_in_use),
	KUNIT_CASE(xenmodel_tlb_test_freed_while_mapped),
	{}
};

struct kunit_suite tlb_suite = {
	.name = "xenmodel_tlb",
	.init = tlb_test_init,
	.exit = tlb_test_exit,
	.test_cases = tlb_cases,
};
