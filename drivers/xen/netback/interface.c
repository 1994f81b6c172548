// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/xdp.h>
#include <xen/xenbus.h>

#include "conn.h"
#include "device.h"
#include "ethtool.h"
#include "foreign.h"
#include "hash.h"
#include "interface.h"
#include "multicast.h"
#include "queue.h"
#include "steer.h"
#include "xdp.h"

/* What a frontend can be asked to do for us, if it says that it can. */
#define OFFLOADS (NETIF_F_SG | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | \
		  NETIF_F_TSO | NETIF_F_TSO6)

/* What a program (XDP) can have done, here and elsewhere. */
#define XDP_FEATURES (NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT | \
		      NETDEV_XDP_ACT_NDO_XMIT | NETDEV_XDP_ACT_RX_SG | \
		      NETDEV_XDP_ACT_NDO_XMIT_SG)

/*
 * Packets are worth a hypercall together, so byte queue limits must not hand
 * them to us one by one.
 */
#define BATCH_BYTES	65536

static netdev_tx_t vif_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct netback_vif *vif = netdev_priv(dev);
	unsigned int index = skb_get_queue_mapping(skb);
	int foreign = netback_foreign_prepare(skb);
	struct netback_conn *conn;

	rcu_read_lock();
	conn = rcu_dereference(vif->conn);
	if (conn && index < conn->nr_queues && foreign >= 0 &&
	    netback_multicast_wants(&conn->multicast, skb->data)) {
		netback_receive_packet(&conn->queues[index]->receive, skb,
				       foreign, netdev_xmit_more(),
				       rcu_dereference(conn->hash));
	} else {
		DEV_STATS_INC(dev, tx_dropped);
		dev_kfree_skb_any(skb);
	}
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

/* Which queue a packet goes to, if the guest has said how that is decided. */
static u16 vif_select_queue(struct net_device *dev, struct sk_buff *skb,
			    struct net_device *sb_dev)
{
	struct netback_vif *vif = netdev_priv(dev);
	const struct netback_hash *hash = NULL;
	struct netback_conn *conn;
	int queue = -1;

	rcu_read_lock();
	conn = rcu_dereference(vif->conn);
	if (conn)
		hash = rcu_dereference(conn->hash);
	if (hash && netback_hash_active(hash))
		queue = netback_hash_queue(hash, netback_steer(hash, skb).value,
					   conn->nr_queues);
	rcu_read_unlock();
	return queue < 0 ? netdev_pick_tx(dev, skb, sb_dev) : queue;
}

static void vif_up(struct netback_vif *vif, struct netback_conn *conn)
{
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++)
		netdev_queue_set_dql_min_limit(netdev_get_tx_queue(vif->dev, i),
					       BATCH_BYTES);
	vif->up = true;
	netback_conn_up(conn);
	/* Packets may have come while there was nobody to send them to. */
	netif_tx_wake_all_queues(vif->dev);
}

static void vif_down(struct netback_vif *vif, struct netback_conn *conn)
{
	netback_conn_down(conn);
	/* Not before: the queues could be woken again. */
	netif_tx_disable(vif->dev);
	netback_conn_purge(conn);
	vif->up = false;
}

static int vif_open(struct net_device *dev)
{
	struct netback_vif *vif = netdev_priv(dev);
	struct netback_conn *conn = rtnl_dereference(vif->conn);

	if (conn && !vif->up)
		vif_up(vif, conn);
	if (conn)
		netback_device_opened(conn->device);
	return 0;
}

static int vif_stop(struct net_device *dev)
{
	struct netback_vif *vif = netdev_priv(dev);
	struct netback_conn *conn = rtnl_dereference(vif->conn);

	if (conn && vif->up)
		vif_down(vif, conn);
	if (conn)
		netback_device_opened(conn->device);
	return 0;
}

static netdev_features_t vif_fix_features(struct net_device *dev,
					  netdev_features_t features)
{
	struct netback_vif *vif = netdev_priv(dev);
	struct netback_conn *conn = rtnl_dereference(vif->conn);

	return conn ? features & (netback_conn_features(conn) | ~OFFLOADS) :
		      features;
}

/* Without scatter-gather a packet has to fit into one slot. */
static unsigned int mtu_max(const struct netback_conn *conn)
{
	return !conn || conn->config.sg ? ETH_MAX_MTU - VLAN_ETH_HLEN :
					  ETH_DATA_LEN;
}

