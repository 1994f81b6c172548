// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "../codec.h"
#include "../ring.h"
#include "raw.h"

#define PAGE_BYTES 4096
#define SLOTS_AT 64

/* The indices at the beginning of the shared pages, as the frontend sees them. */
enum { REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT };

/* A ring and a frontend in one place. */
struct world {
	const struct blkback_layout *layout;
	u32 *shared;
	size_t bytes;
	struct blkback_ring ring;
};

static void world_make(struct kunit *test, struct world *world, const char *protocol,
		       unsigned int pages, u32 start)
{
	world->layout = blkback_layout_by_protocol(protocol);
	world->bytes = pages * PAGE_BYTES;
	world->shared = kunit_kzalloc(test, world->bytes, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, world->shared);
	world->shared[REQ_PROD] = start;
	world->shared[REQ_EVENT] = start + 1;
	world->shared[RSP_PROD] = start;
	world->shared[RSP_EVENT] = start + 1;
	KUNIT_ASSERT_EQ(test, 0, blkback_ring_attach(&world->ring, world->shared, world->bytes,
						     world->layout));
}

static u8 *world_slot(struct world *world, u32 index)
{
	u32 size = blkback_ring_entries(world->layout, world->bytes);

	return (u8 *)world->shared + SLOTS_AT + (index % size) * world->layout->request_bytes;
}

/* The frontend puts a read with this id on the ring. */
static void world_request(struct world *world, u64 id)
{
	const struct raw_request request = { .operation = BLKIF_OP_READ, .id = id };

	raw_write(world->layout, world_slot(world, world->shared[REQ_PROD]), &request, 0);
	world->shared[REQ_PROD]++;
}

static u64 taken_id(struct world *world, const u8 *raw)
{
	return blkback_layout_get_u64(raw, world->layout->id);
}

struct entries_row {
	const char *name;
	const char *protocol;
	size_t bytes;
	u32 entries;
};

static const struct entries_row entries_rows[] = {
	{ "64-bit, 1 page", "x86_64-abi", 4096, 32 },
	{ "64-bit, 2 pages", "x86_64-abi", 8192, 64 },
	{ "64-bit, 4 pages", "x86_64-abi", 16384, 128 },
	{ "64-bit, 8 pages", "x86_64-abi", 32768, 256 },
	{ "64-bit, 16 pages", "x86_64-abi", 65536, 512 },
	{ "64-bit, 16 pages of 16 KiB", "x86_64-abi", 262144, 2048 },
	{ "32-bit, 1 page", "x86_32-abi", 4096, 32 },
	{ "32-bit, 2 pages", "x86_32-abi", 8192, 64 },
	{ "32-bit, 4 pages", "x86_32-abi", 16384, 128 },
	{ "32-bit, 8 pages", "x86_32-abi", 32768, 256 },
	{ "32-bit, 16 pages", "x86_32-abi", 65536, 512 },
	{ "nothing", "x86_64-abi", 0, 0 },
	{ "indices only", "x86_64-abi", 64, 0 },
	{ "a byte too small for a slot", "x86_64-abi", 175, 0 },
	{ "one slot", "x86_64-abi", 176, 1 },
	{ "one compact slot", "x86_32-abi", 172, 1 },
	{ "three slots", "x86_64-abi", 400, 2 },
};

