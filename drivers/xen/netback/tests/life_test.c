// SPDX-License-Identifier: GPL-2.0
/*
 * Coming and going: a toolstack creates a device, a frontend connects to it
 * and goes, or is killed, at any time.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/vmstat.h>

#include "guest.h"
#include "honest.h"

#define OFFLOADS (NETIF_F_SG | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | \
		  NETIF_F_TSO | NETIF_F_TSO6)

static void netback_life_test_probe(struct kunit *test)
{
	static const struct {
		const char *key;
		s64 value;
	} rows[] = {
		{ "feature-sg", 1 },
		{ "feature-gso-tcpv4", 1 },
		{ "feature-gso-tcpv6", 1 },
		{ "feature-ipv6-csum-offload", 1 },
		{ "feature-rx-copy", 1 },
		{ "feature-rx-flip", 0 },
		{ "feature-xdp-headroom", 1 },
		{ "feature-split-event-channels", 1 },
		{ "multi-queue-max-queues", 4 },
		{ "feature-multicast-control", 1 },
		{ "feature-dynamic-multicast-control", 1 },
		{ "feature-ctrl-ring", 1 },
	};
	struct guest *g = test->priv;
	unsigned int i;

	KUNIT_ASSERT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, rows[i].value,
				    xenmodel_vif_key(&g->vif, rows[i].key),
				    "%s", rows[i].key);
}

/* The interface is there for the script before anybody is connected. */
static void netback_life_test_script_comes_late(struct kunit *test)
{
	struct guest *g = test->priv;
	struct net_device *dev;

	KUNIT_ASSERT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	dev = dev_get_by_name(&init_net, GUEST_NAME);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(dev));
	dev_put(dev);

	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, 1, true));
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	msleep(50);
	KUNIT_EXPECT_EQ(test, (s64)XenbusStateInitWait,
			xenmodel_vif_key(&g->vif, "state"));
	guest_toolstack(g, "hotplug-status", "error");
	msleep(50);
	KUNIT_EXPECT_EQ(test, (s64)XenbusStateInitWait,
			xenmodel_vif_key(&g->vif, "state"));
	xenmodel_vif_hotplug(&g->vif);
	KUNIT_EXPECT_TRUE(test,
			  xenmodel_vif_wait(&g->vif, XenbusStateConnected));
}

struct connect_row {
	const char *name;
	unsigned int queues;
	bool split;
};

static const struct connect_row connect_rows[] = {
	{ "one queue", 1, false },
	{ "one queue, split", 1, true },
	{ "two queues", 2, false },
	{ "four queues, split", 4, true },
};

KUNIT_ARRAY_PARAM_DESC(connect, connect_rows, name);

static void netback_life_test_connect(struct kunit *test)
{
	const struct connect_row *row = test->param_value;
	struct guest *g = test->priv;

	guest_connect(test, row->queues, row->split);
	KUNIT_EXPECT_EQ(test, row->queues, g->dev->real_num_tx_queues);
	KUNIT_EXPECT_EQ(test, row->queues, g->dev->real_num_rx_queues);
	KUNIT_EXPECT_EQ(test, OFFLOADS, g->dev->features & OFFLOADS);
	KUNIT_EXPECT_FALSE(test, g->dev->priv_flags & IFF_TX_SKB_SHARING);
	guest_works(test);
	guest_disconnect(test);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(g->dev));
}

static void netback_life_test_reconnect(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		guest_connect(test, 1 + i, i % 2);
		guest_works(test);
		guest_disconnect(test);
		xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	}
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	/* What was counted stays counted. */
	guest_connect(test, 1, true);
	KUNIT_EXPECT_EQ(test, 4ULL, guest_counter(g, "_0_guest_tx_packets"));
}

/* Fewer features of the frontend mean fewer of the interface. */
static void netback_life_test_poor_frontend(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test, 1, false);
	guest_disconnect(test);

	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	KUNIT_ASSERT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	rtnl_lock();
	dev_set_mtu(g->dev, 9000);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, 1, false));
	xenmodel_vif_write(&g->vif, "feature-sg", 0);
	xenmodel_vif_write(&g->vif, "feature-no-csum-offload", 1);
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vif_wait(&g->vif, XenbusStateConnected));
	KUNIT_EXPECT_EQ(test, (netdev_features_t)0,
			g->dev->features & OFFLOADS & ~NETIF_F_IPV6_CSUM);
	KUNIT_EXPECT_EQ(test, 1500U, g->dev->mtu);
	rtnl_lock();
	KUNIT_EXPECT_NE(test, 0, dev_set_mtu(g->dev, 1501));
	rtnl_unlock();
}

