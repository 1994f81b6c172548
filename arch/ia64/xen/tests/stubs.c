// SPDX-License-Identifier: GPL-2.0
/*
 * In the place of hypercall.S: the numbers are the same, and so is what is
 * handed over.
 */
#include <xen/interface/xen.h>
#include <asm/xen/hypercall.h>
#include "../../../../drivers/xen/model/ia64.h"

long xengnt_ia64_hypercall_memory(unsigned long cmd, u64 handle)
{
	const unsigned long args[5] = { cmd, handle };

	return xenmodel_ia64_call(12, args);
}

long xengnt_ia64_hypercall_grant_table(unsigned long cmd, u64 handle,
				       unsigned long count)
{
	const unsigned long args[5] = { cmd, handle, count };

	return xenmodel_ia64_call(20, args);
}

long xengnt_ia64_hypercall_dom0vp(unsigned long op, unsigned long arg1,
				  unsigned long arg2, unsigned long arg3,
				  unsigned long arg4)
{
	const unsigned long args[5] = { op, arg1, arg2, arg3, arg4 };

	return xenmodel_ia64_call(48, args);
}
