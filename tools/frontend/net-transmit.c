// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

#include "command.h"
#include "granted.h"
#include "net-echo.h"
#include "net-queue.h"
#include "net-receive.h"
#include "net-transmit.h"
#include "odd.h"
#include "../bench/client/mark.h"

/* For local experiments. */
#define ETHERTYPE	0x88b5

/* Requests for echoes that are on their way at a time, if there is room. */
#define ECHOES	16

static struct granted pages;

/**
 * struct slot_line - what the words of a line have said so far
 * @request: if it is one
 * @extra: if it is not
 * @is_extra: which
 * @bytes: of the extra information, behind type and flags
 */
struct slot_line {
	struct xen_netif_tx_request request;
	struct xen_netif_extra_info extra;
	bool is_extra;
	u8 bytes[6];
};

/**
 * struct statuses - how slots were answered
 * @okay: so many were fine
 * @error: so many were refused
 * @other: so many were dropped, or were extra information
 * @none: there are no answers to some
 */
struct statuses {
	unsigned int okay;
	unsigned int error;
	unsigned int other;
	bool none;
};

int net_transmit_create(u16 backend)
{
	int ret = granted_add_some(&pages, NET_TX_PAGES, backend);
	struct ethhdr *eth;
	unsigned int i;

	for (i = 0; i < pages.nr; i++) {
		eth = granted_address(&pages, i);
		memset(eth, i, PAGE_SIZE);
		eth_broadcast_addr(eth->h_dest);
		eth->h_source[0] = 2;
		eth->h_proto = htons(ETHERTYPE);
	}
	return ret;
}

void net_transmit_destroy(void)
{
	granted_give_back(&pages);
}

u32 net_transmit_ref(unsigned int page)
{
	return pages.refs[page % NET_TX_PAGES];
}

static int parse_word(struct slot_line *line, const char *name,
		      const char *value)
{
	struct xen_netif_tx_request *request = &line->request;
	u32 number;

	if (!strcmp(name, "bytes"))
		return hex2bin(line->bytes, value, min(strlen(value) / 2,
						       sizeof(line->bytes)));
	if (!strcmp(name, "page") && odd_ref(value, &request->gref))
		return 0;
	if (kstrtou32(value, 0, &number))
		return -EINVAL;
	if (!strcmp(name, "page"))
		request->gref = net_transmit_ref(number);
	else if (!strcmp(name, "ref"))
		request->gref = number;
	else if (!strcmp(name, "offset"))
		request->offset = number;
	else if (!strcmp(name, "size"))
		request->size = number;
	else if (!strcmp(name, "flags"))
		request->flags = number;
	else if (!strcmp(name, "id"))
		request->id = number;
	else if (!strcmp(name, "extra"))
		line->extra.type = number;
	else if (!strcmp(name, "more"))
		line->extra.flags = number;
	else
		return -EINVAL;
	line->is_extra |= !strcmp(name, "extra");
	return 0;
}

int net_transmit_parse(char *text, union xen_netif_tx_sring_entry *slot)
{
	struct slot_line line = {};
	char *word, *name;
	int error;

	while ((word = strsep(&text, "\n "))) {
		if (!*word)
			continue;
		name = strsep(&word, "=");
		error = word ? parse_word(&line, name, word) : -EINVAL;
		if (error)
			return error;
	}
	if (line.is_extra) {
		memcpy(&line.extra.u, line.bytes, sizeof(line.bytes));
		memcpy(slot, &line.extra, sizeof(line.extra));
	} else {
		memcpy(slot, &line.request, sizeof(line.request));
	}
	return 0;
}

static int put_line(char *text)
{
	union xen_netif_tx_sring_entry entry = {};
	void *slot;
	int error;

	error = net_transmit_parse(text, &entry);
	if (error)
		return error;
	slot = ring_next(&net_queue()->tx);
	if (!slot)
		return -ENOSPC;
	memcpy(slot, &entry, sizeof(entry));
	return 0;
}

static const union xen_netif_tx_sring_entry *next_answer(unsigned int ms)
{
	return ring_answer(&net_queue()->tx, ms);
}

/* What is behind the response in its slot. */
static bool is_padded(const union xen_netif_tx_sring_entry *answer)
{
	return memchr_inv(&answer->rsp + 1, 0,
			  sizeof(*answer) - sizeof(answer->rsp));
}

static int do_hold(char *line)
{
	return put_line(line);
}

static int do_send(char *line)
{
	const union xen_netif_tx_sring_entry *answer;
	struct ring *ring = &net_queue()->tx;
	int error = 0;

	say_nothing();
	if (*strim(line))
		error = put_line(line);
	if (error)
		return error;
	ring_publish(ring);
	while (ring_outstanding(ring)) {
		answer = next_answer(net_patience());
		if (!answer) {
			say("none\n");
			break;
		}
		say("id=%u status=%d%s\n", answer->rsp.id, answer->rsp.status,
		    is_padded(answer) ? " padded" : "");
	}
	return 0;
}

static int do_fill(char *line)
{
	char *page = strsep(&line, " "), *offset = strsep(&line, " ");
	unsigned int index, at;
	size_t len;
	u8 *to;

	if (!line || kstrtouint(page, 0, &index) ||
	    kstrtouint(offset, 0, &at) || at >= PAGE_SIZE)
		return -EINVAL;
	line = strim(line);
	len = min_t(size_t, strlen(line) / 2, PAGE_SIZE - at);
	to = granted_address(&pages, index % NET_TX_PAGES);
	return hex2bin(to + at, line, len);
}

