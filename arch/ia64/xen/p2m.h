/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_IA64_P2M_H
#define _XENGNT_IA64_P2M_H

#include <xen/gnttab/p2m.h>

extern const struct xengnt_p2m_source xengnt_p2m_ia64;

#endif /* _XENGNT_IA64_P2M_H */
