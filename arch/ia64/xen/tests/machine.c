// SPDX-License-Identifier: GPL-2.0
#include <linux/align.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <asm/xen/machine.h>
#include "../../../../drivers/xen/model/ia64.h"
#include "machine.h"

#define SIZE		BIT(XENGNT_IA64_PAGE_SHIFT)
#define SMALL		BIT(XENGNT_IA64_PAGE_ORDER)
#define NR_SMALL	(SMALL * WINDOW_PAGES)

static struct {
	struct page *pages[WINDOW_PAGES];
	void *base;
} window;

static unsigned int more_frames;

bool xengnt_ia64_is_linear(const void *pointer)
{
	return pointer >= __va(0) && pointer < high_memory;
}

/* One page more than there is: nothing is mapped there. */
bool xengnt_ia64_is_mapped(const void *pointer)
{
	return window.base && pointer >= window.base &&
	       pointer < window.base + (WINDOW_PAGES + 1) * SIZE;
}

bool xengnt_ia64_mapped_address(const void *pointer, u64 *address)
{
	unsigned long index = (pointer - window.base) / SIZE;

	if (index >= WINDOW_PAGES)
		return false;
	*address = page_to_phys(window.pages[index]);
	return true;
}

void *xengnt_ia64_frame_address(u64 frame)
{
	return xenmodel_ia64_frame_address(frame);
}

u64 xengnt_ia64_frames(void)
{
	return (__pa(high_memory) >> XENGNT_IA64_PAGE_SHIFT) + more_frames;
}

void machine_add_frames(unsigned int nr)
{
	more_frames = nr;
}

int xengnt_ia64_read(u64 *value, const u64 *from)
{
	return xenmodel_ia64_p2m_read(value, from);
}

/* It aligns by itself what is no larger than 64 small pages. */
static bool window_map(void)
{
	struct page *small[NR_SMALL];
	unsigned int i;

	for (i = 0; i < NR_SMALL; i++)
		small[i] = window.pages[i / SMALL] + i % SMALL;
	window.base = vm_map_ram(small, NR_SMALL, NUMA_NO_NODE);
	return window.base && IS_ALIGNED((unsigned long)window.base, SIZE);
}

/* The allocator likes to give neighbours: every second one is given back. */
static bool pages_scattered(void)
{
	struct page *between[WINDOW_PAGES];
	unsigned int i;
	bool all = true;

	for (i = 0; i < WINDOW_PAGES; i++) {
		window.pages[i] = xengnt_ia64_page_alloc(GFP_KERNEL);
		between[i] = xengnt_ia64_page_alloc(GFP_KERNEL);
		all = all && window.pages[i] && between[i];
	}
	for (i = 0; i < WINDOW_PAGES; i++)
		if (between[i])
			xengnt_ia64_page_free(between[i]);
	return all;
}

void *window_open(void)
{
	if (pages_scattered() && window_map())
		return window.base;
	window_close();
	return NULL;
}

void window_close(void)
{
	unsigned int i;

	if (window.base)
		vm_unmap_ram(window.base, NR_SMALL);
	window.base = NULL;
	for (i = 0; i < WINDOW_PAGES; i++) {
		if (window.pages[i])
			xengnt_ia64_page_free(window.pages[i]);
		window.pages[i] = NULL;
	}
}

struct page *window_page(unsigned int index)
{
	return window.pages[index];
}
