/* SPDX-License-Identifier: GPL-2.0 */
/* The network interface. */
#ifndef XEN_NETBACK_INTERFACE_H
#define XEN_NETBACK_INTERFACE_H

#include <linux/atomic.h>
#include <linux/netdevice.h>

#include "credit.h"
#include "keys.h"
#include "txmode.h"

struct bpf_prog;
struct netback_conn;
struct netback_queue_stats;
struct xenbus_device;

/**
 * struct netback_vif - what belongs to the network interface
 * @dev: the interface; this structure is its private part
 * @max_queues: that it can have
 * @flip_offered: the guest may ask for pages that become its own
 * @flip_lost: pages that this has cost us, for the moment
 * @headroom_offered: the guest may ask for room before its packets
 * @headroom: what it asks for, in bytes; the device's lock to change it
 * @conn: whom packets go to, or NULL; RCU, and the RTNL lock to change it
 * @up: the queues of @conn are up; the RTNL lock
 * @credit: what the guest may send
 * @prog: the program (XDP) for what it sends, or NULL; as @conn
 * @tx_mode: how its packets get here; the RTNL lock to change it
 * @stats: counters of each queue
 */
struct netback_vif {
	struct net_device *dev;
	unsigned int max_queues;
	bool flip_offered;
	atomic_t flip_lost;
	bool headroom_offered;
	u16 headroom;
	struct netback_conn __rcu *conn;
	bool up;
	struct netback_credit credit;
	struct bpf_prog __rcu *prog;
	enum netback_txmode tx_mode;
	struct netback_queue_stats *stats;
};

/**
 * netback_vif_create() - make the network interface, without a carrier
 * @xbdev: whose interface it is
 * @handle: its number in the guest
 * @max_queues: that it can have
 * @mtu: to begin with, 0 for the usual one
 *
 * Context: may sleep.
 * Return: the interface or an ERR_PTR().
 */
struct netback_vif *netback_vif_create(struct xenbus_device *xbdev,
				       unsigned int handle,
				       unsigned int max_queues,
				       unsigned int mtu);

/**
 * netback_vif_destroy() - remove the network interface
 * @vif: without a connection
 *
 * Context: may sleep.
 */
void netback_vif_destroy(struct netback_vif *vif);

/**
 * netback_vif_connect() - packets can flow
 * @vif: without a connection
 * @conn: the connection, all of it set up
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int netback_vif_connect(struct netback_vif *vif, struct netback_conn *conn);

/**
 * netback_vif_disconnect() - no packet flows any more
 * @vif: with or without a connection
 *
 * Context: may sleep.
 */
void netback_vif_disconnect(struct netback_vif *vif);

/**
 * netback_vif_set_tx_mode() - another way for the guest's packets
 * @vif: the interface
 * @mode: from the next pass on
 *
 * Context: may sleep; the RTNL lock is held.
 * Return: 0 or a negative errno: then it is as before.
 */
int netback_vif_set_tx_mode(struct netback_vif *vif, enum netback_txmode mode);

/**
 * netback_vif_set_headroom() - room before the guest's packets
 * @vif: the interface
 * @bytes: in every packet from now on, and beyond 0 none is given to the guest
 *	that it has to cut into segments
 *
 * Context: may sleep.
 */
void netback_vif_set_headroom(struct netback_vif *vif, u16 bytes);

#endif
