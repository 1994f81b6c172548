// SPDX-License-Identifier: GPL-2.0
#include <linux/blkdev.h>
#include <linux/math64.h>
#include <linux/module.h>

#include "codec.h"
#include "discard.h"

static unsigned int discard_piece_kb = 65536;
module_param(discard_piece_kb, uint, 0644);
MODULE_PARM_DESC(discard_piece_kb,
		 "Most that is discarded by one operation of the block device, in KiB (default 65536)");

/* What a bio can carry, in sectors. */
#define BIO_SECTORS_MAX	(UINT_MAX >> BLKBACK_SECTOR_SHIFT)

/* In sectors, a multiple of what the device discards by if it can be. */
static u32 piece_max(const struct blkback_request *request,
		     struct block_device *bdev)
{
	u32 unit = max(bdev_discard_granularity(bdev),
		       bdev_logical_block_size(bdev)) >> BLKBACK_SECTOR_SHIFT;
	u32 most = min_t(u64, BIO_SECTORS_MAX,
			 2ULL * READ_ONCE(discard_piece_kb));

	most = max(most, unit);
	/*
	 * What it does at once need not be as large as what it discards by. More would
	 * be cut by the block layer, in which our thread would wait for each piece.
	 */
	most = min(most, request->secure ? bdev_max_secure_erase_sectors(bdev) :
					   bdev_max_discard_sectors(bdev));
	return most < unit ? most : most - most % unit;
}

u32 blkback_discard_take(struct blkback_request *request,
			 struct block_device *bdev)
{
	u32 most = piece_max(request, bdev);
	u32 sectors, first, beyond;

	if (!most)
		return 0;
	/* Where the first of the units begins by which it discards. */
	first = (bdev_discard_alignment(bdev) >> BLKBACK_SECTOR_SHIFT) % most;
	div_u64_rem(request->sector + most - first, most, &beyond);
	sectors = min_t(u64, request->sectors, most - beyond);
	request->sector += sectors;
	request->sectors -= sectors;
	return sectors;
}
