/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_BLKBACK_DEBUGFS_H
#define XEN_BLKBACK_DEBUGFS_H

struct blkback_device;

void blkback_debugfs_init(void);
void blkback_debugfs_exit(void);
void blkback_debugfs_add_device(struct blkback_device *device);
void blkback_debugfs_remove_device(struct blkback_device *device);

#endif
