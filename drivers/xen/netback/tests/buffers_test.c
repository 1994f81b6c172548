// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "../buffers.h"

#define PIECES	1024

static int netback_buffers_init_test(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct netback_buffers),
				   GFP_KERNEL);
	return test->priv ? netback_buffers_init(test->priv) : -ENOMEM;
}

static void netback_buffers_exit_test(struct kunit *test)
{
	if (test->priv)
		netback_buffers_fini(test->priv);
}

static void **new_pieces(struct kunit *test)
{
	void **pieces = kunit_kcalloc(test, PIECES, sizeof(*pieces),
				      GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pieces);
	return pieces;
}

/* Every piece keeps its own bytes, and none crosses the end of a page. */
static void netback_buffers_test_pieces_are_apart(struct kunit *test)
{
	void **pieces = new_pieces(test);
	unsigned int i, len;

	for (i = 0; i < PIECES; i++) {
		len = 1 + i * 37 % PAGE_SIZE;
		pieces[i] = netback_buffers_alloc(test->priv, len);
		KUNIT_ASSERT_NOT_NULL(test, pieces[i]);
		KUNIT_EXPECT_LE(test, offset_in_page(pieces[i]) + len,
				PAGE_SIZE);
		memset(pieces[i], i, len);
	}
	for (i = 0; i < PIECES; i++) {
		len = 1 + i * 37 % PAGE_SIZE;
		KUNIT_EXPECT_NULL(test, memchr_inv(pieces[i], i & 255, len));
		netback_buffers_put(pieces[i]);
	}
}

/* What comes back is used again: two blocks do for ever. */
static void netback_buffers_test_blocks_come_back(struct kunit *test)
{
	struct netback_buffers *buffers = test->priv;
	void *held = NULL, *piece;
	unsigned int i;
	size_t block;

	for (i = 0; i < 4 * PIECES; i++) {
		piece = netback_buffers_alloc(buffers, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, piece);
		if (!i)
			block = netback_buffers_bytes(buffers);
		if (held)
			netback_buffers_put(held);
		held = piece;
	}
	netback_buffers_put(held);
	KUNIT_EXPECT_EQ(test, 2 * block, netback_buffers_bytes(buffers));
}

/* What is held by somebody stays as it is, whatever others do. */
static void netback_buffers_test_held_is_held(struct kunit *test)
{
	void **pieces = new_pieces(test), *other;
	unsigned int i, j;

	for (i = 0; i < 100; i++) {
		pieces[i] = netback_buffers_alloc(test->priv, 64);
		KUNIT_ASSERT_NOT_NULL(test, pieces[i]);
		memset(pieces[i], i, 64);
		for (j = 0; j < 8; j++) {
			other = netback_buffers_alloc(test->priv, PAGE_SIZE);
			KUNIT_ASSERT_NOT_NULL(test, other);
			memset(other, 0xa5, PAGE_SIZE);
			netback_buffers_put(other);
		}
	}
	/* The pool ends when the last piece has come back, and not before. */
	netback_buffers_fini(test->priv);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(pieces[i], i, 64));
		netback_buffers_put(pieces[i]);
	}
}

/* Whole pages lie behind each other, and can be one piece. */
static void netback_buffers_test_merge(struct kunit *test)
{
	struct netback_buffers *buffers = test->priv;
	unsigned int i;
	size_t block;
	void *piece;

	for (i = 0; i < 8 * PIECES; i++) {
		void *second;

		piece = netback_buffers_alloc(buffers, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, piece);
		second = netback_buffers_alloc(buffers, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, second);
		if (!i) {
			KUNIT_EXPECT_PTR_EQ(test, piece + PAGE_SIZE, second);
			block = netback_buffers_bytes(buffers);
		}
		netback_buffers_merge(buffers, second);
		netback_buffers_put(piece);
	}
	KUNIT_EXPECT_EQ(test, block, netback_buffers_bytes(buffers));
}

