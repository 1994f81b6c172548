// SPDX-License-Identifier: GPL-2.0
/*
 * The machine frames behind pages: asked for one by one, or read in the page
 * table that Xen keeps for this domain and lets appear in its memory.
 *
 * The table is Xen's. An entry may change while it is looked at, so each is
 * read once; and it may be gone, so the read may fault.
 */
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/math.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/machine.h>
#include "p2m.h"

/* Entries of a page of the table; Xen takes no other granule. */
#define GRANULE		(1UL << (XENGNT_IA64_PAGE_SHIFT - 3))

/* Of an entry of a page table: the architecture's bits, not Linux's. */
#define ENTRY_PRESENT	1UL
#define ENTRY_FRAME	((1UL << 50) - (1UL << XENGNT_IA64_PAGE_SHIFT))

/* How Xen says that there is no frame, where others are numbers. */
#define NO_MACHINE_FRAME	(~0UL)

static struct resource place = {
	.name = "Xen P2M",
	.flags = IORESOURCE_MEM | IORESOURCE_BUSY,
};

static const u64 *entries;
static unsigned long nr_entries;

static int ia64_p2m_ask(const unsigned long *pfns, unsigned long *frames,
			unsigned int nr)
{
	frames[0] = xengnt_ia64_phystomach(pfns[0]);
	if (frames[0] != NO_MACHINE_FRAME && (long)frames[0] < 0)
		return (long)frames[0];
	return 0;
}

/*
 * Behind all memory, at a multiple of what a page of the table describes. Xen
 * fills one page more than there are entries for.
 */
static int place_find(unsigned long frames)
{
	unsigned long pages = frames / GRANULE + 1;
	unsigned long behind = xengnt_ia64_frames() << XENGNT_IA64_PAGE_SHIFT;

	return allocate_resource(&iomem_resource, &place,
				 pages << XENGNT_IA64_PAGE_SHIFT, behind,
				 (1UL << 50) - 1,
				 GRANULE << XENGNT_IA64_PAGE_SHIFT,
				 NULL, NULL);
}

/* What Xen has put there it takes back with the domain only. */
static void ia64_p2m_close(void)
{
	nr_entries = 0;
	release_resource(&place);
}

/* Let Xen show the table at its place. */
static int place_fill(unsigned long frames)
{
	unsigned long at = place.start >> XENGNT_IA64_PAGE_SHIFT;
	long error;

	error = xengnt_ia64_expose_p2m(0, at,
				       frames << XENGNT_IA64_PAGE_SHIFT,
				       GRANULE);
	/* Nobody else puts anything there: it is left from the last time. */
	if (error && error != -EAGAIN) {
		ia64_p2m_close();
		return error;
	}
	entries = xengnt_ia64_frame_address(at);
	nr_entries = frames;
	return 0;
}

static int ia64_p2m_open(void)
{
	unsigned long frames = roundup(xengnt_ia64_frames(), GRANULE);
	int error = place_find(frames);

	return error ?: place_fill(frames);
}

/* The domain is another one to Xen now, and has been shown nothing yet. */
static int ia64_p2m_resume(void)
{
	return place_fill(nr_entries);
}

static unsigned long ia64_p2m_table(unsigned long pfn)
{
	u64 entry;

	if (pfn >= nr_entries || xengnt_ia64_read(&entry, &entries[pfn]) ||
	    !(entry & ENTRY_PRESENT))
		return XENGNT_NO_FRAME;
	return (entry & ENTRY_FRAME) >> XENGNT_IA64_PAGE_SHIFT;
}

const struct xengnt_p2m_source xengnt_p2m_ia64 = {
	.ask = ia64_p2m_ask,
	/* Xen/ia64 has no batch of these, and its multicall is no cheaper. */
	.ask_max = 1,
	.table_open = ia64_p2m_open,
	.table_close = ia64_p2m_close,
	.table_resume = ia64_p2m_resume,
	.table = ia64_p2m_table,
};
