// SPDX-License-Identifier: GPL-2.0
/*
 * What the library has besides the backend that depends on the size of a page,
 * for one of 16 KiB: the entries of the domain's own grant table.
 */
#include <xen/page.h>
#include <asm/xen/machine.h>

#undef XEN_PAGE_SHIFT
#define XEN_PAGE_SHIFT		XENGNT_IA64_PAGE_SHIFT

/* Not the one that the library itself has found here. */
#define xengnt_backend_get	xengnt_backend_probe

#include "../../../../drivers/xen/grant-table/kernel-table.c"
#include "../../../../drivers/xen/grant-table/transfer-table.c"
