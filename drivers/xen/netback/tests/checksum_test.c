// SPDX-License-Identifier: GPL-2.0
/*
 * Checksums that the guest leaves out: where they go is looked up in its headers.
 */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ipv6.h>

#include "guest.h"
#include "honest.h"

static void netback_checksum_test_udp(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	guest_fill_ip(g, 500, IPPROTO_UDP);
	guest_slot(g, 0, 0, 500, XEN_NETTXF_csum_blank |
		   XEN_NETTXF_data_validated);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_status(test, 0));
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, CHECKSUM_PARTIAL, (int)skb->ip_summed);
	KUNIT_EXPECT_EQ(test, (int)offsetof(struct udphdr, check),
			(int)skb->csum_offset);
	KUNIT_EXPECT_EQ(test, 20, skb_checksum_start_offset(skb));
	kfree_skb(skb);
}

struct blank_row {
	const char *name;
	u16 ethertype;
	u8 protocol;
	u8 ihl;			/* IPv4 */
	u16 fragment;		/* IPv4: the field; IPv6: of its header */
	unsigned int len;
	int start;		/* of what is summed up; 0: it does not arrive */
	int offset;		/* of the checksum, from there */
};

static const struct blank_row blank_rows[] = {
	{ "TCP", ETH_P_IP, IPPROTO_TCP, 5, 0, 200, 20, 16 },
	{ "UDP", ETH_P_IP, IPPROTO_UDP, 5, 0, 200, 20, 6 },
	{ "the smallest with TCP", ETH_P_IP, IPPROTO_TCP, 5, 0, 54, 20, 16 },
	{ "the smallest with UDP", ETH_P_IP, IPPROTO_UDP, 5, 0, 42, 20, 6 },
	{ "options", ETH_P_IP, IPPROTO_TCP, 15, 0, 200, 60, 16 },
	{ "options end at the packet", ETH_P_IP, IPPROTO_TCP, 15, 0, 74 },
	{ "options end behind it", ETH_P_IP, IPPROTO_UDP, 15, 0, 50 },
	{ "ends in the TCP header", ETH_P_IP, IPPROTO_TCP, 5, 0, 53 },
	{ "ends in the UDP header", ETH_P_IP, IPPROTO_UDP, 5, 0, 41 },
	{ "ends in the IP header", ETH_P_IP, IPPROTO_TCP, 5, 0, 33 },
	{ "nothing but Ethernet", ETH_P_IP, IPPROTO_TCP, 5, 0, 14 },
	{ "first fragment", ETH_P_IP, IPPROTO_TCP, 5, 0x2000, 200 },
	{ "another fragment", ETH_P_IP, IPPROTO_UDP, 5, 185, 200 },
	{ "ICMP", ETH_P_IP, IPPROTO_ICMP, 5, 0, 200 },
	{ "ARP", ETH_P_ARP, IPPROTO_TCP, 5, 0, 200 },
	{ "TCP, IPv6", ETH_P_IPV6, IPPROTO_TCP, 0, 0, 200, 40, 16 },
	{ "UDP, IPv6", ETH_P_IPV6, IPPROTO_UDP, 0, 0, 200, 40, 6 },
	{ "ends in the UDP header, IPv6", ETH_P_IPV6, IPPROTO_UDP, 0, 0, 61 },
	{ "ends in the IPv6 header", ETH_P_IPV6, IPPROTO_TCP, 0, 0, 53 },
	{ "fragment, IPv6", ETH_P_IPV6, NEXTHDR_FRAGMENT, 0, 1, 200 },
	{ "headers without end, IPv6", ETH_P_IPV6, NEXTHDR_HOP, 0, 0, 200 },
	{ "no next header, IPv6", ETH_P_IPV6, NEXTHDR_NONE, 0, 0, 200 },
};

KUNIT_ARRAY_PARAM_DESC(blank, blank_rows, name);

static void fill_row(struct guest *g, const struct blank_row *row)
{
	struct ethhdr *eth = (struct ethhdr *)guest_data(g, 0);
	struct iphdr *ip = (struct iphdr *)(eth + 1);
	struct ipv6hdr *ip6 = (struct ipv6hdr *)(eth + 1);

	guest_fill_ip(g, row->len, row->protocol);
	eth->h_proto = htons(row->ethertype);
	ip->ihl = row->ihl;
	ip->frag_off = htons(row->fragment);
	if (row->ethertype != ETH_P_IPV6)
		return;
	/* All that follows is zero: options that name themselves again. */
	memset(ip6, 0, PAGE_SIZE - ETH_HLEN);
	ip6->version = 6;
	ip6->payload_len = htons(row->len - ETH_HLEN - sizeof(*ip6));
	ip6->nexthdr = row->protocol;
	if (row->protocol == NEXTHDR_FRAGMENT)
		((struct frag_hdr *)(ip6 + 1))->frag_off = htons(row->fragment);
}

