// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/barrier.h>
#include <asm/processor.h>

#include "race.h"
#include "ring.h"

static void wear(struct race *race, unsigned int look)
{
	race->wear(race, look & 1);
	/* Now, and not some time later together with the next. */
	barrier();
}

static bool race_take(struct race *race)
{
	unsigned int i;

	for (i = 0; i < race->nr_slots; i++) {
		race->slots[i] = ring_next(race->ring);
		if (!race->slots[i])
			return false;
	}
	return true;
}

static bool race_once(struct race *race, unsigned int round, unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);

	race->shown = false;
	wear(race, round);
	ring_show(race->ring);
	race->shown = true;
	/* One in two is what it was not when it was published. */
	wear(race, round >> 1);
	ring_notify(race->ring);
	while (!ring_all_answered(race->ring, 0)) {
		wear(race, round++);
		cpu_relax();
		if (time_after(jiffies, end))
			return false;
		cond_resched();
	}
	return true;
}

int race_run(struct race *race, unsigned int rounds, unsigned int ms)
{
	unsigned int round;

	for (round = 0; round < rounds; round++) {
		if (!race_take(race))
			return -ENOSPC;
		if (!race_once(race, round, ms))
			break;
		race->reap(race);
	}
	return round;
}

int race_parse(char *line, unsigned int *rounds, char *looks[2])
{
	char *number = strsep(&line, " ");

	looks[0] = strsep(&line, ";");
	looks[1] = line;
	return !line || kstrtouint(number, 0, rounds) ? -EINVAL : 0;
}
