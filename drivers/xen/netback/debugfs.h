/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_NETBACK_DEBUGFS_H
#define XEN_NETBACK_DEBUGFS_H

#include <linux/types.h>

struct netback_device;
struct netback_ring;
struct seq_file;

void netback_debugfs_init(void);
void netback_debugfs_exit(void);
void netback_debugfs_add_device(struct netback_device *device);
void netback_debugfs_remove_device(struct netback_device *device);

/* A line of the file: a ring. */
void netback_debugfs_ring(struct seq_file *m, const char *name,
			  const struct netback_ring *ring, bool broken);

#endif
