/* SPDX-License-Identifier: GPL-2.0 */
/* Writes requests as a frontend would, in any layout. */
#ifndef XEN_BLKBACK_TESTS_RAW_H
#define XEN_BLKBACK_TESTS_RAW_H

#include "../codec.h"

/* What a frontend puts into a request; fields that an operation lacks are ignored. */
struct raw_request {
	u8 operation;
	u8 inner;		/* operation inside an indirect request */
	u16 nr_segments;
	u64 id;
	u64 sector;
	u64 discard_sectors;
	u8 discard_flags;
};

/* What is not a field gets @fill, so that nobody relies on its being 0. */
static inline void raw_write(const struct blkback_layout *layout, void *raw,
			     const struct raw_request *request, u8 fill)
{
	memset(raw, fill, layout->request_bytes);
	blkback_layout_put_u8(raw, layout->operation, request->operation);
	blkback_layout_put_u64(raw, layout->id, request->id);
	blkback_layout_put_u64(raw, layout->sector, request->sector);

	switch (request->operation) {
	case BLKIF_OP_INDIRECT:
		blkback_layout_put_u8(raw, layout->indirect_operation, request->inner);
		blkback_layout_put_u16(raw, layout->indirect_nr_segments, request->nr_segments);
		break;
	case BLKIF_OP_DISCARD:
		blkback_layout_put_u8(raw, layout->discard_flags, request->discard_flags);
		blkback_layout_put_u64(raw, layout->discard_sectors, request->discard_sectors);
		break;
	default:
		blkback_layout_put_u8(raw, layout->nr_segments, request->nr_segments);
		break;
	}
}

/* @array is the first segment of a request or of an indirect page. */
static inline void raw_write_segment(void *array, unsigned int index, u32 gref, u8 first, u8 last)
{
	u8 *segment = (u8 *)array + index * BLKBACK_SEGMENT_BYTES;

	blkback_layout_put_u32(segment, BLKBACK_SEGMENT_GREF, gref);
	blkback_layout_put_u8(segment, BLKBACK_SEGMENT_FIRST, first);
	blkback_layout_put_u8(segment, BLKBACK_SEGMENT_LAST, last);
}

static inline void raw_write_indirect_gref(const struct blkback_layout *layout, void *raw,
					   unsigned int index, u32 gref)
{
	blkback_layout_put_u32(raw, layout->indirect_grefs + index * sizeof(gref), gref);
}

#endif