/* A frontend that is in a hurry, or does not know what it wants. */
static void netback_life_test_hasty_frontend(struct kunit *test)
{
	static const unsigned int states[] = {
		XenbusStateInitialised, XenbusStateConnected,
		XenbusStateClosing, XenbusStateInitialised,
		XenbusStateClosed, XenbusStateInitialising,
		XenbusStateConnected, XenbusStateConnected,
		XenbusStateReconfiguring, XenbusStateReconfigured,
		XenbusStateReconfiguring, XenbusStateClosing,
		XenbusStateClosed, 9, 0xffff,
	};
	struct guest *g = test->priv;
	unsigned int i, round;

	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, 1, true));
	xenmodel_vif_hotplug(&g->vif);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < ARRAY_SIZE(states); i++) {
			xenmodel_vif_write(&g->vif, "state", states[i]);
			if (round == 1)
				xenmodel_store_settle();
			if (round == 2)
				msleep(5);
		}
	}
	xenmodel_vif_write(&g->vif, "state", XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	guest_connect(test, 1, true);
	guest_works(test);
}

static void netback_life_test_detach(struct kunit *test)
{
	struct guest *g = test->priv;
	struct net_device *dev;
	char path[80];

	guest_connect(test, 2, true);
	guest_works(test);
	dev_remove_pack(&g->tap);
	dev_put(g->dev);
	g->dev = NULL;
	xenmodel_vif_offline(&g->vif);
	xenmodel_vif_write(&g->vif, "state", XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
	msleep(100);
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	dev = dev_get_by_name(&init_net, GUEST_NAME);
	KUNIT_EXPECT_NULL(test, dev);
	snprintf(path, sizeof(path), "%s/hotplug-status", g->vif.backend);
	KUNIT_EXPECT_NULL(test, xenmodel_store_read(path));
}

enum {
	STAGE_CREATED, STAGE_OFFERED, STAGE_IDLE, STAGE_BUSY, STAGE_STALLED,
	STAGE_CLOSING, STAGE_CLOSED,
};

struct stage_row {
	const char *name;
	unsigned int stage;
};

static const struct stage_row stage_rows[] = {
	{ "created", STAGE_CREATED },
	{ "rings offered, no script yet", STAGE_OFFERED },
	{ "connected", STAGE_IDLE },
	{ "packets both ways", STAGE_BUSY },
	{ "packets that it does not take", STAGE_STALLED },
	{ "closing", STAGE_CLOSING },
	{ "closed", STAGE_CLOSED },
};

KUNIT_ARRAY_PARAM_DESC(stage, stage_rows, name);

static void send_both_ways(struct guest *g)
{
	unsigned int i;

	guest_fill(g, 0, 1);
	for (i = 0; i < 10; i++) {
		guest_give(g, guest_packet(g, 3000, i));
		guest_slot(g, 0, 0, 60, 0);
	}
	xenmodel_vif_tx_push(&g->vif.queues[0]);
}

/*
 * The folders vanish, whatever there is. Nothing may be left: the model knows
 * of grants, mappings, channels and watches.
 */
static void netback_life_test_killed(struct kunit *test)
{
	const struct stage_row *row = test->param_value;
	struct guest *g = test->priv;
	struct net_device *dev;

	if (row->stage >= STAGE_IDLE) {
		guest_connect(test, 2, false);
	} else if (row->stage == STAGE_OFFERED) {
		KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, 2, true));
		xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
		xenmodel_store_settle();
	}
	if (row->stage == STAGE_BUSY || row->stage == STAGE_STALLED)
		send_both_ways(g);
	if (row->stage == STAGE_STALLED)
		msleep(70000);
	if (row->stage >= STAGE_CLOSING)
		xenmodel_vif_write(&g->vif, "state", XenbusStateClosing);
	if (row->stage == STAGE_CLOSED)
		guest_disconnect(test);

	guest_let_go(g);
	xenmodel_vif_destroy(&g->vif);
	KUNIT_EXPECT_EQ(test, 0U, xenmodel_mapped(g->domain));
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	dev = dev_get_by_name(&init_net, GUEST_NAME);
	KUNIT_EXPECT_NULL(test, dev);
}

