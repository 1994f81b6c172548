/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H
/*
 * An instruction that does nothing, for the plugin to see: a long nop with a
 * magic displacement. The jump makes it begin a block, which is where the
 * plugin can read registers.
 */
#define MARK_BYTES	0x0f, 0x1f, 0x80, 'x', 'b', 'n', 'c'

/* Both in one number: which interval, and whether it begins or ends. */
static inline void mark(unsigned long interval, int end)
{
	__asm__ volatile("jmp 1f\n1: .byte 0x0f, 0x1f, 0x80\n.ascii \"xbnc\""
			 :: "D"(interval * 2 + !!end) : "memory");
}

#endif
