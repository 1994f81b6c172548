/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processor that KUnit runs on has what IA-64 needs ours for.
 */
#ifndef _ASM_IA64_SYNC_BITOPS_H
#define _ASM_IA64_SYNC_BITOPS_H

#include <linux/bitops.h>
#include <asm/cmpxchg.h>

#endif /* _ASM_IA64_SYNC_BITOPS_H */
