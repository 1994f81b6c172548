// SPDX-License-Identifier: GPL-2.0
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stddef.h>
#include <string.h>

#include "programs.h"

#define SOURCE		offsetof(struct ether_header, ether_shost)
#define PROTOCOL	offsetof(struct ether_header, ether_type)
#define PAYLOAD		sizeof(struct ether_header)

/* It says whose addresses they are. A question for one's own says nobody's. */
static void filter_arp(struct code *code, const struct owner *owner)
{
	const struct in_addr nobody = {};
	unsigned int sender = PAYLOAD + offsetof(struct ether_arp, arp_spa);
	unsigned int branch;

	code_need(code, PAYLOAD + sizeof(struct ether_arp));
	code_expect(code, PAYLOAD + offsetof(struct ether_arp, arp_sha),
		    &owner->mac, sizeof(owner->mac));
	branch = code_if(code, sender, 0);
	code_expect(code, sender, &nobody, sizeof(nobody));
	code_return(code, XDP_PASS);
	code_end_if(code, branch);
	code_expect(code, sender, &owner->ipv4, sizeof(owner->ipv4));
	code_return(code, XDP_PASS);
}

static void filter_ipv4(struct code *code, const struct owner *owner)
{
	code_need(code, PAYLOAD + sizeof(struct iphdr));
	code_expect(code, PAYLOAD + offsetof(struct iphdr, saddr),
		    &owner->ipv4, sizeof(owner->ipv4));
	code_return(code, XDP_PASS);
}

/* Addresses of the link reach nobody beyond it, and none is asked for by ::. */
static void filter_ipv6(struct code *code, const struct owner *owner)
{
	unsigned int source = PAYLOAD + offsetof(struct ip6_hdr, ip6_src);
	const struct in6_addr nobody = IN6ADDR_ANY_INIT;
	unsigned int branch;

	code_need(code, PAYLOAD + sizeof(struct ip6_hdr));
	branch = code_if(code, source, 0xfe80);
	code_return(code, XDP_PASS);
	code_end_if(code, branch);
	branch = code_if(code, source, 0);
	code_expect(code, source, &nobody, sizeof(nobody));
	code_return(code, XDP_PASS);
	code_end_if(code, branch);
	code_expect(code, source, &owner->ipv6, sizeof(owner->ipv6));
	code_return(code, XDP_PASS);
}

void program_filter(struct code *code, const struct owner *owner)
{
	unsigned int branch;

	code_begin(code);
	code_need(code, PAYLOAD);
	code_expect(code, SOURCE, &owner->mac, sizeof(owner->mac));
	branch = code_if(code, PROTOCOL, ETHERTYPE_IP);
	filter_ipv4(code, owner);
	code_end_if(code, branch);
	branch = code_if(code, PROTOCOL, ETHERTYPE_ARP);
	filter_arp(code, owner);
	code_end_if(code, branch);
	if (owner->has_ipv6) {
		branch = code_if(code, PROTOCOL, ETHERTYPE_IPV6);
		filter_ipv6(code, owner);
		code_end_if(code, branch);
	}
	code_finish(code);
}

void program_reflect(struct code *code)
{
	unsigned int i;

	code_begin(code);
	code_need(code, PAYLOAD);
	for (i = 0; i < ETH_ALEN; i += 2) {
		code_add(code, BPF_LDX | BPF_MEM | BPF_H, BPF_REG_2, CODE_DATA,
			 i, 0);
		code_add(code, BPF_LDX | BPF_MEM | BPF_H, BPF_REG_3, CODE_DATA,
			 SOURCE + i, 0);
		code_add(code, BPF_STX | BPF_MEM | BPF_H, CODE_DATA, BPF_REG_2,
			 SOURCE + i, 0);
		code_add(code, BPF_STX | BPF_MEM | BPF_H, CODE_DATA, BPF_REG_3,
			 i, 0);
	}
	code_return(code, XDP_TX);
	code_finish(code);
}

void program_redirect(struct code *code, unsigned int interface)
{
	code_begin(code);
	code_add(code, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, interface);
	code_add(code, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 0);
	code_add(code, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect);
	code_add(code, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}
