// SPDX-License-Identifier: GPL-2.0
/*
 * The control ring: what a guest may ask for, what it is answered, and what
 * becomes of its packets.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/slab.h>
#include <linux/tcp.h>

#include "guest.h"
#include "honest.h"

#define GOOD		XEN_NETIF_CTRL_STATUS_SUCCESS
#define UNSUPPORTED	XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED
#define INVALID		XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER
#define OVERFLOW	XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW

/* In place of the reference of the page with lists, keys and tables. */
#define LIST		GUEST_LIST

#define TOEPLITZ	XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ
#define ALL_TYPES	15

/* With which receive-side scaling is verified. */
static const u8 key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

#define HASH_ADDRESSES	0x323e8fc2
#define HASH_PORTS	0x51ccc178

struct message_row {
	const char *name;
	u16 type;
	u32 data[3];
	int status;
	u32 answer;
};

/* One after the other, in one connection of two queues. "LIST" is a reference. */
static const struct message_row messages[] = {
	{ "no type", 0, {}, UNSUPPORTED },
	{ "an unknown type", 11, {}, UNSUPPORTED },
	{ "the largest type", 0xffff, {}, UNSUPPORTED },
	{ "flags before an algorithm", 1, {}, UNSUPPORTED },
	{ "set flags before an algorithm", 2, { 1 }, UNSUPPORTED },
	{ "an unknown algorithm", 7, { 2 }, INVALID },
	{ "Toeplitz", 7, { TOEPLITZ }, GOOD },
	{ "flags", 1, {}, GOOD, ALL_TYPES },
	{ "unknown flags", 2, { 16 }, INVALID },
	{ "set flags", 2, { ALL_TYPES }, GOOD },
	{ "a key too long", 3, { LIST, 41 }, OVERFLOW },
	{ "a key of nowhere", 3, { 100000, 40 }, INVALID },
	{ "a key", 3, { LIST, 40 }, GOOD },
	{ "an empty key of nowhere", 3, { 100000, 0 }, GOOD },
	{ "how large a table", 4, {}, GOOD, 128 },
	{ "a table too large", 5, { 129 }, INVALID },
	{ "entries of no table", 6, { LIST, 1, 0 }, INVALID },
	{ "a table", 5, { 128 }, GOOD },
	{ "entries beyond it", 6, { LIST, 2, 127 }, INVALID },
	{ "entries that wrap", 6, { LIST, 2, U32_MAX }, INVALID },
	{ "more entries than a table has", 6, { LIST, 129, 0 }, OVERFLOW },
	{ "entries of nowhere", 6, { 100000, 128, 0 }, INVALID },
	{ "how many grants", 8, { 1 }, GOOD, 512 },
	{ "of no queue", 8, { 2 }, INVALID },
	{ "of the largest queue", 8, { U32_MAX }, INVALID },
	{ "grants of no queue", 9, { 2, LIST, 1 }, INVALID },
	{ "grants of nowhere", 9, { 0, 100000, 1 }, INVALID },
	{ "more grants than a page has", 9, { 0, LIST, 513 }, INVALID },
	{ "a list whose bytes wrap", 9, { 0, LIST, 0x20000001 }, INVALID },
	{ "no grants", 9, { 0, LIST, 0 }, GOOD },
	{ "take grants of no queue", 10, { 2, LIST, 1 }, INVALID },
	{ "take grants of nowhere", 10, { 0, 100000, 1 }, INVALID },
	{ "take more than a page has", 10, { 0, LIST, 513 }, INVALID },
	{ "take none", 10, { 0, LIST, 0 }, GOOD, 0 },
	{ "take one that is not there", 10, { 0, LIST, 1 }, GOOD, 0 },
	{ "no algorithm", 7, { 0 }, GOOD },
};

static void netback_control_test_messages(struct kunit *test)
{
	struct guest *g = test->priv;
	const struct message_row *row;
	u32 data[3], got;
	unsigned int i, word;

	guest_connect_ctrl(test, 2);
	memset(guest_data(g, GUEST_LIST), 0xff, PAGE_SIZE);
	for (i = 0; i < ARRAY_SIZE(messages); i++) {
		row = &messages[i];
		for (word = 0; word < ARRAY_SIZE(data); word++)
			data[word] = row->data[word] == LIST ? g->refs[GUEST_LIST] :
				     row->data[word];
		KUNIT_EXPECT_EQ_MSG(test, row->status,
				    guest_ask(test, row->type, data[0], data[1],
					      data[2], &got), "%s", row->name);
		KUNIT_EXPECT_EQ_MSG(test, row->answer, got, "%s", row->name);
	}
	guest_works(test);
	KUNIT_EXPECT_EQ(test, 0ULL, xenmodel_counted(XENMODEL_MAP_OPS));
}

