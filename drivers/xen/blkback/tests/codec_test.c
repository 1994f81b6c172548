// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "../codec.h"
#include "raw.h"

#define CAPACITY 10000
#define FIRST_GREF 1000
#define ID 0xfedcba9876543210ULL

#define BASIC (BIT(BLKIF_OP_READ) | BIT(BLKIF_OP_WRITE))
#define WITH_FLUSH (BASIC | BIT(BLKIF_OP_FLUSH_DISKCACHE))
#define EVERYTHING (WITH_FLUSH | BIT(BLKIF_OP_WRITE_BARRIER) | BIT(BLKIF_OP_DISCARD) | \
		    BIT(BLKIF_OP_INDIRECT))

#define DEVICE(sectors, block, page, indirect, offers) \
	.capacity = sectors, .block_size = block, .page_size = page, \
	.max_indirect_segments = indirect, .operations = offers

static const struct blkback_limits plain = {
	DEVICE(CAPACITY, 512, 4096, 256, EVERYTHING)
};

static const struct blkback_limits no_offers = {
	DEVICE(CAPACITY, 512, 4096, 256, BASIC)
};

static const struct blkback_limits read_only = {
	DEVICE(CAPACITY, 512, 4096, 256, EVERYTHING), .read_only = true
};

static const struct blkback_limits can_erase = {
	DEVICE(CAPACITY, 512, 4096, 256, EVERYTHING), .secure_discard = true
};

static const struct blkback_limits blocks_4k = {
	DEVICE(CAPACITY, 4096, 4096, U16_MAX, EVERYTHING)
};

static const struct blkback_limits pages_16k = {
	DEVICE(CAPACITY, 512, 16384, U16_MAX, EVERYTHING)
};

static const struct blkback_limits both_large = {
	DEVICE(CAPACITY, 4096, 16384, 256, EVERYTHING)
};

static const struct blkback_limits empty_device = {
	DEVICE(0, 512, 4096, 256, EVERYTHING)
};

static const struct blkback_limits huge_device = {
	DEVICE(U64_MAX, 512, 4096, 256, EVERYTHING)
};

static const struct blkback_limits any_indirect = {
	DEVICE(CAPACITY, 512, 4096, U16_MAX, EVERYTHING)
};

static const struct blkback_limits no_indirect_segments = {
	DEVICE(CAPACITY, 512, 4096, 0, EVERYTHING)
};

static const char *const layouts[] = { "x86_64-abi", "x86_32-abi" };

/* One segment, number @at, is @first to @last; the others are one 4 KiB each. */
struct decode_row {
	const char *name;
	const struct blkback_limits *limits;
	struct raw_request request;
	u8 at, first, last;

	int error;
	enum blkback_reason reason;
	u64 sectors;
	u8 pages;
	bool secure;
};

