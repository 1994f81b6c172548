// SPDX-License-Identifier: GPL-2.0
/*
 * To the guest: every packet arrives as it was, or is dropped in time.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/m2p.h>
#include <xen/gnttab/unmap.h>

#include "guest.h"
#include "honest.h"

static void netback_receive_test_size(struct kunit *test)
{
	unsigned int size = *(const unsigned int *)test->param_value;
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 20);
	guest_give(g, guest_packet(g, size, 3));
	guest_expect(test, 0, size, 3);
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_packets"));
	KUNIT_EXPECT_EQ(test, (u64)size, guest_counter(g, "rx_bytes"));
}

/* Fragments as a socket makes them: each is copied as a whole. */
static void netback_receive_test_fragments(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;
	struct page *page;
	struct sk_buff *skb;
	u64 ops;

	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 20);
	skb = guest_packet(g, 66, 1);
	page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO, 3);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page_address(page) + 100, 0x77, 20000);
	skb_add_rx_frag(skb, 0, page, 100, 20000, 8 * PAGE_SIZE);
	ops = xenmodel_counted(XENMODEL_COPY_OPS);
	guest_give(g, skb);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 20066U, got.len);
	KUNIT_EXPECT_NULL(test, memchr_inv(got.bytes + 66, 0x77, 20000));
	/* The head and five pages. */
	KUNIT_EXPECT_EQ(test, 6ULL, xenmodel_counted(XENMODEL_COPY_OPS) - ops);
	/* The head shares a slot with what there is of the first page. */
	KUNIT_EXPECT_EQ(test, 5U, got.slots);
}

/* A page that has the mark and may be anything is copied beforehand. */
static void netback_receive_test_foreign_page(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;
	struct page *page;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	skb = guest_packet(g, 66, 1);
	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page_address(page), 0x77, 3000);
	SetPageForeign(page);
	get_page(page);
	skb_add_rx_frag(skb, 0, page, 0, 3000, PAGE_SIZE);
	guest_give(g, skb);
	memset(page_address(page), 0, 3000);
	KUNIT_EXPECT_EQ(test, 1, page_count(page));
	guest_offer(g, 0, 0, 20);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 3066U, got.len);
	KUNIT_EXPECT_NULL(test, memchr_inv(got.bytes + 66, 0x77, 3000));
	ClearPageForeign(page);
	put_page(page);
}

/* Another guest, one page of which is mapped here. */
struct neighbour {
	struct xenmodel_domain *domain;
	struct xengnt_client *client;
	struct xengnt_area *area;
	struct page *page;
	struct xengnt_unmap unmap;
	u8 *memory;
	bool gone;
};

#define NEIGHBOUR_DOMID	22

static void neighbour_unmapped(struct xengnt_unmap *u, int status)
{
	struct neighbour *n = xengnt_client_priv(u->client);

	n->gone = !status;
}

static const struct xengnt_client_ops neighbour_ops = {
	.unmapped = neighbour_unmapped,
};

static void neighbour_map(struct kunit *test, struct neighbour *n, bool tracked)
{
	struct xengnt_map_batch batch;

	n->domain = xenmodel_domain_create(NEIGHBOUR_DOMID, 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(n->domain));
	n->memory = xenmodel_memory(n->domain, 0);
	memset(n->memory, 0x77, PAGE_SIZE);
	n->client = xengnt_client_create("neighbour", NEIGHBOUR_DOMID,
					 &neighbour_ops, n);
	KUNIT_ASSERT_FALSE(test, IS_ERR(n->client));
	if (tracked)
		KUNIT_ASSERT_EQ(test, 0, xengnt_m2p_track(n->client));
	n->area = xengnt_area_create(n->client, XENGNT_AREA_MAP, 1, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(n->area));
	KUNIT_ASSERT_EQ(test, 0, xengnt_area_get(n->area, &n->page, 1));
	KUNIT_ASSERT_EQ(test, 0, xengnt_map_batch_init(&batch, n->client, 1));
	xengnt_map_batch_add(&batch, xenmodel_grant(n->domain, 0,
						    XENMODEL_LOCAL_DOMID, true),
			     n->page, true);
	KUNIT_ASSERT_EQ(test, 0U, xengnt_map_batch_run(&batch));
	n->unmap.client = n->client;
	n->unmap.page = n->page;
	n->unmap.handle = xengnt_map_batch_handle(&batch, 0);
	xengnt_map_batch_fini(&batch);
}

