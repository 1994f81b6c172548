// SPDX-License-Identifier: GPL-2.0
/*
 * What the toolstack and the block device allow: discards, erasing, kinds of
 * disks; and what a block device's errors become.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "frontend.h"
#include "recorder.h"

#define DRIVER "/sys/bus/xen-backend/drivers/vbd/"
#define PIECE "/sys/module/xen_blkback/parameters/discard_piece_kb"

/* In sectors. */
#define GRANULARITY	8
#define SMALL_PIECE	64

static struct recorder *recorder;

static int discard_test_init(struct kunit *test)
{
	int error = frontend_init(test);

	if (error)
		return error;
	recorder = recorder_create(test);
	recorder_set_discard(recorder, UINT_MAX, 0, GRANULARITY * 512);
	frontend_set_parameter(test, PIECE, "32");
	return 0;
}

static void discard_test_exit(struct kunit *test)
{
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	frontend_exit(test);
	recorder_destroy(recorder);
	frontend_set_parameter(test, PIECE, "65536");
}

static void key_set(struct frontend *t, const char *key, const char *value)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/%s", t->vbd.backend, key);
	xenmodel_store_write(path, "%s", value);
}

static void connect_to_recorder(struct kunit *test)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_hotplug(&t->vbd, recorder->disk->major, 0);
	frontend_connect(test, 1, 0);
}

static void push_discard(struct frontend *t, u64 sector, u64 sectors, u8 flags)
{
	struct blkif_request *request;

	request = xenmodel_vbd_request(&t->vbd.queues[0]);
	request->operation = BLKIF_OP_DISCARD;
	request->u.discard.flag = flags;
	request->u.discard.id = sector;
	request->u.discard.sector_number = sector;
	request->u.discard.nr_sectors = sectors;
	xenmodel_vbd_push(&t->vbd.queues[0]);
}

static int discard(struct kunit *test, u64 sector, u64 sectors, u8 flags)
{
	push_discard(test->priv, sector, sectors, flags);
	return frontend_answer(test, 0);
}

static void blkback_discard_test_offered(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "feature-discard"), 1);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "discard-granularity"),
			GRANULARITY * 512);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "discard-alignment"),
			0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "discard-secure"), 0);
}

struct refused_row {
	const char *name;
	const char *key;
	const char *value;
	unsigned int max;
};

static const struct refused_row refused_rows[] = {
	{ "toolstack says no", "discard-enable", "0", UINT_MAX },
	{ "disk cannot", "discard-enable", "1", 0 },
	{ "read-only", "mode", "r", UINT_MAX },
};

KUNIT_ARRAY_PARAM_DESC(refused_row, refused_rows, name);

static void blkback_discard_test_not_offered(struct kunit *test)
{
	const struct refused_row *row = test->param_value;
	struct frontend *t = test->priv;

	key_set(t, row->key, row->value);
	recorder_set_discard(recorder, row->max, 0, GRANULARITY * 512);
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "feature-discard"), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "discard-granularity"),
			-1);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 8, 0), BLKIF_RSP_EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, recorder->nr, 0U);
}

static void expect_piece(struct kunit *test, unsigned int index,
			 enum req_op op, u64 sector, u32 sectors)
{
	const struct recorder_entry *entry = &recorder->log[index];

	KUNIT_EXPECT_EQ(test, entry->opf & REQ_OP_MASK, op);
	KUNIT_EXPECT_EQ_MSG(test, entry->sector, sector, "piece %u", index);
	KUNIT_EXPECT_EQ_MSG(test, entry->sectors, sectors, "piece %u", index);
}

static void blkback_discard_test_small(struct kunit *test)
{
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, discard(test, 8, 16, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, 1U);
	expect_piece(test, 0, REQ_OP_DISCARD, 8, 16);
}

/* Every sector once, and every cut at a multiple of the granularity. */
static void blkback_discard_test_pieces(struct kunit *test)
{
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, discard(test, 3, 3 * SMALL_PIECE, 0),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, 4U);
	expect_piece(test, 0, REQ_OP_DISCARD, 3, SMALL_PIECE - 3);
	expect_piece(test, 1, REQ_OP_DISCARD, SMALL_PIECE, SMALL_PIECE);
	expect_piece(test, 2, REQ_OP_DISCARD, 2 * SMALL_PIECE, SMALL_PIECE);
	expect_piece(test, 3, REQ_OP_DISCARD, 3 * SMALL_PIECE, 3);
}

