// SPDX-License-Identifier: GPL-2.0
#include "seeds.h"

#include "tests/raw.h"

/* The first byte of an input picks its target; see entry.c. */
enum {
	TARGET_CODEC, TARGET_RING, TARGET_KEYS,
	TARGET_NET_SLOTS, TARGET_NET_KEYS, TARGET_NET_CONTROL,
};

/* Choices of fuzz-codec.c: 1 Mi sectors, everything offered; larger blocks. */
#define DEVICE_PLAIN 0x44
#define DEVICE_LARGE 0x5c
#define OFFER_ALL 0x90

struct codec_seed {
	u8 device;
	struct raw_request request;
	u8 last;	/* of each segment */
};

static const struct codec_seed codec_seeds[] = {
	{ DEVICE_PLAIN, { .operation = BLKIF_OP_READ, .nr_segments = 1, .sector = 8 }, 7 },
	{ DEVICE_PLAIN, { .operation = BLKIF_OP_WRITE, .nr_segments = 11, .sector = 800 }, 7 },
	{ DEVICE_LARGE, { .operation = BLKIF_OP_WRITE, .nr_segments = 3, .sector = 800 }, 31 },
	{ DEVICE_PLAIN, { .operation = BLKIF_OP_FLUSH_DISKCACHE }, 7 },
	{ DEVICE_PLAIN, { .operation = BLKIF_OP_WRITE_BARRIER, .nr_segments = 2 }, 7 },
	{ DEVICE_PLAIN, { .operation = BLKIF_OP_DISCARD, .discard_sectors = 64 }, 7 },
	{ DEVICE_PLAIN, { .operation = BLKIF_OP_INDIRECT, .nr_segments = 32 }, 7 },
	{ DEVICE_LARGE, { .operation = BLKIF_OP_INDIRECT, .inner = BLKIF_OP_WRITE,
			  .nr_segments = 100, .sector = 16 }, 7 },
	{ DEVICE_PLAIN + 0x20, { .operation = BLKIF_OP_INDIRECT, .nr_segments = 400 }, 7 },
};

#define CODEC_SEEDS (2 * ARRAY_SIZE(codec_seeds))

static size_t write_codec_seed(unsigned int index, u8 *to)
{
	const struct codec_seed *seed = &codec_seeds[index / 2];
	const struct blkback_layout *layout =
		blkback_layout_by_protocol(index & 1 ? "x86_32-abi" : "x86_64-abi");
	unsigned int i, nr = seed->request.nr_segments;
	u8 *raw = to + 4;

	to[0] = TARGET_CODEC;
	to[1] = index & 1;
	to[2] = seed->device;
	to[3] = OFFER_ALL;
	raw_write(layout, raw, &seed->request, 0);
	if (seed->request.operation != BLKIF_OP_INDIRECT) {
		for (i = 0; i < nr; i++)
			raw_write_segment(raw + layout->segments, i, 100 + i, 0, seed->last);
		return 4 + layout->request_bytes;
	}
	for (i = 0; i < nr; i++)
		raw_write_segment(raw + layout->request_bytes, i, 100 + i, 0, seed->last);
	return 4 + layout->request_bytes + nr * BLKBACK_SEGMENT_BYTES;
}

/* Layout, order, start, and then steps of fuzz-ring.c; what is left is 0, a take. */
static const u8 ring_seeds[][24] = {
	{ 0, 0, 0xf0, 0xff, 0xff, 0xff, 0, 13, 0, 5, 1, 2, 3, 4, 5, 8, 10 },
	{ 1, 1, 0xfe, 0xff, 0xff, 0xff, 2, 0, 0, 0x1d, 32, 0, 0, 0, 5, 1, 1, 1, 1, 1, 8 },
	{ 0, 4, 1, 2, 3, 4, 5, 10, 11, 13, 13, 13, 0, 0, 0, 0, 0, 12 },
	{ 0, 0, 0, 0, 0, 0, 0, 0x1d, 32, 0xf0, 0xf0, 10, 5, 1, 2, 3, 4, 5, 9, 0x1d, 1, 0x10 },
};

static size_t write_ring_seed(unsigned int index, u8 *to)
{
	to[0] = TARGET_RING;
	memcpy(to + 1, ring_seeds[index], sizeof(ring_seeds[index]));
	return 1 + sizeof(ring_seeds[index]);
}

/* Texts in the order in which fuzz-keys.c asks for them; / ends one. */
static const char *const key_seeds[] = {
	"7:0/w/12/~/~/~/5/8/",
	"fd:1a/r/0/x86_64-abi/1/0/5/8/",
	"7:0/w!/1/x86_32-abi/1/2/5/8/9/10/11/",
	"7:0/w/1/x86_64-abi/2/1/5/8/9/6/10/11/",
	"7:0/w/1/x86_64-abi/4/0/5/8/6/9/7/10/8/11/",
};

