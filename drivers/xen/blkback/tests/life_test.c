// SPDX-License-Identifier: GPL-2.0
/*
 * Coming and going: a toolstack creates a device, a frontend connects to it
 * and goes, or is killed, at any time.
 */
#include <kunit/test.h>
#include <linux/delay.h>

#include "frontend.h"

static void blkback_life_test_probe(struct kunit *test)
{
	struct frontend *t = test->priv;

	KUNIT_EXPECT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	KUNIT_EXPECT_EQ(test,
			xenmodel_vbd_key(&t->vbd, "multi-queue-max-queues"), 4);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "max-ring-page-order"),
			4);
}

/* The frontend may be ready before the disk is: then it waits. */
static void blkback_life_test_disk_comes_late(struct kunit *test)
{
	struct frontend *t = test->priv;

	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 1, 0), 0);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	msleep(50);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"),
			XenbusStateInitWait);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
	frontend_use_ram_disk(t);
	KUNIT_EXPECT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateConnected));
	frontend_write_and_read(test, 1, 1);
}

/* A frontend whose disk is in use says that it wants to close, and goes on. */
static void blkback_life_test_served_while_closing(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	frontend_write_and_read(test, 2, 4);
	frontend_disconnect(test);
}

static void blkback_life_test_reconnect(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	frontend_use_ram_disk(t);
	for (i = 0; i < 4; i++) {
		frontend_connect(test, 1 + i % 2, i);
		frontend_write_and_read(test, 2, i);
		frontend_disconnect(test);
		xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	}
	KUNIT_EXPECT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
}

/* A frontend that is in a hurry, or does not know what it wants. */
static void blkback_life_test_hasty_frontend(struct kunit *test)
{
	static const enum xenbus_state states[] = {
		XenbusStateInitialised,
		XenbusStateConnected,
		XenbusStateClosing,
		XenbusStateInitialised,
		XenbusStateClosed,
		XenbusStateInitialising,
		XenbusStateInitialised,
		XenbusStateInitialised,
		XenbusStateClosing,
		XenbusStateClosed,
		9,
		0xffff,
	};
	struct frontend *t = test->priv;
	unsigned int i, round;

	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 1, 0), 0);
	frontend_use_ram_disk(t);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < ARRAY_SIZE(states); i++) {
			xenmodel_vbd_state(&t->vbd, states[i]);
			if (round == 1)
				xenmodel_store_settle();
			if (round == 2)
				msleep(5);
		}
	}
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	frontend_connect(test, 1, 0);
	frontend_write_and_read(test, 1, 1);
}

struct fault_row {
	const char *name;
	unsigned int op;
	int status;
	unsigned int skip;
};

static const struct fault_row fault_rows[] = {
	{ "the ring is not mapped", XENMODEL_OP_RING, GNTST_general_error, 0 },
	{ "the second ring is not mapped", XENMODEL_OP_RING, GNTST_no_space,
	  1 },
	{ "the channel is not bound", XENMODEL_OP_BIND, -ENOSPC, 0 },
	{ "the second channel is not bound", XENMODEL_OP_BIND, -ENOSPC, 1 },
	{ "no transaction", XENMODEL_OP_TRANSACTION, -ENOSPC, 0 },
};

KUNIT_ARRAY_PARAM_DESC(fault, fault_rows, name);

/* What Xen or xenstore has run out of. */
static void blkback_life_test_faults(struct kunit *test)
{
	const struct fault_row *row = test->param_value;
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 2, 1), 0);
	xenmodel_inject(row->op, row->status, row->skip, 1);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
	KUNIT_EXPECT_FALSE(test, xenmodel_evtchn_bound(t->vbd.queues[0].port));
	KUNIT_EXPECT_FALSE(test, xenmodel_evtchn_bound(t->vbd.queues[1].port));
}

/* Xenstore was busy. */
static void blkback_life_test_transaction_conflicts(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	xenmodel_store_conflicts(3);
	frontend_connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"),
			RAM_DISK_SECTORS);
}

/* Xenstore is full. */
static void blkback_life_test_description_fails(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 1, 0), 0);
	xenmodel_store_refuse("sector-size", -ENOSPC);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"), -1);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

static void blkback_life_test_no_such_disk(struct kunit *test)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_hotplug(&t->vbd, 240, 7);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
}

/* An index that no ring has: the connection ends, the driver does not. */
static void blkback_life_test_impossible_index(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	frontend_connect(test, 2, 0);
	t->vbd.queues[1].ring.sring->req_prod = 1000;
	xenmodel_evtchn_kick(t->vbd.queues[1].port);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	frontend_disconnect(test);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	frontend_connect(test, 1, 0);
	frontend_write_and_read(test, 1, 1);
}

/* The domain, or only its device, goes while the disk is at work. */
struct end_row {
	const char *name;
	unsigned int wait_ms;
	bool closing;
	bool offline;
	const char *copy_max;
};

