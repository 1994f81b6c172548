// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

#include "command.h"
#include "granted.h"
#include "net-queue.h"
#include "net-receive.h"
#include "odd.h"

/* What is said of the data of a packet. */
#define SAY_BYTES	64

/* In a page, until there is data in it. */
#define UNTOUCHED	0xee

/* Odd ones are in the place of this page. */
#define ODD_PAGE	(NET_RX_PAGES - 1)

static struct granted pages;
static bool offered[NET_RX_PAGES];
static unsigned int share;	/* of the pages, for each queue */
static struct net_packet packet;
static bool careful;

/* Which page a request named: a slot of extra information does not say. */
static u16 requested[NET_QUEUES_MAX][NET_RX_PAGES];

int net_receive_create(u16 backend, unsigned int nr_queues)
{
	share = NET_RX_PAGES / nr_queues;
	packet.data = kvzalloc(NET_PACKET_BYTES, GFP_KERNEL);
	if (!packet.data)
		return -ENOMEM;
	return granted_add_some(&pages, NET_RX_PAGES, backend);
}

void net_receive_destroy(void)
{
	granted_give_back(&pages);
	kvfree(packet.data);
}

u32 net_receive_ref(unsigned int page)
{
	return pages.refs[page % NET_RX_PAGES];
}

static bool put_request(struct net_queue *queue, unsigned int page, u32 gref)
{
	u32 at = queue->rx.req_prod & (queue->rx.size - 1);
	struct xen_netif_rx_request request = {
		.id = page,
		.gref = gref,
	};
	void *slot = ring_next(&queue->rx);

	if (!slot)
		return false;
	memset(granted_address(&pages, page), UNTOUCHED, PAGE_SIZE);
	memcpy(slot, &request, sizeof(request));
	requested[queue->index][at] = page;
	offered[page] = true;
	return true;
}

unsigned int net_receive_offer(struct net_queue *queue, unsigned int nr)
{
	unsigned int page = queue->index * share, end = page + share, done = 0;

	for (; page < end && done < nr; page++) {
		if (offered[page])
			continue;
		if (!put_request(queue, page, net_receive_ref(page)))
			break;
		done++;
	}
	if (done)
		ring_push(&queue->rx);
	return done;
}

/* The next slot, and which page was offered there. */
static bool next_slot(struct net_queue *queue, void *raw, u16 *page,
		      unsigned int ms)
{
	u32 at = queue->rx.rsp_cons & (queue->rx.size - 1);
	const void *slot = ring_answer(&queue->rx, ms);

	if (!slot)
		return false;
	memcpy(raw, slot, queue->rx.slot_bytes);
	*page = requested[queue->index][at];
	offered[*page] = false;
	return true;
}

static void take_extra(const struct xen_netif_extra_info *extra)
{
	if (extra->type == XEN_NETIF_EXTRA_TYPE_GSO) {
		packet.gso = extra->u.gso.size;
	} else if (extra->type == XEN_NETIF_EXTRA_TYPE_HASH) {
		packet.hash_type = extra->u.hash.type;
		memcpy(&packet.hash, extra->u.hash.value, sizeof(packet.hash));
	} else if (!packet.status) {
		packet.status = -EPROTO;
	}
}

/* Is there anything of the backend's in the page, but the data? */
static bool is_dirty(u16 page, unsigned int offset, unsigned int len)
{
	const u8 *data = granted_address(&pages, page);

	return memchr_inv(data, UNTOUCHED, offset) ||
	       memchr_inv(data + offset + len, UNTOUCHED,
			  PAGE_SIZE - offset - len);
}

static void take_data(const struct xen_netif_rx_response *response, u16 page)
{
	unsigned int len = max_t(s16, response->status, 0);

	if (!packet.status && response->status < 0)
		packet.status = response->status;
	/* A frontend that looks at the place only would not notice. */
	if (!packet.status && (response->id != page ||
			       response->offset + len > PAGE_SIZE ||
			       packet.len + len > NET_PACKET_BYTES))
		packet.status = -EPROTO;
	if (packet.status)
		return;
	packet.dirty |= careful && is_dirty(page, response->offset, len);
	memcpy(packet.data + packet.len,
	       granted_address(&pages, page) + response->offset, len);
	packet.len += len;
}

