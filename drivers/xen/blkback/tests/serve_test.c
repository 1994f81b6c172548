// SPDX-License-Identifier: GPL-2.0
/*
 * The whole driver, over the model of Xen: a toolstack creates a device, a
 * frontend connects to it, sends requests, and goes or is killed at any time.
 */
#include <kunit/test.h>
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/major.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "../../model/model.h"

#define DOMID		21
#define DEVID		51712

/* Of the guest's memory: the largest rings that a case makes, then data. */
#define DATA		32
#define NR_DATA		32
#define NR_PAGES	(DATA + NR_DATA)

#define RAM_DISK_SECTORS	(16384 * 2)

struct serve_test {
	struct xenmodel_domain *guest;
	struct xenmodel_vbd vbd;
	grant_ref_t refs[NR_DATA];
};

static void set_parameter(struct kunit *test, const char *path,
			  const char *value)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	loff_t pos = 0;

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s", path);
	KUNIT_EXPECT_EQ(test, kernel_write(file, value, strlen(value), &pos),
			(ssize_t)strlen(value));
	fput(file);
}

#define PARAMETER(name) "/sys/module/xen_" name

static int serve_test_init(struct kunit *test)
{
	struct serve_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	set_parameter(test, PARAMETER("blkback/parameters/max_queues"), "4");
	t->guest = xenmodel_domain_create(DOMID, NR_PAGES);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->guest));
	for (i = 0; i < NR_DATA; i++)
		t->refs[i] = xenmodel_grant(t->guest, DATA + i,
					    XENMODEL_LOCAL_DOMID, false);
	xenmodel_vbd_create(&t->vbd, t->guest, DEVID, "w");
	return 0;
}

static void serve_test_exit(struct kunit *test)
{
	struct serve_test *t = test->priv;
	unsigned int ms;

	xenmodel_vbd_destroy(&t->vbd);
	/* A connection ends when its disk has answered. */
	for (ms = 0; xenmodel_mapped(t->guest) && ms < 1000; ms++)
		msleep(1);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
	xenmodel_domain_destroy(t->guest);
	set_parameter(test, PARAMETER("blkback/parameters/max_queues"), "0");
	set_parameter(test, PARAMETER("gnttab/parameters/copy_max"), "-1");
	xenmodel_reset();
}

/* The RAM disk answers at once; the null disk after some time. */
static void use_ram_disk(struct serve_test *t)
{
	xenmodel_vbd_hotplug(&t->vbd, RAMDISK_MAJOR, 0);
}

static void use_slow_disk(struct kunit *test)
{
	struct serve_test *t = test->priv;
	dev_t dev;

	KUNIT_ASSERT_EQ(test, lookup_bdev("/dev/nullb0", &dev), 0);
	xenmodel_vbd_hotplug(&t->vbd, MAJOR(dev), MINOR(dev));
}

static void connect(struct kunit *test, unsigned int nr_queues,
		    unsigned int order)
{
	struct serve_test *t = test->priv;

	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, nr_queues, order), 0);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateConnected));
	xenmodel_vbd_state(&t->vbd, XenbusStateConnected);
}

static void disconnect(struct kunit *test)
{
	struct serve_test *t = test->priv;

	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateClosing));
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
}

/* Guest memory: page @page of the data. */
static u8 *data(struct serve_test *t, unsigned int page)
{
	return xenmodel_memory(t->guest, DATA + page);
}

static struct blkif_request_segment segment(struct serve_test *t,
					    unsigned int page)
{
	return (struct blkif_request_segment) {
		.gref = t->refs[page],
		.first_sect = 0,
		.last_sect = 7,
	};
}

/* A request over data pages @page to @page + @nr - 1, whole ones. */
static struct blkif_request *add(struct serve_test *t, unsigned int queue,
				 u8 operation, u64 sector, unsigned int page,
				 unsigned int nr)
{
	struct blkif_request *request;
	unsigned int i;

	request = xenmodel_vbd_request(&t->vbd.queues[queue]);
	request->operation = operation;
	request->u.rw.nr_segments = nr;
	request->u.rw.id = 0x1234567800000000ULL + page;
	request->u.rw.sector_number = sector;
	for (i = 0; i < nr; i++)
		request->u.rw.seg[i] = segment(t, page + i);
	return request;
}

static int answer(struct kunit *test, unsigned int queue)
{
	struct serve_test *t = test->priv;
	struct blkif_response response = { .status = 99 };

	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_response(&t->vbd.queues[queue],
						      &response));
	return response.status;
}