/* As many as there is room for, then as many again. */
static void netback_control_test_full_ring(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i, round;
	u32 data;

	guest_connect_ctrl(test, 1);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 128; i++)
			guest_ctrl_put(g, 4, 0, 0, 0);
		xenmodel_vif_ctrl_push(&g->vif);
		for (i = 0; i < 128; i++)
			KUNIT_ASSERT_EQ(test, GOOD,
					guest_ctrl_answer(test, 4, &data));
	}
	guest_works(test);
}

/* The device is closed, and says why; a new connection works. */
static void netback_control_test_runaway(struct kunit *test)
{
	struct guest *g = test->priv;
	char path[80], *error;

	guest_connect_ctrl(test, 1);
	g->vif.ctrl.sring->req_prod += 129;
	xenmodel_evtchn_kick(g->vif.ctrl_port);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosing));
	honest_works(test);
	snprintf(path, sizeof(path), "error/%s/error", g->vif.backend);
	error = xenmodel_store_read(path);
	KUNIT_EXPECT_NOT_NULL(test, error);
	KUNIT_EXPECT_NOT_NULL(test, strstr(error ?: "", "control ring"));
	kfree(error);
	xenmodel_vif_write(&g->vif, "state", XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	guest_connect_ctrl(test, 1);
	KUNIT_EXPECT_EQ(test, GOOD, guest_say(test, 4, 0, 0, 0));
	guest_works(test);
}

/* Events without a message are said to be spurious, those with one are not. */
static void netback_control_test_event_storm(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i, before;

	guest_connect_ctrl(test, 1);
	before = xenmodel_evtchn_spurious(g->vif.ctrl_port);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, GOOD, guest_say(test, 4, 0, 0, 0));
	msleep(5);
	KUNIT_EXPECT_EQ(test, before,
			xenmodel_evtchn_spurious(g->vif.ctrl_port));
	for (i = 0; i < 5; i++) {
		xenmodel_evtchn_kick(g->vif.ctrl_port);
		msleep(5);
	}
	KUNIT_EXPECT_EQ(test, before + 5,
			xenmodel_evtchn_spurious(g->vif.ctrl_port));
}

/* A packet of the flow whose hashes are known. */
static struct sk_buff *flow_packet(struct guest *g, u8 protocol)
{
	struct sk_buff *skb = guest_packet(g, 100, 1);
	struct tcphdr *tcp;
	struct iphdr *ip;

	if (!skb)
		return NULL;
	eth_hdr(skb)->h_proto = htons(ETH_P_IP);
	skb->protocol = htons(ETH_P_IP);
	ip = (struct iphdr *)(skb->data + ETH_HLEN);
	*ip = (struct iphdr) {
		.version = 4,
		.ihl = 5,
		.tot_len = htons(100 - ETH_HLEN),
		.protocol = protocol,
		.saddr = htonl(0x420995bb),
		.daddr = htonl(0xa18e6450),
	};
	tcp = (struct tcphdr *)(ip + 1);
	*tcp = (struct tcphdr) {
		.source = htons(2794),
		.dest = htons(1766),
		.doff = 5,
	};
	return skb;
}

/**
 * struct arrival - how a packet came to the guest
 * @queue: in this queue
 * @extras: slots with extra information
 * @info: these
 */
struct arrival {
	unsigned int queue;
	unsigned int extras;
	struct xen_netif_extra_info info[3];
};

static bool has_come(struct xenmodel_vif_queue *queue)
{
	return READ_ONCE(queue->rx.sring->rsp_prod) != queue->rx.rsp_cons;
}

static void arrive(struct kunit *test, struct arrival *got)
{
	struct xen_netif_rx_response response;
	struct guest *g = test->priv;
	struct xenmodel_vif_queue *queue;
	bool more;

	*got = (struct arrival) {};
	for (; got->queue < g->vif.nr_queues - 1; got->queue++)
		if (has_come(&g->vif.queues[got->queue]))
			break;
	queue = &g->vif.queues[got->queue];
	KUNIT_ASSERT_TRUE(test, xenmodel_vif_rx_response(queue, &response));
	KUNIT_EXPECT_GT(test, (int)response.status, 0);
	more = response.flags & XEN_NETRXF_extra_info;
	while (more && got->extras < ARRAY_SIZE(got->info)) {
		KUNIT_ASSERT_TRUE(test,
				  xenmodel_vif_rx_response(queue, &response));
		memcpy(&got->info[got->extras], &response, sizeof(response));
		more = got->info[got->extras++].flags &
		       XEN_NETIF_EXTRA_FLAG_MORE;
	}
	KUNIT_EXPECT_FALSE(test, more);
}

static u32 hash_value(const struct xen_netif_extra_info *info)
{
	const u8 *value = info->u.hash.value;

	return value[0] | value[1] << 8 | value[2] << 16 |
	       (u32)value[3] << 24;
}

