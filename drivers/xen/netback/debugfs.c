// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/xen-netback: a file a device, see
 * Documentation/ABI/debugfs-xen-netback.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "debugfs.h"
#include "device.h"

static struct dentry *root;

static int vif_show(struct seq_file *m, void *unused)
{
	netback_device_show(m->private, m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vif);

void netback_debugfs_add_device(struct netback_device *device)
{
	device->debugfs = debugfs_create_file(dev_name(&device->xbdev->dev),
					      0400, root, device, &vif_fops);
}

void netback_debugfs_remove_device(struct netback_device *device)
{
	debugfs_remove(device->debugfs);
}

void netback_debugfs_init(void)
{
	root = debugfs_create_dir("xen-netback", NULL);
}

void netback_debugfs_exit(void)
{
	debugfs_remove(root);
}
