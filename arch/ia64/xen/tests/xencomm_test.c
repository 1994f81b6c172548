// SPDX-License-Identifier: GPL-2.0
/*
 * Pointers become handles, and Xen finds the same bytes behind them.
 */
#include <linux/slab.h>
#include "fixture.h"
#include "../../../../drivers/xen/model/xencomm.h"

#define INLINE	0x8000000000000000ULL
#define MAGIC	0x58434F4D

/* Linear memory is named by its address; no descriptor is made. */
static void xengnt_ia64_xencomm_test_inline(struct kunit *test)
{
	struct xengnt_xencomm descriptor = { .magic = 1 };
	struct ia64_test *t = test->priv;
	u64 handle = 0;

	KUNIT_EXPECT_EQ(test, xengnt_xencomm_handle(&descriptor, t->ops + 24,
						    100, &handle), 0);
	KUNIT_EXPECT_EQ(test, handle, __pa(t->ops + 24) | INLINE);
	KUNIT_EXPECT_EQ(test, descriptor.magic, 1U);
}

/* So is the stack, and there is no limit to the length. */
static void xengnt_ia64_xencomm_test_stack(struct kunit *test)
{
	struct xengnt_xencomm descriptor;
	u64 handle = 0, value = 0x1122334455667788, found = 0;

	KUNIT_EXPECT_EQ(test, xengnt_xencomm_handle(&descriptor, &value,
						    sizeof(value), &handle), 0);
	KUNIT_EXPECT_EQ(test, handle & INLINE, INLINE);
	KUNIT_EXPECT_EQ(test, xenmodel_xencomm_read(&found, handle, 0, 8), 0);
	KUNIT_EXPECT_EQ(test, found, value);
	KUNIT_EXPECT_EQ(test, xengnt_xencomm_handle(&descriptor, &value,
						    100 * FRAME, &handle), 0);
}

static void xengnt_ia64_xencomm_test_nothing(struct kunit *test)
{
	struct xengnt_xencomm descriptor;
	struct ia64_test *t = test->priv;
	u64 handle = 1;

	KUNIT_EXPECT_EQ(test, xengnt_xencomm_handle(&descriptor, NULL, 8,
						    &handle), 0);
	KUNIT_EXPECT_EQ(test, handle, 0ULL);
	handle = 1;
	KUNIT_EXPECT_EQ(test, xengnt_xencomm_handle(&descriptor, t->window, 0,
						    &handle), 0);
	KUNIT_EXPECT_EQ(test, handle, 0ULL);
}

/* One address a page; the first one includes the offset. */
static void xengnt_ia64_xencomm_test_descriptor(struct kunit *test)
{
	struct xengnt_xencomm descriptor;
	struct ia64_test *t = test->priv;
	u64 handle = 0;

	KUNIT_ASSERT_EQ(test, xengnt_xencomm_handle(&descriptor,
						    t->window + 1000, 2 * FRAME,
						    &handle), 0);
	KUNIT_EXPECT_EQ(test, handle, (u64)__pa(&descriptor));
	KUNIT_EXPECT_EQ(test, descriptor.magic, (u32)MAGIC);
	KUNIT_EXPECT_EQ(test, descriptor.nr_addrs, 3U);
	KUNIT_EXPECT_EQ(test, descriptor.address[0],
			(u64)page_to_phys(window_page(0)) + 1000);
	KUNIT_EXPECT_EQ(test, descriptor.address[1],
			(u64)page_to_phys(window_page(1)));
	KUNIT_EXPECT_EQ(test, descriptor.address[2],
			(u64)page_to_phys(window_page(2)));
}

