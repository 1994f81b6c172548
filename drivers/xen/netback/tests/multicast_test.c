// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/slab.h>

#include "../multicast.h"

static const u8 wanted[ETH_ALEN] = { 0x01, 0x00, 0x5e, 1, 2, 3 };
static const u8 other[ETH_ALEN] = { 0x01, 0x00, 0x5e, 1, 2, 4 };

static int netback_multicast_init_test(struct kunit *test)
{
	struct netback_multicast *list = kunit_kzalloc(test, sizeof(*list),
						       GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, list);
	netback_multicast_init(list);
	list->filter = true;
	test->priv = list;
	return 0;
}

static void netback_multicast_test_filter(struct kunit *test)
{
	static const u8 broadcast[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };
	static const u8 unicast[ETH_ALEN] = { 0, 0x16, 0x3e, 1, 2, 3 };
	struct netback_multicast *list = test->priv;

	KUNIT_EXPECT_EQ(test, 0, netback_multicast_add(list, wanted));
	KUNIT_EXPECT_TRUE(test, netback_multicast_wants(list, wanted));
	KUNIT_EXPECT_FALSE(test, netback_multicast_wants(list, other));
	KUNIT_EXPECT_TRUE(test, netback_multicast_wants(list, broadcast));
	KUNIT_EXPECT_TRUE(test, netback_multicast_wants(list, unicast));
	KUNIT_EXPECT_EQ(test, -EINVAL, netback_multicast_add(list, unicast));
	list->filter = false;
	KUNIT_EXPECT_TRUE(test, netback_multicast_wants(list, other));
}

static void netback_multicast_test_remove(struct kunit *test)
{
	struct netback_multicast *list = test->priv;

	netback_multicast_remove(list, wanted);
	/* Twice is once. */
	netback_multicast_add(list, wanted);
	netback_multicast_add(list, wanted);
	netback_multicast_remove(list, other);
	KUNIT_EXPECT_TRUE(test, netback_multicast_wants(list, wanted));
	netback_multicast_remove(list, wanted);
	KUNIT_EXPECT_FALSE(test, netback_multicast_wants(list, wanted));
}

/* Full is full, whichever addresses there are, and again after a change. */
static void netback_multicast_test_full(struct kunit *test)
{
	struct netback_multicast *list = test->priv;
	u8 address[ETH_ALEN] = { 0x33, 0x33 };
	unsigned int i, round;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < NETBACK_MULTICAST_MAX; i++) {
			address[4] = round;
			address[5] = i;
			KUNIT_EXPECT_EQ(test, 0,
					netback_multicast_add(list, address));
		}
		KUNIT_EXPECT_EQ(test, 0, netback_multicast_add(list, address));
		KUNIT_EXPECT_EQ(test, -ENOSPC,
				netback_multicast_add(list, wanted));
		for (i = 0; i < NETBACK_MULTICAST_MAX; i++) {
			address[5] = i;
			KUNIT_EXPECT_TRUE(test, netback_multicast_wants(list,
									address));
			netback_multicast_remove(list, address);
			KUNIT_EXPECT_FALSE(test, netback_multicast_wants(list,
									 address));
		}
	}
}

/* As netpoll sends, which is how the kernel's messages get to the net. */
static void netback_multicast_test_interrupts_off(struct kunit *test)
{
	struct netback_multicast *list = test->priv;
	unsigned long flags;
	bool off, wants;

	netback_multicast_add(list, wanted);
	local_irq_save(flags);
	wants = netback_multicast_wants(list, wanted) &&
		!netback_multicast_wants(list, other);
	off = irqs_disabled();
	local_irq_restore(flags);
	KUNIT_EXPECT_TRUE(test, wants);
	KUNIT_EXPECT_TRUE(test, off);
}

static struct kunit_case netback_multicast_cases[] = {
	KUNIT_CASE(netback_multicast_test_filter),
	KUNIT_CASE(netback_multicast_test_remove),
	KUNIT_CASE(netback_multicast_test_full),
	KUNIT_CASE(netback_multicast_test_interrupts_off),
	{}
};

static struct kunit_suite netback_multicast_suite = {
	.name = "netback_multicast",
	.init = netback_multicast_init_test,
	.test_cases = netback_multicast_cases,
};

kunit_test_suite(netback_multicast_suite);
