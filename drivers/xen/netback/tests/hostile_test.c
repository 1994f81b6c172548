// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest does on purpose, while another one's packets come and go. More of
 * it is in the suites of the parts that it is about.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "guest.h"
#include "honest.h"

struct key_row {
	const char *name;
	const char *key;
	const char *value;	/* NULL: it is missing */
};

static const char huge[] = "huge";

/* What the model's frontend says besides is right, for one queue, split. */
static const struct key_row key_rows[] = {
	{ "no queues", "multi-queue-num-queues", "0" },
	{ "too many queues", "multi-queue-num-queues", "5" },
	{ "more queues than are there", "multi-queue-num-queues", "2" },
	{ "negative queues", "multi-queue-num-queues", "-1" },
	{ "queues that wrap", "multi-queue-num-queues", "4294967297" },
	{ "queues in words", "multi-queue-num-queues", "two" },
	{ "queues that are empty", "multi-queue-num-queues", "" },
	{ "huge number of queues", "multi-queue-num-queues", huge },
	{ "cannot copy", "request-rx-copy", "0" },
	{ "does not say that it can", "request-rx-copy", NULL },
	{ "copies, in words", "request-rx-copy", "yes" },
	{ "a negative feature", "feature-sg", "-1" },
	{ "an empty feature", "feature-rx-notify", "" },
	{ "a huge feature", "feature-gso-tcpv4", huge },
	{ "no ring to send", "tx-ring-ref", NULL },
	{ "no ring to receive", "rx-ring-ref", NULL },
	{ "ring of nobody", "tx-ring-ref", "100000" },
	{ "ring to receive of nobody", "rx-ring-ref", "100000" },
	{ "ring beyond all", "tx-ring-ref", "4294967295" },
	{ "ring that wraps", "rx-ring-ref", "4294967296" },
	{ "ring in words", "rx-ring-ref", "ring" },
	{ "negative ring", "tx-ring-ref", "-1" },
	{ "empty ring", "tx-ring-ref", "" },
	{ "huge ring", "rx-ring-ref", huge },
	{ "no event channel", "event-channel-tx", NULL },
	{ "no event channel to receive", "event-channel-rx", NULL },
	{ "event channel of nobody", "event-channel-tx", "63" },
	{ "event channel to receive of nobody", "event-channel-rx", "63" },
	{ "event channel 0", "event-channel-tx", "0" },
	{ "event channel beyond all", "event-channel-rx", "4294967295" },
	{ "event channel in words", "event-channel-rx", "x" },
	{ "huge event channel", "event-channel-tx", huge },
	{ "control ring without a port", "ctrl-ring-ref", "1" },
	{ "control ring in words", "ctrl-ring-ref", "ring" },
	{ "huge control ring", "ctrl-ring-ref", huge },
};

KUNIT_ARRAY_PARAM_DESC(key, key_rows, name);

static void write_key(struct kunit *test, const struct key_row *row)
{
	struct guest *g = test->priv;
	char path[80], *digits;

	snprintf(path, sizeof(path), "%s/%s", g->vif.frontend, row->key);
	if (!row->value) {
		xenmodel_store_rm(path);
	} else if (row->value == huge) {
		digits = kunit_kzalloc(test, 2000, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, digits);
		memset(digits, '9', 1999);
		xenmodel_store_write(path, "%s", digits);
	} else {
		xenmodel_store_write(path, "%s", row->value);
	}
}

/* It is told why, it holds nothing, and may try again. */
static void netback_hostile_test_bad_keys(struct kunit *test)
{
	struct guest *g = test->priv;
	char path[80], *error;

	KUNIT_ASSERT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	xenmodel_vif_hotplug(&g->vif);
	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, 1, true));
	write_key(test, test->param_value);
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, 0U, xenmodel_mapped(g->domain));
	snprintf(path, sizeof(path), "error/%s/error", g->vif.backend);
	error = xenmodel_store_read(path);
	KUNIT_EXPECT_NOT_NULL(test, error);
	kfree(error);
	honest_works(test);

	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	xenmodel_vif_write(&g->vif, "state", XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	/* Those that the model's frontend does not write. */
	snprintf(path, sizeof(path), "%s/ctrl-ring-ref", g->vif.frontend);
	xenmodel_store_rm(path);
	snprintf(path, sizeof(path), "%s/multi-queue-num-queues",
		 g->vif.frontend);
	xenmodel_store_rm(path);
	guest_connect(test, 1, true);
	guest_works(test);
}

static const struct key_row no_state_rows[] = {
	{ "unknown", "state", "0" },
	{ "empty", "state", "" },
	{ "a word", "state", "connected" },
	{ "missing", "state", NULL },
};

KUNIT_ARRAY_PARAM_DESC(no_state, no_state_rows, name);

/*
 * As if its folder were gone: the backend gives up, and it takes the toolstack
 * to begin anew.
 */
static void netback_hostile_test_no_state(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	guest_works(test);
	guest_let_go(g);
	write_key(test, test->param_value);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
	honest_works(test);
	KUNIT_EXPECT_EQ(test, 0U, xenmodel_mapped(g->domain));
	xenmodel_vif_destroy(&g->vif);
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));

	xenmodel_vif_create(&g->vif, g->domain, GUEST_DEVID);
	guest_connect(test, 1, true);
	guest_works(test);
}

/* Nobody waits for it to look at them: they stay where they are. */
static void netback_hostile_test_never_reads(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	guest_connect(test, 1, true);
	guest_fill(g, 0, 1);
	for (i = 0; i < 256; i++)
		guest_slot(g, 0, 0, 100, 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	for (i = 0; i < 256; i++) {
		skb = guest_arrived(g);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		kfree_skb(skb);
	}
	honest_works(test);
	for (i = 0; i < 256; i++)
		KUNIT_ASSERT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
	guest_works(test);
}

/* As many messages as there is room for, whenever there is. */
static void netback_hostile_test_messages_without_end(struct kunit *test)
{
	const u16 type = XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE;
	struct guest *g = test->priv;
	unsigned int i, round;
	u32 data;

	guest_connect_ctrl(test, 1);
	for (i = 0; i < 128; i++)
		guest_ctrl_put(g, type, 0, 0, 0);
	for (round = 0; round < 10; round++) {
		xenmodel_vif_ctrl_push(&g->vif);
		honest_works(test);
		for (i = 0; i < 128; i++) {
			KUNIT_ASSERT_EQ(test,
					XEN_NETIF_CTRL_STATUS_SUCCESS,
					guest_ctrl_answer(test, type, &data));
			guest_ctrl_put(g, type, 0, 0, 0);
		}
	}
	guest_works(test);
}

static struct kunit_case netback_hostile_cases[] = {
	KUNIT_CASE_PARAM(netback_hostile_test_bad_keys, key_gen_params),
	KUNIT_CASE_PARAM(netback_hostile_test_no_state, no_state_gen_params),
	KUNIT_CASE(netback_hostile_test_never_reads),
	KUNIT_CASE(netback_hostile_test_messages_without_end),
	{}
};

static struct kunit_suite netback_hostile_suite = {
	.name = "netback_hostile",
	.init = honest_init,
	.exit = honest_exit,
	.test_cases = netback_hostile_cases,
};

kunit_test_suite(netback_hostile_suite);