/* One slot with data, and the extra information behind it: more is to come? */
static int take_slot(struct net_queue *queue, unsigned int ms)
{
	struct xen_netif_rx_response response;
	struct xen_netif_extra_info extra;
	bool more;
	u16 page;

	if (!next_slot(queue, &response, &page, ms))
		return -ETIMEDOUT;
	if (!packet.slots++)
		packet.flags = response.flags;
	take_data(&response, page);
	more = response.flags & XEN_NETRXF_extra_info;
	while (more) {
		if (!next_slot(queue, &extra, &page, 0))
			return -ETIMEDOUT;
		take_extra(&extra);
		more = extra.flags & XEN_NETIF_EXTRA_FLAG_MORE;
	}
	return !!(response.flags & XEN_NETRXF_more_data);
}

const struct net_packet *net_receive(struct net_queue *queue, unsigned int ms)
{
	int more = 1;

	packet = (struct net_packet) { .data = packet.data, .hash_type = -1 };
	while (more) {
		more = take_slot(queue, packet.slots ? 0 : ms);
		if (more < 0)
			return NULL;
	}
	return &packet;
}

static int do_offer(char *line)
{
	unsigned int nr;

	if (kstrtouint(strim(line), 0, &nr))
		return -EINVAL;
	say_nothing();
	say("offered=%u\n", net_receive_offer(net_queue(), nr));
	return 0;
}

/* PAGE [COUNT] */
static int do_request(char *line)
{
	unsigned int page = ODD_PAGE, count = 1;
	char *name;
	u32 gref;

	line = strim(line);
	name = strsep(&line, " ");
	if (!odd_ref(name, &gref)) {
		if (kstrtouint(name, 0, &page) || page >= NET_RX_PAGES)
			return -EINVAL;
		gref = net_receive_ref(page);
	}
	if (line && kstrtouint(line, 0, &count))
		return -EINVAL;
	while (count--)
		if (!put_request(net_queue(), page, gref))
			return -ENOSPC;
	ring_publish(&net_queue()->rx);
	return 0;
}

static void say_packet(const struct net_packet *got)
{
	say("slots=%u len=%u flags=%#x status=%d", got->slots, got->len,
	    got->flags, got->status);
	if (got->gso)
		say(" gso=%u", got->gso);
	if (got->hash_type >= 0)
		say(" hash=%d:%08x", got->hash_type, got->hash);
	if (got->dirty)
		say(" dirty");
	say(" data=%*phN\n", min_t(int, got->len, SAY_BYTES), got->data);
}

static int do_receive(char *line)
{
	const struct net_packet *got;
	unsigned int nr;

	if (kstrtouint(strim(line), 0, &nr))
		return -EINVAL;
	say_nothing();
	while (nr--) {
		careful = true;
		got = net_receive(net_queue(), net_patience());
		careful = false;
		if (!got) {
			say("none\n");
			break;
		}
		say_packet(got);
	}
	return 0;
}

static int do_drain(char *line)
{
	unsigned int nr, packets = 0, errors = 0;
	const struct net_packet *got;
	u64 bytes = 0;

	if (kstrtouint(strim(line), 0, &nr))
		return -EINVAL;
	say_nothing();
	net_receive_offer(net_queue(), NET_RX_PAGES);
	while (packets < nr) {
		got = net_receive(net_queue(), net_patience());
		if (!got)
			break;
		packets++;
		bytes += got->len;
		errors += !!got->status;
		/* A few at a time, as a driver does. */
		if (packets % 32 == 0)
			net_receive_offer(net_queue(), NET_RX_PAGES);
	}
	say("packets=%u bytes=%llu errors=%u\n", packets, bytes, errors);
	return 0;
}

void net_receive_commands(void)
{
	command_add("offer", do_offer);
	command_add("request", do_request);
	command_add("receive", do_receive);
	command_add("drain", do_drain);
}
