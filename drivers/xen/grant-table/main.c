// SPDX-License-Identifier: GPL-2.0
/*
 * xen-gnttab: the grant-table client library.
 */
#include <linux/export.h>
#include <linux/module.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/mapaddr.h>
#include "area.h"
#include "debugfs.h"
#include "m2p.h"
#include "p2m.h"
#include "replace.h"
#include "transfer-receive.h"
#include "unmap.h"

static const struct xengnt_backend *backend;

const struct xengnt_backend *xengnt_backend_get(void)
{
	return backend;
}
EXPORT_SYMBOL_GPL(xengnt_backend_get);

u64 virt_to_gnttab_mapaddr(const void *vaddr)
{
	return backend->mapaddr(vaddr);
}
EXPORT_SYMBOL_GPL(virt_to_gnttab_mapaddr);

static int __init xengnt_init(void)
{
	int ret;

	backend = xengnt_backend_probe();
	if (!backend) {
		pr_info("this is not a Xen guest\n");
		return -ENODEV;
	}

	ret = xengnt_areas_init();
	if (ret)
		return ret;
	ret = xengnt_unmap_init();
	if (ret)
		goto err_areas;
	ret = xengnt_p2m_init();
	if (ret)
		goto err_unmap;
	xengnt_debugfs_init();
	pr_info("%s backend\n", backend->name);
	return 0;

err_unmap:
	xengnt_unmap_exit();
err_areas:
	xengnt_areas_exit();
	return ret;
}

static void __exit xengnt_exit(void)
{
	xengnt_debugfs_exit();
	xengnt_replace_exit();
	xengnt_receive_exit();
	xengnt_p2m_exit();
	xengnt_unmap_exit();
	xengnt_m2p_exit();
	xengnt_areas_exit();
}

module_init(xengnt_init);
module_exit(xengnt_exit);

MODULE_DESCRIPTION("Xen grant-table client library");
MODULE_LICENSE("GPL");
