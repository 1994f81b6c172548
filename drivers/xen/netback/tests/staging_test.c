// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of the guest that stay mapped: packets are as they were, without Xen.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/slab.h>

#include "../ctrlcodec.h"
#include "guest.h"
#include "honest.h"

#define GOOD		XEN_NETIF_CTRL_STATUS_SUCCESS
#define UNSUPPORTED	XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED
#define INVALID		XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER

/* An entry of a list, as the protocol lays it out. */
struct entry {
	u32 ref;
	u16 flags;
	u16 status;
};

static struct entry *list(struct guest *g)
{
	return (struct entry *)guest_data(g, GUEST_LIST);
}

/* Data pages @first and on become a list. */
static void list_pages(struct guest *g, unsigned int first, unsigned int nr,
		       u16 flags)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		list(g)[i] = (struct entry) {
			.ref = g->refs[first + i],
			.flags = flags,
			.status = 0xffff,
		};
}

static int add(struct kunit *test, unsigned int queue, unsigned int nr)
{
	struct guest *g = test->priv;

	return guest_say(test, NETBACK_CTRL_ADD_GREF_MAPPING, queue, g->refs[GUEST_LIST],
			 nr);
}

static int del(struct kunit *test, unsigned int queue, unsigned int nr,
	       u32 *removed)
{
	struct guest *g = test->priv;

	return guest_ask(test, NETBACK_CTRL_DEL_GREF_MAPPING, queue, g->refs[GUEST_LIST],
			 nr, removed);
}

/* Pages that stay mapped, whatever is mapped besides. */
static unsigned int staged(struct guest *g)
{
	return xenmodel_mapped(g->domain) - 2 * g->vif.nr_queues - 1;
}

static void expect_sent(struct kunit *test, unsigned int size, u64 ops)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	u64 before;

	guest_fill(g, 0, size);
	before = xenmodel_counted(XENMODEL_COPY_OPS);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, size));
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, size - ETH_HLEN, skb->len);
	KUNIT_ASSERT_EQ(test, 0, skb_linearize(skb));
	KUNIT_EXPECT_EQ(test, 0, memcmp(skb->data, guest_data(g, 0) + ETH_HLEN,
					skb->len));
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, ops,
			xenmodel_counted(XENMODEL_COPY_OPS) - before);
}

/* No grant operation for what is staged; one again when it is not. */
static void netback_staging_test_transmit(struct kunit *test)
{
	struct guest *g = test->priv;
	u32 removed;

	guest_connect_ctrl(test, 1);
	expect_sent(test, 64, 1);
	list_pages(g, 0, 4, NETBACK_CTRL_GREF_READONLY);
	KUNIT_ASSERT_EQ(test, GOOD, add(test, 0, 4));
	KUNIT_EXPECT_EQ(test, 4U, staged(g));
	KUNIT_EXPECT_EQ(test, 4ULL, xenmodel_counted(XENMODEL_MAP_OPS));
	KUNIT_EXPECT_EQ(test, 1ULL, xenmodel_counted(XENMODEL_MAP_CALLS));
	expect_sent(test, 64, 0);
	expect_sent(test, 1600, 0);
	expect_sent(test, 4096, 0);
	KUNIT_EXPECT_EQ(test, 3ULL, guest_counter(g, "tx_staged"));
	KUNIT_EXPECT_EQ(test, 4ULL, xenmodel_counted(XENMODEL_MAP_OPS));
	list_pages(g, 0, 4, 0);
	KUNIT_EXPECT_EQ(test, GOOD, del(test, 0, 4, &removed));
	KUNIT_EXPECT_EQ(test, 4U, removed);
	KUNIT_EXPECT_EQ(test, 0U, staged(g));
	KUNIT_EXPECT_EQ(test, GOOD, (int)list(g)[0].status);
	KUNIT_EXPECT_EQ(test, GOOD, (int)list(g)[3].status);
	expect_sent(test, 64, 1);
	KUNIT_EXPECT_EQ(test, 3ULL, guest_counter(g, "tx_staged"));
}

