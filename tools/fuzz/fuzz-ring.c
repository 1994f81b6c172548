// SPDX-License-Identifier: GPL-2.0
/* A frontend that writes anything into the shared pages between our steps. */
#include "fuzz.h"

#include "codec.h"
#include "ring.h"

/* The indices at the beginning of the shared pages. */
enum { REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT };

struct world {
	const struct blkback_layout *layout;
	struct blkback_ring ring;
	u32 *shared;
	size_t bytes;
	u32 size;

	/* What must be true, counted on our own. */
	u32 unanswered;
	u32 unpushed;
	u32 since_push;		/* requests taken since the last push */
	bool broken;
};

static void attach(struct world *world)
{
	u32 waiting = world->shared[REQ_PROD] - world->shared[RSP_PROD];
	int error = blkback_ring_attach(&world->ring, world->shared, world->bytes, world->layout);

	FUZZ_CHECK(error == (waiting > world->size ? -EPROTO : 0));
	world->broken = error;
	world->unanswered = 0;
	world->unpushed = 0;
	world->since_push = 0;
}

/* What the taking side said, against what it said before. */
static void check_verdict(struct world *world, int result, int most)
{
	FUZZ_CHECK(result == -EPROTO || (result >= 0 && result <= most));
	FUZZ_CHECK(!world->broken || result == -EPROTO);
	world->broken |= result < 0;
}

static void take(struct world *world)
{
	u8 *raw = malloc(world->layout->request_bytes);
	int result = blkback_ring_take(&world->ring, raw);

	check_verdict(world, result, 1);
	if (result == 1) {
		world->unanswered++;
		world->since_push++;
	}
	FUZZ_CHECK(world->since_push <= 2 * world->size);
	FUZZ_CHECK(world->unanswered + world->unpushed <= world->size);
	FUZZ_CHECK(blkback_ring_unanswered(&world->ring) == world->unanswered);
	free(raw);
}

static void respond(struct world *world, struct fuzz_input *input)
{
	int result = blkback_ring_respond(&world->ring, fuzz_u32(input), fuzz_u8(input), -1);

	FUZZ_CHECK(result == (world->unanswered ? 0 : -EPROTO));
	if (result)
		return;
	world->unanswered--;
	world->unpushed++;
}

static void push(struct world *world)
{
	u32 before = world->ring.rsp_pushed;
	bool notify = blkback_ring_push(&world->ring);

	FUZZ_CHECK(world->unpushed || !notify);
	if (!world->unpushed)
		return;
	FUZZ_CHECK(world->shared[RSP_PROD] == before + world->unpushed);
	world->unpushed = 0;
	world->since_push = 0;
}

static void final_check(struct world *world)
{
	int result = blkback_ring_final_check(&world->ring);

	check_verdict(world, result, 1);
	if (!result)
		FUZZ_CHECK(world->shared[REQ_EVENT] == world->shared[REQ_PROD] + 1);
}

/* The frontend's move: one step of its index, any index, or any bytes. */
static void scribble(struct world *world, struct fuzz_input *input, u8 how)
{
	u32 at;

	switch (how) {
	case 0:
		world->shared[REQ_PROD] += 1;
		break;
	case 1:
		world->shared[REQ_PROD] += fuzz_u8(input);
		break;
	case 2:
		world->shared[fuzz_u8(input) & 3] = fuzz_u32(input);
		break;
	default:
		at = fuzz_u32(input) % (world->bytes / sizeof(u32));
		world->shared[at] = fuzz_u32(input);
		break;
	}
}

static void step(struct world *world, struct fuzz_input *input)
{
	u8 what = fuzz_u8(input);
	unsigned int times = (what >> 4) + 1;

	switch (what & 15) {
	case 0 ... 4:
		while (times--)
			take(world);
		break;
	case 5 ... 7:
		while (times--)
			respond(world, input);
		break;
	case 8:
	case 9:
		push(world);
		break;
	case 10:
		final_check(world);
		break;
	case 11:
		check_verdict(world, blkback_ring_unconsumed(&world->ring), world->size);
		break;
	case 12:
		if (what == 12)
			attach(world);
		break;
	default:
		scribble(world, input, what >> 4 & 3);
		break;
	}
}

void fuzz_ring(struct fuzz_input *input)
{
	struct world world = {
		.layout = blkback_layout_by_protocol(fuzz_u8(input) & 1 ? "x86_32-abi" :
								     "x86_64-abi"),
	};

	world.bytes = 4096UL << (fuzz_u8(input) % 5);
	world.size = blkback_ring_entries(world.layout, world.bytes);
	world.shared = calloc(1, world.bytes);
	world.shared[REQ_PROD] = fuzz_u32(input);
	world.shared[RSP_PROD] = world.shared[REQ_PROD] - fuzz_u8(input);
	attach(&world);
	while (input->left)
		step(&world, input);
	free(world.shared);
}
