// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that breaks the rules of the ring, of its requests and of its
 * grants, beside one that keeps them: the first gets what
 * Documentation/hostile.rst says, and the second is served all the while.
 *
 * What is tried where is in a table of that chapter.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "frontend.h"
#include "honest.h"
#include "recorder.h"

/* The whole of an indirect request's page of segments. */
#define LIST_PAGE	31

/* Of a request over data page 0, and of an indirect one. */
#define REQUEST_ID	0x1234567800000000ULL

#define MAP	"0"
#define COPY	"1048576"

static struct recorder *recorder;

static int hostile_test_init(struct kunit *test)
{
	int error = honest_init(test);

	if (error)
		return error;
	recorder = recorder_create(test);
	recorder_set_cache(recorder, true);
	recorder_set_discard(recorder, UINT_MAX, 0, 4096);
	return 0;
}

static void hostile_test_exit(struct kunit *test)
{
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	honest_exit(test);
	recorder_destroy(recorder);
	frontend_set_parameter(test, "/sys/module/xen_blkback/parameters/linger", "Y");
}

static void connect(struct kunit *test)
{
	frontend_use_ram_disk(test->priv);
	frontend_connect(test, 1, 0);
}

static void connect_to_recorder(struct kunit *test)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_hotplug(&t->vbd, recorder->disk->major, 0);
	frontend_connect(test, 1, 0);
}

static struct blkif_sring *ring_of(struct kunit *test)
{
	struct frontend *t = test->priv;

	return t->vbd.queues[0].ring.sring;
}

static void push(struct kunit *test)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_push(&t->vbd.queues[0]);
}

static void kick(struct kunit *test)
{
	struct frontend *t = test->priv;

	xenmodel_evtchn_kick(t->vbd.queues[0].port);
}

/* So many have been answered, by the backend's own index. */
static bool answered(struct kunit *test, u32 nr)
{
	unsigned int ms;

	for (ms = 0; READ_ONCE(ring_of(test)->rsp_prod) != nr && ms < 1000; ms++)
		msleep(1);
	return READ_ONCE(ring_of(test)->rsp_prod) == nr;
}

struct index_row {
	const char *name;
	int by;
	bool closed;
};

/* From what it is after four requests that were answered; the ring has 32. */
static const struct index_row index_rows[] = {
	{ "backwards by one", -1, true },
	{ "backwards to the beginning", -4, true },
	{ "one more than there are slots", 33, true },
	{ "half way round", INT_MIN, true },
	{ "all the way round but one", -33, true },
	{ "where it was", 0, false },
};

KUNIT_ARRAY_PARAM_DESC(index_row, index_rows, name);

static void blkback_hostile_test_index(struct kunit *test)
{
	const struct index_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned int i;

	connect(test);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 0, 1),
				BLKIF_RSP_OKAY);
	ring_of(test)->req_prod += row->by;
	kick(test);
	if (row->closed) {
		KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	} else {
		msleep(20);
		KUNIT_EXPECT_EQ(test, xenmodel_vbd_key(&t->vbd, "state"),
				XenbusStateConnected);
	}
	KUNIT_EXPECT_EQ(test, ring_of(test)->rsp_prod, 4U);
	honest_is_served(test);
}

struct other_index_row {
	const char *name;
	size_t at;
	int by;
};

/* What stands in the ring besides the index of the requests. */
static const struct other_index_row other_index_rows[] = {
	{ "answers, ahead", offsetof(struct blkif_sring, rsp_prod), 1000 },
	{ "answers, as if the ring were full", offsetof(struct blkif_sring, rsp_prod), -32 },
	{ "answers, anywhere", offsetof(struct blkif_sring, rsp_prod), INT_MIN },
	{ "when to notify the backend", offsetof(struct blkif_sring, req_event), INT_MIN },
	{ "when to notify the frontend", offsetof(struct blkif_sring, rsp_event), INT_MIN },
};

KUNIT_ARRAY_PARAM_DESC(other_index_row, other_index_rows, name);