/* So many blocks at the same time. */
static void hold_blocks(struct kunit *test, void **pieces, unsigned int nr)
{
	unsigned int i;

	KUNIT_ASSERT_LE(test, 8 * nr, PIECES);
	for (i = 0; i < 8 * nr; i++) {
		pieces[i] = netback_buffers_alloc(test->priv, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, pieces[i]);
		*(unsigned int *)pieces[i] = i;
	}
}

/* What is in them is what was written, and they come back. */
static void put_blocks(struct kunit *test, void **pieces, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < 8 * nr; i++) {
		KUNIT_EXPECT_EQ(test, *(unsigned int *)pieces[i], i);
		netback_buffers_put(pieces[i]);
	}
}

/* What is needed stays, what is not goes, but not what is in use. */
static void netback_buffers_test_trim(struct kunit *test)
{
	struct netback_buffers *buffers = test->priv;
	void **pieces = new_pieces(test);
	size_t block;

	hold_blocks(test, pieces, 1);
	block = netback_buffers_bytes(buffers);
	put_blocks(test, pieces, 1);
	hold_blocks(test, pieces, 40);
	put_blocks(test, pieces, 40);
	netback_buffers_trim(buffers);
	KUNIT_EXPECT_EQ(test, 40 * block, netback_buffers_bytes(buffers));
	hold_blocks(test, pieces, 7);
	netback_buffers_trim(buffers);
	KUNIT_EXPECT_EQ(test, 7 * block, netback_buffers_bytes(buffers));
	put_blocks(test, pieces, 7);
	hold_blocks(test, pieces, 30);
	put_blocks(test, pieces, 30);
}

/* Whoever keeps everything gets new memory; it all comes back. */
static void netback_buffers_test_all_held(struct kunit *test)
{
	struct netback_buffers *buffers = test->priv;
	void **pieces = new_pieces(test);

	hold_blocks(test, pieces, 128);
	KUNIT_EXPECT_EQ(test, 128 * 8 * PAGE_SIZE,
			netback_buffers_bytes(buffers));
	put_blocks(test, pieces, 128);
	KUNIT_EXPECT_EQ(test, 128 * 8 * PAGE_SIZE,
			netback_buffers_bytes(buffers));
}

/* Programs get no page of the pool. */
static void netback_buffers_test_plain(struct kunit *test)
{
	struct netback_buffers *buffers = test->priv;
	void **pieces = new_pieces(test);
	unsigned int i;

	for (i = 0; i < 100; i++) {
		pieces[i] = netback_buffers_alloc_plain(buffers, 1 + i * 37);
		KUNIT_ASSERT_NOT_NULL(test, pieces[i]);
		memset(pieces[i], i, 1 + i * 37);
	}
	KUNIT_EXPECT_EQ(test, (size_t)0, netback_buffers_bytes(buffers));
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_NULL(test,
				  memchr_inv(pieces[i], i, 1 + i * 37));
		/* As redirected frames are let go of, and as others are. */
		if (i % 2)
			page_frag_free(pieces[i]);
		else
			netback_buffers_put(pieces[i]);
	}
}

static void netback_buffers_test_too_large(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, netback_buffers_alloc(test->priv, 65536));
}

static struct kunit_case netback_buffers_cases[] = {
	KUNIT_CASE(netback_buffers_test_pieces_are_apart),
	KUNIT_CASE(netback_buffers_test_blocks_come_back),
	KUNIT_CASE(netback_buffers_test_held_is_held),
	KUNIT_CASE(netback_buffers_test_merge),
	KUNIT_CASE(netback_buffers_test_trim),
	KUNIT_CASE(netback_buffers_test_plain),
	KUNIT_CASE(netback_buffers_test_all_held),
	KUNIT_CASE(netback_buffers_test_too_large),
	{}
};

static struct kunit_suite netback_buffers_suite = {
	.name = "netback_buffers",
	.init = netback_buffers_init_test,
	.exit = netback_buffers_exit_test,
	.test_cases = netback_buffers_cases,
};

kunit_test_suite(netback_buffers_suite);
