// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "../ring.h"

#define PAGE_BYTES	4096
#define SLOTS_AT	64

/* The indices at the beginning of the page, as the frontend sees them. */
enum { REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT };

/* A ring and its frontend in one place. */
struct world {
	u32 *shared;
	struct netback_ring ring;
};

static const u32 starts[] = { 0, 255, 0xffffff80, 0xffffffff };

static void start_name(const u32 *start, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "from %#x", *start);
}

KUNIT_ARRAY_PARAM(start, starts, start_name);

static void world_make(struct kunit *test, struct world *world, u32 start)
{
	world->shared = kunit_kzalloc(test, PAGE_BYTES, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, world->shared);
	world->shared[REQ_PROD] = start;
	world->shared[REQ_EVENT] = start + 1;
	world->shared[RSP_PROD] = start;
	world->shared[RSP_EVENT] = start + 1;
	KUNIT_ASSERT_EQ(test, 0,
			netback_ring_attach(&world->ring, world->shared,
					    NETBACK_TX_SLOT_BYTES));
}

static u32 *world_slot(struct world *world, u32 index)
{
	return (u32 *)((u8 *)world->shared + SLOTS_AT +
		       index % NETBACK_RING_SIZE * NETBACK_TX_SLOT_BYTES);
}

static void world_request(struct world *world, u32 id)
{
	*world_slot(world, world->shared[REQ_PROD]++) = id;
}

static u32 copied(struct world *world, unsigned int ahead)
{
	u32 raw[NETBACK_SLOT_BYTES_MAX / 4] = {};

	netback_ring_copy(&world->ring, ahead, raw);
	return raw[0];
}

/* Whatever the indices begin with, all slots are used, over and over again. */
static void netback_ring_test_round_and_round(struct kunit *test)
{
	u32 start = *(const u32 *)test->param_value, id, i;
	struct world world;

	world_make(test, &world, start);
	for (id = 0; id < 4 * NETBACK_RING_SIZE; id += NETBACK_RING_SIZE) {
		for (i = 0; i < NETBACK_RING_SIZE; i++)
			world_request(&world, id + i);
		KUNIT_ASSERT_EQ(test, NETBACK_RING_SIZE,
				netback_ring_waiting(&world.ring));
		for (i = 0; i < NETBACK_RING_SIZE; i++)
			KUNIT_EXPECT_EQ(test, id + i, copied(&world, i));
		netback_ring_take(&world.ring, NETBACK_RING_SIZE);
		KUNIT_EXPECT_EQ(test, 0, netback_ring_waiting(&world.ring));
		for (i = 0; i < NETBACK_RING_SIZE; i++)
			KUNIT_EXPECT_EQ(test, 0,
					netback_ring_respond(&world.ring, &i,
							     4));
		netback_ring_push(&world.ring);
		KUNIT_EXPECT_EQ(test, start + id + NETBACK_RING_SIZE,
				world.shared[RSP_PROD]);
	}
}

static void netback_ring_test_producer_too_far(struct kunit *test)
{
	u32 start = *(const u32 *)test->param_value;
	struct world world;

	world_make(test, &world, start);
	world.shared[REQ_PROD] = start + NETBACK_RING_SIZE + 1;
	KUNIT_EXPECT_EQ(test, -EPROTO, netback_ring_waiting(&world.ring));
	/* It does not help to take it back. */
	world.shared[REQ_PROD] = start + 1;
	KUNIT_EXPECT_EQ(test, -EPROTO, netback_ring_waiting(&world.ring));
	KUNIT_EXPECT_EQ(test, -EPROTO, netback_ring_await(&world.ring, 1));
}

static void netback_ring_test_producer_goes_back(struct kunit *test)
{
	u32 start = *(const u32 *)test->param_value;
	struct world world;

	world_make(test, &world, start);
	world_request(&world, 1);
	KUNIT_EXPECT_EQ(test, 1, netback_ring_waiting(&world.ring));
	netback_ring_take(&world.ring, 1);
	world.shared[REQ_PROD] = start;
	KUNIT_EXPECT_EQ(test, -EPROTO, netback_ring_waiting(&world.ring));
}

/* A slot without a pushed response is not free for another request. */
static void netback_ring_test_slot_in_use(struct kunit *test)
{
	struct world world;
	u32 i;

	world_make(test, &world, 0);
	for (i = 0; i < NETBACK_RING_SIZE; i++)
		world_request(&world, i);
	netback_ring_take(&world.ring, NETBACK_RING_SIZE);
	netback_ring_respond(&world.ring, &i, 4);
	world_request(&world, 0);
	KUNIT_EXPECT_EQ(test, -EPROTO, netback_ring_waiting(&world.ring));
}

static void netback_ring_test_attach_nonsense(struct kunit *test)
{
	struct netback_ring ring;
	struct world world;

	world_make(test, &world, 0);
	world.shared[REQ_PROD] = NETBACK_RING_SIZE + 1;
	KUNIT_EXPECT_EQ(test, -EPROTO,
			netback_ring_attach(&ring, world.shared,
					    NETBACK_TX_SLOT_BYTES));
}

