// SPDX-License-Identifier: GPL-2.0
/*
 * Memory: what is in pages, how many a domain has, and taking all of it.
 */
#include <linux/highmem.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <asm/xen/hypercall.h>
#include <xen/interface/memory.h>
#include <xen/grant_table.h>
#include <xen/gnttab/backend.h>
#include "transfer.h"

/* More than any domain of the lab may have. */
#define EAT_MAX 40000

static LIST_HEAD(eaten);

static u64 word_of(unsigned int seed, unsigned int index, unsigned int word)
{
	return ((u64)seed << 48 ^ (u64)index << 16 ^ word) *
	       0x9e3779b97f4a7c15ULL;
}

void lab_fill(struct page *page, unsigned int seed, unsigned int index)
{
	u64 *words = page_address(page);
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*words); i++)
		words[i] = word_of(seed, index, i);
}

bool lab_matches(struct page *page, unsigned int seed, unsigned int index)
{
	const u64 *words = page_address(page);
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*words); i++)
		if (words[i] != word_of(seed, index, i))
			return false;
	return true;
}

int lab_pages(struct lab *lab, const unsigned int *args)
{
	domid_t domid = args[0];
	int pages = HYPERVISOR_memory_op(XENMEM_current_reservation, &domid);

	lab_say(lab, "%d", pages);
	return pages < 0 ? pages : 0;
}

/* One more page of memory; false if Xen gives none. */
static bool eat_one(void)
{
	struct page *page;
	xen_pfn_t frame;

	if (gnttab_alloc_pages(1, &page))
		return false;
	xengnt_backend_get()->populate(&page, &frame, 1);
	if (frame == XENGNT_NO_FRAME) {
		gnttab_free_pages(1, &page);
		return false;
	}
	list_add(&page->lru, &eaten);
	return true;
}

int lab_eat(struct lab *lab, const unsigned int *args)
{
	unsigned int nr = 0;

	while (nr < EAT_MAX && eat_one())
		nr++;
	lab_say(lab, "%u", nr);
	return 0;
}

int lab_spit(struct lab *lab, const unsigned int *args)
{
	struct page *page, *next;
	unsigned int nr = 0;
	xen_pfn_t frame;

	list_for_each_entry_safe(page, next, &eaten, lru) {
		list_del(&page->lru);
		xengnt_backend_get()->release(&page, &frame, 1);
		if (frame == XENGNT_NO_FRAME)
			gnttab_free_pages(1, &page);
		nr++;
	}
	lab_say(lab, "%u", nr);
	return 0;
}