static void blkback_hostile_test_other_indices(struct kunit *test)
{
	const struct other_index_row *row = test->param_value;
	struct frontend *t = test->priv;
	struct blkif_response *response;
	unsigned int i;
	u32 *index;

	connect(test);
	index = (void *)ring_of(test) + row->at;
	for (i = 0; i < 40; i++) {
		frontend_add(t, 0, BLKIF_OP_READ, i * 8, i % 16, 1);
		*index += row->by;
		RING_PUSH_REQUESTS(&t->vbd.queues[0].ring);
		kick(test);
		KUNIT_ASSERT_TRUE(test, answered(test, i + 1));
		response = RING_GET_RESPONSE(&t->vbd.queues[0].ring, i);
		KUNIT_EXPECT_EQ(test, response->status, BLKIF_RSP_OKAY);
		KUNIT_EXPECT_EQ(test, response->id & 0xff, i % 16);
		t->vbd.queues[0].ring.rsp_cons++;
	}
	honest_is_served(test);
}

static struct blkif_request *add_indirect(struct frontend *t, u8 inner, u16 nr)
{
	struct blkif_request_segment *list = (void *)frontend_data(t, LIST_PAGE);
	struct blkif_request *request;
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*list); i++)
		list[i] = (struct blkif_request_segment) {
			.gref = t->refs[i % LIST_PAGE],
			.first_sect = i % 8,
			.last_sect = i % 8,
		};
	request = xenmodel_vbd_request(&t->vbd.queues[0]);
	request->operation = BLKIF_OP_INDIRECT;
	request->u.indirect.indirect_op = inner;
	request->u.indirect.nr_segments = nr;
	request->u.indirect.id = REQUEST_ID;
	request->u.indirect.indirect_grefs[0] = t->refs[LIST_PAGE];
	return request;
}

struct change_row {
	const char *name;
	bool indirect;
	bool persistent;
};

static const struct change_row change_rows[] = {
	{ "the slot", false, false },
	{ "the list, copied", true, false },
	{ "the list, which stays mapped", true, true },
};

KUNIT_ARRAY_PARAM_DESC(change_row, change_rows, name);

static u64 sectors_written(void)
{
	u64 sectors = 0;
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, recorder->nr, RECORDER_LOG); i++)
		sectors += recorder->log[i].sectors;
	return sectors;
}

/* Only what was there when it was taken counts, up to the answer. */
static void blkback_hostile_test_changes_a_request(struct kunit *test)
{
	const struct change_row *row = test->param_value;
	struct frontend *t = test->priv;
	struct blkif_response response;
	struct blkif_request *request;

	frontend_key(t, "feature-persistent", row->persistent ? "1" : "0");
	connect_to_recorder(test);
	recorder_hold(recorder, true);
	if (row->indirect)
		request = add_indirect(t, BLKIF_OP_WRITE, 16);
	else
		request = frontend_add(t, 0, BLKIF_OP_WRITE, 0, 0, 2);
	push(test);
	KUNIT_EXPECT_TRUE(test, recorder_has(recorder, 1));
	memset(request, 0xff, sizeof(*request));
	if (row->indirect)
		memset(frontend_data(t, LIST_PAGE), 0xff, PAGE_SIZE);
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_response(&t->vbd.queues[0], &response));
	KUNIT_EXPECT_EQ(test, response.status, BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, response.operation, BLKIF_OP_WRITE);
	KUNIT_EXPECT_EQ(test, response.id, REQUEST_ID);
	KUNIT_EXPECT_EQ(test, sectors_written(), 16ULL);
	honest_is_served(test);
}

/* Who has closed is not served, whatever stands in its ring. */
static void blkback_hostile_test_after_close(struct kunit *test)
{
	struct frontend *t = test->priv;

	connect(test);
	frontend_write_and_read(test, 1, 1);
	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	frontend_add(t, 0, BLKIF_OP_WRITE, 0, 0, 4);
	push(test);
	kick(test);
	msleep(20);
	KUNIT_EXPECT_EQ(test, ring_of(test)->rsp_prod, 2U);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
	honest_is_served(test);
}

struct request_row {
	const char *name;
	u8 operation;
	u64 sector;
	u8 nr;
	u8 first;
	u8 last;
	u64 discard;
	int status;
};

#define UNKNOWN(op) \
	.operation = op, .nr = 1, .last = 7, .status = BLKIF_RSP_EOPNOTSUPP
#define PLAIN(op, at, segments, from, to, result) \
	.operation = BLKIF_OP_##op, .sector = at, .nr = segments, \
	.first = from, .last = to, .status = BLKIF_RSP_##result
