// SPDX-License-Identifier: GPL-2.0
/*
 * The P2M of a domain of Xen/ia64, and the window through which the domain may
 * look at it.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mm.h>
#include "hole.h"
#include "ia64.h"
#include "ia64-frame.h"
#include "ia64-p2m.h"
#include "knob.h"

/* Entries of a page table's page. */
#define GRANULE	(XENMODEL_IA64_PAGE_SIZE / sizeof(u64))

/* Present, dirty, accessed and so on: bits that a reader has to leave out. */
#define PRESENT	0x661UL

/* Nobody's memory: only addresses in it are looked at. */
#define WINDOW	0x6000000000000000UL

static u64 window_at;
static u64 nr_entries;
static bool flicker, gone;

/* There was a window, and nothing is there. */
static bool closed;

unsigned long xenmodel_ia64_machine_frame(u64 gpfn)
{
	struct page *page = xenmodel_ia64_page(gpfn);

	switch (xenmodel_ia64_state(gpfn)) {
	case XENMODEL_IA64_FOREIGN:
		page = xenmodel_ia64_hole(gpfn)->frame;
		fallthrough;
	case XENMODEL_IA64_OWN:
		return XENMODEL_IA64_MACHINE +
		       (page_to_pfn(page) >> XENMODEL_IA64_ORDER);
	default:
		return ~0UL;
	}
}

long xenmodel_ia64_p2m_expose(u64 first, u64 at, u64 bytes, u64 granule)
{
	u64 frames = bytes >> XENMODEL_IA64_PAGE_SHIFT;

	if (granule % GRANULE || frames % GRANULE ||
	    bytes % XENMODEL_IA64_PAGE_SIZE || !granule || first % granule ||
	    at % granule || frames % granule)
		return -EINVAL;
	if (granule != GRANULE)
		return -ENOSYS;
	if (window_at == at)
		return -EAGAIN;
	if (xenmodel_ia64_page(at)) {
		xenmodel_violation("the P2M is shown at %llx, where memory is",
				   at);
		return -EAGAIN;
	}
	window_at = at;
	nr_entries = frames;
	closed = false;
	return 0;
}

void *xenmodel_ia64_p2m_at(u64 gpfn)
{
	return window_at && gpfn == window_at ? (void *)WINDOW : NULL;
}

u64 xenmodel_ia64_p2m_window(void)
{
	return window_at;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_p2m_window);

void xenmodel_ia64_p2m_flicker(bool on)
{
	flicker = on;
	gone = false;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_p2m_flicker);

int xenmodel_ia64_p2m_read(u64 *value, const u64 *from)
{
	u64 gpfn = ((u64)from - WINDOW) / sizeof(u64);
	u64 machine;

	if (closed)
		return -EFAULT;
	if ((u64)from < WINDOW || gpfn >= nr_entries) {
		xenmodel_violation("an entry of the P2M is read that is none: %llx", gpfn);
		return -EFAULT;
	}
	if (!xenmodel_ia64_page(gpfn))
		return -EFAULT;
	machine = xenmodel_ia64_machine_frame(gpfn);
	*value = gone || machine == ~0UL ? 0 :
		 machine << XENMODEL_IA64_PAGE_SHIFT | PRESENT | BIT_ULL(52);
	gone = flicker;
	return 0;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_p2m_read);

void xenmodel_ia64_resume(void)
{
	xenmodel_ia64_p2m_reset();
	closed = true;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_resume);

void xenmodel_ia64_p2m_reset(void)
{
	window_at = 0;
	nr_entries = 0;
	closed = false;
	xenmodel_ia64_p2m_flicker(false);
}