/* The last byte decides how many pages there are. */
static void xengnt_ia64_xencomm_test_last_byte(struct kunit *test)
{
	struct xengnt_xencomm descriptor;
	struct ia64_test *t = test->priv;
	u64 handle;

	KUNIT_ASSERT_EQ(test, xengnt_xencomm_handle(&descriptor,
						    t->window + 1, FRAME - 1,
						    &handle), 0);
	KUNIT_EXPECT_EQ(test, descriptor.nr_addrs, 1U);
	KUNIT_ASSERT_EQ(test, xengnt_xencomm_handle(&descriptor,
						    t->window + 1, FRAME,
						    &handle), 0);
	KUNIT_EXPECT_EQ(test, descriptor.nr_addrs, 2U);
	KUNIT_EXPECT_EQ(test, sizeof(descriptor) & (sizeof(descriptor) - 1),
			0UL);
	KUNIT_EXPECT_EQ(test, __pa(&descriptor) % sizeof(descriptor), 0UL);
}

static void xengnt_ia64_xencomm_test_neither_region(struct kunit *test)
{
	struct xengnt_xencomm descriptor;
	u64 handle;

	KUNIT_EXPECT_EQ(test, xengnt_xencomm_handle(&descriptor,
						    (void *)0x2000, 8, &handle),
			-EFAULT);
}

static void xengnt_ia64_xencomm_test_not_mapped(struct kunit *test)
{
	struct xengnt_xencomm descriptor;
	struct ia64_test *t = test->priv;
	u64 handle;

	KUNIT_EXPECT_EQ(test,
			xengnt_xencomm_handle(&descriptor,
					      t->window + WINDOW_PAGES * FRAME - 8,
					      16, &handle), -EFAULT);
}

/* Wherever in a page it begins. */
static void xengnt_ia64_xencomm_test_too_long(struct kunit *test)
{
	struct xengnt_xencomm descriptor;
	struct ia64_test *t = test->priv;
	void *begin = t->window + FRAME - 1;
	u64 handle;

	KUNIT_EXPECT_EQ(test, xengnt_xencomm_handle(&descriptor, begin,
						    XENGNT_XENCOMM_MAX_BYTES,
						    &handle), 0);
	KUNIT_EXPECT_EQ(test, descriptor.nr_addrs, 4U);
	KUNIT_EXPECT_EQ(test, xengnt_xencomm_handle(&descriptor, begin,
						    XENGNT_XENCOMM_MAX_BYTES + 1,
						    &handle), -E2BIG);
}

/* Xen could not find a descriptor that is not in linear memory. */
static void xengnt_ia64_xencomm_test_descriptor_in_window(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	u64 handle;

	KUNIT_EXPECT_EQ(test, xengnt_xencomm_handle(t->window,
						    t->window + FRAME, 8,
						    &handle), -EFAULT);
}

struct stretch {
	const char *name;
	size_t offset;
	size_t bytes;
};

static const struct stretch stretches[] = {
	{ "inside of a page", 100, 1000 },
	{ "up to the end", FRAME - 64, 64 },
	{ "across an end", FRAME - 3, 7 },
	{ "a whole page", FRAME, FRAME },
	{ "two ends", FRAME - 8, FRAME + 16 },
	{ "as much as there may be", 5000, 3 * FRAME },
};

KUNIT_ARRAY_PARAM_DESC(stretch, stretches, name);

static void fill(u8 *bytes, size_t nr, u8 seed)
{
	while (nr--)
		bytes[nr] = seed + nr * 7 + (nr >> 8);
}

/* What Xen reads and writes through a handle is what the pointer leads to. */
static void xengnt_ia64_xencomm_test_same_bytes(struct kunit *test)
{
	const struct stretch *row = test->param_value;
	struct xengnt_xencomm descriptor;
	struct ia64_test *t = test->priv;
	u8 *at = t->window + row->offset;
	u8 *bytes = kunit_kzalloc(test, row->bytes, GFP_KERNEL);
	u64 handle;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	fill(at, row->bytes, 1);
	KUNIT_ASSERT_EQ(test, xengnt_xencomm_handle(&descriptor, at, row->bytes,
						    &handle), 0);
	KUNIT_ASSERT_EQ(test, xenmodel_xencomm_read(bytes, handle, 0,
						    row->bytes), 0);
	KUNIT_EXPECT_EQ(test, memcmp(bytes, at, row->bytes), 0);
	fill(bytes, row->bytes, 99);
	KUNIT_ASSERT_EQ(test, xenmodel_xencomm_write(handle, 0, bytes,
						     row->bytes), 0);
	KUNIT_EXPECT_EQ(test, memcmp(bytes, at, row->bytes), 0);
	/* an element of an array, as Xen takes it */
	KUNIT_ASSERT_EQ(test, xenmodel_xencomm_read(bytes, handle,
						    row->bytes - 1, 1), 0);
	KUNIT_EXPECT_EQ(test, bytes[0], at[row->bytes - 1]);
}

