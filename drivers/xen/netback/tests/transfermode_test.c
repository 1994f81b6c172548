// SPDX-License-Identifier: GPL-2.0
/*
 * Transfer mode: the guest gets pages that become its own, with a packet and
 * nothing else in them, and this domain has as much memory as before.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "guest.h"
#include "honest.h"

/* More than any case receives. */
#define ROOM	1000

static int transfermode_init(struct kunit *test)
{
	struct guest *g;
	int ret;

	guest_parameter(test, "rx_flip", "1");
	ret = honest_init(test);
	if (ret)
		return ret;
	g = test->priv;
	g->flip = true;
	g->domain->room = ROOM;
	return 0;
}

static void transfermode_exit(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0L, xenmodel_room());
	honest_exit(test);
	guest_parameter(test, "rx_flip", "0");
}

static void only_on_pv(struct kunit *test)
{
	if (!xenmodel_is_pv())
		kunit_skip(test, "only PV domains give pages away");
}

static void connect(struct kunit *test, unsigned int nr_queues)
{
	only_on_pv(test);
	guest_connect(test, nr_queues, true);
}

static void netback_transfermode_test_size(struct kunit *test)
{
	unsigned int size = *(const unsigned int *)test->param_value;
	unsigned int slots = DIV_ROUND_UP(size, 4096), round;
	struct guest *g = test->priv;

	connect(test, 1);
	/* The second time with pages that have been somewhere. */
	for (round = 0; round < 2; round++) {
		guest_offer_places(g, 0, 0, slots);
		guest_give(g, guest_packet(g, size, 3 + round));
		guest_expect(test, 0, size, 3 + round);
		KUNIT_EXPECT_EQ(test, 0L, xenmodel_room());
	}
	KUNIT_EXPECT_EQ(test, 2ULL * slots, guest_counter(g, "rx_flipped"));
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_flip_errors"));
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "rx_packets"));
	KUNIT_EXPECT_EQ(test, 2ULL * size, guest_counter(g, "rx_bytes"));
	KUNIT_EXPECT_EQ(test, 0ULL, xenmodel_counted(XENMODEL_COPY_OPS));
	KUNIT_EXPECT_EQ(test, ROOM - 2 * slots, g->domain->room);
}

/* Fragments fill pages to the brim: each page costs a flush. */
static void netback_transfermode_test_fragments(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;
	struct sk_buff *skb;
	struct page *page;

	connect(test, 1);
	guest_offer_places(g, 0, 0, 20);
	skb = guest_packet(g, 66, 1);
	page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_ZERO, 3);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page_address(page) + 100, 0x77, 20000);
	skb_add_rx_frag(skb, 0, page, 100, 20000, 8 * PAGE_SIZE);
	guest_give(g, skb);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 0, (int)got.status);
	KUNIT_EXPECT_EQ(test, 20066U, got.len);
	KUNIT_EXPECT_NULL(test, memchr_inv(got.bytes + 66, 0x77, 20000));
	KUNIT_EXPECT_EQ(test, 5U, got.slots);
}

struct whole_row {
	const char *name;
	unsigned int head;
	unsigned int offset;	/* of the data in its page */
	unsigned int size;
	unsigned int before;	/* bytes of another fragment */
	bool shared;
	bool cloned;
	bool foreign;
	unsigned int whole;
	unsigned int slots;
};

static const struct whole_row whole_rows[] = {
	{ "ours", 66, 0, 4096, .whole = 2, .slots = 3 },
	{ "behind something else", 66, 0, 4096, .before = 1000, .whole = 2,
	  .slots = 3 },
	{ "a page of headers before", 4096, 0, 4096, .whole = 2, .slots = 3 },
	{ "somebody else has it, too", 66, 0, 4096, .shared = true,
	  .slots = 3 },
	{ "of a packet that somebody looks at", 66, 0, 4096, .cloned = true,
	  .slots = 3 },
	/* It is copied when it comes, and the copy is ours. */
	{ "marked as another domain's", 66, 0, 4096, .foreign = true,
	  .whole = 2, .slots = 3 },
	{ "not the beginning", 66, 1, 4095, .slots = 3 },
	{ "not the end", 66, 0, 4095, .slots = 3 },
};

KUNIT_ARRAY_PARAM_DESC(whole, whole_rows, name);

