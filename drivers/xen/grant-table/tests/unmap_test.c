// SPDX-License-Identifier: GPL-2.0
/*
 * The unmap queue: when it is flushed, who shares a call, who is answered.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/gnttab/backend.h>
#include "fixture.h"
#include "suites.h"

#define GROUP 32

/* What unmapping @nr pages in one call costs, by the rule of the flavour. */
static u64 flushes_of(unsigned int nr)
{
	return xenmodel_is_pv() ? DIV_ROUND_UP(nr, GROUP) : nr;
}

static u64 calls(void)
{
	return xenmodel_counted(XENMODEL_UNMAP_CALLS);
}

static u64 client_count(struct kunit *test, unsigned int client,
			enum xengnt_counter counter)
{
	struct fixture *f = test->priv;

	return xengnt_client_read(f->client[client], counter);
}

static void expect_answered(struct kunit *test, unsigned int from,
			    unsigned int to, unsigned int answers)
{
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = from; i < to; i++) {
		KUNIT_EXPECT_EQ_MSG(test, f->entries[i].answers, answers,
				    "entry %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f->entries[i].status, 0,
				    "entry %u", i);
	}
}

static void xengnt_unmap_test_full_group(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, GROUP);
	fixture_queue(f, 0, GROUP - 1, XENGNT_UNTOUCHED);
	expect_answered(test, 0, GROUP, 0);
	fixture_queue(f, GROUP - 1, GROUP, XENGNT_UNTOUCHED);
	expect_answered(test, 0, GROUP, 1);
	KUNIT_EXPECT_EQ(test, calls(), 1ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES),
			flushes_of(GROUP));
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_FLUSH_FULL), 1ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
}

static void xengnt_unmap_test_deadline(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 3);
	fixture_queue(f, 0, 3, XENGNT_UNTOUCHED);
	usleep_range(60, 61);
	expect_answered(test, 0, 3, 0);
	usleep_range(60, 61);
	expect_answered(test, 0, 3, 1);
	KUNIT_EXPECT_EQ(test, calls(), 1ULL);
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_FLUSH_DEADLINE),
			1ULL);
}

/* The oldest entry decides, and takes the younger ones along. */
static void xengnt_unmap_test_deadline_of_the_oldest(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 2);
	fixture_queue(f, 0, 1, XENGNT_UNTOUCHED);
	usleep_range(70, 71);
	fixture_queue(f, 1, 2, XENGNT_UNTOUCHED);
	usleep_range(40, 41);
	expect_answered(test, 0, 2, 1);
	KUNIT_EXPECT_EQ(test, calls(), 1ULL);
}

/* The timer is started again for what comes after a flush. */
static void xengnt_unmap_test_deadline_again(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, GROUP + 2);
	fixture_queue(f, 0, GROUP, XENGNT_UNTOUCHED);
	fixture_queue(f, GROUP, GROUP + 1, XENGNT_UNTOUCHED);
	fixture_wait_ms(1);
	expect_answered(test, 0, GROUP + 1, 1);
	fixture_queue(f, GROUP + 1, GROUP + 2, XENGNT_TOUCHED);
	fixture_wait_ms(1);
	expect_answered(test, GROUP + 1, GROUP + 2, 1);
}

static void xengnt_unmap_test_idle(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 5);
	fixture_queue(f, 0, 5, XENGNT_UNTOUCHED);
	expect_answered(test, 0, 5, 0);
	xengnt_unmap_idle();
	expect_answered(test, 0, 5, 1);
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_FLUSH_IDLE), 1ULL);

	/* Nothing is left for the timer, and nothing costs nothing. */
	fixture_wait_ms(5);
	xengnt_unmap_idle();
	KUNIT_EXPECT_EQ(test, calls(), 1ULL);
	expect_answered(test, 0, 5, 1);
}

static void xengnt_unmap_test_many(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	fixture_map(test, 0, 100);
	fixture_queue(f, 0, 100, XENGNT_UNTOUCHED);
	KUNIT_EXPECT_EQ(test, calls(), 3ULL);
	xengnt_unmap_idle();
	KUNIT_EXPECT_EQ(test, calls(), 4ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_UNMAP_OPS), 100ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES),
			3 * flushes_of(GROUP) + flushes_of(4));
	expect_answered(test, 0, 100, 1);
	/* First in, first out. */
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, f->entries[i].answered_at, i + 1);
}