/* The model: what Xen does not follow. */
static void xengnt_ia64_xencomm_test_xen_refuses(struct kunit *test)
{
	struct xengnt_xencomm descriptor;
	struct ia64_test *t = test->priv;
	u64 handle, value;

	KUNIT_ASSERT_EQ(test, xengnt_xencomm_handle(&descriptor, t->window, 8,
						    &handle), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_xencomm_read(&value, handle, 0, 8), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_xencomm_read(&value, handle,
						    FRAME - 4, 8), -EFAULT);
	KUNIT_EXPECT_EQ(test, xenmodel_xencomm_read(&value, handle + 4, 0, 8),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, xenmodel_xencomm_read(&value, 0, 0, 8), -EFAULT);
	KUNIT_EXPECT_EQ(test, xenmodel_xencomm_read(&value,
						    INLINE | 0x7fffffffff000, 0,
						    8), -EFAULT);
	descriptor.magic++;
	KUNIT_EXPECT_EQ(test, xenmodel_xencomm_read(&value, handle, 0, 8),
			-EFAULT);
}

/* The model: a hole in a descriptor is left out, and stands for no bytes. */
static void xengnt_ia64_xencomm_test_hole(struct kunit *test)
{
	struct xengnt_xencomm descriptor;
	struct ia64_test *t = test->priv;
	u64 handle;
	u8 found[2] = {};

	((u8 *)t->window)[FRAME - 1] = 0x11;
	((u8 *)t->window)[FRAME] = 0x22;
	((u8 *)t->window)[2 * FRAME] = 0x33;
	KUNIT_ASSERT_EQ(test, xengnt_xencomm_handle(&descriptor,
						    t->window + FRAME - 1,
						    FRAME + 2, &handle), 0);
	descriptor.address[1] = ~0ULL;
	KUNIT_EXPECT_EQ(test, xenmodel_xencomm_read(found, handle, 0, 2), 0);
	KUNIT_EXPECT_EQ(test, found[0], 0x11);
	KUNIT_EXPECT_EQ(test, found[1], 0x33);
}

static struct kunit_case ia64_xencomm_cases[] = {
	KUNIT_CASE(xengnt_ia64_xencomm_test_inline),
	KUNIT_CASE(xengnt_ia64_xencomm_test_stack),
	KUNIT_CASE(xengnt_ia64_xencomm_test_nothing),
	KUNIT_CASE(xengnt_ia64_xencomm_test_descriptor),
	KUNIT_CASE(xengnt_ia64_xencomm_test_last_byte),
	KUNIT_CASE(xengnt_ia64_xencomm_test_neither_region),
	KUNIT_CASE(xengnt_ia64_xencomm_test_not_mapped),
	KUNIT_CASE(xengnt_ia64_xencomm_test_too_long),
	KUNIT_CASE(xengnt_ia64_xencomm_test_descriptor_in_window),
	KUNIT_CASE_PARAM(xengnt_ia64_xencomm_test_same_bytes,
			 stretch_gen_params),
	KUNIT_CASE(xengnt_ia64_xencomm_test_xen_refuses),
	KUNIT_CASE(xengnt_ia64_xencomm_test_hole),
	{}
};

struct kunit_suite ia64_xencomm_suite = {
	.name = "xengnt_ia64_xencomm",
	.init = ia64_test_init,
	.exit = ia64_test_exit,
	.test_cases = ia64_xencomm_cases,
};
