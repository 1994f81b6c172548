/* SPDX-License-Identifier: GPL-2.0 */
/* One pass over a ring. */
#ifndef XEN_BLKBACK_PASS_H
#define XEN_BLKBACK_PASS_H

#include <linux/types.h>

struct blkback_queue;

/**
 * blkback_pass_run() - take what is there and bring it as far as it goes
 * @queue: a queue
 * @taken: the number of requests taken off the ring is added here
 *
 * Makes at most one map and one unmap call, one copy call each from and to the
 * guest, pushes once, notifies once and plugs the block device once. A request
 * may need several passes: one to fetch its indirect page, one for its data,
 * and one to copy what was read to the guest if the block device was not done
 * in that pass.
 *
 * Context: the queue's thread.
 * Return: true if another pass has something to do at once.
 */
bool blkback_pass_run(struct blkback_queue *queue, unsigned int *taken);

#endif
