// SPDX-License-Identifier: GPL-2.0
/*
 * xen-netback: serves network interfaces of this domain to other domains.
 */
#include <linux/module.h>
#include <xen/xen.h>

#include "debugfs.h"
#include "device.h"
#include "txmap.h"

static int __init netback_init(void)
{
	int error;

	if (!xen_domain())
		return -ENODEV;

	error = netback_txmap_init();
	if (error)
		return error;
	netback_debugfs_init();
	error = netback_device_init();
	if (error) {
		netback_debugfs_exit();
		netback_txmap_exit();
	}
	return error;
}

static void __exit netback_exit(void)
{
	netback_device_exit();
	netback_debugfs_exit();
	netback_txmap_exit();
}

module_init(netback_init);
module_exit(netback_exit);

MODULE_DESCRIPTION("Xen network backend");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vif");