/* Take what answers there are, or wait until there is one. */
static void reap(struct statuses *seen, bool wait)
{
	unsigned int ms = wait ? net_patience() : 0;
	const union xen_netif_tx_sring_entry *answer;
	bool any = false;
	s16 status;

	for (; (answer = next_answer(ms)); ms = 0) {
		any = true;
		status = READ_ONCE(answer->rsp.status);
		if (status == XEN_NETIF_RSP_OKAY)
			seen->okay++;
		else if (status == XEN_NETIF_RSP_ERROR)
			seen->error++;
		else
			seen->other++;
	}
	seen->none |= wait && !any;
}

static void reap_all(struct statuses *seen)
{
	while (ring_outstanding(&net_queue()->tx) && !seen->none)
		reap(seen, true);
}

static void say_statuses(const struct statuses *seen)
{
	say("okay=%u error=%u other=%u%s\n", seen->okay, seen->error,
	    seen->other, seen->none ? " none" : "");
}

static void put_request(void *slot, unsigned int page, unsigned int offset,
			unsigned int size, u16 flags)
{
	struct xen_netif_tx_request request = {
		.gref = net_transmit_ref(page),
		.offset = offset,
		.size = size,
		.flags = flags,
		.id = page,
	};

	memcpy(slot, &request, sizeof(request));
}

static void flood(unsigned int count, unsigned int size, struct statuses *seen)
{
	struct ring *ring = &net_queue()->tx;
	unsigned int sent = 0;
	void *slot;

	while (sent < count && !seen->none) {
		while (sent < count && (slot = ring_next(ring)))
			put_request(slot, sent++, 0, size, 0);
		ring_push(ring);
		reap(seen, sent < count);
	}
	reap_all(seen);
}

static int do_flood(char *line)
{
	unsigned int count, size, warmup = 0, interval = 0;
	struct statuses seen = {};

	if (sscanf(line, "%u %u %u %u", &count, &size, &warmup,
		   &interval) < 2 || size > PAGE_SIZE)
		return -EINVAL;
	say_nothing();
	flood(warmup, size, &seen);
	if (interval)
		mark(interval, 0);
	flood(count, size, &seen);
	if (interval)
		mark(interval, 1);
	say_statuses(&seen);
	return 0;
}

/* A valid hash, of type IPv4, whatever its value. */
static void put_hash(void *slot)
{
	struct xen_netif_extra_info extra = {
		.type = XEN_NETIF_EXTRA_TYPE_HASH,
		.u.hash = {
			.type = _XEN_NETIF_CTRL_HASH_TYPE_IPV4,
			.algorithm = XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ,
			.value = { 1, 2, 3, 4 },
		},
	};

	memcpy(slot, &extra, sizeof(extra));
}

/* The first slot says how large all of it is; each other has a byte, but the last. */
static int put_echo(unsigned int page, unsigned int size, unsigned int slots,
		    bool hashed)
{
	struct ring *ring = &net_queue()->tx;
	unsigned int at = 0, i, now;
	void *slot;
	u16 flags;

	net_echo_make(granted_address(&pages, page % NET_TX_PAGES), size, page);
	for (i = 0; i < slots; i++, at += now) {
		slot = ring_next(ring);
		if (!slot)
			return -ENOSPC;
		now = i + 1 < slots ? 1 : size - at;
		flags = i + 1 < slots ? XEN_NETTXF_more_data : 0;
		if (!i && hashed)
			flags |= XEN_NETTXF_extra_info;
		put_request(slot, page, at, i ? now : size, flags);
		if (i || !hashed)
			continue;
		slot = ring_next(ring);
		if (!slot)
			return -ENOSPC;
		put_hash(slot);
	}
	return 0;
}

static unsigned int count_echoes(unsigned int nr)
{
	const struct net_packet *packet;
	unsigned int good = 0;

	while (good < nr) {
		packet = net_receive(net_queue(), net_patience());
		if (!packet)
			break;
		if (net_echo_check(packet->data, packet->len) >= 0)
			good++;
		net_receive_offer(net_queue(), packet->slots + 2);
	}
	return good;
}

static int do_ping(char *line)
{
	unsigned int size, count, slots = 1, hashed = 0, sent, now, good = 0;
	struct statuses seen = {};
	unsigned int most;
	int error = 0;

	if (sscanf(line, "%u %u %u %u", &size, &count, &slots, &hashed) < 2 ||
	    size < NET_ECHO_HEADERS || size > PAGE_SIZE || !slots ||
	    slots >= net_queue()->tx.size)
		return -EINVAL;
	most = min_t(u32, ECHOES, net_queue()->tx.size / (slots + 1));
	say_nothing();
	net_receive_offer(net_queue(), NET_RX_PAGES);
	for (sent = 0; sent < count && !error && good == sent; sent += now) {
		for (now = 0; now < most && sent + now < count && !error;
		     now++)
			error = put_echo(sent + now, size, slots, hashed);
		ring_push(&net_queue()->tx);
		reap_all(&seen);
		good += count_echoes(now);
	}
	say_statuses(&seen);
	say("sent=%u good=%u\n", sent, good);
	return error;
}

static int do_echo_to(char *line)
{
	u8 mac[ETH_ALEN], from[4], to[4];
	__be32 addresses[2];

	if (sscanf(line, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx %hhu.%hhu.%hhu.%hhu %hhu.%hhu.%hhu.%hhu",
		   mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5, from,
		   from + 1, from + 2, from + 3, to, to + 1, to + 2,
		   to + 3) != 14)
		return -EINVAL;
	memcpy(&addresses[0], from, sizeof(from));
	memcpy(&addresses[1], to, sizeof(to));
	net_echo_to(mac, addresses[0], addresses[1]);
	return 0;
}

void net_transmit_commands(void)
{
	command_add("hold", do_hold);
	command_add("send", do_send);
	command_add("fill", do_fill);
	command_add("flood", do_flood);
	command_add("echo-to", do_echo_to);
	command_add("ping", do_ping);
}