static int vif_change_mtu(struct net_device *dev, int mtu)
{
	struct netback_vif *vif = netdev_priv(dev);

	if (mtu > mtu_max(rtnl_dereference(vif->conn)))
		return -EINVAL;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static void vif_add_stats(struct rtnl_link_stats64 *stats,
			  const struct netback_totals *totals)
{
	const u64 *n = totals->n;

	/* What the guest transmits is what the interface receives. */
	stats->rx_packets += n[NETBACK_STAT_TX_PACKETS];
	stats->rx_bytes += n[NETBACK_STAT_TX_BYTES];
	stats->rx_errors += n[NETBACK_STAT_TX_REFUSED] +
			    n[NETBACK_STAT_TX_BAD_GRANTS] +
			    n[NETBACK_STAT_TX_BAD_HEADERS];
	stats->rx_dropped += n[NETBACK_STAT_TX_NO_MEMORY] +
			     n[NETBACK_STAT_XDP_DROP] +
			     n[NETBACK_STAT_XDP_ERROR];
	stats->tx_packets += n[NETBACK_STAT_RX_PACKETS];
	stats->tx_bytes += n[NETBACK_STAT_RX_BYTES];
	stats->tx_errors += n[NETBACK_STAT_RX_BAD_GRANTS] +
			    n[NETBACK_STAT_RX_TOO_LARGE];
	stats->tx_dropped += n[NETBACK_STAT_RX_EXPIRED] +
			     n[NETBACK_STAT_RX_NO_MEMORY];
}

static void vif_get_stats(struct net_device *dev,
			  struct rtnl_link_stats64 *stats)
{
	struct netback_vif *vif = netdev_priv(dev);
	struct netback_totals totals;
	unsigned int i;

	netdev_stats_to_stats64(stats, &dev->stats);
	for (i = 0; i < vif->max_queues; i++) {
		netback_stats_read(&totals, &vif->stats[i]);
		vif_add_stats(stats, &totals);
	}
}

int netback_vif_set_tx_mode(struct netback_vif *vif, enum netback_txmode mode)
{
	struct netback_conn *conn = rtnl_dereference(vif->conn);
	int error = 0;

	if (mode == NETBACK_TXMODE_MAP && conn)
		error = netback_conn_allow_map(conn);
	if (!error)
		WRITE_ONCE(vif->tx_mode, mode);
	return error;
}

void netback_vif_set_headroom(struct netback_vif *vif, u16 bytes)
{
	if (bytes == vif->headroom)
		return;
	rtnl_lock();
	WRITE_ONCE(vif->headroom, bytes);
	netdev_update_features(vif->dev);
	rtnl_unlock();
}

static const struct net_device_ops vif_ops = {
	.ndo_start_xmit = vif_xmit,
	.ndo_select_queue = vif_select_queue,
	.ndo_open = vif_open,
	.ndo_stop = vif_stop,
	.ndo_fix_features = vif_fix_features,
	.ndo_change_mtu = vif_change_mtu,
	.ndo_get_stats64 = vif_get_stats,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_bpf = netback_xdp_setup,
	.ndo_xdp_xmit = netback_xdp_xmit,
};

static void vif_setup(struct netback_vif *vif, struct xenbus_device *xbdev,
		      unsigned int mtu)
{
	/* The highest of all: a bridge takes the lowest of its ports'. */
	static const u8 address[ETH_ALEN] = { 0xfe, 0xff, 0xff, 0xff, 0xff,
					      0xff };
	struct net_device *dev = vif->dev;

	SET_NETDEV_DEV(dev, &xbdev->dev);
	dev->netdev_ops = &vif_ops;
	/* Packets wait in lists: pktgen must not send one several times. */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	netback_ethtool_setup(dev);
	dev->hw_features = OFFLOADS;
	dev->features = OFFLOADS | NETIF_F_RXCSUM;
	xdp_set_features_flag(dev, XDP_FEATURES);
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = mtu_max(NULL);
	if (mtu >= dev->min_mtu && mtu <= dev->max_mtu)
		dev->mtu = mtu;
	eth_hw_addr_set(dev, address);
	netif_carrier_off(dev);
}

struct netback_vif *netback_vif_create(struct xenbus_device *xbdev,
				       unsigned int handle,
				       unsigned int max_queues,
				       unsigned int mtu)
{
	struct netback_vif *vif;
	struct net_device *dev;
	char name[IFNAMSIZ];
	int error;

	snprintf(name, sizeof(name), "vif%u.%u", xbdev->otherend_id, handle);
	dev = alloc_netdev_mqs(sizeof(*vif), name, NET_NAME_UNKNOWN,
			       ether_setup, max_queues, max_queues);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	vif = netdev_priv(dev);
	vif->dev = dev;
	vif->max_queues = max_queues;
	vif->tx_mode = netback_txmode_default();
	netback_credit_init(&vif->credit);
	vif->stats = netback_stats_create(max_queues);
	if (!vif->stats) {
		free_netdev(dev);
		return ERR_PTR(-ENOMEM);
	}
	vif_setup(vif, xbdev, mtu);
	error = register_netdev(dev);
	if (!error)
		return vif;
	kvfree(vif->stats);
	free_netdev(dev);
	return ERR_PTR(error);
}

void netback_vif_destroy(struct netback_vif *vif)
{
	struct netback_queue_stats *stats = vif->stats;

	unregister_netdev(vif->dev);
	free_netdev(vif->dev);
	kvfree(stats);
}

int netback_vif_connect(struct netback_vif *vif, struct netback_conn *conn)
{
	struct net_device *dev = vif->dev;
	int error;

	rtnl_lock();
	error = netif_set_real_num_queues(dev, conn->nr_queues,
					  conn->nr_queues);
	if (error)
		goto out;
	/* Without, everything is copied. */
	if (vif->tx_mode == NETBACK_TXMODE_MAP && netback_conn_allow_map(conn))
		dev_warn(dev->dev.parent, "not enough memory to map what is sent\n");
	rcu_assign_pointer(vif->conn, conn);
	if (dev->mtu > mtu_max(conn))
		dev_set_mtu(dev, mtu_max(conn));
	netdev_update_features(dev);
	if (netif_running(dev))
		vif_up(vif, conn);
	netif_carrier_on(dev);
out:
	rtnl_unlock();
	return error;
}

void netback_vif_disconnect(struct netback_vif *vif)
{
	struct netback_conn *conn;

	rtnl_lock();
	conn = rtnl_dereference(vif->conn);
	if (conn) {
		if (vif->up)
			vif_down(vif, conn);
		netif_carrier_off(vif->dev);
		RCU_INIT_POINTER(vif->conn, NULL);
		/* Nobody sends to it any more. */
		synchronize_net();
	}
	rtnl_unlock();
}
