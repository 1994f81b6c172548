// SPDX-License-Identifier: GPL-2.0
/* What ethtool shows of an interface. */
#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "ethtool.h"
#include "interface.h"
#include "stats.h"

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "xen-netback", sizeof(info->driver));
	strscpy(info->bus_info, dev_name(dev->dev.parent),
		sizeof(info->bus_info));
}

static void get_channels(struct net_device *dev,
			 struct ethtool_channels *channels)
{
	struct netback_vif *vif = netdev_priv(dev);

	channels->max_combined = vif->max_queues;
	channels->combined_count = dev->real_num_tx_queues;
}

/* What can be switched, by name. */
static const char private_flags[][ETH_GSTRING_LEN] = { "map-tx" };

#define FLAG_MAP_TX	BIT(0)

static u32 get_priv_flags(struct net_device *dev)
{
	struct netback_vif *vif = netdev_priv(dev);

	return vif->tx_mode == NETBACK_TXMODE_MAP ? FLAG_MAP_TX : 0;
}

/* The same as the file tx_mode in sysfs. */
static int set_priv_flags(struct net_device *dev, u32 flags)
{
	u32 changed = flags ^ get_priv_flags(dev);
	enum netback_txmode mode = flags & FLAG_MAP_TX ? NETBACK_TXMODE_MAP :
							 NETBACK_TXMODE_COPY;
	int error;

	if (!(changed & FLAG_MAP_TX))
		return 0;
	error = netback_txmode_parse(netback_txmode_name(mode));
	return error < 0 ? error : netback_vif_set_tx_mode(netdev_priv(dev),
							   mode);
}

static int get_sset_count(struct net_device *dev, int set)
{
	if (set == ETH_SS_PRIV_FLAGS)
		return ARRAY_SIZE(private_flags);
	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return dev->real_num_tx_queues * NETBACK_STATS;
}

static void get_strings(struct net_device *dev, u32 set, u8 *data)
{
	enum netback_stat stat;
	unsigned int queue;

	if (set == ETH_SS_PRIV_FLAGS)
		memcpy(data, private_flags, sizeof(private_flags));
	if (set != ETH_SS_STATS)
		return;
	for (queue = 0; queue < dev->real_num_tx_queues; queue++)
		for (stat = 0; stat < NETBACK_STATS; stat++)
			ethtool_sprintf(&data, "queue_%u_guest_%s", queue,
					netback_stats_name(stat));
}

static void get_stats(struct net_device *dev, struct ethtool_stats *stats,
		      u64 *data)
{
	struct netback_vif *vif = netdev_priv(dev);
	struct netback_totals totals;
	unsigned int queue;

	for (queue = 0; queue < dev->real_num_tx_queues; queue++) {
		netback_stats_read(&totals, &vif->stats[queue]);
		memcpy(data, totals.n, sizeof(totals.n));
		data += NETBACK_STATS;
	}
}

static const struct ethtool_ops ops = {
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_channels = get_channels,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_stats,
	.get_priv_flags = get_priv_flags,
	.set_priv_flags = set_priv_flags,
};

void netback_ethtool_setup(struct net_device *dev)
{
	dev->ethtool_ops = &ops;
}
