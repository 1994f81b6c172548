// SPDX-License-Identifier: GPL-2.0
/*
 * From the guest: every packet arrives as it was sent, or not at all, and every
 * slot gets its response.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include <linux/udp.h>

#include "guest.h"
#include "honest.h"

/* Bytes @from and on of what arrived are those that page @page begins with. */
static void expect_bytes(struct kunit *test, const struct sk_buff *skb,
			 unsigned int from, unsigned int page,
			 unsigned int page_offset, unsigned int len)
{
	struct guest *g = test->priv;
	u8 *copy = kunit_kzalloc(test, len ?: 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	/* The Ethernet header lies before the data by now. */
	KUNIT_ASSERT_EQ(test, 0, skb_copy_bits(skb, (int)from - ETH_HLEN, copy,
					       len));
	KUNIT_EXPECT_EQ(test, 0, memcmp(copy, guest_data(g, page) + page_offset,
					len));
}

static const unsigned int sizes[] = {
	14, 15, 60, 127, 128, 129, 255, 256, 1000, 1514, 1600, 1601, 2048,
	2049, 4095, 4096,
};

static void size_name(const unsigned int *size, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%u bytes", *size);
}

KUNIT_ARRAY_PARAM(size, sizes, size_name);

static void netback_transmit_test_size(struct kunit *test)
{
	unsigned int size = *(const unsigned int *)test->param_value;
	struct guest *g = test->priv;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	guest_fill(g, 0, size);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, size));
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, size - ETH_HLEN, skb->len);
	KUNIT_EXPECT_EQ(test, GUEST_ETHERTYPE, ntohs(skb->protocol));
	KUNIT_EXPECT_EQ(test, CHECKSUM_NONE, (int)skb->ip_summed);
	KUNIT_EXPECT_GE(test, skb->truesize, skb->len);
	expect_bytes(test, skb, 0, 0, 0, size);
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "tx_packets"));
	KUNIT_EXPECT_EQ(test, (u64)size, guest_counter(g, "tx_bytes"));
	kfree_skb(skb);
}

struct chain_row {
	const char *name;
	unsigned int first;	/* bytes in the first slot */
	unsigned int nr;	/* slots */
	unsigned int each;	/* bytes in the others */
};

static const struct chain_row chain_rows[] = {
	{ "two slots", 66, 2, 1000 },
	{ "one byte, then the rest", 1, 2, 500 },
	{ "a byte in each slot", 1, 17, 1 },
	{ "13 and 1", 13, 2, 1 },
	{ "full pages", 4096, 15, 4096 },
	{ "headers and 64 KiB", 60, 16, 4096 },
	{ "as many slots as there may be", 4096, 18, 3600 },
	{ "as many slots, small first", 20, 18, 3700 },
};

KUNIT_ARRAY_PARAM_DESC(chain, chain_rows, name);

static void netback_transmit_test_chain(struct kunit *test)
{
	const struct chain_row *row = test->param_value;
	unsigned int total = row->first + (row->nr - 1) * row->each, i;
	struct guest *g = test->priv;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	for (i = 0; i < row->nr; i++)
		guest_fill(g, i, 5 * i);
	for (i = 0; i < row->nr; i++)
		guest_slot(g, 0, i, i ? row->each : total,
			   i + 1 < row->nr ? XEN_NETTXF_more_data : 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	for (i = 0; i < row->nr; i++)
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, total - ETH_HLEN, skb->len);
	expect_bytes(test, skb, 0, 0, 0, row->first);
	for (i = 1; i < row->nr; i++)
		expect_bytes(test, skb, row->first + (i - 1) * row->each, i, 0,
			     row->each);
	kfree_skb(skb);
}

