// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/xen-blkback: a file a device, see
 * Documentation/ABI/debugfs-xen-blkback.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "debugfs.h"
#include "device.h"

static struct dentry *root;

static int device_show(struct seq_file *m, void *unused)
{
	blkback_device_show(m->private, m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(device);

void blkback_debugfs_add_device(struct blkback_device *device)
{
	device->debugfs = debugfs_create_file(dev_name(&device->xbdev->dev),
					      0400, root, device, &device_fops);
}

void blkback_debugfs_remove_device(struct blkback_device *device)
{
	debugfs_remove(device->debugfs);
}

void blkback_debugfs_init(void)
{
	root = debugfs_create_dir("xen-blkback", NULL);
}

void blkback_debugfs_exit(void)
{
	debugfs_remove(root);
}