/* A script that never ends: nothing is connected, and the device can go. */
static void netback_life_test_script_never_ends(struct kunit *test)
{
	struct guest *g = test->priv;

	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, 1, true));
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	msleep(100000);
	KUNIT_EXPECT_EQ(test, (s64)XenbusStateInitWait,
			xenmodel_vif_key(&g->vif, "state"));
	KUNIT_EXPECT_EQ(test, 0U, xenmodel_mapped(g->domain));
	xenmodel_vif_offline(&g->vif);
	xenmodel_vif_write(&g->vif, "state", XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
}

/* Its keys are read once for a connection. */
static void netback_life_test_keys_change(struct kunit *test)
{
	static const char * const keys[] = {
		"tx-ring-ref", "rx-ring-ref", "event-channel-tx",
		"event-channel-rx", "multi-queue-num-queues", "feature-sg",
		"request-rx-copy", "feature-rx-notify",
	};
	struct guest *g = test->priv;
	unsigned int i, mapped;

	guest_connect(test, 1, true);
	mapped = xenmodel_mapped(g->domain);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		xenmodel_vif_write(&g->vif, keys[i], i % 2 ? 0 : 100000);
		xenmodel_store_settle();
		guest_works(test);
	}
	KUNIT_EXPECT_EQ(test, mapped, xenmodel_mapped(g->domain));
	KUNIT_EXPECT_EQ(test, 1U, g->dev->real_num_tx_queues);
	KUNIT_EXPECT_EQ(test, OFFLOADS, g->dev->features & OFFLOADS);
}

/*
 * One after the other, of all kinds, gone in all ways: rows of a case, since the
 * kernel calls two minutes a hang.
 */
#define ROWS	25
#define TURNS	40

static const u8 turn_rows[ROWS];

static const void *turn_gen_params(const void *previous, char *name)
{
	const u8 *row = previous ? (const u8 *)previous + 1 : turn_rows;

	if (row == turn_rows + ROWS)
		return NULL;
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "from %u on",
		 (unsigned int)(row - turn_rows) * TURNS);
	return row;
}

/* Without waiting for the network stack; some go before it is connected. */
static void connect_in_a_hurry(struct kunit *test, unsigned int turn)
{
	struct guest *g = test->priv;

	xenmodel_vif_hotplug(&g->vif);
	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, 1 + turn % 4,
						    turn % 2));
	if (turn % 3)
		KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer_ctrl(&g->vif,
								 GUEST_CTRL));
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	if (turn % 5 == 0)
		return;
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vif_wait(&g->vif, XenbusStateConnected));
	if (turn % 7 == 0)
		guest_disconnect(test);
}

static void come_and_go(struct kunit *test, unsigned int turn)
{
	struct guest *g = test->priv;

	g->ctrl = turn % 3;
	if (turn % 8 == 0) {
		guest_connect(test, 1 + turn % 4, turn % 2);
		guest_works(test);
		if (turn % 16 == 0)
			guest_disconnect(test);
		guest_let_go(g);
	} else {
		connect_in_a_hurry(test, turn);
	}
	xenmodel_vif_destroy(&g->vif);
	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	KUNIT_ASSERT_EQ(test, 0U, xenmodel_mapped(g->domain));
	xenmodel_vif_create(&g->vif, g->domain, GUEST_DEVID);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
}

/*
 * Memory, which the model does not count. Linux gives some back only now and then,
 * and KASAN keeps some: as much has to be free in the second half as in the first,
 * but for what is less than a page for four turns.
 */
static void expect_no_growth(struct kunit *test, unsigned int row)
{
	unsigned long now = global_zone_page_state(NR_FREE_PAGES);
	static unsigned long most[2];

	if (!row)
		memset(most, 0, sizeof(most));
	most[row >= ROWS / 2] = max(most[row >= ROWS / 2], now);
	if (row == ROWS - 1 && !IS_ENABLED(CONFIG_KASAN))
		KUNIT_EXPECT_LT(test, most[0],
				most[1] + ROWS / 2 * TURNS / 4);
}

static void netback_life_test_over_and_over(struct kunit *test)
{
	const u8 *row = test->param_value;
	unsigned int first = (row - turn_rows) * TURNS, held, i;
	struct guest *g = test->priv;

	KUNIT_ASSERT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	held = xenmodel_held();
	for (i = first; i < first + TURNS; i++) {
		come_and_go(test, i);
		KUNIT_ASSERT_EQ(test, held, xenmodel_held());
	}
	expect_no_growth(test, first / TURNS);
	guest_connect(test, 4, true);
	guest_works(test);
}

