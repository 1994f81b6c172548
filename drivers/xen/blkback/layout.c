// SPDX-License-Identifier: GPL-2.0
#include "layout.h"

#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <xen/interface/io/blkif.h>

/* 64-bit fields are aligned to eight bytes: all 64-bit machines. */
static const struct blkback_layout layout_aligned = {
	.name = "x86_64-abi",
	.request_bytes = 112,
	.response_bytes = 16,
	.operation = 0,
	.id = 8,
	.sector = 16,
	.nr_segments = 1,
	.segments = 24,
	.indirect_operation = 1,
	.indirect_nr_segments = 2,
	.indirect_grefs = 28,
	.discard_flags = 1,
	.discard_sectors = 24,
	.response_id = 0,
	.response_operation = 8,
	.response_status = 10,
};

/* They are aligned to four bytes: 32-bit x86. */
static const struct blkback_layout layout_compact = {
	.name = "x86_32-abi",
	.request_bytes = 108,
	.response_bytes = 12,
	.operation = 0,
	.id = 4,
	.sector = 12,
	.nr_segments = 1,
	.segments = 20,
	.indirect_operation = 1,
	.indirect_nr_segments = 2,
	.indirect_grefs = 24,
	.discard_flags = 1,
	.discard_sectors = 20,
	.response_id = 0,
	.response_operation = 8,
	.response_status = 10,
};

/* Other 64-bit little-endian machines call the same bytes by their own name. */
static const struct {
	const char *protocol;
	const struct blkback_layout *layout;
} protocols[] = {
	{ "x86_64-abi", &layout_aligned },
	{ "x86_32-abi", &layout_compact },
	{ "arm-abi", &layout_aligned },
	{ "ia64-abi", &layout_aligned },
};

/* How this machine aligns, which is all that its own layout depends on. */
struct native_alignment {
	u8 before;
	u64 field;
};

#define NATIVE_IS_ALIGNED (offsetof(struct native_alignment, field) == 8)

/* The kernel's header describes the native layout: the tables have to agree. */
static_assert(sizeof(struct blkif_request) == (NATIVE_IS_ALIGNED ? 112 : 108));
static_assert(sizeof(struct blkif_response) == (NATIVE_IS_ALIGNED ? 16 : 12));
static_assert(offsetof(struct blkif_response, id) == 0);
static_assert(offsetof(struct blkif_response, operation) == 8);
static_assert(offsetof(struct blkif_response, status) == 10);
/* In no layout do segments begin later than at byte 24. */
static_assert(24 + BLKBACK_SEGMENT_BYTES <= BLKBACK_REQUEST_BYTES_HEAD);
static_assert(sizeof(struct blkif_request_segment) == BLKBACK_SEGMENT_BYTES);
static_assert(offsetof(struct blkif_request_segment, gref) == BLKBACK_SEGMENT_GREF);
static_assert(offsetof(struct blkif_request_segment, first_sect) == BLKBACK_SEGMENT_FIRST);
static_assert(offsetof(struct blkif_request_segment, last_sect) == BLKBACK_SEGMENT_LAST);

const struct blkback_layout *blkback_layout_native(void)
{
	return NATIVE_IS_ALIGNED ? &layout_aligned : &layout_compact;
}

const struct blkback_layout *blkback_layout_by_protocol(const char *protocol)
{
	unsigned int i;

	if (!protocol)
		return blkback_layout_native();

	for (i = 0; i < ARRAY_SIZE(protocols); i++)
		if (!strcmp(protocol, protocols[i].protocol))
			return protocols[i].layout;
	return NULL;
}
