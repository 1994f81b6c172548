// SPDX-License-Identifier: GPL-2.0
/*
 * What many interfaces take together, if their guests do all they can to have it
 * be much: see "Memory" of Documentation/netback.rst.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/sizes.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/stringify.h>
#include <linux/vmstat.h>

#include "guest.h"
#include "honest.h"

#define CROWD		8
#define CROWD_QUEUES	XENMODEL_VIF_QUEUES
#define ALL_QUEUES	(CROWD * CROWD_QUEUES)

/* The settings that are recommended to who has little. */
#define QUEUE_BYTES	131072
#define QUEUE_PACKETS	32

/* One packet, and what Linux adds to it. */
#define DATA_BYTES	60000
#define DATA_ORDER	4
#define PACKET_MEMORY	((PAGE_SIZE << DATA_ORDER) + SZ_2K)

/* Of a queue that never takes any. */
#define QUEUE_MEMORY	(QUEUE_BYTES + (1 + QUEUE_PACKETS) * PACKET_MEMORY)

/* What is always there, with what its discipline has. */
#define QUEUE_STRUCTURES	((220 + 24) * SZ_1K)

/* Free memory that was packets of the guest's, of a queue. */
#define QUEUE_FREE	(10 * SZ_1M)

static struct guest *crowd, *own;

/* Whoever acts is @g. */
static void as(struct kunit *test, struct guest *g,
	       void (*act)(struct kunit *test))
{
	test->priv = g;
	act(test);
	test->priv = own;
}

static void connect_all_queues(struct kunit *test)
{
	struct guest *g = test->priv;
	char path[60];

	guest_connect(test, CROWD_QUEUES, false);
	snprintf(path, sizeof(path), "/sys/class/net/%s/tx_queue_len", g->name);
	guest_write(test, path, __stringify(QUEUE_PACKETS));
}

static unsigned long free_bytes(void)
{
	return global_zone_page_state(NR_FREE_PAGES) * PAGE_SIZE;
}

/* What all of them have taken since there was @before. */
static unsigned long taken(unsigned long before)
{
	unsigned long now = free_bytes();

	return now < before ? before - now : 0;
}

static struct sk_buff *large_packet(struct guest *g)
{
	struct sk_buff *skb = guest_packet(g, 100, 1);
	struct page *page;

	page = alloc_pages(GFP_KERNEL | __GFP_COMP, DATA_ORDER);
	if (!skb || !page) {
		kfree_skb(skb);
		if (page)
			__free_pages(page, DATA_ORDER);
		return NULL;
	}
	skb_add_rx_frag(skb, 0, page, 0, DATA_BYTES, PAGE_SIZE << DATA_ORDER);
	return skb;
}

struct stuck_row {
	const char *name;
	bool large;
	unsigned int packets;	/* for each queue: more than there is room for */
	unsigned int waiting;	/* bytes of memory in a queue, at least */
};

static const struct stuck_row stuck_rows[] = {
	{ "large packets", true, 2 * QUEUE_PACKETS, QUEUE_BYTES },
	{ "small packets", false, 300, QUEUE_BYTES },
};

KUNIT_ARRAY_PARAM_DESC(stuck, stuck_rows, name);

static void choose_queue(struct sk_buff *skb, unsigned int queue)
{
	skb_set_hash(skb, queue << 30, PKT_HASH_TYPE_L4);
}

/* Linux gives a queue more than one packet when it has seen one go. */
static void receive_one(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < CROWD_QUEUES; i++) {
		guest_offer(g, i, i, 1);
		skb = guest_packet(g, 100, i);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		choose_queue(skb, i);
		guest_give(g, skb);
		guest_expect(test, i, 100, i);
	}
}

static void flood(struct kunit *test)
{
	const struct stuck_row *row = test->param_value;
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < CROWD_QUEUES * row->packets; i++) {
		skb = row->large ? large_packet(g) : guest_packet(g, 60, 1);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		choose_queue(skb, i % CROWD_QUEUES);
		dev_queue_xmit(skb);
	}
}

/* What debugfs says of the packets that wait. */
static void expect_within_limits(struct kunit *test)
{
	char *text = kunit_kzalloc(test, SZ_16K, GFP_KERNEL), *line;
	const struct stuck_row *row = test->param_value;
	unsigned int packets, bytes, memory, queues = 0;

	KUNIT_ASSERT_NOT_NULL(test, text);
	guest_debugfs(test, text, SZ_16K);
	for (line = text; (line = strstr(line, "  waiting ")); line++) {
		KUNIT_ASSERT_EQ(test, 3,
				sscanf(line,
				       "  waiting packets %u bytes %u memory %u",
				       &packets, &bytes, &memory));
		KUNIT_EXPECT_GE(test, memory, row->waiting);
		KUNIT_EXPECT_LE(test, memory,
				(unsigned int)(QUEUE_BYTES + PACKET_MEMORY));
		queues++;
	}
	KUNIT_EXPECT_EQ(test, CROWD_QUEUES, queues);
	kunit_kfree(test, text);
}

