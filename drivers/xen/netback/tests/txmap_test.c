// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of the guest in packets: who has the packet sees what was sent for as
 * long as he likes, and the guest gets its pages back nevertheless.
 */
#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/file.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <xen/gnttab/m2p.h>
#include <xen/gnttab/replace.h>

#include "guest.h"
#include "honest.h"

#define HEAD	100

/* After a page has been taken back, and when the guest has it. */
#define HOLD_MS		900
#define GRACE_MS	2500

static int txmap_init(struct kunit *test)
{
	guest_parameter(test, "tx_grace_msecs", "1000");
	if (xengnt_can_replace())
		guest_parameter(test, "tx_mode", "map");
	return honest_init(test);
}

static void let_packets(struct guest *g)
{
	rtnl_lock();
	netdev_rx_handler_unregister(g->dev);
	rtnl_unlock();
	dev_add_pack(&g->tap);
}

/* What was borrowed is given back a while after the device has gone. */
static void txmap_exit(struct kunit *test)
{
	struct guest *g = test->priv;

	if (g->dev)
		let_packets(g);
	skb_queue_purge(&g->packets);
	guest_let_go(g);
	xenmodel_vif_destroy(&g->vif);
	msleep(GRACE_MS);
	honest_exit(test);
	guest_parameter(test, "tx_grace_msecs", "10000");
	guest_parameter(test, "tx_map_pages", "128");
	guest_parameter(test, "tx_mode", "auto");
}

static int write_file(const char *path, const char *text)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	loff_t pos = 0;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, text, strlen(text), &pos);
	fput(file);
	return ret < 0 ? ret : 0;
}

#define FOLDER	"/sys/bus/xen-backend/devices/vif-21-3/"

static int set_mode(const char *mode)
{
	return write_file(FOLDER "tx_mode", mode);
}

static void expect_mode(struct kunit *test, const char *mode)
{
	struct guest *g = test->priv;
	struct file *file = filp_open(FOLDER "tx_mode", O_RDONLY, 0);
	char text[16] = "";
	loff_t pos = 0;
	u32 flags;

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	KUNIT_EXPECT_GT(test, kernel_read(file, text, sizeof(text) - 1, &pos),
			0L);
	fput(file);
	KUNIT_EXPECT_STREQ(test, strim(text), mode);
	rtnl_lock();
	flags = g->dev->ethtool_ops->get_priv_flags(g->dev);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, flags, strcmp(mode, "map") ? 0U : 1U);
}

static int set_flag(struct guest *g, u32 flags)
{
	int error;

	rtnl_lock();
	error = g->dev->ethtool_ops->set_priv_flags(g->dev, flags);
	rtnl_unlock();
	return error;
}

/* As a bridge does: nobody else gets to see the packet, nor copies it. */
static rx_handler_result_t take(struct sk_buff **pskb)
{
	struct guest *g = rcu_dereference((*pskb)->dev->rx_handler_data);

	(*pskb)->dev = NULL;
	skb_queue_tail(&g->packets, *pskb);
	return RX_HANDLER_CONSUMED;
}

static void hold_packets(struct kunit *test)
{
	struct guest *g = test->priv;

	dev_remove_pack(&g->tap);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, netdev_rx_handler_register(g->dev, take, g));
	rtnl_unlock();
}

/* A guest whose large packets are mapped, and somebody who keeps them. */
static void connect_map(struct kunit *test)
{
	if (!xengnt_can_replace())
		kunit_skip(test, "this kind of domain cannot");
	guest_connect(test, 1, true);
	hold_packets(test);
}

/* Headers, and @nr full pages, not yet sent. */
static void add_large(struct guest *g, unsigned int nr)
{
	unsigned int len = HEAD + nr * PAGE_SIZE, i;

	for (i = 1; i <= nr; i++)
		guest_fill(g, i, 3 * i);
	guest_fill_ip(g, len, IPPROTO_TCP);
	guest_slot(g, 0, 0, len, XEN_NETTXF_csum_blank |
		   XEN_NETTXF_extra_info | XEN_NETTXF_more_data);
	guest_add_gso(g, XEN_NETIF_GSO_TYPE_TCPV4, 1400);
	for (i = 1; i <= nr; i++)
		guest_slot(g, 0, i, PAGE_SIZE, i < nr ? XEN_NETTXF_more_data :
							0);
}

static void send_large(struct kunit *test, unsigned int nr)
{
	struct guest *g = test->priv;

	add_large(g, nr);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_NULL, guest_status(test, 0));
}