#define NEIGHBOURS 6

/* Every one of many interfaces with all its queues is served. */
static void netback_life_test_many_devices(struct kunit *test)
{
	struct xenmodel_domain *domains[NEIGHBOURS];
	struct xenmodel_vif *vifs;
	unsigned int i;

	vifs = kunit_kcalloc(test, NEIGHBOURS, sizeof(*vifs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vifs);
	for (i = 0; i < NEIGHBOURS; i++) {
		domains[i] = xenmodel_domain_create(40 + i,
						    2 * XENMODEL_VIF_QUEUES);
		KUNIT_ASSERT_FALSE(test, IS_ERR(domains[i]));
		xenmodel_vif_create(&vifs[i], domains[i], 0);
		KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&vifs[i],
							  XenbusStateInitWait));
		xenmodel_vif_hotplug(&vifs[i]);
		KUNIT_ASSERT_EQ(test, 0,
				xenmodel_vif_offer(&vifs[i],
						   XENMODEL_VIF_QUEUES, false));
		xenmodel_vif_write(&vifs[i], "state", XenbusStateConnected);
		KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&vifs[i],
							  XenbusStateConnected));
		/* No more of a guest's than its rings. */
		KUNIT_EXPECT_EQ(test, 2U * XENMODEL_VIF_QUEUES,
				xenmodel_mapped(domains[i]));
	}
	guest_connect(test, XENMODEL_VIF_QUEUES, false);
	guest_works(test);
	for (i = 0; i < NEIGHBOURS; i++) {
		xenmodel_vif_destroy(&vifs[i]);
		guest_works(test);
		KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&vifs[i]));
		xenmodel_domain_destroy(domains[i]);
	}
}

/* Down, nothing is taken from the ring; up again, what waits is. */
static void netback_life_test_down_and_up(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	guest_connect(test, 1, true);
	for (i = 0; i < 3; i++) {
		rtnl_lock();
		dev_close(g->dev);
		rtnl_unlock();
		guest_fill(g, 0, i);
		guest_slot(g, 0, 0, 60, 0);
		xenmodel_vif_tx_push(&g->vif.queues[0]);
		KUNIT_EXPECT_EQ(test, 99, guest_status(test, 0));
		rtnl_lock();
		dev_open(g->dev, NULL);
		rtnl_unlock();
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
		skb = guest_arrived(g);
		KUNIT_EXPECT_NOT_NULL(test, skb);
		kfree_skb(skb);
	}
}

/* The guest sees whether the interface is up. */
static void netback_life_test_carrier(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	KUNIT_EXPECT_EQ(test, (s64)1, xenmodel_vif_key(&g->vif, "carrier"));
	rtnl_lock();
	dev_close(g->dev);
	rtnl_unlock();
	msleep(50);
	KUNIT_EXPECT_EQ(test, (s64)0, xenmodel_vif_key(&g->vif, "carrier"));
	rtnl_lock();
	dev_open(g->dev, NULL);
	rtnl_unlock();
	msleep(50);
	KUNIT_EXPECT_EQ(test, (s64)1, xenmodel_vif_key(&g->vif, "carrier"));
}

static struct kunit_case netback_life_cases[] = {
	KUNIT_CASE(netback_life_test_probe),
	KUNIT_CASE(netback_life_test_script_comes_late),
	KUNIT_CASE_PARAM(netback_life_test_connect, connect_gen_params),
	KUNIT_CASE(netback_life_test_reconnect),
	KUNIT_CASE(netback_life_test_poor_frontend),
	KUNIT_CASE(netback_life_test_hasty_frontend),
	KUNIT_CASE(netback_life_test_detach),
	KUNIT_CASE_PARAM(netback_life_test_killed, stage_gen_params),
	KUNIT_CASE(netback_life_test_script_never_ends),
	KUNIT_CASE(netback_life_test_keys_change),
	KUNIT_CASE_PARAM(netback_life_test_over_and_over, turn_gen_params),
	KUNIT_CASE(netback_life_test_many_devices),
	KUNIT_CASE(netback_life_test_down_and_up),
	KUNIT_CASE(netback_life_test_carrier),
	{}
};

static struct kunit_suite netback_life_suite = {
	.name = "netback_life",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_life_cases,
};

kunit_test_suite(netback_life_suite);