/* Nobody uses the page any more, or it would not go. */
static void neighbour_unmap(struct kunit *test, struct neighbour *n)
{
	LIST_HEAD(entries);

	list_add(&n->unmap.node, &entries);
	xengnt_unmap_queue(&entries, XENGNT_TOUCHED, false);
	KUNIT_EXPECT_TRUE(test, n->gone);
	xengnt_area_put(n->area, &n->page, 1);
	xengnt_area_destroy(n->area);
	xengnt_client_destroy(n->client);
	xenmodel_domain_destroy(n->domain);
}

/* A packet with 3000 bytes of the neighbour's, from 100 on. */
static void neighbour_give(struct kunit *test, struct neighbour *n)
{
	struct guest *g = test->priv;
	struct sk_buff *skb = guest_packet(g, 66, 1);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	get_page(n->page);
	skb_add_rx_frag(skb, 0, n->page, 100, 3000, PAGE_SIZE);
	guest_give(g, skb);
}

/* What is in another guest's page goes to this one by its grant. */
static void netback_receive_test_by_grant(struct kunit *test)
{
	struct guest *g = test->priv;
	struct neighbour n = {};
	struct guest_received got;

	guest_connect(test, 1, true);
	neighbour_map(test, &n, true);
	neighbour_give(test, &n);
	/* Not copied yet: what is there now is what arrives. */
	KUNIT_EXPECT_EQ(test, 2, page_count(n.page));
	memset(n.memory, 0x55, PAGE_SIZE);
	guest_offer(g, 0, 0, 20);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 3066U, got.len);
	KUNIT_EXPECT_NULL(test, memchr_inv(got.bytes + 66, 0x55, 3000));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_by_grant"));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_packets"));
	neighbour_unmap(test, &n);
}

/* Nobody remembers the grant: the data is copied here, and the page is free. */
static void netback_receive_test_untracked(struct kunit *test)
{
	struct guest *g = test->priv;
	struct neighbour n = {};
	struct guest_received got;

	guest_connect(test, 1, true);
	neighbour_map(test, &n, false);
	neighbour_give(test, &n);
	neighbour_unmap(test, &n);
	guest_offer(g, 0, 0, 20);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 3066U, got.len);
	KUNIT_EXPECT_NULL(test, memchr_inv(got.bytes + 66, 0x77, 3000));
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_by_grant"));
}

struct flag_row {
	const char *name;
	u8 summed;
	unsigned int gso_type;
	u16 flags;
};

static const struct flag_row flag_rows[] = {
	{ "nothing", CHECKSUM_NONE, 0, 0 },
	{ "validated", CHECKSUM_UNNECESSARY, 0, XEN_NETRXF_data_validated },
	{ "blank", CHECKSUM_PARTIAL, 0,
	  XEN_NETRXF_csum_blank | XEN_NETRXF_data_validated },
	{ "large, IPv4", CHECKSUM_PARTIAL, SKB_GSO_TCPV4,
	  XEN_NETRXF_csum_blank | XEN_NETRXF_data_validated |
	  XEN_NETRXF_extra_info },
	{ "large, IPv6", CHECKSUM_PARTIAL, SKB_GSO_TCPV6,
	  XEN_NETRXF_csum_blank | XEN_NETRXF_data_validated |
	  XEN_NETRXF_extra_info },
};

KUNIT_ARRAY_PARAM_DESC(flag, flag_rows, name);

static void netback_receive_test_flags(struct kunit *test)
{
	const struct flag_row *row = test->param_value;
	struct guest *g = test->priv;
	struct guest_received got;
	unsigned int header;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 20);
	skb = guest_packet(g, 6000, 1);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb->protocol = row->gso_type == SKB_GSO_TCPV6 ? htons(ETH_P_IPV6) :
							 htons(ETH_P_IP);
	header = row->gso_type == SKB_GSO_TCPV6 ? 54 : 34;
	skb_set_transport_header(skb, header);
	skb->ip_summed = row->summed;
	if (row->summed == CHECKSUM_PARTIAL) {
		skb->csum_start = skb_headroom(skb) + header;
		skb->csum_offset = 16;
	}
	if (row->gso_type) {
		skb_shinfo(skb)->gso_type = row->gso_type;
		skb_shinfo(skb)->gso_size = 1448;
		skb_shinfo(skb)->gso_segs = 5;
	}
	guest_give(g, skb);
	KUNIT_ASSERT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, row->flags | XEN_NETRXF_more_data, got.flags);
	KUNIT_EXPECT_EQ(test, row->gso_type ? 1448 : 0, got.gso_size);
	KUNIT_EXPECT_EQ(test, 6000U, got.len);
}

