// SPDX-License-Identifier: GPL-2.0
/* The native layout against the kernel's own description of the protocol. */
#include <kunit/test.h>

#include "../codec.h"
#include "../layout.h"

#define EXPECT_AT(test, offset, member) \
	KUNIT_EXPECT_EQ(test, offset, offsetof(struct blkif_request, u.member))

static void blkback_layout_abi_test_offsets(struct kunit *test)
{
	const struct blkback_layout *layout = blkback_layout_native();

	KUNIT_EXPECT_EQ(test, layout->operation, offsetof(struct blkif_request, operation));
	EXPECT_AT(test, layout->id, rw.id);
	EXPECT_AT(test, layout->id, discard.id);
	EXPECT_AT(test, layout->id, indirect.id);
	EXPECT_AT(test, layout->id, other.id);
	EXPECT_AT(test, layout->sector, rw.sector_number);
	EXPECT_AT(test, layout->sector, discard.sector_number);
	EXPECT_AT(test, layout->sector, indirect.sector_number);
	EXPECT_AT(test, layout->nr_segments, rw.nr_segments);
	EXPECT_AT(test, layout->segments, rw.seg);
	EXPECT_AT(test, layout->indirect_operation, indirect.indirect_op);
	EXPECT_AT(test, layout->indirect_nr_segments, indirect.nr_segments);
	EXPECT_AT(test, layout->indirect_grefs, indirect.indirect_grefs);
	EXPECT_AT(test, layout->discard_flags, discard.flag);
	EXPECT_AT(test, layout->discard_sectors, discard.nr_sectors);
}

/* A request as Linux's frontend writes it. */
static void blkback_layout_abi_test_request(struct kunit *test)
{
	const struct blkback_limits limits = {
		.capacity = 1000, .block_size = 512, .page_size = 4096,
		.operations = BIT(BLKIF_OP_READ) | BIT(BLKIF_OP_WRITE),
	};
	struct blkif_request request = { .operation = BLKIF_OP_WRITE };
	struct blkback_request out;

	request.u.rw.nr_segments = 1;
	request.u.rw.handle = 0x1234;
	request.u.rw.id = 0x0123456789abcdefULL;
	request.u.rw.sector_number = 77;
	request.u.rw.seg[0] = (struct blkif_request_segment){
		.gref = 0xcafe, .first_sect = 2, .last_sect = 4,
	};

	KUNIT_ASSERT_EQ(test, 0, blkback_codec_decode(blkback_layout_native(), &request,
						      &limits, &out));
	KUNIT_EXPECT_EQ(test, out.id, 0x0123456789abcdefULL);
	KUNIT_EXPECT_EQ(test, out.operation, BLKIF_OP_WRITE);
	KUNIT_EXPECT_EQ(test, out.sector, 77);
	KUNIT_EXPECT_EQ(test, out.sectors, 3);
	KUNIT_EXPECT_EQ(test, out.segments[0].gref, 0xcafe);
	KUNIT_EXPECT_EQ(test, out.segments[0].offset, 1024);
	KUNIT_EXPECT_EQ(test, out.segments[0].length, 1536);
}

static void blkback_layout_abi_test_response(struct kunit *test)
{
	struct blkif_response response;

	blkback_codec_encode_response(blkback_layout_native(), &response, 0x8877665544332211ULL,
				      BLKIF_OP_WRITE, BLKIF_RSP_EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, response.id, 0x8877665544332211ULL);
	KUNIT_EXPECT_EQ(test, response.operation, BLKIF_OP_WRITE);
	KUNIT_EXPECT_EQ(test, response.status, BLKIF_RSP_EOPNOTSUPP);
}

static struct kunit_case blkback_layout_abi_cases[] = {
	KUNIT_CASE(blkback_layout_abi_test_offsets),
	KUNIT_CASE(blkback_layout_abi_test_request),
	KUNIT_CASE(blkback_layout_abi_test_response),
	{}
};

static struct kunit_suite blkback_layout_abi_suite = {
	.name = "blkback_layout_abi",
	.test_cases = blkback_layout_abi_cases,
};

kunit_test_suite(blkback_layout_abi_suite);