/* A successor takes what has no response yet. */
static void netback_ring_test_attach_in_use(struct kunit *test)
{
	struct netback_ring ring;
	struct world world;

	world_make(test, &world, 7);
	world_request(&world, 1);
	world_request(&world, 2);
	netback_ring_take(&world.ring, 1);
	netback_ring_respond(&world.ring, "", 1);
	netback_ring_push(&world.ring);
	KUNIT_ASSERT_EQ(test, 0,
			netback_ring_attach(&ring, world.shared,
					    NETBACK_TX_SLOT_BYTES));
	world.ring = ring;
	KUNIT_EXPECT_EQ(test, 1, netback_ring_waiting(&world.ring));
	KUNIT_EXPECT_EQ(test, 2U, copied(&world, 0));
}

/* Nothing of the host's, or of the request, stays in a response's slot. */
static void netback_ring_test_response_is_clean(struct kunit *test)
{
	struct world world;
	u32 response = 0x11223344, *slot;

	world_make(test, &world, 0);
	slot = world_slot(&world, 0);
	memset(slot, 0xa5, NETBACK_TX_SLOT_BYTES);
	world.shared[REQ_PROD]++;
	netback_ring_take(&world.ring, 1);
	KUNIT_EXPECT_EQ(test, 0,
			netback_ring_respond(&world.ring, &response, 4));
	KUNIT_EXPECT_EQ(test, response, slot[0]);
	KUNIT_EXPECT_EQ(test, 0U, slot[1]);
	KUNIT_EXPECT_EQ(test, 0U, slot[2]);
	KUNIT_EXPECT_EQ(test, 0U, world.shared[RSP_PROD]);
}

static void netback_ring_test_no_response_without_request(struct kunit *test)
{
	struct world world;

	world_make(test, &world, 0);
	KUNIT_EXPECT_EQ(test, -EPROTO,
			netback_ring_respond(&world.ring, "", 1));
	world_request(&world, 0);
	KUNIT_EXPECT_EQ(test, -EPROTO,
			netback_ring_respond(&world.ring, "", 1));
	netback_ring_take(&world.ring, 1);
	KUNIT_EXPECT_EQ(test, -EPROTO,
			netback_ring_respond(&world.ring, world.shared, 13));
	KUNIT_EXPECT_EQ(test, 0, netback_ring_respond(&world.ring, "", 1));
	KUNIT_EXPECT_EQ(test, -EPROTO,
			netback_ring_respond(&world.ring, "", 1));
}

struct notify_row {
	const char *name;
	u32 event;	/* relative to the responses seen so far */
	u32 nr;
	bool notify;
};

static const struct notify_row notify_rows[] = {
	{ "the next one", 1, 1, true },
	{ "the second, one there", 2, 1, false },
	{ "the second, two there", 2, 2, true },
	{ "long ago", 0, 3, false },
	{ "none there", 1, 0, false },
};

KUNIT_ARRAY_PARAM_DESC(notify, notify_rows, name);

static void netback_ring_test_notify(struct kunit *test)
{
	const struct notify_row *row = test->param_value;
	struct world world;
	u32 i;

	world_make(test, &world, 0xfffffffe);
	for (i = 0; i < row->nr; i++)
		world_request(&world, i);
	netback_ring_take(&world.ring, row->nr);
	for (i = 0; i < row->nr; i++)
		netback_ring_respond(&world.ring, &i, 4);
	world.shared[RSP_EVENT] = 0xfffffffe + row->event;
	KUNIT_EXPECT_EQ(test, row->notify, netback_ring_push(&world.ring));
	KUNIT_EXPECT_FALSE(test, netback_ring_push(&world.ring));
}

static void netback_ring_test_await(struct kunit *test)
{
	struct world world;

	world_make(test, &world, 0xfffffff0);
	KUNIT_EXPECT_EQ(test, 0, netback_ring_await(&world.ring, 3));
	KUNIT_EXPECT_EQ(test, 0xfffffff3, world.shared[REQ_EVENT]);
	world_request(&world, 1);
	world_request(&world, 2);
	KUNIT_EXPECT_EQ(test, 0, netback_ring_await(&world.ring, 3));
	world_request(&world, 3);
	KUNIT_EXPECT_EQ(test, 1, netback_ring_await(&world.ring, 3));
}

static struct kunit_case netback_ring_cases[] = {
	KUNIT_CASE_PARAM(netback_ring_test_round_and_round, start_gen_params),
	KUNIT_CASE_PARAM(netback_ring_test_producer_too_far, start_gen_params),
	KUNIT_CASE_PARAM(netback_ring_test_producer_goes_back,
			 start_gen_params),
	KUNIT_CASE(netback_ring_test_slot_in_use),
	KUNIT_CASE(netback_ring_test_attach_nonsense),
	KUNIT_CASE(netback_ring_test_attach_in_use),
	KUNIT_CASE(netback_ring_test_response_is_clean),
	KUNIT_CASE(netback_ring_test_no_response_without_request),
	KUNIT_CASE_PARAM(netback_ring_test_notify, notify_gen_params),
	KUNIT_CASE(netback_ring_test_await),
	{}
};

static struct kunit_suite netback_ring_suite = {
	.name = "netback_ring",
	.test_cases = netback_ring_cases,
};

kunit_test_suite(netback_ring_suite);
