// SPDX-License-Identifier: GPL-2.0
/*
 * Slots that change while a pass works on them. The guest acts whenever the
 * driver calls Xen: all slots of the pass have been read by then, but nothing
 * is copied yet, and nothing answered. What the first look saw has to count.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/prandom.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <xen/gnttab/replace.h>

#include "guest.h"
#include "honest.h"

/* Of the guest's pages: what a slot names that has been changed. */
#define OTHER_PAGE	20
/* And what it has for an id. */
#define OTHER_IDS	0x4000

enum {
	GREF = 1, OFFSET = 2, SIZE = 4, ID = 8, FLAGS = 16,
	ALL = GREF | OFFSET | SIZE | ID | FLAGS,
};

struct change_row {
	const char *name;
	unsigned int what;
};

static const struct change_row change_rows[] = {
	{ "nothing", 0 },
	{ "the reference", GREF },
	{ "the offset", OFFSET },
	{ "the size", SIZE },
	{ "the id", ID },
	{ "the flags", FLAGS },
	{ "all", ALL },
};

KUNIT_ARRAY_PARAM_DESC(change, change_rows, name);

/*
 * What the guest does in the first call to Xen that the driver makes: answers of
 * a pass stay as they are in the next.
 */
static struct {
	struct guest *g;
	unsigned int what;
	unsigned int calls;
} deed;

static void change_slot(struct xen_netif_tx_request *slot)
{
	if (deed.what & GREF)
		slot->gref = deed.g->refs[OTHER_PAGE];
	if (deed.what & OFFSET)
		slot->offset ^= 7;
	if (deed.what & SIZE)
		slot->size ^= 12;
	if (deed.what & ID)
		slot->id ^= OTHER_IDS;
	if (deed.what & FLAGS)
		slot->flags ^= XEN_NETTXF_csum_blank | XEN_NETTXF_more_data |
			       XEN_NETTXF_extra_info;
}

static void change_transmit(void *unused)
{
	struct xen_netif_tx_sring *ring = deed.g->vif.queues[0].tx.sring;
	unsigned int i;

	if (deed.calls++)
		return;
	for (i = 0; i < RING_SIZE(&deed.g->vif.queues[0].tx); i++)
		change_slot(&ring->ring[i].req);
}

static void change_receive(void *unused)
{
	struct xen_netif_rx_sring *ring = deed.g->vif.queues[0].rx.sring;
	unsigned int i;

	if (deed.calls++)
		return;
	for (i = 0; i < RING_SIZE(&deed.g->vif.queues[0].rx); i++) {
		if (deed.what & GREF)
			ring->ring[i].req.gref = deed.g->refs[OTHER_PAGE];
		if (deed.what & ID)
			ring->ring[i].req.id ^= 8;
	}
}

static void change_control(void *unused)
{
	struct xen_netif_ctrl_front_ring *ring = &deed.g->vif.ctrl;

	deed.calls++;
	memset(ring->sring->ring, 0x55,
	       RING_SIZE(ring) * sizeof(ring->sring->ring[0]));
}

static void begin(struct kunit *test, unsigned int cmd,
		  void (*change)(void *unused), unsigned int what)
{
	deed.g = test->priv;
	deed.what = what;
	deed.calls = 0;
	xenmodel_hook(cmd, change, NULL);
}

/* It has had its chances. */
static void end(struct kunit *test, unsigned int cmd, unsigned int calls)
{
	xenmodel_hook(cmd, NULL, NULL);
	KUNIT_EXPECT_GE(test, deed.calls, calls);
}

static void expect_answer(struct kunit *test, u16 id, int status)
{
	struct xen_netif_tx_response response = { .status = 99 };
	struct guest *g = test->priv;

	xenmodel_vif_tx_response(&g->vif.queues[0], &response);
	KUNIT_EXPECT_EQ(test, id, response.id);
	KUNIT_EXPECT_EQ(test, status, (int)response.status);
}

/* From byte @at of what the stack has, @len bytes of page @page, from @offset. */
static void expect_bytes(struct kunit *test, struct sk_buff *skb,
			 unsigned int at, unsigned int page,
			 unsigned int offset, unsigned int len)
{
	struct guest *g = test->priv;
	u8 *got = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, got);
	KUNIT_ASSERT_EQ(test, 0, skb_copy_bits(skb, at, got, len));
	KUNIT_EXPECT_EQ(test, 0, memcmp(got, guest_data(g, page) + offset,
					len));
	kunit_kfree(test, got);
}

static void expect_one_slot(struct kunit *test)
{
	struct sk_buff *skb = guest_arrived(test->priv);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, 100U - ETH_HLEN, skb->len);
	KUNIT_EXPECT_EQ(test, CHECKSUM_NONE, (int)skb->ip_summed);
	expect_bytes(test, skb, 0, 4, ETH_HLEN, 100 - ETH_HLEN);
	kfree_skb(skb);
}