/* Some slots of a packet are staged, others are not. */
static void netback_staging_test_mixed(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;
	u64 ops;

	guest_connect_ctrl(test, 1);
	list_pages(g, 1, 1, 0);
	KUNIT_ASSERT_EQ(test, GOOD, add(test, 0, 1));
	for (i = 0; i < 3; i++)
		guest_fill(g, i, 9 * i);
	ops = xenmodel_counted(XENMODEL_COPY_OPS);
	guest_slot(g, 0, 0, 60 + 4096 + 500, XEN_NETTXF_more_data);
	guest_slot(g, 0, 1, 4096, XEN_NETTXF_more_data);
	guest_slot(g, 0, 2, 500, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, 0, skb_linearize(skb));
	KUNIT_EXPECT_EQ(test, 0, memcmp(skb->data, guest_data(g, 0) + ETH_HLEN,
					60 - ETH_HLEN));
	KUNIT_EXPECT_EQ(test, 0, memcmp(skb->data + 60 - ETH_HLEN,
					guest_data(g, 1), 4096));
	KUNIT_EXPECT_EQ(test, 0, memcmp(skb->data + 60 + 4096 - ETH_HLEN,
					guest_data(g, 2), 500));
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, 2ULL, xenmodel_counted(XENMODEL_COPY_OPS) - ops);
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "tx_staged"));
}

static void expect_received(struct kunit *test, unsigned int page,
			    unsigned int len, u64 ops)
{
	struct xen_netif_rx_response response = {};
	struct guest *g = test->priv;
	struct sk_buff *skb;
	u64 before;

	memset(guest_data(g, page), 0, PAGE_SIZE);
	guest_offer(g, 0, page, 1);
	skb = guest_packet(g, len, page);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	before = xenmodel_counted(XENMODEL_COPY_OPS);
	guest_give(g, skb_get(skb));
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_rx_response(&g->vif.queues[0],
							 &response));
	KUNIT_EXPECT_EQ(test, page, (unsigned int)response.id);
	KUNIT_EXPECT_EQ(test, (int)len, (int)response.status);
	KUNIT_EXPECT_EQ(test, 0, memcmp(guest_data(g, page), skb->data, len));
	KUNIT_EXPECT_EQ(test, ops,
			xenmodel_counted(XENMODEL_COPY_OPS) - before);
	kfree_skb(skb);
}

static void netback_staging_test_receive(struct kunit *test)
{
	struct guest *g = test->priv;
	u32 removed;

	guest_connect_ctrl(test, 1);
	list_pages(g, 0, 4, 0);
	list(g)[3].flags = NETBACK_CTRL_GREF_READONLY;
	KUNIT_ASSERT_EQ(test, GOOD, add(test, 0, 4));
	expect_received(test, 0, 64, 0);
	expect_received(test, 1, 1514, 0);
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "rx_staged"));
	/* One that may only be read is Xen's affair; the grant allows it. */
	expect_received(test, 3, 64, 1);
	expect_received(test, 9, 64, 1);
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "rx_staged"));
	KUNIT_EXPECT_EQ(test, GOOD, del(test, 0, 4, &removed));
	KUNIT_EXPECT_EQ(test, 4U, removed);
	expect_received(test, 0, 64, 1);
}

/* Behind the headroom, without Xen. */
static void netback_staging_test_headroom(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;
	struct sk_buff *skb;
	u64 before;

	guest_connect_ctrl(test, 1);
	list_pages(g, 0, 2, 0);
	KUNIT_ASSERT_EQ(test, GOOD, add(test, 0, 2));
	xenmodel_vif_write(&g->vif, "xdp-headroom", 256);
	xenmodel_store_settle();
	/* Each takes two requests. */
	guest_offer(g, 0, 0, 1);
	guest_offer(g, 0, 9, 1);
	guest_offer(g, 0, 1, 1);
	guest_offer(g, 0, 9, 1);
	before = xenmodel_counted(XENMODEL_COPY_OPS);
	guest_give(g, guest_packet(g, 1514, 7));
	guest_expect(test, 0, 1514, 7);
	skb = guest_packet(g, 66, 1);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	guest_give(g, skb_get(skb));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 256, (int)got.headroom);
	KUNIT_EXPECT_EQ(test, 0, memcmp(guest_data(g, 1) + 256, skb->data, 66));
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, before, xenmodel_counted(XENMODEL_COPY_OPS));
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "rx_staged"));
}

struct refused_row {
	const char *name;
	void (*spoil)(struct guest *g);
};

static void spoil_twice(struct guest *g)
{
	list(g)[3].ref = list(g)[0].ref;
}

static void spoil_flags(struct guest *g)
{
	list(g)[3].flags = 2;
}

static void spoil_ref(struct guest *g)
{
	list(g)[2].ref = 100000;
}

static void spoil_present(struct guest *g)
{
	list(g)[3].ref = g->refs[8];
}

static void spoil_maptrack(struct guest *g)
{
	/* One is there, and there is room for two. */
	xenmodel_maptrack_limit(3);
}

static const struct refused_row refused_rows[] = {
	{ "twice in a list", spoil_twice },
	{ "unknown flags", spoil_flags },
	{ "no such grant", spoil_ref },
	{ "there already", spoil_present },
	{ "no more handles", spoil_maptrack },
};

