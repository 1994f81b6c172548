// SPDX-License-Identifier: GPL-2.0
/*
 * The entry into the hypervisor.
 */
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <asm/xen/hypercall.h>
#include "copy.h"
#include "flavour.h"
#include "hypercall.h"
#include "knob.h"
#include "map.h"
#include "table.h"
#include "tlb.h"
#include "transfer.h"

/* Operations of an unmap call that share a flush: xen/common/grant_table.c. */
#define UNMAP_GROUP 32

/* The upper bits of a command are Xen's own, for calls that it continues. */
#define COMMAND_MASK 0xfff

static DEFINE_SPINLOCK(lock);

unsigned long xenmodel_lock(void)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	return flags;
}

void xenmodel_unlock(unsigned long flags)
{
	spin_unlock_irqrestore(&lock, flags);
}

static void map_call(struct gnttab_map_grant_ref *ops, unsigned int nr)
{
	unsigned int i;

	xenmodel_add(XENMODEL_MAP_CALLS, 1);
	for (i = 0; i < nr; i++)
		xenmodel_map(&ops[i]);
}

/* Granters get their pages back when no processor can reach them any more. */
static void unmap_group(struct gnttab_unmap_grant_ref *ops, unsigned int nr)
{
	struct xenmodel_unmapped done[UNMAP_GROUP];
	unsigned int i;

	for (i = 0; i < nr; i++)
		xenmodel_unmap(&ops[i], &done[i]);
	if (xenmodel_is_pv())
		xenmodel_tlb_flush();
	for (i = 0; i < nr; i++)
		xenmodel_unmap_complete(&done[i]);
}

static void unmap_call(struct gnttab_unmap_grant_ref *ops, unsigned int nr)
{
	unsigned int i;

	xenmodel_add(XENMODEL_UNMAP_CALLS, 1);
	for (i = 0; i < nr; i += UNMAP_GROUP)
		unmap_group(ops + i, min_t(unsigned int, nr - i, UNMAP_GROUP));
}

/* The same, and the places are not left empty. */
static void replace_group(struct gnttab_unmap_and_replace *ops,
			  unsigned int nr)
{
	struct xenmodel_unmapped done[UNMAP_GROUP];
	unsigned int i;

	for (i = 0; i < nr; i++)
		xenmodel_replace(&ops[i], &done[i]);
	xenmodel_tlb_flush();
	for (i = 0; i < nr; i++)
		xenmodel_unmap_complete(&done[i]);
}

static void replace_call(struct gnttab_unmap_and_replace *ops, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i += UNMAP_GROUP)
		replace_group(ops + i,
			      min_t(unsigned int, nr - i, UNMAP_GROUP));
}

static void transfer_call(struct gnttab_transfer *ops, unsigned int nr)
{
	unsigned int i;

	xenmodel_add(XENMODEL_TRANSFER_CALLS, 1);
	for (i = 0; i < nr; i++)
		xenmodel_transfer(&ops[i]);
}

static void copy_call(struct gnttab_copy *ops, unsigned int nr)
{
	xenmodel_add(XENMODEL_COPY_CALLS, 1);
	xenmodel_copy(ops, nr);
}

/* Of these there is one at a time. */
static int table_call(unsigned int cmd, void *op, unsigned int count)
{
	switch (cmd) {
	case GNTTABOP_set_version:
		return xenmodel_set_own_version(op);
	case GNTTABOP_get_version:
		return xenmodel_get_version(op);
	}
	if (count != 1)
		return -EINVAL;
	if (cmd == GNTTABOP_setup_table)
		xenmodel_setup_table(op);
	else
		xenmodel_get_status_frames(op);
	return 0;
}

/*
 * What Xen says of a hypercall before it looks at the operations. Of the
 * commands, some are not for domains whose memory Xen looks after.
 */
static int call_check(unsigned int cmd, unsigned int count)
{
	if (!xenmodel_is_pv() &&
	    ((cmd & ~COMMAND_MASK) || cmd == GNTTABOP_transfer ||
	     cmd == GNTTABOP_unmap_and_replace))
		return -ENOSYS;
	if ((int)count < 0 || (cmd & ~COMMAND_MASK))
		return -EINVAL;
	return 0;
}

int HYPERVISOR_grant_table_op(unsigned int cmd, void *uop, unsigned int count)
{
	unsigned long flags;
	int ret = call_check(cmd, count);

	if (ret)
		return ret;
	xenmodel_hooked(cmd);
	flags = xenmodel_lock();
	switch (cmd) {
	case GNTTABOP_map_grant_ref:
	case GNTTABOP_unmap_grant_ref:
	case GNTTABOP_unmap_and_replace:
	case GNTTABOP_copy:
	case GNTTABOP_transfer:
	case GNTTABOP_setup_table:
	case GNTTABOP_set_version:
	case GNTTABOP_get_status_frames:
	case GNTTABOP_get_version:
		ret = xenmodel_injected_call(cmd);
		break;
	default:
		ret = -ENOSYS;
		break;
	}
	if (!ret && count && !uop)
		ret = -EFAULT;
	if (ret)
		goto out;

	if (cmd == GNTTABOP_map_grant_ref)
		map_call(uop, count);
	else if (cmd == GNTTABOP_unmap_grant_ref)
		unmap_call(uop, count);
	else if (cmd == GNTTABOP_unmap_and_replace)
		replace_call(uop, count);
	else if (cmd == GNTTABOP_transfer)
		transfer_call(uop, count);
	else if (cmd == GNTTABOP_copy)
		copy_call(uop, count);
	else
		ret = table_call(cmd, uop, count);
out:
	xenmodel_unlock(flags);
	return ret;
}
EXPORT_SYMBOL_GPL(HYPERVISOR_grant_table_op);
