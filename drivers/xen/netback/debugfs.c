// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/xen-netback: a file a device, see
 * Documentation/ABI/debugfs-xen-netback.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "debugfs.h"
#include "device.h"
#include "ring.h"

static struct dentry *root;

void netback_debugfs_ring(struct seq_file *m, const char *name,
			  const struct netback_ring *ring, bool broken)
{
	u32 req_prod, req_cons, rsp_prod;

	netback_ring_indices(ring, &req_prod, &req_cons, &rsp_prod);
	seq_printf(m, "  %s_ring size %u req_prod %u req_cons %u rsp_prod %u%s\n",
		   name, ring->size, req_prod, req_cons, rsp_prod,
		   broken ? " broken" : "");
}

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
