// SPDX-License-Identifier: GPL-2.0
/*
 * What passes between this kernel and Xen/ia64, laid out as Xen 4.1 has it: a
 * build that disagrees stops here. There is no code in this file.
 */
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/memory.h>
#include "xencomm.h"

#define SIZE(type, bytes) \
	static_assert(sizeof(type) == (bytes))
#define MEMBER(type, member, at) \
	static_assert(offsetof(type, member) == (at))

SIZE(xen_pfn_t, 8);
SIZE(xen_ulong_t, 8);
SIZE(grant_ref_t, 4);
SIZE(grant_handle_t, 4);
SIZE(domid_t, 2);
SIZE(GUEST_HANDLE(xen_pfn_t), 8);

SIZE(struct grant_entry_v1, 8);
MEMBER(struct grant_entry_v1, flags, 0);
MEMBER(struct grant_entry_v1, domid, 2);
MEMBER(struct grant_entry_v1, frame, 4);

SIZE(struct gnttab_map_grant_ref, 32);
MEMBER(struct gnttab_map_grant_ref, host_addr, 0);
MEMBER(struct gnttab_map_grant_ref, flags, 8);
MEMBER(struct gnttab_map_grant_ref, ref, 12);
MEMBER(struct gnttab_map_grant_ref, dom, 16);
MEMBER(struct gnttab_map_grant_ref, status, 18);
MEMBER(struct gnttab_map_grant_ref, handle, 20);
MEMBER(struct gnttab_map_grant_ref, dev_bus_addr, 24);

SIZE(struct gnttab_unmap_grant_ref, 24);
MEMBER(struct gnttab_unmap_grant_ref, host_addr, 0);
MEMBER(struct gnttab_unmap_grant_ref, dev_bus_addr, 8);
MEMBER(struct gnttab_unmap_grant_ref, handle, 16);
MEMBER(struct gnttab_unmap_grant_ref, status, 20);

SIZE(struct gnttab_copy, 40);
MEMBER(struct gnttab_copy, source.u, 0);
MEMBER(struct gnttab_copy, source.domid, 8);
MEMBER(struct gnttab_copy, source.offset, 10);
MEMBER(struct gnttab_copy, dest.u, 16);
MEMBER(struct gnttab_copy, dest.domid, 24);
MEMBER(struct gnttab_copy, dest.offset, 26);
MEMBER(struct gnttab_copy, len, 32);
MEMBER(struct gnttab_copy, flags, 34);
MEMBER(struct gnttab_copy, status, 36);

SIZE(struct gnttab_transfer, 24);
MEMBER(struct gnttab_transfer, mfn, 0);
MEMBER(struct gnttab_transfer, domid, 8);
MEMBER(struct gnttab_transfer, ref, 12);
MEMBER(struct gnttab_transfer, status, 16);

SIZE(struct gnttab_setup_table, 24);
MEMBER(struct gnttab_setup_table, dom, 0);
MEMBER(struct gnttab_setup_table, nr_frames, 4);
MEMBER(struct gnttab_setup_table, status, 8);
MEMBER(struct gnttab_setup_table, frame_list, 16);

SIZE(struct gnttab_get_version, 8);
MEMBER(struct gnttab_get_version, dom, 0);
MEMBER(struct gnttab_get_version, version, 4);

SIZE(struct xen_memory_reservation, 32);
MEMBER(struct xen_memory_reservation, extent_start, 0);
MEMBER(struct xen_memory_reservation, nr_extents, 8);
MEMBER(struct xen_memory_reservation, extent_order, 16);
MEMBER(struct xen_memory_reservation, address_bits, 20);
MEMBER(struct xen_memory_reservation, domid, 24);

MEMBER(struct xengnt_xencomm, magic, 0);
MEMBER(struct xengnt_xencomm, nr_addrs, 4);
MEMBER(struct xengnt_xencomm, address, 8);
/* on the stack, and never across the end of a page */
static_assert(sizeof(struct xengnt_xencomm) <=
	      __alignof__(struct xengnt_xencomm));

/* What the commands are called; Xen knows them by number only. */
static_assert(GNTTABOP_map_grant_ref == 0);
static_assert(GNTTABOP_unmap_grant_ref == 1);
static_assert(GNTTABOP_setup_table == 2);
static_assert(GNTTABOP_transfer == 4);
static_assert(GNTTABOP_copy == 5);
static_assert(GNTTABOP_get_version == 10);
static_assert(XENMEM_decrease_reservation == 1);
static_assert(XENMEM_populate_physmap == 6);
