/* SPDX-License-Identifier: GPL-2.0 */
/* What a queue has done, and the sum over a device. */
#ifndef XEN_BLKBACK_STATS_H
#define XEN_BLKBACK_STATS_H

#include <linux/types.h>

/**
 * enum blkback_stat - what is counted
 * @BLKBACK_STAT_READS: read requests
 * @BLKBACK_STAT_WRITES: write requests
 * @BLKBACK_STAT_FLUSHES: flush requests
 * @BLKBACK_STAT_DISCARDS: discard requests
 * @BLKBACK_STAT_STALLS: times that a request had to wait for pages
 * @BLKBACK_STAT_READ_SECTORS: sectors of 512 bytes read
 * @BLKBACK_STAT_WRITTEN_SECTORS: sectors of 512 bytes written
 * @BLKBACK_STAT_INDIRECT: requests that came with indirect segments
 * @BLKBACK_STAT_MAPPED: requests whose pages were mapped
 * @BLKBACK_STAT_COPIED: requests whose data was copied
 * @BLKBACK_STAT_PERSISTENT: requests whose pages stay mapped
 * @BLKBACK_STAT_REFUSED: requests that the codec refused
 * @BLKBACK_STAT_BAD_GRANTS: requests whose grants were no good
 * @BLKBACK_STAT_IO_ERRORS: requests that the block device failed
 * @BLKBACK_STAT_PASSES: passes over the ring
 * @BLKBACK_STAT_NOTIFICATIONS: notifications sent to the frontend
 * @BLKBACK_STAT_HELD: turns whose end the rest of the ring had to wait for
 * @BLKBACK_STAT_LINGERED: times that there was something to do while the thread
 *	waited for it in Xen
 * @BLKBACK_STATS: how many there are
 */
enum blkback_stat {
	BLKBACK_STAT_READS,
	BLKBACK_STAT_WRITES,
	BLKBACK_STAT_FLUSHES,
	BLKBACK_STAT_DISCARDS,
	BLKBACK_STAT_STALLS,
	BLKBACK_STAT_READ_SECTORS,
	BLKBACK_STAT_WRITTEN_SECTORS,
	BLKBACK_STAT_INDIRECT,
	BLKBACK_STAT_MAPPED,
	BLKBACK_STAT_COPIED,
	BLKBACK_STAT_PERSISTENT,
	BLKBACK_STAT_REFUSED,
	BLKBACK_STAT_BAD_GRANTS,
	BLKBACK_STAT_IO_ERRORS,
	BLKBACK_STAT_PASSES,
	BLKBACK_STAT_NOTIFICATIONS,
	BLKBACK_STAT_HELD,
	BLKBACK_STAT_LINGERED,
	BLKBACK_STATS
};

struct blkback_stats {
	u64 n[BLKBACK_STATS];
};

/**
 * blkback_stats_name() - a counter's name in debugfs
 * @stat: below BLKBACK_STATS
 *
 * Return: a constant string.
 */
const char *blkback_stats_name(enum blkback_stat stat);

/**
 * blkback_stats_add() - add up
 * @sum: to add to
 * @stats: what to add
 */
void blkback_stats_add(struct blkback_stats *sum,
		       const struct blkback_stats *stats);

#endif