/* Many packets, one hypercall and one notification. */
static void netback_receive_test_one_call(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;
	u64 calls;

	guest_connect(test, 1, true);
	/* The stack sends more at a time when it has seen the first one go. */
	guest_offer(g, 0, 31, 1);
	guest_give(g, guest_packet(g, 100, 99));
	guest_expect(test, 0, 100, 99);
	/* They wait, because there is no room yet. */
	for (i = 0; i < 15; i++)
		guest_give(g, guest_packet(g, 100 + i, i));
	calls = xenmodel_counted(XENMODEL_COPY_CALLS);
	guest_offer(g, 0, 0, 30);
	for (i = 0; i < 15; i++)
		guest_expect(test, 0, 100 + i, i);
	KUNIT_EXPECT_EQ(test, 1ULL,
			xenmodel_counted(XENMODEL_COPY_CALLS) - calls);
}

/* While the guest is busy packets wait for each other, but not for long. */
static void netback_receive_test_busy_guest(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *packets[10];
	struct guest_received got;
	unsigned int i;
	u64 calls;

	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 30);
	for (i = 0; i < ARRAY_SIZE(packets); i++)
		packets[i] = guest_packet(g, 100 + i, i);
	guest_give(g, packets[0]);
	calls = xenmodel_counted(XENMODEL_COPY_CALLS);
	local_bh_disable();
	for (i = 1; i < ARRAY_SIZE(packets); i++)
		dev_queue_xmit(packets[i]);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, 0ULL,
			xenmodel_counted(XENMODEL_COPY_CALLS) - calls);
	msleep(2 * MSEC_PER_SEC / HZ);
	KUNIT_EXPECT_EQ(test, 1ULL,
			xenmodel_counted(XENMODEL_COPY_CALLS) - calls);
	for (i = 0; i < 10; i++)
		guest_expect(test, 0, 100 + i, i);
	/* It gives back what it has emptied: we are told. */
	KUNIT_EXPECT_FALSE(test, guest_receive(test, 0, &got));
	guest_give(g, guest_packet(g, 100, 10));
	dev_queue_xmit(guest_packet(g, 100, 11));
	guest_offer(g, 0, 0, 10);
	msleep(1);
	KUNIT_EXPECT_EQ(test, 3ULL,
			xenmodel_counted(XENMODEL_COPY_CALLS) - calls);
	/* Not with the parameter at 0. */
	guest_parameter(test, "rx_batch", "0");
	for (i = 12; i < 20; i++)
		guest_give(g, guest_packet(g, 100, i));
	KUNIT_EXPECT_EQ(test, 11ULL,
			xenmodel_counted(XENMODEL_COPY_CALLS) - calls);
	guest_parameter(test, "rx_batch", "32");
}

/*
 * A list for a busy guest, of which the first was told that others follow; and
 * one whose last packet never comes, to a guest that is busy or at rest.
 */
static void netback_receive_test_lists(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;

	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 30);
	guest_give(g, guest_packet(g, 100, 0));
	guest_hand(guest_packet(g, 101, 1), true);
	guest_hand(guest_packet(g, 102, 2), false);
	msleep(2 * MSEC_PER_SEC / HZ);
	KUNIT_EXPECT_EQ(test, 3ULL, guest_counter(g, "rx_packets"));
	guest_hand(guest_packet(g, 103, 3), true);
	msleep(2 * MSEC_PER_SEC / HZ);
	KUNIT_EXPECT_EQ(test, 4ULL, guest_counter(g, "rx_packets"));
	guest_expect(test, 0, 100, 0);
	guest_expect(test, 0, 101, 1);
	guest_expect(test, 0, 102, 2);
	guest_expect(test, 0, 103, 3);
	KUNIT_EXPECT_FALSE(test, guest_receive(test, 0, &got));
	guest_hand(guest_packet(g, 104, 4), true);
	msleep(2 * MSEC_PER_SEC / HZ);
	guest_expect(test, 0, 104, 4);
}