/* Its flags are where others have their number of segments. */
#define DISCARD(at, sectors, flags, result) \
	.operation = BLKIF_OP_DISCARD, .sector = at, .nr = flags, \
	.discard = sectors, .status = BLKIF_RSP_##result

/* Segment 0 is from @first to @last, the others are whole pages. */
static const struct request_row request_rows[] = {
	{ "operation 4", UNKNOWN(4) },
	{ "operation 7", UNKNOWN(7) },
	{ "operation 255", UNKNOWN(255) },
	{ "read nothing", PLAIN(READ, 0, 0, 0, 7, ERROR) },
	{ "write nothing", PLAIN(WRITE, 0, 0, 0, 7, ERROR) },
	{ "11 segments", PLAIN(READ, 0, 11, 0, 7, OKAY) },
	{ "12 segments", PLAIN(READ, 0, 12, 0, 7, ERROR) },
	{ "255 segments", PLAIN(WRITE, 0, 255, 0, 7, ERROR) },
	{ "one sector", PLAIN(WRITE, 5, 1, 7, 7, OKAY) },
	{ "ends before it starts", PLAIN(WRITE, 0, 1, 1, 0, ERROR) },
	{ "ends before it starts, far", PLAIN(READ, 0, 1, 255, 0, ERROR) },
	{ "sector 8", PLAIN(WRITE, 0, 1, 8, 8, ERROR) },
	{ "to sector 8", PLAIN(READ, 0, 1, 0, 8, ERROR) },
	{ "to sector 255", PLAIN(WRITE, 0, 1, 0, 255, ERROR) },
	{ "up to the end", PLAIN(WRITE, RECORDER_SECTORS - 16, 2, 0, 7, OKAY) },
	{ "over the end", PLAIN(WRITE, RECORDER_SECTORS - 15, 2, 0, 7, ERROR) },
	{ "at the end", PLAIN(READ, RECORDER_SECTORS, 1, 0, 0, ERROR) },
	{ "wraps", PLAIN(WRITE, U64_MAX - 7, 2, 0, 7, ERROR) },
	{ "wraps as bytes", PLAIN(WRITE, BIT_ULL(55), 1, 0, 7, ERROR) },
	{ "flush", PLAIN(FLUSH_DISKCACHE, U64_MAX, 0, 0, 0, OKAY) },
	{ "flush with data", PLAIN(FLUSH_DISKCACHE, 8, 2, 0, 7, OKAY) },
	{ "flush with data beyond", PLAIN(FLUSH_DISKCACHE, RECORDER_SECTORS - 8, 2, 0, 7, ERROR) },
	{ "flush with too much", PLAIN(FLUSH_DISKCACHE, 0, 12, 0, 7, ERROR) },
	{ "barrier", PLAIN(WRITE_BARRIER, U64_MAX, 0, 0, 0, OKAY) },
	{ "barrier with data", PLAIN(WRITE_BARRIER, 8, 2, 0, 7, OKAY) },
	{ "barrier with bad data", PLAIN(WRITE_BARRIER, 8, 2, 7, 6, ERROR) },
	{ "barrier with too much", PLAIN(WRITE_BARRIER, 0, 12, 0, 7, ERROR) },
	{ "discard", DISCARD(8, 8, 0, OKAY) },
	{ "discard nothing", DISCARD(8, 0, 0, ERROR) },
	{ "discard over the end", DISCARD(RECORDER_SECTORS - 8, 9, 0, ERROR) },
	{ "discard that wraps", DISCARD(8, U64_MAX - 7, 0, ERROR) },
	{ "discard behind the end", DISCARD(U64_MAX, 8, 0, ERROR) },
	/* It was not offered: without it. */
	{ "secure discard", DISCARD(8, 8, BLKIF_DISCARD_SECURE, OKAY) },
	{ "secure discard over the end",
	  DISCARD(RECORDER_SECTORS - 8, 9, BLKIF_DISCARD_SECURE, ERROR) },
};

KUNIT_ARRAY_PARAM_DESC(request_row, request_rows, name);

