/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes of a request in, a validated request or a refusal out. Pure. */
#ifndef XEN_BLKBACK_CODEC_H
#define XEN_BLKBACK_CODEC_H

#include <linux/types.h>
#include <xen/interface/io/blkif.h>

#include "layout.h"

/* A sector of the protocol, whatever the device's own blocks are. */
#define BLKBACK_SECTOR_SHIFT	9
#define BLKBACK_SECTOR_SIZE	512U

/* Segments count sectors within a page in 16 bits of bytes. */
#define BLKBACK_PAGE_SIZE_MAX	32768U

/**
 * enum blkback_reason - why a request was refused
 * @BLKBACK_REASON_NONE: it was not
 * @BLKBACK_REASON_UNKNOWN_OPERATION: the protocol has no such operation
 * @BLKBACK_REASON_NOT_OFFERED: we did not offer this operation
 * @BLKBACK_REASON_INDIRECT_OPERATION: indirect, but neither read nor write
 * @BLKBACK_REASON_NO_SEGMENTS: no segment where there must be one
 * @BLKBACK_REASON_TOO_MANY_SEGMENTS: more segments than a slot holds, or, if
 *	indirect, than we offered
 * @BLKBACK_REASON_SEGMENT_ORDER: a segment's first sector is behind its last
 * @BLKBACK_REASON_SEGMENT_BEYOND_PAGE: a segment leaves its page
 * @BLKBACK_REASON_SEGMENT_UNALIGNED: a segment is no multiple of the device's
 *	logical block
 * @BLKBACK_REASON_START_UNALIGNED: the first sector is not at a logical block
 * @BLKBACK_REASON_NO_SECTORS: a discard of nothing
 * @BLKBACK_REASON_LENGTH_UNALIGNED: a discard that is no multiple of the
 *	device's logical block
 * @BLKBACK_REASON_BEYOND_DEVICE: starts or ends behind the end of the device
 * @BLKBACK_REASON_READ_ONLY: changes data of a read-only device
 * @BLKBACK_REASON_EXTRA_PAGE: more indirect pages decoded than it has; only a
 *	mistake of the caller gives this
 * @BLKBACK_REASONS: how many there are
 */
enum blkback_reason {
	BLKBACK_REASON_NONE,
	BLKBACK_REASON_UNKNOWN_OPERATION,
	BLKBACK_REASON_NOT_OFFERED,
	BLKBACK_REASON_INDIRECT_OPERATION,
	BLKBACK_REASON_NO_SEGMENTS,
	BLKBACK_REASON_TOO_MANY_SEGMENTS,
	BLKBACK_REASON_SEGMENT_ORDER,
	BLKBACK_REASON_SEGMENT_BEYOND_PAGE,
	BLKBACK_REASON_SEGMENT_UNALIGNED,
	BLKBACK_REASON_START_UNALIGNED,
	BLKBACK_REASON_NO_SECTORS,
	BLKBACK_REASON_LENGTH_UNALIGNED,
	BLKBACK_REASON_BEYOND_DEVICE,
	BLKBACK_REASON_READ_ONLY,
	BLKBACK_REASON_EXTRA_PAGE,
	BLKBACK_REASONS
};

/**
 * struct blkback_limits - what the device can do and what was offered
 * @capacity: size of the device in sectors of 512 bytes
 * @block_size: logical block of the device in bytes, a power of two >= 512
 * @page_size: size of a granted page, XEN_PAGE_SIZE; a power of two between
 *	512 and %BLKBACK_PAGE_SIZE_MAX
 * @max_indirect_segments: what ``feature-max-indirect-segments`` says; used
 *	only if BLKIF_OP_INDIRECT is offered
 * @operations: one bit BIT(BLKIF_OP_...) for each operation offered, with
 *	BLKIF_OP_READ and BLKIF_OP_WRITE among them
 * @read_only: nothing may change the device
 * @secure_discard: the device can erase; without it the frontend's wish for
 *	a secure discard is ignored, as the protocol says
 *
 * The caller's numbers are trusted. A live resize may change @capacity between
 * two calls; each call looks at it once.
 */
struct blkback_limits {
	u64 capacity;
	u32 block_size;
	u32 page_size;
	u16 max_indirect_segments;
	u16 operations;
	bool read_only;
	bool secure_discard;
};

/**
 * struct blkback_segment - a part of one page of the guest
 * @gref: grant reference of the page
 * @offset: where the data begins in the page, in bytes
 * @length: bytes, never 0
 */
struct blkback_segment {
	u32 gref;
	u16 offset;
	u16 length;
};

/**
 * struct blkback_request - a request that passed every check
 * @id: the guest's name for it, for the response; valid even if refused
 * @sector: first sector on the device
 * @sectors: how many; for an indirect request those decoded so far
 * @nr_segments: number of segments, indirect or not; 0 for a flush without data
 * @nr_decoded: how many of them have been decoded
 * @operation: BLKIF_OP_READ, _WRITE, _WRITE_BARRIER, _FLUSH_DISKCACHE or
 *	_DISCARD, never _INDIRECT: for an indirect request this is the operation
 *	inside. Also the byte for the response, valid even if refused.
 * @nr_indirect_pages: pages to fetch that hold the segments, 0 if direct
 * @reason: enum blkback_reason
 * @secure: a discard that has to erase
 * @segments: if @nr_indirect_pages is 0
 * @indirect_grefs: otherwise
 */
