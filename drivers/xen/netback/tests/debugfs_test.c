// SPDX-License-Identifier: GPL-2.0
/* What can be seen of an interface. */
#include <kunit/test.h>
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sizes.h>
#include <linux/skbuff.h>
#include <xen/interface/io/netif.h>

#include "guest.h"
#include "honest.h"

static const char *debugfs_text(struct kunit *test)
{
	char *text = kunit_kzalloc(test, SZ_8K, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, text);
	guest_debugfs(test, text, SZ_8K);
	return text;
}

static bool has(const char *text, const char *line)
{
	return strstr(text, line);
}

static void send_one(struct kunit *test)
{
	struct sk_buff *skb;

	guest_fill(test->priv, 0, 1);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, 1000));
	skb = guest_arrived(test->priv);
	KUNIT_EXPECT_NOT_NULL(test, skb);
	kfree_skb(skb);
}

/* Why a guest waits, and with what. */
static void netback_debugfs_test_waits(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xen_netif_tx_request *slot;
	const char *text;
	char next[64];

	guest_connect(test, 1, true);
	text = debugfs_text(test);
	KUNIT_EXPECT_FALSE(test, has(text, "rate"));
	KUNIT_EXPECT_FALSE(test, has(text, "tx_next"));
	guest_toolstack(g, "rate", "100,1000000");
	msleep(20);
	send_one(test);
	slot = guest_slot(g, 0, 0, 1000, 0);
	snprintf(next, sizeof(next), "tx_next %*phN\n", (int)sizeof(*slot),
		 slot);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	msleep(20);
	text = debugfs_text(test);
	KUNIT_EXPECT_TRUE(test, has(text, "rate bytes 100 usec 1000000 left -"));
	KUNIT_EXPECT_TRUE(test, has(text, " throttled"));
	KUNIT_EXPECT_TRUE(test, has(text, next));
	KUNIT_EXPECT_TRUE(test, has(text, "tx_ring size 256 req_prod 2 req_cons 1 rsp_prod 1"));
	KUNIT_EXPECT_TRUE(test, has(text, "irq tx "));
}

/* Whatever the frontend writes where its index belongs. */
static void netback_debugfs_test_nonsense(struct kunit *test)
{
	struct guest *g = test->priv;
	const char *text;

	guest_connect(test, 1, true);
	WRITE_ONCE(g->vif.queues[0].tx.sring->req_prod, 0x80000000);
	text = debugfs_text(test);
	KUNIT_EXPECT_TRUE(test, has(text, "req_prod 2147483648"));
	KUNIT_EXPECT_FALSE(test, has(text, "tx_next"));
}

static u64 interface_packets(struct guest *g)
{
	struct rtnl_link_stats64 stats;

	return dev_get_stats(g->dev, &stats)->rx_packets;
}

/* Counters are the interface's, however often a guest connects. */
static void netback_debugfs_test_counters(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;
	char line[32];

	for (i = 1; i <= 3; i++) {
		guest_connect(test, 1, true);
		send_one(test);
		snprintf(line, sizeof(line), "  tx_packets %u\n", i);
		KUNIT_EXPECT_TRUE(test, has(debugfs_text(test), line));
		KUNIT_EXPECT_EQ(test, (u64)i, guest_counter(g, "tx_packets"));
		KUNIT_EXPECT_EQ(test, (u64)i, interface_packets(g));
		guest_disconnect(test);
		KUNIT_EXPECT_EQ(test, (u64)i, interface_packets(g));
		xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	}
}

static struct kunit_case netback_debugfs_cases[] = {
	KUNIT_CASE(netback_debugfs_test_waits),
	KUNIT_CASE(netback_debugfs_test_nonsense),
	KUNIT_CASE(netback_debugfs_test_counters),
	{}
};

static struct kunit_suite netback_debugfs_suite = {
	.name = "netback_debugfs",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_debugfs_cases,
};

kunit_test_suite(netback_debugfs_suite);
