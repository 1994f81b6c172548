// SPDX-License-Identifier: GPL-2.0
/*
 * Compiled for 32-bit x86 only as far as assembly, from which the makefile
 * picks the numbers: where that machine's compiler puts the fields of the
 * protocol's own header. That is what x86_32-abi means.
 */
#include <stddef.h>
#include <stdint.h>
#include <xen/io/blkif.h>

#define SHOW(name, value) ({ __asm__ volatile("\n->" #name " %c0" : : "i"(value)); })

#define SHOW_FIELD(name, type, field) SHOW(name, offsetof(struct type, field))

int main(void)
{
	SHOW(ABI_REQUEST_BYTES, sizeof(struct blkif_request));
	SHOW(ABI_RESPONSE_BYTES, sizeof(struct blkif_response));
	SHOW(ABI_SLOT_BYTES, sizeof(union blkif_sring_entry));
	SHOW_FIELD(ABI_SLOTS, blkif_sring, ring);
	SHOW_FIELD(ABI_OPERATION, blkif_request, operation);
	SHOW_FIELD(ABI_ID, blkif_request, id);
	SHOW_FIELD(ABI_SECTOR, blkif_request, sector_number);
	SHOW_FIELD(ABI_NR_SEGMENTS, blkif_request, nr_segments);
	SHOW_FIELD(ABI_SEGMENTS, blkif_request, seg);
	SHOW_FIELD(ABI_INDIRECT_ID, blkif_request_indirect, id);
	SHOW_FIELD(ABI_INDIRECT_SECTOR, blkif_request_indirect, sector_number);
	SHOW_FIELD(ABI_INDIRECT_OPERATION, blkif_request_indirect, indirect_op);
	SHOW_FIELD(ABI_INDIRECT_NR_SEGMENTS, blkif_request_indirect, nr_segments);
	SHOW_FIELD(ABI_INDIRECT_GREFS, blkif_request_indirect, indirect_grefs);
	SHOW_FIELD(ABI_DISCARD_ID, blkif_request_discard, id);
	SHOW_FIELD(ABI_DISCARD_SECTOR, blkif_request_discard, sector_number);
	SHOW_FIELD(ABI_DISCARD_FLAGS, blkif_request_discard, flag);
	SHOW_FIELD(ABI_DISCARD_SECTORS, blkif_request_discard, nr_sectors);
	SHOW_FIELD(ABI_RESPONSE_ID, blkif_response, id);
	SHOW_FIELD(ABI_RESPONSE_OPERATION, blkif_response, operation);
	SHOW_FIELD(ABI_RESPONSE_STATUS, blkif_response, status);
	SHOW(ABI_SEGMENT_BYTES, sizeof(struct blkif_request_segment));
	SHOW_FIELD(ABI_SEGMENT_GREF, blkif_request_segment, gref);
	SHOW_FIELD(ABI_SEGMENT_FIRST, blkif_request_segment, first_sect);
	SHOW_FIELD(ABI_SEGMENT_LAST, blkif_request_segment, last_sect);
	return 0;
}
