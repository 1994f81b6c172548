/* SPDX-License-Identifier: GPL-2.0 */
/* How the data of a request gets from the guest to the disk and back. */
#ifndef XEN_BLKBACK_PATH_H
#define XEN_BLKBACK_PATH_H

#include <linux/types.h>

struct blkback_queue;

/**
 * enum blkback_path - a way for the data
 * @BLKBACK_PATH_AUTO: what costs least; no request's own, but a device's wish
 * @BLKBACK_PATH_PERSISTENT: the guest's pages, which stay mapped
 * @BLKBACK_PATH_COPY: pages of ours
 * @BLKBACK_PATH_MAP: the guest's pages, mapped for this request
 * @BLKBACK_PATHS: how many there are
 */
enum blkback_path {
	BLKBACK_PATH_AUTO,
	BLKBACK_PATH_PERSISTENT,
	BLKBACK_PATH_COPY,
	BLKBACK_PATH_MAP,
	BLKBACK_PATHS
};

/**
 * blkback_path_choose() - the way for one request
 * @queue: whose it is
 * @bytes: size of its data
 * @write: from the guest to the disk
 *
 * Context: any.
 * Return: never %BLKBACK_PATH_AUTO.
 */
enum blkback_path blkback_path_choose(const struct blkback_queue *queue,
				      unsigned int bytes, bool write);

/**
 * blkback_path_no_room() - a request could not be mapped, and is copied
 * @queue: whose it is
 *
 * Xen had no handle left, or we had no place. For a second, what would be
 * mapped because that costs least is copied at once.
 *
 * Context: the queue's thread.
 */
void blkback_path_no_room(struct blkback_queue *queue);

/**
 * blkback_path_name() - a way's name in sysfs and debugfs
 * @path: below BLKBACK_PATHS
 *
 * Return: a constant string.
 */
const char *blkback_path_name(enum blkback_path path);

/**
 * blkback_path_parse() - the way that somebody wrote into sysfs
 * @text: its name, perhaps with a newline behind it
 *
 * Return: enum blkback_path or -EINVAL.
 */
int blkback_path_parse(const char *text);

#endif
