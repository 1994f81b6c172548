// SPDX-License-Identifier: GPL-2.0
/*
 * vifxdp: a native program (XDP) for the interface of a guest.
 *
 * It needs nothing but the kernel: no compiler, no library, no file system of
 * programs. The program stays when this one has ended, until the interface goes.
 */
#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "programs.h"

static const char usage_text[] =
	"usage: vifxdp filter INTERFACE MAC IPV4 [IPV6]\n"
	"       vifxdp reflect INTERFACE\n"
	"       vifxdp redirect INTERFACE OTHER\n"
	"       vifxdp off INTERFACE\n"
	"\n"
	"  filter    drop what the guest sends from other addresses than these;\n"
	"            no other protocols than IP and ARP, no IPv6 without an address\n"
	"  reflect   send everything back to the guest\n"
	"  redirect  send everything out of the interface OTHER\n"
	"  off       no program\n"
	"\n"
	"With VIFXDP_FRAGS=no in the environment the program is loaded as one that\n"
	"cannot read packets with fragments.\n";

static unsigned int interface(const char *name)
{
	unsigned int index = if_nametoindex(name);

	if (!index)
		err(1, "%s", name);
	return index;
}

static void parse_owner(struct owner *owner, char **words)
{
	if (!ether_aton_r(words[0], &owner->mac))
		errx(1, "'%s' is no Ethernet address", words[0]);
	if (inet_pton(AF_INET, words[1], &owner->ipv4) != 1)
		errx(1, "'%s' is no IPv4 address", words[1]);
	owner->has_ipv6 = words[2];
	if (words[2] && inet_pton(AF_INET6, words[2], &owner->ipv6) != 1)
		errx(1, "'%s' is no IPv6 address", words[2]);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "", *frags;
	struct owner owner = {};
	struct code code;
	int fd = -1;

	if (!strcmp(verb, "filter") && (argc == 5 || argc == 6)) {
		parse_owner(&owner, argv + 3);
		program_filter(&code, &owner);
	} else if (!strcmp(verb, "reflect") && argc == 3) {
		program_reflect(&code);
	} else if (!strcmp(verb, "redirect") && argc == 4) {
		program_redirect(&code, interface(argv[3]));
	} else if (strcmp(verb, "off") || argc != 3) {
		fputs(usage_text, argc == 2 && !strcmp(argv[1], "--help") ?
		      stdout : stderr);
		return argc == 2 && !strcmp(argv[1], "--help") ? 0 : 2;
	}
	if (strcmp(verb, "off")) {
		frags = getenv("VIFXDP_FRAGS");
		fd = program_load(&code, !frags || strcmp(frags, "no"));
	}
	program_attach(interface(argv[2]), fd);
	return 0;
}