static void expect_chain(struct kunit *test)
{
	struct sk_buff *skb = guest_arrived(test->priv);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, 3000U - ETH_HLEN, skb->len);
	expect_bytes(test, skb, 0, 1, ETH_HLEN, 500 - ETH_HLEN);
	expect_bytes(test, skb, 500 - ETH_HLEN, 2, 0, 1000);
	expect_bytes(test, skb, 1500 - ETH_HLEN, 3, 0, 1500);
	kfree_skb(skb);
}

static void expect_large(struct kunit *test, unsigned int nr_pages)
{
	struct sk_buff *skb = guest_arrived(test->priv);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, 100 + nr_pages * 4096 - ETH_HLEN, skb->len);
	KUNIT_EXPECT_EQ(test, CHECKSUM_PARTIAL, (int)skb->ip_summed);
	KUNIT_EXPECT_EQ(test, 1000, (int)skb_shinfo(skb)->gso_size);
	KUNIT_EXPECT_TRUE(test, skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4);
	for (i = 0; i < nr_pages; i++)
		expect_bytes(test, skb, 100 + i * 4096 - ETH_HLEN, 5 + i, 0,
			     4096);
	kfree_skb(skb);
}

/* Segments: headers in page 0, and whole pages from 5 on. */
static void put_large(struct guest *g, unsigned int nr_pages)
{
	unsigned int len = 100 + nr_pages * 4096, i;

	guest_fill_ip(g, len, IPPROTO_TCP);
	guest_slot(g, 0, 0, len, XEN_NETTXF_csum_blank |
		   XEN_NETTXF_extra_info | XEN_NETTXF_more_data);
	guest_add_gso(g, XEN_NETIF_GSO_TYPE_TCPV4, 1000);
	for (i = 1; i <= nr_pages; i++)
		guest_slot(g, 0, 4 + i, 4096,
			   i < nr_pages ? XEN_NETTXF_more_data : 0);
}

static void fill_pages(struct guest *g)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		guest_fill(g, i, 1 + 30 * i);
	guest_fill(g, OTHER_PAGE, 200);
}

/* One slot, several, and one with extra information, in one pass. */
static void netback_race_test_transmit(struct kunit *test)
{
	const struct change_row *row = test->param_value;
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	fill_pages(g);
	guest_slot(g, 0, 4, 100, 0);
	guest_slot(g, 0, 1, 3000, XEN_NETTXF_more_data);
	guest_slot(g, 0, 2, 1000, XEN_NETTXF_more_data);
	guest_slot(g, 0, 3, 1500, 0);
	put_large(g, 1);
	begin(test, GNTTABOP_copy, change_transmit, row->what);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	expect_answer(test, 0x104, XEN_NETIF_RSP_OKAY);
	expect_answer(test, 0x101, XEN_NETIF_RSP_OKAY);
	expect_answer(test, 0x102, XEN_NETIF_RSP_OKAY);
	expect_answer(test, 0x103, XEN_NETIF_RSP_OKAY);
	expect_answer(test, 0x100, XEN_NETIF_RSP_OKAY);
	expect_answer(test, 0, XEN_NETIF_RSP_NULL);
	expect_answer(test, 0x105, XEN_NETIF_RSP_OKAY);
	end(test, GNTTABOP_copy, 1);
	/* What may be put together is handed on before the others. */
	expect_large(test, 1);
	expect_one_slot(test);
	expect_chain(test);
	honest_works(test);
	guest_works(test);
}

/* Refused for what they were, and nothing else of the ring is touched. */
static void netback_race_test_refused(struct kunit *test)
{
	const struct change_row *row = test->param_value;
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	fill_pages(g);
	guest_slot(g, 0, 1, 100, 0)->gref = 5000;
	guest_slot(g, 0, 2, 5000, 0);
	guest_slot(g, 0, 4, 100, 0);
	begin(test, GNTTABOP_copy, change_transmit, row->what);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	expect_answer(test, 0x101, XEN_NETIF_RSP_ERROR);
	expect_answer(test, 0x102, XEN_NETIF_RSP_ERROR);
	expect_answer(test, 0x104, XEN_NETIF_RSP_OKAY);
	end(test, GNTTABOP_copy, 1);
	expect_one_slot(test);
	honest_works(test);
	guest_works(test);
}

static void let_map(struct kunit *test)
{
	if (!xengnt_can_replace())
		kunit_skip(test, "this kind of domain cannot");
	guest_connect(test, 1, true);
	guest_write(test, "/sys/bus/xen-backend/devices/vif-21-3/tx_mode",
		    "map");
	fill_pages(test->priv);
}