static unsigned long memory_of_packets(struct kunit *test)
{
	static const char key[] = "memory of packets ";
	char *text = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL), *number;
	unsigned long bytes = 0;

	KUNIT_ASSERT_NOT_NULL(test, text);
	guest_debugfs(test, text, PAGE_SIZE);
	number = strstr(text, key);
	KUNIT_ASSERT_NOT_NULL(test, number);
	number += strlen(key);
	number[strcspn(number, "\n")] = '\0';
	KUNIT_ASSERT_EQ(test, 0, kstrtoul(number, 10, &bytes));
	return bytes;
}

/* A busy guest's memory is used again, that of an idle one is given back. */
static void netback_transmit_test_gives_back(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff_head held;
	struct sk_buff *skb;
	unsigned int i;

	guest_connect(test, 1, true);
	skb_queue_head_init(&held);
	for (i = 0; i < 600; i++) {
		guest_slot(g, 0, 0, 1500, 0);
		xenmodel_vif_tx_push(&g->vif.queues[0]);
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
		skb = guest_arrived(g);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb_queue_tail(&held, skb);
	}
	KUNIT_EXPECT_GE(test, memory_of_packets(test), 600 * 1500UL);
	skb_queue_purge(&held);
	KUNIT_EXPECT_GE(test, memory_of_packets(test), 600 * 1500UL);
	msleep(3000);
	KUNIT_EXPECT_LE(test, memory_of_packets(test), 65536UL);
	guest_works(test);
}

/* However many packets there are: one hypercall, one notification. */
static void netback_transmit_test_one_call(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i, notified;
	u64 calls;

	guest_connect(test, 1, false);
	guest_fill(g, 0, 1);
	calls = xenmodel_counted(XENMODEL_COPY_CALLS);
	notified = xenmodel_evtchn_notified(g->vif.queues[0].tx_port);
	for (i = 0; i < 40; i++)
		guest_slot(g, 0, 0, 300, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	for (i = 0; i < 40; i++) {
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
		skb = guest_arrived(g);
		KUNIT_EXPECT_NOT_NULL(test, skb);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, 1ULL,
			xenmodel_counted(XENMODEL_COPY_CALLS) - calls);
	KUNIT_EXPECT_EQ(test, 1U,
			xenmodel_evtchn_notified(g->vif.queues[0].tx_port) -
			notified);
	KUNIT_EXPECT_EQ(test, 0ULL, xenmodel_counted(XENMODEL_MAP_OPS));
}

/* More than NAPI's budget, and round the ring several times. */
static void netback_transmit_test_many(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i, round, got = 0;

	guest_connect(test, 1, true);
	guest_fill(g, 0, 1);
	for (round = 0; round < 5; round++) {
		for (i = 0; i < 256; i++)
			guest_slot(g, 0, 0, 100, 0);
		xenmodel_vif_tx_push(&g->vif.queues[0]);
		for (i = 0; i < 256; i++)
			KUNIT_ASSERT_EQ(test, XEN_NETIF_RSP_OKAY,
					guest_status(test, 0));
	}
	while ((skb = guest_arrived(g))) {
		kfree_skb(skb);
		got++;
	}
	KUNIT_EXPECT_EQ(test, 5 * 256U, got);
}

/*
 * Three slots a packet do not go into the ring without a rest, so packets and
 * their responses begin at every slot and go round its end.
 */
static void netback_transmit_test_round_the_ring(struct kunit *test)
{
	struct xen_netif_tx_response response;
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i, j;

	guest_connect(test, 1, true);
	for (i = 0; i < 260; i++) {
		for (j = 0; j < 3; j++)
			guest_fill(g, j, i + j);
		guest_slot(g, 0, 0, 700, XEN_NETTXF_more_data);
		guest_slot(g, 0, 1, 200, XEN_NETTXF_more_data);
		guest_slot(g, 0, 2, 300, 0);
		xenmodel_vif_tx_push(&g->vif.queues[0]);
		for (j = 0; j < 3; j++) {
			KUNIT_ASSERT_TRUE(test,
					  xenmodel_vif_tx_response(&g->vif.queues[0],
								   &response));
			KUNIT_EXPECT_EQ(test, 0x100 + j,
					(unsigned int)response.id);
			KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
					(int)response.status);
		}
		skb = guest_arrived(g);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		expect_bytes(test, skb, 0, 0, 0, 200);
		expect_bytes(test, skb, 200, 1, 0, 200);
		expect_bytes(test, skb, 400, 2, 0, 300);
		kfree_skb(skb);
	}
}

