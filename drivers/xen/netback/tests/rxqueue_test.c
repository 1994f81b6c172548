// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that wait for the guest: how many may, who gives them to it, and from
 * where they can come.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>

#include "../conn.h"
#include "../interface.h"
#include "../queue.h"
#include "guest.h"
#include "honest.h"

#define BATCH	4

/* Two of them are more than waits for anything. */
#define LARGE	33000

static struct netback_receive *receive_of(struct guest *g)
{
	struct netback_vif *vif = netdev_priv(g->dev);

	return &rcu_dereference_protected(vif->conn, true)->queues[0]->receive;
}

/* Connected, and busy with a packet; what waits for it is full with BATCH. */
static void busy_guest(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_parameter(test, "rx_batch", "4");
	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 30);
	guest_give(g, guest_packet(g, 100, 99));
}

/* The copy calls that so many packets make before any softirq runs. */
static u64 calls_of(struct sk_buff **packets, unsigned int nr)
{
	u64 calls = xenmodel_counted(XENMODEL_COPY_CALLS);

	while (nr--)
		dev_queue_xmit(*packets++);
	return xenmodel_counted(XENMODEL_COPY_CALLS) - calls;
}

/* The sender that fills a batch gives it to the guest, and nobody else has to. */
static void netback_rxqueue_test_sender(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *packets[2 * BATCH];
	unsigned int i;

	busy_guest(test);
	for (i = 0; i < 2 * BATCH; i++)
		packets[i] = guest_packet(g, 200 + i, i);
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, 0ULL, calls_of(packets, BATCH - 1));
	KUNIT_EXPECT_EQ(test, 1ULL, calls_of(packets + BATCH - 1, 1));
	KUNIT_EXPECT_EQ(test, 1ULL, calls_of(packets + BATCH, BATCH));
	local_bh_enable();
	guest_expect(test, 0, 100, 99);
	for (i = 0; i < 2 * BATCH; i++)
		guest_expect(test, 0, 200 + i, i);
	KUNIT_EXPECT_EQ(test, 3ULL, guest_counter(g, "rx_passes"));
	guest_parameter(test, "rx_batch", "32");
}

/* Few packets, of many bytes: their sender may have more of them. */
static void netback_rxqueue_test_large(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *packets[2];
	unsigned int i;

	busy_guest(test);
	for (i = 0; i < 2; i++)
		packets[i] = guest_packet(g, LARGE, i);
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, 0ULL, calls_of(packets, 2));
	local_bh_enable();
	guest_expect(test, 0, 100, 99);
	for (i = 0; i < 2; i++)
		guest_expect(test, 0, LARGE, i);
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "rx_passes"));
	guest_parameter(test, "rx_batch", "32");
}

/* Packets that come many at a time, from a softirq. */
struct burst {
	struct tasklet_struct tasklet;
	struct sk_buff *packets[2 * BATCH];
	u64 calls;
};

static void burst_send(struct tasklet_struct *tasklet)
{
	struct burst *burst = from_tasklet(burst, tasklet, tasklet);

	burst->calls = calls_of(burst->packets, 2 * BATCH);
}

/* Such a sender makes no pass: one softirq later there is one for all. */
static void netback_rxqueue_test_burst(struct kunit *test)
{
	struct guest *g = test->priv;
	struct burst burst;
	unsigned int i;

	busy_guest(test);
	for (i = 0; i < 2 * BATCH; i++)
		burst.packets[i] = guest_packet(g, 200 + i, i);
	tasklet_setup(&burst.tasklet, burst_send);
	tasklet_schedule(&burst.tasklet);
	guest_expect(test, 0, 100, 99);
	for (i = 0; i < 2 * BATCH; i++)
		guest_expect(test, 0, 200 + i, i);
	tasklet_kill(&burst.tasklet);
	KUNIT_EXPECT_EQ(test, 0ULL, burst.calls);
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "rx_passes"));
	guest_parameter(test, "rx_batch", "32");
}

/* What there is no room for waits for the guest's event, not for a softirq. */
static void netback_rxqueue_test_no_room(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *packets[2 * BATCH];
	unsigned int i;

	guest_parameter(test, "rx_batch", "4");
	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 2);
	for (i = 0; i < 2 * BATCH; i++)
		packets[i] = guest_packet(g, 200 + i, i);
	guest_give(g, packets[0]);
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, 1ULL, calls_of(packets + 1, BATCH));
	KUNIT_EXPECT_EQ(test, 0ULL, calls_of(packets + 1 + BATCH, BATCH - 1));
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "rx_full"));
	guest_offer(g, 0, 2, 2 * BATCH);
	for (i = 0; i < 2 * BATCH; i++)
		guest_expect(test, 0, 200 + i, i);
	guest_parameter(test, "rx_batch", "32");
}

