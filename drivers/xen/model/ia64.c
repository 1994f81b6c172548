// SPDX-License-Identifier: GPL-2.0
/*
 * Xen/ia64's hypercalls: 12 memory_op, 20 grant_table_op, 48 dom0vp_op, after
 * Xen 4.1.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/interface/grant_table.h>
#include "domain.h"
#include "hypercall.h"
#include "ia64.h"
#include "ia64-frame.h"
#include "ia64-grant.h"
#include "ia64-p2m.h"
#include "knob.h"
#include "xencomm.h"

/* dom0vp_op */
#define PHYSTOMACH	1
#define EXPOSE_P2M	7

#define NR_NUMBERS	64

static struct {
	unsigned int calls;
	unsigned int skip;
	int error;
} numbers[NR_NUMBERS];

unsigned int xenmodel_ia64_calls(unsigned int number)
{
	return numbers[number].calls;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_calls);

void xenmodel_ia64_fail(unsigned int number, unsigned int skip, int error)
{
	numbers[number].skip = skip;
	numbers[number].error = error;
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_fail);

static int failure(unsigned int number)
{
	int error = numbers[number].error;

	if (!error || numbers[number].skip--)
		return 0;
	numbers[number].error = 0;
	return error;
}

/* Extents of one frame, one after the other, up to the first that fails. */
static long memory_op(unsigned long cmd, u64 handle)
{
	struct xen_memory_reservation reservation;
	unsigned long i;
	xen_pfn_t gpfn;

	if (cmd != XENMEM_decrease_reservation &&
	    cmd != XENMEM_populate_physmap)
		return -ENOSYS;
	if (xenmodel_xencomm_read(&reservation, handle, 0, sizeof(reservation)))
		return -EFAULT;
	if (reservation.domid != DOMID_SELF || reservation.extent_order)
		return -EPERM;
	for (i = 0; i < reservation.nr_extents; i++) {
		if (xenmodel_xencomm_read(&gpfn, (u64)reservation.extent_start,
					  i * sizeof(gpfn), sizeof(gpfn)))
			break;
		if (cmd == XENMEM_decrease_reservation ?
		    xenmodel_ia64_frame_take(gpfn) :
		    xenmodel_ia64_frame_give(gpfn))
			break;
	}
	return i;
}

static long dom0vp_op(const unsigned long args[5])
{
	switch (args[0]) {
	case PHYSTOMACH:
		return xenmodel_ia64_machine_frame(args[1]);
	case EXPOSE_P2M:
		return xenmodel_ia64_p2m_expose(args[1], args[2], args[3],
						args[4]);
	default:
		return -1;
	}
}

long xenmodel_ia64_call(unsigned int number, const unsigned long args[5])
{
	int error;

	if (number >= NR_NUMBERS)
		return -ENOSYS;
	numbers[number].calls++;
	error = failure(number);
	if (error)
		return error;
	switch (number) {
	case __HYPERVISOR_memory_op:
		return memory_op(args[0], args[1]);
	case __HYPERVISOR_grant_table_op:
		return xenmodel_ia64_grant_op(args[0], args[1], args[2]);
	case __HYPERVISOR_arch_0:
		return dom0vp_op(args);
	default:
		return -ENOSYS;
	}
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_call);

void *xenmodel_ia64_frame_address(u64 gpfn)
{
	void *at = xenmodel_ia64_p2m_at(gpfn) ?: xenmodel_ia64_table_at(gpfn);

	return at ?: __va(gpfn << XENMODEL_IA64_PAGE_SHIFT);
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_frame_address);

void xenmodel_ia64_reset(void)
{
	memset(numbers, 0, sizeof(numbers));
	xenmodel_ia64_free_frames(UINT_MAX);
	xenmodel_ia64_p2m_reset();
	xenmodel_ia64_grant_reset();
}
EXPORT_SYMBOL_GPL(xenmodel_ia64_reset);
