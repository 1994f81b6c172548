/* SPDX-License-Identifier: GPL-2.0 */
/* The programs. */
#ifndef VIFXDP_PROGRAMS_H
#define VIFXDP_PROGRAMS_H

#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdbool.h>

#include "code.h"

/**
 * struct owner - who sends through an interface
 * @mac: from this address only
 * @ipv4: from this one only
 * @ipv6: from this one, if @has_ipv6, and from those of the link alone
 * @has_ipv6: no IPv6 at all otherwise
 */
struct owner {
	struct ether_addr mac;
	struct in_addr ipv4;
	struct in6_addr ipv6;
	bool has_ipv6;
};

/* Drops what does not come from @owner, and protocols besides IP and ARP. */
void program_filter(struct code *code, const struct owner *owner);

/* Sends everything back, with the Ethernet addresses changed over. */
void program_reflect(struct code *code);

/* Sends everything out of another interface, whose number this is. */
void program_redirect(struct code *code, unsigned int interface);

#endif
