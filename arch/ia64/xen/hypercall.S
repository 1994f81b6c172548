/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way into Xen on IA-64: break 0x1000 with the hypercall's number in r2,
 * the arguments where a function finds its own as long as it allocates no
 * frame (r32 and up), and the result where a function leaves it (r8).
 *
 * Xen goes on at the slot after the one of the break, and it does not take a
 * break in a slot for branches: hence the explicit templates.
 */
#include <asm/asmmacro.h>

#define XEN_BREAK	0x1000

#define HYPERCALL(name, number)			\
GLOBAL_ENTRY(xengnt_ia64_hypercall_##name)	\
	.prologue;				\
	.body;					\
	{ .mii;					\
	mov r2 = number;			\
	nop.i 0;				\
	nop.i 0;;				\
	}					\
	{ .mfb;					\
	break.m XEN_BREAK;			\
	nop.f 0;				\
	br.ret.sptk.many rp;;			\
	}					\
END(xengnt_ia64_hypercall_##name)

	.text
HYPERCALL(memory, 12)
HYPERCALL(grant_table, 20)
HYPERCALL(dom0vp, 48)
