/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_BLKBACK_SYSFS_H
#define XEN_BLKBACK_SYSFS_H

struct attribute_group;

/* physical_device, mode and statistics/ of each device. */
extern const struct attribute_group *blkback_sysfs_groups[];

#endif
