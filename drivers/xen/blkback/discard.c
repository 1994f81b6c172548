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
	if (request->secure)
		most = min(most, bdev_max_secure_erase_sectors(bdev));
	else if (!bdev_max_discard_sectors(bdev))
		most = 0;
	/* What it erases at once need not be as large as what it discards by. */
	return most < unit ? most : most - most % unit;
}

u32 blkback_discard_take(struct blkback_request *request,
			 struct block_device *bdev)
{
	u32 most = piece_max(request, bdev);
	u32 sectors, beyond;

	if (!most)
		return 0;
	div_u64_rem(request->sector, most, &beyond);
	sectors = min_t(u64, request->sectors, most - beyond);
	request->sector += sectors;
	request->sectors -= sectors;
	return sectors;
}
