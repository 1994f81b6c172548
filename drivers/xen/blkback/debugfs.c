// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/xen-blkback: two files a device, see
 * Documentation/ABI/debugfs-xen-blkback.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "debugfs.h"
#include "device.h"
#include "latency.h"

static struct dentry *root;
static struct dentry *latencies;

static int device_show(struct seq_file *m, void *unused)
{
	blkback_device_show(m->private, m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(device);

static int latency_show(struct seq_file *m, void *unused)
{
	struct blkback_latency *latency = kmalloc(sizeof(*latency), GFP_KERNEL);

	if (!latency)
		return -ENOMEM;
	blkback_device_latency(m->private, latency);
	blkback_latency_show(latency, m);
	kfree(latency);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(latency);

void blkback_debugfs_add_device(struct blkback_device *device)
{
	const char *name = dev_name(&device->xbdev->dev);

	device->debugfs = debugfs_create_file(name, 0400, root, device,
					      &device_fops);
	device->debugfs_latency = debugfs_create_file(name, 0400, latencies,
						      device, &latency_fops);
}

void blkback_debugfs_remove_device(struct blkback_device *device)
{
	debugfs_remove(device->debugfs_latency);
	debugfs_remove(device->debugfs);
}

void blkback_debugfs_init(void)
{
	root = debugfs_create_dir("xen-blkback", NULL);
	latencies = debugfs_create_dir("latency", root);
}

void blkback_debugfs_exit(void)
{
	debugfs_remove(root);
}