#define REQUEST(op, nr, start) \
	.request = { .operation = BLKIF_OP_##op, .nr_segments = nr, .sector = start }
#define INDIRECT(op, nr, start) \
	.request = { .operation = BLKIF_OP_INDIRECT, .inner = op, .nr_segments = nr, \
		     .sector = start }
#define DISCARD(start, count, flags) \
	.request = { .operation = BLKIF_OP_DISCARD, .sector = start, \
		     .discard_sectors = count, .discard_flags = flags }
#define SEGMENT(number, from, to) .at = number, .first = from, .last = to
#define WHOLE SEGMENT(0, 0, 7)
#define GOOD(count) .sectors = count
#define BAD(why) .error = -EINVAL, .reason = BLKBACK_REASON_##why
#define UNSUPPORTED(why) .error = -EOPNOTSUPP, .reason = BLKBACK_REASON_##why
#define REFUSED_READ_ONLY .error = -EROFS, .reason = BLKBACK_REASON_READ_ONLY

static const struct decode_row decode_rows[] = {
	/* Reads and writes: number of segments */
	{ "read one sector", &plain, REQUEST(READ, 1, 5), SEGMENT(0, 3, 3), GOOD(1) },
	{ "read one page", &plain, REQUEST(READ, 1, 5), WHOLE, GOOD(8) },
	{ "read 11 pages", &plain, REQUEST(READ, 11, 0), WHOLE, GOOD(88) },
	{ "write 11 pages", &plain, REQUEST(WRITE, 11, 0), WHOLE, GOOD(88) },
	{ "write with a hole in a page", &plain, REQUEST(WRITE, 3, 0), SEGMENT(1, 2, 4), GOOD(19) },
	{ "read nothing", &plain, REQUEST(READ, 0, 0), WHOLE, BAD(NO_SEGMENTS) },
	{ "write nothing", &plain, REQUEST(WRITE, 0, 0), WHOLE, BAD(NO_SEGMENTS) },
	{ "12 segments", &plain, REQUEST(READ, 12, 0), WHOLE, BAD(TOO_MANY_SEGMENTS) },
	{ "255 segments", &plain, REQUEST(WRITE, 255, 0), WHOLE, BAD(TOO_MANY_SEGMENTS) },

	/* Segments */
	{ "last sector of a page", &plain, REQUEST(READ, 1, 0), SEGMENT(0, 7, 7), GOOD(1) },
	{ "sector 8", &plain, REQUEST(READ, 1, 0), SEGMENT(0, 8, 8), BAD(SEGMENT_BEYOND_PAGE) },
	{ "to sector 8", &plain, REQUEST(READ, 1, 0), SEGMENT(0, 0, 8), BAD(SEGMENT_BEYOND_PAGE) },
	{ "to sector 255", &plain, REQUEST(READ, 1, 0), SEGMENT(0, 0, 255),
	  BAD(SEGMENT_BEYOND_PAGE) },
	{ "from 1 to 0", &plain, REQUEST(READ, 1, 0), SEGMENT(0, 1, 0), BAD(SEGMENT_ORDER) },
	{ "from 255 to 0", &plain, REQUEST(WRITE, 1, 0), SEGMENT(0, 255, 0), BAD(SEGMENT_ORDER) },
	{ "bad order in the last of 11", &plain, REQUEST(READ, 11, 0), SEGMENT(10, 5, 4),
	  BAD(SEGMENT_ORDER) },
	{ "beyond page in the last of 11", &plain, REQUEST(READ, 11, 0), SEGMENT(10, 5, 8),
	  BAD(SEGMENT_BEYOND_PAGE) },
	{ "segment that is not used is not looked at", &plain, REQUEST(READ, 10, 0),
	  SEGMENT(10, 5, 4), GOOD(80) },
	{ "last sector of a 16 KiB page", &pages_16k, REQUEST(READ, 1, 0), SEGMENT(0, 31, 31),
	  GOOD(1) },
	{ "whole 16 KiB page", &pages_16k, REQUEST(READ, 1, 0), SEGMENT(0, 0, 31), GOOD(32) },
	{ "sector 32 of a 16 KiB page", &pages_16k, REQUEST(READ, 1, 0), SEGMENT(0, 0, 32),
	  BAD(SEGMENT_BEYOND_PAGE) },

	/* Place on the device */
	{ "last sector of the device", &plain, REQUEST(READ, 1, CAPACITY - 1), SEGMENT(0, 0, 0),
	  GOOD(1) },
	{ "up to the end", &plain, REQUEST(WRITE, 11, CAPACITY - 88), WHOLE, GOOD(88) },
	{ "one sector too far", &plain, REQUEST(WRITE, 11, CAPACITY - 87), WHOLE,
	  BAD(BEYOND_DEVICE) },
	{ "starts at the end", &plain, REQUEST(READ, 1, CAPACITY), SEGMENT(0, 0, 0),
	  BAD(BEYOND_DEVICE) },
	{ "starts behind the end", &plain, REQUEST(READ, 1, CAPACITY + 1), WHOLE,
	  BAD(BEYOND_DEVICE) },
	{ "end wraps to 0", &plain, REQUEST(WRITE, 1, U64_MAX - 7), WHOLE, BAD(BEYOND_DEVICE) },
	{ "end wraps to the middle", &plain, REQUEST(WRITE, 11, U64_MAX), WHOLE,
	  BAD(BEYOND_DEVICE) },
	{ "bytes would wrap", &plain, REQUEST(READ, 1, 1ULL << 55), WHOLE, BAD(BEYOND_DEVICE) },
	{ "only the upper half is too large", &plain, REQUEST(READ, 1, 1ULL << 32), WHOLE,
	  BAD(BEYOND_DEVICE) },
	{ "end wraps on a device of all sectors", &huge_device, REQUEST(READ, 2, U64_MAX - 8),
	  WHOLE, BAD(BEYOND_DEVICE) },
	{ "empty device", &empty_device, REQUEST(READ, 1, 0), SEGMENT(0, 0, 0),
	  BAD(BEYOND_DEVICE) },

	/* Logical blocks */
	{ "block of 4 KiB", &blocks_4k, REQUEST(WRITE, 2, 8), WHOLE, GOOD(16) },
	{ "start within a block", &blocks_4k, REQUEST(READ, 1, 4), WHOLE, BAD(START_UNALIGNED) },
	{ "start one sector off", &blocks_4k, REQUEST(READ, 1, 7), WHOLE, BAD(START_UNALIGNED) },
	{ "half a block", &blocks_4k, REQUEST(READ, 1, 8), SEGMENT(0, 0, 3),
	  BAD(SEGMENT_UNALIGNED) },
	{ "two halves of a block", &blocks_4k, REQUEST(WRITE, 11, 8), SEGMENT(10, 4, 7),
	  BAD(SEGMENT_UNALIGNED) },
	{ "4 KiB anywhere in a 16 KiB page", &both_large, REQUEST(READ, 1, 16), SEGMENT(0, 3, 10),
	  GOOD(8) },
	{ "6 KiB in a 16 KiB page", &both_large, REQUEST(READ, 1, 16), SEGMENT(0, 0, 11),
	  BAD(SEGMENT_UNALIGNED) },

	/* Read-only */
	{ "read a read-only device", &read_only, REQUEST(READ, 1, 0), WHOLE, GOOD(8) },
	{ "write a read-only device", &read_only, REQUEST(WRITE, 1, 0), WHOLE, REFUSED_READ_ONLY },
	{ "flush with data, read-only", &read_only, REQUEST(FLUSH_DISKCACHE, 1, 0), WHOLE,
	  REFUSED_READ_ONLY },
	{ "barrier with data, read-only", &read_only, REQUEST(WRITE_BARRIER, 1, 0), WHOLE,
	  REFUSED_READ_ONLY },
	{ "flush without data, read-only", &read_only, REQUEST(FLUSH_DISKCACHE, 0, 0), GOOD(0) },
	{ "discard, read-only", &read_only, DISCARD(0, 8, 0), REFUSED_READ_ONLY },
	{ "indirect read, read-only", &read_only, INDIRECT(BLKIF_OP_READ, 20, 0), .pages = 1 },
	{ "indirect write, read-only", &read_only, INDIRECT(BLKIF_OP_WRITE, 20, 0),
	  REFUSED_READ_ONLY },

	/* Flush and barrier */
	{ "flush", &plain, REQUEST(FLUSH_DISKCACHE, 0, 0), GOOD(0) },
	{ "flush, sector is noise", &plain, REQUEST(FLUSH_DISKCACHE, 0, U64_MAX), GOOD(0) },
	{ "flush with data", &plain, REQUEST(FLUSH_DISKCACHE, 2, 8), WHOLE, GOOD(16) },
	{ "flush with data beyond", &plain, REQUEST(FLUSH_DISKCACHE, 2, CAPACITY - 8), WHOLE,
	  BAD(BEYOND_DEVICE) },
	{ "flush with 12 segments", &plain, REQUEST(FLUSH_DISKCACHE, 12, 0), WHOLE,
	  BAD(TOO_MANY_SEGMENTS) },
	{ "flush, not offered", &no_offers, REQUEST(FLUSH_DISKCACHE, 0, 0),
	  UNSUPPORTED(NOT_OFFERED) },
	{ "barrier", &plain, REQUEST(WRITE_BARRIER, 1, 0), WHOLE, GOOD(8) },
	{ "barrier without data", &plain, REQUEST(WRITE_BARRIER, 0, 0), GOOD(0) },
	{ "barrier, not offered", &no_offers, REQUEST(WRITE_BARRIER, 1, 0), WHOLE,
	  UNSUPPORTED(NOT_OFFERED) },

	/* Discard */
	{ "discard", &plain, DISCARD(16, 800, 0), GOOD(800) },
	{ "discard everything", &plain, DISCARD(0, CAPACITY, 0), GOOD(CAPACITY) },
	{ "discard one too many", &plain, DISCARD(1, CAPACITY, 0), BAD(BEYOND_DEVICE) },
	{ "discard from the end", &plain, DISCARD(CAPACITY, 1, 0), BAD(BEYOND_DEVICE) },
	{ "discard that wraps", &plain, DISCARD(8, U64_MAX - 7, 0), BAD(BEYOND_DEVICE) },
	{ "discard nothing", &plain, DISCARD(0, 0, 0), BAD(NO_SECTORS) },
	{ "discard within a block", &blocks_4k, DISCARD(4, 8, 0), BAD(START_UNALIGNED) },
	{ "discard part of a block", &blocks_4k, DISCARD(8, 12, 0), BAD(LENGTH_UNALIGNED) },
	{ "discard, not offered", &no_offers, DISCARD(0, 8, 0), UNSUPPORTED(NOT_OFFERED) },
	{ "secure discard", &can_erase, DISCARD(0, 8, BLKIF_DISCARD_SECURE), GOOD(8),
	  .secure = true },
	{ "discard with unknown flags", &can_erase, DISCARD(0, 8, 0xfe), GOOD(8) },
	{ "secure discard, not offered", &plain, DISCARD(0, 8, BLKIF_DISCARD_SECURE), GOOD(8) },

	/* Indirect */
	{ "indirect read", &plain, INDIRECT(BLKIF_OP_READ, 32, 0), .pages = 1 },
	{ "indirect write", &plain, INDIRECT(BLKIF_OP_WRITE, 32, 0), .pages = 1 },
	{ "indirect, 1 segment", &plain, INDIRECT(BLKIF_OP_READ, 1, 0), .pages = 1 },
	{ "indirect, 11 segments", &plain, INDIRECT(BLKIF_OP_READ, 11, 0), .pages = 1 },
	{ "indirect, 12 segments", &plain, INDIRECT(BLKIF_OP_READ, 12, 0), .pages = 1 },
	{ "indirect, all 256", &plain, INDIRECT(BLKIF_OP_READ, 256, 0), .pages = 1 },
	{ "indirect, 257", &plain, INDIRECT(BLKIF_OP_READ, 257, 0), BAD(TOO_MANY_SEGMENTS) },
	{ "indirect, 65535", &plain, INDIRECT(BLKIF_OP_WRITE, 65535, 0), BAD(TOO_MANY_SEGMENTS) },
	{ "indirect, none", &plain, INDIRECT(BLKIF_OP_READ, 0, 0), BAD(NO_SEGMENTS) },
	{ "indirect, one page exactly", &any_indirect, INDIRECT(BLKIF_OP_READ, 512, 0),
	  .pages = 1 },
	{ "indirect, one more than a page", &any_indirect, INDIRECT(BLKIF_OP_READ, 513, 0),
	  .pages = 2 },
	{ "indirect, 8 pages", &any_indirect, INDIRECT(BLKIF_OP_READ, 4096, 0), .pages = 8 },
	{ "indirect, 9 pages", &any_indirect, INDIRECT(BLKIF_OP_READ, 4097, 0),
	  BAD(TOO_MANY_SEGMENTS) },
	{ "indirect, 65535, any offered", &any_indirect, INDIRECT(BLKIF_OP_READ, 65535, 0),
	  BAD(TOO_MANY_SEGMENTS) },
	{ "indirect, 16 KiB page full", &pages_16k, INDIRECT(BLKIF_OP_READ, 2048, 0),
	  .pages = 1 },
	{ "indirect, 16 KiB page and one", &pages_16k, INDIRECT(BLKIF_OP_READ, 2049, 0),
	  .pages = 2 },
	{ "indirect, 0 offered", &no_indirect_segments, INDIRECT(BLKIF_OP_READ, 1, 0),
	  BAD(TOO_MANY_SEGMENTS) },
	{ "indirect, not offered", &no_offers, INDIRECT(BLKIF_OP_READ, 32, 0),
	  UNSUPPORTED(NOT_OFFERED) },
	{ "indirect flush", &plain, INDIRECT(BLKIF_OP_FLUSH_DISKCACHE, 1, 0),
	  BAD(INDIRECT_OPERATION) },
	{ "indirect barrier", &plain, INDIRECT(BLKIF_OP_WRITE_BARRIER, 1, 0),
	  BAD(INDIRECT_OPERATION) },
	{ "indirect discard", &plain, INDIRECT(BLKIF_OP_DISCARD, 1, 0), BAD(INDIRECT_OPERATION) },
	{ "indirect indirect", &plain, INDIRECT(BLKIF_OP_INDIRECT, 1, 0),
	  BAD(INDIRECT_OPERATION) },
	{ "indirect unknown", &plain, INDIRECT(255, 1, 0), BAD(INDIRECT_OPERATION) },
	{ "indirect from the end", &plain, INDIRECT(BLKIF_OP_READ, 1, CAPACITY),
	  BAD(BEYOND_DEVICE) },
	{ "indirect within a block", &blocks_4k, INDIRECT(BLKIF_OP_READ, 1, 9),
	  BAD(START_UNALIGNED) },

	/* Operations that are none */
	{ "operation 4", &plain, .request = { .operation = 4 }, UNSUPPORTED(UNKNOWN_OPERATION) },
	{ "operation 7", &plain, .request = { .operation = 7 }, UNSUPPORTED(UNKNOWN_OPERATION) },
	{ "operation 16", &plain, .request = { .operation = 16 },
	  UNSUPPORTED(UNKNOWN_OPERATION) },
	{ "operation 255", &plain, .request = { .operation = 255 },
	  UNSUPPORTED(UNKNOWN_OPERATION) },
};

static void describe_decode(const struct decode_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(decode, decode_rows, describe_decode);

/* The row's request as bytes, in memory that ends where the request ends. */
static u8 *write_row(struct kunit *test, const struct decode_row *row,
		     const struct blkback_layout *layout)
{
	struct raw_request request = row->request;
	u8 *raw = kunit_kzalloc(test, layout->request_bytes, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, raw);
	request.id = ID;
	raw_write(layout, raw, &request, 0xa5);

	if (request.operation == BLKIF_OP_INDIRECT) {
		for (i = 0; i < BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST; i++)
			raw_write_indirect_gref(layout, raw, i, FIRST_GREF + i);
	} else if (request.operation != BLKIF_OP_DISCARD) {
		for (i = 0; i < BLKIF_MAX_SEGMENTS_PER_REQUEST; i++)
			raw_write_segment(raw + layout->segments, i, FIRST_GREF + i, 0, 7);
		raw_write_segment(raw + layout->segments, row->at, FIRST_GREF + row->at,
				  row->first, row->last);
	}
	return raw;
}

static void expect_segments(struct kunit *test, const struct decode_row *row,
			    const struct blkback_request *out)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, out->nr_segments, row->request.nr_segments);
	KUNIT_EXPECT_EQ(test, out->nr_decoded, row->request.nr_segments);
	for (i = 0; i < out->nr_segments; i++) {
		unsigned int first = i == row->at ? row->first : 0;
		unsigned int last = i == row->at ? row->last : 7;

		KUNIT_EXPECT_EQ(test, out->segments[i].gref, FIRST_GREF + i);
		KUNIT_EXPECT_EQ(test, out->segments[i].offset, first * 512);
		KUNIT_EXPECT_EQ(test, out->segments[i].length, (last - first + 1) * 512);
	}
}

