// SPDX-License-Identifier: GPL-2.0
/*
 * The sending side of transfer: what is sent arrives, and whatever happens, the
 * domain keeps as much memory as it had.
 */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/p2m.h>
#include <xen/gnttab/transfer.h>
#include "fixture.h"
#include "suites.h"

/* More than the backend handles with one hypercall. */
#define NR 40

struct send_test {
	struct xengnt_send_batch batch;
	struct page *pages[NR];
	grant_ref_t refs[NR];
};

static struct send_test *suite_of(struct kunit *test)
{
	return ((struct fixture *)test->priv)->priv;
}

/* Content that tells pages apart. */
static u8 mark(unsigned int i)
{
	return 0x11 + i * 3;
}

static int send_test_init(struct kunit *test)
{
	struct send_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct fixture *f;
	unsigned int i;
	int ret = fixture_init(test);

	if (ret || !t)
		return ret ?: -ENOMEM;
	f = test->priv;
	f->priv = t;
	for (i = 0; i < NR; i++) {
		t->pages[i] = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, t->pages[i]);
		memset(page_address(t->pages[i]), mark(i), PAGE_SIZE);
		t->refs[i] = xenmodel_offer(f->guest[0],
					    i % FIXTURE_GUEST_PAGES,
					    XENMODEL_LOCAL_DOMID);
	}
	f->guest[0]->room = NR;
	ret = xengnt_send_batch_init(&t->batch, f->client[0], NR);
	KUNIT_EXPECT_EQ(test, ret, xenmodel_is_pv() ? 0 : -EOPNOTSUPP);
	return 0;
}

static void send_test_exit(struct kunit *test)
{
	struct send_test *t = suite_of(test);
	unsigned int i;

	xengnt_send_batch_fini(&t->batch);
	for (i = 0; i < NR; i++)
		if (t->pages[i])
			__free_page(t->pages[i]);
	/* What Xen owes comes in time. */
	xenmodel_inject(XENMODEL_OP_POPULATE, 0, 0, 0);
	if (xenmodel_room())
		fixture_wait_ms(60 * 1000);
	fixture_exit(test);
}

static void only_on_pv(struct kunit *test)
{
	if (!xenmodel_is_pv())
		kunit_skip(test, "only PV domains give pages away");
}

static unsigned int send(struct kunit *test, unsigned int nr)
{
	struct send_test *t = suite_of(test);
	unsigned int i, failed;

	xengnt_send_batch_reset(&t->batch);
	for (i = 0; i < nr; i++)
		xengnt_send_batch_add(&t->batch, t->refs[i], t->pages[i]);
	failed = xengnt_send_batch_run(&t->batch);
	for (i = 0; i < nr; i++)
		t->pages[i] = xengnt_send_batch_page(&t->batch, i);
	return failed;
}

/* Memory like any other, which the P2M, the M2P and the mapping agree upon. */
static void expect_usable(struct kunit *test, struct page *page)
{
	unsigned long pfn = page_to_pfn(page);

	KUNIT_EXPECT_TRUE(test, xenmodel_writable(page));
	memset(page_address(page), 0x77, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, gfn_to_pfn(pfn_to_gfn(pfn)),
			pfn);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_FALSE(test, PageOffline(page));
}

static void xengnt_send_test_contents_arrive(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct send_test *t = f->priv;
	unsigned int i;

	only_on_pv(test);
	KUNIT_EXPECT_EQ(test, send(test, FIXTURE_GUEST_PAGES), 0U);
	for (i = 0; i < FIXTURE_GUEST_PAGES; i++) {
		const u8 *theirs = xenmodel_memory(f->guest[0], i);

		KUNIT_EXPECT_EQ(test, xengnt_send_batch_status(&t->batch, i),
				0);
		KUNIT_EXPECT_TRUE(test, xenmodel_arrived(f->guest[0],
							 t->refs[i]));
		KUNIT_EXPECT_NULL(test, memchr_inv(theirs, mark(i), PAGE_SIZE));
		KUNIT_ASSERT_NOT_NULL(test, t->pages[i]);
		KUNIT_EXPECT_NE(test, *(u8 *)page_address(t->pages[i]),
				mark(i));
		expect_usable(test, t->pages[i]);
	}
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

/* Of the page's old frame nobody is told any more. */
static void xengnt_send_test_frames_change(struct kunit *test)
{
	struct send_test *t = suite_of(test);
	unsigned long pfn = page_to_pfn(t->pages[0]);
	unsigned long before = xengnt_p2m_frame(pfn);

	only_on_pv(test);
	fixture_set_parameter(test, "p2m_strategy", "2");
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(pfn), before);
	KUNIT_EXPECT_EQ(test, send(test, 1), 0U);
	KUNIT_EXPECT_NE(test, xengnt_p2m_frame(pfn), before);
	KUNIT_EXPECT_EQ(test, xengnt_p2m_frame(pfn), pfn_to_gfn(pfn));
	fixture_set_parameter(test, "p2m_strategy", "3");
}

