// SPDX-License-Identifier: GPL-2.0
/* Any request, and any indirect pages: what is accepted has to be harmless. */
#include "fuzz.h"

#include "codec.h"

#define ALL_OPERATIONS 0x6f

static const struct blkback_layout *pick_layout(struct fuzz_input *input)
{
	return blkback_layout_by_protocol(fuzz_u8(input) & 1 ? "x86_32-abi" : "x86_64-abi");
}

static struct blkback_limits pick_limits(struct fuzz_input *input)
{
	static const u64 capacities[] = { 0, 1, 8, 1000, 1 << 20, 1ULL << 40, 1ULL << 55, U64_MAX };
	static const u16 indirect[] = { 0, 1, 256, U16_MAX };
	u8 choice = fuzz_u8(input), offers = fuzz_u8(input);

	return (struct blkback_limits){
		.capacity = capacities[choice & 7],
		.block_size = choice & 8 ? 4096 : 512,
		.page_size = choice & 16 ? 16384 : 4096,
		.max_indirect_segments = indirect[choice >> 5 & 3],
		.read_only = choice >> 7,
		.secure_discard = offers >> 7,
		.operations = offers & 16 ? ALL_OPERATIONS : (offers & ALL_OPERATIONS) | 3,
	};
}

static void check_refusal(int error, const struct blkback_request *request)
{
	FUZZ_CHECK(error == -EINVAL || error == -EOPNOTSUPP || error == -EROFS);
	FUZZ_CHECK(request->reason > BLKBACK_REASON_NONE);
	FUZZ_CHECK(request->reason < BLKBACK_REASON_EXTRA_PAGE);
	FUZZ_CHECK(blkback_codec_status(error) < 0);
}

static u64 check_segments(const struct blkback_limits *limits,
			  const struct blkback_segment *segments, unsigned int nr)
{
	u64 bytes = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		FUZZ_CHECK(segments[i].length);
		FUZZ_CHECK(segments[i].length % limits->block_size == 0);
		FUZZ_CHECK(segments[i].offset % BLKBACK_SECTOR_SIZE == 0);
		FUZZ_CHECK(segments[i].offset + segments[i].length <= (int)limits->page_size);
		bytes += segments[i].length;
	}
	return bytes;
}

static void check_extent(const struct blkback_limits *limits, const struct blkback_request *request)
{
	if (!request->sectors)
		return;
	FUZZ_CHECK(request->sector < limits->capacity);
	FUZZ_CHECK(request->sectors <= limits->capacity - request->sector);
	FUZZ_CHECK(request->sector % (limits->block_size / BLKBACK_SECTOR_SIZE) == 0);
	FUZZ_CHECK(request->sectors % (limits->block_size / BLKBACK_SECTOR_SIZE) == 0);
	FUZZ_CHECK(!limits->read_only || !blkback_codec_changes_device(request));
}

static void check_direct(const struct blkback_limits *limits, const struct blkback_request *request)
{
	FUZZ_CHECK(limits->operations >> request->operation & 1);
	if (request->operation == BLKIF_OP_DISCARD) {
		FUZZ_CHECK(request->sectors && !request->nr_segments);
	} else {
		FUZZ_CHECK(request->nr_segments <= BLKIF_MAX_SEGMENTS_PER_REQUEST);
		FUZZ_CHECK(request->nr_decoded == request->nr_segments);
		FUZZ_CHECK(check_segments(limits, request->segments, request->nr_segments) ==
			   request->sectors * BLKBACK_SECTOR_SIZE);
		FUZZ_CHECK(request->nr_segments || request->operation > BLKIF_OP_WRITE);
	}
	check_extent(limits, request);
}

static void decode_pages(struct fuzz_input *input, const struct blkback_limits *limits,
			 struct blkback_request *request)
{
	struct blkback_segment *segments = calloc(request->nr_segments, sizeof(*segments));
	unsigned int bytes, pages = 0;
	int error = 0;

	while (!error && (bytes = blkback_codec_indirect_bytes(limits, request))) {
		void *page = fuzz_copy(input, bytes);

		FUZZ_CHECK(bytes <= limits->page_size);
		error = blkback_codec_decode_indirect(limits, page, request, segments);
		pages++;
		free(page);
	}
	FUZZ_CHECK(pages <= request->nr_indirect_pages);
	if (error) {
		check_refusal(error, request);
	} else {
		FUZZ_CHECK(pages == request->nr_indirect_pages);
		FUZZ_CHECK(request->nr_decoded == request->nr_segments);
		FUZZ_CHECK(check_segments(limits, segments, request->nr_segments) ==
			   request->sectors * BLKBACK_SECTOR_SIZE);
		check_extent(limits, request);
	}
	free(segments);
}

void fuzz_codec(struct fuzz_input *input)
{
	const struct blkback_layout *layout = pick_layout(input);
	const struct blkback_limits limits = pick_limits(input);
	void *raw = fuzz_copy(input, layout->request_bytes);
	struct blkback_request request;
	int error = blkback_codec_decode(layout, raw, &limits, &request);

	FUZZ_CHECK(request.id == blkback_layout_get_u64(raw, layout->id));
	if (error) {
		check_refusal(error, &request);
	} else if (request.nr_indirect_pages) {
		FUZZ_CHECK(request.operation <= BLKIF_OP_WRITE);
		FUZZ_CHECK(request.nr_segments <= limits.max_indirect_segments);
		FUZZ_CHECK(request.nr_indirect_pages <= BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST);
		decode_pages(input, &limits, &request);
	} else {
		check_direct(&limits, &request);
	}
	free(raw);
}