static void choose(struct kunit *test, u32 types)
{
	struct guest *g = test->priv;

	memcpy(guest_data(g, GUEST_LIST), key, sizeof(key));
	KUNIT_ASSERT_EQ(test, GOOD, guest_say(test, 7, TOEPLITZ, 0, 0));
	KUNIT_ASSERT_EQ(test, GOOD, guest_say(test, 2, types, 0, 0));
	KUNIT_ASSERT_EQ(test, GOOD, guest_say(test, 3, g->refs[GUEST_LIST], 40, 0));
}

struct steer_row {
	const char *name;
	u8 protocol;
	u32 types;
	bool table;
	unsigned int queue;
	unsigned int extras;
	u8 type;
	u32 value;
};

static const struct steer_row steer_rows[] = {
	{ "TCP, by the remainder", IPPROTO_TCP, ALL_TYPES, false,
	  HASH_PORTS % 4, 1, 1, HASH_PORTS },
	{ "UDP, by the remainder", IPPROTO_UDP, ALL_TYPES, false,
	  HASH_ADDRESSES % 4, 1, 0, HASH_ADDRESSES },
	{ "TCP, addresses only", IPPROTO_TCP, 1, false,
	  HASH_ADDRESSES % 4, 1, 0, HASH_ADDRESSES },
	{ "TCP, by a table", IPPROTO_TCP, ALL_TYPES, true, 3, 1, 1,
	  HASH_PORTS },
	{ "UDP, by a table", IPPROTO_UDP, ALL_TYPES, true, 1, 1, 0,
	  HASH_ADDRESSES },
	{ "UDP, TCP only", IPPROTO_UDP, 2, false, 0, 0 },
	{ "IPv4, IPv6 only", IPPROTO_TCP, 12, false, 0, 0 },
};

KUNIT_ARRAY_PARAM_DESC(steer, steer_rows, name);

static void netback_control_test_steer(struct kunit *test)
{
	const struct steer_row *row = test->param_value;
	struct guest *g = test->priv;
	struct arrival got;
	unsigned int i;

	guest_connect_ctrl(test, 4);
	choose(test, row->types);
	if (row->table) {
		KUNIT_ASSERT_EQ(test, GOOD, guest_say(test, 5, 9, 0, 0));
		memset(guest_data(g, GUEST_LIST), 0, PAGE_SIZE);
		((u32 *)guest_data(g, GUEST_LIST))[HASH_PORTS % 9] = 3;
		((u32 *)guest_data(g, GUEST_LIST))[HASH_ADDRESSES % 9] = 1;
		KUNIT_ASSERT_EQ(test, GOOD,
				guest_say(test, 6, g->refs[GUEST_LIST], 9, 0));
	}
	for (i = 0; i < 4; i++)
		guest_offer(g, i, 4 * i, 4);
	guest_give(g, flow_packet(g, row->protocol));
	arrive(test, &got);
	KUNIT_EXPECT_EQ(test, row->queue, got.queue);
	KUNIT_ASSERT_EQ(test, row->extras, got.extras);
	if (!row->extras)
		return;
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_TYPE_HASH,
			(int)got.info[0].type);
	KUNIT_EXPECT_EQ(test, TOEPLITZ, (int)got.info[0].u.hash.algorithm);
	KUNIT_EXPECT_EQ(test, row->type, got.info[0].u.hash.type);
	KUNIT_EXPECT_EQ(test, row->value, hash_value(&got.info[0]));
}

/* Packets that are not IP have no hash, and nobody has one any more at last. */
static void netback_control_test_no_hash(struct kunit *test)
{
	struct guest *g = test->priv;
	struct arrival got;

	guest_connect_ctrl(test, 1);
	guest_offer(g, 0, 0, 20);
	guest_give(g, flow_packet(g, IPPROTO_TCP));
	arrive(test, &got);
	KUNIT_EXPECT_EQ(test, 0U, got.extras);
	choose(test, ALL_TYPES);
	guest_give(g, guest_packet(g, 100, 1));
	arrive(test, &got);
	KUNIT_EXPECT_EQ(test, 0U, got.extras);
	guest_give(g, flow_packet(g, IPPROTO_TCP));
	arrive(test, &got);
	KUNIT_EXPECT_EQ(test, 1U, got.extras);
	KUNIT_EXPECT_EQ(test, GOOD, guest_say(test, 7, 0, 0, 0));
	guest_give(g, flow_packet(g, IPPROTO_TCP));
	arrive(test, &got);
	KUNIT_EXPECT_EQ(test, 0U, got.extras);
}

/* A large packet of that flow. */
static struct sk_buff *large_flow_packet(struct kunit *test)
{
	struct sk_buff *skb = flow_packet(test->priv, IPPROTO_TCP);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_set_transport_header(skb, ETH_HLEN + sizeof(struct iphdr));
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = 20;
	skb_shinfo(skb)->gso_segs = 3;
	return skb;
}

