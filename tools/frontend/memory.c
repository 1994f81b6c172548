// SPDX-License-Identifier: GPL-2.0
#include <linux/crc32.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "granted.h"
#include "memory.h"

/* Of another guest, which need not exist. */
#define ELSEWHERE	0x7fe0

/* No table gets so long. */
#define BEYOND		0xfffffff0

static struct granted data, indirect, odd;

void memory_destroy(void)
{
	granted_give_back(&odd);
	granted_give_back(&indirect);
	granted_give_back(&data);
}

int memory_create(u16 backend, unsigned int pages)
{
	int ret;

	if (!pages || pages > GRANTED_MAX)
		return -EINVAL;
	ret = granted_add_some(&data, pages, backend);
	if (!ret)
		ret = granted_add_some(&indirect, MEMORY_INDIRECT, backend);
	/* In the order of enum memory_kind. */
	if (!ret)
		ret = granted_add(&odd, backend, true);
	if (!ret)
		ret = granted_add(&odd, ELSEWHERE, false);
	if (!ret)
		ret = granted_add_unused(&odd);
	if (ret)
		memory_destroy();
	return ret;
}

u32 memory_data_ref(unsigned int page)
{
	return data.refs[page % data.nr];
}

u32 memory_indirect_ref(unsigned int page)
{
	return indirect.refs[page % MEMORY_INDIRECT];
}

u32 memory_ref(enum memory_kind kind)
{
	return kind == MEMORY_BEYOND ? BEYOND : odd.refs[kind];
}

void *memory_indirect(unsigned int page)
{
	return granted_address(&indirect, page % MEMORY_INDIRECT);
}

void memory_fill(u8 seed)
{
	unsigned int i;

	for (i = 0; i < data.nr; i++)
		memset(granted_address(&data, i), seed + i, PAGE_SIZE);
	memset(granted_address(&odd, MEMORY_READ_ONLY), seed, PAGE_SIZE);
}

u32 memory_sum(void)
{
	u32 sum = crc32_le(~0, granted_address(&odd, MEMORY_READ_ONLY),
			   PAGE_SIZE);
	unsigned int i;

	for (i = 0; i < data.nr; i++)
		sum = crc32_le(sum, granted_address(&data, i), PAGE_SIZE);
	return sum;
}
