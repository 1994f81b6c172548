// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of the device on xenbus: Documentation/ABI/sysfs-xen-netback.
 */
#include <linux/device.h>
#include <linux/rtnetlink.h>
#include <linux/sysfs.h>

#include "device.h"
#include "interface.h"
#include "sysfs.h"

static ssize_t tx_mode_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct netback_device *device = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n",
			  netback_txmode_name(READ_ONCE(device->vif->tx_mode)));
}

static ssize_t tx_mode_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	struct netback_device *device = dev_get_drvdata(dev);
	int mode = netback_txmode_parse(buf), error;

	if (mode < 0)
		return mode;
	rtnl_lock();
	error = netback_vif_set_tx_mode(device->vif, mode);
	rtnl_unlock();
	return error ?: count;
}
static DEVICE_ATTR_RW(tx_mode);

static struct attribute *device_attrs[] = {
	&dev_attr_tx_mode.attr,
	NULL
};

static const struct attribute_group device_group = {
	.attrs = device_attrs,
};

const struct attribute_group *netback_sysfs_groups[] = {
	&device_group,
	NULL
};
