/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xencomm: how a pointer of the kernel is told to Xen on IA-64.
 */
#ifndef _XENGNT_IA64_XENCOMM_H
#define _XENGNT_IA64_XENCOMM_H

#include <linux/bits.h>
#include <linux/types.h>
#include <asm/xen/machine.h>

#define XENGNT_IA64_PAGE_SIZE	BIT(XENGNT_IA64_PAGE_SHIFT)

/* What such a descriptor can always reach, wherever in a page it begins. */
#define XENGNT_XENCOMM_ADDRESSES	4
#define XENGNT_XENCOMM_MAX_BYTES	\
	((XENGNT_XENCOMM_ADDRESSES - 1) * XENGNT_IA64_PAGE_SIZE)

/**
 * struct xengnt_xencomm - a descriptor that is made on the stack
 * @magic: as Xen wants it
 * @nr_addrs: how many of @address are used
 * @address: guest-physical, one a page; the first one includes the offset
 *
 * Xen reads it by its guest-physical address, and it must not cross a page: the
 * alignment, more than the size, sees to that.
 */
struct xengnt_xencomm {
	u32 magic;
	u32 nr_addrs;
	u64 address[XENGNT_XENCOMM_ADDRESSES];
} __aligned(64);

/**
 * xengnt_xencomm_handle() - make a handle of a pointer
 * @descriptor: room for a descriptor, on the stack or in other memory that is
 *	mapped one to one; Xen reads and writes it until the hypercall returns
 * @pointer: memory of the kernel, also vmalloc() memory and a module's data
 * @bytes: how much of it Xen is to reach, at most XENGNT_XENCOMM_MAX_BYTES
 * @handle: for the result
 *
 * Context: any; no memory is allocated.
 * Return: 0; -EFAULT if there is no memory at @pointer, or neither of the two
 * kinds, or if @descriptor is not where Xen can find it; -E2BIG.
 */
int xengnt_xencomm_handle(struct xengnt_xencomm *descriptor,
			  const void *pointer, size_t bytes, u64 *handle);

#endif /* _XENGNT_IA64_XENCOMM_H */
