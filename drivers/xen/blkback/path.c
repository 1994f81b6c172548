// SPDX-License-Identifier: GPL-2.0
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/string.h>
#include <xen/gnttab/client.h>

#include "conn.h"
#include "device.h"
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

enum blkback_path blkback_path_choose(const struct blkback_queue *queue,
				      unsigned int bytes)
{
	enum blkback_path wish = READ_ONCE(queue->conn->device->data_path);

	if (wish == BLKBACK_PATH_COPY || wish == BLKBACK_PATH_MAP)
		return wish;
	/* No copy and no hypercall: nothing costs less, at any size. */
	if (queue->persist.on)
		return BLKBACK_PATH_PERSISTENT;
	return xengnt_prefer_copy(bytes) || !has_room(queue) ?
	       BLKBACK_PATH_COPY : BLKBACK_PATH_MAP;
}