/* The same, and what the stack has of it. */
static struct sk_buff *send_and_take(struct kunit *test, unsigned int nr)
{
	struct sk_buff *skb;

	send_large(test, nr);
	skb = guest_arrived(test->priv);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	return skb;
}

/* No answer, though there was time for one. */
static void expect_none(struct kunit *test)
{
	struct guest *g = test->priv;

	msleep(20);
	KUNIT_EXPECT_FALSE(test,
			   RING_HAS_UNCONSUMED_RESPONSES(&g->vif.queues[0].tx));
}

static void expect_answers(struct kunit *test, unsigned int nr, int status)
{
	while (nr--)
		KUNIT_EXPECT_EQ(test, status, guest_status(test, 0));
	expect_none(test);
}

/* What the packet has behind its headers is @seed and on, @nr pages. */
static void expect_data(struct kunit *test, struct sk_buff *skb,
			unsigned int nr)
{
	u8 *page = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	unsigned int i, j, bad = 0;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 1; i <= nr; i++) {
		KUNIT_ASSERT_EQ(test, 0,
				skb_copy_bits(skb, HEAD - ETH_HLEN +
					      (i - 1) * PAGE_SIZE, page,
					      PAGE_SIZE));
		for (j = ETH_HLEN; j < PAGE_SIZE; j++)
			bad += page[j] != (u8)(3 * i + j / 3);
	}
	KUNIT_EXPECT_EQ(test, bad, 0U);
}

/* The guest writes something else. */
static void scribble(struct guest *g, unsigned int nr)
{
	unsigned int i;

	for (i = 1; i <= nr; i++)
		memset(guest_data(g, i), 0xee, PAGE_SIZE);
}

static void netback_txmap_test_mapped(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xengnt_mapping mapping;
	unsigned int mapped;
	struct sk_buff *skb;

	connect_map(test);
	mapped = xenmodel_mapped(g->domain);
	skb = send_and_take(test, 3);
	KUNIT_EXPECT_EQ(test, HEAD + 3 * PAGE_SIZE - ETH_HLEN, skb->len);
	KUNIT_EXPECT_NOT_NULL(test, skb_zcopy(skb));
	expect_data(test, skb, 3);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(g->domain) - mapped, 3U);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 3ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_CALLS), 1ULL);
	/* Another guest gets it by the grant. */
	KUNIT_EXPECT_TRUE(test, xengnt_m2p_mapping(skb_frag_page(&skb_shinfo(skb)->frags[0]),
						   &mapping));
	expect_none(test);
	kfree_skb(skb);
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(g->domain), mapped);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_lingered"), 0ULL);
}

/* Round the ring, and round all pages. */
static void netback_txmap_test_many(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	guest_parameter(test, "tx_map_pages", "20");
	connect_map(test);
	for (i = 0; i < 60; i++) {
		skb = send_and_take(test, 15);
		expect_data(test, skb, 15);
		kfree_skb(skb);
		expect_answers(test, 15, XEN_NETIF_RSP_OKAY);
	}
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 900ULL);
}

/* A stack that copies what it takes gives the pages back at once. */
static void netback_txmap_test_socket(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	connect_map(test);
	let_packets(g);
	send_large(test, 4);
	expect_answers(test, 4, XEN_NETIF_RSP_OKAY);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_NULL(test, skb_zcopy(skb));
	expect_data(test, skb, 4);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 4ULL);
	kfree_skb(skb);
	hold_packets(test);
}

static void netback_txmap_test_not_mapped(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	connect_map(test);
	xenmodel_inject(GNTTABOP_map_grant_ref, GNTST_general_error, 1, 1);
	skb = send_and_take(test, 3);
	expect_data(test, skb, 3);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 2ULL);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_map_failed"), 1ULL);
	/* The one that was copied is answered. */
	expect_answers(test, 1, XEN_NETIF_RSP_OKAY);
	kfree_skb(skb);
	expect_answers(test, 2, XEN_NETIF_RSP_OKAY);

	xenmodel_inject_call(GNTTABOP_map_grant_ref, -EFAULT);
	send_large(test, 3);
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	expect_data(test, skb, 3);
	kfree_skb(skb);
}

