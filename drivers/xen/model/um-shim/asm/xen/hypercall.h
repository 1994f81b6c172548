/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARCH=um: a hypercall is a function of the model (drivers/xen/model).
 */
#ifndef _ASM_UM_XEN_HYPERCALL_H
#define _ASM_UM_XEN_HYPERCALL_H

#include <linux/pgtable.h>
#include <xen/interface/xen.h>

int HYPERVISOR_grant_table_op(unsigned int cmd, void *uop, unsigned int count);
int HYPERVISOR_event_channel_op(int cmd, void *arg);
int HYPERVISOR_memory_op(unsigned int cmd, void *arg);
int HYPERVISOR_multicall(void *calls, u32 nr);
int HYPERVISOR_update_va_mapping(unsigned long va, pte_t pte,
				 unsigned long flags);
int HYPERVISOR_mmu_update(struct mmu_update *updates, unsigned int nr,
			  unsigned int *done, domid_t domid);

#endif /* _ASM_UM_XEN_HYPERCALL_H */
