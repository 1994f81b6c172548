// SPDX-License-Identifier: GPL-2.0
/*
 * The granter of the table on real Xen: loaded in a guest, it grants a page
 * of each kind and shows the references.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xen.h>
#include "conform.h"

static ushort to;
module_param(to, ushort, 0444);
MODULE_PARM_DESC(to, "the domain that may use the grants (default 0)");

static int refs[CONFORM_NR_GRANTS];
static unsigned int nr_refs = CONFORM_NR_GRANTS;
module_param_array(refs, int, &nr_refs, 0444);
MODULE_PARM_DESC(refs, "the grants, in the order of enum conform_ref");

static struct page *pages[CONFORM_NR_GRANTS];

static int grant_page(enum conform_ref ref)
{
	domid_t domid = ref == CONFORM_ELSEWHERE ?
			CONFORM_ELSEWHERE_DOMID : to;

	pages[ref] = alloc_page(GFP_KERNEL);
	if (!pages[ref])
		return -ENOMEM;
	memset(page_address(pages[ref]), CONFORM_PATTERN(ref), PAGE_SIZE);
	return gnttab_grant_foreign_access(domid, xen_page_to_gfn(pages[ref]),
					   ref == CONFORM_READONLY);
}

/* A reference is taken from the free ones, and its entry stays as it is. */
static int take_unused(grant_ref_t *head)
{
	int ret = gnttab_alloc_grant_references(1, head);

	return ret ?: gnttab_claim_grant_reference(head);
}

static void granter_undo(void)
{
	unsigned int i;

	for (i = 0; i < CONFORM_NR_GRANTS; i++) {
		if (pages[i] && refs[i] > 0)
			gnttab_end_foreign_access(refs[i], pages[i]);
		else if (pages[i])
			__free_page(pages[i]);
		else if (refs[i] > 0)
			gnttab_free_grant_reference(refs[i]);
	}
}

static int __init conform_granter_init(void)
{
	grant_ref_t head;
	unsigned int i;

	if (!xen_domain())
		return -ENODEV;
	for (i = 0; i < CONFORM_NR_GRANTS; i++) {
		refs[i] = i == CONFORM_UNUSED ? take_unused(&head)
					      : grant_page(i);
		if (refs[i] > 0)
			continue;
		granter_undo();
		return -ENOMEM;
	}
	return 0;
}

static void __exit conform_granter_exit(void)
{
	granter_undo();
}

module_init(conform_granter_init);
module_exit(conform_granter_exit);

MODULE_DESCRIPTION("Grants pages for the comparison of the model with Xen");
MODULE_LICENSE("GPL");
