/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bit operations on memory that is shared with other domains, which may run on
 * other processors even if this kernel knows of one only. IA-64's ordinary
 * ones are made of cmpxchg in every configuration and serve as they are.
 */
#ifndef _ASM_IA64_SYNC_BITOPS_H
#define _ASM_IA64_SYNC_BITOPS_H

#include <linux/bitops.h>
#include <asm/cmpxchg.h>

#define sync_set_bit(nr, p)		set_bit(nr, p)
#define sync_clear_bit(nr, p)		clear_bit(nr, p)
#define sync_change_bit(nr, p)		change_bit(nr, p)
#define sync_test_bit(nr, p)		test_bit(nr, p)
#define sync_test_and_set_bit(nr, p)	test_and_set_bit(nr, p)
#define sync_test_and_clear_bit(nr, p)	test_and_clear_bit(nr, p)
#define sync_test_and_change_bit(nr, p)	test_and_change_bit(nr, p)
#define arch_sync_cmpxchg(p, old, new)	arch_cmpxchg(p, old, new)

#endif /* _ASM_IA64_SYNC_BITOPS_H */
