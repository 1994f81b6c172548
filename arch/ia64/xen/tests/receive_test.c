// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that arrive: the entries that offer places for them, and what is there
 * then.
 */
#include "../../../../drivers/xen/grant-table/transfer-table.h"
#include "fixture.h"

#define NR 3

/* Entries of one frame of the grant table. */
#define A_FRAME (FRAME / sizeof(struct grant_entry_v1))

struct receive_test {
	struct page *places[NR];
	grant_ref_t refs[NR];
};

/* Places without memory, offered to the granter. */
static void offer(struct kunit *test, struct receive_test *r)
{
	struct ia64_test *t = test->priv;
	xen_pfn_t frames[NR];
	unsigned int i;

	for (i = 0; i < NR; i++) {
		r->places[i] = xengnt_ia64_page_alloc(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, r->places[i]);
	}
	t->backend->release(r->places, frames, NR);
	KUNIT_ASSERT_EQ(test, t->backend->refs_alloc(r->refs, NR), 0);
	xengnt_table_get();
	KUNIT_ASSERT_EQ(test, xengnt_table_reach(r->refs, NR), 0);
	for (i = 0; i < NR; i++)
		xengnt_entry_offer(r->refs[i], GRANTER,
				   xengnt_ia64_frame(r->places[i]));
}

/* What did not arrive gets other memory. */
static void give_back(struct kunit *test, struct receive_test *r)
{
	struct ia64_test *t = test->priv;
	xen_pfn_t frame;
	unsigned int i;

	t->backend->refs_free(r->refs, NR);
	xengnt_table_put();
	for (i = 0; i < NR; i++) {
		if (xenmodel_ia64_state(xengnt_ia64_frame(r->places[i])) ==
		    XENMODEL_IA64_NOTHING)
			t->backend->populate(&r->places[i], &frame, 1);
		xengnt_ia64_page_free(r->places[i]);
	}
	KUNIT_EXPECT_EQ(test, xenmodel_refs(), 0U);
}

static void expect_arrived(struct kunit *test, struct page *place, u8 byte)
{
	u64 gpfn = xengnt_ia64_frame(place);

	KUNIT_EXPECT_EQ(test, xenmodel_ia64_state(gpfn), XENMODEL_IA64_OWN);
	KUNIT_EXPECT_NULL(test, memchr_inv(page_address(place), byte, FRAME));
	KUNIT_EXPECT_EQ(test, xengnt_ia64_phystomach(gpfn),
			XENMODEL_IA64_MACHINE + gpfn);
}

static enum xengnt_entry_state end(grant_ref_t ref, xen_pfn_t *frame)
{
	*frame = XENGNT_NO_FRAME;
	return xengnt_entry_end(ref, frame);
}

/* Each where its entry says, and nothing has to be told to anybody. */
static void xengnt_ia64_receive_test_arrive(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct receive_test r;
	xen_pfn_t frame;
	unsigned int i;

	KUNIT_EXPECT_NULL(test, t->backend->associate);
	KUNIT_EXPECT_EQ(test, t->backend->table_version(), 1U);
	offer(test, &r);
	for (i = 0; i < NR; i++) {
		KUNIT_EXPECT_EQ(test, xengnt_entry_state(r.refs[i]),
				XENGNT_ENTRY_OFFERED);
		KUNIT_EXPECT_EQ(test, xenmodel_ia64_send(t->guest, r.refs[i],
							 0x51 + i), 0);
		KUNIT_EXPECT_EQ(test, xengnt_entry_state(r.refs[i]),
				XENGNT_ENTRY_COMPLETED);
	}
	for (i = 0; i < NR; i++) {
		KUNIT_EXPECT_EQ(test, end(r.refs[i], &frame),
				XENGNT_ENTRY_COMPLETED);
		KUNIT_EXPECT_EQ(test, frame, xengnt_ia64_frame(r.places[i]));
		expect_arrived(test, r.places[i], 0x51 + i);
	}
	give_back(test, &r);
}

/* What was taken back is nobody's to send to, and its place stays empty. */
static void xengnt_ia64_receive_test_taken_back(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct receive_test r;
	xen_pfn_t frame;

	offer(test, &r);
	KUNIT_EXPECT_EQ(test, end(r.refs[0], &frame), XENGNT_ENTRY_OFFERED);
	KUNIT_EXPECT_EQ(test, frame, XENGNT_NO_FRAME);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_send(t->guest, r.refs[0], 1),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test,
			xenmodel_ia64_state(xengnt_ia64_frame(r.places[0])),
			XENMODEL_IA64_NOTHING);
	/* An offer is good for one page. */
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_send(t->guest, r.refs[1], 2), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_send(t->guest, r.refs[1], 3),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, end(r.refs[1], &frame), XENGNT_ENTRY_COMPLETED);
	expect_arrived(test, r.places[1], 2);
	KUNIT_EXPECT_EQ(test, end(r.refs[2], &frame), XENGNT_ENTRY_OFFERED);
	give_back(test, &r);
}

