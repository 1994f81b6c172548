// SPDX-License-Identifier: GPL-2.0
/*
 * Which packets GRO is asked to put together.
 */
#include <kunit/test.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <net/udp.h>

#include "../txskb.h"

struct merge_row {
	const char *name;
	u16 ethertype;
	u8 protocol;
	unsigned int len;
	netdev_features_t features;
	bool merges;
};

static const struct merge_row merge_rows[] = {
	{ "TCP", ETH_P_IP, IPPROTO_TCP, 100, 0, true },
	{ "UDP", ETH_P_IP, IPPROTO_UDP, 100, 0, false },
	{ "UDP of IPv6", ETH_P_IPV6, IPPROTO_UDP, 100, 0, true },
	{ "UDP, no more than the header", ETH_P_IP, IPPROTO_UDP, 20, 0, false },
	{ "a part of the header", ETH_P_IP, IPPROTO_UDP, 19, 0, true },
	{ "UDP to be forwarded in one piece", ETH_P_IP, IPPROTO_UDP, 100,
	  NETIF_F_GRO_UDP_FWD, true },
	{ "UDP to be forwarded as a list", ETH_P_IP, IPPROTO_UDP, 100,
	  NETIF_F_GRO_FRAGLIST, true },
};

KUNIT_ARRAY_PARAM_DESC(merge, merge_rows, name);

static void netback_txskb_test_merges(struct kunit *test)
{
	const struct merge_row *row = test->param_value;
	struct net_device *dev;
	struct sk_buff *skb;

	/* Somebody else may have a socket that wants it. */
	if (static_key_enabled(&udp_encap_needed_key))
		kunit_skip(test, "UDP is put together here");
	dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	skb = alloc_skb(row->len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reset_network_header(skb);
	memset(skb->data, IPPROTO_UDP, row->len);
	skb_put(skb, row->len);
	if (row->len >= sizeof(struct iphdr))
		ip_hdr(skb)->protocol = row->protocol;
	skb->protocol = htons(row->ethertype);
	dev->features = row->features;
	skb->dev = dev;
	KUNIT_EXPECT_EQ(test, row->merges, netback_txskb_merges(skb));
	skb->dev = NULL;
	kfree_skb(skb);
}

static struct kunit_case netback_txskb_cases[] = {
	KUNIT_CASE_PARAM(netback_txskb_test_merges, merge_gen_params),
	{}
};

static struct kunit_suite netback_txskb_suite = {
	.name = "netback_txskb",
	.test_cases = netback_txskb_cases,
};

kunit_test_suite(netback_txskb_suite);
