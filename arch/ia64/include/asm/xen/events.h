/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_IA64_XEN_EVENTS_H
#define _ASM_IA64_XEN_EVENTS_H

#include <linux/atomic.h>
#include <asm/ptrace.h>

enum ipi_vector {
	XEN_PLACEHOLDER_VECTOR,
	XEN_NR_IPIS,
};

static inline int xen_irqs_disabled(struct pt_regs *regs)
{
	return !(regs->cr_ipsr & IA64_PSR_I);
}

#define xchg_xen_ulong(address, value)	xchg(address, value)

static inline bool xen_support_evtchn_rebind(void)
{
	return true;
}

#endif /* _ASM_IA64_XEN_EVENTS_H */
