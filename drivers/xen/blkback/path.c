// SPDX-License-Identifier: GPL-2.0
#include <linux/blkdev.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <xen/gnttab/batch.h>
#include <xen/page.h>

#include "conn.h"
#include "device.h"
#include "disk.h"
#include "path.h"
#include "queue.h"

static const char * const names[BLKBACK_PATHS] = {
	[BLKBACK_PATH_AUTO] = "auto",
	[BLKBACK_PATH_PERSISTENT] = "persistent",
	[BLKBACK_PATH_COPY] = "copy",
	[BLKBACK_PATH_MAP] = "map",
};

/* For so long after there was no room nothing is mapped by choice. */
#define NO_ROOM_TIME HZ

const char *blkback_path_name(enum blkback_path path)
{
	return names[path];
}

int blkback_path_parse(const char *text)
{
	return sysfs_match_string(names, text);
}

void blkback_path_no_room(struct blkback_queue *queue)
{
	/* Never 0. */
	WRITE_ONCE(queue->no_room, (jiffies + NO_ROOM_TIME) | 1);
}

static bool has_room(const struct blkback_queue *queue)
{
	unsigned long until = READ_ONCE(queue->no_room);

	return !until || time_after(jiffies, until);
}

/* As much memory as it would take to copy all that is at work. */
static size_t load_bytes(const struct blkback_queue *queue, unsigned int bytes)
{
	/* Requests that this pass decodes do not count yet. */
	return max_t(size_t, bytes, (size_t)blkback_turn_load(&queue->turn) *
				    XEN_PAGE_SIZE);
}

enum blkback_path blkback_path_choose(const struct blkback_queue *queue,
				      unsigned int bytes, bool write)
{
	enum blkback_path wish = READ_ONCE(queue->conn->device->data_path);

	if (wish == BLKBACK_PATH_COPY || wish == BLKBACK_PATH_MAP)
		return wish;
	if (wish == BLKBACK_PATH_PERSISTENT && queue->persist.on)
		return wish;
	/*
	 * Something below computes a checksum, a digest or a parity over what
	 * is written. The guest cannot know, and may change its page meanwhile.
	 */
	if (write && bdev_stable_writes(queue->conn->disk->bdev))
		return BLKBACK_PATH_COPY;
	/* No copy and no hypercall: nothing costs less, at any size. */
	if (queue->persist.on)
		return BLKBACK_PATH_PERSISTENT;
	return xengnt_prefer_copy(bytes, load_bytes(queue, bytes)) ||
	       !has_room(queue) ? BLKBACK_PATH_COPY : BLKBACK_PATH_MAP;
}
