// SPDX-License-Identifier: GPL-2.0
#include <linux/crc32.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#include "memory.h"

/* Of another guest, which need not exist. */
#define ELSEWHERE	0x7fe0

/* No table gets so long. */
#define BEYOND		0xfffffff0

/* A run of pages with a reference each; those that are 0 were not granted. */
struct granted {
	struct page *pages[MEMORY_DATA];
	u32 refs[MEMORY_DATA];
	unsigned int nr;
};

static struct granted data, indirect, odd;

int memory_grant(u16 domid, struct page *pages, unsigned int nr, bool readonly,
		 u32 *refs)
{
	unsigned int i;
	int ref;

	for (i = 0; i < nr; i++) {
		ref = gnttab_grant_foreign_access(domid,
						  xen_page_to_gfn(pages + i),
						  readonly);
		if (ref < 0)
			return ref;
		refs[i] = ref;
	}
	return 0;
}

static int grant_one(struct granted *to, u16 domid, bool readonly)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	int ret;

	if (!page)
		return -ENOMEM;
	ret = memory_grant(domid, page, 1, readonly, &to->refs[to->nr]);
	if (ret) {
		__free_page(page);
		return ret;
	}
	to->pages[to->nr++] = page;
	return 0;
}

static int grant_some(struct granted *to, unsigned int nr, u16 domid)
{
	int ret = 0;

	while (nr-- && !ret)
		ret = grant_one(to, domid, false);
	return ret;
}

/* Taken from the free references, and left as it is. */
static int take_unused(struct granted *to)
{
	grant_ref_t head;
	int ret = gnttab_alloc_grant_references(1, &head);

	if (!ret)
		to->refs[to->nr++] = gnttab_claim_grant_reference(&head);
	return ret;
}

/* The page goes when the backend has let go of it. */
static void give_back(struct granted *from)
{
	while (from->nr--) {
		struct page *page = from->pages[from->nr];

		if (page)
			gnttab_end_foreign_access(from->refs[from->nr], page);
		else
			gnttab_free_grant_reference(from->refs[from->nr]);
	}
	from->nr = 0;
}

void memory_destroy(void)
{
	give_back(&odd);
	give_back(&indirect);
	give_back(&data);
}

int memory_create(u16 backend)
{
	int ret;

	ret = grant_some(&data, MEMORY_DATA, backend);
	if (!ret)
		ret = grant_some(&indirect, MEMORY_INDIRECT, backend);
	/* In the order of enum memory_kind. */
	if (!ret)
		ret = grant_one(&odd, backend, true);
	if (!ret)
		ret = grant_one(&odd, ELSEWHERE, false);
	if (!ret)
		ret = take_unused(&odd);
	if (ret)
		memory_destroy();
	return ret;
}

u32 memory_data_ref(unsigned int page)
{
	return data.refs[page % MEMORY_DATA];
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
	return page_address(indirect.pages[page % MEMORY_INDIRECT]);
}

void memory_fill(u8 seed)
{
	unsigned int i;

	for (i = 0; i < MEMORY_DATA; i++)
		memset(page_address(data.pages[i]), seed + i, PAGE_SIZE);
	memset(page_address(odd.pages[MEMORY_READ_ONLY]), seed, PAGE_SIZE);
}

u32 memory_sum(void)
{
	u32 sum = crc32_le(~0, page_address(odd.pages[MEMORY_READ_ONLY]),
			   PAGE_SIZE);
	unsigned int i;

	for (i = 0; i < MEMORY_DATA; i++)
		sum = crc32_le(sum, page_address(data.pages[i]), PAGE_SIZE);
	return sum;
}
