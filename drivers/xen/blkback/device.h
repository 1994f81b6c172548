/* SPDX-License-Identifier: GPL-2.0 */
/* One virtual block device, as xenbus knows it. */
#ifndef XEN_BLKBACK_DEVICE_H
#define XEN_BLKBACK_DEVICE_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/ratelimit_types.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#include "cgroup.h"
#include "keys.h"
#include "path.h"
#include "state.h"
#include "stats.h"

struct blkback_conn;
struct blkback_disk;
struct blkback_latency;
struct dentry;
struct seq_file;

/**
 * struct blkback_device - one virtual block device
 * @refs: held by xenbus' device and by each connection
 * @xbdev: the device on xenbus; valid for @work
 * @offered: what frontends were told that they may have
 * @data_path: what the administrator wants, without a lock
 * @heavy: when it last had more at work than a turn, in jiffies; without a lock
 * @guest_gone: the guest of a connection that ends does not wait for answers any
 *	more, without a lock
 * @hotplug: watch on the key that the hotplug script writes
 * @own_state: watch on the key that holds our state
 * @event_lock: protects the next three
 * @gone: no event is of interest any more
 * @events: enum device_event of device.c, what @work has to look at
 * @failure: why the connection cannot go on
 * @down: completed when no connection is on its way down
 * @work: carries out what the state machine decides, in process context and
 *	one event after the other
 * @lock: protects what follows
 * @listed: in the list of all devices
 * @cgroup: what its I/O is charged to
 * @disk: what the hotplug script named, or NULL
 * @sectors: size of @disk as the frontend was told last
 * @conn: between Connected and the beginning of the end, or NULL
 * @ending: a connection is on its way down; everything else waits
 * @rest: what is to be done when it is down
 * @reports: how often the guest can make us write to the log
 * @past: counters of earlier connections
 * @leaving: what a connection had counted when its end began, until it is in @past
 * @debugfs: a file
 * @debugfs_latency: another
 */
struct blkback_device {
	struct kref refs;
	struct xenbus_device *xbdev;
	struct blkback_keys_limits offered;
	enum blkback_path data_path;
	unsigned long heavy;
	bool guest_gone;
	struct xenbus_watch hotplug;
	struct xenbus_watch own_state;

	spinlock_t event_lock;	/* the next three */
	bool gone;
	unsigned long events;
	char failure[120];

	struct completion down;
	struct work_struct work;

	struct list_head listed;
	struct blkback_cgroup cgroup;

	struct mutex lock;	/* all that follows */
	struct blkback_disk *disk;
	u64 sectors;
	struct blkback_conn *conn;
	bool ending;
	struct blkback_transition rest;
	struct ratelimit_state reports;
	struct blkback_stats past;
	struct blkback_stats leaving;
	struct dentry *debugfs;
	struct dentry *debugfs_latency;
};

struct blkback_device *blkback_device_get(struct blkback_device *device);
void blkback_device_put(struct blkback_device *device);

/**
 * blkback_device_failed() - the connection cannot go on
 * @device: the device
 * @why: for the log and for xenstore
 *
 * Context: any.
 */
void blkback_device_failed(struct blkback_device *device, const char *why);

/**
 * blkback_device_disconnected() - nothing of the connection is left
 * @device: the device
 * @stats: the connection's counters
 *
 * Context: may sleep.
 */
void blkback_device_disconnected(struct blkback_device *device,
				 const struct blkback_stats *stats);

/**
 * blkback_device_stats() - what the device has done since it was probed
 * @device: the device
 * @stats: filled in
 *
 * Context: may sleep.
 */
void blkback_device_stats(struct blkback_device *device,
			  struct blkback_stats *stats);

/**
 * blkback_device_latency() - how long the requests of its connection took
 * @device: the device
 * @latency: filled in
 *
 * Context: may sleep.
 */
void blkback_device_latency(struct blkback_device *device,
			    struct blkback_latency *latency);

/**
 * blkback_device_show() - describe it for a person
 * @device: the device
 * @m: where to
 *
 * Context: may sleep.
 */
void blkback_device_show(struct blkback_device *device, struct seq_file *m);

/**
 * blkback_device_init() - register with xenbus, at load
 *
 * Return: 0 or a negative errno.
 */
int blkback_device_init(void);

/**
 * blkback_device_exit() - unregister, at unload
 */
void blkback_device_exit(void);

#endif
