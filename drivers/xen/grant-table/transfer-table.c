// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of the domain's own grant table that offer places for pages.
 *
 * The kernel hands out references, but it no longer knows this use of them. So
 * the entries are written here, by the rules of the hypervisor's
 * grant_table.h: what stands in an entry before its flags do, and one atomic
 * change of the flags decides between us and Xen.
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/xarray.h>
#include <asm/sync_bitops.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include "transfer-table.h"

/* Frames of the table, by number: where they are mapped. */
static DEFINE_XARRAY(table);
static DEFINE_MUTEX(table_lock);
static unsigned int users;
static unsigned int version;

static size_t entry_size(void)
{
	return version == 2 ? sizeof(union grant_entry_v2) :
			      sizeof(struct grant_entry_v1);
}

static unsigned int entries_a_frame(void)
{
	return XEN_PAGE_SIZE / entry_size();
}

static int table_reach_frame(unsigned int frame)
{
	const struct xengnt_backend *backend = xengnt_backend_get();
	void *vaddr;
	int ret;

	if (xa_load(&table, frame))
		return 0;
	vaddr = backend->table_map(frame);
	if (!vaddr)
		return -ENOMEM;
	ret = xa_err(xa_store(&table, frame, vaddr, GFP_KERNEL));
	if (ret)
		backend->table_unmap(vaddr);
	return ret;
}

void xengnt_table_get(void)
{
	mutex_lock(&table_lock);
	if (!users++)
		version = xengnt_backend_get()->table_version();
	mutex_unlock(&table_lock);
}

void xengnt_table_put(void)
{
	unsigned long frame;
	void *vaddr;

	mutex_lock(&table_lock);
	if (!--users) {
		xa_for_each(&table, frame, vaddr)
			xengnt_backend_get()->table_unmap(vaddr);
		xa_destroy(&table);
	}
	mutex_unlock(&table_lock);
}

int xengnt_table_reach(const grant_ref_t *refs, unsigned int nr)
{
	unsigned int i;
	int ret = 0;

	mutex_lock(&table_lock);
	for (i = 0; !ret && i < nr; i++)
		ret = table_reach_frame(refs[i] / entries_a_frame());
	mutex_unlock(&table_lock);
	return ret;
}

static void *entry(grant_ref_t ref)
{
	void *frame = xa_load(&table, ref / entries_a_frame());

	return frame + ref % entries_a_frame() * entry_size();
}

/* Both versions begin with the flags and the domain. */
static u16 *entry_flags(grant_ref_t ref)
{
	return &((struct grant_entry_header *)entry(ref))->flags;
}

static void entry_set_frame(grant_ref_t ref, unsigned long pfn)
{
	if (version == 2)
		((union grant_entry_v2 *)entry(ref))->full_page.frame = pfn;
	else
		((struct grant_entry_v1 *)entry(ref))->frame = pfn;
}

static xen_pfn_t entry_frame(grant_ref_t ref)
{
	if (version == 2)
		return ((union grant_entry_v2 *)entry(ref))->full_page.frame;
	return ((struct grant_entry_v1 *)entry(ref))->frame;
}

void xengnt_entry_offer(grant_ref_t ref, domid_t domid, unsigned long pfn)
{
	struct grant_entry_header *header = entry(ref);

	entry_set_frame(ref, pfn);
	header->domid = domid;
	/* Xen may act as soon as it sees the flags. */
	virt_wmb();
	WRITE_ONCE(header->flags, GTF_accept_transfer);
}

static enum xengnt_entry_state flags_state(u16 flags)
{
	if (flags & GTF_transfer_completed)
		return XENGNT_ENTRY_COMPLETED;
	if (flags & GTF_transfer_committed)
		return XENGNT_ENTRY_COMMITTED;
	return XENGNT_ENTRY_OFFERED;
}

enum xengnt_entry_state xengnt_entry_state(grant_ref_t ref)
{
	return flags_state(READ_ONCE(*entry_flags(ref)));
}

enum xengnt_entry_state xengnt_entry_end(grant_ref_t ref, xen_pfn_t *frame)
{
	u16 *flags = entry_flags(ref);
	enum xengnt_entry_state state;

	/*
	 * Xen commits itself by the same kind of exchange: whoever comes first
	 * has the page. What the exchange finds is the only thing to go by.
	 */
	state = flags_state(sync_cmpxchg(flags, GTF_accept_transfer, 0));
	if (state != XENGNT_ENTRY_COMPLETED)
		return state;
	/* Xen writes the frame before it completes. */
	virt_rmb();
	*frame = entry_frame(ref);
	WRITE_ONCE(*flags, 0);
	return state;
}