/* A granularity that is no power of two, and larger than the parameter. */
static void blkback_discard_test_odd_granularity(struct kunit *test)
{
	recorder_set_discard(recorder, UINT_MAX, 0, 24 * 512);
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, discard(test, 10, 70, 0), BLKIF_RSP_OKAY);
	expect_piece(test, 0, REQ_OP_DISCARD, 10, 48 - 10);
	expect_piece(test, 1, REQ_OP_DISCARD, 48, 32);
	frontend_set_parameter(test, PIECE, "0");
	KUNIT_EXPECT_EQ(test, discard(test, 0, 48, 0), BLKIF_RSP_OKAY);
	expect_piece(test, 2, REQ_OP_DISCARD, 0, 24);
	expect_piece(test, 3, REQ_OP_DISCARD, 24, 24);
}

/* The block layer would cut what is more, and our thread would wait in there. */
static void blkback_discard_test_at_once(struct kunit *test)
{
	unsigned int i;

	recorder_set_discard(recorder, 20, 0, GRANULARITY * 512);
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, discard(test, 8, 40, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, 3U);
	expect_piece(test, 0, REQ_OP_DISCARD, 8, 8);
	for (i = 1; i < 3; i++)
		expect_piece(test, i, REQ_OP_DISCARD, i * 16, 16);
}

/* A unit that is cut in two is not discarded by many devices. */
static void blkback_discard_test_alignment(struct kunit *test)
{
	struct frontend *t = test->priv;

	recorder_set_alignment(recorder, 3 * 512);
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "discard-alignment"),
			3 * 512);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 2 * SMALL_PIECE, 0),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, 3U);
	expect_piece(test, 0, REQ_OP_DISCARD, 0, 3);
	expect_piece(test, 1, REQ_OP_DISCARD, 3, SMALL_PIECE);
	expect_piece(test, 2, REQ_OP_DISCARD, 3 + SMALL_PIECE,
		     SMALL_PIECE - 3);
}

/* The whole disk, however large, and what does not fit into 32 bits. */
static void blkback_discard_test_whole_disk(struct kunit *test)
{
	u64 sectors = BIT_ULL(33);

	set_capacity(recorder->disk, sectors);
	frontend_set_parameter(test, PIECE, "4294967295");
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, discard(test, 0, sectors, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, 1025U);
	expect_piece(test, 1, REQ_OP_DISCARD, recorder->log[0].sectors,
		     recorder->log[0].sectors);
}

static void blkback_discard_test_secure(struct kunit *test)
{
	struct frontend *t = test->priv;

	recorder_set_discard(recorder, UINT_MAX, 16, GRANULARITY * 512);
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "discard-secure"), 1);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 24, BLKIF_DISCARD_SECURE),
			BLKIF_RSP_OKAY);
	expect_piece(test, 0, REQ_OP_SECURE_ERASE, 0, 16);
	expect_piece(test, 1, REQ_OP_SECURE_ERASE, 16, 8);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 24, 0), BLKIF_RSP_OKAY);
	expect_piece(test, 2, REQ_OP_DISCARD, 0, 24);
}

/* What it erases at once may be less than what it discards by. */
static void blkback_discard_test_secure_granularity(struct kunit *test)
{
	unsigned int i;

	recorder_set_discard(recorder, UINT_MAX, 16, 24 * 512);
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, discard(test, 8, 48, BLKIF_DISCARD_SECURE),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, 4U);
	expect_piece(test, 0, REQ_OP_SECURE_ERASE, 8, 8);
	for (i = 1; i < 3; i++)
		expect_piece(test, i, REQ_OP_SECURE_ERASE, i * 16, 16);
	expect_piece(test, 3, REQ_OP_SECURE_ERASE, 48, 8);
}

