/* SPDX-License-Identifier: GPL-2.0 */
/* Discards: given to the block device piece by piece. */
#ifndef XEN_BLKBACK_DISCARD_H
#define XEN_BLKBACK_DISCARD_H

#include <linux/types.h>

struct block_device;
struct blkback_request;

/**
 * blkback_discard_take() - take the next piece off a discard
 * @request: a discard; ->sector and ->sectors advance behind the piece
 * @bdev: what it is for
 *
 * A guest may ask for the whole disk at once. In pieces, none of which keeps
 * the block device busy for long, other requests get their turn between two.
 * Pieces end where a unit ends by which the device discards, and none is more
 * than it discards, or erases, at once.
 *
 * Context: any.
 * Return: sectors of the piece, which begins where @request->sector was; 0 if
 * the block device cannot do it, or not any more.
 */
u32 blkback_discard_take(struct blkback_request *request,
			 struct block_device *bdev);

#endif