/* Two pages, of which the packet is the only owner, or is not. */
static struct sk_buff *whole_packet(struct kunit *test,
				    const struct whole_row *row,
				    struct page **pages)
{
	struct guest *g = test->priv;
	struct sk_buff *skb = guest_packet(g, row->head, 1);
	unsigned int i, nr = 0;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	for (i = 0; i < 3; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
		memset(page_address(pages[i]), 0x77 + i, PAGE_SIZE);
	}
	if (row->before)
		skb_add_rx_frag(skb, nr++, pages[2], 0, row->before, PAGE_SIZE);
	else
		__free_page(pages[2]);
	for (i = 0; i < 2; i++) {
		if (row->foreign)
			SetPageForeign(pages[i]);
		skb_add_rx_frag(skb, nr++, pages[i], row->offset, row->size,
				PAGE_SIZE);
		/* As the test is, if it wants to look at it afterwards. */
		if (row->shared || row->foreign)
			get_page(pages[i]);
	}
	return skb;
}

/* What nobody else uses is given away itself, and nothing else is. */
static void netback_transfermode_test_whole(struct kunit *test)
{
	const struct whole_row *row = test->param_value;
	struct guest *g = test->priv;
	struct sk_buff *skb, *clone = NULL;
	struct guest_received got;
	struct page *pages[3];
	unsigned int i, head;

	connect(test, 1);
	guest_offer_places(g, 0, 0, 8);
	skb = whole_packet(test, row, pages);
	if (row->cloned)
		clone = skb_clone(skb, GFP_KERNEL);
	guest_give(g, skb);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 0, (int)got.status);
	KUNIT_EXPECT_EQ(test, row->slots, got.slots);
	head = row->head + row->before;
	KUNIT_EXPECT_EQ(test, head + 2 * row->size, got.len);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_NULL(test, memchr_inv(got.bytes + head +
						   i * row->size, 0x77 + i,
						   row->size));
	KUNIT_EXPECT_EQ(test, (u64)row->whole,
			guest_counter(g, "rx_flip_whole"));
	KUNIT_EXPECT_EQ(test, (u64)row->slots, guest_counter(g, "rx_flipped"));
	KUNIT_EXPECT_EQ(test, 0L, xenmodel_room());
	for (i = 0; i < 2 && (row->shared || row->foreign); i++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(page_address(pages[i]),
						   0x77 + i, PAGE_SIZE));
		ClearPageForeign(pages[i]);
		put_page(pages[i]);
	}
	kfree_skb(clone);
	guest_give(g, guest_packet(g, 5000, 2));
	guest_expect(test, 0, 5000, 2);
}

/* The slot with the extra information takes a request and no page. */
static void netback_transfermode_test_extra(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;
	struct sk_buff *skb;

	connect(test, 1);
	guest_offer_places(g, 0, 0, 4);
	skb = guest_packet(g, 6000, 1);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb->protocol = htons(ETH_P_IP);
	skb_set_transport_header(skb, 34);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 34;
	skb->csum_offset = 16;
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = 1448;
	skb_shinfo(skb)->gso_segs = 5;
	guest_give(g, skb);
	KUNIT_ASSERT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 0, (int)got.status);
	KUNIT_EXPECT_EQ(test, 6000U, got.len);
	KUNIT_EXPECT_EQ(test, 1448, (int)got.gso_size);
	KUNIT_EXPECT_TRUE(test, xenmodel_arrived(g->domain, g->places[0]));
	KUNIT_EXPECT_FALSE(test, xenmodel_arrived(g->domain, g->places[1]));
	KUNIT_EXPECT_TRUE(test, xenmodel_arrived(g->domain, g->places[2]));
	KUNIT_EXPECT_FALSE(test, xenmodel_arrived(g->domain, g->places[3]));
	guest_give(g, guest_packet(g, 100, 2));
	guest_expect(test, 0, 100, 2);
}

/* Many packets, one hypercall each way, and of those of a pass no more. */
static void netback_transfermode_test_one_call(struct kunit *test)
{
	struct guest *g = test->priv;
	u64 calls, fetched;
	unsigned int i;

	connect(test, 1);
	/* The stack sends more at a time when it has seen the first one go. */
	guest_offer_places(g, 0, 31, 1);
	guest_give(g, guest_packet(g, 100, 99));
	guest_expect(test, 0, 100, 99);
	/* They wait, because there is no room yet. */
	for (i = 0; i < 15; i++)
		guest_give(g, guest_packet(g, 100 + i, i));
	calls = xenmodel_counted(XENMODEL_TRANSFER_CALLS);
	fetched = xenmodel_counted(XENMODEL_POPULATE_CALLS);
	guest_offer_places(g, 0, 0, 30);
	for (i = 0; i < 15; i++)
		guest_expect(test, 0, 100 + i, i);
	KUNIT_EXPECT_EQ(test, 1ULL,
			xenmodel_counted(XENMODEL_TRANSFER_CALLS) - calls);
	KUNIT_EXPECT_EQ(test, 1ULL,
			xenmodel_counted(XENMODEL_POPULATE_CALLS) - fetched);
}