static void xengnt_send_test_calls(struct kunit *test)
{
	struct fixture *f = test->priv;

	only_on_pv(test);
	KUNIT_EXPECT_EQ(test, send(test, NR), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_TRANSFER_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_POPULATE_CALLS), 1ULL);
	/* Out of the linear mapping and in again, sixteen pages a call. */
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MULTICALLS), 6ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES), (u64)NR);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_TRANSFER_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_TRANSFER_OPS), (u64)NR);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_TRANSFER_FAILED), 0ULL);
}

static void xengnt_send_test_room_and_used_again(struct kunit *test)
{
	struct send_test *t = suite_of(test);
	unsigned int round;

	only_on_pv(test);
	for (round = 0; round < 2; round++) {
		xengnt_send_batch_reset(&t->batch);
		KUNIT_EXPECT_EQ(test, xengnt_send_batch_room(&t->batch),
				(unsigned int)NR);
		KUNIT_EXPECT_EQ(test, xengnt_send_batch_run(&t->batch), 0U);
		KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_TRANSFER_CALLS),
				(u64)round);
		KUNIT_EXPECT_EQ(test, send(test, 3), 3 * round);
		KUNIT_EXPECT_EQ(test, xengnt_send_batch_room(&t->batch),
				NR - 3U);
	}
}

/* One bad operation among good ones. */
struct refusal {
	const char *name;
	int inject;
	grant_ref_t ref;
	domid_t offered_to;
	bool no_room;
	int status;
};

static const struct refusal refusals[] = {
	{ "not offered", .ref = 2000, .status = -EIO },
	{ "no such entry", .ref = 100000, .status = -EIO },
	{ "offered to another domain", .offered_to = 5, .status = -EIO },
	{ "no room", .no_room = true, .status = -EIO },
	{ "security policy", .inject = GNTST_permission_denied,
	  .status = -EPERM },
	{ "address too big", .inject = GNTST_address_too_big, .status = -EIO },
	{ "domain has gone", .inject = GNTST_bad_domain, .status = -ESRCH },
};

KUNIT_ARRAY_PARAM_DESC(refusal, refusals, name);

static void xengnt_send_test_refused(struct kunit *test)
{
	const struct refusal *row = test->param_value;
	struct fixture *f = test->priv;
	struct send_test *t = f->priv;
	unsigned int i, bad = row->no_room ? 3 : 1;

	only_on_pv(test);
	if (row->no_room)
		f->guest[0]->room = 3;
	if (row->ref)
		t->refs[1] = row->ref;
	if (row->offered_to)
		t->refs[1] = xenmodel_offer(f->guest[0], 0, row->offered_to);
	if (row->inject)
		xenmodel_inject(GNTTABOP_transfer, row->inject, 1, 1);
	KUNIT_EXPECT_EQ(test, send(test, 4), 1U);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, xengnt_send_batch_status(&t->batch, i),
				i == bad ? row->status : 0);
		KUNIT_ASSERT_NOT_NULL(test, t->pages[i]);
		expect_usable(test, t->pages[i]);
	}
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_TRANSFER_FAILED), 1ULL);
}

static void xengnt_send_test_receiver_destroyed(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct send_test *t = f->priv;
	unsigned int i;

	only_on_pv(test);
	fixture_map(test, 0, 1);
	KUNIT_EXPECT_EQ(test, send(test, 2), 0U);
	/* Dying, because we still map a page of it. */
	f->guest[0]->dying = true;
	t->refs[0] = t->refs[5];
	t->refs[1] = t->refs[6];
	KUNIT_EXPECT_EQ(test, send(test, 2), 2U);
	f->guest[0]->dying = false;
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, xengnt_send_batch_status(&t->batch, i),
				-EIO);
		expect_usable(test, t->pages[i]);
	}
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

static void xengnt_send_test_no_such_domain(struct kunit *test)
{
	struct send_test *t = suite_of(test);
	struct xengnt_client *client;

	only_on_pv(test);
	client = xengnt_client_create("nobody", FIXTURE_NO_DOMID, NULL, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(client));
	t->batch.client = client;
	KUNIT_EXPECT_EQ(test, send(test, 2), 2U);
	KUNIT_EXPECT_EQ(test, xengnt_send_batch_status(&t->batch, 0), -ESRCH);
	expect_usable(test, t->pages[0]);
	xengnt_client_destroy(client);
}

