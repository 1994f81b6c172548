// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/bits.h>
#include <linux/math.h>
#include "xencomm.h"

#define XENCOMM_MAGIC	0x58434F4D	/* "XCOM" */
#define XENCOMM_INLINE	BIT_ULL(63)

static size_t offset_in_its_page(const void *pointer)
{
	return (unsigned long)pointer & (XENGNT_IA64_PAGE_SIZE - 1);
}

static int describe(struct xengnt_xencomm *descriptor, const void *pointer,
		    size_t bytes)
{
	size_t offset = offset_in_its_page(pointer);
	unsigned int i, nr;

	nr = DIV_ROUND_UP(offset + bytes, XENGNT_IA64_PAGE_SIZE);
	for (i = 0; i < nr; i++) {
		if (!xengnt_ia64_mapped_address(pointer,
						&descriptor->address[i]))
			return -EFAULT;
		descriptor->address[i] += offset;
		pointer += XENGNT_IA64_PAGE_SIZE - offset;
		offset = 0;
	}
	descriptor->magic = XENCOMM_MAGIC;
	descriptor->nr_addrs = nr;
	return 0;
}

int xengnt_xencomm_handle(struct xengnt_xencomm *descriptor,
			  const void *pointer, size_t bytes, u64 *handle)
{
	int error;

	if (!pointer || !bytes) {
		*handle = 0;
		return 0;
	}
	if (xengnt_ia64_is_linear(pointer)) {
		*handle = xengnt_ia64_linear_address(pointer) | XENCOMM_INLINE;
		return 0;
	}
	if (!xengnt_ia64_is_mapped(pointer) ||
	    !xengnt_ia64_is_linear(descriptor))
		return -EFAULT;
	if (bytes > XENGNT_XENCOMM_MAX_BYTES)
		return -E2BIG;

	error = describe(descriptor, pointer, bytes);
	if (error)
		return error;

	*handle = xengnt_ia64_linear_address(descriptor);
	return 0;
}
