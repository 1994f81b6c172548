// SPDX-License-Identifier: GPL-2.0
/*
 * Both layouts against Xen's public header, as the compiler lays it out for
 * either machine. Compiled once for each: ABI_NAME and the offsets come from
 * the makefile.
 */
#include <kunit/test.h>

#include "codec.h"
#include "layout.h"

static void blkback_abi_test_offsets(struct kunit *test)
{
	const struct blkback_layout *l = blkback_layout_by_protocol(ABI_NAME);

	KUNIT_ASSERT_NOT_NULL(test, l);
	KUNIT_EXPECT_EQ(test, l->request_bytes, ABI_REQUEST_BYTES);
	KUNIT_EXPECT_EQ(test, l->request_bytes, ABI_SLOT_BYTES);
	KUNIT_EXPECT_EQ(test, l->response_bytes, ABI_RESPONSE_BYTES);
	KUNIT_EXPECT_EQ(test, 64, ABI_SLOTS);
	KUNIT_EXPECT_EQ(test, l->operation, ABI_OPERATION);
	KUNIT_EXPECT_EQ(test, l->id, ABI_ID);
	KUNIT_EXPECT_EQ(test, l->id, ABI_INDIRECT_ID);
	KUNIT_EXPECT_EQ(test, l->id, ABI_DISCARD_ID);
	KUNIT_EXPECT_EQ(test, l->sector, ABI_SECTOR);
	KUNIT_EXPECT_EQ(test, l->sector, ABI_INDIRECT_SECTOR);
	KUNIT_EXPECT_EQ(test, l->sector, ABI_DISCARD_SECTOR);
	KUNIT_EXPECT_EQ(test, l->nr_segments, ABI_NR_SEGMENTS);
	KUNIT_EXPECT_EQ(test, l->segments, ABI_SEGMENTS);
	KUNIT_EXPECT_EQ(test, l->indirect_operation, ABI_INDIRECT_OPERATION);
	KUNIT_EXPECT_EQ(test, l->indirect_nr_segments, ABI_INDIRECT_NR_SEGMENTS);
	KUNIT_EXPECT_EQ(test, l->indirect_grefs, ABI_INDIRECT_GREFS);
	KUNIT_EXPECT_EQ(test, l->discard_flags, ABI_DISCARD_FLAGS);
	KUNIT_EXPECT_EQ(test, l->discard_sectors, ABI_DISCARD_SECTORS);
	KUNIT_EXPECT_EQ(test, l->response_id, ABI_RESPONSE_ID);
	KUNIT_EXPECT_EQ(test, l->response_operation, ABI_RESPONSE_OPERATION);
	KUNIT_EXPECT_EQ(test, l->response_status, ABI_RESPONSE_STATUS);
}

static void blkback_abi_test_segment(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, BLKBACK_SEGMENT_BYTES, ABI_SEGMENT_BYTES);
	KUNIT_EXPECT_EQ(test, BLKBACK_SEGMENT_GREF, ABI_SEGMENT_GREF);
	KUNIT_EXPECT_EQ(test, BLKBACK_SEGMENT_FIRST, ABI_SEGMENT_FIRST);
	KUNIT_EXPECT_EQ(test, BLKBACK_SEGMENT_LAST, ABI_SEGMENT_LAST);
}

static struct kunit_case blkback_abi_cases[] = {
	KUNIT_CASE(blkback_abi_test_offsets),
	KUNIT_CASE(blkback_abi_test_segment),
	{}
};

static struct kunit_suite blkback_abi_suite = {
	.name = "blkback_abi " ABI_NAME,
	.test_cases = blkback_abi_cases,
};

kunit_test_suite(blkback_abi_suite);
