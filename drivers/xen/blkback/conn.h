/* SPDX-License-Identifier: GPL-2.0 */
/* A connection: everything that exists between Connected and Closed. */
#ifndef XEN_BLKBACK_CONN_H
#define XEN_BLKBACK_CONN_H

#include <linux/workqueue.h>

#include "codec.h"
#include "fence.h"
#include "keys.h"
#include "stats.h"

struct blkback_device;
struct blkback_disk;
struct blkback_latency;
struct blkback_queue;
struct seq_file;
struct xenbus_device;

/**
 * struct blkback_conn - one connection to a frontend
 * @xbdev: the device on xenbus; a reference is held
 * @disk: a reference is held
 * @name: "DOMAIN.DISK"
 * @limits: what requests may ask for
 * @layout: of the rings
 * @persistent: grants may stay mapped
 * @nr_queues: how many
 * @queues: each of them
 * @fence: barriers that hold for all of them
 * @device: who is told of failures and of the end; a reference is held
 * @end: takes the connection down, for as long as the disk takes
 *
 * Owned by the device until blkback_conn_end(), then by @end, which frees it.
 */
struct blkback_conn {
	struct xenbus_device *xbdev;
	struct blkback_disk *disk;
	char name[24];
	struct blkback_limits limits;
	const struct blkback_layout *layout;
	bool persistent;
	unsigned int nr_queues;
	struct blkback_queue **queues;
	struct blkback_fence fence;
	struct blkback_device *device;
	struct work_struct end;
};

/**
 * blkback_conn_create() - connect to a frontend
 * @device: who is told how it goes
 * @xbdev: the device on xenbus
 * @disk: what to serve
 * @limits: what was offered
 * @error: gets an explanation if it fails
 *
 * Context: may sleep.
 * Return: the connection or an ERR_PTR().
 */
struct blkback_conn *
blkback_conn_create(struct blkback_device *device, struct xenbus_device *xbdev,
		    struct blkback_disk *disk,
		    const struct blkback_keys_limits *limits,
		    struct blkback_keys_error *error);

/**
 * blkback_conn_end() - begin to disconnect
 * @conn: not to be used any more
 *
 * Returns at once: I/O may be on its way, and whoever calls has other guests
 * to serve. blkback_device_disconnected() is called when it is done.
 *
 * Context: any.
 */
void blkback_conn_end(struct blkback_conn *conn);

/**
 * blkback_conn_fail() - the connection cannot go on
 * @conn: the connection
 * @queue: index of the queue that found out
 * @why: for the log and for xenstore
 *
 * Context: any.
 */
void blkback_conn_fail(struct blkback_conn *conn, unsigned int queue,
		       const char *why);

/**
 * blkback_conn_resize() - the disk has another size now
 * @conn: a connection
 * @sectors: of 512 bytes
 *
 * Context: any.
 */
void blkback_conn_resize(struct blkback_conn *conn, u64 sectors);

/**
 * blkback_conn_kick() - make all queues run a pass
 * @conn: a connection
 *
 * Context: any.
 */
void blkback_conn_kick(struct blkback_conn *conn);

/**
 * blkback_conn_latency() - sum over the queues
 * @conn: a connection
 * @sum: to add to
 */
void blkback_conn_latency(struct blkback_conn *conn,
			  struct blkback_latency *sum);

/**
 * blkback_conn_threads() - process numbers of its queues' threads
 * @conn: a connection
 * @buf: of a file in sysfs
 *
 * Return: bytes written.
 */
ssize_t blkback_conn_threads(struct blkback_conn *conn, char *buf);

/**
 * blkback_conn_stats() - sum over the queues
 * @conn: a connection
 * @sum: to add to
 */
void blkback_conn_stats(struct blkback_conn *conn, struct blkback_stats *sum);

/**
 * blkback_conn_show() - describe it for a person
 * @conn: a connection
 * @m: where to
 */
void blkback_conn_show(struct blkback_conn *conn, struct seq_file *m);

/**
 * blkback_conn_init() - once, at load
 *
 * Return: 0 or -ENOMEM.
 */
int blkback_conn_init(void);

/**
 * blkback_conn_exit() - once, at unload; waits for connections that are ending
 */
void blkback_conn_exit(void);

#endif