/* One request, and what became of it. */
static int serve(struct kunit *test, u8 operation, u64 sector,
		 unsigned int page, unsigned int nr)
{
	struct serve_test *t = test->priv;

	add(t, 0, operation, sector, page, nr);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	return answer(test, 0);
}

static void fill(struct serve_test *t, unsigned int page, unsigned int nr,
		 u8 seed)
{
	unsigned int i;

	for (i = 0; i < nr * PAGE_SIZE; i++)
		data(t, page)[i] = seed + i / 7;
}

/* Write @nr pages, read them into other memory, compare. */
static void write_and_read(struct kunit *test, unsigned int nr, u8 seed)
{
	struct serve_test *t = test->priv;

	fill(t, 0, nr, seed);
	memset(data(t, 16), 0, nr * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, serve(test, BLKIF_OP_WRITE, 64, 0, nr),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, serve(test, BLKIF_OP_READ, 64, 16, nr),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, memcmp(data(t, 0), data(t, 16), nr * PAGE_SIZE),
			0);
}

static void blkback_serve_test_probe(struct kunit *test)
{
	struct serve_test *t = test->priv;

	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd,
					       "multi-queue-max-queues"), 4);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "max-ring-page-order"),
			4);
}

/* The frontend may be ready before the disk is: then it waits. */
static void blkback_serve_test_disk_comes_late(struct kunit *test)
{
	struct serve_test *t = test->priv;

	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 1, 0), 0);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	msleep(50);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"),
			XenbusStateInitWait);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
	use_ram_disk(t);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateConnected));
	write_and_read(test, 1, 1);
}

/* A frontend whose disk is in use says that it wants to close, and goes on. */
static void blkback_serve_test_served_while_closing(struct kunit *test)
{
	struct serve_test *t = test->priv;

	use_ram_disk(t);
	connect(test, 1, 0);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateClosing));
	write_and_read(test, 2, 4);
	disconnect(test);
}

static void blkback_serve_test_description(struct kunit *test)
{
	struct serve_test *t = test->priv;

	use_ram_disk(t);
	connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"),
			RAM_DISK_SECTORS);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sector-size"), 512);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "info"), 0);
	KUNIT_EXPECT_GE(test, xenmodel_vbd_key(&t->vbd,
					       "feature-max-indirect-segments"),
			32);
}

struct serve_row {
	const char *name;
	unsigned int queues;
	unsigned int order;
	unsigned int pages;
	const char *copy_max;
};

static const struct serve_row serve_rows[] = {
	{ "one page, as it costs least", 1, 0, 1, "-1" },
	{ "one page, mapped", 1, 0, 1, "0" },
	{ "one page, copied", 1, 0, 1, "1048576" },
	{ "eleven pages, mapped", 1, 0, 11, "0" },
	{ "eleven pages, copied", 1, 0, 11, "1048576" },
	{ "eleven pages, four queues", 4, 0, 11, "-1" },
	{ "eleven pages, large ring", 1, 4, 11, "-1" },
	{ "two large rings", 2, 4, 2, "-1" },
};

KUNIT_ARRAY_PARAM_DESC(serve_row, serve_rows, name);