/* Entries of two clients, for two guests, fill one group together. */
static void xengnt_unmap_test_clients_share_a_group(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 total = xengnt_counter_read(XENGNT_UNMAP_CALLS);
	u64 groups = xengnt_counter_read(XENGNT_FLUSH_GROUPS);

	fixture_map(test, 0, GROUP / 2);
	fixture_map(test, 1, GROUP / 2);
	fixture_queue(f, 0, GROUP, XENGNT_UNTOUCHED);
	expect_answered(test, 0, GROUP, 1);
	KUNIT_EXPECT_EQ(test, calls(), 1ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES),
			flushes_of(GROUP));

	/* Each is charged with the call, the library with one call in all. */
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_UNMAP_OPS), 16ULL);
	KUNIT_EXPECT_EQ(test, client_count(test, 1, XENGNT_UNMAP_OPS), 16ULL);
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_UNMAP_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, client_count(test, 1, XENGNT_UNMAP_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, xengnt_counter_read(XENGNT_UNMAP_CALLS) - total,
			1ULL);
	KUNIT_EXPECT_EQ(test, xengnt_counter_read(XENGNT_FLUSH_GROUPS) - groups,
			flushes_of(GROUP));
}

/* One notification for each client of a call, not one for each page. */
static void xengnt_unmap_test_flushed_once_a_run(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 4);
	fixture_map(test, 1, 3);
	fixture_queue(f, 0, 7, XENGNT_UNTOUCHED);
	KUNIT_EXPECT_EQ(test, f->flushed[0] + f->flushed[1], 0U);
	xengnt_unmap_idle();
	KUNIT_EXPECT_EQ(test, f->flushed[0], 1U);
	KUNIT_EXPECT_EQ(test, f->flushed[1], 1U);
}

static void xengnt_unmap_test_touched_apart(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 2 * GROUP - 1);
	fixture_queue(f, 0, GROUP - 1, XENGNT_UNTOUCHED);
	fixture_queue(f, GROUP - 1, 2 * GROUP - 2, XENGNT_TOUCHED);
	KUNIT_EXPECT_EQ(test, calls(), 0ULL);
	fixture_queue(f, 2 * GROUP - 2, 2 * GROUP - 1, XENGNT_TOUCHED);
	KUNIT_EXPECT_EQ(test, calls(), 1ULL);
	expect_answered(test, 0, GROUP - 1, 0);
	expect_answered(test, GROUP - 1, 2 * GROUP - 1, 1);
	xengnt_unmap_idle();
	KUNIT_EXPECT_EQ(test, calls(), 2ULL);
	expect_answered(test, 0, GROUP - 1, 1);
}

/* Together they would fit into one call: they do not share it. */
static void xengnt_unmap_test_touched_apart_when_idle(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 4);
	fixture_queue(f, 0, 2, XENGNT_UNTOUCHED);
	fixture_queue(f, 2, 4, XENGNT_TOUCHED);
	xengnt_unmap_idle();
	KUNIT_EXPECT_EQ(test, calls(), 2ULL);
	expect_answered(test, 0, 4, 1);
}

static void xengnt_unmap_test_refused_entry(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	fixture_map(test, 0, 4);
	xenmodel_inject(GNTTABOP_unmap_grant_ref, GNTST_general_error, 2, 1);
	fixture_queue(f, 0, 4, XENGNT_UNTOUCHED);
	xengnt_unmap_idle();
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, f->entries[i].answers, 1U);
		KUNIT_EXPECT_EQ(test, f->entries[i].status, i == 2 ? -EIO : 0);
	}
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_UNMAP_FAILED), 1ULL);
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_UNMAP_OPS), 4ULL);
}

static void xengnt_unmap_test_refused_call(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	fixture_map(test, 0, 3);
	xenmodel_inject_call(GNTTABOP_unmap_grant_ref, -EFAULT);
	fixture_queue(f, 0, 3, XENGNT_UNTOUCHED);
	xengnt_unmap_idle();
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, f->entries[i].answers, 1U);
		KUNIT_EXPECT_EQ(test, f->entries[i].status, -EIO);
	}
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_UNMAP_FAILED), 3ULL);
}

/* Somebody still reads the page: it stays mapped until they are done. */
static void xengnt_unmap_test_page_in_use(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 1);
	get_page(f->pages[0]);
	fixture_queue(f, 0, 1, XENGNT_UNTOUCHED);
	xengnt_unmap_idle();
	fixture_wait_ms(100);
	expect_answered(test, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, calls(), 0ULL);
	KUNIT_EXPECT_EQ(test, *(u8 *)page_address(f->pages[0]),
			*(u8 *)xenmodel_memory(f->guest[0], 0));
	KUNIT_EXPECT_GE(test, client_count(test, 0, XENGNT_UNMAP_DEFERRED),
			2ULL);
	put_page(f->pages[0]);
	fixture_wait_ms(50);
	expect_answered(test, 0, 1, 1);
}

