// SPDX-License-Identifier: GPL-2.0
/*
 * xen-blkback: serves block devices of this domain to other domains.
 */
#include <linux/module.h>
#include <xen/xen.h>

#include "conn.h"
#include "debugfs.h"
#include "device.h"
#include "persist.h"

static int __init blkback_init(void)
{
	int error;

	if (!xen_domain())
		return -ENODEV;

	error = blkback_conn_init();
	if (error)
		return error;
	error = blkback_persist_module_init();
	if (error)
		goto err_conn;
	blkback_debugfs_init();
	error = blkback_device_init();
	if (error)
		goto err_debugfs;
	return 0;

err_debugfs:
	blkback_debugfs_exit();
	blkback_persist_module_exit();
err_conn:
	blkback_conn_exit();
	return error;
}

static void __exit blkback_exit(void)
{
	blkback_device_exit();
	blkback_debugfs_exit();
	/* Connections may outlive their devices for as long as I/O takes. */
	blkback_conn_exit();
	blkback_persist_module_exit();
}

module_init(blkback_init);
module_exit(blkback_exit);

MODULE_DESCRIPTION("Xen block device backend");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vbd");
