// SPDX-License-Identifier: GPL-2.0
#include "stats.h"

#include <linux/slab.h>

static const char * const names[NETBACK_STATS] = {
	[NETBACK_STAT_TX_PACKETS] = "tx_packets",
	[NETBACK_STAT_TX_BYTES] = "tx_bytes",
	[NETBACK_STAT_TX_GSO] = "tx_gso",
	[NETBACK_STAT_TX_REFUSED] = "tx_refused",
	[NETBACK_STAT_TX_BAD_GRANTS] = "tx_bad_grants",
	[NETBACK_STAT_TX_BAD_HEADERS] = "tx_bad_headers",
	[NETBACK_STAT_TX_NO_MEMORY] = "tx_no_memory",
	[NETBACK_STAT_TX_PASSES] = "tx_passes",
	[NETBACK_STAT_TX_NOTIFICATIONS] = "tx_notifications",
	[NETBACK_STAT_TX_THROTTLED] = "tx_throttled",
	[NETBACK_STAT_TX_STAGED] = "tx_staged",
	[NETBACK_STAT_TX_MAPPED] = "tx_mapped",
	[NETBACK_STAT_TX_MAP_FAILED] = "tx_map_failed",
	[NETBACK_STAT_TX_LINGERED] = "tx_lingered",
	[NETBACK_STAT_XDP_PASS] = "xdp_pass",
	[NETBACK_STAT_XDP_DROP] = "xdp_drop",
	[NETBACK_STAT_XDP_TX] = "xdp_tx",
	[NETBACK_STAT_XDP_REDIRECT] = "xdp_redirect",
	[NETBACK_STAT_XDP_ERROR] = "xdp_error",
	[NETBACK_STAT_RX_PACKETS] = "rx_packets",
	[NETBACK_STAT_RX_BYTES] = "rx_bytes",
	[NETBACK_STAT_RX_GSO] = "rx_gso",
	[NETBACK_STAT_RX_BY_GRANT] = "rx_by_grant",
	[NETBACK_STAT_RX_FLIPPED] = "rx_flipped",
	[NETBACK_STAT_RX_FLIP_ERRORS] = "rx_flip_errors",
	[NETBACK_STAT_RX_FLIP_WHOLE] = "rx_flip_whole",
	[NETBACK_STAT_RX_NO_MEMORY] = "rx_no_memory",
	[NETBACK_STAT_RX_TOO_LARGE] = "rx_too_large",
	[NETBACK_STAT_RX_BAD_GRANTS] = "rx_bad_grants",
	[NETBACK_STAT_RX_EXPIRED] = "rx_expired",
	[NETBACK_STAT_RX_PASSES] = "rx_passes",
	[NETBACK_STAT_RX_NOTIFICATIONS] = "rx_notifications",
	[NETBACK_STAT_RX_FULL] = "rx_full",
	[NETBACK_STAT_RX_STALLS] = "rx_stalls",
	[NETBACK_STAT_RX_STAGED] = "rx_staged",
};

const char *netback_stats_name(enum netback_stat stat)
{
	return names[stat];
}

void netback_stats_add(struct netback_stats *stats, enum netback_stat stat,
		       u64 n)
{
	u64_stats_update_begin(&stats->sync);
	u64_stats_add(&stats->n[stat], n);
	u64_stats_update_end(&stats->sync);
}

struct netback_queue_stats *netback_stats_create(unsigned int nr)
{
	struct netback_queue_stats *stats = kvcalloc(nr, sizeof(*stats),
						     GFP_KERNEL);
	unsigned int i;

	for (i = 0; stats && i < nr; i++) {
		u64_stats_init(&stats[i].transmit.sync);
		u64_stats_init(&stats[i].receive.sync);
	}
	return stats;
}

static void stats_sum(struct netback_totals *totals,
		      const struct netback_stats *stats)
{
	u64 copy[NETBACK_STATS];
	enum netback_stat stat;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&stats->sync);
		for (stat = 0; stat < NETBACK_STATS; stat++)
			copy[stat] = u64_stats_read(&stats->n[stat]);
	} while (u64_stats_fetch_retry(&stats->sync, start));
	for (stat = 0; stat < NETBACK_STATS; stat++)
		totals->n[stat] += copy[stat];
}

void netback_stats_read(struct netback_totals *totals,
			const struct netback_queue_stats *stats)
{
	*totals = (struct netback_totals) {};
	stats_sum(totals, &stats->transmit);
	stats_sum(totals, &stats->receive);
}
