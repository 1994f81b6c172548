// SPDX-License-Identifier: GPL-2.0
#include "codec.h"

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

/* What an operation of the protocol is made of. */
enum {
	OP_KNOWN = BIT(0),
	OP_CHANGES = BIT(1),	/* the device, so not for a read-only one */
	OP_MAY_BE_EMPTY = BIT(2)	/* has a meaning without a segment */
};

static const u8 operation_traits[] = {
	[BLKIF_OP_READ] = OP_KNOWN,
	[BLKIF_OP_WRITE] = OP_KNOWN | OP_CHANGES,
	[BLKIF_OP_WRITE_BARRIER] = OP_KNOWN | OP_CHANGES | OP_MAY_BE_EMPTY,
	[BLKIF_OP_FLUSH_DISKCACHE] = OP_KNOWN | OP_CHANGES | OP_MAY_BE_EMPTY,
	[BLKIF_OP_DISCARD] = OP_KNOWN | OP_CHANGES,
	[BLKIF_OP_INDIRECT] = OP_KNOWN,
};

static_assert(ARRAY_SIZE(operation_traits) <= 8 * sizeof_field(struct blkback_limits, operations));

static int refuse(struct blkback_request *request, enum blkback_reason reason)
{
	request->reason = reason;
	switch (reason) {
	case BLKBACK_REASON_UNKNOWN_OPERATION:
	case BLKBACK_REASON_NOT_OFFERED:
		return -EOPNOTSUPP;
	case BLKBACK_REASON_READ_ONLY:
		return -EROFS;
	default:
		return -EINVAL;
	}
}

static unsigned int segments_per_page(const struct blkback_limits *limits)
{
	return limits->page_size / BLKBACK_SEGMENT_BYTES;
}

/* In sectors of the protocol, less one: for masking. */
static u32 block_mask(const struct blkback_limits *limits)
{
	return (limits->block_size >> BLKBACK_SECTOR_SHIFT) - 1;
}

static bool beyond_device(const struct blkback_limits *limits, u64 sector, u64 sectors)
{
	u64 capacity = READ_ONCE(limits->capacity);

	return sector > capacity || sectors > capacity - sector;
}

/*
 * Take @nr segments apart and add them to what the request transfers.
 * The bytes at @raw have been copied out of the guest's reach.
 */
static __always_inline int
decode_segments(const struct blkback_limits *limits, const u8 *raw, unsigned int nr,
		struct blkback_request *request, struct blkback_segment *segments)
{
	u32 sectors_per_page = limits->page_size >> BLKBACK_SECTOR_SHIFT;
	u32 mask = block_mask(limits);
	u64 sectors = request->sectors;
	unsigned int i;

	for (i = 0; i < nr; i++, raw += BLKBACK_SEGMENT_BYTES) {
		u32 first = blkback_layout_get_u8(raw, BLKBACK_SEGMENT_FIRST);
		u32 last = blkback_layout_get_u8(raw, BLKBACK_SEGMENT_LAST);
		u32 count = last - first + 1;

		if (first > last)
			return refuse(request, BLKBACK_REASON_SEGMENT_ORDER);
		if (last >= sectors_per_page)
			return refuse(request, BLKBACK_REASON_SEGMENT_BEYOND_PAGE);
		if (count & mask)
			return refuse(request, BLKBACK_REASON_SEGMENT_UNALIGNED);

		segments[i].gref = blkback_layout_get_u32(raw, BLKBACK_SEGMENT_GREF);
		segments[i].offset = first << BLKBACK_SECTOR_SHIFT;
		segments[i].length = count << BLKBACK_SECTOR_SHIFT;
		sectors += count;
	}

	if (beyond_device(limits, request->sector, sectors))
		return refuse(request, BLKBACK_REASON_BEYOND_DEVICE);

	request->sectors = sectors;
	request->nr_decoded += nr;
	return 0;
}

/* The first sector, as far as it can be judged without the length. */
static __always_inline int
decode_start(const struct blkback_layout *layout, const void *raw,
	     const struct blkback_limits *limits, struct blkback_request *request)
{
	request->sector = blkback_layout_get_u64(raw, layout->sector);
	if (request->sector & block_mask(limits))
		return refuse(request, BLKBACK_REASON_START_UNALIGNED);
	if (request->sector >= READ_ONCE(limits->capacity))
		return refuse(request, BLKBACK_REASON_BEYOND_DEVICE);
	return 0;
}

