/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xencomm, as Xen/ia64 follows it: through the memory that the domain calls
 * physical.
 */
#ifndef _XENMODEL_XENCOMM_H
#define _XENMODEL_XENCOMM_H

#include <linux/types.h>

/* Bytes @skip to @skip + @bytes of what a handle stands for. 0 or -EFAULT. */
int xenmodel_xencomm_read(void *to, u64 handle, size_t skip, size_t bytes);
int xenmodel_xencomm_write(u64 handle, size_t skip, const void *from,
			   size_t bytes);

#endif /* _XENMODEL_XENCOMM_H */