static void netback_txmap_test_bad_grant(struct kunit *test)
{
	struct guest *g = test->priv;

	connect_map(test);
	g->refs[2] += 1000;
	guest_fill_ip(g, HEAD + 2 * PAGE_SIZE, IPPROTO_TCP);
	guest_slot(g, 0, 0, HEAD + 2 * PAGE_SIZE, XEN_NETTXF_csum_blank |
		   XEN_NETTXF_extra_info | XEN_NETTXF_more_data);
	guest_add_gso(g, XEN_NETIF_GSO_TYPE_TCPV4, 1400);
	guest_slot(g, 0, 1, PAGE_SIZE, XEN_NETTXF_more_data);
	guest_slot(g, 0, 2, PAGE_SIZE, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_NULL, guest_status(test, 0));
	expect_answers(test, 2, XEN_NETIF_RSP_ERROR);
	KUNIT_EXPECT_NULL(test, guest_arrived(g));
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_bad_grants"), 1ULL);
}

static void netback_txmap_test_bad_headers(struct kunit *test)
{
	struct guest *g = test->priv;

	connect_map(test);
	guest_fill_ip(g, HEAD + PAGE_SIZE, IPPROTO_ICMP);
	guest_slot(g, 0, 0, HEAD + PAGE_SIZE, XEN_NETTXF_csum_blank |
		   XEN_NETTXF_extra_info | XEN_NETTXF_more_data);
	guest_add_gso(g, XEN_NETIF_GSO_TYPE_TCPV4, 1400);
	guest_slot(g, 0, 1, PAGE_SIZE, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_NULL, guest_status(test, 0));
	expect_answers(test, 1, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_bad_headers"), 1ULL);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_lingered"), 0ULL);
}

/* Headers in a slot that is mapped are copied nevertheless, to the last. */
static void netback_txmap_test_headers(struct kunit *test)
{
	unsigned int len = ETH_HLEN + 20 + 20 + PAGE_SIZE;
	struct guest *g = test->priv;
	struct sk_buff *skb;

	connect_map(test);
	guest_fill(g, 1, 3);
	guest_fill_ip(g, len, IPPROTO_TCP);
	/* And 12 bytes of options, in the second slot. */
	guest_data(g, 0)[ETH_HLEN + 20 + 12] = 8 << 4;
	guest_slot(g, 0, 0, len, XEN_NETTXF_csum_blank |
		   XEN_NETTXF_extra_info | XEN_NETTXF_more_data);
	guest_add_gso(g, XEN_NETIF_GSO_TYPE_TCPV4, 1400);
	guest_slot(g, 0, 1, PAGE_SIZE, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 1ULL);
	KUNIT_EXPECT_GE(test, skb_headlen(skb), 20U + 32U);
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_NULL, guest_status(test, 0));
	expect_answers(test, 1, XEN_NETIF_RSP_OKAY);
}

/* No more than there are; the others are copied. */
static void netback_txmap_test_bound(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int mapped;
	struct sk_buff *skb;

	guest_parameter(test, "tx_map_pages", "2");
	connect_map(test);
	mapped = xenmodel_mapped(g->domain);
	send_large(test, 5);
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(g->domain) - mapped, 2U);
	send_large(test, 5);
	expect_answers(test, 5, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 2ULL);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_map_failed"), 0ULL);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	expect_data(test, skb, 5);
	kfree_skb(skb);
	expect_answers(test, 2, XEN_NETIF_RSP_OKAY);
}

/* What is small, or may be merged with others by GRO, is copied. */
static void netback_txmap_test_copied(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	connect_map(test);
	guest_fill(g, 0, 1);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, 4000));
	for (i = 0; i < 3; i++)
		guest_slot(g, 0, i, i ? 4096 : 4096 * 3,
			   i < 2 ? XEN_NETTXF_more_data : 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 0ULL);
}

static void netback_txmap_test_lingers(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xengnt_mapping mapping;
	unsigned int mapped;
	struct sk_buff *skb;

	connect_map(test);
	mapped = xenmodel_mapped(g->domain);
	skb = send_and_take(test, 3);
	msleep(HOLD_MS);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_REPLACE_OPS), 3ULL);
	KUNIT_EXPECT_FALSE(test, xengnt_m2p_mapping(skb_frag_page(&skb_shinfo(skb)->frags[0]),
						    &mapping));
	/* A device may be reading still: it is not the guest's yet. */
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(g->domain) - mapped, 3U);
	scribble(g, 3);
	expect_data(test, skb, 3);
	msleep(GRACE_MS);
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(g->domain), mapped);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_lingered"), 3ULL);

	/* The pages have been made up for, and the packet is what it was. */
	send_large(test, 3);
	kfree_skb(guest_arrived(g));
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
	scribble(g, 3);
	guest_fill_ip(g, HEAD, IPPROTO_TCP);
	expect_data(test, skb, 3);
	kfree_skb(skb);
}

