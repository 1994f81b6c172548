// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions: all of what one does is seen at once, or none of it.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <xen/xenbus.h>
#include "../model.h"
#include "../store.h"
#include "suites.h"

static unsigned int fired;

static void count(struct xenbus_watch *watch, const char *path,
		  const char *token)
{
	fired++;
}

static int store_test_init(struct kunit *test)
{
	xenmodel_reset();
	xenmodel_store_write("stest/a", "1");
	xenmodel_store_write("stest/folder/b", "2");
	fired = 0;
	return 0;
}

static void store_test_exit(struct kunit *test)
{
	xenmodel_store_rm("stest");
	xenmodel_store_settle();
	xenmodel_reset();
}

static struct xenbus_transaction begin(struct kunit *test)
{
	struct xenbus_transaction t = {};

	KUNIT_ASSERT_EQ(test, xenbus_transaction_start(&t), 0);
	return t;
}

/* A number, -1 if there is none. */
static int value(struct xenbus_transaction t, const char *key)
{
	int number;

	return xenbus_scanf(t, "stest", key, "%d", &number) == 1 ? number : -1;
}

static void xenmodel_store_test_commit(struct kunit *test)
{
	struct xenbus_watch watch = { .node = "stest/a", .callback = count };
	struct xenbus_transaction t;

	KUNIT_ASSERT_EQ(test, register_xenbus_watch(&watch), 0);
	xenmodel_store_settle();
	fired = 0;
	t = begin(test);
	KUNIT_EXPECT_EQ(test, xenbus_printf(t, "stest", "a", "%d", 7), 0);
	xenmodel_store_settle();
	KUNIT_EXPECT_EQ(test, value(t, "a"), 7);
	KUNIT_EXPECT_EQ(test, value(XBT_NIL, "a"), 1);
	KUNIT_EXPECT_EQ(test, fired, 0U);
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(t, 0), 0);
	xenmodel_store_settle();
	KUNIT_EXPECT_EQ(test, value(XBT_NIL, "a"), 7);
	KUNIT_EXPECT_EQ(test, fired, 1U);
	unregister_xenbus_watch(&watch);
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(t, 0), -ENOENT);
}

static void xenmodel_store_test_abort(struct kunit *test)
{
	struct xenbus_transaction t = begin(test);

	xenbus_printf(t, "stest", "a", "%d", 7);
	xenbus_rm(t, "stest", "folder");
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(t, 1), 0);
	KUNIT_EXPECT_EQ(test, value(XBT_NIL, "a"), 1);
	KUNIT_EXPECT_EQ(test, value(XBT_NIL, "folder/b"), 2);
}

static void xenmodel_store_test_remove(struct kunit *test)
{
	struct xenbus_transaction t = begin(test);

	KUNIT_EXPECT_EQ(test, xenbus_printf(t, "stest", "folder/c", "3"), 0);
	KUNIT_EXPECT_EQ(test, xenbus_rm(t, "stest", "folder"), 0);
	KUNIT_EXPECT_EQ(test, value(t, "folder/b"), -1);
	KUNIT_EXPECT_EQ(test, value(t, "folder/c"), -1);
	KUNIT_EXPECT_FALSE(test, xenbus_exists(t, "stest", "folder"));
	KUNIT_EXPECT_TRUE(test, xenbus_exists(XBT_NIL, "stest", "folder"));
	KUNIT_EXPECT_EQ(test, xenbus_printf(t, "stest", "folder/d", "4"), 0);
	KUNIT_EXPECT_TRUE(test, xenbus_exists(t, "stest", "folder"));
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(t, 0), 0);
	KUNIT_EXPECT_EQ(test, value(XBT_NIL, "folder/b"), -1);
	KUNIT_EXPECT_EQ(test, value(XBT_NIL, "folder/d"), 4);
	KUNIT_EXPECT_EQ(test, value(XBT_NIL, "a"), 1);
}

struct conflict_row {
	const char *name;
	const char *read;
	const char *written;
	const char *by_others;
	int result;
};

static const struct conflict_row conflict_rows[] = {
	{ "nobody else", "a", "a", NULL, 0 },
	{ "what was read", "a", "x", "stest/a", -EAGAIN },
	{ "what was not there", "y", "x", "stest/y", -EAGAIN },
	{ "what was written", "folder/b", "a", "stest/a", -EAGAIN },
	{ "a folder above", "folder/b", "x", "stest/folder", -EAGAIN },
	{ "something else", "a", "x", "stest/folder/b", 0 },
	{ "a name that begins alike", "a", "x", "stest/ab", 0 },
};

KUNIT_ARRAY_PARAM_DESC(conflict, conflict_rows, name);

static void xenmodel_store_test_conflict(struct kunit *test)
{
	const struct conflict_row *row = test->param_value;
	struct xenbus_transaction t = begin(test);

	value(t, row->read);
	KUNIT_EXPECT_EQ(test, xenbus_printf(t, "stest", row->written, "5"), 0);
	if (row->by_others)
		xenmodel_store_write(row->by_others, "6");
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(t, 0), row->result);
	KUNIT_EXPECT_EQ(test, value(XBT_NIL, row->written) == 5, !row->result);
}

/* Of two that do the same, one comes too late. */
static void xenmodel_store_test_two(struct kunit *test)
{
	struct xenbus_transaction first = begin(test), second = begin(test);

	xenbus_printf(first, "stest", "a", "%d", value(first, "a") + 1);
	xenbus_printf(second, "stest", "a", "%d", value(second, "a") + 1);
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(second, 0), 0);
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(first, 0), -EAGAIN);
	KUNIT_EXPECT_EQ(test, value(XBT_NIL, "a"), 2);
}

static void xenmodel_store_test_left_open(struct kunit *test)
{
	struct xenbus_transaction t = begin(test);

	/* And the keys of the suite. */
	xenmodel_expect_violations(2);
	xenmodel_reset();
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 2ULL);
	xenbus_transaction_end(t, 1);
}

static void xenmodel_store_test_knobs(struct kunit *test)
{
	struct xenbus_watch watch = { .node = "stest/a", .callback = count };
	struct xenbus_transaction t;

	xenmodel_inject(XENMODEL_OP_TRANSACTION, -EBUSY, 0, 1);
	KUNIT_EXPECT_EQ(test, xenbus_transaction_start(&t), -EBUSY);
	xenmodel_inject(XENMODEL_OP_WATCH, -ENOSPC, 0, 1);
	KUNIT_EXPECT_EQ(test, register_xenbus_watch(&watch), -ENOSPC);
	xenmodel_store_conflicts(1);
	t = begin(test);
	KUNIT_EXPECT_EQ(test, xenbus_transaction_end(t, 0), -EAGAIN);
}

static struct kunit_case store_cases[] = {
	KUNIT_CASE(xenmodel_store_test_commit),
	KUNIT_CASE(xenmodel_store_test_abort),
	KUNIT_CASE(xenmodel_store_test_remove),
	KUNIT_CASE_PARAM(xenmodel_store_test_conflict, conflict_gen_params),
	KUNIT_CASE(xenmodel_store_test_two),
	KUNIT_CASE(xenmodel_store_test_left_open),
	KUNIT_CASE(xenmodel_store_test_knobs),
	{}
};

struct kunit_suite store_suite = {
	.name = "xenmodel_store",
	.init = store_test_init,
	.exit = store_test_exit,
	.test_cases = store_cases,
};
