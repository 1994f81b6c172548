/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The types of Xen's interface on IA-64, for the kernel's <xen/interface/...>.
 */
#ifndef _ASM_IA64_XEN_INTERFACE_H
#define _ASM_IA64_XEN_INTERFACE_H

#include <linux/types.h>

#define uint64_aligned_t	__aligned_u64

/*
 * A guest handle holds a pointer of the kernel until it is handed to Xen,
 * which cannot follow one: the hypercall replaces it by a xencomm handle.
 */
#define __DEFINE_GUEST_HANDLE(name, type) \
	typedef struct { type *p; } __guest_handle_##name
#define DEFINE_GUEST_HANDLE_STRUCT(name) \
	__DEFINE_GUEST_HANDLE(name, struct name)
#define DEFINE_GUEST_HANDLE(name)	__DEFINE_GUEST_HANDLE(name, name)
#define GUEST_HANDLE(name)		__guest_handle_##name
#define set_xen_guest_handle(handle, pointer)	((handle).p = (pointer))

#ifndef __ASSEMBLY__

typedef u64 xen_pfn_t;
typedef u64 xen_ulong_t;
typedef s64 xen_long_t;
#define PRI_xen_pfn	"llx"
#define PRI_xen_ulong	"llx"
#define PRI_xen_long	"llx"

__DEFINE_GUEST_HANDLE(uchar, unsigned char);
__DEFINE_GUEST_HANDLE(uint, unsigned int);
DEFINE_GUEST_HANDLE(char);
DEFINE_GUEST_HANDLE(int);
DEFINE_GUEST_HANDLE(void);
DEFINE_GUEST_HANDLE(uint64_t);
DEFINE_GUEST_HANDLE(uint32_t);
DEFINE_GUEST_HANDLE(xen_pfn_t);
DEFINE_GUEST_HANDLE(xen_ulong_t);

#define MAX_VIRT_CPUS	64

/*
 * Nothing here looks into the shared page; these only have to be complete for
 * the declarations that hold them.
 */
struct arch_vcpu_info {
};

struct arch_shared_info {
};

struct pvclock_vcpu_time_info {
	u32 version;
	u32 pad0;
	u64 tsc_timestamp;
	u64 system_time;
	u32 tsc_to_system_mul;
	s8 tsc_shift;
	u8 flags;
	u8 pad[2];
};

struct pvclock_wall_clock {
	u32 version;
	u32 sec;
	u32 nsec;
	u32 sec_hi;
};

#endif /* __ASSEMBLY__ */

#endif /* _ASM_IA64_XEN_INTERFACE_H */