static size_t write_text(const char *text, u8 *to)
{
	size_t length = strlen(text), i;

	for (i = 0; i < length; i++)
		to[i] = text[i] == '/' ? 0 : text[i];
	return length;
}

static size_t write_key_seed(unsigned int index, u8 *to)
{
	to[0] = TARGET_KEYS;
	return 1 + write_text(key_seeds[index], to + 1);
}

/* The limit, and slots of 12 bytes: the frontend's structures, as they lie there. */
static const struct net_seed {
	u8 target;
	u8 size;
	u8 bytes[76];
} net_seeds[] = {
	{ TARGET_NET_SLOTS, 13, { 2, 7, 0, 0, 0, 64, 0, 3, 0, 1, 0, 0, 4 } },
	/* Two slots with data, to be cut into segments, with a hash. */
	{ TARGET_NET_SLOTS, 49, {
		2, 7, 0, 0, 0, 64, 0, 13, 0, 1, 0, 0, 7,
		1, 1, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0,
		4, 0, 1, 1, 9, 9, 9, 9, 0, 0, 0, 0,
		8, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 4 } },
	/* An address for the multicast list. */
	{ TARGET_NET_SLOTS, 25, {
		0, 7, 0, 0, 0, 0, 0, 8, 0, 1, 0, 0, 0, 2, 0, 1, 0, 0x5e, 1, 2, 3 } },
	/* A message with a list of grants. */
	{ TARGET_NET_CONTROL, 41, {
		1, 0, 9, 0, 0, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 2,
		4, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 2 } },
};

/* As many slots as a packet may have, and more. */
static const u8 chain_seeds[] = { 18, 19, 20, 64 };

static size_t write_chain_seed(unsigned int index, u8 *to)
{
	static const u8 slot[] = { 7, 0, 0, 0, 0, 0, 4, 0, 1, 0, 100, 0 };
	unsigned int i, nr = chain_seeds[index];

	to[0] = TARGET_NET_SLOTS;
	to[1] = 46;
	for (i = 0; i < nr; i++)
		memcpy(to + 2 + i * sizeof(slot), slot, sizeof(slot));
	/* All of the data is in the first; the last has no other behind it. */
	to[2 + 11] = 8;
	to[2 + (nr - 1) * sizeof(slot) + 6] = 0;
	return 2 + nr * sizeof(slot);
}

static size_t write_net_seed(unsigned int index, u8 *to)
{
	const struct net_seed *seed = &net_seeds[index];

	to[0] = seed->target;
	memcpy(to + 1, seed->bytes, seed->size);
	return 1 + seed->size;
}

/* As above, in the order in which fuzz-net.c asks for them. */
static const char *const net_key_seeds[] = {
	"010000,50000/256/1/1/1/1/1/1/0/1/~/8/9/3/4/",
	"0~/~/2/1/1/1/1/0/1/0/~/8/9/3/4/10/11/5/6/",
	"11,1/257/~/~/~/0/0/0/1/0/7/2/8/9/~/4/",
	/* What is used twice: the control ring's page, its event channel, another queue's. */
	"0~/~/~/1/1/1/1/1/0/1/8/2/8/9/3/4/",
	"0~/~/~/1/1/1/1/1/0/1/7/4/8/9/3/4/",
	"0~/~/2/1/1/1/1/1/0/1/~/8/9/3/4/10/9/5/6/",
};

static size_t write_net_key_seed(unsigned int index, u8 *to)
{
	size_t length = write_text(net_key_seeds[index], to + 1);

	to[0] = TARGET_NET_KEYS;
	return 1 + length;
}

unsigned int fuzz_seeds(void)
{
	return CODEC_SEEDS + ARRAY_SIZE(ring_seeds) + ARRAY_SIZE(key_seeds) +
	       ARRAY_SIZE(net_seeds) + ARRAY_SIZE(chain_seeds) + ARRAY_SIZE(net_key_seeds);
}

size_t fuzz_seed(unsigned int index, u8 *to)
{
	if (index < CODEC_SEEDS)
		return write_codec_seed(index, to);
	index -= CODEC_SEEDS;
	if (index < ARRAY_SIZE(ring_seeds))
		return write_ring_seed(index, to);
	index -= ARRAY_SIZE(ring_seeds);
	if (index < ARRAY_SIZE(key_seeds))
		return write_key_seed(index, to);
	index -= ARRAY_SIZE(key_seeds);
	if (index < ARRAY_SIZE(net_seeds))
		return write_net_seed(index, to);
	index -= ARRAY_SIZE(net_seeds);
	if (index < ARRAY_SIZE(chain_seeds))
		return write_chain_seed(index, to);
	return write_net_key_seed(index - ARRAY_SIZE(chain_seeds), to);
}
