/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What processors may still have in their TLBs: translations that were taken
 * out of the page tables and not flushed since. Nobody can know which of them a
 * TLB really has, so all count.
 */
#ifndef _XENMODEL_TLB_H
#define _XENMODEL_TLB_H

#include <linux/types.h>

struct page;

/**
 * struct xenmodel_translation - what a page is mapped to
 * @frame: a page of another domain's, or NULL
 * @mfn: of memory of the domain's own: its frame
 */
struct xenmodel_translation {
	const struct page *frame;
	unsigned long mfn;
};

/* The page @pfn is mapped there no longer. */
void xenmodel_tlb_left(unsigned long pfn, struct xenmodel_translation was);

/* All of it; of one page. The former costs, and can be lost on demand. */
void xenmodel_tlb_flush(void);
void xenmodel_tlb_flush_page(unsigned long pfn);

/*
 * Violations: a page is used for something else, the frames behind @nr pages
 * are their owner's alone again, a frame leaves the domain, and an entry of a
 * TLB still leads there.
 */
void xenmodel_tlb_check_page(unsigned long pfn,
			     struct xenmodel_translation is);
void xenmodel_tlb_check_frames(const struct page *first, unsigned int nr);
void xenmodel_tlb_check_mfn(unsigned long mfn);

void xenmodel_tlb_reset(void);

#endif /* _XENMODEL_TLB_H */