/* It does not hold up those that are not in use. */
static void xengnt_unmap_test_page_in_use_others_go(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 5);
	get_page(f->pages[2]);
	get_page(f->pages[4]);
	fixture_queue(f, 0, 5, XENGNT_UNTOUCHED);
	xengnt_unmap_idle();
	expect_answered(test, 0, 2, 1);
	expect_answered(test, 2, 3, 0);
	expect_answered(test, 3, 4, 1);
	put_page(f->pages[4]);
	fixture_wait_ms(50);
	expect_answered(test, 2, 3, 0);
	expect_answered(test, 4, 5, 1);
	put_page(f->pages[2]);
	fixture_wait_ms(50);
	expect_answered(test, 0, 5, 1);
}

static void xengnt_unmap_test_granter_dies(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 1, 3);
	xenmodel_domain_destroy(f->guest[1]);
	fixture_queue(f, 0, 3, XENGNT_UNTOUCHED);
	xengnt_unmap_idle();
	expect_answered(test, 0, 3, 1);
	f->guest[1] = xenmodel_domain_create(FIXTURE_DOMID(1), 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->guest[1]));
}

/* Nothing of the queue sleeps, or waits for interrupts. */
static void xengnt_unmap_test_interrupts_off(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned long flags;

	fixture_map(test, 0, GROUP + 1);
	local_irq_save(flags);
	fixture_queue(f, 0, GROUP + 1, XENGNT_UNTOUCHED);
	xengnt_unmap_idle();
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_restore(flags);
	expect_answered(test, 0, GROUP + 1, 1);
}

struct queue_timer {
	struct timer_list timer;
	struct fixture *f;
};

static void queue_in_timer(struct timer_list *timer)
{
	struct queue_timer *q = container_of(timer, struct queue_timer, timer);

	fixture_queue(q->f, 0, GROUP + 3, XENGNT_TOUCHED);
}

static void xengnt_unmap_test_softirq(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct queue_timer q = { .f = f };

	fixture_map(test, 0, GROUP + 3);
	timer_setup_on_stack(&q.timer, queue_in_timer, 0);
	mod_timer(&q.timer, jiffies + 1);
	fixture_wait_ms(50);
	del_timer_sync(&q.timer);
	destroy_timer_on_stack(&q.timer);
	expect_answered(test, 0, GROUP + 3, 1);
	KUNIT_EXPECT_EQ(test, calls(), 2ULL);
}

/* As soon as it is answered an entry is its owner's: it may be freed. */
struct freed_entry {
	struct xengnt_unmap u;
	unsigned int *answers;
};

static void freed_unmapped(struct xengnt_unmap *u, int status)
{
	struct freed_entry *entry = container_of(u, struct freed_entry, u);

	++*entry->answers;
	memset(u, 0xa5, sizeof(*u));
	kfree(entry);
}

static const struct xengnt_client_ops freed_ops = {
	.unmapped = freed_unmapped,
};

static void xengnt_unmap_test_entry_may_be_freed(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_client *client;
	unsigned int i, answers = 0;
	LIST_HEAD(entries);

	client = xengnt_client_create("freed", FIXTURE_DOMID(0), &freed_ops,
				      NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(client));
	fixture_map(test, 0, 6);
	for (i = 0; i < 6; i++) {
		struct freed_entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, entry);
		entry->u = f->entries[i].u;
		entry->u.client = client;
		entry->answers = &answers;
		list_add_tail(&entry->u.node, &entries);
		/* The fixture shall not unmap it again. */
		f->entries[i].queued = true;
	}
	xengnt_unmap_queue(&entries, XENGNT_UNTOUCHED, true);
	KUNIT_EXPECT_TRUE(test, list_empty(&entries));
	xengnt_unmap_idle();
	KUNIT_EXPECT_EQ(test, answers, 6U);
	xengnt_client_destroy(client);
}

/* An answer may lead to the next entry: a guest's next request does. */
static void chain_unmapped(struct xengnt_unmap *u, int status)
{
	struct fixture_entry *entry = container_of(u, struct fixture_entry, u);
	struct fixture *f = xengnt_client_priv(u->client);

	entry->answers++;
	if (++f->answers < f->nr)
		fixture_queue(f, f->answers, f->answers + 1, XENGNT_UNTOUCHED);
}