static void add_request(struct frontend *t, const struct request_row *row)
{
	struct blkif_request *request;

	request = frontend_add(t, 0, row->operation, row->sector, 0, min_t(u8, row->nr, 11));
	if (row->operation == BLKIF_OP_DISCARD) {
		memset(request, 0, sizeof(*request));
		request->operation = BLKIF_OP_DISCARD;
		request->u.discard.flag = row->nr;
		request->u.discard.sector_number = row->sector;
		request->u.discard.nr_sectors = row->discard;
		return;
	}
	request->u.rw.nr_segments = row->nr;
	request->u.rw.seg[0].first_sect = row->first;
	request->u.rw.seg[0].last_sect = row->last;
}

/* What is refused does not get to the disk, and costs Xen nothing. */
static void blkback_hostile_test_requests(struct kunit *test)
{
	const struct request_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned int others;
	u64 operations;

	connect_to_recorder(test);
	operations = xenmodel_counted(XENMODEL_MAP_OPS) + xenmodel_counted(XENMODEL_COPY_OPS);
	add_request(t, row);
	push(test);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), row->status);
	KUNIT_EXPECT_EQ(test, !!recorder->nr, row->status == BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "refused"),
			row->status == BLKIF_RSP_OKAY ? 0UL : 1UL);
	if (row->status != BLKIF_RSP_OKAY)
		KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_MAP_OPS) +
				xenmodel_counted(XENMODEL_COPY_OPS), operations);
	honest_is_served(test);
	others = recorder->nr;
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_WRITE, 0, 0, 1), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, recorder->nr, others + 1);
}

struct list_row {
	const char *name;
	u8 inner;
	u16 nr;
	int status;
};

/* The page that the segments are in has 512 of one sector each. */
static const struct list_row list_rows[] = {
	{ "none", BLKIF_OP_READ, 0, BLKIF_RSP_ERROR },
	{ "one", BLKIF_OP_READ, 1, BLKIF_RSP_OKAY },
	{ "as many as fit into a slot", BLKIF_OP_READ, 11, BLKIF_RSP_OKAY },
	{ "one more", BLKIF_OP_READ, 12, BLKIF_RSP_OKAY },
	{ "as many as there may be", BLKIF_OP_READ, 256, BLKIF_RSP_OKAY },
	{ "one too many", BLKIF_OP_READ, 257, BLKIF_RSP_ERROR },
	{ "a page more", BLKIF_OP_WRITE, 513, BLKIF_RSP_ERROR },
	{ "more than pages can be named", BLKIF_OP_READ, 4097, BLKIF_RSP_ERROR },
	{ "the most that can be said", BLKIF_OP_WRITE, U16_MAX, BLKIF_RSP_ERROR },
	{ "a flush", BLKIF_OP_FLUSH_DISKCACHE, 1, BLKIF_RSP_ERROR },
	{ "a barrier", BLKIF_OP_WRITE_BARRIER, 1, BLKIF_RSP_ERROR },
	{ "a discard", BLKIF_OP_DISCARD, 1, BLKIF_RSP_ERROR },
	{ "itself", BLKIF_OP_INDIRECT, 1, BLKIF_RSP_ERROR },
	{ "what there is not", 255, 1, BLKIF_RSP_ERROR },
};

KUNIT_ARRAY_PARAM_DESC(list_row, list_rows, name);

static void blkback_hostile_test_indirect(struct kunit *test)
{
	const struct list_row *row = test->param_value;
	struct frontend *t = test->priv;

	connect(test);
	add_indirect(t, row->inner, row->nr);
	push(test);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), row->status);
	frontend_write_and_read(test, 2, 5);
	honest_is_served(test);
}

/* What grant a reference names that a request should not have. */
enum bad_grant { BEYOND, REVOKED, ELSEWHERE, READ_ONLY };

struct grant_row {
	const char *name;
	enum bad_grant grant;
	const char *copy_max;
	bool indirect;
};

static const struct grant_row grant_rows[] = {
	{ "beyond the table, mapped", BEYOND, MAP, false },
	{ "beyond the table, copied", BEYOND, COPY, false },
	{ "revoked, mapped", REVOKED, MAP, false },
	{ "revoked, copied", REVOKED, COPY, false },
	{ "another domain's, mapped", ELSEWHERE, MAP, false },
	{ "another domain's, copied", ELSEWHERE, COPY, false },
	{ "read-only, mapped", READ_ONLY, MAP, false },
	{ "read-only, copied", READ_ONLY, COPY, false },
	{ "list beyond the table", BEYOND, MAP, true },
	{ "list revoked", REVOKED, MAP, true },
	{ "list of another domain", ELSEWHERE, COPY, true },
};