/* Where the checksum goes is looked up, and never outside of the packet. */
static void netback_checksum_test_blank(struct kunit *test)
{
	const struct blank_row *row = test->param_value;
	struct guest *g = test->priv;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	fill_row(g, row);
	guest_slot(g, 0, 0, row->len, XEN_NETTXF_csum_blank);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_status(test, 0));
	skb = guest_arrived(g);
	KUNIT_ASSERT_EQ(test, !!row->start, !!skb);
	KUNIT_EXPECT_EQ(test, row->start ? 0ULL : 1ULL,
			guest_counter(g, "tx_bad_headers"));
	if (skb) {
		KUNIT_EXPECT_EQ(test, CHECKSUM_PARTIAL, (int)skb->ip_summed);
		KUNIT_EXPECT_EQ(test, row->start,
				skb_checksum_start_offset(skb));
		KUNIT_EXPECT_EQ(test, row->offset, (int)skb->csum_offset);
		kfree_skb(skb);
	}
	guest_works(test);
}

static void netback_checksum_test_validated(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	guest_fill(g, 0, 1);
	guest_slot(g, 0, 0, 500, XEN_NETTXF_data_validated);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, CHECKSUM_UNNECESSARY, (int)skb->ip_summed);
	kfree_skb(skb);
}

/* Whoever needs the checksum that the guest has left out gets the right one. */
static void netback_checksum_test_filled_in(struct kunit *test)
{
	static const u8 protocols[] = { IPPROTO_TCP, IPPROTO_UDP };
	const unsigned int len = 301 - ETH_HLEN - sizeof(struct iphdr);
	struct guest *g = test->priv;
	const struct iphdr *ip;
	struct sk_buff *skb;
	__sum16 *check;
	unsigned int i;

	guest_connect(test, 1, true);
	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		guest_fill_ip(g, 301, protocols[i]);
		ip = (void *)(guest_data(g, 0) + ETH_HLEN);
		check = (void *)(ip + 1) +
			(protocols[i] == IPPROTO_TCP ?
			 offsetof(struct tcphdr, check) :
			 offsetof(struct udphdr, check));
		*check = ~csum_tcpudp_magic(ip->saddr, ip->daddr, len,
					    protocols[i], 0);
		guest_slot(g, 0, 0, 301, XEN_NETTXF_csum_blank);
		xenmodel_vif_tx_push(&g->vif.queues[0]);
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
		skb = guest_arrived(g);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, 0, skb_checksum_help(skb));
		ip = (void *)skb->data;
		KUNIT_EXPECT_EQ(test, 0,
				(int)csum_tcpudp_magic(ip->saddr, ip->daddr, len,
						       protocols[i],
						       csum_partial(ip + 1, len,
								    0)));
		kfree_skb(skb);
	}
}

struct kept_row {
	const char *name;
	u16 ethertype;
	u8 protocol;
	u16 flags;
	int summed;
};

static const struct kept_row kept_rows[] = {
	{ "TCP", ETH_P_IP, IPPROTO_TCP, 0, CHECKSUM_NONE },
	{ "UDP", ETH_P_IP, IPPROTO_UDP, 0, CHECKSUM_NONE },
	{ "ICMP", ETH_P_IP, IPPROTO_ICMP, 0, CHECKSUM_NONE },
	{ "ARP", ETH_P_ARP, IPPROTO_TCP, 0, CHECKSUM_NONE },
	{ "TCP, validated", ETH_P_IP, IPPROTO_TCP, XEN_NETTXF_data_validated,
	  CHECKSUM_UNNECESSARY },
	{ "ICMP, validated", ETH_P_IP, IPPROTO_ICMP, XEN_NETTXF_data_validated,
	  CHECKSUM_UNNECESSARY },
	{ "ARP, validated", ETH_P_ARP, IPPROTO_TCP, XEN_NETTXF_data_validated,
	  CHECKSUM_UNNECESSARY },
};

KUNIT_ARRAY_PARAM_DESC(kept, kept_rows, name);

/* A checksum that is there stays, even if it is wrong, and so does all else. */
static void netback_checksum_test_kept(struct kunit *test)
{
	const struct kept_row *row = test->param_value;
	const struct blank_row packet = {
		.ethertype = row->ethertype,
		.protocol = row->protocol,
		.ihl = 5,
		.len = 300,
	};
	struct guest *g = test->priv;
	struct sk_buff *skb;
	u8 copy[300];

	guest_connect(test, 1, true);
	fill_row(g, &packet);
	guest_data(g, 0)[ETH_HLEN + sizeof(struct iphdr) +
			 offsetof(struct tcphdr, check)] = 0xba;
	guest_data(g, 0)[ETH_HLEN + sizeof(struct iphdr) +
			 offsetof(struct udphdr, check)] = 0xad;
	guest_slot(g, 0, 0, sizeof(copy), row->flags);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, row->summed, (int)skb->ip_summed);
	KUNIT_ASSERT_EQ(test, 0, skb_copy_bits(skb, -ETH_HLEN, copy,
					       sizeof(copy)));
	KUNIT_EXPECT_EQ(test, 0, memcmp(copy, guest_data(g, 0), sizeof(copy)));
	kfree_skb(skb);
}

static struct kunit_case netback_checksum_cases[] = {
	KUNIT_CASE(netback_checksum_test_filled_in),
	KUNIT_CASE_PARAM(netback_checksum_test_kept, kept_gen_params),
	KUNIT_CASE(netback_checksum_test_udp),
	KUNIT_CASE_PARAM(netback_checksum_test_blank, blank_gen_params),
	KUNIT_CASE(netback_checksum_test_validated),
	{}
};

static struct kunit_suite netback_checksum_suite = {
	.name = "netback_checksum",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_checksum_cases,
};

kunit_test_suite(netback_checksum_suite);
