/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_IA64_XEN_HYPERVISOR_H
#define _ASM_IA64_XEN_HYPERVISOR_H

struct shared_info;
struct start_info;

extern struct shared_info *HYPERVISOR_shared_info;
extern struct start_info *xen_start_info;

#endif /* _ASM_IA64_XEN_HYPERVISOR_H */
