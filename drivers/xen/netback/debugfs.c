// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/xen-netback: a file a device, see
 * Documentation/ABI/debugfs-xen-netback.
 */
#include <linux/debugfs.h>
#include <linux/minmax.h>
#include <linux/seq_file.h>

#include "debugfs.h"
#include "device.h"
#include "ring.h"

static struct dentry *root;

/* So many of the requests that wait are shown. */
#define NEXT_SLOTS	4

static void show_next(struct seq_file *m, const char *name,
		      const struct netback_ring *ring, u32 req_cons,
		      u32 waiting)
{
	u8 raw[NETBACK_SLOT_BYTES_MAX];
	unsigned int i;

	seq_printf(m, "  %s_next", name);
	for (i = 0; i < min_t(u32, waiting, NEXT_SLOTS); i++) {
		netback_ring_copy_at(ring, req_cons + i, raw);
		seq_printf(m, " %*phN", ring->slot_bytes, raw);
	}
	seq_putc(m, '\n');
}

void netback_debugfs_ring(struct seq_file *m, const char *name,
			  const struct netback_ring *ring, bool broken)
{
	struct netback_ring_view view;
	u32 waiting;

	netback_ring_look(ring, &view);
	seq_printf(m, "  %s_ring size %u req_prod %u req_cons %u rsp_prod %u req_event %u rsp_event %u%s\n",
		   name, ring->size, view.req_prod, view.req_cons,
		   view.rsp_prod, view.req_event, view.rsp_event,
		   broken ? " broken" : "");
	waiting = view.req_prod - view.req_cons;
	if (waiting && waiting <= ring->size)
		show_next(m, name, ring, view.req_cons, waiting);
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
