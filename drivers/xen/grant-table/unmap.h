/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_UNMAP_H
#define _XENGNT_UNMAP_H

#include <xen/gnttab/unmap.h>

/* Entries that one hypercall carries: the group of Xen's PV unmap. */
#define XENGNT_UNMAP_GROUP 32

int xengnt_unmap_init(void);
void xengnt_unmap_exit(void);

/* Say so, and count it. */
void xengnt_unmap_refused(struct xengnt_unmap *u, s16 status);

#endif /* _XENGNT_UNMAP_H */
