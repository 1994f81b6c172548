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

/* What a grant-table operation looks like: none of these nests a pointer. */
struct grant_op {
	size_t bytes;
	size_t status;
};

static const struct grant_op grant_ops[] = {
#define GRANT_OP(type) { sizeof(struct type), offsetof(struct type, status) }
	[GNTTABOP_map_grant_ref] = GRANT_OP(gnttab_map_grant_ref),
	[GNTTABOP_unmap_grant_ref] = GRANT_OP(gnttab_unmap_grant_ref),
	[GNTTABOP_copy] = GRANT_OP(gnttab_copy),
#undef GRANT_OP
};

/* As Xen/ia64 lays them out. */
static_assert(sizeof(struct gnttab_map_grant_ref) == 32);
static_assert(sizeof(struct gnttab_unmap_grant_ref) == 24);
static_assert(sizeof(struct gnttab_copy) == 40);

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

int HYPERVISOR_grant_table_op(unsigned int cmd, void *ops, unsigned int count)
{
	const struct grant_op *op;
	unsigned int done, part;
	int error;

	if (cmd >= ARRAY_SIZE(grant_ops) || !grant_ops[cmd].bytes)
		return -EOPNOTSUPP;

	op = &grant_ops[cmd];
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
