// SPDX-License-Identifier: GPL-2.0
#include <linux/container_of.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "command.h"
#include "line.h"
#include "memory.h"
#include "race.h"
#include "slots.h"
#include "slots-race.h"
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

struct slots_race {
	struct race race;
	const struct blkback_layout *layout;
	struct look looks[2];
};

static void wear(struct race *race, unsigned int look)
{
	struct slots_race *this = container_of(race, struct slots_race, race);
	const struct look *now = &this->looks[look];

	memcpy(memory_indirect(0), now->list, sizeof(now->list));
	memcpy(race->slots[0], now->slot, this->layout->request_bytes);
}

static void reap(struct race *race)
{
	ring_skip(race->ring);
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

int slots_race(struct slots *slots, char *line, unsigned int ms)
{
	struct slots_race *this;
	unsigned int rounds;
	char *looks[2];
	int ret;

	ret = race_parse(line, &rounds, looks);
	if (ret)
		return ret;
	this = kzalloc(sizeof(*this), GFP_KERNEL);
	if (!this)
		return -ENOMEM;
	this->layout = slots->layout;
	this->race = (struct race) {
		.ring = &slots->ring,
		.nr_slots = 1,
		.wear = wear,
		.reap = reap,
	};
	ret = look_prepare(slots, &this->looks[0], looks[0]);
	if (!ret)
		ret = look_prepare(slots, &this->looks[1], looks[1]);
	if (!ret)
		ret = race_run(&this->race, rounds, ms);
	if (ret >= 0)
		say("%u answers\n", ret);
	kfree(this);
	return min(ret, 0);
}
