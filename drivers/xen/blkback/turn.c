// SPDX-License-Identifier: GPL-2.0
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>

#include "conn.h"
#include "device.h"
#include "queue.h"
#include "turn.h"

static unsigned int turn_cost = 32;
module_param(turn_cost, uint, 0644);
MODULE_PARM_DESC(turn_cost,
		 "Most that a disk has at work while one with less waits for the same processor, in pages, a request counting as four; 0: no limit (default 32)");

static unsigned int turn_ms = 8;
module_param(turn_ms, uint, 0644);
MODULE_PARM_DESC(turn_ms,
		 "For how long a disk is held back after another's request, and how long a turn lasts at most, in ms (default 8)");

/**
 * struct turn_light - who else is in a hurry on a processor
 * @seen: when a request was taken last, in jiffies
 * @device: whose it was; may be gone
 */
struct turn_light {
	unsigned long seen;
	const struct blkback_device *device;
};

static DEFINE_PER_CPU(struct turn_light, turn_light);

static unsigned long turn_jiffies(void)
{
	return msecs_to_jiffies(READ_ONCE(turn_ms));
}

/* By the time that this is looked at the thread may be somewhere else. */
static bool other_is_light(const struct blkback_queue *queue)
{
	const struct blkback_device *light = this_cpu_read(turn_light.device);

	return light && light != queue->conn->device &&
	       time_before(jiffies,
			   this_cpu_read(turn_light.seen) + turn_jiffies());
}

static unsigned int device_load(const struct blkback_conn *conn)
{
	unsigned int i, load = 0;

	for (i = 0; i < conn->nr_queues; i++)
		load += blkback_turn_load(&conn->queues[i]->turn);
	return load;
}

unsigned int blkback_turn_begin(struct blkback_queue *queue)
{
	struct blkback_turn *turn = &queue->turn;
	unsigned int load = blkback_turn_load(turn);
	unsigned int room;

	if (turn->held) {
		if (!blkback_turn_is_over(turn))
			return 0;
		WRITE_ONCE(turn->held, false);
		/* The disk takes long. It is not to run dry because of us. */
		load = 0;
	}
	room = READ_ONCE(turn_cost);
	if (!room || !other_is_light(queue))
		return UINT_MAX;
	room = max(room / queue->conn->nr_queues, 1U);
	return room > load ? room - load : 0;
}

static void turn_hold(struct blkback_queue *queue)
{
	struct blkback_turn *turn = &queue->turn;

	WRITE_ONCE(queue->conn->device->heavy, jiffies);
	if (turn->held)
		return;
	spin_lock_irq(&queue->lock);
	WRITE_ONCE(turn->until, jiffies + turn_jiffies());
	WRITE_ONCE(turn->held, true);
	queue->stats.n[BLKBACK_STAT_HELD]++;
	spin_unlock_irq(&queue->lock);
}

/* What has had more at work lately is no light one because it pauses. */
static void turn_note(struct blkback_queue *queue, unsigned int most)
{
	struct blkback_device *device = queue->conn->device;

	if (device_load(queue->conn) > most) {
		WRITE_ONCE(device->heavy, jiffies);
	} else if (time_after_eq(jiffies, READ_ONCE(device->heavy) +
					  turn_jiffies())) {
		this_cpu_write(turn_light.seen, jiffies);
		this_cpu_write(turn_light.device, device);
	}
}

void blkback_turn_taken(struct blkback_queue *queue, unsigned int cost,
			unsigned int room)
{
	unsigned int most = READ_ONCE(turn_cost);

	WRITE_ONCE(queue->turn.taken, queue->turn.taken + cost);
	if (cost >= room)
		turn_hold(queue);
	else if (cost && most)
		turn_note(queue, most);
}
