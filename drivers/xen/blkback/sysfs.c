// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of the device on xenbus: Documentation/ABI/sysfs-xen-blkback.
 */
#include <linux/device.h>
#include <linux/kdev_t.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "conn.h"
#include "device.h"
#include "disk.h"
#include "sysfs.h"

static ssize_t physical_device_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	struct blkback_device *device = dev_get_drvdata(dev);
	ssize_t length = 0;

	mutex_lock(&device->lock);
	if (device->disk)
		length = sysfs_emit(buf, "%x:%x\n", MAJOR(device->disk->dev),
				    MINOR(device->disk->dev));
	mutex_unlock(&device->lock);
	return length;
}
static DEVICE_ATTR_RO(physical_device);

static ssize_t mode_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct blkback_device *device = dev_get_drvdata(dev);
	ssize_t length = 0;

	mutex_lock(&device->lock);
	if (device->disk)
		length = sysfs_emit(buf, "%s\n",
				    device->disk->read_only ? "r" : "w");
	mutex_unlock(&device->lock);
	return length;
}
static DEVICE_ATTR_RO(mode);

static ssize_t data_path_show(struct device *dev,
			      struct device_attribute *attr, char *buf)
{
	struct blkback_device *device = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n",
			  blkback_path_name(READ_ONCE(device->data_path)));
}

/* From the next request on. */
static ssize_t data_path_store(struct device *dev,
			       struct device_attribute *attr, const char *buf,
			       size_t count)
{
	struct blkback_device *device = dev_get_drvdata(dev);
	int path = blkback_path_parse(buf);

	if (path < 0)
		return path;
	WRITE_ONCE(device->data_path, path);
	return count;
}
static DEVICE_ATTR_RW(data_path);

static ssize_t threads_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct blkback_device *device = dev_get_drvdata(dev);
	ssize_t length = 0;

	mutex_lock(&device->lock);
	if (device->conn)
		length = blkback_conn_threads(device->conn, buf);
	mutex_unlock(&device->lock);
	return length;
}
static DEVICE_ATTR_RO(threads);

static ssize_t cgroup_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct blkback_device *device = dev_get_drvdata(dev);

	return blkback_cgroup_show(&device->cgroup, buf, PAGE_SIZE);
}

static ssize_t cgroup_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	struct blkback_device *device = dev_get_drvdata(dev);
	char *path = kstrndup(buf, count, GFP_KERNEL);
	int error;

	if (!path)
		return -ENOMEM;
	error = blkback_cgroup_set(&device->cgroup, strim(path));
	kfree(path);
	if (error)
		return error;
	mutex_lock(&device->lock);
	if (device->conn)
		blkback_conn_kick(device->conn);
	mutex_unlock(&device->lock);
	return count;
}
static DEVICE_ATTR_RW(cgroup);

static struct attribute *device_attrs[] = {
	&dev_attr_physical_device.attr,
	&dev_attr_mode.attr,
	&dev_attr_data_path.attr,
	&dev_attr_threads.attr,
	&dev_attr_cgroup.attr,
	NULL
};

static const struct attribute_group device_group = {
	.attrs = device_attrs,
};

/**
 * struct stat_attribute - a file that shows one counter
 * @attr: the file
 * @stat: the counter
 */
struct stat_attribute {
	struct device_attribute attr;
	enum blkback_stat stat;
};

static ssize_t stat_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct stat_attribute *entry = container_of(attr, struct stat_attribute,
						    attr);
	struct blkback_stats stats;

	blkback_device_stats(dev_get_drvdata(dev), &stats);
	return sysfs_emit(buf, "%llu\n", stats.n[entry->stat]);
}

#define STAT_ATTR(_name, _stat)						\
	static struct stat_attribute stat_attr_##_name = {		\
		.attr = __ATTR(_name, 0444, stat_show, NULL),		\
		.stat = _stat,						\
	}

STAT_ATTR(oo_req, BLKBACK_STAT_STALLS);
STAT_ATTR(rd_req, BLKBACK_STAT_READS);
STAT_ATTR(wr_req, BLKBACK_STAT_WRITES);
STAT_ATTR(f_req, BLKBACK_STAT_FLUSHES);
STAT_ATTR(ds_req, BLKBACK_STAT_DISCARDS);
STAT_ATTR(rd_sect, BLKBACK_STAT_READ_SECTORS);
STAT_ATTR(wr_sect, BLKBACK_STAT_WRITTEN_SECTORS);

static struct attribute *stat_attrs[] = {
	&stat_attr_oo_req.attr.attr,
	&stat_attr_rd_req.attr.attr,
	&stat_attr_wr_req.attr.attr,
	&stat_attr_f_req.attr.attr,
	&stat_attr_ds_req.attr.attr,
	&stat_attr_rd_sect.attr.attr,
	&stat_attr_wr_sect.attr.attr,
	NULL
};

static const struct attribute_group stat_group = {
	.name = "statistics",
	.attrs = stat_attrs,
};

const struct attribute_group *blkback_sysfs_groups[] = {
	&device_group,
	&stat_group,
	NULL
};
