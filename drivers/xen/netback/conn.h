/* SPDX-License-Identifier: GPL-2.0 */
/* A connection: everything that exists between Connected and Closed. */
#ifndef XEN_NETBACK_CONN_H
#define XEN_NETBACK_CONN_H

#include <linux/atomic.h>
#include <linux/netdev_features.h>

#include "keys.h"
#include "multicast.h"

struct netback_control;
struct netback_device;
struct netback_hash;
struct netback_queue;
struct netback_vif;
struct seq_file;
struct xenbus_device;

/**
 * struct netback_conn - one connection to a frontend
 * @xbdev: the device on xenbus
 * @device: who is told of failures
 * @vif: the network interface
 * @config: what the frontend can do
 * @nr_queues: how many
 * @queues: each of them
 * @control: its control ring, or NULL
 * @hash: how it wants its packets to be spread over queues, or NULL; RCU, and
 *	the control ring to change it
 * @multicast: what it wants of multicast packets
 * @stalled_lock: protects @stalled, and the carrier that follows it
 * @stalled: so many queues have a guest that does not receive
 *
 * Made and ended by the device, which has at most one.
 */
struct netback_conn {
	struct xenbus_device *xbdev;
	struct netback_device *device;
	struct netback_vif *vif;
	struct netback_frontend_config config;
	unsigned int nr_queues;
	struct netback_queue **queues;
	struct netback_control *control;
	struct netback_hash __rcu *hash;
	struct netback_multicast multicast;
	spinlock_t stalled_lock;	/* @stalled, and the carrier */
	unsigned int stalled;
};

/**
 * netback_conn_create() - connect to a frontend
 * @device: who is told how it goes
 * @xbdev: the device on xenbus
 * @vif: where packets come from and go to
 * @error: gets an explanation if it fails
 *
 * Context: may sleep.
 * Return: the connection or an ERR_PTR().
 */
struct netback_conn *netback_conn_create(struct netback_device *device,
					 struct xenbus_device *xbdev,
					 struct netback_vif *vif,
					 struct netback_keys_error *error);

/**
 * netback_conn_destroy() - disconnect
 * @conn: not to be used any more
 *
 * Waits for nobody but this kernel.
 *
 * Context: may sleep.
 */
void netback_conn_destroy(struct netback_conn *conn);

/**
 * netback_conn_fail() - the connection cannot go on
 * @conn: the connection
 * @queue: index of the queue that found out
 * @why: for the log and for xenstore
 *
 * Context: any.
 */
void netback_conn_fail(struct netback_conn *conn, unsigned int queue,
		       const char *why);

/**
 * netback_conn_stalled() - a queue's guest has ceased, or begun, to receive
 * @conn: the connection
 * @change: 1 or -1
 *
 * The interface has a carrier as long as every queue receives.
 *
 * Context: any.
 */
void netback_conn_stalled(struct netback_conn *conn, int change);

/**
 * netback_conn_up() - serve the rings
 * @conn: that is down
 *
 * Context: may sleep; the RTNL lock is held.
 */
void netback_conn_up(struct netback_conn *conn);

/**
 * netback_conn_down() - do not touch the rings any more
 * @conn: that is up
 *
 * Context: may sleep; the RTNL lock is held.
 */
void netback_conn_down(struct netback_conn *conn);

/**
 * netback_conn_purge() - drop the packets that wait for the guest
 * @conn: that is down
 *
 * Context: may sleep.
 */
void netback_conn_purge(struct netback_conn *conn);

/**
 * netback_conn_kick() - let every queue look again whether it can go on
 * @conn: the connection
 *
 * Context: any.
 */
void netback_conn_kick(struct netback_conn *conn);

/**
 * netback_conn_allow_map() - every queue can map what the guest sends
 * @conn: the connection
 *
 * Context: may sleep; the RTNL lock is held.
 * Return: 0 or a negative errno.
 */
int netback_conn_allow_map(struct netback_conn *conn);

/**
 * netback_conn_headroom() - room before the data of a packet for the guest
 * @conn: the connection
 *
 * It may change at any time: to be asked for once for a packet.
 *
 * Context: any.
 * Return: bytes.
 */
unsigned int netback_conn_headroom(const struct netback_conn *conn);

/**
 * netback_conn_features() - what the frontend does for us
 * @conn: the connection
 *
 * Return: offloads that the interface may have.
 */
netdev_features_t netback_conn_features(const struct netback_conn *conn);

/**
 * netback_conn_show() - describe it for a person
 * @conn: a connection
 * @m: where to
 */
void netback_conn_show(struct netback_conn *conn, struct seq_file *m);

#endif
