// SPDX-License-Identifier: GPL-2.0
/*
 * Stray writes: what happens to a kernel that writes to memory of a guest that
 * it has only been allowed to read?
 *
 * Every mapping that the library tracks is tried, whoever made it. What may be
 * written is left alone: it belongs to a guest that is at work.
 */
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/uaccess.h>
#include <xen/gnttab/m2p.h>
#include "stray.h"

/* 64 GiB: beyond all that a machine of the lab has. */
#define LAST_PFN BIT(24)

struct tally {
	unsigned int readonly;
	unsigned int writable;
	unsigned int faulted;
	unsigned int changed;
};

void visit_pages(void (*fn)(struct page *page, void *data), void *data)
{
	unsigned long pfn, next;

	for (pfn = 0; pfn < LAST_PFN; pfn = next) {
		next = pfn + 1;
		if (!pfn_valid(pfn))
			next = ALIGN(next, PAGES_PER_SUBSECTION);
		else
			fn(pfn_to_page(pfn), data);
	}
}

/* False if it faulted. */
static bool write_byte(u8 *at, u8 value)
{
	__put_kernel_nofault(at, &value, u8, fault);
	return true;

fault:
	return false;
}

static void try_page(struct page *page, void *data)
{
	struct xengnt_mapping mapping;
	struct tally *tally = data;
	u8 *at = page_address(page);
	u8 before;

	if (!xengnt_m2p_mapping(page, &mapping))
		return;
	if (!mapping.readonly) {
		tally->writable++;
		return;
	}
	tally->readonly++;
	before = READ_ONCE(*at);
	if (!write_byte(at, ~before))
		tally->faulted++;
	if (READ_ONCE(*at) != before)
		tally->changed++;
}

int stray_show(char *buffer)
{
	struct tally tally = {};

	visit_pages(try_page, &tally);
	return scnprintf(buffer, PAGE_SIZE,
			 "readonly %u\nwritable %u\nfaulted %u\nchanged %u\n",
			 tally.readonly, tally.writable, tally.faulted,
			 tally.changed);
}
