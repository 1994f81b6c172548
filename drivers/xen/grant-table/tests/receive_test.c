// SPDX-License-Identifier: GPL-2.0
/*
 * The receiving side of transfer: no page is lost, none is taken twice, and an
 * offer can be taken back at any moment.
 */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/workqueue.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/p2m.h>
#include <xen/gnttab/transfer.h>
#include "fixture.h"
#include "suites.h"

#define NR 20

struct receive_test {
	struct xengnt_receiver *receiver;
	struct xengnt_offer offers[NR];
	struct delayed_work late;
	struct xenmodel_domain *sender;
	grant_ref_t late_ref;
	unsigned int late_index;
	bool begun;
};

static struct receive_test *suite_of(struct kunit *test)
{
	return ((struct fixture *)test->priv)->priv;
}

/* Whoever sends does so while the test sleeps. */
static void send_late(struct work_struct *work)
{
	struct receive_test *t = container_of(to_delayed_work(work),
					      struct receive_test, late);

	if (t->begun)
		xenmodel_send_finish(t->sender, t->late_index, t->late_ref);
	else
		xenmodel_send(t->sender, t->late_index, t->late_ref);
}

static int receive_test_init(struct kunit *test)
{
	struct receive_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct fixture *f;
	int ret = fixture_init(test);

	if (ret || !t)
		return ret ?: -ENOMEM;
	f = test->priv;
	f->priv = t;
	t->sender = f->guest[0];
	INIT_DELAYED_WORK(&t->late, send_late);
	t->receiver = xengnt_receiver_create(f->client[0], NR, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->receiver));
	return 0;
}

static void receive_test_exit(struct kunit *test)
{
	struct receive_test *t = suite_of(test);

	cancel_delayed_work_sync(&t->late);
	xengnt_receiver_destroy(t->receiver);
	xenmodel_inject(XENMODEL_OP_POPULATE, 0, 0, 0);
	if (xenmodel_room())
		fixture_wait_ms(60 * 1000);
	fixture_exit(test);
}

static void offer(struct kunit *test, unsigned int nr)
{
	struct receive_test *t = suite_of(test);

	KUNIT_ASSERT_EQ(test, xengnt_receiver_offer(t->receiver, t->offers,
						    nr), 0);
}

static unsigned int end(struct kunit *test, unsigned int nr)
{
	struct receive_test *t = suite_of(test);

	return xengnt_receiver_end(t->receiver, t->offers, nr);
}

/* What has come is what was sent; the page goes the way of all pages. */
static void expect_page(struct kunit *test, unsigned int i, unsigned int index)
{
	struct receive_test *t = suite_of(test);
	struct page *page = t->offers[i].page;
	unsigned long pfn;

	KUNIT_EXPECT_EQ(test, t->offers[i].status, 0);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, memcmp(page_address(page),
				     xenmodel_memory(t->sender, index),
				     PAGE_SIZE), 0);
	pfn = page_to_pfn(page);
	KUNIT_EXPECT_EQ(test, gfn_to_pfn(pfn_to_gfn(pfn)),
			pfn);
	KUNIT_EXPECT_TRUE(test, xenmodel_writable(page));
	KUNIT_EXPECT_FALSE(test, PageOffline(page));
	memset(page_address(page), 0x33, PAGE_SIZE);
	__free_page(page);
}

static void send_all(struct kunit *test, unsigned int nr)
{
	struct receive_test *t = suite_of(test);
	unsigned int i;

	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, xenmodel_send(t->sender,
						    i % FIXTURE_GUEST_PAGES,
						    t->offers[i].ref),
				GNTST_okay);
}

static void xengnt_receive_test_contents(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	offer(test, NR);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), (long)NR);
	send_all(test, NR);
	KUNIT_EXPECT_EQ(test, end(test, NR), (unsigned int)NR);
	for (i = 0; i < NR; i++)
		expect_page(test, i, i % FIXTURE_GUEST_PAGES);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
	KUNIT_EXPECT_EQ(test, xenmodel_refs(), 0U);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_TRANSFER_OFFERED),
			(u64)NR);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_TRANSFER_RECEIVED),
			(u64)NR);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_TRANSFER_WITHDRAWN),
			0ULL);
}

