/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_NETBACK_SYSFS_H
#define XEN_NETBACK_SYSFS_H

struct attribute_group;

extern const struct attribute_group *netback_sysfs_groups[];

#endif