/* While pages are mapped, too: those are answered when nobody has them. */
static void netback_race_test_mapped(struct kunit *test)
{
	const struct change_row *row = test->param_value;
	struct guest *g = test->priv;

	let_map(test);
	put_large(g, 2);
	begin(test, GNTTABOP_map_grant_ref, change_transmit, row->what);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	expect_answer(test, 0x100, XEN_NETIF_RSP_OKAY);
	expect_answer(test, 0, XEN_NETIF_RSP_NULL);
	expect_large(test, 2);
	expect_answer(test, 0x105, XEN_NETIF_RSP_OKAY);
	expect_answer(test, 0x106, XEN_NETIF_RSP_OKAY);
	end(test, GNTTABOP_map_grant_ref, 1);
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "tx_mapped"));
	honest_works(test);
	guest_works(test);
}

/* What cannot be mapped is copied from where it was said to be. */
static void netback_race_test_not_mapped(struct kunit *test)
{
	const struct change_row *row = test->param_value;
	struct guest *g = test->priv;

	let_map(test);
	put_large(g, 2);
	xenmodel_inject(GNTTABOP_map_grant_ref, GNTST_no_device_space, 0, 2);
	begin(test, GNTTABOP_map_grant_ref, change_transmit, row->what);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	expect_answer(test, 0x100, XEN_NETIF_RSP_OKAY);
	expect_answer(test, 0, XEN_NETIF_RSP_NULL);
	expect_answer(test, 0x105, XEN_NETIF_RSP_OKAY);
	expect_answer(test, 0x106, XEN_NETIF_RSP_OKAY);
	end(test, GNTTABOP_map_grant_ref, 1);
	expect_large(test, 2);
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "tx_map_failed"));
	honest_works(test);
	guest_works(test);
}

static const struct change_row receive_rows[] = {
	{ "nothing", 0 },
	{ "the reference", GREF },
	{ "the id", ID },
	{ "both", GREF | ID },
};

KUNIT_ARRAY_PARAM_DESC(receive, receive_rows, name);

static void netback_race_test_receive(struct kunit *test)
{
	const struct change_row *row = test->param_value;
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 4);
	begin(test, GNTTABOP_copy, change_receive, row->what);
	guest_give(g, guest_packet(g, 9000, 3));
	end(test, GNTTABOP_copy, 1);
	guest_expect(test, 0, 9000, 3);
	honest_works(test);
}

/* The key is copied; what the message was, and its id, stay. */
static void netback_race_test_control(struct kunit *test)
{
	const u16 type = XEN_NETIF_CTRL_TYPE_SET_HASH_KEY;
	struct guest *g = test->priv;
	u32 data;

	guest_connect_ctrl(test, 1);
	KUNIT_ASSERT_EQ(test, XEN_NETIF_CTRL_STATUS_SUCCESS,
			guest_say(test,
				  XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM,
				  XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ, 0,
				  0));
	guest_ctrl_put(g, type, g->refs[GUEST_LIST], 40, 0);
	begin(test, GNTTABOP_copy, change_control, 0);
	xenmodel_vif_ctrl_push(&g->vif);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_CTRL_STATUS_SUCCESS,
			guest_ctrl_answer(test, type, &data));
	end(test, GNTTABOP_copy, 1);
	honest_works(test);
	guest_works(test);
}

/*
 * Somebody who never ceases. A slot looks one way or the other, and its id says
 * which.
 */
#define ROUND_SLOTS	32

struct flipper {
	struct guest *g;
	struct rnd_state rnd;
	bool garbage;
	u32 first;		/* of the slots that are its */
	unsigned int times;
	struct task_struct *task;
};

static void wear(struct guest *g, struct xen_netif_tx_request *slot,
		 unsigned int index, unsigned int look)
{
	*slot = (struct xen_netif_tx_request) {
		.gref = g->refs[look],
		.offset = 0,
		.size = 100 + 100 * look,
		.flags = look ? XEN_NETTXF_data_validated : 0,
		.id = 2 * index + look,
	};
}

static void flip(void *data)
{
	struct flipper *f = data;
	struct xen_netif_tx_front_ring *ring = &f->g->vif.queues[0].tx;
	struct xen_netif_tx_request *slot;
	unsigned int i = 0;

	f->times++;
	/* It wants to see the answers, if not what becomes of them. */
	if (!f->garbage)
		i = READ_ONCE(ring->sring->rsp_prod) - f->first;
	for (; i < ROUND_SLOTS; i++) {
		slot = RING_GET_REQUEST(ring, f->first + i);

		if (f->garbage)
			prandom_bytes_state(&f->rnd, slot, sizeof(*slot));
		else
			wear(f->g, slot, i, prandom_u32_state(&f->rnd) & 1);
	}
}

