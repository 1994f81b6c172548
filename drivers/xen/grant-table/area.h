/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_AREA_H
#define _XENGNT_AREA_H

#include <xen/gnttab/area.h>

int xengnt_areas_init(void);
void xengnt_areas_exit(void);

/* A page that was given out is somebody else's to free. Any context. */
void xengnt_area_leave(struct xengnt_area *area);

#endif /* _XENGNT_AREA_H */
