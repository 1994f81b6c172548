// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/barrier.h>
#include <asm/processor.h>

#include "command.h"
#include "line.h"
#include "memory.h"
#include "race.h"
#include "slots.h"
#include "../../drivers/xen/blkback/layout.h"

/**
 * struct look - what the backend sees of a request
 * @slot: in the ring
 * @list: in the first page of an indirect request
 */
struct look {
	u8 slot[BLKBACK_REQUEST_BYTES_MAX];
	u8 list[PAGE_SIZE];
};

static void wear(const struct slots *slots, void *slot, const struct look *look)
{
	memcpy(memory_indirect(0), look->list, sizeof(look->list));
	memcpy(slot, look->slot, slots->layout->request_bytes);
	/* Now, and not some time later together with the next. */
	barrier();
}

static int look_prepare(const struct slots *slots, struct look *look, char *line)
{
	memset(memory_indirect(0), 0, PAGE_SIZE);
	memset(look->slot, 0, sizeof(look->slot));
	if (line_write(slots->layout, look->slot, line))
		return -EINVAL;
	memcpy(look->list, memory_indirect(0), sizeof(look->list));
	return 0;
}

static bool race_once(struct slots *slots, void *slot, const struct look looks[2],
		      unsigned int round, unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);

	wear(slots, slot, &looks[round & 1]);
	ring_show(&slots->ring);
	/* One in two is what it was not when it was published. */
	wear(slots, slot, &looks[round >> 1 & 1]);
	ring_notify(&slots->ring);
	while (!ring_all_answered(&slots->ring, 0)) {
		wear(slots, slot, &looks[round++ & 1]);
		cpu_relax();
		if (time_after(jiffies, end))
			return false;
		cond_resched();
	}
	return true;
}

static int race(struct slots *slots, const struct look looks[2],
		unsigned int rounds, unsigned int ms)
{
	unsigned int round;
	void *slot;

	for (round = 0; round < rounds; round++) {
		slot = ring_next(&slots->ring);
		if (!slot)
			return -ENOSPC;
		if (!race_once(slots, slot, looks, round, ms))
			break;
		ring_skip(&slots->ring);
	}
	say("%u answers\n", round);
	return 0;
}

int race_run(struct slots *slots, char *line, unsigned int ms)
{
	char *number = strsep(&line, " "), *one = strsep(&line, ";");
	struct look *looks;
	unsigned int rounds;
	int error;

	if (!line || kstrtouint(number, 0, &rounds))
		return -EINVAL;
	looks = kcalloc(2, sizeof(*looks), GFP_KERNEL);
	if (!looks)
		return -ENOMEM;
	error = look_prepare(slots, &looks[0], one);
	if (!error)
		error = look_prepare(slots, &looks[1], line);
	if (!error)
		error = race(slots, looks, rounds, ms);
	kfree(looks);
	return error;
}