static void expect_indirect(struct kunit *test, const struct decode_row *row,
			    const struct blkback_request *out)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, out->nr_segments, row->request.nr_segments);
	KUNIT_EXPECT_EQ(test, out->nr_decoded, 0);
	for (i = 0; i < out->nr_indirect_pages; i++)
		KUNIT_EXPECT_EQ(test, out->indirect_grefs[i], FIRST_GREF + i);
}

static void expect_row(struct kunit *test, const struct decode_row *row,
		       const struct blkback_layout *layout)
{
	bool indirect = row->request.operation == BLKIF_OP_INDIRECT;
	struct blkback_request out;
	u8 *raw = write_row(test, row, layout);
	u8 before[BLKBACK_REQUEST_BYTES_MAX];

	memcpy(before, raw, layout->request_bytes);
	memset(&out, 0xee, sizeof(out));
	KUNIT_EXPECT_EQ(test, blkback_codec_decode(layout, raw, row->limits, &out), row->error);
	KUNIT_EXPECT_EQ(test, out.reason, row->reason);
	KUNIT_EXPECT_EQ(test, out.id, ID);
	KUNIT_EXPECT_EQ(test, out.operation,
			indirect ? row->request.inner : row->request.operation);
	KUNIT_EXPECT_EQ(test, 0, memcmp(before, raw, layout->request_bytes));
	if (row->error || out.reason)
		return;

	KUNIT_EXPECT_EQ(test, out.sectors, row->sectors);
	KUNIT_EXPECT_EQ(test, out.secure, row->secure);
	KUNIT_EXPECT_EQ(test, out.nr_indirect_pages, row->pages);
	if (row->sectors || row->pages)
		KUNIT_EXPECT_EQ(test, out.sector, row->request.sector);
	if (indirect)
		expect_indirect(test, row, &out);
	else
		expect_segments(test, row, &out);
}