static void blkback_serve_test_write_and_read(struct kunit *test)
{
	const struct serve_row *row = test->param_value;
	struct serve_test *t = test->priv;

	set_parameter(test, PARAMETER("gnttab/parameters/copy_max"),
		      row->copy_max);
	use_ram_disk(t);
	connect(test, row->queues, row->order);
	write_and_read(test, row->pages, row->queues + row->order);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

/* Whatever the queue, it is the same disk. */
static void blkback_serve_test_queues_share_the_disk(struct kunit *test)
{
	struct serve_test *t = test->priv;
	unsigned int queue;

	use_ram_disk(t);
	connect(test, 4, 0);
	for (queue = 0; queue < 4; queue++) {
		fill(t, queue, 1, queue * 40);
		add(t, queue, BLKIF_OP_WRITE, queue * 8, queue, 1);
		xenmodel_vbd_push(&t->vbd.queues[queue]);
		KUNIT_EXPECT_EQ(test, answer(test, queue), BLKIF_RSP_OKAY);
	}
	KUNIT_EXPECT_EQ(test, serve(test, BLKIF_OP_READ, 0, 16, 4),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, memcmp(data(t, 0), data(t, 16), 4 * PAGE_SIZE),
			0);
}

static void blkback_serve_test_full_ring(struct kunit *test)
{
	struct serve_test *t = test->priv;
	unsigned int i, nr;

	use_ram_disk(t);
	connect(test, 1, 0);
	nr = RING_SIZE(&t->vbd.queues[0].ring);
	KUNIT_ASSERT_EQ(test, nr, 32U);
	fill(t, 0, 16, 3);
	for (i = 0; i < nr; i++)
		add(t, 0, BLKIF_OP_WRITE, i * 8, i % 16, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, serve(test, BLKIF_OP_READ, 0, 16, 11),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, memcmp(data(t, 0), data(t, 16), 11 * PAGE_SIZE),
			0);
}

/* The index is 32 bits wide, and the ring is walked round many times. */
static void blkback_serve_test_round_and_round(struct kunit *test)
{
	struct serve_test *t = test->priv;
	unsigned int i;

	use_ram_disk(t);
	connect(test, 1, 0);
	for (i = 0; i < 200; i++)
		KUNIT_EXPECT_EQ(test, serve(test, BLKIF_OP_READ, i * 8, i % 16,
					    1), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
}

static void blkback_serve_test_indirect(struct kunit *test)
{
	struct serve_test *t = test->priv;
	struct blkif_request_segment *list = (void *)data(t, 31);
	struct blkif_request *request;
	unsigned int i, write;

	use_ram_disk(t);
	connect(test, 1, 0);
	fill(t, 0, 15, 77);
	memset(data(t, 15), 0, 15 * PAGE_SIZE);
	for (write = 2; write--;) {
		memset(list, 0, PAGE_SIZE);
		for (i = 0; i < 15; i++)
			list[i] = segment(t, write ? i : 15 + i);
		request = xenmodel_vbd_request(&t->vbd.queues[0]);
		request->operation = BLKIF_OP_INDIRECT;
		request->u.indirect.indirect_op = write ? BLKIF_OP_WRITE :
							  BLKIF_OP_READ;
		request->u.indirect.nr_segments = 15;
		request->u.indirect.sector_number = 800;
		request->u.indirect.indirect_grefs[0] = t->refs[31];
		xenmodel_vbd_push(&t->vbd.queues[0]);
		KUNIT_EXPECT_EQ(test, answer(test, 0), BLKIF_RSP_OKAY);
	}
	KUNIT_EXPECT_EQ(test, memcmp(data(t, 0), data(t, 15), 15 * PAGE_SIZE),
			0);
}

struct refusal {
	const char *name;
	u8 operation;
	u64 sector;
	u8 nr;
	u8 last_sect;
	int status;
};

static const struct refusal refusals[] = {
	{ "no such operation", 200, 0, 1, 7, BLKIF_RSP_EOPNOTSUPP },
	{ "no segment", BLKIF_OP_READ, 0, 0, 7, BLKIF_RSP_ERROR },
	{ "twelve segments", BLKIF_OP_READ, 0, 12, 7, BLKIF_RSP_ERROR },
	{ "beyond the page", BLKIF_OP_READ, 0, 1, 8, BLKIF_RSP_ERROR },
	{ "beyond the disk", BLKIF_OP_READ, RAM_DISK_SECTORS - 7, 1, 7,
	  BLKIF_RSP_ERROR },
	{ "sector overflows", BLKIF_OP_READ, U64_MAX - 3, 1, 7,
	  BLKIF_RSP_ERROR },
};

KUNIT_ARRAY_PARAM_DESC(refusal, refusals, name);

static void blkback_serve_test_refusals(struct kunit *test)
{
	const struct refusal *row = test->param_value;
	struct serve_test *t = test->priv;
	struct blkif_request *request;

	use_ram_disk(t);
	connect(test, 1, 0);
	request = add(t, 0, row->operation, row->sector, 0, 1);
	request->u.rw.nr_segments = row->nr;
	request->u.rw.seg[0].last_sect = row->last_sect;
	xenmodel_vbd_push(&t->vbd.queues[0]);
	KUNIT_EXPECT_EQ(test, answer(test, 0), row->status);
	/* It costs nobody anything, and the next one is served. */
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_OPS) +
			      xenmodel_counted(XENMODEL_COPY_OPS), 0ULL);
	write_and_read(test, 1, 9);
}