struct operations_row {
	const char *name;
	unsigned int size;
	unsigned int second;	/* bytes in a second slot, 0: there is none */
	u64 operations;
};

static const struct operations_row operations_rows[] = {
	{ "a small packet", 60, 0, 1 },
	{ "a full one", 1514, 0, 1 },
	{ "one slot for two buffers", 2000, 0, 2 },
	{ "headers and data", 1066, 1000, 2 },
};

KUNIT_ARRAY_PARAM_DESC(operations, operations_rows, name);

/* Nothing is copied in more pieces than it comes in. */
static void netback_transmit_test_operations(struct kunit *test)
{
	const struct operations_row *row = test->param_value;
	struct guest *g = test->priv;
	u64 before;

	guest_connect(test, 1, true);
	guest_fill(g, 0, 1);
	before = xenmodel_counted(XENMODEL_COPY_OPS);
	guest_slot(g, 0, 0, row->size, row->second ? XEN_NETTXF_more_data : 0);
	if (row->second)
		guest_slot(g, 0, 1, row->second, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, row->operations,
			xenmodel_counted(XENMODEL_COPY_OPS) - before);
	kfree_skb(guest_arrived(g));
}

struct refused_row {
	const char *name;
	unsigned int size;
	unsigned int offset;
	unsigned int second;	/* bytes in a second slot; U32_MAX: none */
	const char *counter;
};

static const struct refused_row refused_rows[] = {
	{ "empty", 0, 0, U32_MAX, "tx_refused" },
	{ "no Ethernet header", 13, 0, U32_MAX, "tx_refused" },
	{ "crosses the page", 100, 4000, U32_MAX, "tx_refused" },
	{ "second slot empty", 100, 0, 0, "tx_refused" },
	{ "second slot larger than all", 100, 0, 101, "tx_refused" },
	{ "nothing left for the first", 100, 0, 100, "tx_refused" },
};

KUNIT_ARRAY_PARAM_DESC(refused, refused_rows, name);

/* An error response for every slot, and the next packet is served. */
static void netback_transmit_test_refused(struct kunit *test)
{
	const struct refused_row *row = test->param_value;
	struct guest *g = test->priv;
	bool two = row->second != U32_MAX;

	guest_connect(test, 1, true);
	guest_slot(g, 0, 0, row->size, two ? XEN_NETTXF_more_data : 0)->offset =
		row->offset;
	if (two)
		guest_slot(g, 0, 1, row->second, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, guest_status(test, 0));
	if (two)
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR,
				guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, row->counter));
	guest_works(test);
}

struct grant_row {
	const char *name;
	unsigned int which;
};

enum { GRANT_NONE, GRANT_REVOKED, GRANT_OF_ANOTHER, GRANT_ABSENT };

static const struct grant_row grant_rows[] = {
	{ "no such reference", GRANT_NONE },
	{ "revoked", GRANT_REVOKED },
	{ "granted to another domain", GRANT_OF_ANOTHER },
	{ "paged out", GRANT_ABSENT },
};

KUNIT_ARRAY_PARAM_DESC(grant, grant_rows, name);

