// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attach.h"

int program_load(const struct code *code, bool frags)
{
	static char log[65536];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)code->insns,
		.insn_cnt = code->nr,
		.license = (uintptr_t)"GPL",
		.log_level = 1,
		.log_buf = (uintptr_t)log,
		.log_size = sizeof(log),
		.prog_flags = frags ? BPF_F_XDP_HAS_FRAGS : 0,
		.prog_name = "vifxdp",
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		err(1, "%sthe kernel does not take the program", log);
	return fd;
}

struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	struct rtattr xdp;
	struct rtattr fd_header;
	int32_t fd;
	struct rtattr flags_header;
	uint32_t flags;
};

/* What the kernel says about an error, in words. */
static const char *words(const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);
	unsigned int rest = header->nlmsg_len - NLMSG_LENGTH(sizeof(*error));
	const struct rtattr *attr = (const void *)(error + 1);

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return "";
	for (; RTA_OK(attr, rest); attr = RTA_NEXT(attr, rest))
		if (attr->rta_type == NLMSGERR_ATTR_MSG)
			return RTA_DATA(attr);
	return "";
}

static void ask(int sock, const struct request *request)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[4096];
	} answer = {};
	ssize_t got;

	if (send(sock, request, sizeof(*request), 0) != sizeof(*request))
		err(1, "netlink");
	got = recv(sock, &answer, sizeof(answer), 0);
	if (got < (ssize_t)NLMSG_LENGTH(sizeof(answer.error)) ||
	    answer.header.nlmsg_type != NLMSG_ERROR)
		errx(1, "netlink: no answer");
	errno = -answer.error.error;
	if (errno)
		err(1, "%s", words(&answer.header));
}

void program_attach(unsigned int interface, int program)
{
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct request request = {
		.header.nlmsg_len = sizeof(request),
		.header.nlmsg_type = RTM_SETLINK,
		.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.link.ifi_index = interface,
		.xdp.rta_len = sizeof(request) -
			       offsetof(struct request, xdp),
		.xdp.rta_type = IFLA_XDP | NLA_F_NESTED,
		.fd_header.rta_len = RTA_LENGTH(sizeof(request.fd)),
		.fd_header.rta_type = IFLA_XDP_FD,
		.fd = program,
		.flags_header.rta_len = RTA_LENGTH(sizeof(request.flags)),
		.flags_header.rta_type = IFLA_XDP_FLAGS,
		.flags = XDP_FLAGS_DRV_MODE,
	};
	int one = 1;

	if (sock < 0 ||
	    setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    setsockopt(sock, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one)))
		err(1, "netlink");
	ask(sock, &request);
	close(sock);
}
