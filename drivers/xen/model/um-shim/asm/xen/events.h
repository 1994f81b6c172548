/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARCH=um: what <xen/events.h> wants to know of an architecture.
 */
#ifndef _ASM_UM_XEN_EVENTS_H
#define _ASM_UM_XEN_EVENTS_H

enum ipi_vector {
	XEN_NO_IPI_VECTOR,
	XEN_NR_IPIS
};

#endif /* _ASM_UM_XEN_EVENTS_H */