/* In the middle of others, in the last slot of a packet. */
static void netback_transmit_test_bad_grant(struct kunit *test)
{
	const struct grant_row *row = test->param_value;
	struct guest *g = test->priv;
	grant_ref_t ref = 100000;
	unsigned int i;

	guest_connect(test, 1, true);
	if (row->which == GRANT_REVOKED) {
		ref = xenmodel_grant(g->domain, GUEST_DATA, 0, false);
		KUNIT_EXPECT_EQ(test, 0, xenmodel_revoke(g->domain, ref));
	} else if (row->which == GRANT_OF_ANOTHER) {
		ref = xenmodel_grant(g->domain, GUEST_DATA, 5, false);
	} else if (row->which == GRANT_ABSENT) {
		ref = xenmodel_grant(g->domain, GUEST_DATA, 0, false);
		xenmodel_page_out(g->domain, ref, 1);
	}
	guest_fill(g, 0, 1);
	guest_slot(g, 0, 0, 100, 0);
	guest_slot(g, 0, 0, 2000, XEN_NETTXF_more_data);
	guest_slot(g, 0, 1, 1000, 0)->gref = ref;
	guest_slot(g, 0, 0, 200, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, i == 1 || i == 2 ? XEN_NETIF_RSP_ERROR :
							 XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "tx_bad_grants"));
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "tx_packets"));
	kfree_skb(guest_arrived(g));
	kfree_skb(guest_arrived(g));
	KUNIT_EXPECT_NULL(test, guest_arrived(g));
	if (row->which == GRANT_OF_ANOTHER || row->which == GRANT_ABSENT)
		xenmodel_revoke(g->domain, ref);
}

enum {
	FATAL_MORE, FATAL_EXTRA, FATAL_TYPE, FATAL_TWICE, FATAL_CHAIN,
	FATAL_INDEX, FATAL_BACK,
};

static const struct grant_row fatal_rows[] = {
	{ "a packet without end", FATAL_MORE },
	{ "extra information missing", FATAL_EXTRA },
	{ "extra information of an unknown type", FATAL_TYPE },
	{ "extra information twice", FATAL_TWICE },
	{ "a chain around the ring", FATAL_CHAIN },
	{ "producer beyond the ring", FATAL_INDEX },
	{ "producer moves back", FATAL_BACK },
};

KUNIT_ARRAY_PARAM_DESC(fatal, fatal_rows, name);

static void add_extra(struct guest *g, u8 type, u8 flags)
{
	struct xen_netif_extra_info *extra;

	extra = (void *)xenmodel_vif_tx_request(&g->vif.queues[0]);
	extra->type = type;
	extra->flags = flags;
}

/* One for each slot, in their order; those with extra information have no id. */
static void netback_transmit_test_order_of_answers(struct kunit *test)
{
	static const struct xen_netif_tx_response expected[] = {
		{ 0x100, XEN_NETIF_RSP_OKAY }, { 0, XEN_NETIF_RSP_NULL },
		{ 0, XEN_NETIF_RSP_NULL }, { 0x101, XEN_NETIF_RSP_OKAY },
		{ 0x102, XEN_NETIF_RSP_OKAY },
	};
	struct xen_netif_tx_response response;
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	guest_connect(test, 1, true);
	guest_fill_ip(g, 3054, IPPROTO_TCP);
	guest_slot(g, 0, 0, 3054, XEN_NETTXF_csum_blank |
		   XEN_NETTXF_extra_info | XEN_NETTXF_more_data);
	add_extra(g, XEN_NETIF_EXTRA_TYPE_HASH, XEN_NETIF_EXTRA_FLAG_MORE);
	guest_add_gso(g, XEN_NETIF_GSO_TYPE_TCPV4, 1000);
	guest_slot(g, 0, 1, 1000, XEN_NETTXF_more_data);
	guest_slot(g, 0, 2, 1000, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		KUNIT_ASSERT_TRUE(test,
				  xenmodel_vif_tx_response(&g->vif.queues[0],
							   &response));
		KUNIT_EXPECT_EQ(test, expected[i].id, response.id);
		KUNIT_EXPECT_EQ(test, expected[i].status, response.status);
	}
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, 3, (int)skb_shinfo(skb)->gso_segs);
	kfree_skb(skb);
}

