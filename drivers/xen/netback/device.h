/* SPDX-License-Identifier: GPL-2.0 */
/* One virtual network interface, as xenbus knows it. */
#ifndef XEN_NETBACK_DEVICE_H
#define XEN_NETBACK_DEVICE_H

#include <linux/mutex.h>
#include <linux/ratelimit_types.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

struct dentry;
struct netback_conn;
struct netback_vif;
struct seq_file;

/**
 * struct netback_device - one virtual network interface
 * @xbdev: the device on xenbus
 * @hotplug: watch on the key that the hotplug script writes
 * @rate: watch on the key with the rate limit
 * @multicast: watch on the key with which the guest asks for a filter
 * @headroom: watch on the key with which it asks for room before its packets
 * @lock: one event after the other; protects what follows
 * @vif: the network interface
 * @conn: between Connected and Closed, or NULL
 * @ready: the hotplug script is done
 * @headroom_written: the guest has said what it wants since it was connected, or
 *	went on
 * @reports: how often the guest can make us write to the log
 * @failure_lock: protects the next two
 * @gone: no failure is of interest any more
 * @failure: why the connection cannot go on
 * @work: carries that out
 * @carrier: tells the guest whether the interface is up
 * @reconfigured: the guest has been waited for long enough
 * @debugfs: a file
 */
struct netback_device {
	struct xenbus_device *xbdev;
	struct xenbus_watch hotplug;
	struct xenbus_watch rate;
	struct xenbus_watch multicast;
	struct xenbus_watch headroom;

	struct mutex lock;	/* all that follows */
	struct netback_vif *vif;
	struct netback_conn *conn;
	bool ready;
	bool headroom_written;
	struct ratelimit_state reports;

	spinlock_t failure_lock;	/* the next two */
	bool gone;
	char failure[120];
	struct work_struct work;
	struct work_struct carrier;
	struct delayed_work reconfigured;

	struct dentry *debugfs;
};

/**
 * netback_device_failed() - the connection cannot go on
 * @device: the device
 * @why: for the log and for xenstore
 *
 * Context: any.
 */
void netback_device_failed(struct netback_device *device, const char *why);

/**
 * netback_device_opened() - the interface went up or down
 * @device: the device, connected
 *
 * Context: the RTNL lock is held.
 */
void netback_device_opened(struct netback_device *device);

/**
 * netback_device_show() - describe it for a person
 * @device: the device
 * @m: where to
 *
 * Context: may sleep.
 */
void netback_device_show(struct netback_device *device, struct seq_file *m);

/**
 * netback_device_init() - register with xenbus, at load
 *
 * Return: 0 or a negative errno.
 */
int netback_device_init(void);

/**
 * netback_device_exit() - unregister, at unload
 */
void netback_device_exit(void);

#endif