KUNIT_ARRAY_PARAM_DESC(refused, refused_rows, name);

/* None of the list is mapped, what is there stays, and packets flow. */
static void netback_staging_test_refused(struct kunit *test)
{
	const struct refused_row *row = test->param_value;
	struct guest *g = test->priv;

	guest_connect_ctrl(test, 1);
	list_pages(g, 8, 1, 0);
	KUNIT_ASSERT_EQ(test, GOOD, add(test, 0, 1));
	list_pages(g, 0, 4, 0);
	row->spoil(g);
	KUNIT_EXPECT_EQ(test, INVALID, add(test, 0, 4));
	msleep(5);
	KUNIT_EXPECT_EQ(test, 1U, staged(g));
	expect_sent(test, 64, 1);
	xenmodel_maptrack_limit(U32_MAX);
	/* Nothing is left of it: the same pages can be added now. */
	list_pages(g, 0, 4, 0);
	KUNIT_EXPECT_EQ(test, GOOD, add(test, 0, 4));
	KUNIT_EXPECT_EQ(test, 5U, staged(g));
	expect_sent(test, 64, 0);
}

/* What cannot be mapped is cheap: those that fail before cost no operation. */
static void netback_staging_test_cheap(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect_ctrl(test, 1);
	list_pages(g, 0, 30, 0);
	spoil_twice(g);
	KUNIT_EXPECT_EQ(test, INVALID, add(test, 0, 30));
	list_pages(g, 0, 30, 0);
	spoil_flags(g);
	KUNIT_EXPECT_EQ(test, INVALID, add(test, 0, 30));
	KUNIT_EXPECT_EQ(test, 0ULL, xenmodel_counted(XENMODEL_MAP_OPS));
}

/* The administrator's limits, of a queue and of all. */
static void netback_staging_test_limits(struct kunit *test)
{
	struct guest *g = test->priv;
	u32 data;

	guest_parameter(test, "staging_grants", "3");
	guest_parameter(test, "staging_total", "4");
	guest_connect_ctrl(test, 2);
	KUNIT_EXPECT_EQ(test, GOOD,
			guest_ask(test, NETBACK_CTRL_GET_GREF_MAPPING_SIZE, 0, 0, 0,
				  &data));
	KUNIT_EXPECT_EQ(test, 3U, data);
	list_pages(g, 0, 4, 0);
	KUNIT_EXPECT_EQ(test, INVALID, add(test, 0, 4));
	KUNIT_EXPECT_EQ(test, GOOD, add(test, 0, 3));
	list_pages(g, 3, 4, 0);
	KUNIT_EXPECT_EQ(test, INVALID, add(test, 0, 1));
	/* The other queue has room, but there is only one left in all. */
	KUNIT_EXPECT_EQ(test, INVALID, add(test, 1, 2));
	KUNIT_EXPECT_EQ(test, GOOD, add(test, 1, 1));
	KUNIT_EXPECT_EQ(test, 4U, staged(g));
	list_pages(g, 0, 3, 0);
	KUNIT_EXPECT_EQ(test, GOOD, del(test, 0, 3, &data));
	KUNIT_EXPECT_EQ(test, 3U, data);
	list_pages(g, 10, 3, 0);
	KUNIT_EXPECT_EQ(test, GOOD, add(test, 0, 3));
	guest_disconnect(test);

	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	guest_parameter(test, "staging_grants", "0");
	guest_connect_ctrl(test, 1);
	KUNIT_EXPECT_EQ(test, GOOD,
			guest_ask(test, NETBACK_CTRL_GET_GREF_MAPPING_SIZE, 0, 0, 0,
				  &data));
	KUNIT_EXPECT_EQ(test, 0U, data);
	KUNIT_EXPECT_EQ(test, UNSUPPORTED, add(test, 0, 1));
	KUNIT_EXPECT_EQ(test, UNSUPPORTED, del(test, 0, 1, &data));
	expect_sent(test, 64, 1);
}

