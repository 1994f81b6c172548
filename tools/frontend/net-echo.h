/* SPDX-License-Identifier: GPL-2.0 */
/* Echo requests, whose replies prove that data has come through both ways. */
#ifndef XEN_FRONTEND_NET_ECHO_H
#define XEN_FRONTEND_NET_ECHO_H

#include <linux/types.h>

/* Ethernet, IP and ICMP headers. */
#define NET_ECHO_HEADERS	42

/**
 * net_echo_to() - who sends to whom from now on
 * @mac: the guest's
 * @from: the guest's address, in network order
 * @to: the address that is to answer
 */
void net_echo_to(const u8 *mac, __be32 from, __be32 to);

/* A request of @len bytes, headers included; the data depends on @number. */
void net_echo_make(u8 *frame, unsigned int len, u16 number);

/* The number of the request that this is the reply to; -1 if it is none. */
int net_echo_check(const u8 *frame, unsigned int len);

#endif
