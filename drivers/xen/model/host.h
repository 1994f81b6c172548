/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System calls of the host that User-mode Linux is a process of.
 */
#ifndef _XENMODEL_HOST_H
#define _XENMODEL_HOST_H

#include <linux/types.h>

/* Exported by UML from the C library of the host. -1 is an error. */
long syscall(long number, ...);

/* Not in the kernel's own headers, because only a caller needs them. */
#define HOST_SYS_MPROTECT	10
#define HOST_SYS_MUNMAP		11
#define HOST_SYS_MREMAP		25

#define HOST_PROT_NONE		0
#define HOST_PROT_READ		1
#define HOST_PROT_WRITE		2

#define HOST_MREMAP_MAYMOVE	1
#define HOST_MREMAP_FIXED	2

#endif /* _XENMODEL_HOST_H */