static void blkback_codec_test_decode(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		expect_row(test, test->param_value, blkback_layout_by_protocol(layouts[i]));
}

/* The table above is no proof if a reason is missing from it. */
static void blkback_codec_test_every_reason_has_a_row(struct kunit *test)
{
	unsigned int reason, i;

	for (reason = 0; reason < BLKBACK_REASONS; reason++) {
		bool found = reason == BLKBACK_REASON_EXTRA_PAGE;

		for (i = 0; i < ARRAY_SIZE(decode_rows); i++)
			found |= decode_rows[i].reason == reason;
		KUNIT_EXPECT_EQ_MSG(test, found, true, "reason %u", reason);
	}
}

/* Bytes put together by hand from the protocol's description. */
static void blkback_codec_test_bytes_of_64_bit_guest(struct kunit *test)
{
	static const u8 raw[112] = {
		0x01, 0x02, 0x00, 0xca, 0x00, 0x00, 0x00, 0x00,	/* write, 2 segments, handle */
		0x1f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* id */
		0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* sector */
		0x09, 0x01, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00,
		0x0a, 0x02, 0x00, 0x00, 0x02, 0x03, 0x00, 0x00,
	};
	struct blkback_request out;

	KUNIT_ASSERT_EQ(test, 0, blkback_codec_decode(blkback_layout_by_protocol("x86_64-abi"),
						      raw, &plain, &out));
	KUNIT_EXPECT_EQ(test, out.operation, BLKIF_OP_WRITE);
	KUNIT_EXPECT_EQ(test, out.id, 0x1f);
	KUNIT_EXPECT_EQ(test, out.sector, 2048);
	KUNIT_EXPECT_EQ(test, out.sectors, 10);
	KUNIT_EXPECT_EQ(test, out.segments[0].gref, 0x109);
	KUNIT_EXPECT_EQ(test, out.segments[1].gref, 0x20a);
	KUNIT_EXPECT_EQ(test, out.segments[1].offset, 1024);
	KUNIT_EXPECT_EQ(test, out.segments[1].length, 1024);
}