/* A small packet counts as what it takes, not as what it says. */
static void netback_rxqueue_test_memory(struct kunit *test)
{
	struct guest *g = test->priv;
	struct netback_rxqueue *waiting;
	unsigned int nr = 0, memory = 0;

	guest_parameter(test, "rx_queue_bytes", "20000");
	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 1);
	guest_give(g, guest_packet(g, 100, 99));
	guest_expect(test, 0, 100, 99);
	waiting = &receive_of(g)->waiting;
	while (!netif_tx_queue_stopped(waiting->txq) && nr < 200) {
		struct sk_buff *skb = guest_packet(g, 100, nr++);

		memory += skb->truesize;
		guest_give(g, skb);
	}
	KUNIT_EXPECT_LT(test, nr, 20000U / SKB_TRUESIZE(100) + 2);
	KUNIT_EXPECT_EQ(test, 100 * nr, waiting->bytes);
	KUNIT_EXPECT_EQ(test, memory, waiting->memory);
	honest_works(test);

	guest_offer(g, 0, 1, nr);
	while (nr--)
		KUNIT_EXPECT_TRUE(test, guest_receive(test, 0,
						      &(struct guest_received) {}));
	KUNIT_EXPECT_EQ(test, 0U, waiting->bytes);
	KUNIT_EXPECT_EQ(test, 0U, waiting->memory);
	KUNIT_EXPECT_FALSE(test, netif_tx_queue_stopped(waiting->txq));
	guest_parameter(test, "rx_queue_bytes", "524288");
}

/* However little memory there may be, a packet may wait, and the next one after it. */
static void netback_rxqueue_test_no_memory(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	guest_parameter(test, "rx_queue_bytes", "0");
	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 10);
	for (i = 0; i < 10; i++) {
		guest_give(g, guest_packet(g, 100, i));
		guest_expect(test, 0, 100, i);
	}
	guest_parameter(test, "rx_queue_bytes", "524288");
}

/* A packet from where netpoll may send one, too. */
struct interruption {
	struct hrtimer timer;
	struct sk_buff *skb;
};

static enum hrtimer_restart interruption_send(struct hrtimer *timer)
{
	struct interruption *in = container_of(timer, struct interruption,
					       timer);
	struct netdev_queue *txq = netdev_get_tx_queue(in->skb->dev, 0);

	if (__netif_tx_trylock(txq)) {
		netdev_start_xmit(in->skb, in->skb->dev, txq, false);
		__netif_tx_unlock(txq);
		in->skb = NULL;
	}
	return HRTIMER_NORESTART;
}

/* Checked by lockdep only: nobody else may hold the lock with interrupts on. */
static void netback_rxqueue_test_interrupt(struct kunit *test)
{
	struct guest *g = test->priv;
	struct interruption in;

	guest_connect(test, 1, true);
	guest_offer(g, 0, 0, 2);
	guest_give(g, guest_packet(g, 100, 1));
	guest_expect(test, 0, 100, 1);
	in.skb = guest_packet(g, 101, 2);
	hrtimer_init_on_stack(&in.timer, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
	in.timer.function = interruption_send;
	hrtimer_start(&in.timer, ms_to_ktime(1), HRTIMER_MODE_REL_HARD);
	msleep(20);
	hrtimer_cancel(&in.timer);
	destroy_hrtimer_on_stack(&in.timer);
	KUNIT_EXPECT_NULL(test, in.skb);
	guest_expect(test, 0, 101, 2);
}

static struct kunit_case netback_rxqueue_cases[] = {
	KUNIT_CASE(netback_rxqueue_test_sender),
	KUNIT_CASE(netback_rxqueue_test_large),
	KUNIT_CASE(netback_rxqueue_test_burst),
	KUNIT_CASE(netback_rxqueue_test_no_room),
	KUNIT_CASE(netback_rxqueue_test_memory),
	KUNIT_CASE(netback_rxqueue_test_no_memory),
	KUNIT_CASE(netback_rxqueue_test_interrupt),
	{}
};

static struct kunit_suite netback_rxqueue_suite = {
	.name = "netback_rxqueue",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_rxqueue_cases,
};

kunit_test_suite(netback_rxqueue_suite);