static void commit_crime(struct guest *g, unsigned int which)
{
	struct xenmodel_vif_queue *queue = &g->vif.queues[0];
	unsigned int i;

	switch (which) {
	case FATAL_MORE:
		guest_slot(g, 0, 0, 100, XEN_NETTXF_more_data);
		break;
	case FATAL_EXTRA:
		guest_slot(g, 0, 0, 100, XEN_NETTXF_extra_info);
		break;
	case FATAL_TYPE:
		guest_slot(g, 0, 0, 100, XEN_NETTXF_extra_info);
		add_extra(g, XEN_NETIF_EXTRA_TYPE_MAX, 0);
		break;
	case FATAL_TWICE:
		guest_slot(g, 0, 0, 100, XEN_NETTXF_extra_info);
		for (i = 0; i < 100; i++)
			add_extra(g, XEN_NETIF_EXTRA_TYPE_HASH,
				  XEN_NETIF_EXTRA_FLAG_MORE);
		break;
	case FATAL_CHAIN:
		for (i = 0; i < 256; i++)
			guest_slot(g, 0, 0, 100, XEN_NETTXF_more_data);
		break;
	case FATAL_INDEX:
		queue->tx.req_prod_pvt += 300;
		break;
	case FATAL_BACK:
		queue->tx.req_prod_pvt -= 1;
		queue->tx.sring->req_prod = queue->tx.req_prod_pvt;
		xenmodel_evtchn_kick(queue->tx_port);
		return;
	}
	xenmodel_vif_tx_push(queue);
}

/*
 * The device is closed, the reason is in xenstore, and after a new start all is
 * well. Nothing of the crime gets a response.
 */
static void netback_transmit_test_fatal(struct kunit *test)
{
	const struct grant_row *row = test->param_value;
	struct guest *g = test->priv;
	char path[80], *error;

	guest_connect(test, 1, true);
	guest_works(test);
	commit_crime(g, row->which);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, 99, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, 0U, xenmodel_mapped(g->domain));
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(g->dev));
	honest_works(test);
	snprintf(path, sizeof(path), "error/%s/error", g->vif.backend);
	error = xenmodel_store_read(path);
	KUNIT_EXPECT_NOT_NULL(test, error);
	kfree(error);

	xenmodel_vif_write(&g->vif, "state", XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	guest_connect(test, 1, true);
	guest_works(test);
}

struct gso_row {
	const char *name;
	u16 flags;
	u8 protocol;
	u8 type;
	unsigned int size;	/* of the segments */
	unsigned int len;	/* of the packet */
	unsigned int segments;	/* 0: it does not arrive */
};

#define BLANK XEN_NETTXF_csum_blank
#define V4 XEN_NETIF_GSO_TYPE_TCPV4
#define V6 XEN_NETIF_GSO_TYPE_TCPV6

static const struct gso_row gso_rows[] = {
	{ "large", BLANK, IPPROTO_TCP, V4, 1000, 3054, 3 },
	{ "one byte more", BLANK, IPPROTO_TCP, V4, 1000, 3055, 4 },
	{ "smaller than a segment", BLANK, IPPROTO_TCP, V4, 1000, 500, 1 },
	{ "checksum not said to be blank", 0, IPPROTO_TCP, V4, 1000, 3054, 3 },
	{ "no data", BLANK, IPPROTO_TCP, V4, 1000, 54, 0 },
	{ "not TCP", BLANK, IPPROTO_UDP, V4, 1000, 3054, 0 },
	{ "no protocol with checksums", BLANK, IPPROTO_ICMP, V4, 1000, 3054,
	  0 },
	{ "said to be IPv6", BLANK, IPPROTO_TCP, V6, 1000, 3054, 0 },
	{ "headers end too soon", BLANK, IPPROTO_TCP, V4, 1000, 40, 0 },
};

KUNIT_ARRAY_PARAM_DESC(gso, gso_rows, name);

