/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_NETBACK_ETHTOOL_H
#define XEN_NETBACK_ETHTOOL_H

struct net_device;

void netback_ethtool_setup(struct net_device *dev);

#endif
