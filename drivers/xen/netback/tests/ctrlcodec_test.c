// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <xen/interface/io/netif.h>

#include "../ctrlcodec.h"

static void netback_ctrlcodec_test_request(struct kunit *test)
{
	static const u8 raw[16] = {
		0x34, 0x12, 9, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 2, 1, 0,
		0x80,
	};
	struct netback_ctrl_request request;

	netback_ctrl_decode(&request, raw);
	KUNIT_EXPECT_EQ(test, 0x1234, request.id);
	KUNIT_EXPECT_EQ(test, NETBACK_CTRL_ADD_GREF_MAPPING, request.type);
	KUNIT_EXPECT_EQ(test, 1U, request.data[0]);
	KUNIT_EXPECT_EQ(test, U32_MAX, request.data[1]);
	KUNIT_EXPECT_EQ(test, 0x80000102, request.data[2]);
}

static void netback_ctrlcodec_test_response(struct kunit *test)
{
	static const u8 expected[12] = {
		7, 0, 10, 0, 2, 0, 0, 0, 4, 3, 2, 1,
	};
	const struct netback_ctrl_request request = { .id = 7, .type = 10 };
	u8 raw[12];

	KUNIT_EXPECT_EQ(test, 12U,
			netback_ctrl_response(raw, &request,
					      XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER,
					      0x01020304));
	KUNIT_EXPECT_EQ(test, 0, memcmp(raw, expected, sizeof(raw)));
}

struct gref_row {
	const char *name;
	u16 flags;
	bool readonly;
	int result;
};

static const struct gref_row gref_rows[] = {
	{ "to be read and written", 0, false, 0 },
	{ "to be read", 1, true, 0 },
	{ "an unknown flag", 2, false, -EINVAL },
	{ "the largest flag", 0x8000, false, -EINVAL },
	{ "a known one with it", 0x8001, true, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(gref, gref_rows, name);

/* The first and the last of a list; what the status was is of no interest. */
static void netback_ctrlcodec_test_gref(struct kunit *test)
{
	const struct gref_row *row = test->param_value;
	struct netback_ctrl_gref gref;
	u16 list[4 * NETBACK_CTRL_GREFS_MAX / 8] = {};
	unsigned int at, i;

	for (i = 0; i < 2; i++) {
		at = i ? ARRAY_SIZE(list) / 4 - 1 : 0;
		list[4 * at] = 0xfffe;
		list[4 * at + 1] = 0x8001;
		list[4 * at + 2] = row->flags;
		list[4 * at + 3] = 0xffff;
		KUNIT_EXPECT_EQ(test, row->result,
				netback_ctrl_gref_decode(&gref, list, at));
		KUNIT_EXPECT_EQ(test, 0x8001fffe, gref.ref);
		KUNIT_EXPECT_EQ(test, row->readonly, gref.readonly);
	}
}

/* Only the status is written, and only that of this entry. */
static void netback_ctrlcodec_test_answer(struct kunit *test)
{
	u8 list[3 * NETBACK_CTRL_GREF_BYTES];
	unsigned int i;

	memset(list, 0xa5, sizeof(list));
	netback_ctrl_gref_answer(list, 1, 0x0102);
	for (i = 0; i < sizeof(list); i++)
		KUNIT_EXPECT_EQ(test, i == 14 ? 2 : i == 15 ? 1 : 0xa5,
				(int)list[i]);
}

static void netback_ctrlcodec_test_names(struct kunit *test)
{
	unsigned int type;

	for (type = 1; type <= NETBACK_CTRL_DEL_GREF_MAPPING; type++)
		KUNIT_EXPECT_STRNEQ(test, "unknown",
				    netback_ctrl_type_name(type));
	KUNIT_EXPECT_STREQ(test, "unknown", netback_ctrl_type_name(0));
	KUNIT_EXPECT_STREQ(test, "unknown", netback_ctrl_type_name(type));
	KUNIT_EXPECT_STREQ(test, "unknown", netback_ctrl_type_name(0xffff));
}

static struct kunit_case netback_ctrlcodec_cases[] = {
	KUNIT_CASE(netback_ctrlcodec_test_request),
	KUNIT_CASE(netback_ctrlcodec_test_response),
	KUNIT_CASE_PARAM(netback_ctrlcodec_test_gref, gref_gen_params),
	KUNIT_CASE(netback_ctrlcodec_test_answer),
	KUNIT_CASE(netback_ctrlcodec_test_names),
	{}
};

static struct kunit_suite netback_ctrlcodec_suite = {
	.name = "netback_ctrlcodec",
	.test_cases = netback_ctrlcodec_cases,
};

kunit_test_suite(netback_ctrlcodec_suite);