/* The grant is not there, or forbids what is asked for. */
static void blkback_serve_test_bad_grants(struct kunit *test)
{
	struct serve_test *t = test->priv;
	static const char * const copy_max[] = { "0", "1048576" };
	unsigned int i;

	use_ram_disk(t);
	connect(test, 1, 0);
	for (i = 0; i < ARRAY_SIZE(copy_max); i++) {
		struct blkif_request *request;

		set_parameter(test, PARAMETER("gnttab/parameters/copy_max"),
			      copy_max[i]);
		request = add(t, 0, BLKIF_OP_WRITE, 0, 0, 5);
		request->u.rw.seg[3].gref = 100000;
		xenmodel_vbd_push(&t->vbd.queues[0]);
		KUNIT_EXPECT_EQ(test, answer(test, 0), BLKIF_RSP_ERROR);

		request = add(t, 0, BLKIF_OP_READ, 0, 0, 2);
		request->u.rw.seg[1].gref =
			xenmodel_grant(t->guest, DATA, XENMODEL_LOCAL_DOMID,
				       true);
		xenmodel_vbd_push(&t->vbd.queues[0]);
		KUNIT_EXPECT_EQ(test, answer(test, 0), BLKIF_RSP_ERROR);
		KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	}
	write_and_read(test, 4, 1);
}

/* No handle is left in Xen: then it is copied, and nobody notices. */
static void blkback_serve_test_handles_run_out(struct kunit *test)
{
	struct serve_test *t = test->priv;

	set_parameter(test, PARAMETER("gnttab/parameters/copy_max"), "0");
	use_ram_disk(t);
	connect(test, 1, 0);
	xenmodel_maptrack_limit(3);
	write_and_read(test, 8, 5);
	xenmodel_maptrack_limit(0);
	write_and_read(test, 8, 6);
	KUNIT_EXPECT_GT(test, xenmodel_counted(XENMODEL_COPY_OPS), 0ULL);
}

/* The guest's page comes back after a while. */
static void blkback_serve_test_paged_out(struct kunit *test)
{
	struct serve_test *t = test->priv;

	use_ram_disk(t);
	connect(test, 1, 0);
	xenmodel_page_out(t->guest, t->refs[1], 2);
	write_and_read(test, 3, 5);
}

static void blkback_serve_test_read_only(struct kunit *test)
{
	struct serve_test *t = test->priv;

	xenmodel_vbd_destroy(&t->vbd);
	xenmodel_vbd_create(&t->vbd, t->guest, DEVID, "r");
	use_ram_disk(t);
	connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "info"), 4);
	KUNIT_EXPECT_EQ(test, serve(test, BLKIF_OP_READ, 0, 0, 1),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, serve(test, BLKIF_OP_WRITE, 0, 0, 1),
			BLKIF_RSP_ERROR);
}

static void blkback_serve_test_reconnect(struct kunit *test)
{
	struct serve_test *t = test->priv;
	unsigned int i;

	use_ram_disk(t);
	for (i = 0; i < 4; i++) {
		connect(test, 1 + i % 2, i);
		write_and_read(test, 2, i);
		disconnect(test);
		xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	}
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
}

/* A frontend that is in a hurry, or does not know what it wants. */
static void blkback_serve_test_hasty_frontend(struct kunit *test)
{
	static const enum xenbus_state states[] = {
		XenbusStateInitialised, XenbusStateConnected,
		XenbusStateClosing, XenbusStateInitialised,
		XenbusStateClosed, XenbusStateInitialising,
		XenbusStateInitialised, XenbusStateInitialised,
		XenbusStateClosing, XenbusStateClosed, 9, 0xffff,
	};
	struct serve_test *t = test->priv;
	unsigned int i, round;

	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 1, 0), 0);
	use_ram_disk(t);
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
	connect(test, 1, 0);
	write_and_read(test, 1, 1);
}

struct bad_key {
	const char *name;
	const char *key;
	const char *value;
};

static const struct bad_key bad_keys[] = {
	{ "no such reference", "ring-ref", "100000" },
	{ "reference is no number", "ring-ref", "ring" },
	{ "no such port", "event-channel", "63" },
	{ "port is zero", "event-channel", "0" },
	{ "no such protocol", "protocol", "sparc-abi" },
	{ "too many queues", "multi-queue-num-queues", "5" },
	{ "ring too large", "ring-page-order", "5" },
};

KUNIT_ARRAY_PARAM_DESC(bad_key, bad_keys, name);