KUNIT_ARRAY_PARAM_DESC(grant_row, grant_rows, name);

static grant_ref_t make_bad(struct frontend *t, enum bad_grant grant)
{
	grant_ref_t ref;

	if (grant == BEYOND)
		return 100000;
	ref = xenmodel_grant(t->guest, FRONTEND_DATA + 8,
			     grant == ELSEWHERE ? HONEST_DOMID : XENMODEL_LOCAL_DOMID,
			     grant == READ_ONLY);
	if (grant == REVOKED)
		xenmodel_revoke(t->guest, ref);
	return ref;
}

static void blkback_hostile_test_grants(struct kunit *test)
{
	const struct grant_row *row = test->param_value;
	struct frontend *t = test->priv;
	struct blkif_request *request;

	frontend_copy_max(test, row->copy_max);
	connect(test);
	if (row->indirect) {
		request = add_indirect(t, BLKIF_OP_READ, 16);
		request->u.indirect.indirect_grefs[0] = make_bad(t, row->grant);
	} else {
		request = frontend_add(t, 0, BLKIF_OP_READ, 0, 0, 11);
		request->u.rw.seg[10].gref = make_bad(t, row->grant);
	}
	push(test);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_ERROR);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), 0U);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "bad_grants"), 1UL);
	frontend_write_and_read(test, 2, 5);
	honest_is_served(test);
}

struct way_row {
	const char *name;
	const char *copy_max;
	bool persistent;
	unsigned int nr;
};

static const struct way_row same_rows[] = {
	{ "in one request, mapped", MAP, false, 11 },
	{ "in one request, copied", COPY, false, 11 },
	{ "in one request, kept", COPY, true, 11 },
	{ "in several, mapped", MAP, false, 1 },
	{ "in several, copied", COPY, false, 1 },
	{ "in several, kept", COPY, true, 1 },
};

KUNIT_ARRAY_PARAM_DESC(same_row, same_rows, name);

static void connect_for(struct kunit *test, const struct way_row *row)
{
	frontend_copy_max(test, row->copy_max);
	frontend_key(test->priv, "feature-persistent", row->persistent ? "1" : "0");
	connect(test);
}

/* The same page in all of them at once: each is served, as far as it can be told. */
static void blkback_hostile_test_same_page(struct kunit *test)
{
	const struct way_row *row = test->param_value;
	struct frontend *t = test->priv;
	struct blkif_request *request;
	unsigned int i, j;

	connect_for(test, row);
	frontend_fill(t, 0, 1, 9);
	for (i = 0; i < 16; i++) {
		request = frontend_add(t, 0, i % 2 ? BLKIF_OP_READ : BLKIF_OP_WRITE,
				       i / 2 * 88, 0, row->nr);
		for (j = 0; j < row->nr; j++)
			request->u.rw.seg[j].gref = t->refs[0];
	}
	push(test);
	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, xenmodel_handles(), row->persistent ? 1U : 0U);
	honest_is_served(test);
}

static const struct way_row way_rows[] = {
	{ "mapped", MAP, false, 2 },
	{ "copied", COPY, false, 2 },
	{ "kept", COPY, true, 2 },
};

KUNIT_ARRAY_PARAM_DESC(way_row, way_rows, name);

/* Into the guest's memory goes what it asked for, and nothing beside it. */
static void blkback_hostile_test_part_of_a_page(struct kunit *test)
{
	const struct way_row *row = test->param_value;
	struct frontend *t = test->priv;
	struct blkif_request *request;
	unsigned int i, wrong = 0;
	u8 *into;

	connect_for(test, row);
	frontend_write_and_read(test, 1, 21);
	into = frontend_data(t, 4);
	memset(into, 0x5a, PAGE_SIZE);
	request = frontend_add(t, 0, BLKIF_OP_READ, 64 + 2, 4, 1);
	request->u.rw.seg[0].first_sect = 2;
	request->u.rw.seg[0].last_sect = 4;
	push(test);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_OKAY);
	for (i = 0; i < PAGE_SIZE; i++) {
		bool asked = i >= 2 * 512 && i < 5 * 512;

		wrong += into[i] != (asked ? frontend_data(t, 0)[i] : 0x5a);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0U);
	honest_is_served(test);
}

