/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the code for Xen/ia64 has to know of the machine: the size of its
 * pages, and where in physical memory a pointer leads.
 *
 * Nothing else of it depends on the processor, so it can also be run where
 * there is none of this kind: KUnit puts a header of this name in front, with
 * pages of 16 KiB made of four of the host kernel's (../../xen/tests).
 */
#ifndef _ASM_IA64_XEN_MACHINE_H
#define _ASM_IA64_XEN_MACHINE_H

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/page.h>

/* Xen/ia64 knows one size of pages, whatever its domains use. */
#define XENGNT_IA64_PAGE_SHIFT	14
static_assert(PAGE_SHIFT == XENGNT_IA64_PAGE_SHIFT);

/* Region 7: all of memory, one to one. */
static inline bool xengnt_ia64_is_linear(const void *pointer)
{
	return REGION_NUMBER(pointer) == RGN_KERNEL;
}

/*
 * Region 5: mapped page by page, a module's static data included;
 * is_vmalloc_or_module_addr(), which would say so, is not exported.
 */
static inline bool xengnt_ia64_is_mapped(const void *pointer)
{
	return REGION_NUMBER(pointer) == RGN_GATE;
}

static inline u64 xengnt_ia64_linear_address(const void *pointer)
{
	return virt_to_phys((void *)pointer);
}

/* Of the page only, and false if there is none. */
static inline bool xengnt_ia64_mapped_address(const void *pointer, u64 *address)
{
	struct page *page = vmalloc_to_page(pointer);

	if (!page)
		return false;
	*address = page_to_phys(page);
	return true;
}

static inline u64 xengnt_ia64_frame(struct page *page)
{
	return page_to_pfn(page);
}

/* Where the kernel finds a pseudo-physical frame, memory or not. */
static inline void *xengnt_ia64_frame_address(u64 frame)
{
	return __va(frame << PAGE_SHIFT);
}

/* Behind the last frame of memory. */
static inline u64 xengnt_ia64_frames(void)
{
	return PFN_UP(virt_to_phys(high_memory));
}

static inline struct page *xengnt_ia64_page_alloc(gfp_t gfp)
{
	return alloc_page(gfp);
}

static inline void xengnt_ia64_page_free(struct page *page)
{
	__free_page(page);
}

static inline void xengnt_ia64_page_clear(struct page *page)
{
	clear_page(page_address(page));
}

/* One load, of what Xen may take away or change meanwhile. */
static inline int xengnt_ia64_read(u64 *value, const u64 *from)
{
	return copy_from_kernel_nofault(value, from, sizeof(*value));
}

#endif /* _ASM_IA64_XEN_MACHINE_H */
