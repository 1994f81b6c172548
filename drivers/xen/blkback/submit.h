/* SPDX-License-Identifier: GPL-2.0 */
/* Requests of a pass, given to the block device together. */
#ifndef XEN_BLKBACK_SUBMIT_H
#define XEN_BLKBACK_SUBMIT_H

#include <linux/blkdev.h>
#include <linux/types.h>

struct blkback_disk;
struct blkback_io;
struct cgroup_subsys_state;

/**
 * struct blkback_submit - what is found out once for all of them
 * @plug: holds back what is submitted
 * @plugged: @plug is in use
 * @css: for blkback_cgroup_charge()
 * @ioprio: of the thread, as the block layer would ask for each bio
 * @nr: how many were submitted
 * @last_begin: first sector of the one submitted last
 * @last_end: the one behind its last
 * @quick: the block device is worth being asked not to look for neighbours
 *
 * On the stack of the queue's thread.
 */
struct blkback_submit {
	struct blk_plug plug;
	bool plugged;
	struct cgroup_subsys_state *css;
	u16 ioprio;
	unsigned int nr;
	u64 last_begin;
	u64 last_end;
	bool quick;
};

/**
 * blkback_submit_begin() - from here on
 * @submit: to set up
 * @disk: where to
 * @nr: how many requests there may be
 *
 * Context: the queue's thread.
 */
void blkback_submit_begin(struct blkback_submit *submit,
			  const struct blkback_disk *disk, unsigned int nr);

/**
 * blkback_submit_io() - give a request to the block device
 * @submit: begun
 * @io: its pages filled or mapped
 * @next: a request that may follow, or NULL
 * @left: how many may follow, with this one
 *
 * Context: the queue's thread; may sleep. From here on @io is the block
 * device's.
 */
void blkback_submit_io(struct blkback_submit *submit, struct blkback_io *io,
		       const struct blkback_io *next, unsigned int left);

/**
 * blkback_submit_end() - let the block device have all of them
 * @submit: begun
 *
 * Context: the queue's thread; may sleep.
 */
void blkback_submit_end(struct blkback_submit *submit);

#endif
