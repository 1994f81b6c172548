/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A machine for the code of Xen/ia64 in KUnit: pages of 16 KiB, each four of
 * this kernel's; all of memory mapped one to one, as in region 7; and a window
 * that is mapped page by page, as in region 5.
 */
#ifndef _ASM_IA64_XEN_MACHINE_H
#define _ASM_IA64_XEN_MACHINE_H

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>

#define XENGNT_IA64_PAGE_SHIFT	14
#define XENGNT_IA64_PAGE_ORDER	(XENGNT_IA64_PAGE_SHIFT - PAGE_SHIFT)

bool xengnt_ia64_is_linear(const void *pointer);
bool xengnt_ia64_is_mapped(const void *pointer);
bool xengnt_ia64_mapped_address(const void *pointer, u64 *address);
void *xengnt_ia64_frame_address(u64 frame);
u64 xengnt_ia64_frames(void);
int xengnt_ia64_read(u64 *value, const u64 *from);

static inline u64 xengnt_ia64_linear_address(const void *pointer)
{
	return __pa(pointer);
}

static inline u64 xengnt_ia64_frame(struct page *page)
{
	return page_to_pfn(page) >> XENGNT_IA64_PAGE_ORDER;
}

static inline struct page *xengnt_ia64_page_alloc(gfp_t gfp)
{
	return alloc_pages(gfp | __GFP_COMP, XENGNT_IA64_PAGE_ORDER);
}

static inline void xengnt_ia64_page_free(struct page *page)
{
	__free_pages(page, XENGNT_IA64_PAGE_ORDER);
}

static inline void xengnt_ia64_page_clear(struct page *page)
{
	memset(page_address(page), 0, PAGE_SIZE << XENGNT_IA64_PAGE_ORDER);
}

#endif /* _ASM_IA64_XEN_MACHINE_H */
