/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_IA64_XEN_SWIOTLB_XEN_H
#define _ASM_IA64_XEN_SWIOTLB_XEN_H

/* Xen/ia64 gives dom0 machine addresses for DMA by other means. */
static inline int xen_swiotlb_detect(void)
{
	return 0;
}

#endif /* _ASM_IA64_XEN_SWIOTLB_XEN_H */
