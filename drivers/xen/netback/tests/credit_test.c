// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/time64.h>

#include "../credit.h"

#define START	(5 * (u64)NSEC_PER_SEC)

/* When a timer for so long goes off, that knows nothing but ticks. */
static u64 tick_after(u64 now, u64 wait)
{
	return (now / TICK_NSEC + wait / TICK_NSEC + 1) * TICK_NSEC;
}

/*
 * Bytes that a greedy guest sends in @ns, with packets of @size, if each goes
 * when we said, or at a tick of the clock.
 */
static u64 sent_in(struct netback_credit *credit, unsigned int size, u64 ns,
		   bool ticks)
{
	struct netback_credit_turn turn = {};
	u64 now = START, sent = 0, wait;

	while (now < START + ns) {
		wait = netback_credit_take(credit, &turn, size, now);
		if (!wait)
			sent += size;
		else
			now = ticks ? tick_after(now, wait) : now + wait;
	}
	return sent;
}

struct row {
	const char *name;
	u32 bytes;
	u32 usec;
	unsigned int size;
};

static const struct row rows[] = {
	{ "many packets a period", 1000000, 50000, 1000 },
	{ "one packet a period", 1500, 1000, 1500 },
	{ "packets larger than a period", 6250, 50000, 65535 },
	{ "a byte a period", 1, 10, 9000 },
	{ "a long period", 4000000, 4000000, 1500 },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

static void netback_credit_test_rate(struct kunit *test)
{
	const struct row *row = test->param_value;
	u64 expected = (u64)row->bytes * 100 * USEC_PER_SEC / row->usec;
	struct netback_credit credit;
	u64 sent;

	netback_credit_init(&credit);
	netback_credit_limit(&credit, row->bytes, row->usec);
	sent = sent_in(&credit, row->size, 100 * NSEC_PER_SEC, false);
	KUNIT_EXPECT_LE(test, sent, expected * 105 / 100 + row->size);
	KUNIT_EXPECT_GE(test, sent + row->size, expected * 95 / 100);
}

static const struct row late_rows[] = {
	{ "many ticks", 1000000, 50000, 1500 },
	{ "a little more than the delay", 300000, 21000, 1500 },
	{ "a little less", 300000, 19000, 1500 },
	{ "a millisecond", 10000, 1000, 1500 },
	{ "a millisecond, large packets", 10000, 1000, 65535 },
	{ "ten microseconds", 500, 10, 9000 },
};

KUNIT_ARRAY_PARAM_DESC(late, late_rows, name);

/* However short a period is, the clock ticks as it ticks. */
static void netback_credit_test_late(struct kunit *test)
{
	const struct row *row = test->param_value;
	u64 expected = (u64)row->bytes * 10 * USEC_PER_SEC / row->usec;
	struct netback_credit credit;
	u64 sent;

	netback_credit_init(&credit);
	netback_credit_limit(&credit, row->bytes, row->usec);
	sent = sent_in(&credit, row->size, 10 * NSEC_PER_SEC, true);
	KUNIT_EXPECT_LE(test, sent, expected * 105 / 100 + row->size);
	KUNIT_EXPECT_GE(test, sent + row->size, expected * 95 / 100);
}

static void netback_credit_test_no_limit(struct kunit *test)
{
	struct netback_credit_turn turn = {};
	struct netback_credit credit;
	unsigned int i;

	netback_credit_init(&credit);
	for (i = 0; i < 1000; i++)
		KUNIT_EXPECT_EQ(test, 0ULL,
				netback_credit_take(&credit, &turn, 65535, START));
}

/* Who was silent for an hour may not send for an hour now. */
static void netback_credit_test_no_saving(struct kunit *test)
{
	const u64 now = START + 3600 * NSEC_PER_SEC;
	struct netback_credit_turn turn = {};
	struct netback_credit credit;
	unsigned int i;

	netback_credit_init(&credit);
	netback_credit_limit(&credit, 3000, 100000);
	netback_credit_take(&credit, &turn, 1000, START);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, 0ULL,
				netback_credit_take(&credit, &turn, 1000, now));
	KUNIT_EXPECT_GT(test, netback_credit_take(&credit, &turn, 1000, now), 0ULL);
}