/* Of a list some are there: each entry says so; and a grant is of one queue. */
static void netback_staging_test_partly(struct kunit *test)
{
	struct guest *g = test->priv;
	u32 removed;

	guest_connect_ctrl(test, 2);
	list_pages(g, 0, 2, 0);
	KUNIT_ASSERT_EQ(test, GOOD, add(test, 0, 2));
	KUNIT_ASSERT_EQ(test, GOOD, add(test, 1, 1));
	KUNIT_EXPECT_EQ(test, 3U, staged(g));
	list_pages(g, 0, 4, 0xffff);
	list(g)[3].ref = g->refs[0];
	KUNIT_EXPECT_EQ(test, GOOD, del(test, 0, 4, &removed));
	KUNIT_EXPECT_EQ(test, 2U, removed);
	KUNIT_EXPECT_EQ(test, GOOD, (int)list(g)[0].status);
	KUNIT_EXPECT_EQ(test, GOOD, (int)list(g)[1].status);
	KUNIT_EXPECT_EQ(test, INVALID, (int)list(g)[2].status);
	KUNIT_EXPECT_EQ(test, INVALID, (int)list(g)[3].status);
	KUNIT_EXPECT_EQ(test, g->refs[2], list(g)[2].ref);
	KUNIT_EXPECT_EQ(test, 1U, staged(g));
}

/* The list cannot be answered; the grants are let go of all the same. */
static void netback_staging_test_sealed_list(struct kunit *test)
{
	struct guest *g = test->priv;
	grant_ref_t sealed = xenmodel_grant(g->domain, GUEST_DATA + GUEST_LIST,
					    XENMODEL_LOCAL_DOMID, true);
	u32 removed;

	guest_connect_ctrl(test, 1);
	list_pages(g, 0, 2, 0);
	KUNIT_EXPECT_EQ(test, GOOD,
			guest_say(test, NETBACK_CTRL_ADD_GREF_MAPPING, 0, sealed, 2));
	KUNIT_EXPECT_EQ(test, INVALID,
			guest_ask(test, NETBACK_CTRL_DEL_GREF_MAPPING, 0, sealed, 2,
				  &removed));
	KUNIT_EXPECT_EQ(test, 2U, removed);
	KUNIT_EXPECT_EQ(test, 0U, staged(g));
	KUNIT_EXPECT_EQ(test, 0, xenmodel_revoke(g->domain, sealed));
}

/* Whatever is mapped goes with the connection; the next begins anew. */
static void netback_staging_test_disconnect(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int round;

	for (round = 0; round < 3; round++) {
		guest_connect_ctrl(test, 2);
		KUNIT_ASSERT_EQ(test, GOOD, guest_say(test, 7, 1, 0, 0));
		list_pages(g, 0, 20, 0);
		KUNIT_ASSERT_EQ(test, GOOD, add(test, 0, 20));
		KUNIT_ASSERT_EQ(test, GOOD, add(test, 1, 20));
		expect_sent(test, 64, 0);
		guest_disconnect(test);
		KUNIT_EXPECT_EQ(test, 0U, xenmodel_mapped(g->domain));
		xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	}
	guest_connect_ctrl(test, 1);
	expect_sent(test, 64, 1);
}

/* The folders vanish with grants in the table and messages on the way. */
static void netback_staging_test_killed(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	guest_connect_ctrl(test, 1);
	list_pages(g, 0, 20, 0);
	KUNIT_ASSERT_EQ(test, GOOD, add(test, 0, 20));
	for (i = 0; i < 100; i++)
		guest_ctrl_put(g, NETBACK_CTRL_DEL_GREF_MAPPING + i % 2, 0,
			       g->refs[GUEST_LIST], 20);
	xenmodel_vif_ctrl_push(&g->vif);
}

/* Without a control ring nothing of it is there. */
static void netback_staging_test_without(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	expect_sent(test, 64, 1);
	KUNIT_EXPECT_EQ(test, 2U, xenmodel_mapped(g->domain));
}

static void netback_staging_exit(struct kunit *test)
{
	guest_parameter(test, "staging_grants", "512");
	guest_parameter(test, "staging_total", "16384");
	honest_exit(test);
}

static struct kunit_case netback_staging_cases[] = {
	KUNIT_CASE(netback_staging_test_transmit),
	KUNIT_CASE(netback_staging_test_mixed),
	KUNIT_CASE(netback_staging_test_receive),
	KUNIT_CASE(netback_staging_test_headroom),
	KUNIT_CASE_PARAM(netback_staging_test_refused, refused_gen_params),
	KUNIT_CASE(netback_staging_test_cheap),
	KUNIT_CASE(netback_staging_test_limits),
	KUNIT_CASE(netback_staging_test_partly),
	KUNIT_CASE(netback_staging_test_sealed_list),
	KUNIT_CASE(netback_staging_test_disconnect),
	KUNIT_CASE(netback_staging_test_killed),
	KUNIT_CASE(netback_staging_test_without),
	{}
};

static struct kunit_suite netback_staging_suite = {
	.name = "netback_staging",
	.init = honest_init,
	.exit = netback_staging_exit,
	.test_cases = netback_staging_cases,
};

kunit_test_suite(netback_staging_suite);
