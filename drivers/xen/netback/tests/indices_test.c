// SPDX-License-Identifier: GPL-2.0
/*
 * Indices of the rings that make no sense, while they are in use.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/skbuff.h>

#include "guest.h"
#include "honest.h"

/* What else is on the ring's page is the guest's own affair. */
static void netback_indices_test_scribble(struct kunit *test)
{
	struct guest *g = test->priv;
	struct xenmodel_vif_queue *queue;
	unsigned int i;

	guest_connect(test, 1, true);
	queue = &g->vif.queues[0];
	guest_fill(g, 0, 1);
	for (i = 0; i < 40; i++) {
		queue->tx.sring->rsp_prod = i * 0x12345679;
		queue->tx.sring->rsp_event = ~i * 0x9e3779b1;
		memset(queue->tx.sring->__pad, i,
		       sizeof(queue->tx.sring->__pad));
		guest_slot(g, 0, 0, 100, 0);
		queue->tx.sring->req_prod = queue->tx.req_prod_pvt;
		queue->tx.sring->req_event = i * 0x85ebca6b;
		xenmodel_evtchn_kick(queue->tx_port);
		msleep(1);
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
		KUNIT_EXPECT_EQ(test, i + 1, queue->tx.sring->rsp_prod);
		kfree_skb(guest_arrived(g));
	}
	KUNIT_EXPECT_EQ(test, 40ULL, guest_counter(g, "tx_packets"));
}

static const unsigned int producers[] = { 257, 5000, 0x80000000, 0xffffffff };

static void producer_name(const unsigned int *producer, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%#x", *producer);
}

KUNIT_ARRAY_PARAM(producer, producers, producer_name);

static void netback_indices_test_impossible_producer(struct kunit *test)
{
	unsigned int producer = *(const unsigned int *)test->param_value;
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	g->vif.queues[0].rx.sring->req_prod = producer;
	xenmodel_evtchn_kick(g->vif.queues[0].rx_port);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, 0U, xenmodel_mapped(g->domain));
}

static struct kunit_case netback_indices_cases[] = {
	KUNIT_CASE(netback_indices_test_scribble),
	KUNIT_CASE_PARAM(netback_indices_test_impossible_producer,
			 producer_gen_params),
	{}
};

static struct kunit_suite netback_indices_suite = {
	.name = "netback_indices",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_indices_cases,
};

kunit_test_suite(netback_indices_suite);
