/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's announcements that a block device has changed. */
#ifndef XEN_BLKBACK_UEVENT_H
#define XEN_BLKBACK_UEVENT_H

/**
 * blkback_uevent_init() - listen, at load
 * @changed: called when some block device has changed; one call at a time, may
 *	sleep
 *
 * A kernel that cannot be listened to is no reason to fail: disks are then of
 * the size that they had when their guest connected.
 */
void blkback_uevent_init(void (*changed)(void));

/**
 * blkback_uevent_exit() - listen no more, at unload
 */
void blkback_uevent_exit(void);

#endif