/* Let go of between the replacement and the end of the grace period. */
static void netback_txmap_test_lingers_a_little(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	connect_map(test);
	skb = send_and_take(test, 2);
	msleep(HOLD_MS);
	kfree_skb(skb);
	msleep(GRACE_MS);
	expect_answers(test, 2, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_lingered"), 2ULL);
}

/*
 * The context that answers what has lingered finds another packet, which cannot be
 * mapped, before there are pages for the slots that have become free: none is lost.
 */
static void netback_txmap_test_lingers_and_fails(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *held, *skb;
	unsigned int i;

	guest_parameter(test, "tx_map_pages", "8");
	connect_map(test);
	held = send_and_take(test, 4);
	/* When nothing but the end of the grace period makes it look. */
	msleep(1050);
	xenmodel_inject(GNTTABOP_map_grant_ref, GNTST_general_error, 0, 4);
	add_large(g, 4);
	RING_PUSH_REQUESTS(&g->vif.queues[0].tx);
	expect_none(test);
	msleep(GRACE_MS);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_map_failed"), 4ULL);
	for (i = 0; i < 4 + 6; i++)
		guest_status(test, 0);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	kfree_skb(skb);
	kfree_skb(held);
	for (i = 0; i < 3; i++) {
		skb = send_and_take(test, 8);
		KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 4ULL + 8 * (i + 1));
		kfree_skb(skb);
		expect_answers(test, 8, XEN_NETIF_RSP_OKAY);
	}
}

/* What cannot be replaced is tried again. */
static void netback_txmap_test_replaced_later(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	connect_map(test);
	xenmodel_inject(GNTTABOP_unmap_and_replace, GNTST_general_error, 0, 4);
	skb = send_and_take(test, 2);
	msleep(HOLD_MS + 1000);
	scribble(g, 2);
	msleep(GRACE_MS);
	expect_answers(test, 2, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_lingered"), 2ULL);
	expect_data(test, skb, 2);
	kfree_skb(skb);
}

static void netback_txmap_test_switched(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	connect_map(test);
	expect_mode(test, "map");
	send_large(test, 2);
	KUNIT_EXPECT_EQ(test, 0, set_flag(g, 0));
	expect_mode(test, "copy");
	expect_none(test);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	send_large(test, 3);
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
	kfree_skb(skb);
	expect_answers(test, 2, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 2ULL);
	KUNIT_EXPECT_EQ(test, 0, set_flag(g, 1));
	expect_mode(test, "map");
	send_large(test, 1);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 3ULL);
	KUNIT_EXPECT_EQ(test, 0, set_mode("auto"));
	expect_mode(test, "auto");
	KUNIT_EXPECT_EQ(test, -EINVAL, set_mode("mapped"));
	expect_mode(test, "auto");
}

/* A new interface does as the module is told, and later as it was told itself. */
static void netback_txmap_test_default(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	if (!xengnt_can_replace())
		kunit_skip(test, "this kind of domain cannot");
	guest_connect(test, 2, true);
	expect_mode(test, "map");
	guest_parameter(test, "tx_mode", "auto");
	expect_mode(test, "map");
	KUNIT_EXPECT_EQ(test, 0, set_mode("copy"));
	guest_disconnect(test);
	guest_parameter(test, "tx_mode", "map");
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	guest_connect(test, 2, true);
	expect_mode(test, "copy");
	KUNIT_EXPECT_EQ(test, 0, set_mode("map"));
	hold_packets(test);
	send_large(test, 3);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 3ULL);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	kfree_skb(skb);
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
}

/* The connection ends at once, and what packets have, has its bound. */
static void netback_txmap_test_teardown(struct kunit *test)
{
	unsigned int holes = xenmodel_holes();
	struct guest *g = test->priv;
	struct sk_buff *skb;

	connect_map(test);
	skb = send_and_take(test, 3);
	/* The frontend keeps what is still mapped. */
	xenmodel_expect_violations(1);
	guest_disconnect(test);
	msleep(300);
	scribble(g, 3);
	expect_data(test, skb, 3);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(g->domain), 3U);
	msleep(GRACE_MS);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(g->domain), 0U);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	expect_data(test, skb, 3);
	kfree_skb(skb);
	msleep(500);
	KUNIT_EXPECT_EQ(test, xenmodel_holes(), holes);
}

static void netback_txmap_test_guest_dies(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	connect_map(test);
	skb = send_and_take(test, 3);
	let_packets(g);
	guest_let_go(g);
	xenmodel_vif_destroy(&g->vif);
	msleep(300);
	KUNIT_EXPECT_NE(test, xenmodel_handles(), 0U);
	msleep(GRACE_MS);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	expect_data(test, skb, 3);
	kfree_skb(skb);
	msleep(500);
}

