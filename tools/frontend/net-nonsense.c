// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

#include "command.h"
#include "net-nonsense.h"
#include "net-queue.h"
#include "net-transmit.h"

#define PACKET_BYTES	64

static int move_index(struct ring *ring, char *line)
{
	int by;

	if (kstrtoint(strim(line), 0, &by))
		return -EINVAL;
	ring_index(ring, by);
	return 0;
}

static int do_index(char *line)
{
	return move_index(&net_queue()->tx, line);
}

static int do_rx_index(char *line)
{
	return move_index(&net_queue()->rx, line);
}

static int do_notify(char *line)
{
	unsigned int times;

	if (kstrtouint(strim(line), 0, &times))
		return -EINVAL;
	while (times--) {
		ring_notify(&net_queue()->tx);
		ring_notify(&net_queue()->rx);
	}
	return 0;
}

static int do_publish(char *line)
{
	ring_publish(&net_queue()->tx);
	return 0;
}

/* One packet, while nothing on the page can be believed. */
static bool scribbled(struct ring *ring, u32 seed)
{
	const struct xen_netif_tx_response *response;
	struct xen_netif_tx_request request = {
		.gref = net_transmit_ref(0),
		.size = PACKET_BYTES,
		.id = seed,
	};
	void *slot = ring_next(ring);

	if (!slot)
		return false;
	memcpy(slot, &request, sizeof(request));
	ring_scribble(ring, seed);
	ring_publish(ring);
	if (!ring_all_answered(ring, net_patience()))
		return false;
	response = ring_answer(ring, 0);
	return response && response->id == request.id &&
	       response->status == XEN_NETIF_RSP_OKAY;
}

static int do_scribble(char *line)
{
	unsigned int count, good = 0;

	if (kstrtouint(strim(line), 0, &count))
		return -EINVAL;
	say_nothing();
	while (good < count && scribbled(&net_queue()->tx, good))
		good++;
	say("good=%u\n", good);
	return 0;
}

void net_nonsense_commands(void)
{
	command_add("index", do_index);
	command_add("rx-index", do_rx_index);
	command_add("notify", do_notify);
	command_add("publish", do_publish);
	command_add("scribble", do_scribble);
}
