/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARCH=um: a hypercall is a function of the model (drivers/xen/model).
 */
#ifndef _ASM_UM_XEN_HYPERCALL_H
#define _ASM_UM_XEN_HYPERCALL_H

#include <xen/interface/xen.h>

int HYPERVISOR_grant_table_op(unsigned int cmd, void *uop, unsigned int count);
int HYPERVISOR_event_channel_op(int cmd, void *arg);

#endif /* _ASM_UM_XEN_HYPERCALL_H */