static void blkback_codec_test_bytes_of_32_bit_guest(struct kunit *test)
{
	static const u8 raw[108] = {
		0x06, 0x00, 0x20, 0x00,				/* indirect read, 32 segments */
		0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80,	/* id */
		0x10, 0x27, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* sector */
		0x00, 0xca, 0x00, 0x00,				/* handle */
		0x44, 0x33, 0x22, 0x11,
	};
	struct blkback_request out;

	KUNIT_ASSERT_EQ(test, 0, blkback_codec_decode(blkback_layout_by_protocol("x86_32-abi"),
						      raw, &huge_device, &out));
	KUNIT_EXPECT_EQ(test, out.operation, BLKIF_OP_READ);
	KUNIT_EXPECT_EQ(test, out.id, 0x8000000000000005ULL);
	KUNIT_EXPECT_EQ(test, out.sector, 10000);
	KUNIT_EXPECT_EQ(test, out.nr_segments, 32);
	KUNIT_EXPECT_EQ(test, out.nr_indirect_pages, 1);
	KUNIT_EXPECT_EQ(test, out.indirect_grefs[0], 0x11223344);
}

/* Whatever the operation, the response can name the request. */
static void blkback_codec_test_id_of_every_operation(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	unsigned int operation, i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		const struct blkback_layout *layout = blkback_layout_by_protocol(layouts[i]);

		for (operation = 0; operation < 256; operation++) {
			struct raw_request request = {
				.operation = operation, .id = ID + operation, .inner = operation,
			};
			struct blkback_request out;
			int error;

			raw_write(layout, raw, &request, 0xff);
			error = blkback_codec_decode(layout, raw, &plain, &out);
			KUNIT_EXPECT_EQ(test, out.id, ID + operation);
			KUNIT_EXPECT_EQ(test, out.operation, operation);
			KUNIT_EXPECT_EQ(test, !error, out.reason == BLKBACK_REASON_NONE);
			if (operation > BLKIF_OP_INDIRECT)
				KUNIT_EXPECT_EQ(test, error, -EOPNOTSUPP);
		}
	}
}

