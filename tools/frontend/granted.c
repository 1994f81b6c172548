// SPDX-License-Identifier: GPL-2.0
#include <linux/gfp.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#include "granted.h"

int granted_pages(u16 domid, struct page *pages, unsigned int nr, bool readonly,
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

int granted_add(struct granted *to, u16 domid, bool readonly)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	int ret;

	if (!page)
		return -ENOMEM;
	ret = granted_pages(domid, page, 1, readonly, &to->refs[to->nr]);
	if (ret) {
		__free_page(page);
		return ret;
	}
	to->pages[to->nr++] = page;
	return 0;
}

int granted_add_some(struct granted *to, unsigned int nr, u16 domid)
{
	int ret = 0;

	while (nr-- && !ret)
		ret = granted_add(to, domid, false);
	return ret;
}

int granted_add_unused(struct granted *to)
{
	grant_ref_t head;
	int ret = gnttab_alloc_grant_references(1, &head);

	if (!ret)
		to->refs[to->nr++] = gnttab_claim_grant_reference(&head);
	return ret;
}

void granted_give_back(struct granted *from)
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

void *granted_address(const struct granted *granted, unsigned int index)
{
	return page_address(granted->pages[index]);
}
