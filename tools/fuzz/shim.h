/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the backends' pure parts need of the kernel, for a program. The makefile
 * puts a header of one line that includes this one in place of each kernel
 * header that they include.
 */
#ifndef XEN_BACKENDS_FUZZ_SHIM_H
#define XEN_BACKENDS_FUZZ_SHIM_H

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int16_t s16;
typedef int32_t s32;

#define U16_MAX UINT16_MAX
#define U32_MAX UINT32_MAX
#define U64_MAX UINT64_MAX

#define ETH_ALEN 6
#define ETH_HLEN 14
#define BITS_PER_BYTE 8

#define BIT(n) (1UL << (n))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define sizeof_field(type, field) sizeof(((type *)0)->field)
#define __printf(format, first)

#define min_t(type, a, b) ({						\
	type min_a = (a);						\
	type min_b = (b);						\
	min_a < min_b ? min_a : min_b; })

/* The kernel's static_assert() has an optional message. */
#undef static_assert
#define static_assert(condition) _Static_assert(condition, #condition)

#define min(a, b) min_t(__typeof__((a) + (b)), a, b)

#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), value, __ATOMIC_RELAXED)

/* For the compiler only. */
#define barrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)

/* The weakest fences of C that are at least as strong as the kernel's. */
#define virt_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST) /* reads and writes */
#define virt_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE) /* reads */
#define virt_wmb() __atomic_thread_fence(__ATOMIC_RELEASE) /* writes */

static inline unsigned long rounddown_pow_of_two(unsigned long n)
{
	return 1UL << (8 * sizeof(n) - 1 - __builtin_clzl(n));
}

/* The kernel's take any char, also a negative one. */
#define isascii(c) (((unsigned char)(c)) <= 0x7f)
#define isdigit(c) ((c) >= '0' && (c) <= '9')
#define isprint(c) ((c) >= ' ' && (c) <= '~')

#endif