static void xengnt_receive_test_calls(struct kunit *test)
{
	offer(test, NR);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_RELEASE_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, end(test, NR), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_POPULATE_CALLS), 1ULL);
	/* Out of the linear mapping and in again, sixteen pages a call. */
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MULTICALLS),
			xenmodel_is_pv() ? 4ULL : 0ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES),
			xenmodel_is_pv() ? 1ULL : 0ULL);
}

static void xengnt_receive_test_withdrawn(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct receive_test *t = f->priv;
	unsigned int i;

	offer(test, 6);
	for (i = 0; i < 6; i += 2)
		xenmodel_send(t->sender, i, t->offers[i].ref);
	KUNIT_EXPECT_EQ(test, end(test, 6), 3U);
	for (i = 0; i < 6; i++) {
		if (i % 2 == 0) {
			expect_page(test, i, i);
			continue;
		}
		KUNIT_EXPECT_EQ(test, t->offers[i].status, -ECANCELED);
		KUNIT_EXPECT_NULL(test, t->offers[i].page);
	}
	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ(test, xenmodel_send(t->sender, i,
						    t->offers[i].ref),
				GNTST_general_error);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_TRANSFER_WITHDRAWN),
			3ULL);
}

static void xengnt_receive_test_not_for_others(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct receive_test *t = f->priv;

	offer(test, 2);
	KUNIT_EXPECT_EQ(test, xenmodel_send(f->guest[1], 0, t->offers[0].ref),
			GNTST_general_error);
	/* What is not offered at all. */
	KUNIT_EXPECT_EQ(test, xenmodel_send(t->sender, 0, 1000),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, xenmodel_send(t->sender, 0, 1000000),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, end(test, 2), 0U);
}

static void xengnt_receive_test_never_twice(struct kunit *test)
{
	struct receive_test *t = suite_of(test);

	offer(test, 2);
	KUNIT_EXPECT_EQ(test, xenmodel_send(t->sender, 0, t->offers[0].ref), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_send(t->sender, 1, t->offers[0].ref),
			GNTST_general_error);
	KUNIT_EXPECT_EQ(test, end(test, 2), 1U);
	expect_page(test, 0, 0);
}

