// SPDX-License-Identifier: GPL-2.0
/*
 * Room before the data, for a program of the guest's own: the guest gets what
 * it asks for, in every packet from the moment on at which it is told so.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "guest.h"
#include "honest.h"

#define TSO	(NETIF_F_TSO | NETIF_F_TSO6)

static void want(struct guest *g, const char *bytes)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/xdp-headroom", g->vif.frontend);
	xenmodel_store_write(path, "%s", bytes);
	xenmodel_store_settle();
}

/* A packet has so much before its data, and nothing of it was written to. */
static void expect_headroom(struct kunit *test, unsigned int len,
			    unsigned int headroom, unsigned int slots)
{
	struct guest *g = test->priv;
	struct guest_received got;
	struct sk_buff *skb;

	memset(guest_data(g, 0), 0x33, PAGE_SIZE);
	guest_offer(g, 0, 0, slots + !!headroom);
	skb = guest_packet(g, len, 5);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	guest_give(g, skb_get(skb));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 0, (int)got.status);
	KUNIT_EXPECT_EQ(test, headroom, (unsigned int)got.headroom);
	KUNIT_EXPECT_EQ(test, slots, got.slots);
	KUNIT_EXPECT_EQ(test, headroom ? 1U : 0U, got.nr_extras);
	KUNIT_EXPECT_EQ(test, len, got.len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(got.bytes, skb->data, len));
	KUNIT_EXPECT_NULL(test, memchr_inv(guest_data(g, 0), 0x33, headroom));
	kfree_skb(skb);
}

/* Asked for before it connects, as by one that was restored. */
static void netback_headroom_test_size(struct kunit *test)
{
	unsigned int size = *(const unsigned int *)test->param_value;
	struct guest *g = test->priv;
	struct guest_received got;

	xenmodel_vif_write(&g->vif, "xdp-headroom", 256);
	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 20);
	guest_give(g, guest_packet(g, size, 3));
	guest_expect(test, 0, size, 3);
	guest_offer(g, 0, 20, 12);
	guest_give(g, guest_packet(g, 100, 1));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 256, (int)got.headroom);
	KUNIT_EXPECT_EQ(test, 100U, got.len);
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "rx_packets"));
}

struct border_row {
	const char *name;
	const char *headroom;
	unsigned int len;
	unsigned int slots;
};

static const struct border_row border_rows[] = {
	{ "much less than a slot", "256", 60, 1 },
	{ "a byte less than a slot", "256", 3839, 1 },
	{ "a slot", "256", 3840, 1 },
	{ "a byte more than a slot", "256", 3841, 2 },
	{ "a page", "256", 4096, 2 },
	{ "headers, and most of two pages", "256", 7937, 3 },
	{ "one byte before a slot", "1", 4095, 1 },
	{ "one byte before a page", "1", 4096, 2 },
};

KUNIT_ARRAY_PARAM_DESC(border, border_rows, name);

/* With fewer requests than it takes a packet waits. */
static void netback_headroom_test_border(struct kunit *test)
{
	const struct border_row *row = test->param_value;
	struct guest *g = test->priv;
	struct guest_received got;
	struct sk_buff *skb;
	struct page *page;

	guest_connect(test, 1, true);
	want(g, row->headroom);
	guest_offer(g, 0, 0, row->slots);
	/* As a socket makes it: headers, and pages. */
	skb = guest_packet(g, ETH_HLEN, 1);
	page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO, 1);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page_address(page), 0x77, row->len);
	skb_add_rx_frag(skb, 0, page, 0, row->len - ETH_HLEN, 2 * PAGE_SIZE);
	guest_give(g, skb);
	msleep(5);
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_packets"));
	guest_offer(g, 0, row->slots, 1);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, row->slots, got.slots);
	KUNIT_EXPECT_EQ(test, row->len, got.len);
	KUNIT_EXPECT_NULL(test, memchr_inv(got.bytes + ETH_HLEN, 0x77,
					   row->len - ETH_HLEN));
}

/* What the guest writes while it is connected, whatever it is. */
static void netback_headroom_test_values(struct kunit *test)
{
	static const struct {
		const char *text;
		unsigned int headroom;
		bool error;
	} rows[] = {
		{ "256", 256 },
		{ "0", 0 },
		{ "1", 1 },
		{ "255", 255 },
		{ "257", 256, true },
		{ "65791", 256, true },
		{ "4294967295", 256, true },
		{ "4294967296", 0, true },
		{ "-1", 0, true },
		{ "64", 64 },
		{ "many", 0, true },
		{ "", 0, true },
		{ "128", 128 },
	};
	struct guest *g = test->priv;
	char path[80], *error;
	unsigned int i;

	guest_connect(test, 1, true);
	snprintf(path, sizeof(path), "error/%s/error", g->vif.backend);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		xenmodel_store_rm(path);
		want(g, rows[i].text);
		expect_headroom(test, 1514, rows[i].headroom, 1);
		error = xenmodel_store_read(path);
		KUNIT_EXPECT_EQ_MSG(test, rows[i].error,
				    !!strstr(error ?: "", "xdp-headroom"),
				    "%s", rows[i].text);
		kfree(error);
		KUNIT_EXPECT_EQ(test, (s64)XenbusStateConnected,
				xenmodel_vif_key(&g->vif, "state"));
	}
	snprintf(path, sizeof(path), "%s/xdp-headroom", g->vif.frontend);
	xenmodel_store_rm(path);
	xenmodel_store_settle();
	expect_headroom(test, 1514, 0, 1);
	guest_works(test);
}

