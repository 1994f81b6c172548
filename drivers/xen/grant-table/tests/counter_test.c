// SPDX-License-Identifier: GPL-2.0
/*
 * Clients and their counters, and where a person reads them.
 */
#include <kunit/test.h>
#include "fixture.h"
#include "suites.h"

static void xengnt_counter_test_names(struct kunit *test)
{
	enum xengnt_counter a, b;

	for (a = 0; a < XENGNT_NR_COUNTERS; a++) {
		KUNIT_ASSERT_NOT_NULL(test, (void *)xengnt_counter_name(a));
		KUNIT_EXPECT_GT(test, strlen(xengnt_counter_name(a)), (size_t)3);
		for (b = 0; b < a; b++)
			KUNIT_EXPECT_STRNEQ(test, xengnt_counter_name(a),
					    xengnt_counter_name(b));
	}
}

static void xengnt_counter_test_client_and_library(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 total = xengnt_counter_read(XENGNT_FALLBACK_COPY);

	xengnt_client_count(f->client[0], XENGNT_FALLBACK_COPY, 5);
	xengnt_client_count(f->client[1], XENGNT_FALLBACK_COPY, 1ULL << 40);
	xengnt_client_count(f->client[0], XENGNT_FALLBACK_COPY, 2);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_FALLBACK_COPY), 7ULL);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[1],
						 XENGNT_FALLBACK_COPY),
			1ULL << 40);
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_AREA_EMPTY), 0ULL);
	KUNIT_EXPECT_EQ(test, xengnt_counter_read(XENGNT_FALLBACK_COPY) - total,
			7 + (1ULL << 40));
}

static void xengnt_counter_test_client_facts(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_PTR_EQ(test, xengnt_client_priv(f->client[1]), (void *)f);
	KUNIT_EXPECT_EQ(test, xengnt_client_granter(f->client[0]),
			(domid_t)FIXTURE_DOMID(0));
	KUNIT_EXPECT_EQ(test, xengnt_client_granter(f->client[1]),
			(domid_t)FIXTURE_DOMID(1));
	xengnt_client_destroy(NULL);
}

static void xengnt_counter_test_client_no_memory(struct kunit *test)
{
	struct xengnt_client *client;
	unsigned int n = 0, failures = 0;
	bool more;

	do {
		fixture_fail_begin(++n);
		client = xengnt_client_create("none", 1, NULL, NULL);
		more = fixture_fail_end();
		/* A file that debugfs could not make is no failure. */
		if (!IS_ERR(client)) {
			xengnt_client_destroy(client);
			continue;
		}
		KUNIT_EXPECT_EQ(test, PTR_ERR(client), -(long)ENOMEM);
		failures++;
	} while (more);
	/* Small memory of each processor comes from a pool that does not fail. */
	KUNIT_EXPECT_GE(test, failures, 1U);
	KUNIT_EXPECT_FALSE(test, IS_ERR(client));
}

/* Is there a line "@name @value" in @text? */
static bool has_line(const char *text, const char *name, u64 value)
{
	char line[64];
	size_t len = scnprintf(line, sizeof(line), "%s %llu\n", name, value);

	for (; text && *text; text = strchr(text, '\n'), text += !!text)
		if (!strncmp(text, line, len))
			return true;
	return false;
}

static void xengnt_counter_test_debugfs(struct kunit *test)
{
	char *text = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct fixture *f = test->priv;
	enum xengnt_counter c;

	KUNIT_ASSERT_NOT_NULL(test, text);
	xengnt_client_count(f->client[1], XENGNT_MAP_OPS, 4711);
	fixture_read_debugfs(test, "clients/test-1", text, PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, has_line(text, "granter", FIXTURE_DOMID(1)));
	KUNIT_EXPECT_TRUE(test, has_line(text, "map_ops", 4711));
	KUNIT_EXPECT_TRUE(test, has_line(text, "unmap_ops", 0));

	fixture_read_debugfs(test, "counters", text, PAGE_SIZE);
	for (c = 0; c < XENGNT_NR_COUNTERS; c++)
		KUNIT_EXPECT_TRUE(test, has_line(text, xengnt_counter_name(c),
						 xengnt_counter_read(c)));
}

/* What the library says of its own calls is what Xen has seen. */
static void xengnt_counter_test_agree_with_xen(struct kunit *test)
{
	struct fixture *f = test->priv;

	fixture_map(test, 0, 40);
	fixture_queue(f, 0, 40, XENGNT_UNTOUCHED);
	xengnt_unmap_idle();
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0], XENGNT_MAP_OPS),
			xenmodel_counted(XENMODEL_MAP_OPS));
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_MAP_CALLS),
			xenmodel_counted(XENMODEL_MAP_CALLS));
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_UNMAP_OPS),
			xenmodel_counted(XENMODEL_UNMAP_OPS));
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_UNMAP_CALLS),
			xenmodel_counted(XENMODEL_UNMAP_CALLS));
	KUNIT_EXPECT_EQ(test, xengnt_client_read(f->client[0],
						 XENGNT_FLUSH_GROUPS),
			xenmodel_counted(XENMODEL_FLUSHES));
}

static struct kunit_case counter_cases[] = {
	KUNIT_CASE(xengnt_counter_test_names),
	KUNIT_CASE(xengnt_counter_test_client_and_library),
	KUNIT_CASE(xengnt_counter_test_client_facts),
	KUNIT_CASE(xengnt_counter_test_client_no_memory),
	KUNIT_CASE(xengnt_counter_test_debugfs),
	KUNIT_CASE(xengnt_counter_test_agree_with_xen),
	{}
};

struct kunit_suite counter_suite = {
	.name = "xengnt_counter",
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = counter_cases,
};