/* Xen has begun: neither the place nor the reference may be used again. */
static void xengnt_ia64_receive_test_race(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct receive_test r;
	xen_pfn_t frame;

	offer(test, &r);
	KUNIT_ASSERT_EQ(test, xenmodel_ia64_send_begin(t->guest, r.refs[0]), 0);
	KUNIT_EXPECT_EQ(test, end(r.refs[0], &frame), XENGNT_ENTRY_COMMITTED);
	KUNIT_EXPECT_EQ(test, end(r.refs[1], &frame), XENGNT_ENTRY_OFFERED);
	KUNIT_EXPECT_EQ(test, end(r.refs[2], &frame), XENGNT_ENTRY_OFFERED);
	KUNIT_ASSERT_EQ(test, xenmodel_ia64_send_finish(r.refs[0], 0x61), 0);
	KUNIT_EXPECT_EQ(test, end(r.refs[0], &frame), XENGNT_ENTRY_COMPLETED);
	expect_arrived(test, r.places[0], 0x61);
	give_back(test, &r);
}

/* A frame of the table has four times the entries that it has elsewhere. */
static void xengnt_ia64_receive_test_second_frame(struct kunit *test)
{
	const grant_ref_t refs[] = { A_FRAME - 1, A_FRAME };
	struct ia64_test *t = test->priv;
	struct page *place = xengnt_ia64_page_alloc(GFP_KERNEL);
	xen_pfn_t frame;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, place);
	xengnt_table_get();
	KUNIT_ASSERT_EQ(test, xengnt_table_reach(refs, ARRAY_SIZE(refs)), 0);
	for (i = 0; i < ARRAY_SIZE(refs); i++) {
		t->backend->release(&place, &frame, 1);
		xengnt_entry_offer(refs[i], GRANTER, xengnt_ia64_frame(place));
		KUNIT_EXPECT_EQ(test, xenmodel_ia64_send(t->guest, refs[i],
							 0x70 + i), 0);
		KUNIT_EXPECT_EQ(test, end(refs[i], &frame),
				XENGNT_ENTRY_COMPLETED);
		expect_arrived(test, place, 0x70 + i);
	}
	xengnt_table_put();
	xengnt_ia64_page_free(place);
}

static void xengnt_ia64_receive_test_no_table(struct kunit *test)
{
	const grant_ref_t beyond = 2 * A_FRAME, first = 8;

	xengnt_table_get();
	xenmodel_ia64_fail(GRANT_OP, 0, -EFAULT);
	KUNIT_EXPECT_EQ(test, xengnt_table_reach(&first, 1), -ENOMEM);
	/* Xen has no more frames than these. */
	KUNIT_EXPECT_EQ(test, xengnt_table_reach(&beyond, 1), -ENOMEM);
	KUNIT_EXPECT_EQ(test, xengnt_table_reach(&first, 1), 0);
	xengnt_table_put();
}

/* The model: a page that is put over memory, an entry that is left behind. */
static void xengnt_ia64_receive_test_violations(struct kunit *test)
{
	struct page *memory = xengnt_ia64_page_alloc(GFP_KERNEL);
	const grant_ref_t ref = 20;
	struct ia64_test *t = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, memory);
	xengnt_table_get();
	KUNIT_ASSERT_EQ(test, xengnt_table_reach(&ref, 1), 0);
	xengnt_entry_offer(ref, GRANTER, xengnt_ia64_frame(memory));
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_NE(test, xenmodel_ia64_send(t->guest, ref, 1), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 1ULL);
	xengnt_table_put();
	xenmodel_expect_violations(1);
	xenmodel_ia64_reset();
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 2ULL);
	xengnt_ia64_page_free(memory);
}

static struct kunit_case ia64_receive_cases[] = {
	KUNIT_CASE(xengnt_ia64_receive_test_arrive),
	KUNIT_CASE(xengnt_ia64_receive_test_taken_back),
	KUNIT_CASE(xengnt_ia64_receive_test_race),
	KUNIT_CASE(xengnt_ia64_receive_test_second_frame),
	KUNIT_CASE(xengnt_ia64_receive_test_no_table),
	KUNIT_CASE(xengnt_ia64_receive_test_violations),
	{}
};

struct kunit_suite ia64_receive_suite = {
	.name = "xengnt_ia64_receive",
	.init = ia64_test_init,
	.exit = ia64_test_exit,
	.test_cases = ia64_receive_cases,
};