/* More than a pass may give away go in several. */
static void netback_transfermode_test_many(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i, round;

	connect(test, 1);
	for (round = 0; round < 4; round++) {
		for (i = 0; i < 10; i++)
			guest_give(g, guest_packet(g, 3 * 4096, i));
		guest_offer_places(g, 0, 0, 30);
		for (i = 0; i < 10; i++)
			guest_expect(test, 0, 3 * 4096, i);
	}
	KUNIT_EXPECT_EQ(test, 120ULL, guest_counter(g, "rx_flipped"));
	KUNIT_EXPECT_EQ(test, 0L, xenmodel_room());
}

/* Every queue has pages of its own. */
static void netback_transfermode_test_queues(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	connect(test, 4);
	for (i = 0; i < 4; i++) {
		guest_offer_places(g, i, 8 * i, 8);
		skb = guest_packet(g, 5000, i);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb_record_rx_queue(skb, i);
		guest_give(g, skb);
	}
	for (i = 0; i < 4; i++)
		guest_expect(test, i, 5000, i);
}

/* One page of a packet does not get to the guest, for some reason. */
struct refusal {
	const char *name;
	grant_ref_t ref;	/* in place of the second */
	bool granted;		/* it is for copying */
	int inject;		/* what Xen answers */
};

static const struct refusal refusals[] = {
	{ "no such entry", .ref = 100000 },
	{ "not offered", .ref = 500 },
	{ "granted", .granted = true },
	{ "Xen cannot take the page", .inject = GNTST_bad_page },
	{ "security policy", .inject = GNTST_permission_denied },
	{ "domain has gone", .inject = GNTST_bad_domain },
};

KUNIT_ARRAY_PARAM_DESC(refusal, refusals, name);

/* The guest is told of each page whether it is its own. */
static void netback_transfermode_test_refused(struct kunit *test)
{
	const struct refusal *row = test->param_value;
	struct guest *g = test->priv;
	struct guest_received got;

	connect(test, 1);
	guest_offer_places(g, 0, 0, 1);
	g->places[1] = row->ref;
	if (row->granted)
		g->places[1] = g->refs[1];
	if (row->inject) {
		g->places[1] = xenmodel_offer(g->domain, GUEST_DATA + 1,
					      XENMODEL_LOCAL_DOMID);
		xenmodel_inject(GNTTABOP_transfer, row->inject, 1, 1);
	}
	xenmodel_vif_rx_request(&g->vif.queues[0], 1, g->places[1]);
	/* There is no such entry to be looked at. */
	if (row->ref > 1000)
		g->places[1] = g->refs[1];
	guest_offer_places(g, 0, 2, 4);
	guest_give(g, guest_packet(g, 10000, 1));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 3U, got.slots);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, (int)got.status);
	/* Those before and behind it are the guest's. */
	KUNIT_EXPECT_EQ(test, 10000U - 4096, got.len);
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_flip_errors"));
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "rx_flipped"));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_bad_grants"));
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_packets"));
	KUNIT_EXPECT_EQ(test, 0L, xenmodel_room());
	guest_give(g, guest_packet(g, 5000, 2));
	guest_expect(test, 0, 5000, 2);
}

/* Xen does nothing of what it was asked for. */
static void netback_transfermode_test_call_fails(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;

	connect(test, 1);
	guest_offer_places(g, 0, 0, 5);
	xenmodel_inject_call(GNTTABOP_transfer, -EFAULT);
	guest_give(g, guest_packet(g, 10000, 1));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, (int)got.status);
	KUNIT_EXPECT_EQ(test, 0U, got.len);
	KUNIT_EXPECT_EQ(test, 3ULL, guest_counter(g, "rx_flip_errors"));
	guest_give(g, guest_packet(g, 5000, 2));
	guest_expect(test, 0, 5000, 2);
}

/* A guest that has no room, or is being destroyed, gets nothing. */
static void netback_transfermode_test_receiver_gone(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;

	connect(test, 1);
	guest_offer_places(g, 0, 0, 20);
	g->domain->room = 1;
	guest_give(g, guest_packet(g, 8192, 1));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, (int)got.status);
	KUNIT_EXPECT_EQ(test, 4096U, got.len);
	g->domain->room = ROOM;
	g->domain->dying = true;
	guest_give(g, guest_packet(g, 8192, 2));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 0U, got.len);
	g->domain->dying = false;
	KUNIT_EXPECT_EQ(test, 3ULL, guest_counter(g, "rx_flip_errors"));
	KUNIT_EXPECT_EQ(test, 0L, xenmodel_room());
	guest_give(g, guest_packet(g, 8192, 3));
	guest_expect(test, 0, 8192, 3);
}

