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
	return test->priv ? 0 : -ENOMEM;
}

static void netback_buffers_exit_test(struct kunit *test)
{
	if (test->priv)
		netback_buffers_drain(test->priv);
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
		page_frag_free(pieces[i]);
	}
}

/* What comes back is used again: two blocks do for ever. */
static void netback_buffers_test_blocks_come_back(struct kunit *test)
{
	struct netback_buffers *buffers = test->priv;
	void *held = NULL, *piece;
	unsigned int i;

	for (i = 0; i < 4 * PIECES; i++) {
		piece = netback_buffers_alloc(buffers, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, piece);
		if (held)
			page_frag_free(held);
		held = piece;
	}
	page_frag_free(held);
	KUNIT_EXPECT_NOT_NULL(test, buffers->blocks[1].page);
	KUNIT_EXPECT_NULL(test, buffers->blocks[2].page);
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
			page_frag_free(other);
		}
	}
	netback_buffers_drain(test->priv);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(pieces[i], i, 64));
		KUNIT_EXPECT_EQ(test, 1,
				page_ref_count(virt_to_head_page(pieces[i])));
		page_frag_free(pieces[i]);
	}
}

/* Whole pages lie behind each other, and can be one piece. */
static void netback_buffers_test_merge(struct kunit *test)
{
	struct netback_buffers *buffers = test->priv;
	void *first, *second;

	first = netback_buffers_alloc(buffers, PAGE_SIZE);
	second = netback_buffers_alloc(buffers, PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, first);
	KUNIT_EXPECT_PTR_EQ(test, first + PAGE_SIZE, second);
	netback_buffers_merge(buffers);
	netback_buffers_drain(buffers);
	KUNIT_EXPECT_EQ(test, 1, page_ref_count(virt_to_head_page(first)));
	page_frag_free(first);
}

/* So many blocks, each in use for a moment, at the same time. */
static void use_blocks(struct kunit *test, unsigned int nr)
{
	struct netback_buffers *buffers = test->priv;
	void **pieces = new_pieces(test);
	unsigned int i;

	KUNIT_ASSERT_LE(test, 8 * nr, PIECES);
	for (i = 0; i < 8 * nr; i++) {
		pieces[i] = netback_buffers_alloc(buffers, PAGE_SIZE);
		KUNIT_ASSERT_NOT_NULL(test, pieces[i]);
	}
	while (i--)
		page_frag_free(pieces[i]);
}

/* What is needed stays, what is not goes, whether it is in use or not. */
static void netback_buffers_test_trim(struct kunit *test)
{
	struct netback_buffers *buffers = test->priv;
	size_t block;
	void *held;

	use_blocks(test, 1);
	block = netback_buffers_bytes(buffers);
	use_blocks(test, 40);
	netback_buffers_trim(buffers);
	KUNIT_EXPECT_EQ(test, 40 * block, netback_buffers_bytes(buffers));
	use_blocks(test, 10);
	netback_buffers_trim(buffers);
	KUNIT_EXPECT_EQ(test, 10 * block, netback_buffers_bytes(buffers));
	held = netback_buffers_alloc(buffers, 64);
	KUNIT_ASSERT_NOT_NULL(test, held);
	memset(held, 7, 64);
	netback_buffers_trim(buffers);
	netback_buffers_trim(buffers);
	KUNIT_EXPECT_EQ(test, block, netback_buffers_bytes(buffers));
	use_blocks(test, 3);
	KUNIT_EXPECT_NULL(test, memchr_inv(held, 7, 64));
	page_frag_free(held);
}

/* Whoever keeps everything gets new memory, and no more than that is remembered. */
static void netback_buffers_test_all_held(struct kunit *test)
{
	unsigned int i, nr = 8 * (NETBACK_BUFFERS_BLOCKS + 20);
	struct netback_buffers *buffers = test->priv;
	void **pieces = kvcalloc(nr, sizeof(*pieces), GFP_KERNEL);
	size_t block;

	KUNIT_ASSERT_NOT_NULL(test, pieces);
	use_blocks(test, 1);
	block = netback_buffers_bytes(buffers);
	for (i = 0; i < nr; i++) {
		pieces[i] = netback_buffers_alloc(buffers, PAGE_SIZE);
		if (!pieces[i])
			break;
		*(unsigned int *)pieces[i] = i;
	}
	KUNIT_EXPECT_EQ(test, nr, i);
	KUNIT_EXPECT_EQ(test, NETBACK_BUFFERS_BLOCKS * block,
			netback_buffers_bytes(buffers));
	while (i--) {
		KUNIT_EXPECT_EQ(test, *(unsigned int *)pieces[i], i);
		page_frag_free(pieces[i]);
	}
	kvfree(pieces);
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
