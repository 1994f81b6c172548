// SPDX-License-Identifier: GPL-2.0
/*
 * A model of Xen for User-mode Linux: load, and the facts that the kernel's
 * Xen core exports about the hypervisor below it.
 */
#include <linux/module.h>
#include <linux/string.h>
#include <xen/features.h>
#include <xen/xen.h>
#include "bus.h"
#include "flavour.h"
#include "knob.h"
#include "maptrack.h"
#include "memory.h"
#include "p2m.h"
#include "store.h"
#include "table.h"

static char *flavour = "pv";
module_param(flavour, charp, 0444);
MODULE_PARM_DESC(flavour, "what this kernel is: pv or auto-translated (default pv)");

enum xen_domain_type xen_domain_type = XEN_NATIVE;
EXPORT_SYMBOL_GPL(xen_domain_type);

u8 xen_features[XENFEAT_NR_SUBMAPS * 32];
EXPORT_SYMBOL_GPL(xen_features);

bool xenmodel_is_pv(void)
{
	return xen_domain_type == XEN_PV_DOMAIN;
}
EXPORT_SYMBOL_GPL(xenmodel_is_pv);

static int __init xenmodel_init(void)
{
	int ret;

	if (!strcmp(flavour, "pv")) {
		xen_domain_type = XEN_PV_DOMAIN;
	} else if (!strcmp(flavour, "auto-translated")) {
		xen_domain_type = XEN_HVM_DOMAIN;
		xen_features[XENFEAT_auto_translated_physmap] = 1;
	} else {
		pr_err("no flavour '%s': pv or auto-translated\n", flavour);
		return -EINVAL;
	}

	ret = xenmodel_p2m_init();
	if (ret)
		return ret;
	ret = xenmodel_maptrack_init();
	if (ret)
		goto err_p2m;
	ret = xenmodel_table_init();
	if (ret)
		goto err_maptrack;
	ret = xenmodel_store_init();
	if (ret)
		goto err_table;
	ret = xenmodel_bus_init();
	if (ret)
		goto err_store;
	return 0;

err_store:
	xenmodel_store_exit();
err_table:
	xenmodel_table_exit();
err_maptrack:
	xenmodel_maptrack_exit();
err_p2m:
	xenmodel_p2m_exit();
	return ret;
}
module_init(xenmodel_init);

static void __exit xenmodel_exit(void)
{
	xenmodel_reset();
	xenmodel_bus_exit();
	xenmodel_store_exit();
	xenmodel_table_exit();
	xenmodel_memory_exit();
	xenmodel_maptrack_exit();
	xenmodel_p2m_exit();
}
module_exit(xenmodel_exit);

MODULE_DESCRIPTION("A model of Xen for KUnit");
MODULE_LICENSE("GPL");