/* It is told why, it holds nothing, and may try again. */
static void blkback_serve_test_bad_keys(struct kunit *test)
{
	const struct bad_key *row = test->param_value;
	struct serve_test *t = test->priv;
	char path[80], *error;

	use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 1, 0), 0);
	snprintf(path, sizeof(path), "%s/%s", t->vbd.frontend, row->key);
	xenmodel_store_write(path, "%s", row->value);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
	KUNIT_EXPECT_FALSE(test,
			   xenmodel_evtchn_bound(t->vbd.queues[0].port));

	snprintf(path, sizeof(path), "error/%s/error", t->vbd.backend);
	error = xenmodel_store_read(path);
	KUNIT_EXPECT_NOT_NULL(test, error);
	kfree(error);
}

/* Xenstore was busy. */
static void blkback_serve_test_transaction_conflicts(struct kunit *test)
{
	struct serve_test *t = test->priv;

	use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	xenmodel_store_conflicts(3);
	connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"),
			RAM_DISK_SECTORS);
}

/* Xenstore is full. */
static void blkback_serve_test_description_fails(struct kunit *test)
{
	struct serve_test *t = test->priv;

	use_ram_disk(t);
	KUNIT_ASSERT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, 1, 0), 0);
	xenmodel_store_refuse("sector-size", -ENOSPC);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateClosing));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "sectors"), -1);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

static void blkback_serve_test_no_such_disk(struct kunit *test)
{
	struct serve_test *t = test->priv;

	xenmodel_vbd_hotplug(&t->vbd, 240, 7);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateClosing));
}

/* An index that no ring has: the connection ends, the driver does not. */
static void blkback_serve_test_impossible_index(struct kunit *test)
{
	struct serve_test *t = test->priv;

	use_ram_disk(t);
	connect(test, 2, 0);
	t->vbd.queues[1].ring.sring->req_prod = 1000;
	xenmodel_evtchn_kick(t->vbd.queues[1].port);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd,
						  XenbusStateClosing));
	disconnect(test);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	connect(test, 1, 0);
	write_and_read(test, 1, 1);
}

/* Events without work do no harm. */
static void blkback_serve_test_empty_events(struct kunit *test)
{
	struct serve_test *t = test->priv;
	unsigned int i;

	use_ram_disk(t);
	connect(test, 1, 0);
	for (i = 0; i < 20; i++) {
		xenmodel_evtchn_kick(t->vbd.queues[0].port);
		if (i % 3 == 0)
			msleep(1);
	}
	write_and_read(test, 1, 1);
}

/* One notification for what was answered together, not one each. */
static void blkback_serve_test_notifications(struct kunit *test)
{
	struct serve_test *t = test->priv;
	unsigned int i, before;

	use_ram_disk(t);
	connect(test, 1, 0);
	before = xenmodel_evtchn_notified(t->vbd.queues[0].port);
	for (i = 0; i < 16; i++)
		add(t, 0, BLKIF_OP_READ, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	msleep(20);
	KUNIT_EXPECT_EQ(test, t->vbd.queues[0].ring.sring->rsp_prod, 16U);
	KUNIT_EXPECT_LE(test, xenmodel_evtchn_notified(t->vbd.queues[0].port) -
			      before, 2U);
	KUNIT_EXPECT_GE(test, xenmodel_evtchn_notified(t->vbd.queues[0].port) -
			      before, 1U);
}

/* Flush groups are shared by the requests of a pass. */
static void blkback_serve_test_shared_flushes(struct kunit *test)
{
	struct serve_test *t = test->priv;
	unsigned int i;

	if (!xenmodel_is_pv())
		kunit_skip(test, "every operation is flushed by itself");
	set_parameter(test, PARAMETER("gnttab/parameters/copy_max"), "0");
	use_ram_disk(t);
	connect(test, 1, 0);
	for (i = 0; i < 16; i++)
		add(t, 0, BLKIF_OP_READ, i * 8, i, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ(test, answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_CALLS), 1ULL);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_UNMAP_OPS), 16ULL);
	KUNIT_EXPECT_LE(test, xenmodel_counted(XENMODEL_FLUSHES), 2ULL);
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

