// SPDX-License-Identifier: GPL-2.0
/*
 * Holes: pages without a frame, that foreign frames are mapped into.
 *
 * All of the machine's memory is one file of the host, mapped shared. To map a
 * frame a second time is one mremap() of the host: with an old size of zero it
 * leaves the old mapping of a shared file where it is and makes another.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <xen/page.h>
#include "hole.h"
#include "host.h"
#include "knob.h"
#include "p2m.h"
#include "tlb.h"

/* Lookups come from any context, and so do the locked ones. */
static DEFINE_XARRAY_FLAGS(holes, XA_FLAGS_LOCK_IRQ);

static void *show(const void *from, size_t old_size, const void *at)
{
	unsigned long flags = HOST_MREMAP_MAYMOVE;
	long ret;

	if (at)
		flags |= HOST_MREMAP_FIXED;
	ret = syscall(HOST_SYS_MREMAP, from, old_size, PAGE_SIZE, flags, at);
	return ret == -1 ? NULL : (void *)ret;
}

static int protect(const void *at, unsigned long prot)
{
	return syscall(HOST_SYS_MPROTECT, at, PAGE_SIZE, prot) ? -ENOMEM : 0;
}

static int hide(struct xenmodel_hole *hole)
{
	void *at = page_address(hole->page);

	hole->home = show(at, 0, NULL);
	if (!hole->home)
		return -ENOMEM;
	xenmodel_pte_clear(hole->page);
	return protect(at, HOST_PROT_NONE);
}

/* Hypercalls do this too, with the model's lock held. */
static int hole_store(struct xenmodel_hole *hole)
{
	unsigned long flags;
	void *old;

	xa_lock_irqsave(&holes, flags);
	old = __xa_store(&holes, page_to_pfn(hole->page), hole, GFP_ATOMIC);
	xa_unlock_irqrestore(&holes, flags);
	return xa_err(old);
}

static void hole_erase(unsigned long pfn)
{
	unsigned long flags;

	xa_lock_irqsave(&holes, flags);
	__xa_erase(&holes, pfn);
	xa_unlock_irqrestore(&holes, flags);
}

int xenmodel_hole_create(struct page *page)
{
	struct xenmodel_hole *hole = kzalloc(sizeof(*hole), GFP_ATOMIC);
	int ret;

	if (!hole)
		return -ENOMEM;
	hole->page = page;
	hole->gfn = pfn_to_gfn(page_to_pfn(page));
	ret = hole_store(hole);
	if (!ret)
		ret = hide(hole);
	if (!ret)
		return 0;
	hole_erase(page_to_pfn(page));
	kfree(hole);
	return ret;
}

static int hole_check(const struct xenmodel_hole *hole, unsigned long pfn)
{
	if (!hole) {
		xenmodel_violation("page %lx is freed as a hole, and is none",
				   pfn);
		return -EINVAL;
	}
	if (hole->frame) {
		xenmodel_violation("page %lx is freed while a grant is mapped there",
				   pfn);
		return -EBUSY;
	}
	return 0;
}

/* Give the page its frame back. */
int xenmodel_hole_destroy(struct page *page)
{
	unsigned long pfn = page_to_pfn(page);
	struct xenmodel_hole *hole = xenmodel_hole_find(pfn);
	int ret = hole_check(hole, pfn);

	if (ret)
		return ret;
	xenmodel_tlb_check_page(pfn, (struct xenmodel_translation) {});
	if (!show(hole->home, PAGE_SIZE, page_address(page)) ||
	    protect(page_address(page), HOST_PROT_READ | HOST_PROT_WRITE))
		panic("xen-model: the host gives page %lx no frame back", pfn);
	xenmodel_pte_set(page, hole->gfn, false);
	hole_erase(pfn);
	kfree(hole);
	return 0;
}

struct xenmodel_hole *xenmodel_hole_find(unsigned long pfn)
{
	return xa_load(&holes, pfn);
}

int xenmodel_hole_fill(struct xenmodel_hole *hole, struct page *frame,
		       bool readonly)
{
	void *at = page_address(hole->page);
	unsigned long prot = HOST_PROT_READ;

	if (!readonly)
		prot |= HOST_PROT_WRITE;
	xenmodel_tlb_check_page(page_to_pfn(hole->page),
				(struct xenmodel_translation) { frame });
	if (!show(page_address(frame), 0, at) || protect(at, prot))
		return -ENOMEM;
	xenmodel_pte_set(hole->page, pfn_to_gfn(page_to_pfn(frame)), readonly);
	hole->frame = frame;
	hole->readonly = readonly;
	return 0;
}

void xenmodel_hole_empty(struct xenmodel_hole *hole)
{
	void *at = page_address(hole->page);

	xenmodel_tlb_left(page_to_pfn(hole->page),
			  (struct xenmodel_translation) { hole->frame });
	hole->frame = NULL;
	xenmodel_pte_clear(hole->page);
	if (!show(hole->home, 0, at) || protect(at, HOST_PROT_NONE))
		panic("xen-model: the host does not unmap page %lx",
		      page_to_pfn(hole->page));
}

unsigned int xenmodel_holes(void)
{
	struct xenmodel_hole *hole;
	unsigned long pfn;
	unsigned int nr = 0;

	xa_for_each(&holes, pfn, hole)
		nr++;
	return nr;
}
EXPORT_SYMBOL_GPL(xenmodel_holes);

bool xenmodel_writable(struct page *page)
{
	struct xenmodel_hole *hole = xenmodel_hole_find(page_to_pfn(page));

	return hole ? hole->frame && !hole->readonly : true;
}
EXPORT_SYMBOL_GPL(xenmodel_writable);
