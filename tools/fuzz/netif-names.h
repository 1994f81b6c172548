/* SPDX-License-Identifier: GPL-2.0 */
/* Xen's header for network rings, by the names that the kernel's copy has. */
#ifndef XEN_BACKENDS_FUZZ_NETIF_NAMES_H
#define XEN_BACKENDS_FUZZ_NETIF_NAMES_H

#include <xen/io/netif.h>

#define xen_netif_tx_request netif_tx_request
#define xen_netif_extra_info netif_extra_info
#define xen_netif_tx_sring_entry netif_tx_sring_entry
#define XEN_NETTXF_csum_blank NETTXF_csum_blank
#define XEN_NETTXF_data_validated NETTXF_data_validated
#define XEN_NETTXF_more_data NETTXF_more_data
#define XEN_NETTXF_extra_info NETTXF_extra_info

#endif