static void describe_entries(const struct entries_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(entries, entries_rows, describe_entries);

static void blkback_ring_test_entries(struct kunit *test)
{
	const struct entries_row *row = test->param_value;

	KUNIT_EXPECT_EQ(test, row->entries,
			blkback_ring_entries(blkback_layout_by_protocol(row->protocol),
					     row->bytes));
}

static void blkback_ring_test_take_nothing(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;

	world_make(test, &world, "x86_64-abi", 1, 0);
	memset(raw, 0x77, sizeof(raw));
	KUNIT_EXPECT_EQ(test, 0, blkback_ring_take(&world.ring, raw));
	KUNIT_EXPECT_EQ(test, raw[0], 0x77);
	KUNIT_EXPECT_EQ(test, 0, blkback_ring_unconsumed(&world.ring));
}

static void blkback_ring_test_take_in_order(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;
	u64 id;

	world_make(test, &world, "x86_32-abi", 1, 0);
	for (id = 100; id < 132; id++)
		world_request(&world, id);
	KUNIT_EXPECT_EQ(test, 32, blkback_ring_unconsumed(&world.ring));
	for (id = 100; id < 132; id++) {
		KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
		KUNIT_EXPECT_EQ(test, id, taken_id(&world, raw));
	}
	KUNIT_EXPECT_EQ(test, 0, blkback_ring_take(&world.ring, raw));
	KUNIT_EXPECT_EQ(test, 32, blkback_ring_unanswered(&world.ring));
}

/* What the guest does to the slot afterwards is not in our copy. */
static void blkback_ring_test_copy_is_ours(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;

	world_make(test, &world, "x86_64-abi", 1, 0);
	world_request(&world, 42);
	memset(raw, 0, sizeof(raw));
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	memset(world_slot(&world, 0), 0xff, world.layout->request_bytes);
	KUNIT_EXPECT_EQ(test, 42, taken_id(&world, raw));
	KUNIT_EXPECT_EQ(test, BLKIF_OP_READ, raw[0]);
}

/* No byte behind a compact request is written. */
static void blkback_ring_test_copy_is_no_longer_than_a_request(struct kunit *test)
{
	struct world world;
	u8 *raw;

	world_make(test, &world, "x86_32-abi", 1, 0);
	raw = kunit_kzalloc(test, world.layout->request_bytes, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, raw);
	world_request(&world, 42);
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	KUNIT_EXPECT_EQ(test, 42, taken_id(&world, raw));
}

/* How much of a slot has a meaning. */
struct meaning_row {
	const char *name;
	const char *protocol;
	u8 operation;
	u8 nr_segments;
	u8 bytes;
};

static const struct meaning_row meaning_rows[] = {
	{ "read of one", "x86_64-abi", BLKIF_OP_READ, 1, 32 },
	{ "read of two", "x86_64-abi", BLKIF_OP_READ, 2, 40 },
	{ "write of eleven", "x86_64-abi", BLKIF_OP_WRITE, 11, 112 },
	{ "write of too many", "x86_64-abi", BLKIF_OP_WRITE, 255, 112 },
	{ "barrier of one", "x86_64-abi", BLKIF_OP_WRITE_BARRIER, 1, 32 },
	{ "indirect", "x86_64-abi", BLKIF_OP_INDIRECT, BLKIF_OP_READ, 112 },
	{ "discard", "x86_64-abi", BLKIF_OP_DISCARD, 0, 32 },
	{ "compact, write of one", "x86_32-abi", BLKIF_OP_WRITE, 1, 28 },
	{ "compact, read of two", "x86_32-abi", BLKIF_OP_READ, 2, 36 },
	{ "compact, write of eleven", "x86_32-abi", BLKIF_OP_WRITE, 11, 108 },
	{ "compact, indirect", "x86_32-abi", BLKIF_OP_INDIRECT, BLKIF_OP_WRITE, 108 },
};

static void describe_meaning(const struct meaning_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(meaning, meaning_rows, describe_meaning);

/* All of that is copied. */
static void blkback_ring_test_copies_what_has_a_meaning(struct kunit *test)
{
	const struct meaning_row *row = test->param_value;
	u8 raw[BLKBACK_REQUEST_BYTES_MAX] = {};
	struct world world;
	unsigned int i;
	u8 *slot;

	world_make(test, &world, row->protocol, 1, 0);
	slot = world_slot(&world, 0);
	for (i = 0; i < world.layout->request_bytes; i++)
		slot[i] = i + 1;
	slot[world.layout->operation] = row->operation;
	slot[world.layout->nr_segments] = row->nr_segments;
	world.shared[REQ_PROD]++;
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	KUNIT_EXPECT_EQ(test, 0, memcmp(raw, slot, row->bytes));
}

/* A producer that no honest frontend could have written. */
struct producer_row {
	const char *name;
	u32 start;
	u32 taken;	/* requests taken before */
	u32 pushed;	/* of them answered */
	u32 producer;	/* relative to start */
	int result;	/* of unconsumed() */
};

static const struct producer_row producer_rows[] = {
	{ "full", 0, 0, 0, 32, 32 },
	{ "one beyond", 0, 0, 0, 33, -EPROTO },
	{ "far beyond", 0, 0, 0, 0x80000000, -EPROTO },
	{ "one back", 0, 0, 0, 0xffffffff, -EPROTO },
	{ "one back after some", 0, 5, 0, 4, -EPROTO },
	{ "back to the last response", 0, 5, 3, 3, -EPROTO },
	{ "where it was", 0, 5, 0, 5, 0 },
	{ "beyond while some are unanswered", 0, 5, 0, 33, -EPROTO },
	{ "full while some are unanswered", 0, 5, 0, 32, 27 },
	{ "reuses what was answered", 0, 5, 5, 37, 32 },
	{ "reuses more than was answered", 0, 5, 4, 37, -EPROTO },
	{ "all unanswered, one more", 0, 32, 0, 33, -EPROTO },
	{ "all unanswered, none more", 0, 32, 0, 32, 0 },
	{ "all answered, full again", 0, 32, 32, 64, 32 },
	{ "wraps", 0xfffffff0, 0, 0, 32, 32 },
	{ "wraps, one beyond", 0xfffffff0, 0, 0, 33, -EPROTO },
	{ "wraps, taken across", 0xfffffff0, 20, 10, 40, 20 },
	{ "wraps, back across", 0xfffffff0, 20, 10, 12, -EPROTO },
};

static void describe_producer(const struct producer_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(producer, producer_rows, describe_producer);

static void blkback_ring_test_producer(struct kunit *test)
{
	const struct producer_row *row = test->param_value;
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;
	u32 i;

	world_make(test, &world, "x86_64-abi", 1, row->start);
	for (i = 0; i < row->taken; i++) {
		world_request(&world, i);
		KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	}
	for (i = 0; i < row->pushed; i++)
		KUNIT_ASSERT_EQ(test, 0, blkback_ring_respond(&world.ring, i, 0, 0));
	blkback_ring_push(&world.ring);

	world.shared[REQ_PROD] = row->start + row->producer;
	KUNIT_EXPECT_EQ(test, row->result, blkback_ring_unconsumed(&world.ring));
	KUNIT_EXPECT_EQ(test, row->result < 0 ? row->result : row->result > 0,
			blkback_ring_take(&world.ring, raw));
}

/* A response that was written but not pushed frees no slot. */
static void blkback_ring_test_slot_is_free_after_push(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;
	u32 i;

	for (i = 0; i < 2; i++) {
		world_make(test, &world, "x86_64-abi", 1, 0);
		world_request(&world, 1);
		KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
		KUNIT_ASSERT_EQ(test, 0, blkback_ring_respond(&world.ring, 1, 0, 0));
		if (i)
			blkback_ring_push(&world.ring);
		world.shared[REQ_PROD] = 33;
		KUNIT_EXPECT_EQ(test, i ? 32 : -EPROTO, blkback_ring_unconsumed(&world.ring));
	}
}

static void blkback_ring_test_broken_stays_broken(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;

	world_make(test, &world, "x86_64-abi", 1, 0);
	world.shared[REQ_PROD] = 1000;
	KUNIT_EXPECT_EQ(test, -EPROTO, blkback_ring_take(&world.ring, raw));
	world.shared[REQ_PROD] = 1;
	KUNIT_EXPECT_EQ(test, -EPROTO, blkback_ring_take(&world.ring, raw));
	KUNIT_EXPECT_EQ(test, -EPROTO, blkback_ring_unconsumed(&world.ring));
	KUNIT_EXPECT_EQ(test, -EPROTO, blkback_ring_final_check(&world.ring));
	KUNIT_EXPECT_EQ(test, 0, blkback_ring_unanswered(&world.ring));
}

static void blkback_ring_test_final_check_arms(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;

	world_make(test, &world, "x86_64-abi", 1, 0xffffffff);
	world.shared[REQ_EVENT] = 0x1234;
	KUNIT_EXPECT_EQ(test, 0, blkback_ring_final_check(&world.ring));
	KUNIT_EXPECT_EQ(test, 0, world.shared[REQ_EVENT]);
	world_request(&world, 1);
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	KUNIT_EXPECT_EQ(test, 0, blkback_ring_final_check(&world.ring));
	KUNIT_EXPECT_EQ(test, 1, world.shared[REQ_EVENT]);
}

static void blkback_ring_test_final_check_finds_work(struct kunit *test)
{
	struct world world;

	world_make(test, &world, "x86_64-abi", 1, 0);
	world.shared[REQ_EVENT] = 0x1234;
	world_request(&world, 1);
	world_request(&world, 2);
	KUNIT_EXPECT_EQ(test, 1, blkback_ring_final_check(&world.ring));
	/* Not armed: a notification of what is there already helps nobody. */
	KUNIT_EXPECT_EQ(test, 0x1234, world.shared[REQ_EVENT]);
}

static void blkback_ring_test_respond_needs_a_request(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;

	world_make(test, &world, "x86_64-abi", 1, 0);
	memset(world_slot(&world, 0), 0x66, 2 * world.layout->request_bytes);
	KUNIT_EXPECT_EQ(test, -EPROTO, blkback_ring_respond(&world.ring, 1, 0, 0));
	KUNIT_EXPECT_EQ(test, 0x66, world_slot(&world, 0)[0]);

	world_request(&world, 1);
	KUNIT_EXPECT_EQ(test, -EPROTO, blkback_ring_respond(&world.ring, 1, 0, 0));
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	KUNIT_EXPECT_EQ(test, 0, blkback_ring_respond(&world.ring, 1, 0, 0));
	KUNIT_EXPECT_EQ(test, -EPROTO, blkback_ring_respond(&world.ring, 1, 0, 0));
	KUNIT_EXPECT_EQ(test, 0x66, world_slot(&world, 1)[0]);
	blkback_ring_push(&world.ring);
	KUNIT_EXPECT_EQ(test, 1, world.shared[RSP_PROD]);
}

static void blkback_ring_test_response_bytes(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;
	unsigned int i;
	u8 *slot;

	world_make(test, &world, "x86_32-abi", 1, 33);
	world_request(&world, 1);
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	slot = world_slot(&world, 33);
	memset(slot, 0x99, world.layout->request_bytes);
	KUNIT_ASSERT_EQ(test, 0, blkback_ring_respond(&world.ring, 0x0807060504030201ULL, 3,
						      BLKIF_RSP_ERROR));
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, slot[i], i + 1);
	KUNIT_EXPECT_EQ(test, slot[8], 3);
	KUNIT_EXPECT_EQ(test, slot[9], 0);
	KUNIT_EXPECT_EQ(test, slot[10], 0xff);
	KUNIT_EXPECT_EQ(test, slot[11], 0xff);
	KUNIT_EXPECT_EQ(test, slot[12], 0x99);
}

static void blkback_ring_test_push_shows(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;

	world_make(test, &world, "x86_64-abi", 1, 0);
	KUNIT_EXPECT_FALSE(test, blkback_ring_push(&world.ring));
	world_request(&world, 1);
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	KUNIT_ASSERT_EQ(test, 0, blkback_ring_respond(&world.ring, 1, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, world.shared[RSP_PROD]);
	KUNIT_EXPECT_TRUE(test, blkback_ring_push(&world.ring));
	KUNIT_EXPECT_EQ(test, 1, world.shared[RSP_PROD]);

	/* Nothing new: the page is left alone. */
	world.shared[RSP_PROD] = 77;
	KUNIT_EXPECT_FALSE(test, blkback_ring_push(&world.ring));
	KUNIT_EXPECT_EQ(test, 77, world.shared[RSP_PROD]);
}

/* Is the frontend to be notified of @pushed responses after @before? */
struct notify_row {
	const char *name;
	u32 start, before, pushed;
	u32 event;	/* relative to start */
	bool notify;
};

static const struct notify_row notify_rows[] = {
	{ "the next", 0, 0, 1, 1, true },
	{ "the next, of many", 0, 0, 10, 1, true },
	{ "the last of many", 0, 0, 10, 10, true },
	{ "one behind the last", 0, 0, 10, 11, false },
	{ "seen already", 0, 5, 5, 5, false },
	{ "first of the second push", 0, 5, 5, 6, true },
	{ "old request for an event", 0, 5, 5, 0, false },
	{ "far away", 0, 0, 10, 0x80000000, false },
	{ "across the wrap", 0xfffffffe, 0, 4, 3, true },
	{ "across the wrap, not yet", 0xfffffffe, 0, 2, 3, false },
	{ "on the wrap", 0xfffffffe, 1, 1, 2, true },
};

static void describe_notify(const struct notify_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(notify, notify_rows, describe_notify);

static void blkback_ring_test_notify(struct kunit *test)
{
	const struct notify_row *row = test->param_value;
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;
	u32 i;

	world_make(test, &world, "x86_64-abi", 1, row->start);
	for (i = 0; i < row->before + row->pushed; i++) {
		world_request(&world, i);
		KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
		KUNIT_ASSERT_EQ(test, 0, blkback_ring_respond(&world.ring, i, 0, 0));
		if (i + 1 == row->before)
			blkback_ring_push(&world.ring);
	}
	world.shared[RSP_EVENT] = row->start + row->event;
	KUNIT_EXPECT_EQ(test, row->notify, blkback_ring_push(&world.ring));
}

struct attach_row {
	const char *name;
	size_t bytes;
	u32 req_prod, rsp_prod;
	int result;
	int waiting;
};

static const struct attach_row attach_rows[] = {
	{ "new", 4096, 0, 0, 0, 0 },
	{ "filled before we came", 4096, 7, 0, 0, 7 },
	{ "all answered", 4096, 1000, 1000, 0, 0 },
	{ "some unanswered", 4096, 1000, 990, 0, 10 },
	{ "full", 4096, 1032, 1000, 0, 32 },
	{ "across the wrap", 4096, 5, 0xfffffffb, 0, 10 },
	{ "more than full", 4096, 1033, 1000, -EPROTO, 0 },
	{ "responses ahead", 4096, 1000, 1001, -EPROTO, 0 },
	{ "noise", 4096, 0xdeadbeef, 0x12345678, -EPROTO, 0 },
	{ "no room for a slot", 128, 0, 0, -EINVAL, 0 },
};

static void describe_attach(const struct attach_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(attach, attach_rows, describe_attach);

static void blkback_ring_test_attach(struct kunit *test)
{
	const struct attach_row *row = test->param_value;
	u32 *shared = kunit_kzalloc(test, row->bytes, GFP_KERNEL);
	struct blkback_ring ring;

	KUNIT_ASSERT_NOT_NULL(test, shared);
	shared[REQ_PROD] = row->req_prod;
	shared[RSP_PROD] = row->rsp_prod;
	KUNIT_EXPECT_EQ(test, row->result, blkback_ring_attach(&ring, shared, row->bytes,
							       blkback_layout_native()));
	if (!row->result)
		KUNIT_EXPECT_EQ(test, row->waiting, blkback_ring_unconsumed(&ring));
}

/* A successor serves what its predecessor took but did not answer. */
static void blkback_ring_test_reattach_takes_again(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;
	u64 id;

	world_make(test, &world, "x86_64-abi", 1, 0xfffffff8);
	for (id = 0; id < 20; id++) {
		world_request(&world, id);
		KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	}
	for (id = 0; id < 12; id++)
		KUNIT_ASSERT_EQ(test, 0, blkback_ring_respond(&world.ring, id, 0, 0));
	blkback_ring_push(&world.ring);

	KUNIT_ASSERT_EQ(test, 0, blkback_ring_attach(&world.ring, world.shared, world.bytes,
						     world.layout));
	KUNIT_EXPECT_EQ(test, 0, blkback_ring_unanswered(&world.ring));
	for (id = 12; id < 20; id++) {
		KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
		KUNIT_EXPECT_EQ(test, id, taken_id(&world, raw));
	}
	KUNIT_EXPECT_EQ(test, 0, blkback_ring_take(&world.ring, raw));
}

/* The guest gains no room, and we lose none, by its writing to our index. */
static void blkback_ring_test_room_is_counted_by_us(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;

	world_make(test, &world, "x86_64-abi", 1, 0);
	world_request(&world, 1);
	world_request(&world, 2);
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	world.shared[RSP_PROD] = 1 - 32;
	KUNIT_EXPECT_EQ(test, 1, blkback_ring_unconsumed(&world.ring));
	world.shared[RSP_PROD] = 10;
	world.shared[REQ_PROD] = 33;
	KUNIT_EXPECT_EQ(test, -EPROTO, blkback_ring_unconsumed(&world.ring));
}

/* Our own indices are kept in our own memory. */
static void blkback_ring_test_ignores_what_is_ours(struct kunit *test)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	u32 req_prod, req_cons, rsp_prod;
	struct world world;

	world_make(test, &world, "x86_64-abi", 1, 0);
	world_request(&world, 1);
	world_request(&world, 2);
	world.shared[RSP_PROD] = 0xdeadbeef;
	world.shared[REQ_EVENT] = 0xdeadbeef;
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	KUNIT_ASSERT_EQ(test, 0, blkback_ring_respond(&world.ring, 1, 0, 0));
	KUNIT_EXPECT_TRUE(test, blkback_ring_push(&world.ring));
	KUNIT_EXPECT_EQ(test, 1, world.shared[RSP_PROD]);
	KUNIT_ASSERT_EQ(test, 1, blkback_ring_take(&world.ring, raw));
	KUNIT_EXPECT_EQ(test, 2, taken_id(&world, raw));

	blkback_ring_indices(&world.ring, &req_prod, &req_cons, &rsp_prod);
	KUNIT_EXPECT_EQ(test, req_prod, 2);
	KUNIT_EXPECT_EQ(test, req_cons, 2);
	KUNIT_EXPECT_EQ(test, rsp_prod, 1);
}

static const struct entries_row traffic_rows[] = {
	{ "64-bit, 1 page", "x86_64-abi", 1, 32 },
	{ "64-bit, 16 pages", "x86_64-abi", 16, 512 },
	{ "32-bit, 1 page", "x86_32-abi", 1, 32 },
	{ "32-bit, 8 pages", "x86_32-abi", 8, 256 },
};

KUNIT_ARRAY_PARAM(traffic, traffic_rows, describe_entries);

static u32 next_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

/* One frontend and one backend for a while, in groups of any size. */
static void blkback_ring_test_traffic(struct kunit *test)
{
	const struct entries_row *row = test->param_value;
	u32 random = 1, produced = 0, taken = 0, answered = 0, seen = 0, wrong = 0, round;
	const u32 start = 0xfffff000;
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	struct world world;

	world_make(test, &world, row->protocol, row->bytes, start);
	for (round = 0; round < 5000; round++) {
		u32 group = next_random(&random) % (row->entries + 1);

		while (group-- && produced - seen < row->entries)
			world_request(&world, produced++);
		group = next_random(&random) % (row->entries + 1);
		while (group-- && blkback_ring_take(&world.ring, raw) == 1)
			wrong += taken_id(&world, raw) != taken++;
		group = next_random(&random) % (row->entries + 1);
		while (group-- && answered < taken)
			wrong += blkback_ring_respond(&world.ring, answered++, 0, 0) != 0;
		blkback_ring_push(&world.ring);
		while (seen != world.shared[RSP_PROD] - start) {
			const u8 *slot = world_slot(&world, start + seen);

			wrong += blkback_layout_get_u64(slot, 0) != seen++;
		}
		wrong += blkback_ring_unanswered(&world.ring) != taken - answered;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	/* Far enough to have wrapped. */
	KUNIT_EXPECT_TRUE(test, seen > 0x1000);
}

static struct kunit_case blkback_ring_cases[] = {
	KUNIT_CASE_PARAM(blkback_ring_test_entries, entries_gen_params),
	KUNIT_CASE(blkback_ring_test_take_nothing),
	KUNIT_CASE(blkback_ring_test_take_in_order),
	KUNIT_CASE(blkback_ring_test_copy_is_ours),
	KUNIT_CASE(blkback_ring_test_copy_is_no_longer_than_a_request),
	KUNIT_CASE_PARAM(blkback_ring_test_copies_what_has_a_meaning, meaning_gen_params),
	KUNIT_CASE_PARAM(blkback_ring_test_producer, producer_gen_params),
	KUNIT_CASE(blkback_ring_test_slot_is_free_after_push),
	KUNIT_CASE(blkback_ring_test_broken_stays_broken),
	KUNIT_CASE(blkback_ring_test_final_check_arms),
	KUNIT_CASE(blkback_ring_test_final_check_finds_work),
	KUNIT_CASE(blkback_ring_test_respond_needs_a_request),
	KUNIT_CASE(blkback_ring_test_response_bytes),
	KUNIT_CASE(blkback_ring_test_push_shows),
	KUNIT_CASE_PARAM(blkback_ring_test_notify, notify_gen_params),
	KUNIT_CASE_PARAM(blkback_ring_test_attach, attach_gen_params),
	KUNIT_CASE(blkback_ring_test_reattach_takes_again),
	KUNIT_CASE(blkback_ring_test_room_is_counted_by_us),
	KUNIT_CASE(blkback_ring_test_ignores_what_is_ours),
	KUNIT_CASE_PARAM(blkback_ring_test_traffic, traffic_gen_params),
	{}
};

static struct kunit_suite blkback_ring_suite = {
	.name = "blkback_ring",
	.test_cases = blkback_ring_cases,
};

kunit_test_suite(blkback_ring_suite);
