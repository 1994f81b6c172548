// SPDX-License-Identifier: GPL-2.0
/*
 * Grants pages: the guest's part where another domain maps or copies them.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include "transfer.h"

#define GRANT_MAX 1024

static struct page *granted[GRANT_MAX];
static grant_ref_t granted_refs[GRANT_MAX];
static unsigned int nr_granted;

static int grant_one(struct lab *lab, domid_t domid)
{
	struct page *page = alloc_page(GFP_KERNEL);
	int ref;

	if (!page)
		return -ENOMEM;
	lab_fill(page, 0, nr_granted);
	ref = gnttab_grant_foreign_access(domid, xen_page_to_gfn(page), 0);
	if (ref < 0) {
		__free_page(page);
		return ref;
	}
	granted[nr_granted] = page;
	granted_refs[nr_granted++] = ref;
	lab->refs[lab->nr_refs++] = ref;
	return 0;
}

int lab_grant(struct lab *lab, const unsigned int *args)
{
	int ret = 0;

	if (nr_granted || args[1] > GRANT_MAX)
		return -EINVAL;
	lab->nr_refs = 0;
	while (!ret && nr_granted < args[1])
		ret = grant_one(lab, args[0]);
	return ret;
}

/* What is still mapped is freed by the kernel when it no longer is. */
int lab_revoke(struct lab *lab, const unsigned int *args)
{
	while (nr_granted--)
		gnttab_end_foreign_access(granted_refs[nr_granted],
					  granted[nr_granted]);
	nr_granted = 0;
	return 0;
}
