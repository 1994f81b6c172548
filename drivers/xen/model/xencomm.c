// SPDX-License-Identifier: GPL-2.0
/*
 * xencomm, as Xen/ia64 follows it.
 */
#include <linux/align.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>
#include "ia64.h"
#include "knob.h"
#include "xencomm.h"

#define MAGIC		0x58434F4D
#define INLINE		BIT_ULL(63)
#define INLINE_MASK	GENMASK_ULL(63, 59)
#define HOLE		(~0ULL)

struct descriptor {
	u32 magic;
	u32 nr_addrs;
	u64 address[];
};

/**
 * struct walk - how far the bytes have been followed
 * @buffer: ours
 * @skip: bytes to leave out before
 * @left: bytes to go
 * @write: into the domain
 */
struct walk {
	u8 *buffer;
	size_t skip;
	size_t left;
	bool write;
};

/* Up to the end of the page. Xen panics over a page of another domain. */
static int walk_page(struct walk *walk, u64 address)
{
	size_t here = XENMODEL_IA64_PAGE_SIZE -
		      (address & (XENMODEL_IA64_PAGE_SIZE - 1));
	size_t skip = min(walk->skip, here);
	size_t bytes = min(walk->left, here - skip);
	void *at;

	walk->skip -= skip;
	if (!bytes)
		return 0;
	if (xenmodel_ia64_state(address >> XENMODEL_IA64_PAGE_SHIFT) ==
	    XENMODEL_IA64_FOREIGN) {
		xenmodel_violation("xencomm leads to a page of another domain: %llx",
				   address);
		return -EFAULT;
	}
	if (xenmodel_ia64_state(address >> XENMODEL_IA64_PAGE_SHIFT) !=
	    XENMODEL_IA64_OWN)
		return -EFAULT;
	at = __va(address + skip);
	if (walk->write)
		memcpy(at, walk->buffer, bytes);
	else
		memcpy(walk->buffer, at, bytes);
	walk->buffer += bytes;
	walk->left -= bytes;
	return 0;
}

static int walk_inline(struct walk *walk, u64 address)
{
	int ret = 0;

	while (!ret && walk->left) {
		ret = walk_page(walk, address);
		address = ALIGN_DOWN(address, XENMODEL_IA64_PAGE_SIZE) +
			  XENMODEL_IA64_PAGE_SIZE;
	}
	return ret;
}

/*
 * Old versions of Xen read all of a descriptor through the address of its
 * begin, so it must not go beyond the end of its page.
 */
static const struct descriptor *descriptor_at(u64 address)
{
	u64 offset = address & (XENMODEL_IA64_PAGE_SIZE - 1);
	const struct descriptor *descriptor;

	if (!IS_ALIGNED(address, 8) ||
	    xenmodel_ia64_state(address >> XENMODEL_IA64_PAGE_SHIFT) !=
		    XENMODEL_IA64_OWN)
		return NULL;
	descriptor = __va(address);
	if (offset + sizeof(*descriptor) > XENMODEL_IA64_PAGE_SIZE ||
	    descriptor->magic != MAGIC)
		return NULL;
	if (offset + struct_size(descriptor, address, descriptor->nr_addrs) >
	    XENMODEL_IA64_PAGE_SIZE) {
		xenmodel_violation("a xencomm descriptor goes beyond its page: %llx",
				   address);
		return NULL;
	}
	return descriptor;
}

static int walk_descriptor(struct walk *walk, u64 address)
{
	const struct descriptor *descriptor = descriptor_at(address);
	unsigned int i;
	int ret = 0;

	if (!descriptor)
		return -EFAULT;
	for (i = 0; !ret && walk->left && i < descriptor->nr_addrs; i++)
		if (descriptor->address[i] != HOLE)
			ret = walk_page(walk, descriptor->address[i]);
	return ret;
}

static int walk_handle(struct walk *walk, u64 handle)
{
	int ret;

	if ((handle & INLINE_MASK) == INLINE)
		ret = walk_inline(walk, handle & ~INLINE_MASK);
	else
		ret = walk_descriptor(walk, handle);
	return ret ?: (walk->left ? -EFAULT : 0);
}

int xenmodel_xencomm_read(void *to, u64 handle, size_t skip, size_t bytes)
{
	struct walk walk = { .buffer = to, .skip = skip, .left = bytes };

	return walk_handle(&walk, handle);
}
EXPORT_SYMBOL_GPL(xenmodel_xencomm_read);

int xenmodel_xencomm_write(u64 handle, size_t skip, const void *from,
			   size_t bytes)
{
	struct walk walk = {
		.buffer = (void *)from,
		.skip = skip,
		.left = bytes,
		.write = true,
	};

	return walk_handle(&walk, handle);
}
EXPORT_SYMBOL_GPL(xenmodel_xencomm_write);
