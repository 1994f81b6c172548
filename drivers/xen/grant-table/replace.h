/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_REPLACE_H
#define _XENGNT_REPLACE_H

#include <xen/gnttab/replace.h>

void xengnt_replace_exit(void);

#endif /* _XENGNT_REPLACE_H */
