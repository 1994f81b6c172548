// SPDX-License-Identifier: GPL-2.0
#include <linux/blkdev.h>
#include <linux/cdrom.h>
#include <linux/slab.h>
#include <xen/interface/io/blkif.h>
#include <xen/page.h>

#include "codec.h"
#include "disk.h"

/* The most segments of an indirect request; one page describes them all. */
#define MAX_INDIRECT_SEGMENTS	256

static_assert(MAX_INDIRECT_SEGMENTS * BLKBACK_SEGMENT_BYTES <= XEN_PAGE_SIZE);

struct blkback_disk *
blkback_disk_open(dev_t dev, const struct blkback_disk_wishes *wishes)
{
	blk_mode_t mode = BLK_OPEN_READ |
			  (wishes->read_only ? 0 : BLK_OPEN_WRITE);
	struct blkback_disk *disk;
	struct gendisk *gendisk;

	disk = kzalloc(sizeof(*disk), GFP_KERNEL);
	if (!disk)
		return ERR_PTR(-ENOMEM);

	/*
	 * No holder: whether a disk may be shared between guests is decided,
	 * and checked, by the toolstack's hotplug script.
	 */
	disk->file = bdev_file_open_by_dev(dev, mode, NULL, NULL);
	if (IS_ERR(disk->file)) {
		struct blkback_disk *error = ERR_CAST(disk->file);

		kfree(disk);
		return error;
	}
	kref_init(&disk->refs);
	disk->bdev = file_bdev(disk->file);
	disk->dev = dev;
	/* Nobody can write to some devices, whatever the toolstack asks for. */
	disk->read_only = wishes->read_only || bdev_read_only(disk->bdev);
	disk->discard = wishes->discard;

	gendisk = disk->bdev->bd_disk;
	disk->cdrom = wishes->cdrom || disk_to_cdi(gendisk);
	disk->removable = wishes->removable ||
			  gendisk->flags & GENHD_FL_REMOVABLE;
	return disk;
}

static void disk_release(struct kref *refs)
{
	struct blkback_disk *disk = container_of(refs, struct blkback_disk,
						 refs);

	bdev_fput(disk->file);
	kfree(disk);
}

void blkback_disk_put(struct blkback_disk *disk)
{
	if (disk)
		kref_put(&disk->refs, disk_release);
}

void blkback_disk_limits(const struct blkback_disk *disk,
			 struct blkback_limits *limits)
{
	*limits = (struct blkback_limits) {
		.capacity = bdev_nr_sectors(disk->bdev),
		.block_size = bdev_logical_block_size(disk->bdev),
		.page_size = XEN_PAGE_SIZE,
		.max_indirect_segments = MAX_INDIRECT_SEGMENTS,
		.operations = BIT(BLKIF_OP_READ) | BIT(BLKIF_OP_WRITE) |
			      BIT(BLKIF_OP_INDIRECT),
		.read_only = disk->read_only,
	};
	if (bdev_write_cache(disk->bdev))
		limits->operations |= BIT(BLKIF_OP_FLUSH_DISKCACHE) |
				      BIT(BLKIF_OP_WRITE_BARRIER);
	if (disk->discard && !disk->read_only &&
	    bdev_max_discard_sectors(disk->bdev)) {
		limits->operations |= BIT(BLKIF_OP_DISCARD);
		limits->secure_discard =
			bdev_max_secure_erase_sectors(disk->bdev);
	}
}

unsigned int blkback_disk_info(const struct blkback_disk *disk)
{
	return (disk->cdrom ? VDISK_CDROM : 0) |
	       (disk->removable ? VDISK_REMOVABLE : 0) |
	       (disk->read_only ? VDISK_READONLY : 0);
}
