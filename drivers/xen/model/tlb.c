// SPDX-License-Identifier: GPL-2.0
/*
 * TLBs, and what flushing them costs.
 */
#include <linux/mm.h>
#include <linux/spinlock.h>
#include "knob.h"
#include "tlb.h"

/* More than anybody unmaps before a flush; the oldest are forgotten. */
#define NR_ENTRIES 1024

static struct entry {
	bool used;
	unsigned long pfn;
	struct xenmodel_translation to;
} entries[NR_ENTRIES];

static unsigned int next_entry;
static DEFINE_SPINLOCK(lock);

void xenmodel_tlb_left(unsigned long pfn, struct xenmodel_translation was)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	entries[next_entry] = (struct entry) {
		.used = true,
		.pfn = pfn,
		.to = was,
	};
	next_entry = (next_entry + 1) % NR_ENTRIES;
	spin_unlock_irqrestore(&lock, flags);
}

void xenmodel_tlb_reset(void)
{
	struct entry *entry;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	for (entry = entries; entry < entries + NR_ENTRIES; entry++)
		entry->used = false;
	spin_unlock_irqrestore(&lock, flags);
}

void xenmodel_tlb_flush(void)
{
	if (xenmodel_injected(XENMODEL_OP_FLUSH))
		return;
	xenmodel_add(XENMODEL_FLUSHES, 1);
	xenmodel_tlb_reset();
}

/* An entry for a page is looked at once. */
static bool entry_take(unsigned long pfn, struct xenmodel_translation *to)
{
	struct entry *entry;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&lock, flags);
	for (entry = entries; entry < entries + NR_ENTRIES; entry++) {
		if (!entry->used || entry->pfn != pfn)
			continue;
		*to = entry->to;
		entry->used = false;
		found = true;
		break;
	}
	spin_unlock_irqrestore(&lock, flags);
	return found;
}

void xenmodel_tlb_flush_page(unsigned long pfn)
{
	struct xenmodel_translation to;

	while (entry_take(pfn, &to))
		;
}

/* To where it led before, it may lead again. */
void xenmodel_tlb_check_page(unsigned long pfn, struct xenmodel_translation is)
{
	struct xenmodel_translation was;

	while (entry_take(pfn, &was))
		if (was.frame != is.frame || was.mfn != is.mfn)
			xenmodel_violation("page %lx is used again, and a TLB has what was there",
					   pfn);
}

static bool leads_to(const struct entry *entry, const struct page *first,
		     unsigned int nr)
{
	return entry->used && entry->to.frame >= first &&
	       entry->to.frame < first + nr;
}

void xenmodel_tlb_check_frames(const struct page *first, unsigned int nr)
{
	struct entry *entry;

	for (entry = entries; entry < entries + NR_ENTRIES; entry++) {
		if (!leads_to(entry, first, nr))
			continue;
		entry->used = false;
		xenmodel_violation("a granter has its page back, and a TLB has it at page %lx",
				   entry->pfn);
	}
}

void xenmodel_tlb_check_mfn(unsigned long mfn)
{
	struct entry *entry;

	for (entry = entries; entry < entries + NR_ENTRIES; entry++) {
		if (!entry->used || entry->to.frame || entry->to.mfn != mfn)
			continue;
		entry->used = false;
		xenmodel_violation("frame %lx leaves, and a TLB has it at page %lx",
				   mfn, entry->pfn);
	}
}