static int decode_direct(const struct blkback_layout *layout, const void *raw,
			 const struct blkback_limits *limits, struct blkback_request *request)
{
	u8 traits = operation_traits[request->operation];
	int error;

	request->nr_segments = blkback_layout_get_u8(raw, layout->nr_segments);
	if (request->nr_segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		return refuse(request, BLKBACK_REASON_TOO_MANY_SEGMENTS);
	if (!request->nr_segments) {
		/* Nothing is transferred, so the sector has no meaning. */
		if (traits & OP_MAY_BE_EMPTY)
			return 0;
		return refuse(request, BLKBACK_REASON_NO_SEGMENTS);
	}
	if (limits->read_only && (traits & OP_CHANGES))
		return refuse(request, BLKBACK_REASON_READ_ONLY);

	error = decode_start(layout, raw, limits, request);
	if (error)
		return error;
	return decode_segments(limits, (const u8 *)raw + layout->segments, request->nr_segments,
			       request, request->segments);
}

static int decode_indirect(const struct blkback_layout *layout, const void *raw,
			   const struct blkback_limits *limits, struct blkback_request *request)
{
	unsigned int pages, i;
	int error;

	/* request->operation is the one inside already. */
	if (request->operation != BLKIF_OP_READ && request->operation != BLKIF_OP_WRITE)
		return refuse(request, BLKBACK_REASON_INDIRECT_OPERATION);

	request->nr_segments = blkback_layout_get_u16(raw, layout->indirect_nr_segments);
	if (!request->nr_segments)
		return refuse(request, BLKBACK_REASON_NO_SEGMENTS);
	pages = DIV_ROUND_UP(request->nr_segments, segments_per_page(limits));
	if (request->nr_segments > limits->max_indirect_segments ||
	    pages > BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST)
		return refuse(request, BLKBACK_REASON_TOO_MANY_SEGMENTS);
	if (limits->read_only && request->operation == BLKIF_OP_WRITE)
		return refuse(request, BLKBACK_REASON_READ_ONLY);

	error = decode_start(layout, raw, limits, request);
	if (error)
		return error;

	for (i = 0; i < pages; i++)
		request->indirect_grefs[i] =
			blkback_layout_get_u32(raw, layout->indirect_grefs + i * sizeof(u32));
	request->nr_indirect_pages = pages;
	return 0;
}

static int decode_discard(const struct blkback_layout *layout, const void *raw,
			  const struct blkback_limits *limits, struct blkback_request *request)
{
	int error;

	if (limits->read_only)
		return refuse(request, BLKBACK_REASON_READ_ONLY);

	error = decode_start(layout, raw, limits, request);
	if (error)
		return error;

	request->sectors = blkback_layout_get_u64(raw, layout->discard_sectors);
	if (!request->sectors)
		return refuse(request, BLKBACK_REASON_NO_SECTORS);
	if (request->sectors & block_mask(limits))
		return refuse(request, BLKBACK_REASON_LENGTH_UNALIGNED);
	if (beyond_device(limits, request->sector, request->sectors))
		return refuse(request, BLKBACK_REASON_BEYOND_DEVICE);

	request->secure = limits->secure_discard &&
		(blkback_layout_get_u8(raw, layout->discard_flags) & BLKIF_DISCARD_SECURE);
	return 0;
}

int blkback_codec_decode(const struct blkback_layout *layout, const void *raw,
			 const struct blkback_limits *limits, struct blkback_request *out)
{
	u8 operation = blkback_layout_get_u8(raw, layout->operation);

	out->id = blkback_layout_get_u64(raw, layout->id);
	out->operation = operation;
	out->reason = BLKBACK_REASON_NONE;
	out->sector = 0;
	out->sectors = 0;
	out->nr_segments = 0;
	out->nr_decoded = 0;
	out->nr_indirect_pages = 0;
	out->secure = false;

	/* Frontends compare the response with what they asked for inside. */
	if (operation == BLKIF_OP_INDIRECT)
		out->operation = blkback_layout_get_u8(raw, layout->indirect_operation);

	if (operation >= ARRAY_SIZE(operation_traits) ||
	    !(operation_traits[operation] & OP_KNOWN))
		return refuse(out, BLKBACK_REASON_UNKNOWN_OPERATION);
	if (!(limits->operations & BIT(operation)))
		return refuse(out, BLKBACK_REASON_NOT_OFFERED);

	switch (operation) {
	case BLKIF_OP_INDIRECT:
		return decode_indirect(layout, raw, limits, out);
	case BLKIF_OP_DISCARD:
		return decode_discard(layout, raw, limits, out);
	default:
		return decode_direct(layout, raw, limits, out);
	}
}

/* Segments that the next indirect page holds. */
static unsigned int next_segments(const struct blkback_limits *limits,
				  const struct blkback_request *request)
{
	return min_t(unsigned int, request->nr_segments - request->nr_decoded,
		     segments_per_page(limits));
}

unsigned int blkback_codec_indirect_bytes(const struct blkback_limits *limits,
					  const struct blkback_request *request)
{
	return next_segments(limits, request) * BLKBACK_SEGMENT_BYTES;
}

int blkback_codec_decode_indirect(const struct blkback_limits *limits, const void *page,
				  struct blkback_request *request,
				  struct blkback_segment *segments)
{
	unsigned int nr = next_segments(limits, request);

	if (!nr)
		return refuse(request, BLKBACK_REASON_EXTRA_PAGE);
	return decode_segments(limits, page, nr, request, segments + request->nr_decoded);
}

static const char *const reason_names[] = {
	[BLKBACK_REASON_NONE] = "none",
	[BLKBACK_REASON_UNKNOWN_OPERATION] = "unknown operation",
	[BLKBACK_REASON_NOT_OFFERED] = "operation not offered",
	[BLKBACK_REASON_INDIRECT_OPERATION] = "indirect, but neither read nor write",
	[BLKBACK_REASON_NO_SEGMENTS] = "no segments",
	[BLKBACK_REASON_TOO_MANY_SEGMENTS] = "too many segments",
	[BLKBACK_REASON_SEGMENT_ORDER] = "segment ends before it starts",
	[BLKBACK_REASON_SEGMENT_BEYOND_PAGE] = "segment beyond its page",
	[BLKBACK_REASON_SEGMENT_UNALIGNED] = "segment not in whole blocks",
	[BLKBACK_REASON_START_UNALIGNED] = "start not at a block",
	[BLKBACK_REASON_NO_SECTORS] = "no sectors",
	[BLKBACK_REASON_LENGTH_UNALIGNED] = "length not in whole blocks",
	[BLKBACK_REASON_BEYOND_DEVICE] = "beyond the end of the device",
	[BLKBACK_REASON_READ_ONLY] = "device is read-only",
	[BLKBACK_REASON_EXTRA_PAGE] = "more indirect pages than segments",
};

static_assert(ARRAY_SIZE(reason_names) == BLKBACK_REASONS);

const char *blkback_codec_reason_name(unsigned int reason)
{
	return reason < BLKBACK_REASONS ? reason_names[reason] : "no such reason";
}