/* Asked to erase, of a disk that cannot, it discards: so the protocol has it. */
static void blkback_discard_test_not_secure(struct kunit *test)
{
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 24, BLKIF_DISCARD_SECURE),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, 1U);
	expect_piece(test, 0, REQ_OP_DISCARD, 0, 24);
}

/* Who has gone does not want the rest of a large one. */
static void blkback_discard_test_gone(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test);
	recorder_hold(recorder, true);
	push_discard(t, 0, 100 * SMALL_PIECE, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 1));
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	msleep(20);
	recorder_hold(recorder, false);
	recorder_release(recorder, 1);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_ERROR);
	KUNIT_EXPECT_EQ(test, recorder->nr, 1U);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
	/* If it comes back its next ones are as large as ever. */
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialising);
	frontend_connect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 2 * SMALL_PIECE, 0),
			BLKIF_RSP_OKAY);
}

static void release_all(struct work_struct *work)
{
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
}

static DECLARE_DELAYED_WORK(release_work, release_all);

/* A guest whose driver is replaced waits for its answer, and gets it. */
static void blkback_discard_test_successor(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect_to_recorder(test);
	recorder_hold(recorder, true);
	push_discard(t, 0, 4 * SMALL_PIECE, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 1));
	schedule_delayed_work(&release_work, msecs_to_jiffies(50));
	frontend_set_parameter(test, DRIVER "unbind", FRONTEND_DEVICE);
	flush_delayed_work(&release_work);
	frontend_set_parameter(test, DRIVER "bind", FRONTEND_DEVICE);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateConnected));
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, 4U);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 8, 0), BLKIF_RSP_OKAY);
}

/* Other requests are served while a discard is at the disk, and between. */
static void blkback_discard_test_others_go_on(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct blkif_response response;

	connect_to_recorder(test);
	recorder_hold(recorder, true);
	push_discard(t, 0, 4 * SMALL_PIECE, 0);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 1));
	recorder_hold(recorder, false);
	frontend_add(t, 0, BLKIF_OP_READ, 1000, 0, 1);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_response(&t->vbd.queues[0],
						      &response));
	KUNIT_EXPECT_EQ(test, response.operation, BLKIF_OP_READ);
	KUNIT_EXPECT_EQ(test, response.status, BLKIF_RSP_OKAY);
	recorder_release(recorder, 1);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_response(&t->vbd.queues[0],
						      &response));
	KUNIT_EXPECT_EQ(test, response.operation, BLKIF_OP_DISCARD);
	KUNIT_EXPECT_EQ(test, response.status, BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, 5U);
}

struct range_row {
	const char *name;
	u64 sector;
	u64 sectors;
};

static const struct range_row range_rows[] = {
	{ "nothing", 0, 0 },
	{ "one too many", 0, RECORDER_SECTORS + 1 },
	{ "behind the end", RECORDER_SECTORS, 1 },
	{ "over the end", RECORDER_SECTORS - 8, 9 },
	{ "overflow", 8, U64_MAX - 4 },
	{ "start overflows", U64_MAX, 2 },
};

KUNIT_ARRAY_PARAM_DESC(range_row, range_rows, name);

static void blkback_discard_test_ranges(struct kunit *test)
{
	const struct range_row *row = test->param_value;

	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, discard(test, row->sector, row->sectors, 0),
			BLKIF_RSP_ERROR);
	KUNIT_EXPECT_EQ(test, recorder->nr, 0U);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 8, 0), BLKIF_RSP_OKAY);
}

/* An error ends it: nothing more is discarded. */
static void blkback_discard_test_fails(struct kunit *test)
{
	connect_to_recorder(test);
	recorder_fail(recorder, BLK_STS_IOERR);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 4 * SMALL_PIECE, 0),
			BLKIF_RSP_ERROR);
	KUNIT_EXPECT_TRUE(test, recorder_has_only(recorder, 1));
}

/* The administrator can forbid it while it is in use. */
static void blkback_discard_test_not_any_more(struct kunit *test)
{
	connect_to_recorder(test);
	recorder_set_discard(recorder, 0, 0, GRANULARITY * 512);
	KUNIT_EXPECT_EQ(test, discard(test, 0, 8, 0), BLKIF_RSP_EOPNOTSUPP);
}