static void netback_transmit_test_gso(struct kunit *test)
{
	const struct gso_row *row = test->param_value;
	struct guest *g = test->priv;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	guest_fill_ip(g, row->len, row->protocol);
	guest_slot(g, 0, 0, row->len, row->flags | XEN_NETTXF_extra_info);
	guest_add_gso(g, row->type, row->size);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_NULL, guest_status(test, 0));
	skb = guest_arrived(g);
	KUNIT_ASSERT_EQ(test, !!row->segments, !!skb);
	KUNIT_EXPECT_EQ(test, row->segments ? 0ULL : 1ULL,
			guest_counter(g, "tx_bad_headers"));
	if (!skb)
		return;
	KUNIT_EXPECT_EQ(test, CHECKSUM_PARTIAL, (int)skb->ip_summed);
	KUNIT_EXPECT_EQ(test, row->size,
			(unsigned int)skb_shinfo(skb)->gso_size);
	KUNIT_EXPECT_EQ(test, row->segments,
			(unsigned int)skb_shinfo(skb)->gso_segs);
	KUNIT_EXPECT_EQ(test, SKB_GSO_TCPV4 | SKB_GSO_DODGY,
			(int)skb_shinfo(skb)->gso_type);
	kfree_skb(skb);
}

/* Headers of a large packet that are split at every byte. */
static void netback_transmit_test_gso_headers_split(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int first;

	guest_connect(test, 1, true);
	guest_fill_ip(g, 3054, IPPROTO_TCP);
	for (first = 1; first < 60; first++) {
		guest_slot(g, 0, 0, 3054, XEN_NETTXF_csum_blank |
			   XEN_NETTXF_extra_info | XEN_NETTXF_more_data);
		guest_add_gso(g, XEN_NETIF_GSO_TYPE_TCPV4, 1000);
		guest_slot(g, 0, 0, 3054 - first, 0)->offset = first;
		xenmodel_vif_tx_push(&g->vif.queues[0]);
		guest_status(test, 0);
		guest_status(test, 0);
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
		skb = guest_arrived(g);
		KUNIT_ASSERT_NOT_NULL_MSG(test, skb, "after %u bytes", first);
		KUNIT_EXPECT_EQ(test, 3, (int)skb_shinfo(skb)->gso_segs);
		expect_bytes(test, skb, 0, 0, 0, 3054);
		kfree_skb(skb);
	}
}

/* What the guest wants of multicast packets: the status of the answer. */
static int change_list(struct kunit *test, u8 type, const u8 *address,
		       unsigned int size)
{
	struct guest *g = test->priv;
	struct xen_netif_extra_info *extra;
	int status;

	guest_slot(g, 0, 0, size, XEN_NETTXF_extra_info);
	extra = (void *)xenmodel_vif_tx_request(&g->vif.queues[0]);
	extra->type = type;
	memcpy(extra->u.mcast.addr, address, ETH_ALEN);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	status = guest_status(test, 0);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_NULL, guest_status(test, 0));
	return status;
}

static void netback_transmit_test_multicast_list(struct kunit *test)
{
	u8 address[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 0 };
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	/* The request around it is whatever it is. */
	for (; address[5] < 64; address[5]++)
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				change_list(test, XEN_NETIF_EXTRA_TYPE_MCAST_ADD,
					    address, address[5] * 1000));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR,
			change_list(test, XEN_NETIF_EXTRA_TYPE_MCAST_ADD,
				    address, 0));
	address[5] = 0;
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
			change_list(test, XEN_NETIF_EXTRA_TYPE_MCAST_DEL,
				    address, 0));
	address[5] = 64;
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
			change_list(test, XEN_NETIF_EXTRA_TYPE_MCAST_ADD,
				    address, 0));
	KUNIT_EXPECT_NULL(test, guest_arrived(g));
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "guest_tx_packets"));
	guest_works(test);
}