/* A page that somebody else uses is as it was, and at its place. */
static void xengnt_send_test_busy_page_is_kept(struct kunit *test)
{
	struct send_test *t = suite_of(test);
	unsigned long pfn = page_to_pfn(t->pages[2]);
	unsigned long before = pfn_to_gfn(pfn);
	const u8 *ours;

	only_on_pv(test);
	xenmodel_inject(GNTTABOP_transfer, GNTST_bad_page, 2, 1);
	KUNIT_EXPECT_EQ(test, send(test, 4), 1U);
	KUNIT_EXPECT_EQ(test, xengnt_send_batch_status(&t->batch, 2), -EBUSY);
	KUNIT_ASSERT_NOT_NULL(test, t->pages[2]);
	ours = page_address(t->pages[2]);
	KUNIT_EXPECT_NULL(test, memchr_inv(ours, mark(2), PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, pfn_to_gfn(pfn), before);
	expect_usable(test, t->pages[2]);
	expect_usable(test, t->pages[3]);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

/* One that Xen does not take out of the page tables is not sent either. */
static void xengnt_send_test_mapped_page_is_kept(struct kunit *test)
{
	struct send_test *t = suite_of(test);

	only_on_pv(test);
	xenmodel_inject(XENMODEL_OP_MAPPING, -EINVAL, 1, 1);
	KUNIT_EXPECT_EQ(test, send(test, 3), 1U);
	KUNIT_EXPECT_EQ(test, xengnt_send_batch_status(&t->batch, 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, *(u8 *)page_address(t->pages[1]), mark(1));
	expect_usable(test, t->pages[1]);
}

/* Xen has no memory: the pages are the library's until it has. */
static void xengnt_send_test_memory_is_owed(struct kunit *test)
{
	char *text = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct send_test *t = suite_of(test);
	unsigned int i;

	only_on_pv(test);
	KUNIT_ASSERT_NOT_NULL(test, text);
	xenmodel_inject(XENMODEL_OP_POPULATE, 1, 2, U32_MAX);
	KUNIT_EXPECT_EQ(test, send(test, 5), 0U);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, !t->pages[i], i >= 2);
	expect_usable(test, t->pages[0]);
	fixture_read_debugfs(test, "reservation", text, PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nowed 3\n"));
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 3L);
	KUNIT_EXPECT_EQ(test, xengnt_send_owed(), 3U);

	/* Asked for in vain, at growing intervals. */
	fixture_wait_ms(20 * 1000);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 3L);
	KUNIT_EXPECT_LE(test, xenmodel_counted(XENMODEL_POPULATE_CALLS), 10ULL);
	KUNIT_EXPECT_GE(test, xenmodel_counted(XENMODEL_POPULATE_CALLS), 5ULL);

	xenmodel_inject(XENMODEL_OP_POPULATE, 0, 0, 0);
	fixture_wait_ms(30 * 1000);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
	KUNIT_EXPECT_EQ(test, xengnt_send_owed(), 0U);
	fixture_read_debugfs(test, "reservation", text, PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nowed 0\n"));
}

/* Fresh memory that cannot be mapped goes back, and other is asked for. */
static void xengnt_send_test_fresh_page_not_mapped(struct kunit *test)
{
	struct send_test *t = suite_of(test);

	only_on_pv(test);
	xenmodel_inject(XENMODEL_OP_MAPPING, -EINVAL, 2, 1);
	KUNIT_EXPECT_EQ(test, send(test, 2), 0U);
	KUNIT_EXPECT_NULL(test, t->pages[0]);
	KUNIT_EXPECT_NOT_NULL(test, t->pages[1]);
	fixture_wait_ms(1000);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

static void xengnt_send_test_call_fails(struct kunit *test)
{
	struct send_test *t = suite_of(test);
	unsigned int i;

	only_on_pv(test);
	xenmodel_inject_call(GNTTABOP_transfer, -EFAULT);
	KUNIT_EXPECT_EQ(test, send(test, 3), 3U);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, xengnt_send_batch_status(&t->batch, i),
				-EFAULT);
		KUNIT_EXPECT_EQ(test, *(u8 *)page_address(t->pages[i]),
				mark(i));
		expect_usable(test, t->pages[i]);
		memset(page_address(t->pages[i]), mark(i), PAGE_SIZE);
	}
	KUNIT_EXPECT_EQ(test, send(test, 3), 0U);
}

static void xengnt_send_test_arguments(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_send_batch batch;

	KUNIT_EXPECT_EQ(test, xengnt_send_batch_init(&batch, f->client[0], 0),
			-EINVAL);
	xengnt_send_batch_fini(&batch);
	xengnt_send_batch_fini(&batch);
}

/* Fails the nth allocation, for each n; how often there was no batch then. */
static unsigned int each_allocation_fails(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_send_batch batch;
	unsigned int n = 0, failures = 0;
	bool more;
	int ret;

	do {
		fixture_fail_begin(++n);
		ret = xengnt_send_batch_init(&batch, f->client[0], 100);
		more = fixture_fail_end();
		if (ret) {
			KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
			failures++;
		} else {
			KUNIT_EXPECT_NOT_NULL(test, batch.ops);
			KUNIT_EXPECT_NOT_NULL(test, batch.pages);
			KUNIT_EXPECT_NOT_NULL(test, batch.frames);
			KUNIT_EXPECT_NOT_NULL(test, batch.empty);
		}
		xengnt_send_batch_fini(&batch);
	} while (more);
	return failures;
}

/*
 * Several times: the allocator's own allocations count, too, and are there in
 * one round and not in the next, so that one of ours may be left out.
 */
static void xengnt_send_test_no_memory(struct kunit *test)
{
	unsigned int round, failures = 0;

	only_on_pv(test);
	for (round = 0; round < 8; round++)
		failures += each_allocation_fails(test);
	KUNIT_EXPECT_GE(test, failures, 8U);
}

/* Xen says that it does not do this: it is asked once. */
static void xengnt_send_test_not_supported(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct send_test *t = f->priv;
	struct xengnt_send_batch batch;
	unsigned int round;

	for (round = 0; xenmodel_is_pv() && round < 3; round++) {
		xenmodel_inject_call(GNTTABOP_transfer, -EOPNOTSUPP);
		KUNIT_EXPECT_EQ(test, send(test, 3), 3U);
		KUNIT_EXPECT_EQ(test, xengnt_send_batch_status(&t->batch, 2),
				-EOPNOTSUPP);
		KUNIT_EXPECT_EQ(test, *(u8 *)page_address(t->pages[2]),
				mark(2));
		KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
							 XENGNT_TRANSFER_CALLS),
				1ULL);
	}
	xenmodel_inject_call(GNTTABOP_transfer, 0);
	KUNIT_EXPECT_EQ(test, xengnt_send_batch_init(&batch, f->client[0], 4),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_TRANSFER_CALLS), 0ULL);
	KUNIT_EXPECT_EQ(test, xengnt_send_supported(), xenmodel_is_pv());
	if (xenmodel_is_pv())
		KUNIT_EXPECT_EQ(test, send(test, 3), 0U);
}

