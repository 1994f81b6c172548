// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/ip.h>
#include <net/checksum.h>

#include "net-echo.h"

#define ECHO_ID	0x7261

/* Of whatever interface a backend makes. */
static const u8 backend_mac[ETH_ALEN] = { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff };

static u8 guest_mac[ETH_ALEN];
static __be32 guest_address, other_address;

void net_echo_to(const u8 *mac, __be32 from, __be32 to)
{
	ether_addr_copy(guest_mac, mac);
	guest_address = from;
	other_address = to;
}

static u8 pattern(unsigned int at, u16 number)
{
	return at * 7 + number * 31 + (at >> 8);
}

void net_echo_make(u8 *frame, unsigned int len, u16 number)
{
	struct ethhdr *eth = (struct ethhdr *)frame;
	struct iphdr *ip = (struct iphdr *)(eth + 1);
	struct icmphdr *icmp = (struct icmphdr *)(ip + 1);
	unsigned int i;

	for (i = NET_ECHO_HEADERS; i < len; i++)
		frame[i] = pattern(i, number);
	ether_addr_copy(eth->h_dest, backend_mac);
	ether_addr_copy(eth->h_source, guest_mac);
	eth->h_proto = htons(ETH_P_IP);
	*ip = (struct iphdr) {
		.version = 4,
		.ihl = sizeof(*ip) / 4,
		.tot_len = htons(len - sizeof(*eth)),
		.ttl = 64,
		.protocol = IPPROTO_ICMP,
		.saddr = guest_address,
		.daddr = other_address,
	};
	ip->check = ip_fast_csum(ip, ip->ihl);
	*icmp = (struct icmphdr) {
		.type = ICMP_ECHO,
		.un.echo.id = htons(ECHO_ID),
		.un.echo.sequence = htons(number),
	};
	icmp->checksum = ip_compute_csum(icmp, len - sizeof(*eth) -
						       sizeof(*ip));
}

int net_echo_check(const u8 *frame, unsigned int len)
{
	const struct ethhdr *eth = (const struct ethhdr *)frame;
	const struct iphdr *ip = (const struct iphdr *)(eth + 1);
	const struct icmphdr *icmp = (const struct icmphdr *)(ip + 1);
	unsigned int i;
	u16 number;

	if (len < NET_ECHO_HEADERS || eth->h_proto != htons(ETH_P_IP) ||
	    ip->protocol != IPPROTO_ICMP || ip->saddr != other_address ||
	    icmp->type != ICMP_ECHOREPLY ||
	    icmp->un.echo.id != htons(ECHO_ID) ||
	    ntohs(ip->tot_len) != len - sizeof(*eth))
		return -1;
	number = ntohs(icmp->un.echo.sequence);
	for (i = NET_ECHO_HEADERS; i < len; i++)
		if (frame[i] != pattern(i, number))
			return -1;
	return number;
}