static void blkback_serve_test_end_in_the_middle(struct kunit *test)
{
	const struct end_row *row = test->param_value;
	struct serve_test *t = test->priv;
	unsigned int i;

	set_parameter(test, PARAMETER("gnttab/parameters/copy_max"),
		      row->copy_max);
	use_slow_disk(test);
	connect(test, 2, 0);
	for (i = 0; i < 16; i++)
		add(t, i % 2, i % 3 ? BLKIF_OP_READ : BLKIF_OP_WRITE, i * 8, i,
		    1);
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

static void blkback_serve_test_guest_dies(struct kunit *test)
{
	struct serve_test *t = test->priv;
	struct xenmodel_domain *guest = xenmodel_domain_create(33, NR_PAGES);
	struct xenmodel_domain *first = t->guest;
	struct xenmodel_vbd vbd = t->vbd;
	grant_ref_t refs[NR_DATA];
	unsigned int i;

	KUNIT_ASSERT_FALSE(test, IS_ERR(guest));
	memcpy(refs, t->refs, sizeof(refs));
	for (i = 0; i < NR_DATA; i++)
		t->refs[i] = xenmodel_grant(guest, DATA + i,
					    XENMODEL_LOCAL_DOMID, false);
	t->guest = guest;
	set_parameter(test, PARAMETER("gnttab/parameters/copy_max"), "0");
	xenmodel_vbd_create(&t->vbd, guest, DEVID, "w");
	use_slow_disk(test);
	connect(test, 1, 0);
	for (i = 0; i < 16; i++)
		add(t, 0, BLKIF_OP_WRITE, i * 8, i, 1);
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

static void blkback_serve_test_detach(struct kunit *test)
{
	struct serve_test *t = test->priv;

	use_ram_disk(t);
	connect(test, 1, 0);
	write_and_read(test, 1, 1);
	xenmodel_vbd_offline(&t->vbd);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	msleep(20);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
}

static void blkback_serve_test_attach_and_detach(struct kunit *test)
{
	struct serve_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < 10; i++) {
		use_ram_disk(t);
		connect(test, 1 + i % 4, i % 4);
		write_and_read(test, 1, i);
		disconnect(test);
		xenmodel_vbd_destroy(&t->vbd);
		KUNIT_EXPECT_EQ(test, xenmodel_holes(), 0U);
		xenmodel_vbd_create(&t->vbd, t->guest, DEVID, "w");
	}
}

static struct kunit_case serve_cases[] = {
	KUNIT_CASE(blkback_serve_test_probe),
	KUNIT_CASE(blkback_serve_test_disk_comes_late),
	KUNIT_CASE(blkback_serve_test_served_while_closing),
	KUNIT_CASE(blkback_serve_test_description),
	KUNIT_CASE_PARAM(blkback_serve_test_write_and_read,
			 serve_row_gen_params),
	KUNIT_CASE(blkback_serve_test_queues_share_the_disk),
	KUNIT_CASE(blkback_serve_test_full_ring),
	KUNIT_CASE(blkback_serve_test_round_and_round),
	KUNIT_CASE(blkback_serve_test_indirect),
	KUNIT_CASE_PARAM(blkback_serve_test_refusals, refusal_gen_params),
	KUNIT_CASE(blkback_serve_test_bad_grants),
	KUNIT_CASE(blkback_serve_test_handles_run_out),
	KUNIT_CASE(blkback_serve_test_paged_out),
	KUNIT_CASE(blkback_serve_test_read_only),
	KUNIT_CASE(blkback_serve_test_reconnect),
	KUNIT_CASE(blkback_serve_test_hasty_frontend),
	KUNIT_CASE_PARAM(blkback_serve_test_bad_keys, bad_key_gen_params),
	KUNIT_CASE(blkback_serve_test_transaction_conflicts),
	KUNIT_CASE(blkback_serve_test_description_fails),
	KUNIT_CASE(blkback_serve_test_no_such_disk),
	KUNIT_CASE(blkback_serve_test_impossible_index),
	KUNIT_CASE(blkback_serve_test_empty_events),
	KUNIT_CASE(blkback_serve_test_notifications),
	KUNIT_CASE(blkback_serve_test_shared_flushes),
	KUNIT_CASE_PARAM(blkback_serve_test_end_in_the_middle,
			 end_row_gen_params),
	KUNIT_CASE(blkback_serve_test_guest_dies),
	KUNIT_CASE(blkback_serve_test_detach),
	KUNIT_CASE(blkback_serve_test_attach_and_detach),
	{}
};

static struct kunit_suite serve_suite = {
	.name = "blkback_serve",
	.init = serve_test_init,
	.exit = serve_test_exit,
	.test_cases = serve_cases,
};

kunit_test_suite(serve_suite);

MODULE_DESCRIPTION("The block backend over the model of Xen");
MODULE_LICENSE("GPL");
