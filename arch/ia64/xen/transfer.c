// SPDX-License-Identifier: GPL-2.0
/*
 * Frames that come and go. The numbers are those of this domain, whatever is
 * behind them, so that no table of the kernel's has to follow.
 */
#include <linux/minmax.h>
#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/gnttab/backend.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/machine.h>
#include "transfer.h"
#include "xencomm.h"

/* An array of frames may lie anywhere, and more of it cannot be described. */
#define FRAMES_A_CALL	\
	((unsigned int)(XENGNT_XENCOMM_MAX_BYTES / sizeof(xen_pfn_t)))

unsigned int xengnt_ia64_reserve(unsigned int cmd, xen_pfn_t *frames,
				 unsigned int nr)
{
	struct xen_memory_reservation reservation = {
		.domid = DOMID_SELF,
	};
	unsigned int total = 0;
	int done;

	while (total < nr) {
		reservation.nr_extents = min(nr - total, FRAMES_A_CALL);
		set_xen_guest_handle(reservation.extent_start, frames + total);
		done = HYPERVISOR_memory_op(cmd, &reservation);
		if (done > 0)
			total += done;
		if (done < 0 || done < reservation.nr_extents)
			break;
	}
	return total;
}

/*
 * Xen puts a fresh page at the same frame by itself, whatever becomes of the
 * one that was there: none is ever without memory.
 */
int xengnt_ia64_transfer(struct gnttab_transfer *ops, struct page **pages,
			 xen_pfn_t *frames, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		frames[i] = xengnt_ia64_frame(pages[i]);
		ops[i].mfn = frames[i];
	}
	return HYPERVISOR_grant_table_op(GNTTABOP_transfer, ops, nr);
}

void xengnt_ia64_populate(struct page **pages, xen_pfn_t *frames,
			  unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		frames[i] = xengnt_ia64_frame(pages[i]);
	i = xengnt_ia64_reserve(XENMEM_populate_physmap, frames, nr);
	for (; i < nr; i++)
		frames[i] = XENGNT_NO_FRAME;
}

void xengnt_ia64_release(struct page **pages, xen_pfn_t *frames,
			 unsigned int nr)
{
	unsigned int i, done;

	for (i = 0; i < nr; i++) {
		/* because Xen gives the frame away as it is */
		xengnt_ia64_page_clear(pages[i]);
		frames[i] = xengnt_ia64_frame(pages[i]);
	}
	done = xengnt_ia64_reserve(XENMEM_decrease_reservation, frames, nr);
	for (i = 0; i < done; i++)
		frames[i] = XENGNT_NO_FRAME;
}

void *xengnt_ia64_table_map(unsigned int frame)
{
	xen_pfn_t at = xengnt_kernel_table_frame(frame);

	return at == XENGNT_NO_FRAME ? NULL : xengnt_ia64_frame_address(at);
}

void xengnt_ia64_table_unmap(void *vaddr)
{
}
