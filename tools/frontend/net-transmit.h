/* SPDX-License-Identifier: GPL-2.0 */
/* What the guest sends. */
#ifndef XEN_FRONTEND_NET_TRANSMIT_H
#define XEN_FRONTEND_NET_TRANSMIT_H

#include <linux/types.h>

#define NET_TX_PAGES	64

/* Pages for packets, filled with frames of a type that nobody knows. */
int net_transmit_create(u16 backend);
void net_transmit_destroy(void);

/* Reference of one of these pages. */
u32 net_transmit_ref(unsigned int page);

union xen_netif_tx_sring_entry;

/* A line of hold or send, which is taken apart. Return: 0 or -EINVAL. */
int net_transmit_parse(char *text, union xen_netif_tx_sring_entry *slot);

/*
 * Files of commands: hold, send, fill, flood, echo-to, ping.
 *
 * A line of hold or send is a slot, in words NAME=VALUE: page (a number, or the
 * name of an odd one) or ref, offset, size, flags, id; or extra (the type), more,
 * bytes (in hexadecimal). An empty line of send publishes what was held.
 *
 * fill: PAGE OFFSET BYTES. flood: COUNT SIZE [WARMUP [INTERVAL]], each packet in
 * one slot; the interval is one of the benchmark's.
 * echo-to: MAC ADDRESS ADDRESS, the guest's and the one that answers.
 * ping: SIZE COUNT [SLOTS [HASHED]]; what comes back is compared.
 */
void net_transmit_commands(void);

#endif