/* Packets of a page each; how many arrived. */
static unsigned int burst(struct kunit *test, unsigned int nr)
{
	struct guest *g = test->priv;
	struct guest_received got;
	unsigned int i, arrived;

	arrived = guest_counter(g, "rx_flipped");
	guest_offer_places(g, 0, 0, nr);
	for (i = 0; i < nr; i++)
		guest_give(g, guest_packet(g, 100, i));
	/* One or the other may have waited for others. */
	msleep(100);
	arrived = guest_counter(g, "rx_flipped") - arrived;
	for (i = 0; i < arrived; i++) {
		KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
		KUNIT_EXPECT_EQ(test, 0, (int)got.status);
	}
	return arrived;
}

/* Xen has memory again, and makes good for what it owes, after a while. */
static void memory_comes(struct kunit *test)
{
	unsigned int s;

	xenmodel_inject(XENMODEL_OP_POPULATE, 0, 0, 0);
	for (s = 0; s < 150 && xenmodel_room(); s++)
		msleep(1000);
	KUNIT_EXPECT_EQ(test, 0L, xenmodel_room());
}

/*
 * Xen has no memory to put in the place of what was sent: the guest gets its
 * packets until it has cost us too much.
 */
static void netback_transfermode_test_no_memory(struct kunit *test)
{
	char *text = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	unsigned int arrived = 0, dropped, round;
	struct guest *g = test->priv;

	connect(test, 1);
	KUNIT_ASSERT_NOT_NULL(test, text);
	xenmodel_inject(XENMODEL_OP_POPULATE, 1, 0, U32_MAX);
	for (round = 0; round < 6; round++)
		arrived += burst(test, 25);
	dropped = guest_counter(g, "rx_no_memory");
	KUNIT_EXPECT_EQ(test, 150U, arrived + dropped);
	/* Those of the last pass come on top. */
	KUNIT_EXPECT_GE(test, arrived, 64U);
	KUNIT_EXPECT_LT(test, arrived, 128U);
	KUNIT_EXPECT_EQ(test, (long)arrived, xenmodel_room());
	guest_debugfs(test, text, PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nrx_flip 1\n"));
	KUNIT_EXPECT_NULL(test, strstr(text, "\nrx_flip_lost 0\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nrx_flip_lost "));

	/* Another connection of the same interface begins with its debts. */
	guest_disconnect(test);
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	guest_connect(test, 1, true);
	KUNIT_EXPECT_EQ(test, 0U, burst(test, 5));

	memory_comes(test);
	/* There are places left. */
	guest_give(g, guest_packet(g, 100, 9));
	guest_expect(test, 0, 100, 9);
	guest_debugfs(test, text, PAGE_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "\nrx_flip_lost 0\n"));
}

/* The administrator's word, and what Xen can do. */
static void netback_transfermode_test_offered(struct kunit *test)
{
	struct guest *g = test->priv;
	static const struct {
		const char *parameter;
		bool offered;
	} rows[] = { { "1", true }, { "0", false }, { "1", true } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		guest_parameter(test, "rx_flip", rows[i].parameter);
		xenmodel_vif_destroy(&g->vif);
		xenmodel_vif_create(&g->vif, g->domain, GUEST_DEVID);
		KUNIT_ASSERT_TRUE(test, xenmodel_vif_wait(&g->vif,
							  XenbusStateInitWait));
		KUNIT_EXPECT_EQ(test,
				(s64)(rows[i].offered && xenmodel_is_pv()),
				xenmodel_vif_key(&g->vif, "feature-rx-flip"));
		KUNIT_EXPECT_EQ(test, (s64)1,
				xenmodel_vif_key(&g->vif, "feature-rx-copy"));
	}
}