/* A guest that gives one page at a time. */
static void netback_receive_test_one_at_a_time(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	guest_connect(test, 1, false);
	guest_give(g, guest_packet(g, 20000, 1));
	guest_give(g, guest_packet(g, 500, 2));
	for (i = 0; i < 4; i++) {
		guest_offer(g, 0, i, 1);
		msleep(1);
		KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_packets"));
	}
	guest_offer(g, 0, 4, 1);
	guest_expect(test, 0, 20000, 1);
	guest_offer(g, 0, 5, 1);
	guest_expect(test, 0, 500, 2);
}

/* It does not take its packets: they go after 10 s, and others work then. */
static void netback_receive_test_drain(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;

	guest_connect(test, 1, true);
	guest_give(g, guest_packet(g, 1000, 1));
	msleep(9000);
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_expired"));
	guest_give(g, guest_packet(g, 1000, 2));
	msleep(2000);
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_expired"));
	msleep(10000);
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "rx_expired"));
	guest_offer(g, 0, 0, 4);
	KUNIT_EXPECT_FALSE(test, guest_receive(test, 0, &got));
	guest_give(g, guest_packet(g, 1000, 3));
	guest_expect(test, 0, 1000, 3);
}

/* After a minute it is taken for gone, until it receives again. */
static void netback_receive_test_stall(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	guest_parameter(test, "rx_drain_timeout_msecs", "100000");
	guest_connect(test, 2, true);
	for (i = 0; i < 13; i++) {
		KUNIT_EXPECT_TRUE(test, i > 11 || netif_carrier_ok(g->dev));
		guest_give(g, guest_packet(g, 1000, 1));
		msleep(5000);
	}
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(g->dev));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_stalls"));
	honest_works(test);
	guest_offer(g, 0, 0, 8);
	guest_offer(g, 1, 8, 8);
	msleep(1500);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(g->dev));
	guest_parameter(test, "rx_drain_timeout_msecs", "10000");
}

/* No more waits for a guest than a fixed number of bytes. */
static void netback_receive_test_byte_cap(struct kunit *test)
{
	struct netdev_queue *txq;
	struct guest *g = test->priv;
	unsigned int i;

	/* Each of 8000 bytes takes 16 KiB. */
	guest_parameter(test, "rx_queue_bytes", "40000");
	guest_connect(test, 1, true);
	txq = netdev_get_tx_queue(g->dev, 0);
	guest_offer(g, 0, 31, 1);
	guest_give(g, guest_packet(g, 100, 99));
	guest_expect(test, 0, 100, 99);
	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, i > 2, netif_tx_queue_stopped(txq));
		guest_give(g, guest_packet(g, 8000, i));
	}
	/* Looked for once, and not again for those that wait behind. */
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_full"));
	honest_works(test);
	guest_offer(g, 0, 0, 20);
	for (i = 0; i < 5; i++)
		guest_expect(test, 0, 8000, i);
	msleep(5);
	KUNIT_EXPECT_FALSE(test, netif_xmit_stopped(txq));
	guest_parameter(test, "rx_queue_bytes", "524288");
}

/* The slots of a packet that could not be copied say so; the next is well. */
static void netback_receive_test_bad_grant(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xenmodel_vif_queue *queue;
	struct guest_received got;

	guest_connect(test, 1, true);
	queue = &g->vif.queues[0];
	guest_offer(g, 0, 0, 1);
	xenmodel_vif_rx_request(queue, 1, 100000);
	guest_offer(g, 0, 2, 4);
	guest_give(g, guest_packet(g, 10000, 1));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 3U, got.slots);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, (int)got.status);
	KUNIT_EXPECT_EQ(test, 0U, got.len);
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_bad_grants"));
	guest_give(g, guest_packet(g, 1000, 2));
	guest_expect(test, 0, 1000, 2);
}

struct page_row {
	const char *name;
	enum { PAGE_REVOKED, PAGE_OF_ANOTHER, PAGE_ABSENT } which;
};