static int flip_on(void *data)
{
	while (!kthread_should_stop()) {
		flip(data);
		usleep_range(30, 60);
	}
	return 0;
}

static void flipper_start(struct kunit *test, struct flipper *f)
{
	f->g = test->priv;
	prandom_seed_state(&f->rnd, 12345);
	f->first = f->g->vif.queues[0].tx.req_prod_pvt;
	f->task = kthread_run(flip_on, f, "flipper");
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->task));
	xenmodel_hook(GNTTABOP_copy, flip, f);
}

static void flipper_stop(struct kunit *test, struct flipper *f)
{
	xenmodel_hook(GNTTABOP_copy, NULL, NULL);
	kthread_stop(f->task);
	KUNIT_EXPECT_GT(test, f->times, 1U);
}

/* Slots without a notification, which comes when they have changed for a while. */
static void show_slots(struct flipper *f, unsigned int us)
{
	struct xenmodel_vif_queue *queue = &f->g->vif.queues[0];
	unsigned int i;

	for (i = 0; i < ROUND_SLOTS; i++)
		wear(f->g, xenmodel_vif_tx_request(queue), i, 0);
	RING_PUSH_REQUESTS(&queue->tx);
	usleep_range(us, us + 1);
	xenmodel_evtchn_kick(queue->tx_port);
	msleep(10);
}

/* It is answered as one of the two, and has come as that one. */
static unsigned int expect_flipped(struct kunit *test, unsigned int index)
{
	struct xen_netif_tx_response response = { .status = 99 };
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int look;

	xenmodel_vif_tx_response(&g->vif.queues[0], &response);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, (int)response.status);
	KUNIT_ASSERT_EQ(test, index, response.id / 2U);
	look = response.id % 2;
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, 100 + 100 * look - ETH_HLEN, skb->len);
	KUNIT_EXPECT_EQ(test, look ? CHECKSUM_UNNECESSARY : CHECKSUM_NONE,
			(int)skb->ip_summed);
	expect_bytes(test, skb, 0, look, ETH_HLEN, skb->len);
	kfree_skb(skb);
	return look;
}

static void netback_race_test_all_the_while(struct kunit *test)
{
	unsigned int round, i, looks[2] = {};
	struct guest *g = test->priv;
	struct flipper f = {};

	guest_connect(test, 1, true);
	fill_pages(g);
	for (round = 0; round < 40; round++) {
		flipper_start(test, &f);
		show_slots(&f, 40 + 17 * round);
		flipper_stop(test, &f);
		for (i = 0; i < ROUND_SLOTS; i++)
			looks[expect_flipped(test, i)]++;
		if (round % 8 == 0)
			honest_works(test);
	}
	KUNIT_EXPECT_GT(test, looks[0], 400U);
	KUNIT_EXPECT_GT(test, looks[1], 400U);
	guest_works(test);
}

/* It writes anything at all: the interface may be closed, and comes again. */
static void netback_race_test_garbage(struct kunit *test)
{
	struct flipper f = { .garbage = true };
	struct guest *g = test->priv;
	unsigned int round;

	for (round = 0; round < 20; round++) {
		guest_connect(test, 1, true);
		flipper_start(test, &f);
		show_slots(&f, 40 + 17 * round);
		msleep(20);
		flipper_stop(test, &f);
		honest_works(test);
		guest_disconnect(test);
		skb_queue_purge(&g->packets);
		KUNIT_EXPECT_EQ(test, 0U, xenmodel_mapped(g->domain));
		xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	}
	guest_connect(test, 1, true);
	guest_works(test);
}

static void race_exit(struct kunit *test)
{
	unsigned int cmd;

	for (cmd = 0; cmd <= GNTTABOP_copy; cmd++)
		xenmodel_hook(cmd, NULL, NULL);
	honest_exit(test);
}

static struct kunit_case netback_race_cases[] = {
	KUNIT_CASE_PARAM(netback_race_test_transmit, change_gen_params),
	KUNIT_CASE_PARAM(netback_race_test_refused, change_gen_params),
	KUNIT_CASE_PARAM(netback_race_test_mapped, change_gen_params),
	KUNIT_CASE_PARAM(netback_race_test_not_mapped, change_gen_params),
	KUNIT_CASE_PARAM(netback_race_test_receive, receive_gen_params),
	KUNIT_CASE(netback_race_test_control),
	KUNIT_CASE(netback_race_test_all_the_while),
	KUNIT_CASE(netback_race_test_garbage),
	{}
};

static struct kunit_suite netback_race_suite = {
	.name = "netback_race",
	.init = honest_init,
	.exit = race_exit,
	.test_cases = netback_race_cases,
};

kunit_test_suite(netback_race_suite);