/* Who asks before his time waits as long as he was told, and pays nothing for it. */
static void netback_credit_test_early(struct kunit *test)
{
	struct netback_credit_turn turn = {};
	struct netback_credit credit;
	u32 bytes, usec;
	u64 now, wait;
	s64 left;

	netback_credit_init(&credit);
	netback_credit_limit(&credit, 1000, 100000);
	KUNIT_EXPECT_EQ(test, 0ULL, netback_credit_take(&credit, &turn, 1000, START));
	wait = netback_credit_take(&credit, &turn, 1000, START);
	KUNIT_EXPECT_GT(test, wait, 0ULL);
	left = netback_credit_look(&credit, &bytes, &usec);
	for (now = START; now < START + wait; now += wait / 10)
		KUNIT_EXPECT_EQ(test, START + wait - now,
				netback_credit_take(&credit, &turn, 1000, now));
	KUNIT_EXPECT_EQ(test, left, netback_credit_look(&credit, &bytes, &usec));
	KUNIT_EXPECT_EQ(test, 0ULL,
			netback_credit_take(&credit, &turn, 1000, START + wait));
}

/* A queue that has looked at its watch long before it has the lock. */
static void netback_credit_test_old_time(struct kunit *test)
{
	struct netback_credit_turn turns[2] = {};
	struct netback_credit credit;
	u64 wait;

	netback_credit_init(&credit);
	netback_credit_limit(&credit, 1000, 100000);
	KUNIT_EXPECT_EQ(test, 0ULL,
			netback_credit_take(&credit, &turns[0], 9000, START));
	wait = netback_credit_take(&credit, &turns[0], 9000, START);
	KUNIT_EXPECT_GT(test, wait, 800 * NSEC_PER_MSEC);
	KUNIT_EXPECT_GT(test,
			netback_credit_take(&credit, &turns[1], 1000,
					    START - 200 * NSEC_PER_MSEC), wait);
	KUNIT_EXPECT_GT(test,
			netback_credit_take(&credit, &turns[0], 9000, START),
			800 * NSEC_PER_MSEC);
}

/*
 * Four queues, of which the one that was told to wait last comes back first, as
 * timers do that go off in the same tick.
 */
static void netback_credit_test_turns(struct kunit *test)
{
	u64 back[4] = { START, START, START, START };
	struct netback_credit_turn turns[4] = {};
	unsigned int sent[4] = {};
	struct netback_credit credit;
	unsigned int i, round, next;
	u64 now, wait;

	netback_credit_init(&credit);
	netback_credit_limit(&credit, 10000, 50000);
	for (round = 0; round < 800; round++) {
		next = 0;
		for (i = 1; i < 4; i++)
			if (back[i] <= back[next])
				next = i;
		now = back[next];
		wait = netback_credit_take(&credit, &turns[next], 10000, now);
		if (wait)
			back[next] = tick_after(now, wait);
		else
			sent[next]++;
	}
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_GE_MSG(test, sent[i], 98U, "queue %u", i);
		KUNIT_EXPECT_LE_MSG(test, sent[i], 102U, "queue %u", i);
	}
}

/* What was paid under the old limit, and had to be waited for, is void. */
static void netback_credit_test_limit_changed(struct kunit *test)
{
	struct netback_credit_turn turn = {};
	struct netback_credit credit;

	netback_credit_init(&credit);
	netback_credit_limit(&credit, 1, 1000);
	netback_credit_take(&credit, &turn, 1000, START);
	KUNIT_EXPECT_GT(test, netback_credit_take(&credit, &turn, 1000, START), 0ULL);
	KUNIT_EXPECT_FALSE(test, netback_credit_changed(&credit, &turn));
	netback_credit_limit(&credit, 1500, 100000);
	KUNIT_EXPECT_TRUE(test, netback_credit_changed(&credit, &turn));
	KUNIT_EXPECT_EQ(test, 0ULL, netback_credit_take(&credit, &turn, 1000, START));
	KUNIT_EXPECT_FALSE(test, netback_credit_changed(&credit, &turn));
	KUNIT_EXPECT_EQ(test, 0ULL, netback_credit_take(&credit, &turn, 1000, START));
	KUNIT_EXPECT_GT(test, netback_credit_take(&credit, &turn, 1000, START), 0ULL);
	netback_credit_limit(&credit, 0, 0);
	KUNIT_EXPECT_EQ(test, 0ULL, netback_credit_take(&credit, &turn, 1000, START));
}

static struct kunit_case netback_credit_cases[] = {
	KUNIT_CASE_PARAM(netback_credit_test_rate, row_gen_params),
	KUNIT_CASE_PARAM(netback_credit_test_late, late_gen_params),
	KUNIT_CASE(netback_credit_test_no_limit),
	KUNIT_CASE(netback_credit_test_no_saving),
	KUNIT_CASE(netback_credit_test_early),
	KUNIT_CASE(netback_credit_test_old_time),
	KUNIT_CASE(netback_credit_test_turns),
	KUNIT_CASE(netback_credit_test_limit_changed),
	{}
};

static struct kunit_suite netback_credit_suite = {
	.name = "netback_credit",
	.test_cases = netback_credit_cases,
};

kunit_test_suite(netback_credit_suite);