/* Events without anything behind them are said to be that. */
static void netback_transmit_test_event_storm(struct kunit *test)
{
	struct guest *g = test->priv;
	evtchn_port_t port;
	unsigned int i, before;

	guest_connect(test, 1, true);
	guest_works(test);
	port = g->vif.queues[0].tx_port;
	msleep(1);
	before = xenmodel_evtchn_spurious(port);
	for (i = 0; i < 100; i++) {
		xenmodel_evtchn_kick(port);
		msleep(1);
	}
	KUNIT_EXPECT_EQ(test, 100U, xenmodel_evtchn_spurious(port) - before);
	honest_works(test);
	guest_works(test);
	KUNIT_EXPECT_EQ(test, 100U, xenmodel_evtchn_spurious(port) - before);
}

/* The guest cannot take back or change what was already copied. */
static void netback_transmit_test_slot_changes(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xen_netif_tx_request *slot;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	guest_fill(g, 0, 3);
	slot = guest_slot(g, 0, 0, 100, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	skb = guest_arrived(g);
	slot->size = 4000;
	slot->gref = 0;
	memset(guest_data(g, 0), 0, 100);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, 100 - ETH_HLEN, (int)skb->len);
	KUNIT_EXPECT_EQ(test, GUEST_ETHERTYPE, ntohs(skb->protocol));
	kfree_skb(skb);
}

/* A malicious guest is no trouble for another one. */
static void netback_transmit_test_other_guest(struct kunit *test)
{
	struct xenmodel_domain *domain;
	struct xenmodel_vif *bad;

	bad = kunit_kzalloc(test, sizeof(*bad), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bad);
	domain = xenmodel_domain_create(22, 8);
	KUNIT_ASSERT_FALSE(test, IS_ERR(domain));
	xenmodel_vif_create(bad, domain, 0);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(bad, XenbusStateInitWait));
	xenmodel_vif_hotplug(bad);
	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(bad, 1, true));
	xenmodel_vif_write(bad, "state", XenbusStateConnected);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(bad, XenbusStateConnected));

	guest_connect(test, 1, true);
	bad->queues[0].rx.req_prod_pvt = 5000;
	xenmodel_vif_rx_push(&bad->queues[0]);
	bad->queues[0].tx.req_prod_pvt = 5000;
	xenmodel_vif_tx_push(&bad->queues[0]);
	guest_works(test);
	xenmodel_vif_destroy(bad);
	guest_works(test);
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(bad));
	xenmodel_domain_destroy(domain);
}

static struct kunit_case netback_transmit_cases[] = {
	KUNIT_CASE_PARAM(netback_transmit_test_size, size_gen_params),
	KUNIT_CASE_PARAM(netback_transmit_test_chain, chain_gen_params),
	KUNIT_CASE(netback_transmit_test_gives_back),
	KUNIT_CASE(netback_transmit_test_one_call),
	KUNIT_CASE(netback_transmit_test_many),
	KUNIT_CASE(netback_transmit_test_round_the_ring),
	KUNIT_CASE_PARAM(netback_transmit_test_operations,
			 operations_gen_params),
	KUNIT_CASE_PARAM(netback_transmit_test_refused, refused_gen_params),
	KUNIT_CASE_PARAM(netback_transmit_test_bad_grant, grant_gen_params),
	KUNIT_CASE(netback_transmit_test_order_of_answers),
	KUNIT_CASE_PARAM(netback_transmit_test_fatal, fatal_gen_params),
	KUNIT_CASE_PARAM(netback_transmit_test_gso, gso_gen_params),
	KUNIT_CASE(netback_transmit_test_gso_headers_split),
	KUNIT_CASE(netback_transmit_test_multicast_list),
	KUNIT_CASE(netback_transmit_test_event_storm),
	KUNIT_CASE(netback_transmit_test_slot_changes),
	KUNIT_CASE(netback_transmit_test_other_guest),
	{}
};

static struct kunit_suite netback_transmit_suite = {
	.name = "netback_transmit",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_transmit_cases,
};

kunit_test_suite(netback_transmit_suite);
