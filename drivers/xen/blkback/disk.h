/* SPDX-License-Identifier: GPL-2.0 */
/* The block device that the hotplug script named. */
#ifndef XEN_BLKBACK_DISK_H
#define XEN_BLKBACK_DISK_H

#include <linux/kref.h>
#include <linux/types.h>

struct block_device;
struct blkback_limits;
struct file;

/**
 * struct blkback_disk_wishes - what the toolstack says about a disk
 * @read_only: nothing may change it
 * @cdrom: it is a CD-ROM drive
 * @removable: its medium can be changed
 * @discard: the guest may discard
 */
struct blkback_disk_wishes {
	bool read_only;
	bool cdrom;
	bool removable;
	bool discard;
};

/**
 * struct blkback_disk - an open block device
 * @refs: held by the xenbus device and by each connection, so that the block
 *	device stays open as long as I/O may be on its way
 * @file: from bdev_file_open_by_dev()
 * @bdev: of @file
 * @dev: its number
 * @read_only: opened for reading
 * @cdrom: the toolstack or the device says that it is one
 * @removable: the toolstack or the device says that its medium can be changed
 * @discard: the toolstack allows discards
 */
struct blkback_disk {
	struct kref refs;
	struct file *file;
	struct block_device *bdev;
	dev_t dev;
	bool read_only;
	bool cdrom;
	bool removable;
	bool discard;
};

/**
 * blkback_disk_open() - open a block device
 * @dev: its number
 * @wishes: what the toolstack says about it
 *
 * Context: may sleep.
 * Return: the disk, with one reference, or an ERR_PTR().
 */
struct blkback_disk *
blkback_disk_open(dev_t dev, const struct blkback_disk_wishes *wishes);

static inline struct blkback_disk *blkback_disk_get(struct blkback_disk *disk)
{
	kref_get(&disk->refs);
	return disk;
}

/**
 * blkback_disk_put() - drop a reference; the last one closes the block device
 * @disk: a disk, or NULL
 *
 * Context: may sleep.
 */
void blkback_disk_put(struct blkback_disk *disk);

/**
 * blkback_disk_limits() - what requests to this disk may ask for
 * @disk: a disk
 * @limits: filled in
 */
void blkback_disk_limits(const struct blkback_disk *disk,
			 struct blkback_limits *limits);

/**
 * blkback_disk_info() - the value of the key ``info``
 * @disk: a disk
 *
 * Return: VDISK_... of xen/interface/io/blkif.h, or-ed.
 */
unsigned int blkback_disk_info(const struct blkback_disk *disk);

#endif