/* A large packet has two kinds of extra information, or all three. */
static void netback_control_test_extras(struct kunit *test)
{
	struct guest *g = test->priv;
	struct arrival got;

	guest_connect_ctrl(test, 1);
	choose(test, ALL_TYPES);
	/* One slot too few: it waits. */
	guest_offer(g, 0, 0, 2);
	guest_give(g, large_flow_packet(test));
	KUNIT_EXPECT_FALSE(test, has_come(&g->vif.queues[0]));
	guest_offer(g, 0, 2, 1);
	arrive(test, &got);
	KUNIT_ASSERT_EQ(test, 2U, got.extras);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_TYPE_GSO, (int)got.info[0].type);
	KUNIT_EXPECT_EQ(test, 20, (int)got.info[0].u.gso.size);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_TYPE_HASH,
			(int)got.info[1].type);
	KUNIT_EXPECT_EQ(test, (u32)HASH_PORTS, hash_value(&got.info[1]));

	xenmodel_vif_write(&g->vif, "xdp-headroom", 200);
	xenmodel_store_settle();
	guest_offer(g, 0, 3, 3);
	/* The stack had begun with it when it was told not to. */
	guest_hand(large_flow_packet(test), false);
	msleep(5);
	KUNIT_EXPECT_FALSE(test, has_come(&g->vif.queues[0]));
	guest_offer(g, 0, 6, 1);
	arrive(test, &got);
	KUNIT_ASSERT_EQ(test, 3U, got.extras);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_TYPE_GSO, (int)got.info[0].type);
	KUNIT_EXPECT_EQ(test, 20, (int)got.info[0].u.gso.size);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_TYPE_XDP, (int)got.info[1].type);
	KUNIT_EXPECT_EQ(test, 200, (int)got.info[1].u.xdp.headroom);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_TYPE_HASH,
			(int)got.info[2].type);
	KUNIT_EXPECT_EQ(test, (u32)HASH_PORTS, hash_value(&got.info[2]));
}

struct hint_row {
	const char *name;
	bool chosen;
	u8 algorithm;
	u8 type;
	bool taken;
	bool l4;
};

static const struct hint_row hint_rows[] = {
	{ "addresses", true, TOEPLITZ, 0, true, false },
	{ "ports", true, TOEPLITZ, 1, true, true },
	{ "IPv6 addresses", true, TOEPLITZ, 2, true, false },
	{ "IPv6 ports", true, TOEPLITZ, 3, true, true },
	{ "an unknown type", true, TOEPLITZ, 4, false },
	{ "the largest type", true, TOEPLITZ, 255, false },
	{ "no algorithm", true, 0, 0, false },
	{ "an unknown algorithm", true, 2, 0, false },
	{ "nothing was agreed on", false, TOEPLITZ, 0, false },
};

KUNIT_ARRAY_PARAM_DESC(hint, hint_rows, name);

/* The packet arrives in any case. */
static void netback_control_test_hint(struct kunit *test)
{
	const struct hint_row *row = test->param_value;
	struct guest *g = test->priv;
	struct xen_netif_extra_info extra = {
		.type = XEN_NETIF_EXTRA_TYPE_HASH,
		.u.hash = {
			.type = row->type,
			.algorithm = row->algorithm,
			.value = { 0x44, 0x33, 0x22, 0x91 },
		},
	};
	struct sk_buff *skb;

	guest_connect_ctrl(test, 1);
	if (row->chosen)
		choose(test, ALL_TYPES);
	guest_fill(g, 0, 7);
	guest_slot(g, 0, 0, 100, XEN_NETTXF_extra_info);
	memcpy(xenmodel_vif_tx_request(&g->vif.queues[0]), &extra,
	       sizeof(extra));
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_NULL, guest_status(test, 0));
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, row->taken, skb->hash == 0x91223344);
	KUNIT_EXPECT_EQ(test, row->l4, (bool)skb->l4_hash);
	kfree_skb(skb);
}

static struct kunit_case netback_control_cases[] = {
	KUNIT_CASE(netback_control_test_messages),
	KUNIT_CASE(netback_control_test_full_ring),
	KUNIT_CASE(netback_control_test_runaway),
	KUNIT_CASE(netback_control_test_event_storm),
	KUNIT_CASE_PARAM(netback_control_test_steer, steer_gen_params),
	KUNIT_CASE(netback_control_test_no_hash),
	KUNIT_CASE(netback_control_test_extras),
	KUNIT_CASE_PARAM(netback_control_test_hint, hint_gen_params),
	{}
};

static struct kunit_suite netback_control_suite = {
	.name = "netback_control",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_control_cases,
};

kunit_test_suite(netback_control_suite);
