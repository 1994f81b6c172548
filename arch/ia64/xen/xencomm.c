// SPDX-License-Identifier: GPL-2.0
#include <linux/io.h>
#include <linux/vmalloc.h>
#include <asm/page.h>
#include "xencomm.h"

#define XENCOMM_MAGIC	0x58434F4D	/* "XCOM" */
#define XENCOMM_INLINE	BIT_ULL(63)

static bool identity_mapped(const void *pointer)
{
	return REGION_NUMBER(pointer) == RGN_KERNEL;
}

/*
 * Region 5 holds what is mapped page by page, a module's static data included;
 * is_vmalloc_or_module_addr(), which would say so, is not exported.
 */
static int page_address_of(const void *pointer, u64 *address)
{
	struct page *page;

	if (REGION_NUMBER(pointer) != RGN_GATE)
		return -EFAULT;

	page = vmalloc_to_page(pointer);
	if (!page)
		return -EFAULT;

	*address = page_to_phys(page) + offset_in_page(pointer);
	return 0;
}

static int describe(struct xengnt_xencomm *descriptor, const void *pointer,
		    size_t bytes)
{
	size_t offset = offset_in_page(pointer);
	unsigned int i, nr = DIV_ROUND_UP(offset + bytes, PAGE_SIZE);
	int error;

	for (i = 0; i < nr; i++) {
		error = page_address_of(pointer, &descriptor->address[i]);
		if (error)
			return error;
		pointer += PAGE_SIZE - offset_in_page(pointer);
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
	if (identity_mapped(pointer)) {
		*handle = virt_to_phys((void *)pointer) | XENCOMM_INLINE;
		return 0;
	}
	if (bytes > XENGNT_XENCOMM_MAX_BYTES)
		return -E2BIG;

	error = describe(descriptor, pointer, bytes);
	if (error)
		return error;

	*handle = virt_to_phys(descriptor);
	return 0;
}