static void blkback_codec_test_raw_at_any_address(struct kunit *test)
{
	const struct blkback_layout *layout = blkback_layout_native();
	const struct raw_request request = {
		.operation = BLKIF_OP_READ, .nr_segments = 1, .id = ID, .sector = 17,
	};
	u8 raw[BLKBACK_REQUEST_BYTES_MAX + 8];
	unsigned int i;

	for (i = 0; i < 8; i++) {
		struct blkback_request out;

		raw_write(layout, raw + i, &request, 0);
		raw_write_segment(raw + i + layout->segments, 0, 99, 1, 2);
		KUNIT_ASSERT_EQ(test, 0, blkback_codec_decode(layout, raw + i, &plain, &out));
		KUNIT_EXPECT_EQ(test, out.id, ID);
		KUNIT_EXPECT_EQ(test, out.sector, 17);
		KUNIT_EXPECT_EQ(test, out.segments[0].gref, 99);
	}
}

/* What may come of one segment, said in another way than the codec does. */
static bool segment_is_good(const struct blkback_limits *limits, int first, int last)
{
	int bytes = (last + 1 - first) * 512;

	return bytes > 0 && (last + 1) * 512 <= (int)limits->page_size &&
	       bytes % (int)limits->block_size == 0;
}

static void blkback_codec_test_every_segment(struct kunit *test)
{
	static const struct blkback_limits *const all[] = {
		&plain, &blocks_4k, &pages_16k, &both_large,
	};
	const struct blkback_layout *layout = blkback_layout_native();
	const struct raw_request request = { .operation = BLKIF_OP_READ, .nr_segments = 1 };
	unsigned int i, first, last, wrong = 0, good = 0;
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];

	raw_write(layout, raw, &request, 0);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		for (first = 0; first < 256; first++) {
			for (last = 0; last < 256; last++) {
				struct blkback_request out;
				bool accepted;

				raw_write_segment(raw + layout->segments, 0, 1, first, last);
				accepted = !blkback_codec_decode(layout, raw, all[i], &out);
				wrong += accepted != segment_is_good(all[i], first, last);
				if (!accepted)
					continue;
				good++;
				wrong += out.segments[0].offset + out.segments[0].length >
					 all[i]->page_size;
			}
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	/* 36 and 1 pieces of 4 KiB; 528 and 25 + 17 + 9 + 1 of 16 KiB. */
	KUNIT_EXPECT_EQ(test, good, 36 + 1 + 528 + 52);
}

