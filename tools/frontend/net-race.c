// SPDX-License-Identifier: GPL-2.0
#include <linux/container_of.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

#include "command.h"
#include "net-queue.h"
#include "net-race.h"
#include "net-receive.h"
#include "net-transmit.h"
#include "race.h"

/* A slot is made up of these. */
#define SLOT_WORDS	(sizeof(union xen_netif_tx_sring_entry) / 2)

static_assert(sizeof(union xen_netif_rx_sring_entry) <= 2 * SLOT_WORDS);

/**
 * union net_look - what the backend sees of a slot
 * @tx: of a packet that is sent
 * @rx: a request for what is received
 * @words: all of it
 */
union net_look {
	union xen_netif_tx_sring_entry tx;
	union xen_netif_rx_sring_entry rx;
	u16 words[SLOT_WORDS];
};

/**
 * struct net_race - a packet, or a request for one, of two looks
 * @race: its slots
 * @looks: of each slot
 * @answers: slots that were answered
 * @strange: of these, with an id that was never there
 * @okay: and with a status that says that all is well
 */
static struct net_race {
	struct race race;
	union net_look looks[2][RACE_SLOTS_MAX];
	unsigned int answers;
	unsigned int strange;
	unsigned int okay;
} now;

/* What looks the same either way is not touched, lest the answer be overwritten. */
static void wear(struct race *race, unsigned int look)
{
	unsigned int words = race->ring->slot_bytes / 2, i, j;
	u16 *to;

	for (i = 0; i < race->nr_slots; i++) {
		to = race->slots[i];
		for (j = 0; j < words; j++)
			if (!race->shown || now.looks[0][i].words[j] !=
					    now.looks[1][i].words[j])
				WRITE_ONCE(to[j], now.looks[look][i].words[j]);
	}
}

static void count(bool known, bool okay)
{
	now.answers++;
	now.strange += !known;
	now.okay += okay;
}

static void reap_transmit(struct race *race)
{
	const union xen_netif_tx_sring_entry *answer;
	const union net_look *one, *other;
	unsigned int i;

	for (i = 0; i < race->nr_slots; i++) {
		answer = ring_answer(race->ring, 0);
		one = &now.looks[0][i];
		other = &now.looks[1][i];
		if (!answer)
			return;
		if (one->tx.req.gref != other->tx.req.gref)
			count(true, false);
		else
			count(answer->rsp.id == one->tx.req.id ||
			      answer->rsp.id == other->tx.req.id,
			      answer->rsp.status == XEN_NETIF_RSP_OKAY);
	}
}

static void reap_receive(struct race *race)
{
	const union xen_netif_rx_sring_entry *answer;
	const struct xen_netif_rx_request *one = &now.looks[0][0].rx.req;
	const struct xen_netif_rx_request *other = &now.looks[1][0].rx.req;

	answer = ring_answer(race->ring, 0);
	if (answer)
		count(answer->rsp.id == one->id || answer->rsp.id == other->id,
		      one->gref == other->gref && answer->rsp.status > 0);
}

static int run(struct ring *ring, unsigned int nr_slots, unsigned int rounds,
	       void (*reap)(struct race *race))
{
	int ret;

	now.answers = 0;
	now.strange = 0;
	now.okay = 0;
	now.race = (struct race) {
		.ring = ring,
		.nr_slots = nr_slots,
		.wear = wear,
		.reap = reap,
	};
	ret = race_run(&now.race, rounds, net_patience());
	if (ret < 0)
		return ret;
	say("rounds=%u slots=%u strange=%u okay=%u\n", ret, now.answers,
	    now.strange, now.okay);
	return 0;
}

/* How many slots, or a negative errno. */
static int parse_packet(char *line, union net_look *looks)
{
	unsigned int nr = 0;
	char *slot;
	int error;

	while ((slot = strsep(&line, ","))) {
		if (nr == RACE_SLOTS_MAX)
			return -EINVAL;
		error = net_transmit_parse(slot, &looks[nr++].tx);
		if (error)
			return error;
	}
	return nr;
}

static int do_race(char *line)
{
	unsigned int rounds;
	char *looks[2];
	int error, nr;

	say_nothing();
	error = race_parse(line, &rounds, looks);
	if (error)
		return error;
	nr = parse_packet(looks[0], now.looks[0]);
	if (nr < 0 || parse_packet(looks[1], now.looks[1]) != nr)
		return -EINVAL;
	return run(&net_queue()->tx, nr, rounds, reap_transmit);
}

static int parse_request(const char *line, union net_look *look)
{
	unsigned int id, page;

	if (sscanf(line, "%u %u", &id, &page) != 2)
		return -EINVAL;
	look->rx.req = (struct xen_netif_rx_request) {
		.id = id,
		.gref = net_receive_ref(page),
	};
	return 0;
}

static int do_rx_race(char *line)
{
	unsigned int rounds;
	char *looks[2];
	int error;

	say_nothing();
	error = race_parse(line, &rounds, looks);
	if (!error)
		error = parse_request(looks[0], &now.looks[0][0]);
	if (!error)
		error = parse_request(looks[1], &now.looks[1][0]);
	return error ?: run(&net_queue()->rx, 1, rounds, reap_receive);
}

void net_race_commands(void)
{
	command_add("race", do_race);
	command_add("rx-race", do_rx_race);
}
