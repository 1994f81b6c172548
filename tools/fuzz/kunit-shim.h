/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of <kunit/test.h> as the suites of blkback's pure parts use, so that
 * they also run as a program, under the address sanitizer, in no time.
 */
#ifndef XEN_BACKENDS_FUZZ_KUNIT_SHIM_H
#define XEN_BACKENDS_FUZZ_KUNIT_SHIM_H

#include <setjmp.h>
#include <stdlib.h>

#include "shim.h"

#define KUNIT_PARAM_DESC_SIZE 128

#define strscpy(to, from, bytes) snprintf(to, bytes, "%s", from)

struct kunit {
	const void *param_value;
	bool failed;
	jmp_buf abort;
	void *memory[64];
	unsigned int nr_memory;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *previous, char *description);
};

struct kunit_suite {
	const char *name;
	struct kunit_case *test_cases;
};

void kunit_shim_add(struct kunit_suite *suite);
void kunit_shim_fail(struct kunit *test, const char *file, int line, const char *what,
		     long long left, long long right, bool abort);
void *kunit_kzalloc(struct kunit *test, size_t bytes, int flags);

#define GFP_KERNEL 0
#define MODULE_LICENSE(text)
#define MODULE_DESCRIPTION(text)

#define KUNIT_CASE(function) { .run_case = function, .name = #function }
#define KUNIT_CASE_PARAM(function, generator)				\
	{ .run_case = function, .name = #function, .generate_params = generator }

#define KUNIT_ARRAY_PARAM(name, array, describe)			\
	static const void *name##_gen_params(const void *previous, char *description) \
	{								\
		__typeof__((array)[0]) *next = previous ?		\
			(__typeof__(next))previous + 1 : (array);	\
									\
		if (next - (array) >= (long)ARRAY_SIZE(array))		\
			return NULL;					\
		(describe)(next, description);				\
		return next;						\
	}

#define kunit_test_suite(suite)						\
	__attribute__((constructor)) static void suite##_register(void)	\
	{								\
		kunit_shim_add(&(suite));				\
	}								\
	struct kunit_suite

#define KUNIT_SHIM_CHECK(test, holds, what, left, right, abort) do {	\
	if (!(holds))							\
		kunit_shim_fail(test, __FILE__, __LINE__, what,		\
				(long long)(left), (long long)(right), abort); \
} while (0)

#define KUNIT_SHIM_COMPARE(test, left, op, right, abort) do {		\
	__typeof__(left) shim_left = (left);				\
	__typeof__(right) shim_right = (right);				\
									\
	KUNIT_SHIM_CHECK(test, shim_left op shim_right, #left " " #op " " #right, \
			 shim_left, shim_right, abort);			\
} while (0)

#define KUNIT_EXPECT_EQ(test, left, right) KUNIT_SHIM_COMPARE(test, left, ==, right, false)
#define KUNIT_EXPECT_NE(test, left, right) KUNIT_SHIM_COMPARE(test, left, !=, right, false)
#define KUNIT_EXPECT_LE(test, left, right) KUNIT_SHIM_COMPARE(test, left, <=, right, false)
#define KUNIT_ASSERT_EQ(test, left, right) KUNIT_SHIM_COMPARE(test, left, ==, right, true)
#define KUNIT_ASSERT_NE(test, left, right) KUNIT_SHIM_COMPARE(test, left, !=, right, true)
#define KUNIT_ASSERT_LE(test, left, right) KUNIT_SHIM_COMPARE(test, left, <=, right, true)
#define KUNIT_EXPECT_TRUE(test, holds) KUNIT_SHIM_CHECK(test, holds, #holds, 0, 1, false)
#define KUNIT_EXPECT_FALSE(test, holds) KUNIT_SHIM_CHECK(test, !(holds), "!" #holds, 1, 0, false)
#define KUNIT_ASSERT_TRUE(test, holds) KUNIT_SHIM_CHECK(test, holds, #holds, 0, 1, true)
#define KUNIT_EXPECT_PTR_EQ(test, left, right)				\
	KUNIT_SHIM_CHECK(test, (const void *)(left) == (const void *)(right), \
			 #left " == " #right, (intptr_t)(left), (intptr_t)(right), false)
#define KUNIT_EXPECT_NULL(test, left) KUNIT_EXPECT_PTR_EQ(test, left, NULL)
#define KUNIT_ASSERT_NOT_NULL(test, left)				\
	KUNIT_SHIM_CHECK(test, (left) != NULL, #left " is not NULL", 0, 0, true)
#define KUNIT_EXPECT_STREQ(test, left, right)				\
	KUNIT_SHIM_CHECK(test, !strcmp(left, right), #left " is " #right, 0, 0, false)
#define KUNIT_EXPECT_EQ_MSG(test, left, right, ...) do {			\
	if ((left) != (right)) {					\
		printf("# " __VA_ARGS__);				\
		printf("\n");						\
	}								\
	KUNIT_EXPECT_EQ(test, left, right);				\
} while (0)
#define KUNIT_FAIL(test, ...) do {					\
	printf(__VA_ARGS__);						\
	printf("\n");							\
	kunit_shim_fail(test, __FILE__, __LINE__, "failure", 0, 0, false); \
} while (0)

#endif