/* Nobody looks at the ring, and the guest's pages are not kept for that. */
static void netback_txmap_test_down(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int mapped;
	struct sk_buff *skb;

	connect_map(test);
	mapped = xenmodel_mapped(g->domain);
	skb = send_and_take(test, 3);
	rtnl_lock();
	dev_close(g->dev);
	rtnl_unlock();
	kfree_skb(skb);
	msleep(300);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(g->domain), mapped);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_open(g->dev, NULL));
	rtnl_unlock();
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
}

/* A program sees copies. */
static void netback_txmap_test_program(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		BPF_MOV64_IMM(BPF_REG_0, XDP_PASS),
		BPF_EXIT_INSN(),
	};
	struct netdev_bpf bpf = { .command = XDP_SETUP_PROG };
	struct guest *g = test->priv;
	struct bpf_prog *prog;
	int error = 0;

	connect_map(test);
	prog = bpf_prog_alloc(bpf_prog_size(ARRAY_SIZE(insns)), 0);
	KUNIT_ASSERT_NOT_NULL(test, prog);
	prog->len = ARRAY_SIZE(insns);
	prog->type = BPF_PROG_TYPE_XDP;
	prog->aux->xdp_has_frags = true;
	memcpy(prog->insnsi, insns, sizeof(insns));
	prog = bpf_prog_select_runtime(prog, &error);
	KUNIT_ASSERT_EQ(test, 0, error);
	rtnl_lock();
	bpf.prog = prog;
	KUNIT_EXPECT_EQ(test, 0, g->dev->netdev_ops->ndo_bpf(g->dev, &bpf));
	rtnl_unlock();
	send_large(test, 3);
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 0ULL);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "xdp_pass"), 1ULL);
	rtnl_lock();
	bpf.prog = NULL;
	KUNIT_EXPECT_EQ(test, 0, g->dev->netdev_ops->ndo_bpf(g->dev, &bpf));
	rtnl_unlock();
	synchronize_net();
	bpf_prog_free(prog);
	send_large(test, 3);
	KUNIT_EXPECT_EQ(test, guest_counter(g, "tx_mapped"), 3ULL);
}

/* Where Xen cannot take a page back, nobody can ask for it to be mapped. */
static void netback_txmap_test_refused(struct kunit *test)
{
	struct guest *g = test->priv;

	if (xengnt_can_replace())
		kunit_skip(test, "this kind of domain can");
	guest_connect(test, 1, true);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, set_mode("map"));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, set_flag(g, 1));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			write_file("/sys/module/xen_netback/parameters/tx_mode",
				   "map"));
	expect_mode(test, "auto");
	KUNIT_EXPECT_EQ(test, 0, set_mode("copy"));
	expect_mode(test, "copy");
	send_large(test, 3);
	expect_answers(test, 3, XEN_NETIF_RSP_OKAY);
	hold_packets(test);
}

static struct kunit_case netback_txmap_cases[] = {
	KUNIT_CASE(netback_txmap_test_mapped),
	KUNIT_CASE(netback_txmap_test_many),
	KUNIT_CASE(netback_txmap_test_socket),
	KUNIT_CASE(netback_txmap_test_not_mapped),
	KUNIT_CASE(netback_txmap_test_bad_grant),
	KUNIT_CASE(netback_txmap_test_bad_headers),
	KUNIT_CASE(netback_txmap_test_headers),
	KUNIT_CASE(netback_txmap_test_bound),
	KUNIT_CASE(netback_txmap_test_copied),
	KUNIT_CASE(netback_txmap_test_lingers),
	KUNIT_CASE(netback_txmap_test_lingers_a_little),
	KUNIT_CASE(netback_txmap_test_lingers_and_fails),
	KUNIT_CASE(netback_txmap_test_replaced_later),
	KUNIT_CASE(netback_txmap_test_switched),
	KUNIT_CASE(netback_txmap_test_default),
	KUNIT_CASE(netback_txmap_test_teardown),
	KUNIT_CASE(netback_txmap_test_guest_dies),
	KUNIT_CASE(netback_txmap_test_down),
	KUNIT_CASE(netback_txmap_test_program),
	KUNIT_CASE(netback_txmap_test_refused),
	{}
};

static struct kunit_suite netback_txmap_suite = {
	.name = "netback_txmap",
	.init = txmap_init,
	.exit = txmap_exit,
	.test_cases = netback_txmap_cases,
};

kunit_test_suite(netback_txmap_suite);
