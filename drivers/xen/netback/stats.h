/* SPDX-License-Identifier: GPL-2.0 */
/* What a queue has done. */
#ifndef XEN_NETBACK_STATS_H
#define XEN_NETBACK_STATS_H

#include <linux/types.h>
#include <linux/u64_stats_sync.h>

/**
 * enum netback_stat - what is counted, from the guest's side of things
 * @NETBACK_STAT_TX_PACKETS: packets from the guest that were passed on,
 *	or that a program (XDP) has seen
 * @NETBACK_STAT_TX_BYTES: bytes in them
 * @NETBACK_STAT_TX_GSO: of these, packets to be cut into segments
 * @NETBACK_STAT_TX_REFUSED: packets that the codec refused
 * @NETBACK_STAT_TX_BAD_GRANTS: packets whose grants were no good
 * @NETBACK_STAT_TX_BAD_HEADERS: packets whose headers contradict their flags
 * @NETBACK_STAT_TX_NO_MEMORY: packets dropped because there was no memory
 * @NETBACK_STAT_TX_PASSES: passes over the transmit ring that found something
 * @NETBACK_STAT_TX_NOTIFICATIONS: notifications of responses to it
 * @NETBACK_STAT_TX_THROTTLED: times that the rate limit made it wait
 * @NETBACK_STAT_TX_STAGED: slots that were read from staging grants
 * @NETBACK_STAT_TX_MAPPED: slots that were mapped, not copied
 * @NETBACK_STAT_TX_MAP_FAILED: slots that were copied because they could not be
 *	mapped
 * @NETBACK_STAT_TX_LINGERED: mapped slots that were taken back from a packet
 * @NETBACK_STAT_XDP_PASS: packets from the guest that a program let pass
 * @NETBACK_STAT_XDP_DROP: packets that it dropped
 * @NETBACK_STAT_XDP_TX: packets that it sent back to the guest
 * @NETBACK_STAT_XDP_REDIRECT: packets that it sent elsewhere
 * @NETBACK_STAT_XDP_ERROR: packets dropped because it failed, or what it wanted
 *	could not be done
 * @NETBACK_STAT_RX_PACKETS: packets to the guest that it was given
 * @NETBACK_STAT_RX_BYTES: bytes in them
 * @NETBACK_STAT_RX_GSO: of these, packets to be cut into segments
 * @NETBACK_STAT_RX_BY_GRANT: of these, packets with data in pages of other
 *	domains, which Xen copied by their grants
 * @NETBACK_STAT_RX_FLIPPED: pages that the guest was given, in transfer mode
 * @NETBACK_STAT_RX_FLIP_ERRORS: pages that it could not be given
 * @NETBACK_STAT_RX_FLIP_WHOLE: of both, pages that were given away as they came
 * @NETBACK_STAT_RX_NO_MEMORY: packets dropped because there were no pages to
 *	give away
 * @NETBACK_STAT_RX_TOO_LARGE: packets dropped that no frontend has to accept
 * @NETBACK_STAT_RX_BAD_GRANTS: packets lost to grants that were no good
 * @NETBACK_STAT_RX_EXPIRED: packets dropped because the guest took too long
 * @NETBACK_STAT_RX_PASSES: passes over the receive ring that found something
 * @NETBACK_STAT_RX_NOTIFICATIONS: notifications of responses to it
 * @NETBACK_STAT_RX_FULL: times that the next packet had to wait, as the guest had
 *	given no room for it
 * @NETBACK_STAT_RX_STALLS: times that the guest was found not to receive
 * @NETBACK_STAT_RX_STAGED: slots that were written to staging grants
 * @NETBACK_STATS: how many there are
 */
enum netback_stat {
	NETBACK_STAT_TX_PACKETS,
	NETBACK_STAT_TX_BYTES,
	NETBACK_STAT_TX_GSO,
	NETBACK_STAT_TX_REFUSED,
	NETBACK_STAT_TX_BAD_GRANTS,
	NETBACK_STAT_TX_BAD_HEADERS,
	NETBACK_STAT_TX_NO_MEMORY,
	NETBACK_STAT_TX_PASSES,
	NETBACK_STAT_TX_NOTIFICATIONS,
	NETBACK_STAT_TX_THROTTLED,
	NETBACK_STAT_TX_STAGED,
	NETBACK_STAT_TX_MAPPED,
	NETBACK_STAT_TX_MAP_FAILED,
	NETBACK_STAT_TX_LINGERED,
	NETBACK_STAT_XDP_PASS,
	NETBACK_STAT_XDP_DROP,
	NETBACK_STAT_XDP_TX,
	NETBACK_STAT_XDP_REDIRECT,
	NETBACK_STAT_XDP_ERROR,
	NETBACK_STAT_RX_PACKETS,
	NETBACK_STAT_RX_BYTES,
	NETBACK_STAT_RX_GSO,
	NETBACK_STAT_RX_BY_GRANT,
	NETBACK_STAT_RX_FLIPPED,
	NETBACK_STAT_RX_FLIP_ERRORS,
	NETBACK_STAT_RX_FLIP_WHOLE,
	NETBACK_STAT_RX_NO_MEMORY,
	NETBACK_STAT_RX_TOO_LARGE,
	NETBACK_STAT_RX_BAD_GRANTS,
	NETBACK_STAT_RX_EXPIRED,
	NETBACK_STAT_RX_PASSES,
	NETBACK_STAT_RX_NOTIFICATIONS,
	NETBACK_STAT_RX_FULL,
	NETBACK_STAT_RX_STALLS,
	NETBACK_STAT_RX_STAGED,
	NETBACK_STATS
};

/**
 * struct netback_stats - counters of one direction of one queue
 * @sync: for readers
 * @n: those of the other direction stay 0
 *
 * Written by one context only: that of the direction's passes.
 */
struct netback_stats {
	struct u64_stats_sync sync;
	u64_stats_t n[NETBACK_STATS];
};

/**
 * struct netback_queue_stats - counters of one queue
 * @transmit: what the guest sends
 * @receive: what it gets
 *
 * They belong to the interface, so that none goes back, not even for a moment,
 * when a connection ends.
 */
struct netback_queue_stats {
	struct netback_stats transmit;
	struct netback_stats receive;
};

/* Sums, for whoever reads. */
struct netback_totals {
	u64 n[NETBACK_STATS];
};

/**
 * netback_stats_name() - a counter's name in ethtool and debugfs
 * @stat: below NETBACK_STATS
 *
 * Return: a constant string of at most 16 characters: ``ethtool -S``
 * has room for no more behind "queue_63_guest_".
 */
const char *netback_stats_name(enum netback_stat stat);

/**
 * netback_stats_add() - count
 * @stats: the counters
 * @stat: which
 * @n: how much
 *
 * Context: the direction's passes.
 */
void netback_stats_add(struct netback_stats *stats, enum netback_stat stat,
		       u64 n);

/**
 * netback_stats_create() - make the counters of an interface
 * @nr: of queues
 *
 * Context: may sleep.
 * Return: those of each queue, for kvfree(), or NULL.
 */
struct netback_queue_stats *netback_stats_create(unsigned int nr);

/**
 * netback_stats_read() - what a queue has counted
 * @totals: both directions
 * @stats: of the queue
 *
 * Context: any; no counter tears.
 */
void netback_stats_read(struct netback_totals *totals,
			const struct netback_queue_stats *stats);

#endif