static const struct page_row page_rows[] = {
	{ "revoked", PAGE_REVOKED },
	{ "granted to another domain", PAGE_OF_ANOTHER },
	{ "paged out", PAGE_ABSENT },
};

KUNIT_ARRAY_PARAM_DESC(page, page_rows, name);

/* In the middle of a packet; the next one goes to the pages behind. */
static void netback_receive_test_bad_page(struct kunit *test)
{
	const struct page_row *row = test->param_value;
	struct guest *g = test->priv;
	struct guest_received got;
	grant_ref_t ref;

	guest_connect(test, 1, true);
	ref = xenmodel_grant(g->domain, GUEST_DATA + 1,
			     row->which == PAGE_OF_ANOTHER ? 5 :
							     XENMODEL_LOCAL_DOMID,
			     false);
	if (row->which == PAGE_REVOKED)
		KUNIT_EXPECT_EQ(test, 0, xenmodel_revoke(g->domain, ref));
	else if (row->which == PAGE_ABSENT)
		xenmodel_page_out(g->domain, ref, 1);
	memset(guest_data(g, 1), 0x33, PAGE_SIZE);
	guest_offer(g, 0, 0, 1);
	xenmodel_vif_rx_request(&g->vif.queues[0], 1, ref);
	guest_offer(g, 0, 2, 6);
	guest_give(g, guest_packet(g, 10000, 1));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 3U, got.slots);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, (int)got.status);
	KUNIT_EXPECT_NULL(test, memchr_inv(guest_data(g, 1), 0x33, PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_bad_grants"));
	guest_give(g, guest_packet(g, 5000, 2));
	guest_expect(test, 0, 5000, 2);
	if (row->which != PAGE_REVOKED)
		xenmodel_revoke(g->domain, ref);
}

/* What is in it is then the guest's affair; the lengths are right. */
static void netback_receive_test_page_twice(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xenmodel_vif_queue *queue;
	struct guest_received got;
	unsigned int i;

	guest_connect(test, 1, true);
	queue = &g->vif.queues[0];
	for (i = 0; i < 5; i++)
		xenmodel_vif_rx_request(queue, 0, g->refs[0]);
	xenmodel_vif_rx_push(queue);
	guest_give(g, guest_packet(g, 15000, 1));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 4U, got.slots);
	KUNIT_EXPECT_EQ(test, 15000U, got.len);
	KUNIT_EXPECT_EQ(test, 0, (int)got.status);
	guest_give(g, guest_packet(g, 900, 7));
	guest_expect(test, 0, 900, 7);
}

/*
 * Requests that nobody has looked at can be taken back: a packet waits for
 * others. Those that were answered cannot.
 */
static void netback_receive_test_taken_back(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xenmodel_vif_queue *queue;

	guest_connect(test, 1, true);
	queue = &g->vif.queues[0];
	guest_offer(g, 0, 0, 2);
	guest_give(g, guest_packet(g, 12000, 1));
	queue->rx.req_prod_pvt -= 2;
	queue->rx.sring->req_prod = queue->rx.req_prod_pvt;
	xenmodel_evtchn_kick(queue->rx_port);
	msleep(10);
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_packets"));
	guest_offer(g, 0, 4, 2);
	msleep(10);
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_packets"));
	guest_offer(g, 0, 6, 2);
	guest_expect(test, 0, 12000, 1);

	queue->rx.sring->req_prod = queue->rx.rsp_cons - 1;
	xenmodel_evtchn_kick(queue->rx_port);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, 0U, xenmodel_mapped(g->domain));
}

static void netback_receive_test_read_only_page(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;
	grant_ref_t ref;

	guest_connect(test, 1, true);
	ref = xenmodel_grant(g->domain, GUEST_DATA, 0, true);
	xenmodel_vif_rx_request(&g->vif.queues[0], 0, ref);
	guest_offer(g, 0, 2, 2);
	guest_fill(g, 0, 0x33);
	guest_give(g, guest_packet(g, 1000, 1));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, (int)got.status);
	KUNIT_EXPECT_EQ(test, 0x33 + 30 / 3, (int)guest_data(g, 0)[30]);
	xenmodel_revoke(g->domain, ref);
}