/* Indirect pages: segment number @at is @first to @last, the others one sector. */
struct indirect_row {
	const char *name;
	const struct blkback_limits *limits;
	u16 nr_segments;
	u64 sector;
	u16 at;
	u8 first, last;

	u8 good_pages;
	enum blkback_reason reason;	/* of the page after the good ones */
};

static const struct indirect_row indirect_rows[] = {
	{ "one segment", &plain, 1, 0, 0, 0, 0, 1 },
	{ "256 segments", &plain, 256, 0, 255, 0, 7, 1 },
	{ "page exactly full", &any_indirect, 512, 0, 511, 0, 7, 1 },
	{ "two pages", &any_indirect, 513, 0, 512, 0, 7, 2 },
	{ "8 pages", &any_indirect, 4096, 0, 4095, 0, 7, 8 },
	{ "16 KiB pages", &pages_16k, 2049, 0, 2048, 31, 31, 2 },
	{ "up to the end", &any_indirect, 600, CAPACITY - 600, 0, 0, 0, 2 },
	{ "first one bad", &plain, 256, 0, 0, 1, 0, 0, BLKBACK_REASON_SEGMENT_ORDER },
	{ "last one bad", &plain, 256, 0, 255, 0, 8, 0, BLKBACK_REASON_SEGMENT_BEYOND_PAGE },
	{ "bad on the second page", &any_indirect, 600, 0, 512, 9, 8, 1,
	  BLKBACK_REASON_SEGMENT_ORDER },
	{ "not in whole blocks", &blocks_4k, 3, 0, 2, 0, 6, 0,
	  BLKBACK_REASON_SEGMENT_UNALIGNED },
	{ "one sector beyond", &plain, 100, CAPACITY - 100, 99, 0, 1, 0,
	  BLKBACK_REASON_BEYOND_DEVICE },
	{ "beyond on the second page", &any_indirect, 600, CAPACITY - 599, 0, 0, 0, 1,
	  BLKBACK_REASON_BEYOND_DEVICE },
};

static void describe_indirect(const struct indirect_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(indirect, indirect_rows, describe_indirect);

/* The next page in memory of just the size that is asked for. */
static u8 *write_page(struct kunit *test, const struct indirect_row *row,
		      const struct blkback_request *request)
{
	unsigned int bytes = blkback_codec_indirect_bytes(row->limits, request);
	u8 plain_last = row->limits->block_size / 512 - 1;
	u8 *page = kunit_kzalloc(test, bytes, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_LE(test, bytes, row->limits->page_size);
	for (i = 0; i < bytes / 8; i++) {
		unsigned int number = request->nr_decoded + i;
		bool special = number == row->at;

		raw_write_segment(page, i, FIRST_GREF + number, special ? row->first : 0,
				  special ? row->last : plain_last);
	}
	return page;
}

static int decode_page(struct kunit *test, const struct indirect_row *row,
		       struct blkback_request *request, struct blkback_segment *segments)
{
	u8 *page = write_page(test, row, request);

	return blkback_codec_decode_indirect(row->limits, page, request, segments);
}

static void blkback_codec_test_indirect(struct kunit *test)
{
	const struct indirect_row *row = test->param_value;
	const struct blkback_layout *layout = blkback_layout_native();
	const struct raw_request raw_request = {
		.operation = BLKIF_OP_INDIRECT, .inner = BLKIF_OP_WRITE,
		.nr_segments = row->nr_segments, .sector = row->sector, .id = ID,
	};
	struct blkback_segment *segments;
	struct blkback_request request;
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	unsigned int i;

	segments = kunit_kzalloc(test, row->nr_segments * sizeof(*segments), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, segments);
	raw_write(layout, raw, &raw_request, 0);
	KUNIT_ASSERT_EQ(test, 0, blkback_codec_decode(layout, raw, row->limits, &request));

	for (i = 0; i < row->good_pages; i++)
		KUNIT_ASSERT_EQ(test, 0, decode_page(test, row, &request, segments));
	if (row->reason) {
		KUNIT_EXPECT_EQ(test, -EINVAL, decode_page(test, row, &request, segments));
		KUNIT_EXPECT_EQ(test, request.reason, row->reason);
		KUNIT_EXPECT_EQ(test, request.id, ID);
		KUNIT_EXPECT_EQ(test, request.operation, BLKIF_OP_WRITE);
		return;
	}

	KUNIT_EXPECT_EQ(test, request.nr_indirect_pages, row->good_pages);
	KUNIT_EXPECT_EQ(test, request.nr_decoded, row->nr_segments);
	KUNIT_EXPECT_EQ(test, request.sectors, row->nr_segments + row->last - row->first);
	KUNIT_EXPECT_EQ(test, segments[row->at].offset, row->first * 512);
	KUNIT_EXPECT_EQ(test, segments[row->at].length, (row->last - row->first + 1) * 512);
	for (i = 0; i < row->nr_segments; i++)
		KUNIT_ASSERT_EQ(test, segments[i].gref, FIRST_GREF + i);
}

static void blkback_codec_test_extra_indirect_page(struct kunit *test)
{
	struct blkback_request request = { .nr_segments = 3, .nr_decoded = 3 };
	struct blkback_segment segments[1];

	KUNIT_EXPECT_EQ(test, 0, blkback_codec_indirect_bytes(&plain, &request));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			blkback_codec_decode_indirect(&plain, NULL, &request, segments));
	KUNIT_EXPECT_EQ(test, request.reason, BLKBACK_REASON_EXTRA_PAGE);
}

/* All bytes of a response are set, none behind it. */
static void blkback_codec_test_response_bytes(struct kunit *test)
{
	static const u8 wanted[BLKBACK_RESPONSE_BYTES_MAX] = {
		0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0x05, 0x00, 0xfe, 0xff,
	};
	u8 raw[BLKBACK_RESPONSE_BYTES_MAX + 4];
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		const struct blkback_layout *layout = blkback_layout_by_protocol(layouts[i]);

		memset(raw, 0xdb, sizeof(raw));
		blkback_codec_encode_response(layout, raw, 0x1122334455667788ULL, 5,
					      BLKIF_RSP_EOPNOTSUPP);
		KUNIT_EXPECT_EQ(test, 0, memcmp(raw, wanted, layout->response_bytes));
		for (j = layout->response_bytes; j < sizeof(raw); j++)
			KUNIT_EXPECT_EQ(test, raw[j], 0xdb);
	}
}

