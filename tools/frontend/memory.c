// SPDX-License-Identifier: GPL-2.0
#include <linux/crc32.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "granted.h"
#include "memory.h"
#include "odd.h"

static struct granted data, indirect;

void memory_destroy(void)
{
	odd_destroy();
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
	if (!ret)
		ret = odd_create(backend);
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

void *memory_indirect(unsigned int page)
{
	return granted_address(&indirect, page % MEMORY_INDIRECT);
}

void memory_fill(u8 seed)
{
	unsigned int i;

	for (i = 0; i < data.nr; i++)
		memset(granted_address(&data, i), seed + i, PAGE_SIZE);
	memset(odd_readonly(), seed, PAGE_SIZE);
}

u32 memory_sum(void)
{
	u32 sum = crc32_le(~0, odd_readonly(), PAGE_SIZE);
	unsigned int i;

	for (i = 0; i < data.nr; i++)
		sum = crc32_le(sum, granted_address(&data, i), PAGE_SIZE);
	return sum;
}
