// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own grant table: its references, and where Xen has it. The same
 * on every architecture.
 */
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <asm/xen/hypercall.h>
#include <xen/grant_table.h>
#include <xen/gnttab/backend.h>

int xengnt_kernel_refs_alloc(grant_ref_t *refs, unsigned int nr)
{
	grant_ref_t pool;
	unsigned int i;

	/* That is what the kernel can count. */
	if (nr > U16_MAX || gnttab_alloc_grant_references(nr, &pool))
		return -ENOSPC;
	for (i = 0; i < nr; i++)
		refs[i] = gnttab_claim_grant_reference(&pool);
	return 0;
}

void xengnt_kernel_refs_free(const grant_ref_t *refs, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		gnttab_free_grant_reference(refs[i]);
}

unsigned int xengnt_kernel_table_version(void)
{
	struct gnttab_get_version op = { .dom = DOMID_SELF };

	/* A hypervisor that does not know the question knows one version. */
	if (HYPERVISOR_grant_table_op(GNTTABOP_get_version, &op, 1))
		return 1;
	return op.version;
}

xen_pfn_t xengnt_kernel_table_frame(unsigned int index)
{
	struct gnttab_setup_table op = {
		.dom = DOMID_SELF,
		.nr_frames = index + 1,
	};
	xen_pfn_t *frames, frame = XENGNT_NO_FRAME;

	/* Asks for no more than exists, so nothing is set up: Xen answers. */
	frames = kvcalloc(op.nr_frames, sizeof(*frames), GFP_KERNEL);
	if (!frames)
		return frame;
	set_xen_guest_handle(op.frame_list, frames);
	if (!HYPERVISOR_grant_table_op(GNTTABOP_setup_table, &op, 1) &&
	    op.status == GNTST_okay)
		frame = frames[index];
	kvfree(frames);
	return frame;
}
