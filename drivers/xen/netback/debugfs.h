/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_NETBACK_DEBUGFS_H
#define XEN_NETBACK_DEBUGFS_H

struct netback_device;

void netback_debugfs_init(void);
void netback_debugfs_exit(void);
void netback_debugfs_add_device(struct netback_device *device);
void netback_debugfs_remove_device(struct netback_device *device);

#endif
