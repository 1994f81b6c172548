/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entries of the domain's own grant table that offer places for pages.
 */
#ifndef _XENGNT_TRANSFER_TABLE_H
#define _XENGNT_TRANSFER_TABLE_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

/* How far Xen is with an offer. */
enum xengnt_entry_state {
	XENGNT_ENTRY_OFFERED,
	XENGNT_ENTRY_COMMITTED,
	XENGNT_ENTRY_COMPLETED,
};

/*
 * Between these two, entries can be reached. When nobody needs them the table
 * is not mapped, as Xen could not save a domain that has it mapped twice. Both
 * may sleep.
 */
void xengnt_table_get(void);
void xengnt_table_put(void);

/* Make the entries of references accessible. 0 or -ENOMEM. May sleep. */
int xengnt_table_reach(const grant_ref_t *refs, unsigned int nr);

/* Let @domid transfer one page to the pseudo-physical frame @pfn. */
void xengnt_entry_offer(grant_ref_t ref, domid_t domid, unsigned long pfn);

enum xengnt_entry_state xengnt_entry_state(grant_ref_t ref);

/*
 * End an offer, unless Xen is just at it. In state OFFERED, it is no longer. In
 * state COMPLETED, @frame is what Xen left there, and the entry is free. In
 * state COMMITTED nothing has changed. Any context.
 */
enum xengnt_entry_state xengnt_entry_end(grant_ref_t ref, xen_pfn_t *frame);

#endif /* _XENGNT_TRANSFER_TABLE_H */