static const struct xengnt_client_ops chain_ops = {
	.unmapped = chain_unmapped,
};

static void xengnt_unmap_test_queue_from_the_answer(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_client *client;
	unsigned int i;

	client = xengnt_client_create("chain", FIXTURE_DOMID(0), &chain_ops, f);
	KUNIT_ASSERT_FALSE(test, IS_ERR(client));
	fixture_map(test, 0, 5);
	for (i = 0; i < 5; i++)
		f->entries[i].u.client = client;
	fixture_queue(f, 0, 1, XENGNT_UNTOUCHED);
	fixture_wait_ms(5);
	expect_answered(test, 0, 5, 1);
	xengnt_client_destroy(client);
}

static void xengnt_unmap_test_deadline_zero(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_set_parameter(test, "unmap_deadline_us", "0");
	fixture_map(test, 0, 3);
	fixture_queue(f, 0, 2, XENGNT_UNTOUCHED);
	fixture_queue(f, 2, 3, XENGNT_TOUCHED);
	fixture_set_parameter(test, "unmap_deadline_us", "100");
	expect_answered(test, 0, 3, 1);
	KUNIT_EXPECT_EQ(test, calls(), 2ULL);
}

static void xengnt_unmap_test_deadline_longer(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_set_parameter(test, "unmap_deadline_us", "5000");
	fixture_map(test, 0, 1);
	fixture_queue(f, 0, 1, XENGNT_UNTOUCHED);
	fixture_set_parameter(test, "unmap_deadline_us", "100");
	usleep_range(4000, 4001);
	expect_answered(test, 0, 1, 0);
	usleep_range(1100, 1101);
	expect_answered(test, 0, 1, 1);
}

/* Whoever has no more to come sends all that waits, of whatever kind. */
static void xengnt_unmap_test_no_more(struct kunit *test)
{
	struct fixture *f = test->priv;
	LIST_HEAD(entries);

	fixture_map(test, 0, 6);
	fixture_queue(f, 0, 2, XENGNT_UNTOUCHED);
	fixture_queue(f, 2, 4, XENGNT_TOUCHED);
	fixture_list(f, 4, 6, &entries);
	xengnt_unmap_queue(&entries, XENGNT_UNTOUCHED, false);
	KUNIT_EXPECT_TRUE(test, list_empty(&entries));
	expect_answered(test, 0, 6, 1);
	KUNIT_EXPECT_EQ(test, calls(), 2ULL);
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_FLUSH_IDLE), 2ULL);
}

/* A long list leaves in full groups, and its rest waits. */
static void xengnt_unmap_test_long_list(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 2 * GROUP + 9);
	fixture_queue(f, 0, 5, XENGNT_UNTOUCHED);
	fixture_queue(f, 5, 2 * GROUP + 9, XENGNT_UNTOUCHED);
	KUNIT_EXPECT_EQ(test, calls(), 2ULL);
	expect_answered(test, 0, 2 * GROUP, 1);
	expect_answered(test, 2 * GROUP, 2 * GROUP + 9, 0);
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_FLUSH_FULL), 2ULL);
	fixture_wait_ms(1);
	expect_answered(test, 2 * GROUP, 2 * GROUP + 9, 1);
}

static void xengnt_unmap_test_batch_is_one_call(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_unmap_batch batch;
	LIST_HEAD(entries);

	KUNIT_ASSERT_EQ(test, xengnt_unmap_batch_init(&batch, 100), 0);
	fixture_map(test, 0, 90);
	fixture_list(f, 0, 90, &entries);
	xengnt_unmap_batch_run(&batch, &entries, XENGNT_TOUCHED);
	KUNIT_EXPECT_TRUE(test, list_empty(&entries));
	expect_answered(test, 0, 90, 1);
	KUNIT_EXPECT_EQ(test, calls(), 1ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_FLUSHES),
			flushes_of(90));
	KUNIT_EXPECT_EQ(test, client_count(test, 0, XENGNT_FLUSH_GROUPS),
			flushes_of(90));
	KUNIT_EXPECT_EQ(test, f->flushed[0], 1U);
	xengnt_unmap_batch_fini(&batch);
}