/* One that does not notify is looked at often enough, and never stalls. */
static void netback_receive_test_silent_frontend(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xenmodel_vif_queue *queue;
	unsigned int i;

	guest_connect(test, 1, false);
	guest_disconnect(test);
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	KUNIT_ASSERT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, 1, false));
	xenmodel_vif_write(&g->vif, "feature-rx-notify", 0);
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vif_wait(&g->vif, XenbusStateConnected));
	msleep(1500);
	queue = &g->vif.queues[0];
	guest_give(g, guest_packet(g, 1000, 4));
	for (i = 0; i < 4; i++)
		xenmodel_vif_rx_request(queue, i, g->refs[i]);
	queue->rx.sring->req_prod = queue->rx.req_prod_pvt;
	guest_expect(test, 0, 1000, 4);
	queue->rx.rsp_cons = queue->rx.sring->rsp_prod;
	for (i = 0; i < 20; i++) {
		guest_give(g, guest_packet(g, 4000, 1));
		msleep(5000);
	}
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(g->dev));
}

/* Every queue has its own packets. */
static void netback_receive_test_queues(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	guest_connect(test, 4, true);
	for (i = 0; i < 4; i++)
		guest_offer(g, i, 8 * i, 8);
	for (i = 0; i < 4; i++) {
		skb = guest_packet(g, 200, i);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		/* As if it had come in through a queue of that number. */
		skb_record_rx_queue(skb, i);
		guest_give(g, skb);
	}
	for (i = 0; i < 4; i++)
		guest_expect(test, i, 200, i);
}

/* A packet for many, of which the guest may not be one. */
static void give_multicast(struct guest *g, unsigned int size)
{
	static const u8 address[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };
	struct sk_buff *skb = guest_packet(g, size, 5);

	ether_addr_copy(eth_hdr(skb)->h_dest, address);
	guest_give(g, skb);
}

/* The guest changes its mind while it is connected. */
static void netback_receive_test_multicast_filter(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;

	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 20);
	give_multicast(g, 100);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 100U, got.len);

	xenmodel_vif_write(&g->vif, "request-multicast-control", 1);
	xenmodel_store_settle();
	give_multicast(g, 101);
	/* A broadcast. */
	guest_give(g, guest_packet(g, 102, 6));
	guest_expect(test, 0, 102, 6);

	xenmodel_vif_write(&g->vif, "request-multicast-control", 0);
	xenmodel_store_settle();
	give_multicast(g, 103);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 103U, got.len);
	KUNIT_EXPECT_EQ(test, 3ULL, guest_counter(g, "rx_packets"));
}

static struct kunit_case netback_receive_cases[] = {
	KUNIT_CASE_PARAM(netback_receive_test_size, guest_size_gen_params),
	KUNIT_CASE(netback_receive_test_fragments),
	KUNIT_CASE(netback_receive_test_foreign_page),
	KUNIT_CASE(netback_receive_test_by_grant),
	KUNIT_CASE(netback_receive_test_untracked),
	KUNIT_CASE_PARAM(netback_receive_test_flags, flag_gen_params),
	KUNIT_CASE(netback_receive_test_one_call),
	KUNIT_CASE(netback_receive_test_busy_guest),
	KUNIT_CASE(netback_receive_test_lists),
	KUNIT_CASE(netback_receive_test_one_at_a_time),
	KUNIT_CASE(netback_receive_test_drain),
	KUNIT_CASE(netback_receive_test_stall),
	KUNIT_CASE(netback_receive_test_byte_cap),
	KUNIT_CASE(netback_receive_test_bad_grant),
	KUNIT_CASE_PARAM(netback_receive_test_bad_page, page_gen_params),
	KUNIT_CASE(netback_receive_test_page_twice),
	KUNIT_CASE(netback_receive_test_taken_back),
	KUNIT_CASE(netback_receive_test_read_only_page),
	KUNIT_CASE(netback_receive_test_silent_frontend),
	KUNIT_CASE(netback_receive_test_queues),
	KUNIT_CASE(netback_receive_test_multicast_filter),
	{}
};

static struct kunit_suite netback_receive_suite = {
	.name = "netback_receive",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_receive_cases,
};

kunit_test_suite(netback_receive_suite);
