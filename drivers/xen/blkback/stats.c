// SPDX-License-Identifier: GPL-2.0
#include "stats.h"

static const char * const names[BLKBACK_STATS] = {
	[BLKBACK_STAT_READS] = "reads",
	[BLKBACK_STAT_WRITES] = "writes",
	[BLKBACK_STAT_FLUSHES] = "flushes",
	[BLKBACK_STAT_DISCARDS] = "discards",
	[BLKBACK_STAT_STALLS] = "stalls",
	[BLKBACK_STAT_READ_SECTORS] = "read_sectors",
	[BLKBACK_STAT_WRITTEN_SECTORS] = "written_sectors",
	[BLKBACK_STAT_INDIRECT] = "indirect",
	[BLKBACK_STAT_MAPPED] = "mapped",
	[BLKBACK_STAT_COPIED] = "copied",
	[BLKBACK_STAT_PERSISTENT] = "persistent",
	[BLKBACK_STAT_REFUSED] = "refused",
	[BLKBACK_STAT_BAD_GRANTS] = "bad_grants",
	[BLKBACK_STAT_IO_ERRORS] = "io_errors",
	[BLKBACK_STAT_PASSES] = "passes",
	[BLKBACK_STAT_NOTIFICATIONS] = "notifications",
	[BLKBACK_STAT_HELD] = "held",
	[BLKBACK_STAT_LINGERED] = "lingered",
};

const char *blkback_stats_name(enum blkback_stat stat)
{
	return names[stat];
}

void blkback_stats_add(struct blkback_stats *sum,
		       const struct blkback_stats *stats)
{
	enum blkback_stat stat;

	for (stat = 0; stat < BLKBACK_STATS; stat++)
		sum->n[stat] += stats->n[stat];
}
