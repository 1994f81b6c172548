/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls on IA-64. The functions that take pointers of the kernel make
 * xencomm handles of them; the stubs beneath take handles.
 */
#ifndef _ASM_IA64_XEN_HYPERCALL_H
#define _ASM_IA64_XEN_HYPERCALL_H

#include <linux/types.h>

/*
 * Any context: no memory is allocated. If Xen stops at an operation after some
 * were run, the rest have a status of GNTST_general_error and the result is 0.
 */
int HYPERVISOR_grant_table_op(unsigned int cmd, void *ops, unsigned int count);

/*
 * Only to change the reservation, with a struct xen_memory_reservation. What
 * Xen returns: for how many of the extents it was done.
 */
int HYPERVISOR_memory_op(unsigned int cmd, void *arg);

/* The machine frame behind a pseudo-physical one; ~0UL if there is none. */
unsigned long xengnt_ia64_phystomach(unsigned long gpfn);

/*
 * Let the page table of this domain appear in its own memory, read-only: the
 * entries of @bytes of memory from frame @first on, one after the other, at
 * frame @at, where no memory is; @granule is in frames.
 */
long xengnt_ia64_expose_p2m(unsigned long first, unsigned long at,
			    unsigned long bytes, unsigned long granule);

/* Of the kernel's own event channels; named by <xen/events.h>. */
int HYPERVISOR_event_channel_op(int cmd, void *arg);

/*
 * The stubs. Every argument is a number or a xencomm handle; the result is
 * Xen's: a negative errno, or zero or more.
 */
long xengnt_ia64_hypercall_memory(unsigned long cmd, u64 handle);
long xengnt_ia64_hypercall_grant_table(unsigned long cmd, u64 handle,
				       unsigned long count);
long xengnt_ia64_hypercall_dom0vp(unsigned long op, unsigned long arg1,
				  unsigned long arg2, unsigned long arg3,
				  unsigned long arg4);

#endif /* _ASM_IA64_XEN_HYPERCALL_H */