/* Who was not offered pages, is told so, and can receive copies. */
static void netback_transfermode_test_not_offered(struct kunit *test)
{
	struct guest *g = test->priv;
	char path[80], *error;

	guest_parameter(test, "rx_flip", "0");
	xenmodel_vif_destroy(&g->vif);
	xenmodel_vif_create(&g->vif, g->domain, GUEST_DEVID);
	KUNIT_ASSERT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	/* Too late. */
	guest_parameter(test, "rx_flip", "1");
	xenmodel_vif_hotplug(&g->vif);
	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, 1, true));
	xenmodel_vif_write(&g->vif, "request-rx-copy", 0);
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosing));
	snprintf(path, sizeof(path), "error/%s/error", g->vif.backend);
	error = xenmodel_store_read(path);
	KUNIT_ASSERT_NOT_NULL(test, error);
	KUNIT_EXPECT_NOT_NULL(test, strstr(error, "request-rx-copy"));
	kfree(error);

	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	xenmodel_vif_write(&g->vif, "state", XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	g->flip = false;
	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 4);
	guest_give(g, guest_packet(g, 5000, 1));
	guest_expect(test, 0, 5000, 1);
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "rx_flipped"));
}

/* A guest that is offered pages may still want copies, and the other way. */
static void netback_transfermode_test_changes_its_mind(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	only_on_pv(test);
	for (i = 0; i < 4; i++) {
		g->flip = i % 2;
		guest_connect(test, 1, true);
		if (g->flip)
			guest_offer_places(g, 0, 0, 4);
		else
			guest_offer(g, 0, 0, 4);
		guest_give(g, guest_packet(g, 5000, i));
		guest_expect(test, 0, 5000, i);
		/* This one does not fit any more. */
		guest_give(g, guest_packet(g, 20000, i));
		guest_works(test);
		guest_disconnect(test);
		xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
		KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif,
							  XenbusStateInitWait));
	}
	KUNIT_EXPECT_EQ(test, 4ULL, guest_counter(g, "rx_flipped"));
	KUNIT_EXPECT_EQ(test, 0L, xenmodel_room());
}

/* A page has no headroom; the guest is answered all the same. */
static void netback_transfermode_test_headroom(struct kunit *test)
{
	struct guest *g = test->priv;
	struct guest_received got;

	only_on_pv(test);
	xenmodel_vif_write(&g->vif, "xdp-headroom", 256);
	connect(test, 1);
	KUNIT_EXPECT_TRUE(test, g->dev->features & NETIF_F_TSO);
	guest_offer_places(g, 0, 0, 3);
	guest_give(g, guest_packet(g, 4096, 1));
	KUNIT_EXPECT_TRUE(test, guest_receive(test, 0, &got));
	KUNIT_EXPECT_EQ(test, 1U, got.slots);
	KUNIT_EXPECT_EQ(test, 0U, got.nr_extras);
	xenmodel_vif_write(&g->vif, "state", XenbusStateReconfiguring);
	xenmodel_vif_write(&g->vif, "xdp-headroom", 200);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif,
						  XenbusStateReconfigured));
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	KUNIT_EXPECT_TRUE(test,
			  xenmodel_vif_wait(&g->vif, XenbusStateConnected));
	guest_give(g, guest_packet(g, 5000, 2));
	guest_expect(test, 0, 5000, 2);
}

/* The folders vanish under packets that wait. */
static void netback_transfermode_test_killed(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	connect(test, 2);
	guest_offer_places(g, 0, 0, 20);
	for (i = 0; i < 10; i++)
		guest_give(g, guest_packet(g, 30000, i));
}

static struct kunit_case netback_transfermode_cases[] = {
	KUNIT_CASE_PARAM(netback_transfermode_test_size,
			 guest_size_gen_params),
	KUNIT_CASE(netback_transfermode_test_fragments),
	KUNIT_CASE_PARAM(netback_transfermode_test_whole, whole_gen_params),
	KUNIT_CASE(netback_transfermode_test_extra),
	KUNIT_CASE(netback_transfermode_test_one_call),
	KUNIT_CASE(netback_transfermode_test_many),
	KUNIT_CASE(netback_transfermode_test_queues),
	KUNIT_CASE_PARAM(netback_transfermode_test_refused,
			 refusal_gen_params),
	KUNIT_CASE(netback_transfermode_test_call_fails),
	KUNIT_CASE(netback_transfermode_test_receiver_gone),
	KUNIT_CASE(netback_transfermode_test_no_memory),
	KUNIT_CASE(netback_transfermode_test_offered),
	KUNIT_CASE(netback_transfermode_test_not_offered),
	KUNIT_CASE(netback_transfermode_test_changes_its_mind),
	KUNIT_CASE(netback_transfermode_test_headroom),
	KUNIT_CASE(netback_transfermode_test_killed),
	{}
};

static struct kunit_suite netback_transfermode_suite = {
	.name = "netback_transfermode",
	.init = transfermode_init,
	.exit = transfermode_exit,
	.test_cases = netback_transfermode_cases,
};

kunit_test_suite(netback_transfermode_suite);