struct status_row {
	const char *name;
	u8 operation;
	blk_status_t disk;
	int status;
};

static const struct status_row status_rows[] = {
	{ "read, I/O error", BLKIF_OP_READ, BLK_STS_IOERR, BLKIF_RSP_ERROR },
	{ "write, I/O error", BLKIF_OP_WRITE, BLK_STS_IOERR, BLKIF_RSP_ERROR },
	{ "write, no space", BLKIF_OP_WRITE, BLK_STS_NOSPC, BLKIF_RSP_ERROR },
	{ "write, not supported", BLKIF_OP_WRITE, BLK_STS_NOTSUPP,
	  BLKIF_RSP_EOPNOTSUPP },
	{ "read, medium error", BLKIF_OP_READ, BLK_STS_MEDIUM,
	  BLKIF_RSP_ERROR },
};

KUNIT_ARRAY_PARAM_DESC(status_row, status_rows, name);

static void blkback_disk_test_status(struct kunit *test)
{
	const struct status_row *row = test->param_value;

	connect_to_recorder(test);
	recorder_fail(recorder, row->disk);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, row->operation, 0, 0, 1),
			row->status);
	recorder_fail(recorder, 0);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, row->operation, 0, 0, 1),
			BLKIF_RSP_OKAY);
}

struct info_row {
	const char *name;
	const char *key;
	const char *value;
	int info;
};

static const struct info_row info_rows[] = {
	{ "an ordinary disk", "removable", "0", 0 },
	{ "removable", "removable", "1", 2 },
	{ "read-only", "mode", "r", 4 },
};

KUNIT_ARRAY_PARAM_DESC(info_row, info_rows, name);

static void blkback_disk_test_info(struct kunit *test)
{
	const struct info_row *row = test->param_value;
	struct frontend *t = test->priv;

	key_set(t, row->key, row->value);
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "info"), row->info);
}

static void blkback_disk_test_cdrom(struct kunit *test)
{
	struct frontend *t = test->priv;
	char path[80];

	snprintf(path, sizeof(path), "%s/device-type", t->vbd.frontend);
	xenmodel_store_write(path, "cdrom");
	key_set(t, "mode", "r");
	connect_to_recorder(test);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "info"), 1 + 4);
}

static struct kunit_case discard_cases[] = {
	KUNIT_CASE(blkback_discard_test_offered),
	KUNIT_CASE_PARAM(blkback_discard_test_not_offered,
			 refused_row_gen_params),
	KUNIT_CASE(blkback_discard_test_small),
	KUNIT_CASE(blkback_discard_test_pieces),
	KUNIT_CASE(blkback_discard_test_odd_granularity),
	KUNIT_CASE(blkback_discard_test_at_once),
	KUNIT_CASE(blkback_discard_test_alignment),
	KUNIT_CASE(blkback_discard_test_whole_disk),
	KUNIT_CASE(blkback_discard_test_secure),
	KUNIT_CASE(blkback_discard_test_secure_granularity),
	KUNIT_CASE(blkback_discard_test_not_secure),
	KUNIT_CASE(blkback_discard_test_others_go_on),
	KUNIT_CASE(blkback_discard_test_gone),
	KUNIT_CASE(blkback_discard_test_successor),
	KUNIT_CASE_PARAM(blkback_discard_test_ranges, range_row_gen_params),
	KUNIT_CASE(blkback_discard_test_fails),
	KUNIT_CASE(blkback_discard_test_not_any_more),
	{}
};

static struct kunit_suite discard_suite = {
	.name = "blkback_discard",
	.init = discard_test_init,
	.exit = discard_test_exit,
	.test_cases = discard_cases,
};

static struct kunit_case disk_cases[] = {
	KUNIT_CASE_PARAM(blkback_disk_test_status, status_row_gen_params),
	KUNIT_CASE_PARAM(blkback_disk_test_info, info_row_gen_params),
	KUNIT_CASE(blkback_disk_test_cdrom),
	{}
};

static struct kunit_suite disk_suite = {
	.name = "blkback_disk",
	.init = discard_test_init,
	.exit = discard_test_exit,
	.test_cases = disk_cases,
};

kunit_test_suites(&discard_suite, &disk_suite);
