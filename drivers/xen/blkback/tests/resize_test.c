// SPDX-License-Identifier: GPL-2.0
/*
 * A disk changes its size while it is connected.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kobject.h>

#include "frontend.h"
#include "recorder.h"

#define MORE	(2 * RECORDER_SECTORS)

static struct recorder *recorder;

static int resize_test_init(struct kunit *test)
{
	int error = frontend_init(test);

	if (error)
		return error;
	recorder = recorder_create(test);
	return 0;
}

static void resize_test_exit(struct kunit *test)
{
	frontend_exit(test);
	recorder_destroy(recorder);
}

static void connect_to_recorder(struct kunit *test, unsigned int nr_queues)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_hotplug(&t->vbd, recorder->disk->major, 0);
	frontend_connect(test, nr_queues, 0);
}

static bool told(struct frontend *t, s64 sectors)
{
	unsigned int ms;

	for (ms = 0; ms < 1000; ms++) {
		if (xenmodel_vbd_key(&t->vbd, "sectors") == sectors)
			return true;
		msleep(1);
	}
	return false;
}

static int read_at(struct kunit *test, unsigned int queue, u64 sector)
{
	struct frontend *t = test->priv;

	frontend_add(t, queue, BLKIF_OP_READ, sector, 0, 1);
	xenmodel_vbd_push(&t->vbd.queues[queue]);
	return frontend_answer(test, queue);
}

static void blkback_resize_test_grows(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int queue;

	connect_to_recorder(test, 4);
	KUNIT_EXPECT_EQ(test, read_at(test, 0, RECORDER_SECTORS),
			BLKIF_RSP_ERROR);
	set_capacity_and_notify(recorder->disk, MORE);
	KUNIT_EXPECT_TRUE(test, told(t, MORE));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"),
			XenbusStateConnected);
	for (queue = 0; queue < 4; queue++) {
		KUNIT_EXPECT_EQ(test, read_at(test, queue, MORE - 8),
				BLKIF_RSP_OKAY);
		KUNIT_EXPECT_EQ(test, read_at(test, queue, MORE - 7),
				BLKIF_RSP_ERROR);
	}
}

static void blkback_resize_test_shrinks(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test, 1);
	set_capacity_and_notify(recorder->disk, 16);
	KUNIT_EXPECT_TRUE(test, told(t, 16));
	KUNIT_EXPECT_EQ(test, read_at(test, 0, 8), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, read_at(test, 0, 16), BLKIF_RSP_ERROR);
}

/* A frontend looks at the size when the state is written. */
static void blkback_resize_test_state_is_written(struct kunit *test)
{
	struct frontend *t = test->priv;
	char path[80];

	connect_to_recorder(test, 1);
	xenmodel_store_settle();
	/* Nobody else writes it now: if it is there again, we have. */
	snprintf(path, sizeof(path), "%s/state", t->vbd.backend);
	xenmodel_store_rm(path);
	set_capacity_and_notify(recorder->disk, MORE);
	KUNIT_EXPECT_TRUE(test, told(t, MORE));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"),
			XenbusStateConnected);
}

/* But for one that the toolstack has written, which the frontend has to see. */
static void blkback_resize_test_toolstack_closes(struct kunit *test)
{
	struct frontend *t = test->priv;
	char path[80];

	connect_to_recorder(test, 1);
	xenmodel_store_settle();
	snprintf(path, sizeof(path), "%s/state", t->vbd.backend);
	xenmodel_store_write(path, "%d", XenbusStateClosing);
	set_capacity_and_notify(recorder->disk, MORE);
	KUNIT_EXPECT_TRUE(test, told(t, MORE));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"),
			XenbusStateClosing);
}

/* Set silently, and announced by the administrator. */
static void blkback_resize_test_by_hand(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test, 1);
	set_capacity(recorder->disk, MORE);
	msleep(20);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"),
			(s64)RECORDER_SECTORS);
	frontend_set_parameter(test, "/sys/block/recorder/uevent", "change");
	KUNIT_EXPECT_TRUE(test, told(t, MORE));
}

/* Announcements that are about nothing, more than are read at a time. */
static void blkback_resize_test_storm(struct kunit *test)
{
	struct frontend *t = test->priv;
	char path[80];
	unsigned int i;

	connect_to_recorder(test, 1);
	xenmodel_store_settle();
	snprintf(path, sizeof(path), "%s/state", t->vbd.backend);
	xenmodel_store_rm(path);
	for (i = 0; i < 1000; i++)
		kobject_uevent(&disk_to_dev(recorder->disk)->kobj, KOBJ_CHANGE);
	msleep(50);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"), -1);
	set_capacity_and_notify(recorder->disk, MORE);
	KUNIT_EXPECT_TRUE(test, told(t, MORE));
}

static void blkback_resize_test_before_connecting(struct kunit *test)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_hotplug(&t->vbd, recorder->disk->major, 0);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	set_capacity_and_notify(recorder->disk, MORE);
	msleep(20);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"), -1);
	frontend_connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"), (s64)MORE);
	KUNIT_EXPECT_EQ(test, read_at(test, 0, MORE - 8), BLKIF_RSP_OKAY);
}

/* It does not become the state of a device that is no more connected. */
static void blkback_resize_test_while_closing(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test, 1);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	set_capacity_and_notify(recorder->disk, MORE);
	msleep(20);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"),
			XenbusStateClosing);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"),
			(s64)RECORDER_SECTORS);
	frontend_disconnect(test);
}

static struct kunit_case resize_cases[] = {
	KUNIT_CASE(blkback_resize_test_grows),
	KUNIT_CASE(blkback_resize_test_shrinks),
	KUNIT_CASE(blkback_resize_test_state_is_written),
	KUNIT_CASE(blkback_resize_test_toolstack_closes),
	KUNIT_CASE(blkback_resize_test_by_hand),
	KUNIT_CASE(blkback_resize_test_storm),
	KUNIT_CASE(blkback_resize_test_before_connecting),
	KUNIT_CASE(blkback_resize_test_while_closing),
	{}
};

static struct kunit_suite resize_suite = {
	.name = "blkback_resize",
	.init = resize_test_init,
	.exit = resize_test_exit,
	.test_cases = resize_cases,
};

kunit_test_suite(resize_suite);
