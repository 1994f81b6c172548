// SPDX-License-Identifier: GPL-2.0
/*
 * LD_PRELOAD for User-mode Linux 6.1 on processors with a large register file.
 *
 * UML keeps 2696 bytes of extended processor state for each of its tasks. With
 * AMX the state has 11 KiB, and the kernel refuses to take a shorter one:
 * "ptrace set fp regs failed, errno = 14". Here a short state is completed with
 * the tail that the traced process has at that moment. UML's part comes first in
 * the layout and covers everything up to AVX-512 and PKRU; nothing inside UML
 * uses the tail.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>

/* sys/ptrace.h declares ptrace() with other types than UML calls it with. */
enum { GET_REGISTER_SET = 0x4204, SET_REGISTER_SET = 0x4205 };

typedef long ptrace_fn(long request, pid_t pid, void *addr, void *data);

static unsigned char whole[64 * 1024] __attribute__((aligned(64)));

static long set_whole_state(ptrace_fn *next, pid_t pid, void *kind,
			    struct iovec *given)
{
	struct iovec state = { whole, sizeof(whole) };
	long ret = next(GET_REGISTER_SET, pid, kind, &state);

	if (ret < 0)
		return ret;
	if (state.iov_len <= given->iov_len)
		return next(SET_REGISTER_SET, pid, kind, given);

	memcpy(whole, given->iov_base, given->iov_len);
	return next(SET_REGISTER_SET, pid, kind, &state);
}

long ptrace(long request, ...)
{
	static ptrace_fn *next;
	va_list args;
	pid_t pid;
	void *addr, *data;

	va_start(args, request);
	pid = va_arg(args, pid_t);
	addr = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);

	if (!next)
		next = (ptrace_fn *)dlsym(RTLD_NEXT, "ptrace");

	if (request == SET_REGISTER_SET && (uintptr_t)addr == NT_X86_XSTATE)
		return set_whole_state(next, pid, addr, data);
	return next(request, pid, addr, data);
}