/* Nothing was read: so nothing of ours is copied in its place. */
static void blkback_hostile_test_failed_read(struct kunit *test)
{
	struct frontend *t = test->priv;

	frontend_copy_max(test, COPY);
	connect_to_recorder(test);
	recorder_fail(recorder, BLK_STS_IOERR);
	memset(frontend_data(t, 4), 0x5a, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 0, 4, 2), BLKIF_RSP_ERROR);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(frontend_data(t, 4), 0x5a, 2 * PAGE_SIZE),
			    (void *)NULL);
	honest_is_served(test);
}

/* Taken back in the middle: Xen keeps it mapped for as long as it is. */
static void blkback_hostile_test_revoked_in_use(struct kunit *test)
{
	const struct way_row *row = test->param_value;
	struct frontend *t = test->priv;
	unsigned int i;
	int status;

	frontend_copy_max(test, row->copy_max);
	frontend_key(t, "feature-persistent", row->persistent ? "1" : "0");
	connect_to_recorder(test);
	recorder_hold(recorder, true);
	frontend_add(t, 0, BLKIF_OP_READ, 0, 0, row->nr);
	push(test);
	KUNIT_EXPECT_TRUE(test, recorder_has(recorder, 1));
	for (i = 0; i < row->nr; i++)
		xenmodel_revoke(t->guest, t->refs[i]);
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	/* What is yet to be copied is refused by Xen. */
	status = row->persistent || !strcmp(row->copy_max, MAP) ? BLKIF_RSP_OKAY :
								  BLKIF_RSP_ERROR;
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), status);
	KUNIT_EXPECT_EQ(test, frontend_counter(test, "bad_grants"),
			status == BLKIF_RSP_OKAY ? 0UL : 1UL);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_WRITE, 0, 8, 2), BLKIF_RSP_OKAY);
	honest_is_served(test);
	frontend_disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

/* Nobody looks at the answers; they wait, and the disk does not. */
static void blkback_hostile_test_never_reads(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i;

	connect(test);
	for (i = 0; i < 32; i++)
		frontend_add(t, 0, BLKIF_OP_READ, i * 8, i % 16, 1);
	push(test);
	KUNIT_EXPECT_TRUE(test, answered(test, 32));
	honest_is_served(test);
	/* The answers of these would be where it has read none yet. */
	ring_of(test)->req_prod += 32;
	kick(test);
	KUNIT_EXPECT_TRUE(test, answered(test, 64));
	honest_is_served(test);
	frontend_disconnect(test);
	KUNIT_EXPECT_EQ(test, xenmodel_mapped(t->guest), 0U);
}

/* Many events at once are one, and those with nothing behind them are counted. */
static void blkback_hostile_test_event_storm(struct kunit *test)
{
	struct frontend *t = test->priv;
	unsigned int i, spurious;
	unsigned long passes;

	/* With it, see blkback_linger_test_empty_events. */
	frontend_set_parameter(test, "/sys/module/xen_blkback/parameters/linger", "N");
	connect(test);
	frontend_write_and_read(test, 1, 1);
	passes = frontend_counter(test, "passes");
	spurious = xenmodel_evtchn_spurious(t->vbd.queues[0].port);
	for (i = 0; i < 5000; i++)
		kick(test);
	honest_is_served(test);
	for (i = 0; i < 20; i++) {
		kick(test);
		msleep(1);
	}
	KUNIT_EXPECT_GE(test, xenmodel_evtchn_spurious(t->vbd.queues[0].port) - spurious, 20U);
	KUNIT_EXPECT_LE(test, frontend_counter(test, "passes") - passes, 50UL);
	frontend_write_and_read(test, 1, 2);
}

/* Of all that an answer's slot held, only the answer is left. */
static void blkback_hostile_test_padding(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct blkif_request *request;
	const u8 *raw;
	unsigned int i;

	connect(test);
	request = frontend_add(t, 0, 0xee, 0, 0, 1);
	memset(request, 0xee, sizeof(*request));
	raw = (const u8 *)request;
	push(test);
	KUNIT_EXPECT_EQ(test, frontend_answer(test, 0), BLKIF_RSP_EOPNOTSUPP);
	for (i = 0; i < offsetofend(struct blkif_response, operation); i++)
		KUNIT_EXPECT_EQ(test, raw[i], 0xee);
	for (; i < offsetof(struct blkif_response, status); i++)
		KUNIT_EXPECT_EQ(test, raw[i], 0);
	for (i += sizeof(s16); i < sizeof(struct blkif_response); i++)
		KUNIT_EXPECT_EQ(test, raw[i], 0);
	honest_is_served(test);
}

