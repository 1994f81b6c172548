// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest may send in a time, through all its queues.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/ktime.h>

#include "guest.h"
#include "honest.h"

#define QUEUES	4

/* 4000 bytes in 100 ms: four packets of 1000 bytes. */
static void netback_rate_test_kept(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;
	ktime_t begin;
	s64 ms;

	guest_toolstack(g, "rate", "4000,100000");
	guest_connect(test, 2, true);
	guest_fill(g, 0, 1);
	begin = ktime_get();
	for (i = 0; i < 40; i++) {
		guest_slot(g, i % 2, 0, 1000, 0);
		xenmodel_vif_tx_push(&g->vif.queues[i % 2]);
	}
	for (i = 0; i < 40; i++)
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, i % 2));
	ms = ktime_ms_delta(ktime_get(), begin);
	/* Ten periods for both queues, the first one a part of one. */
	KUNIT_EXPECT_GE(test, ms, 790LL);
	KUNIT_EXPECT_LE(test, ms, 1100LL);
}

static void netback_rate_test_lifted(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;
	ktime_t begin;

	guest_toolstack(g, "rate", "4000,100000");
	guest_connect(test, 1, true);
	guest_fill(g, 0, 1);
	for (i = 0; i < 40; i++)
		guest_slot(g, 0, 0, 1000, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	msleep(50);
	guest_toolstack(g, "rate", "4000000,100000");
	begin = ktime_get();
	for (i = 0; i < 40; i++)
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
	KUNIT_EXPECT_LE(test, ktime_ms_delta(ktime_get(), begin), 50LL);
}

static u32 answered(struct guest *g, unsigned int queue)
{
	return READ_ONCE(g->vif.queues[queue].tx.sring->rsp_prod);
}

/* A packet each 20 ms, and all queues are full: none is forgotten. */
static void netback_rate_test_all_queues(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i, queue;

	guest_toolstack(g, "rate", "1000,20000");
	guest_connect(test, QUEUES, true);
	guest_fill(g, 0, 1);
	for (queue = 0; queue < QUEUES; queue++) {
		for (i = 0; i < 40; i++)
			guest_slot(g, queue, 0, 1000, 0);
		xenmodel_vif_tx_push(&g->vif.queues[queue]);
	}
	msleep(QUEUES * 10 * 20);
	for (queue = 0; queue < QUEUES; queue++) {
		KUNIT_EXPECT_GE_MSG(test, answered(g, queue), 8U, "queue %u", queue);
		KUNIT_EXPECT_LE_MSG(test, answered(g, queue), 12U, "queue %u", queue);
	}
}

/* A packet that waits is made larger: it is not sent for what it cost before. */
static void netback_rate_test_grows(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xen_netif_tx_request *slot;
	ktime_t begin;

	guest_toolstack(g, "rate", "1000,100000");
	guest_connect(test, 1, true);
	guest_fill(g, 0, 1);
	/* The second waits for the end of a period, so that another one begins now. */
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, 1000));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, 1000));
	begin = ktime_get();
	slot = guest_slot(g, 0, 0, 1000, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	msleep(20);
	slot->size = 4000;
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, 1000));
	/* What is sent last has to wait for those 3000 bytes, too. */
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), begin), 390LL);
}

/* What the guest writes about something else does not let its packets pass. */
static void netback_rate_test_kicked(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i, queue;
	ktime_t begin;
	char path[80];
	s64 periods;

	guest_toolstack(g, "rate", "1000,100000");
	guest_connect(test, QUEUES, true);
	guest_fill(g, 0, 1);
	for (queue = 0; queue < QUEUES; queue++) {
		for (i = 0; i < 40; i++)
			guest_slot(g, queue, 0, 1000, 0);
		xenmodel_vif_tx_push(&g->vif.queues[queue]);
	}
	begin = ktime_get();
	snprintf(path, sizeof(path), "%s/xdp-headroom", g->vif.frontend);
	for (i = 0; i < 60; i++) {
		xenmodel_store_write(path, "0");
		xenmodel_store_settle();
		msleep(10);
	}
	for (queue = 0, i = 0; queue < QUEUES; queue++)
		i += answered(g, queue);
	periods = ktime_ms_delta(ktime_get(), begin) / 100;
	KUNIT_EXPECT_GE(test, i, periods - 2);
	KUNIT_EXPECT_LE(test, i, periods + 2);
}

static struct kunit_case netback_rate_cases[] = {
	KUNIT_CASE(netback_rate_test_kept),
	KUNIT_CASE(netback_rate_test_lifted),
	KUNIT_CASE(netback_rate_test_all_queues),
	KUNIT_CASE(netback_rate_test_grows),
	KUNIT_CASE(netback_rate_test_kicked),
	{}
};

static struct kunit_suite netback_rate_suite = {
	.name = "netback_rate",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_rate_cases,
};

kunit_test_suite(netback_rate_suite);