struct blkback_request {
	u64 id;
	u64 sector;
	u64 sectors;
	u16 nr_segments;
	u16 nr_decoded;
	u8 operation;
	u8 nr_indirect_pages;
	u8 reason;
	bool secure;
	union {
		struct blkback_segment segments[BLKIF_MAX_SEGMENTS_PER_REQUEST];
		u32 indirect_grefs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
	};
};

/**
 * blkback_codec_decode() - check one request and take it apart
 * @layout: how its bytes are laid out
 * @raw: private copy of the slot, see blkback_ring_take()
 * @limits: what the device allows
 * @out: the request; @out->id, ->operation and ->reason are set whatever the
 *	result, the rest only on success
 *
 * If @out->nr_indirect_pages is not 0 the request is not complete: its pages
 * have to be fetched and given to blkback_codec_decode_indirect() one by one.
 *
 * Return: 0, -EOPNOTSUPP for an operation that is unknown or not offered,
 * -EROFS for a write to a read-only device, -EINVAL for everything else.
 * blkback_codec_status() makes the guest's status of it.
 */
int blkback_codec_decode(const struct blkback_layout *layout, const void *raw,
			 const struct blkback_limits *limits,
			 struct blkback_request *out);

/**
 * blkback_codec_indirect_bytes() - bytes in use of the next indirect page
 * @limits: as given to blkback_codec_decode()
 * @request: an indirect request, @request->nr_decoded segments of which have
 *	been decoded; it may be any number that is whole pages' worth
 *
 * Return: how much of the page has to be fetched; 0 after the last page.
 */
unsigned int blkback_codec_indirect_bytes(const struct blkback_limits *limits,
					  const struct blkback_request *request);

/**
 * blkback_codec_decode_indirect() - take the next indirect page apart
 * @limits: as given to blkback_codec_decode()
 * @page: private copy of the page's first blkback_codec_indirect_bytes()
 * @request: the request; ->sectors and ->nr_decoded advance
 * @segments: array of @request->nr_segments entries for the whole request,
 *	of which this page's are filled in
 *
 * Pages are given in the order of @request->indirect_grefs. The request is
 * complete when @request->nr_decoded equals @request->nr_segments. After an
 * error the request is to be refused with what @request holds.
 *
 * Return: 0 or -EINVAL, with the cause in @request->reason.
 */
int blkback_codec_decode_indirect(const struct blkback_limits *limits,
				  const void *page,
				  struct blkback_request *request,
				  struct blkback_segment *segments);

/**
 * blkback_codec_encode_response() - write a response
 * @layout: how its bytes are laid out
 * @raw: where to; all @layout->response_bytes of it are written, padding as 0
 * @id: of the request
 * @operation: of the request, see struct blkback_request
 * @status: BLKIF_RSP_OKAY, _ERROR or _EOPNOTSUPP
 */
static inline void
blkback_codec_encode_response(const struct blkback_layout *layout, void *raw,
			      u64 id, u8 operation, s16 status)
{
	/* Two lengths that the compiler knows: no call. */
	if (layout->response_bytes == BLKBACK_RESPONSE_BYTES_MAX)
		memset(raw, 0, BLKBACK_RESPONSE_BYTES_MAX);
	else
		memset(raw, 0, BLKBACK_RESPONSE_BYTES_MIN);
	blkback_layout_put_u64(raw, layout->response_id, id);
	blkback_layout_put_u8(raw, layout->response_operation, operation);
	blkback_layout_put_u16(raw, layout->response_status, status);
}

/**
 * blkback_codec_status() - what to tell the guest about a result
 * @error: 0 or a negative errno
 *
 * Return: BLKIF_RSP_OKAY, BLKIF_RSP_EOPNOTSUPP for -EOPNOTSUPP, else
 * BLKIF_RSP_ERROR.
 */
static inline s16 blkback_codec_status(int error)
{
	if (!error)
		return BLKIF_RSP_OKAY;
	return error == -EOPNOTSUPP ? BLKIF_RSP_EOPNOTSUPP : BLKIF_RSP_ERROR;
}

/**
 * blkback_codec_reason_name() - a reason as text, for traces and counters
 * @reason: enum blkback_reason
 *
 * Return: a short string, also for a number that is no reason.
 */
const char *blkback_codec_reason_name(unsigned int reason);

/**
 * blkback_codec_changes_device() - does this request write, discard or erase?
 * @request: a request that was not refused
 *
 * Return: true if it does; a flush without data does not.
 */
static inline bool blkback_codec_changes_device(const struct blkback_request *request)
{
	return request->operation != BLKIF_OP_READ && request->sectors;
}

#endif
