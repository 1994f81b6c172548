/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_AREA_H
#define _XENGNT_AREA_H

#include <xen/gnttab/area.h>

int xengnt_areas_init(void);
void xengnt_areas_exit(void);

#endif /* _XENGNT_AREA_H */
