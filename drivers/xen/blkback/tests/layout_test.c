// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "../codec.h"
#include "../layout.h"

struct protocol_row {
	const char *name;
	const char *protocol;
	const char *layout;	/* NULL: not known */
};

static const struct protocol_row protocol_rows[] = {
	{ "64-bit x86", "x86_64-abi", "x86_64-abi" },
	{ "32-bit x86", "x86_32-abi", "x86_32-abi" },
	{ "arm", "arm-abi", "x86_64-abi" },
	{ "ia64", "ia64-abi", "x86_64-abi" },
	{ "big-endian machine", "powerpc64-abi", NULL },
	{ "empty", "", NULL },
	{ "space behind", "x86_64-abi ", NULL },
	{ "newline behind", "x86_32-abi\n", NULL },
	{ "beginning only", "x86_32", NULL },
	{ "other case", "X86_64-ABI", NULL },
	{ "no protocol at all", "../../0/name", NULL },
};

static void describe_protocol(const struct protocol_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(protocol, protocol_rows, describe_protocol);

static void blkback_layout_test_protocol(struct kunit *test)
{
	const struct protocol_row *row = test->param_value;
	const struct blkback_layout *layout = blkback_layout_by_protocol(row->protocol);

	if (!row->layout) {
		KUNIT_EXPECT_NULL(test, layout);
		return;
	}
	KUNIT_ASSERT_NOT_NULL(test, layout);
	KUNIT_EXPECT_STREQ(test, layout->name, row->layout);
}

static void blkback_layout_test_no_protocol_is_native(struct kunit *test)
{
	const struct blkback_layout *native = blkback_layout_native();

	KUNIT_ASSERT_NOT_NULL(test, native);
	KUNIT_EXPECT_PTR_EQ(test, blkback_layout_by_protocol(NULL), native);
	KUNIT_EXPECT_EQ(test, native->request_bytes, sizeof(struct blkif_request));
	KUNIT_EXPECT_EQ(test, native->response_bytes, sizeof(struct blkif_response));
}

static void blkback_layout_test_sizes(struct kunit *test)
{
	const struct blkback_layout *wide = blkback_layout_by_protocol("x86_64-abi");
	const struct blkback_layout *narrow = blkback_layout_by_protocol("x86_32-abi");

	KUNIT_EXPECT_EQ(test, wide->request_bytes, 112);
	KUNIT_EXPECT_EQ(test, wide->response_bytes, 16);
	KUNIT_EXPECT_EQ(test, narrow->request_bytes, 108);
	KUNIT_EXPECT_EQ(test, narrow->response_bytes, 12);
	KUNIT_EXPECT_EQ(test, wide->request_bytes, BLKBACK_REQUEST_BYTES_MAX);
	KUNIT_EXPECT_EQ(test, wide->response_bytes, BLKBACK_RESPONSE_BYTES_MAX);
}

/* Every byte a decoder may load lies in the request. */
static void blkback_layout_test_fields_are_inside(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(protocol_rows); i++) {
		const struct blkback_layout *l =
			blkback_layout_by_protocol(protocol_rows[i].protocol);

		if (!l)
			continue;
		KUNIT_EXPECT_LE(test, l->id + sizeof(u64), l->sector);
		KUNIT_EXPECT_LE(test, l->sector + sizeof(u64), l->segments);
		KUNIT_EXPECT_EQ(test, l->segments +
				BLKIF_MAX_SEGMENTS_PER_REQUEST * BLKBACK_SEGMENT_BYTES,
				l->request_bytes);
		KUNIT_EXPECT_LE(test, l->indirect_nr_segments + sizeof(u16), l->id);
		KUNIT_EXPECT_LE(test, l->sector + sizeof(u64), l->indirect_grefs);
		KUNIT_EXPECT_LE(test, l->indirect_grefs +
				BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST * sizeof(u32),
				l->request_bytes);
		KUNIT_EXPECT_LE(test, l->sector + sizeof(u64), l->discard_sectors);
		KUNIT_EXPECT_LE(test, l->discard_sectors + sizeof(u64), l->request_bytes);
		KUNIT_EXPECT_LE(test, l->response_status + sizeof(u16), l->response_bytes);
	}
}

static void blkback_layout_test_unaligned_access(struct kunit *test)
{
	u8 raw[24];
	unsigned int i;

	for (i = 0; i < 8; i++) {
		memset(raw, 0x5a, sizeof(raw));
		blkback_layout_put_u64(raw, i, 0x1122334455667788ULL);
		blkback_layout_put_u32(raw, i + 8, 0x99aabbcc);
		blkback_layout_put_u16(raw, i + 12, 0xddee);
		blkback_layout_put_u8(raw, i + 14, 0xff);
		KUNIT_EXPECT_EQ(test, blkback_layout_get_u64(raw, i), 0x1122334455667788ULL);
		KUNIT_EXPECT_EQ(test, blkback_layout_get_u32(raw, i + 8), 0x99aabbccU);
		KUNIT_EXPECT_EQ(test, blkback_layout_get_u16(raw, i + 12), 0xddee);
		KUNIT_EXPECT_EQ(test, blkback_layout_get_u8(raw, i + 14), 0xff);
		KUNIT_EXPECT_EQ(test, raw[i + 15], 0x5a);
	}
}

static struct kunit_case blkback_layout_cases[] = {
	KUNIT_CASE_PARAM(blkback_layout_test_protocol, protocol_gen_params),
	KUNIT_CASE(blkback_layout_test_no_protocol_is_native),
	KUNIT_CASE(blkback_layout_test_sizes),
	KUNIT_CASE(blkback_layout_test_fields_are_inside),
	KUNIT_CASE(blkback_layout_test_unaligned_access),
	{}
};

static struct kunit_suite blkback_layout_suite = {
	.name = "blkback_layout",
	.test_cases = blkback_layout_cases,
};

kunit_test_suite(blkback_layout_suite);
