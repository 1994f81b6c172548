// SPDX-License-Identifier: GPL-2.0
/*
 * The hypercalls with the kernel's pointers replaced by xencomm handles.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/memory.h>
#include <asm/xen/hypercall.h>
#include "xencomm.h"

/* Sub-operations of the hypercall that only IA-64 has. */
#define DOM0VP_PHYSTOMACH	1
#define DOM0VP_EXPOSE_P2M	7

/* What a grant-table operation looks like that nests no pointer. */
struct grant_op {
	size_t bytes;
	size_t status;
};

static const struct grant_op grant_ops[] = {
#define GRANT_OP(type) { sizeof(struct type), offsetof(struct type, status) }
	[GNTTABOP_map_grant_ref] = GRANT_OP(gnttab_map_grant_ref),
	[GNTTABOP_unmap_grant_ref] = GRANT_OP(gnttab_unmap_grant_ref),
	[GNTTABOP_transfer] = GRANT_OP(gnttab_transfer),
	[GNTTABOP_copy] = GRANT_OP(gnttab_copy),
#undef GRANT_OP
};

static int grant_table_call(unsigned int cmd, void *ops, size_t bytes,
			    unsigned int count)
{
	struct xengnt_xencomm descriptor;
	u64 handle;
	int error;

	error = xengnt_xencomm_handle(&descriptor, ops, bytes * count, &handle);
	if (error)
		return error;
	return xengnt_ia64_hypercall_grant_table(cmd, handle, count);
}

static void refuse(const struct grant_op *op, void *ops, unsigned int count)
{
	for (; count--; ops += op->bytes)
		*(s16 *)(ops + op->status) = GNTST_general_error;
}

/*
 * The one that does: where Xen shall write the frames. A copy is what Xen gets
 * to see, because handles are no pointers.
 */
static int setup_table_call(struct gnttab_setup_table *op)
{
	struct gnttab_setup_table copy = *op;
	struct xengnt_xencomm frames;
	u64 handle;
	int error;

	error = xengnt_xencomm_handle(&frames, op->frame_list.p,
				      op->nr_frames * sizeof(xen_pfn_t),
				      &handle);
	if (error)
		return error;
	copy.frame_list.p = (xen_pfn_t *)handle;
	error = grant_table_call(GNTTABOP_setup_table, &copy, sizeof(copy), 1);
	op->status = copy.status;
	return error;
}

static int version_call(struct gnttab_get_version *op)
{
	return grant_table_call(GNTTABOP_get_version, op, sizeof(*op), 1);
}

static int grant_ops_call(unsigned int cmd, void *ops, unsigned int count)
{
	const struct grant_op *op = &grant_ops[cmd];
	unsigned int done, part;
	int error;

	for (done = 0; done < count; done += part) {
		part = min_t(unsigned int, count - done,
			     XENGNT_XENCOMM_MAX_BYTES / op->bytes);
		error = grant_table_call(cmd, ops + done * op->bytes,
					 op->bytes, part);
		if (error && !done)
			return error;
		if (error) {
			refuse(op, ops + done * op->bytes, count - done);
			break;
		}
	}
	return 0;
}

int HYPERVISOR_grant_table_op(unsigned int cmd, void *ops, unsigned int count)
{
	if (cmd == GNTTABOP_setup_table && count == 1)
		return setup_table_call(ops);
	if (cmd == GNTTABOP_get_version && count == 1)
		return version_call(ops);
	if (cmd >= ARRAY_SIZE(grant_ops) || !grant_ops[cmd].bytes)
		return -EOPNOTSUPP;
	return grant_ops_call(cmd, ops, count);
}

int HYPERVISOR_memory_op(unsigned int cmd, void *arg)
{
	struct xen_memory_reservation reservation =
		*(struct xen_memory_reservation *)arg;
	struct xengnt_xencomm outer, extents;
	u64 handle;
	int error;

	if (cmd != XENMEM_decrease_reservation &&
	    cmd != XENMEM_populate_physmap)
		return -EOPNOTSUPP;

	error = xengnt_xencomm_handle(&extents, reservation.extent_start.p,
				      reservation.nr_extents *
				      sizeof(xen_pfn_t), &handle);
	if (error)
		return error;

	/* The copy is what Xen gets to see; here handles are no pointers. */
	reservation.extent_start.p = (xen_pfn_t *)handle;
	error = xengnt_xencomm_handle(&outer, &reservation, sizeof(reservation),
				      &handle);
	if (error)
		return error;
	return xengnt_ia64_hypercall_memory(cmd, handle);
}

unsigned long xengnt_ia64_phystomach(unsigned long gpfn)
{
	return xengnt_ia64_hypercall_dom0vp(DOM0VP_PHYSTOMACH, gpfn, 0, 0, 0);
}

long xengnt_ia64_expose_p2m(unsigned long first, unsigned long at,
			    unsigned long bytes, unsigned long granule)
{
	return xengnt_ia64_hypercall_dom0vp(DOM0VP_EXPOSE_P2M, first, at,
					    bytes, granule);
}