/* As long as there is something for the guest it counts as stalled. */
static void expect_given_up(struct kunit *test)
{
	const struct stuck_row *row = test->param_value;
	struct guest *g = test->priv;

	KUNIT_EXPECT_EQ(test, !row->large, netif_carrier_ok(g->dev));
	KUNIT_EXPECT_GT(test, guest_counter(g, "rx_expired"), 0ULL);
}

/* KASAN's own memory would be counted, too, and what it keeps for a while. */
static void expect_at_most(struct kunit *test, unsigned long memory,
			   unsigned long of_a_queue)
{
	if (!IS_ENABLED(CONFIG_KASAN))
		KUNIT_EXPECT_LE(test, memory, ALL_QUEUES * of_a_queue);
}

static void for_all(struct kunit *test, void (*act)(struct kunit *test))
{
	unsigned int i;

	for (i = 0; i < CROWD; i++)
		as(test, &crowd[i], act);
}

/* Packets for guests that take none, and somebody sends more of them. */
static void netback_memory_test_stuck(struct kunit *test)
{
	const struct stuck_row *row = test->param_value;
	unsigned long before = free_bytes(), memory;

	guest_parameter(test, "rx_queue_bytes", __stringify(QUEUE_BYTES));
	for_all(test, connect_all_queues);
	expect_at_most(test, taken(before), QUEUE_STRUCTURES);

	for_all(test, receive_one);
	before = free_bytes();
	for_all(test, flood);
	memory = taken(before);
	for_all(test, expect_within_limits);
	expect_at_most(test, memory, QUEUE_MEMORY);
	/* Else nothing was tried. */
	if (row->large)
		KUNIT_EXPECT_GT(test, memory, ALL_QUEUES * QUEUE_MEMORY / 2);
	honest_works(test);

	msleep(80000);
	for_all(test, expect_given_up);
	/* Linux keeps some of what small packets were in. */
	expect_at_most(test, taken(before), SZ_64K);
	honest_works(test);
}

/* As many packets of each queue as its ring has room for, which somebody keeps. */
static void send_much(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i, queue;

	guest_fill(g, 0, 1);
	for (queue = 0; queue < CROWD_QUEUES; queue++) {
		for (i = 0; i < 256; i++)
			guest_slot(g, queue, 0, 4096, 0);
		xenmodel_vif_tx_push(&g->vif.queues[queue]);
	}
	msleep(10);
	for (queue = 0; queue < CROWD_QUEUES; queue++)
		for (i = 0; i < 256; i++)
			KUNIT_ASSERT_EQ(test, XEN_NETIF_RSP_OKAY,
					guest_status(test, queue));
}

static void let_go(struct kunit *test)
{
	struct guest *g = test->priv;

	KUNIT_EXPECT_EQ(test, 256U * CROWD_QUEUES, skb_queue_len(&g->packets));
	skb_queue_purge(&g->packets);
}

/* Packets of guests, when whoever had them has done with them. */
static void netback_memory_test_kept(struct kunit *test)
{
	unsigned long before, memory;

	for_all(test, connect_all_queues);
	before = free_bytes();
	for_all(test, send_much);
	memory = taken(before);
	for_all(test, let_go);
	expect_at_most(test, taken(before), QUEUE_FREE);
	honest_works(test);
	/* And of that, who sends little has little after a while. */
	for_all(test, guest_works);
	msleep(3000);
	for_all(test, guest_works);
	KUNIT_EXPECT_LT(test, taken(before), memory / 8);
	honest_works(test);
}

static int memory_init(struct kunit *test)
{
	unsigned int i;
	int ret;

	ret = honest_init(test);
	if (ret)
		return ret;
	own = test->priv;
	crowd = kunit_kcalloc(test, CROWD, sizeof(*crowd), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, crowd);
	for (i = 0; i < CROWD; i++)
		guest_create(test, &crowd[i], 40 + i, i);
	return 0;
}

static void memory_exit(struct kunit *test)
{
	unsigned int i;

	/* If a case ended in the middle. */
	test->priv = own;
	for (i = 0; i < CROWD; i++)
		guest_destroy(test, &crowd[i]);
	guest_parameter(test, "rx_queue_bytes", "524288");
	honest_exit(test);
}

static struct kunit_case netback_memory_cases[] = {
	KUNIT_CASE_PARAM(netback_memory_test_stuck, stuck_gen_params),
	KUNIT_CASE(netback_memory_test_kept),
	{}
};

static struct kunit_suite netback_memory_suite = {
	.name = "netback_memory",
	.init = memory_init,
	.exit = memory_exit,
	.test_cases = netback_memory_cases,
};

kunit_test_suite(netback_memory_suite);