/* It is asked without a page. */
static void xengnt_send_test_supported(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, xengnt_send_supported(), xenmodel_is_pv());
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_TRANSFER_OPS), 0ULL);
	only_on_pv(test);
	xenmodel_inject_call(GNTTABOP_transfer, -EOPNOTSUPP);
	KUNIT_EXPECT_FALSE(test, xengnt_send_supported());
	KUNIT_EXPECT_TRUE(test, xengnt_send_supported());
	KUNIT_EXPECT_EQ(test, send(test, 3), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_room(), 0L);
}

/* As those do who send packets. What cannot be had at once comes later. */
static void xengnt_send_test_from_softirq(struct kunit *test)
{
	struct send_test *t = suite_of(test);
	unsigned int failed;

	only_on_pv(test);
	xenmodel_inject(XENMODEL_OP_POPULATE, 1, 2, U32_MAX);
	local_bh_disable();
	failed = send(test, 5);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, failed, 0U);
	KUNIT_EXPECT_NOT_NULL(test, t->pages[1]);
	KUNIT_EXPECT_NULL(test, t->pages[2]);
	KUNIT_EXPECT_EQ(test, xengnt_send_owed(), 3U);
}

static struct kunit_case send_cases[] = {
	KUNIT_CASE(xengnt_send_test_contents_arrive),
	KUNIT_CASE(xengnt_send_test_frames_change),
	KUNIT_CASE(xengnt_send_test_calls),
	KUNIT_CASE(xengnt_send_test_room_and_used_again),
	KUNIT_CASE_PARAM(xengnt_send_test_refused, refusal_gen_params),
	KUNIT_CASE(xengnt_send_test_receiver_destroyed),
	KUNIT_CASE(xengnt_send_test_no_such_domain),
	KUNIT_CASE(xengnt_send_test_busy_page_is_kept),
	KUNIT_CASE(xengnt_send_test_mapped_page_is_kept),
	KUNIT_CASE(xengnt_send_test_memory_is_owed),
	KUNIT_CASE(xengnt_send_test_fresh_page_not_mapped),
	KUNIT_CASE(xengnt_send_test_call_fails),
	KUNIT_CASE(xengnt_send_test_arguments),
	KUNIT_CASE(xengnt_send_test_no_memory),
	KUNIT_CASE(xengnt_send_test_not_supported),
	KUNIT_CASE(xengnt_send_test_supported),
	KUNIT_CASE(xengnt_send_test_from_softirq),
	{}
};

struct kunit_suite send_suite = {
	.name = "xengnt_send",
	.init = send_test_init,
	.exit = send_test_exit,
	.test_cases = send_cases,
};