/* Xen has begun when the offer is taken back: the page is waited for. */
static void xengnt_receive_test_race_is_won_by_xen(struct kunit *test)
{
	struct receive_test *t = suite_of(test);

	offer(test, 3);
	KUNIT_ASSERT_EQ(test, xenmodel_send_begin(t->sender, t->offers[1].ref),
			0);
	t->begun = true;
	t->late_ref = t->offers[1].ref;
	t->late_index = 4;
	schedule_delayed_work(&t->late, msecs_to_jiffies(100));
	KUNIT_EXPECT_EQ(test, end(test, 3), 1U);
	KUNIT_EXPECT_EQ(test, t->offers[0].status, -ECANCELED);
	KUNIT_EXPECT_EQ(test, t->offers[2].status, -ECANCELED);
	expect_page(test, 1, 4);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

/* Xen has begun and does not end: nothing is used again before it does. */
static void xengnt_receive_test_stuck(struct kunit *test)
{
	char *text = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct receive_test *t = suite_of(test);
	unsigned long begin = jiffies;

	KUNIT_ASSERT_NOT_NULL(test, text);
	offer(test, 2);
	KUNIT_ASSERT_EQ(test, xenmodel_send_begin(t->sender, t->offers[0].ref),
			0);
	KUNIT_EXPECT_EQ(test, end(test, 2), 0U);
	KUNIT_EXPECT_EQ(test, t->offers[0].status, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, t->offers[1].status, -ECANCELED);
	KUNIT_EXPECT_GE(test, jiffies - begin, msecs_to_jiffies(900));
	KUNIT_EXPECT_LE(test, jiffies - begin, msecs_to_jiffies(1500));
	fixture_read_debugfs(test, "reservation", text, PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nstuck 1\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nlent 0\n"));
	fixture_wait_ms(5000);
	KUNIT_EXPECT_EQ(test, xenmodel_refs(), 1U);

	xenmodel_send_finish(t->sender, 3, t->offers[0].ref);
	fixture_wait_ms(2000);
	KUNIT_EXPECT_EQ(test, xenmodel_refs(), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
	fixture_read_debugfs(test, "reservation", text, PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nstuck 0\n"));
}

/* The receiver may go before Xen has come to an end. */
static void xengnt_receive_test_stuck_after_destroy(struct kunit *test)
{
	struct receive_test *t = suite_of(test);
	grant_ref_t ref;

	fixture_set_parameter(test, "transfer_wait_ms", "10");
	offer(test, 1);
	ref = t->offers[0].ref;
	KUNIT_ASSERT_EQ(test, xenmodel_send_begin(t->sender, ref), 0);
	KUNIT_EXPECT_EQ(test, end(test, 1), 0U);
	xengnt_receiver_destroy(t->receiver);
	t->receiver = NULL;
	xenmodel_send_finish(t->sender, 0, ref);
	fixture_wait_ms(2000);
	KUNIT_EXPECT_EQ(test, xenmodel_refs(), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
	fixture_set_parameter(test, "transfer_wait_ms", "1000");
}

/* Xen has begun and lets go: the place is empty, and gets other memory. */
static void xengnt_receive_test_stuck_let_go(struct kunit *test)
{
	struct receive_test *t = suite_of(test);

	fixture_set_parameter(test, "transfer_wait_ms", "10");
	offer(test, 2);
	KUNIT_ASSERT_EQ(test, xenmodel_send_begin(t->sender, t->offers[0].ref),
			0);
	KUNIT_EXPECT_EQ(test, end(test, 2), 0U);
	KUNIT_EXPECT_EQ(test, t->offers[0].status, -ETIMEDOUT);
	xenmodel_send_abort(t->offers[0].ref);
	fixture_wait_ms(2000);
	KUNIT_EXPECT_EQ(test, xenmodel_refs(), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
	KUNIT_EXPECT_EQ(test, xenmodel_send_begin(t->sender, t->offers[0].ref),
			GNTST_general_error);
	fixture_set_parameter(test, "transfer_wait_ms", "1000");
}

static void xengnt_receive_test_wait(struct kunit *test)
{
	struct receive_test *t = suite_of(test);
	unsigned long begin;

	offer(test, 2);
	KUNIT_EXPECT_EQ(test, xenmodel_send(t->sender, 0, t->offers[0].ref), 0);
	begin = jiffies;
	KUNIT_EXPECT_EQ(test, xengnt_receiver_wait(t->receiver, t->offers, 2,
						   500), 1U);
	KUNIT_EXPECT_GE(test, jiffies - begin, msecs_to_jiffies(500));
	KUNIT_EXPECT_LE(test, jiffies - begin, msecs_to_jiffies(700));

	t->late_ref = t->offers[1].ref;
	t->late_index = 1;
	schedule_delayed_work(&t->late, msecs_to_jiffies(200));
	begin = jiffies;
	KUNIT_EXPECT_EQ(test, xengnt_receiver_wait(t->receiver, t->offers, 2,
						   5000), 2U);
	KUNIT_EXPECT_LE(test, jiffies - begin, msecs_to_jiffies(400));
	KUNIT_EXPECT_EQ(test, end(test, 2), 2U);
	expect_page(test, 0, 0);
	expect_page(test, 1, 1);
}

/* Places are kept ready, and what is too many goes back at once. */
static void xengnt_receive_test_keeps_places(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct receive_test *t = f->priv;
	struct xengnt_receiver *r;

	r = xengnt_receiver_create(f->client[0], NR, 4);
	KUNIT_ASSERT_FALSE(test, IS_ERR(r));
	KUNIT_EXPECT_EQ(test, xengnt_receiver_offer(r, t->offers, 6), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 6L);
	KUNIT_EXPECT_EQ(test, xengnt_receiver_end(r, t->offers, 6), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 4L);
	KUNIT_EXPECT_EQ(test, xengnt_receiver_offer(r, t->offers, 3), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_RELEASE_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, xengnt_receiver_end(r, t->offers, 3), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_POPULATE_CALLS), 1ULL);
	xengnt_receiver_destroy(r);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_POPULATE_CALLS), 2ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

static void xengnt_receive_test_limits(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct receive_test *t = f->priv;

	KUNIT_EXPECT_EQ(test, PTR_ERR(xengnt_receiver_create(f->client[0], 0,
							     0)),
			-(long)EINVAL);
	offer(test, NR);
	KUNIT_EXPECT_EQ(test, xengnt_receiver_offer(t->receiver, t->offers, 1),
			-ENOSPC);
	KUNIT_EXPECT_EQ(test, end(test, NR), 0U);
	xenmodel_refs_limit(3);
	KUNIT_EXPECT_EQ(test, xengnt_receiver_offer(t->receiver, t->offers, 4),
			-ENOSPC);
	KUNIT_EXPECT_EQ(test, xenmodel_refs(), 0U);
	offer(test, 3);
	KUNIT_EXPECT_EQ(test, end(test, 3), 0U);
	xengnt_receiver_destroy(NULL);
}

/* Xen takes only some of the pages that are to make room. */
static void xengnt_receive_test_no_room_made(struct kunit *test)
{
	struct receive_test *t = suite_of(test);

	xenmodel_inject(XENMODEL_OP_RELEASE, 1, 2, 1);
	KUNIT_EXPECT_EQ(test, xengnt_receiver_offer(t->receiver, t->offers, 5),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, xenmodel_refs(), 0U);
	offer(test, 5);
	send_all(test, 5);
	KUNIT_EXPECT_EQ(test, end(test, 5), 5U);
	for (; t->late_index < 5; t->late_index++)
		expect_page(test, t->late_index, t->late_index);
}

static void xengnt_receive_test_table_out_of_reach(struct kunit *test)
{
	struct receive_test *t = suite_of(test);

	xenmodel_inject_call(GNTTABOP_setup_table, -EFAULT);
	KUNIT_EXPECT_EQ(test, xengnt_receiver_offer(t->receiver, t->offers, 2),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, xenmodel_refs(), 0U);
	offer(test, 2);
	KUNIT_EXPECT_EQ(test, end(test, 2), 0U);
}

/* Places whose memory Xen does not give back go to the system later. */
static void xengnt_receive_test_memory_is_owed(struct kunit *test)
{
	offer(test, 4);
	xenmodel_inject(XENMODEL_OP_POPULATE, 1, 1, 3);
	KUNIT_EXPECT_EQ(test, end(test, 4), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 3L);
	fixture_wait_ms(3000);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

/* An older Xen leaves the M2P to the receiver. */
static void xengnt_receive_test_m2p(struct kunit *test)
{
	xenmodel_m2p_forgets(true);
	offer(test, 5);
	send_all(test, 5);
	KUNIT_EXPECT_EQ(test, end(test, 5), 5U);
	while (suite_of(test)->late_index < 5) {
		expect_page(test, suite_of(test)->late_index,
			    suite_of(test)->late_index);
		suite_of(test)->late_index++;
	}
}

/* A page that cannot be mapped is not handed out; its place recovers. */
static void xengnt_receive_test_cannot_be_mapped(struct kunit *test)
{
	struct receive_test *t = suite_of(test);

	if (!xenmodel_is_pv())
		kunit_skip(test, "Xen itself puts pages at their places");
	offer(test, 3);
	send_all(test, 3);
	xenmodel_inject(XENMODEL_OP_MAPPING, -EINVAL, 1, 1);
	KUNIT_EXPECT_EQ(test, end(test, 3), 2U);
	KUNIT_EXPECT_EQ(test, t->offers[1].status, -EIO);
	KUNIT_EXPECT_NULL(test, t->offers[1].page);
	expect_page(test, 0, 0);
	expect_page(test, 2, 2);
	fixture_wait_ms(1000);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

static void xengnt_receive_test_version_2(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct receive_test *t = f->priv;
	unsigned int i;

	xengnt_receiver_destroy(t->receiver);
	xenmodel_table_version(2);
	t->receiver = xengnt_receiver_create(f->client[0], NR, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->receiver));
	offer(test, 7);
	send_all(test, 6);
	KUNIT_EXPECT_EQ(test, end(test, 7), 6U);
	for (i = 0; i < 6; i++)
		expect_page(test, i, i);
	KUNIT_EXPECT_EQ(test, t->offers[6].status, -ECANCELED);
}

static void xengnt_receive_test_no_memory(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct receive_test *t = f->priv;
	unsigned int n = 0, failures = 0;
	struct xengnt_receiver *r;
	bool more;
	int ret;

	do {
		fixture_fail_begin(++n);
		r = xengnt_receiver_create(f->client[0], 100, 0);
		ret = PTR_ERR_OR_ZERO(r);
		if (!ret)
			ret = xengnt_receiver_offer(r, t->offers, 5);
		more = fixture_fail_end();
		if (ret) {
			KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
			failures++;
		} else {
			KUNIT_EXPECT_EQ(test, xengnt_receiver_end(r, t->offers,
								  5), 0U);
		}
		if (!IS_ERR(r))
			xengnt_receiver_destroy(r);
	} while (more);
	KUNIT_EXPECT_GE(test, failures, 8U);
}

/*
 * The pages of the places are the ones that the system has got back last, and
 * somebody had looked up their frames. What is behind them now is another.
 */
static void xengnt_receive_test_frames_change(struct kunit *test)
{
	struct receive_test *t = suite_of(test);
	struct page *pages[NR];
	unsigned int i, j, known = 0;

	fixture_set_parameter(test, "p2m_strategy", "2");
	for (i = 0; i < NR; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
		xengnt_p2m_frame(page_to_pfn(pages[i]));
	}
	for (i = 0; i < NR; i++)
		__free_page(pages[i]);
	offer(test, NR);
	for (i = 0; i < NR; i++)
		for (j = 0; j < NR; j++)
			known += t->offers[i].place == pages[j];
	KUNIT_EXPECT_GT(test, known, 0U);
	send_all(test, NR);
	KUNIT_EXPECT_EQ(test, end(test, NR), NR);
	for (i = 0; i < NR; i++) {
		unsigned long pfn = page_to_pfn(t->offers[i].page);

		KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(pfn), pfn_to_gfn(pfn));
		xengnt_p2m_forget(pfn);
		__free_page(t->offers[i].page);
	}
	for (i = 0; i < NR; i++)
		xengnt_p2m_forget(page_to_pfn(pages[i]));
	fixture_set_parameter(test, "p2m_strategy", "3");
}

static struct kunit_case receive_cases[] = {
	KUNIT_CASE(xengnt_receive_test_frames_change),
	KUNIT_CASE(xengnt_receive_test_contents),
	KUNIT_CASE(xengnt_receive_test_calls),
	KUNIT_CASE(xengnt_receive_test_withdrawn),
	KUNIT_CASE(xengnt_receive_test_not_for_others),
	KUNIT_CASE(xengnt_receive_test_never_twice),
	KUNIT_CASE(xengnt_receive_test_race_is_won_by_xen),
	KUNIT_CASE(xengnt_receive_test_stuck),
	KUNIT_CASE(xengnt_receive_test_stuck_after_destroy),
	KUNIT_CASE(xengnt_receive_test_stuck_let_go),
	KUNIT_CASE(xengnt_receive_test_wait),
	KUNIT_CASE(xengnt_receive_test_keeps_places),
	KUNIT_CASE(xengnt_receive_test_limits),
	KUNIT_CASE(xengnt_receive_test_no_room_made),
	KUNIT_CASE(xengnt_receive_test_table_out_of_reach),
	KUNIT_CASE(xengnt_receive_test_memory_is_owed),
	KUNIT_CASE(xengnt_receive_test_m2p),
	KUNIT_CASE(xengnt_receive_test_cannot_be_mapped),
	KUNIT_CASE(xengnt_receive_test_version_2),
	KUNIT_CASE(xengnt_receive_test_no_memory),
	{}
};

struct kunit_suite receive_suite = {
	.name = "xengnt_receive",
	.init = receive_test_init,
	.exit = receive_test_exit,
	.test_cases = receive_cases,
};