/* Who waits here, of the same kind, shares the call and its flush. */
static void xengnt_unmap_test_batch_takes_along(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_unmap_batch batch;
	LIST_HEAD(entries);

	KUNIT_ASSERT_EQ(test, xengnt_unmap_batch_init(&batch, 10), 0);
	fixture_map(test, 0, 3);
	fixture_map(test, 1, 3);
	fixture_queue(f, 0, 2, XENGNT_UNTOUCHED);
	fixture_queue(f, 2, 3, XENGNT_TOUCHED);
	fixture_list(f, 3, 6, &entries);
	xengnt_unmap_batch_run(&batch, &entries, XENGNT_UNTOUCHED);
	KUNIT_EXPECT_EQ(test, calls(), 1ULL);
	expect_answered(test, 0, 2, 1);
	expect_answered(test, 2, 3, 0);
	expect_answered(test, 3, 6, 1);
	xengnt_unmap_batch_fini(&batch);
}

static void xengnt_unmap_test_batch_too_small(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct xengnt_unmap_batch batch;
	LIST_HEAD(entries);

	KUNIT_ASSERT_EQ(test, xengnt_unmap_batch_init(&batch, 10), 0);
	fixture_map(test, 0, 25);
	get_page(f->pages[7]);
	fixture_list(f, 0, 25, &entries);
	xengnt_unmap_batch_run(&batch, &entries, XENGNT_UNTOUCHED);
	KUNIT_EXPECT_EQ(test, calls(), 3ULL);
	expect_answered(test, 0, 7, 1);
	expect_answered(test, 7, 8, 0);
	expect_answered(test, 8, 25, 1);
	put_page(f->pages[7]);
	fixture_wait_ms(50);
	expect_answered(test, 0, 25, 1);
	xengnt_unmap_batch_fini(&batch);
}

static void xengnt_unmap_test_batch_no_memory(struct kunit *test)
{
	struct xengnt_unmap_batch batch;
	unsigned int n = 0, failures = 0;
	bool more;
	int ret;

	do {
		fixture_fail_begin(++n);
		ret = xengnt_unmap_batch_init(&batch, 16);
		more = fixture_fail_end();
		if (ret) {
			KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
			failures++;
		}
		/* Once is enough, and not needed after a failure. */
		xengnt_unmap_batch_fini(&batch);
		xengnt_unmap_batch_fini(&batch);
	} while (more);
	KUNIT_EXPECT_GE(test, failures, 1U);
	KUNIT_EXPECT_EQ(test, ret, 0);
}

static struct kunit_case unmap_cases[] = {
	KUNIT_CASE(xengnt_unmap_test_full_group),
	KUNIT_CASE(xengnt_unmap_test_deadline),
	KUNIT_CASE(xengnt_unmap_test_deadline_of_the_oldest),
	KUNIT_CASE(xengnt_unmap_test_deadline_again),
	KUNIT_CASE(xengnt_unmap_test_idle),
	KUNIT_CASE(xengnt_unmap_test_many),
	KUNIT_CASE(xengnt_unmap_test_clients_share_a_group),
	KUNIT_CASE(xengnt_unmap_test_flushed_once_a_run),
	KUNIT_CASE(xengnt_unmap_test_touched_apart),
	KUNIT_CASE(xengnt_unmap_test_touched_apart_when_idle),
	KUNIT_CASE(xengnt_unmap_test_refused_entry),
	KUNIT_CASE(xengnt_unmap_test_refused_call),
	KUNIT_CASE(xengnt_unmap_test_page_in_use),
	KUNIT_CASE(xengnt_unmap_test_page_in_use_others_go),
	KUNIT_CASE(xengnt_unmap_test_granter_dies),
	KUNIT_CASE(xengnt_unmap_test_interrupts_off),
	KUNIT_CASE(xengnt_unmap_test_softirq),
	KUNIT_CASE(xengnt_unmap_test_entry_may_be_freed),
	KUNIT_CASE(xengnt_unmap_test_queue_from_the_answer),
	KUNIT_CASE(xengnt_unmap_test_deadline_zero),
	KUNIT_CASE(xengnt_unmap_test_deadline_longer),
	KUNIT_CASE(xengnt_unmap_test_no_more),
	KUNIT_CASE(xengnt_unmap_test_long_list),
	KUNIT_CASE(xengnt_unmap_test_batch_is_one_call),
	KUNIT_CASE(xengnt_unmap_test_batch_takes_along),
	KUNIT_CASE(xengnt_unmap_test_batch_too_small),
	KUNIT_CASE(xengnt_unmap_test_batch_no_memory),
	{}
};

struct kunit_suite unmap_suite = {
	.name = "xengnt_unmap",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = unmap_cases,
};