static bool answered(struct guest *g)
{
	return xenmodel_vif_key(&g->vif, "state") == XenbusStateReconfigured;
}

/* It goes on, and so do we. */
static void resume(struct kunit *test)
{
	struct guest *g = test->priv;

	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	KUNIT_EXPECT_TRUE(test,
			  xenmodel_vif_wait(&g->vif, XenbusStateConnected));
}

/* It says that it wants something, and then what: it is answered to that. */
static void netback_headroom_test_reconfigure(struct kunit *test)
{
	static const char * const values[] = { "256", "256", "0", "256", "0" };
	struct guest *g = test->priv;
	unsigned int i;
	bool none;

	guest_connect(test, 1, true);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		none = !strcmp(values[i], "0");
		xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
		xenmodel_store_settle();
		msleep(100);
		KUNIT_EXPECT_FALSE(test, answered(g));
		want(g, values[i]);
		KUNIT_EXPECT_TRUE(test, answered(g));
		/* Its old program is there until it goes on. */
		expect_headroom(test, 100, 256, 1);
		resume(test);
		expect_headroom(test, 100, none ? 0 : 256, 1);
		guest_works(test);
	}
}

/* In the other order, and without a word of what it wants. */
static void netback_headroom_test_other_orders(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	want(g, "256");
	expect_headroom(test, 100, 256, 1);
	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	xenmodel_store_settle();
	KUNIT_EXPECT_TRUE(test, answered(g));
	resume(test);

	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	xenmodel_store_settle();
	msleep(500);
	KUNIT_EXPECT_FALSE(test, answered(g));
	msleep(1000);
	KUNIT_EXPECT_TRUE(test, answered(g));
	expect_headroom(test, 100, 256, 1);
	resume(test);

	/* It takes that back, and begins anew. */
	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	xenmodel_store_settle();
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	msleep(600);
	KUNIT_EXPECT_FALSE(test, answered(g));
	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	xenmodel_store_settle();
	msleep(600);
	KUNIT_EXPECT_FALSE(test, answered(g));
	want(g, "0");
	KUNIT_EXPECT_TRUE(test, answered(g));
	resume(test);
	expect_headroom(test, 100, 0, 1);
}

/* It goes away in the middle of it, and comes back. */
static void netback_headroom_test_leaves(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		guest_connect(test, 1, true);
		xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
		if (i % 2)
			want(g, "256");
		if (i < 2)
			xenmodel_store_settle();
		guest_disconnect(test);
		xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	}
	xenmodel_vif_write(&g->vif, "xdp-headroom", 0);
	guest_connect(test, 1, true);
	expect_headroom(test, 100, 0, 1);
	/* The toolstack kills it while it waits for our answer. */
	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	xenmodel_store_settle();
}

/* It starts again, and we missed all that was in between. */
static void netback_headroom_test_starts_again(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	want(g, "256");
	KUNIT_EXPECT_TRUE(test, answered(g));
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	guest_connect(test, 1, true);
	expect_headroom(test, 100, 256, 1);
	guest_works(test);
}

/* As Linux does that has a program, when its driver is taken away. */
static void netback_headroom_test_closed(struct kunit *test)
{
	struct guest *g = test->priv;
	char path[80];

	guest_connect(test, 1, true);
	want(g, "256");
	guest_disconnect(test);
	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	want(g, "0");
	KUNIT_EXPECT_TRUE(test, answered(g));
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
	xenmodel_store_settle();
	snprintf(path, sizeof(path), "error/%s/error", g->vif.backend);
	KUNIT_EXPECT_NULL(test, xenmodel_store_read(path));
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	guest_connect(test, 1, true);
	expect_headroom(test, 100, 0, 1);

	guest_disconnect(test);
	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	want(g, "0");
	KUNIT_EXPECT_TRUE(test, answered(g));
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	guest_connect(test, 1, true);
	guest_works(test);
}

