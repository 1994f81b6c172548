/* SPDX-License-Identifier: GPL-2.0 */
/* Where the fields of requests and responses lie on a block ring. */
#ifndef XEN_BLKBACK_LAYOUT_H
#define XEN_BLKBACK_LAYOUT_H

#include <linux/string.h>
#include <linux/types.h>
#include <xen/interface/io/blkif.h>

/* No layout has a longer request or response than this. */
#define BLKBACK_REQUEST_BYTES_MAX	112
#define BLKBACK_RESPONSE_BYTES_MAX	16
/* In each layout, a request with one segment ends in so many bytes. */
#define BLKBACK_REQUEST_BYTES_HEAD	32
/* Nor is any response of another length than these two. */
#define BLKBACK_RESPONSE_BYTES_MIN	12

/**
 * struct blkback_layout - one ABI's requests and responses, as byte offsets
 * @name: what the frontend writes into its key ``protocol``
 * @request_bytes: size of a request, which is also the size of a ring slot
 * @response_bytes: size of a response, padding included
 * @operation: u8, in every request
 * @id: u64, in every request
 * @sector: u64, first sector of a read, write, indirect or discard request
 * @nr_segments: u8, of a read or write
 * @segments: array of segments of a read or write
 * @indirect_operation: u8, the operation inside an indirect request
 * @indirect_nr_segments: u16
 * @indirect_grefs: array of u32, the pages that hold the segments
 * @discard_flags: u8
 * @discard_sectors: u64
 * @response_id: u64
 * @response_operation: u8
 * @response_status: s16
 *
 * A frontend of another ABI than ours aligns 64-bit fields differently. Tables
 * instead of packed structures keep one decoder for all of them.
 */
struct blkback_layout {
	const char *name;
	u8 request_bytes;
	u8 response_bytes;

	u8 operation;
	u8 id;
	u8 sector;
	u8 nr_segments;
	u8 segments;
	u8 indirect_operation;
	u8 indirect_nr_segments;
	u8 indirect_grefs;
	u8 discard_flags;
	u8 discard_sectors;

	u8 response_id;
	u8 response_operation;
	u8 response_status;
};

/* A segment has the same eight bytes in every layout. */
enum blkback_layout_segment {
	BLKBACK_SEGMENT_GREF = 0,
	BLKBACK_SEGMENT_FIRST = 4,
	BLKBACK_SEGMENT_LAST = 5,
	BLKBACK_SEGMENT_BYTES = 8,
};

/**
 * blkback_layout_by_protocol() - find the layout that a frontend asks for
 * @protocol: value of the key ``protocol``, or NULL if the frontend has none
 *
 * Without the key the frontend has the ABI of this kernel.
 *
 * Return: the layout, or NULL if the protocol is not known.
 */
const struct blkback_layout *blkback_layout_by_protocol(const char *protocol);

/**
 * blkback_layout_native() - the layout of this kernel's own ABI
 *
 * Return: the layout, never NULL.
 */
const struct blkback_layout *blkback_layout_native(void);

/*
 * Loads from and stores to a private copy of a slot, at any alignment. The
 * fields are in the byte order of the machine, which both ends share.
 */
static inline u8 blkback_layout_get_u8(const void *raw, unsigned int offset)
{
	return ((const u8 *)raw)[offset];
}

static inline u16 blkback_layout_get_u16(const void *raw, unsigned int offset)
{
	u16 value;

	memcpy(&value, (const u8 *)raw + offset, sizeof(value));
	return value;
}

static inline u32 blkback_layout_get_u32(const void *raw, unsigned int offset)
{
	u32 value;

	memcpy(&value, (const u8 *)raw + offset, sizeof(value));
	return value;
}

static inline u64 blkback_layout_get_u64(const void *raw, unsigned int offset)
{
	u64 value;

	memcpy(&value, (const u8 *)raw + offset, sizeof(value));
	return value;
}

static inline void blkback_layout_put_u8(void *raw, unsigned int offset, u8 value)
{
	((u8 *)raw)[offset] = value;
}

static inline void blkback_layout_put_u16(void *raw, unsigned int offset, u16 value)
{
	memcpy((u8 *)raw + offset, &value, sizeof(value));
}

static inline void blkback_layout_put_u32(void *raw, unsigned int offset, u32 value)
{
	memcpy((u8 *)raw + offset, &value, sizeof(value));
}

static inline void blkback_layout_put_u64(void *raw, unsigned int offset, u64 value)
{
	memcpy((u8 *)raw + offset, &value, sizeof(value));
}

/**
 * blkback_layout_ends_in_head() - is the rest of a request of no meaning?
 * @layout: how its bytes are laid out
 * @raw: private copy of its first %BLKBACK_REQUEST_BYTES_HEAD bytes
 *
 * Return: true for a read or a write of one segment, or of none.
 */
static inline bool
blkback_layout_ends_in_head(const struct blkback_layout *layout, const void *raw)
{
	return blkback_layout_get_u8(raw, layout->operation) <= BLKIF_OP_WRITE &&
	       blkback_layout_get_u8(raw, layout->nr_segments) <= 1;
}

#endif
