/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARCH=um: nothing of the kernel's own start under Xen exists here.
 */
#ifndef _ASM_UM_XEN_HYPERVISOR_H
#define _ASM_UM_XEN_HYPERVISOR_H

#include <linux/types.h>

#endif /* _ASM_UM_XEN_HYPERVISOR_H */