/* A packet waits for room; meanwhile that becomes more, or less. */
static void netback_headroom_test_changes_under_packets(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;

	guest_connect(test, 1, true);
	guest_give(g, guest_packet(g, 4096, 1));
	want(g, "256");
	guest_offer(g, 0, 0, 2);
	msleep(5);
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_packets"));
	guest_offer(g, 0, 2, 1);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 256, (int)got.headroom);
	KUNIT_EXPECT_EQ(test, 2U, got.slots);
	KUNIT_EXPECT_EQ(test, 4096U, got.len);

	guest_offer(g, 0, 3, 1);
	guest_give(g, guest_packet(g, 3000, 2));
	msleep(5);
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_packets"));
	want(g, "0");
	guest_expect(test, 0, 3000, 2);
}

/* What has several slots would not be shown to a program: there is less of it. */
static void netback_headroom_test_large(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;
	struct sk_buff *skb;

	xenmodel_vif_write(&g->vif, "xdp-headroom", 256);
	guest_connect(test, 1, true);
	KUNIT_EXPECT_FALSE(test, g->dev->features & TSO);
	KUNIT_EXPECT_TRUE(test, g->dev->features & NETIF_F_SG);
	want(g, "0");
	KUNIT_EXPECT_EQ(test, (netdev_features_t)TSO, g->dev->features & TSO);
	want(g, "100");
	KUNIT_EXPECT_FALSE(test, g->dev->features & TSO);
	/* The stack had begun with this one. */
	guest_offer(g, 0, 0, 3);
	skb = guest_packet(g, 3000, 1);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = 1000;
	guest_hand(skb, false);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 2U, got.nr_extras);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_TYPE_GSO, (int)got.extras[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_TYPE_XDP, (int)got.extras[1]);
	KUNIT_EXPECT_EQ(test, 1000, (int)got.gso_size);
	KUNIT_EXPECT_EQ(test, 100, (int)got.headroom);
	KUNIT_EXPECT_EQ(test, 3000U, got.len);
	guest_disconnect(test);
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	xenmodel_vif_write(&g->vif, "xdp-headroom", 0);
	guest_connect(test, 1, true);
	KUNIT_EXPECT_EQ(test, (netdev_features_t)TSO, g->dev->features & TSO);
}

/* The administrator offers none: there is none, and the guest hears of it. */
static void netback_headroom_test_not_offered(struct kunit *test)
{
	struct guest *g = test->priv;
	char path[80], *error;

	guest_parameter(test, "provides_xdp_headroom", "0");
	xenmodel_vif_destroy(&g->vif);
	xenmodel_vif_create(&g->vif, g->domain, GUEST_DEVID);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	/* Too late. */
	guest_parameter(test, "provides_xdp_headroom", "1");
	KUNIT_EXPECT_EQ(test, (s64)0,
			xenmodel_vif_key(&g->vif, "feature-xdp-headroom"));
	xenmodel_vif_write(&g->vif, "xdp-headroom", 0);
	guest_connect(test, 1, true);
	snprintf(path, sizeof(path), "error/%s/error", g->vif.backend);
	error = xenmodel_store_read(path);
	KUNIT_EXPECT_NULL(test, error);
	kfree(error);
	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	want(g, "256");
	KUNIT_EXPECT_TRUE(test, answered(g));
	error = xenmodel_store_read(path);
	KUNIT_EXPECT_NOT_NULL(test, strstr(error ?: "", "xdp-headroom"));
	kfree(error);
	resume(test);
	KUNIT_EXPECT_EQ(test, (netdev_features_t)TSO, g->dev->features & TSO);
	expect_headroom(test, 4096, 0, 1);
}

/* For an administrator to see. */
static void netback_headroom_test_debugfs(struct kunit *test)
{
	char *text = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct guest *g = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, text);
	guest_connect(test, 1, true);
	guest_debugfs(test, text, PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nxdp_headroom 0\n"));
	want(g, "256");
	guest_debugfs(test, text, PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nxdp_headroom 256\n"));
}

static struct kunit_case netback_headroom_cases[] = {
	KUNIT_CASE_PARAM(netback_headroom_test_size, guest_size_gen_params),
	KUNIT_CASE_PARAM(netback_headroom_test_border, border_gen_params),
	KUNIT_CASE(netback_headroom_test_values),
	KUNIT_CASE(netback_headroom_test_reconfigure),
	KUNIT_CASE(netback_headroom_test_other_orders),
	KUNIT_CASE(netback_headroom_test_leaves),
	KUNIT_CASE(netback_headroom_test_starts_again),
	KUNIT_CASE(netback_headroom_test_closed),
	KUNIT_CASE(netback_headroom_test_changes_under_packets),
	KUNIT_CASE(netback_headroom_test_large),
	KUNIT_CASE(netback_headroom_test_not_offered),
	KUNIT_CASE(netback_headroom_test_debugfs),
	{}
};

static struct kunit_suite netback_headroom_suite = {
	.name = "netback_headroom",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_headroom_cases,
};

kunit_test_suite(netback_headroom_suite);
