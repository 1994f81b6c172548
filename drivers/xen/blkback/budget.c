// SPDX-License-Identifier: GPL-2.0
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/module.h>

#include "budget.h"

static unsigned int max_device_pages = 8192;
module_param(max_device_pages, uint, 0644);
MODULE_PARM_DESC(max_device_pages,
		 "Most pages of each kind that a disk may use, all its queues together (default 8192, at least 512)");

static unsigned int max_queue_pages = 4096;
module_param(max_queue_pages, uint, 0644);
MODULE_PARM_DESC(max_queue_pages,
		 "Most pages of each kind that a queue may use, within the disk's share; further requests wait (default 4096, at least 512)");

/* Two of the largest requests: one at the disk, one on its way there. */
#define MIN_QUEUE_PAGES	512U

unsigned int blkback_budget_queues(unsigned int wanted)
{
	return clamp(READ_ONCE(max_device_pages) / MIN_QUEUE_PAGES, 1U, wanted);
}

unsigned int blkback_budget_share(unsigned int nr_queues)
{
	unsigned int share = READ_ONCE(max_device_pages) / nr_queues;

	return max(MIN_QUEUE_PAGES, min(share, READ_ONCE(max_queue_pages)));
}