static void blkback_codec_test_status(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkback_codec_status(0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, blkback_codec_status(-EOPNOTSUPP), BLKIF_RSP_EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, blkback_codec_status(-EROFS), BLKIF_RSP_ERROR);
	KUNIT_EXPECT_EQ(test, blkback_codec_status(-EIO), BLKIF_RSP_ERROR);
	KUNIT_EXPECT_EQ(test, blkback_codec_status(-EINVAL), BLKIF_RSP_ERROR);
}

static void blkback_codec_test_reason_names(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < BLKBACK_REASONS; i++) {
		KUNIT_ASSERT_NOT_NULL(test, blkback_codec_reason_name(i));
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, 0, strcmp(blkback_codec_reason_name(i),
							blkback_codec_reason_name(j)));
	}
	KUNIT_EXPECT_STREQ(test, blkback_codec_reason_name(BLKBACK_REASONS), "no such reason");
	KUNIT_EXPECT_STREQ(test, blkback_codec_reason_name(0xffffffff), "no such reason");
}

static void blkback_codec_test_changes_device(struct kunit *test)
{
	struct blkback_request request = { .operation = BLKIF_OP_READ, .sectors = 8 };

	KUNIT_EXPECT_FALSE(test, blkback_codec_changes_device(&request));
	request.operation = BLKIF_OP_WRITE;
	KUNIT_EXPECT_TRUE(test, blkback_codec_changes_device(&request));
	request.operation = BLKIF_OP_FLUSH_DISKCACHE;
	KUNIT_EXPECT_TRUE(test, blkback_codec_changes_device(&request));
	request.sectors = 0;
	KUNIT_EXPECT_FALSE(test, blkback_codec_changes_device(&request));
}

static struct kunit_case blkback_codec_cases[] = {
	KUNIT_CASE_PARAM(blkback_codec_test_decode, decode_gen_params),
	KUNIT_CASE(blkback_codec_test_every_reason_has_a_row),
	KUNIT_CASE(blkback_codec_test_bytes_of_64_bit_guest),
	KUNIT_CASE(blkback_codec_test_bytes_of_32_bit_guest),
	KUNIT_CASE(blkback_codec_test_id_of_every_operation),
	KUNIT_CASE(blkback_codec_test_raw_at_any_address),
	KUNIT_CASE(blkback_codec_test_every_segment),
	KUNIT_CASE_PARAM(blkback_codec_test_indirect, indirect_gen_params),
	KUNIT_CASE(blkback_codec_test_extra_indirect_page),
	KUNIT_CASE(blkback_codec_test_response_bytes),
	KUNIT_CASE(blkback_codec_test_status),
	KUNIT_CASE(blkback_codec_test_reason_names),
	KUNIT_CASE(blkback_codec_test_changes_device),
	{}
};

static struct kunit_suite blkback_codec_suite = {
	.name = "blkback_codec",
	.test_cases = blkback_codec_cases,
};

kunit_test_suite(blkback_codec_suite);