/* The numbers are the guest's: it may use one for all. */
static void blkback_hostile_test_same_numbers(struct kunit *test)
{
	struct frontend *t = test->priv;
	struct blkif_response response;
	unsigned int i;

	connect(test);
	for (i = 0; i < 8; i++)
		frontend_add(t, 0, BLKIF_OP_READ, i * 8, i, 1)->u.rw.id = U64_MAX;
	push(test);
	for (i = 0; i < 8; i++) {
		KUNIT_EXPECT_TRUE(test, xenmodel_vbd_response(&t->vbd.queues[0], &response));
		KUNIT_EXPECT_EQ(test, response.id, U64_MAX);
		KUNIT_EXPECT_EQ(test, response.status, BLKIF_RSP_OKAY);
	}
	KUNIT_EXPECT_EQ(test, ring_of(test)->rsp_prod, 8U);
	honest_is_served(test);
}

/* Whoever is done is answered, in whatever order they came. */
static void blkback_hostile_test_order_of_answers(struct kunit *test)
{
	static const u64 expected[] = { 3, 1, 2 };
	struct frontend *t = test->priv;
	struct blkif_response response;
	unsigned int i;

	connect_to_recorder(test);
	recorder_hold(recorder, true);
	frontend_add(t, 0, BLKIF_OP_WRITE, 0, 0, 1)->u.rw.id = 1;
	frontend_add(t, 0, BLKIF_OP_WRITE, 800, 1, 1)->u.rw.id = 2;
	frontend_add(t, 0, 200, 0, 0, 1)->u.rw.id = 3;
	push(test);
	KUNIT_EXPECT_TRUE(test, recorder_has(recorder, 2));
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		KUNIT_ASSERT_TRUE(test, xenmodel_vbd_response(&t->vbd.queues[0], &response));
		KUNIT_EXPECT_EQ(test, response.id, expected[i]);
		KUNIT_EXPECT_EQ(test, response.operation, expected[i] == 3 ? 200 : BLKIF_OP_WRITE);
		KUNIT_EXPECT_EQ(test, response.status,
				expected[i] == 3 ? BLKIF_RSP_EOPNOTSUPP : BLKIF_RSP_OKAY);
		recorder_release(recorder, 1);
	}
	KUNIT_EXPECT_EQ(test, ring_of(test)->rsp_prod, 3U);
	honest_is_served(test);
}

static struct kunit_case hostile_cases[] = {
	KUNIT_CASE_PARAM(blkback_hostile_test_index, index_row_gen_params),
	KUNIT_CASE_PARAM(blkback_hostile_test_other_indices, other_index_row_gen_params),
	KUNIT_CASE_PARAM(blkback_hostile_test_changes_a_request, change_row_gen_params),
	KUNIT_CASE(blkback_hostile_test_after_close),
	KUNIT_CASE_PARAM(blkback_hostile_test_requests, request_row_gen_params),
	KUNIT_CASE_PARAM(blkback_hostile_test_indirect, list_row_gen_params),
	KUNIT_CASE_PARAM(blkback_hostile_test_grants, grant_row_gen_params),
	KUNIT_CASE_PARAM(blkback_hostile_test_same_page, same_row_gen_params),
	KUNIT_CASE_PARAM(blkback_hostile_test_part_of_a_page, way_row_gen_params),
	KUNIT_CASE(blkback_hostile_test_failed_read),
	KUNIT_CASE_PARAM(blkback_hostile_test_revoked_in_use, way_row_gen_params),
	KUNIT_CASE(blkback_hostile_test_never_reads),
	KUNIT_CASE(blkback_hostile_test_event_storm),
	KUNIT_CASE(blkback_hostile_test_padding),
	KUNIT_CASE(blkback_hostile_test_same_numbers),
	KUNIT_CASE(blkback_hostile_test_order_of_answers),
	{}
};

static struct kunit_suite hostile_suite = {
	.name = "blkback_hostile",
	.init = hostile_test_init,
	.exit = hostile_test_exit,
	.test_cases = hostile_cases,
};

kunit_test_suite(hostile_suite);