static const struct end_row end_rows[] = {
	{ "destroyed at once, mapped", 0, false, false, "0" },
	{ "destroyed at once, copied", 0, false, false, "1048576" },
	{ "destroyed a little later", 2, false, false, "0" },
	{ "destroyed when done", 300, false, false, "0" },
	{ "closing at once", 0, true, false, "0" },
	{ "closing a little later", 2, true, false, "0" },
	{ "offline at once", 0, false, true, "0" },
	{ "offline a little later", 2, false, true, "1048576" },
};

KUNIT_ARRAY_PARAM_DESC(end_row, end_rows, name);

static void blkback_life_test_end_in_the_middle(struct kunit *test)
{
	const struct end_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned int i;

	frontend_copy_max(test, row->copy_max);
	frontend_use_slow_disk(test);
	frontend_connect(test, 2, 0);
	for (i = 0; i < 16; i++)
		frontend_add(t, i % 2, i % 3 ? BLKIF_OP_READ : BLKIF_OP_WRITE,
			     i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	xenmodel_vbd_push(&t->vbd.queues[1]);
	if (row->wait_ms)
		msleep(row->wait_ms);
	/* Or there would be no middle. */
	KUNIT_EXPECT_EQ(test, t->vbd.queues[0].ring.sring->rsp_prod,
			row->wait_ms > 200 ? 8U : 0U);
	if (row->closing)
		xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	if (row->offline)
		xenmodel_vbd_offline(&t->vbd);
	if (row->closing)
		KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
							  XenbusStateClosing));
	/* The rest is what every case ends with. */
}

static void blkback_life_test_guest_dies(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct xenmodel_domain *guest =
		xenmodel_domain_create(33, FRONTEND_NR_PAGES);
	struct xenmodel_domain *first = t->guest;
	struct xenmodel_vbd vbd = t->vbd;
	grant_ref_t refs[FRONTEND_NR_DATA];
	unsigned int i;

	KUNIT_ASSERT_FALSE(test, IS_ERR(guest));
	memcpy(refs, t->refs, sizeof(refs));
	for (i = 0; i < FRONTEND_NR_DATA; i++)
		t->refs[i] = xenmodel_grant(guest, FRONTEND_DATA + i,
					    XENMODEL_LOCAL_DOMID, false);
	t->guest = guest;
	frontend_copy_max(test, "0");
	xenmodel_vbd_create(&t->vbd, guest, FRONTEND_DEVID, "w");
	frontend_use_slow_disk(test);
	frontend_connect(test, 1, 0);
	for (i = 0; i < 16; i++)
		frontend_add(t, 0, BLKIF_OP_WRITE, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	msleep(2);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 16U);

	/* First Xen forgets it, then the toolstack cleans up behind it. */
	for (i = 0; i < t->vbd.nr_queues; i++)
		xenmodel_evtchn_kick(t->vbd.queues[i].port);
	xenmodel_domain_destroy(guest);
	msleep(5);
	xenmodel_vbd_destroy(&t->vbd);
	msleep(500);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	xenmodel_evtchn_free(t->vbd.queues[0].port);

	t->guest = first;
	t->vbd = vbd;
	memcpy(t->refs, refs, sizeof(refs));
}

static void blkback_life_test_detach(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_use_ram_disk(t);
	frontend_connect(test, 1, 0);
	frontend_write_and_read(test, 1, 1);
	xenmodel_vbd_offline(&t->vbd);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	msleep(20);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
}

static void blkback_life_test_attach_and_detach(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	for (i = 0; i < 10; i++) {
		frontend_use_ram_disk(t);
		frontend_connect(test, 1 + i % 4, i % 4);
		frontend_write_and_read(test, 1, i);
		frontend_disconnect(test);
		xenmodel_vbd_destroy(&t->vbd);
		KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
		xenmodel_vbd_create(&t->vbd, t->guest, FRONTEND_DEVID, "w");
	}
}

static struct kunit_case life_cases[] = {
	KUNIT_CASE(blkback_life_test_probe),
	KUNIT_CASE(blkback_life_test_disk_comes_late),
	KUNIT_CASE(blkback_life_test_served_while_closing),
	KUNIT_CASE(blkback_life_test_reconnect),
	KUNIT_CASE(blkback_life_test_hasty_frontend),
	KUNIT_CASE_PARAM(blkback_life_test_faults, fault_gen_params),
	KUNIT_CASE(blkback_life_test_transaction_conflicts),
	KUNIT_CASE(blkback_life_test_description_fails),
	KUNIT_CASE(blkback_life_test_no_such_disk),
	KUNIT_CASE(blkback_life_test_impossible_index),
	KUNIT_CASE_PARAM(blkback_life_test_end_in_the_middle,
			 end_row_gen_params),
	KUNIT_CASE(blkback_life_test_guest_dies),
	KUNIT_CASE(blkback_life_test_detach),
	KUNIT_CASE(blkback_life_test_attach_and_detach),
	{}
};

static struct kunit_suite life_suite = {
	.name = "blkback_life",
	.init = frontend_init,
	.exit = frontend_exit,
	.test_cases = life_cases,
};

kunit_test_suite(life_suite);
