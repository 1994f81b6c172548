// SPDX-License-Identifier: GPL-2.0
/*
 * Domains: granters, with memory and a grant table.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "domain.h"
#include "grant.h"
#include "hypercall.h"
#include "knob.h"
#include "tlb.h"

static unsigned int guest_version = 1;
module_param(guest_version, uint, 0444);
MODULE_PARM_DESC(guest_version,
		 "version of the grant tables of new domains: 1 or 2 (default 1)");

/* Pages of a grant table. */
#define TABLE_FRAMES 8

/*
 * What domains call their first page. It needs more than 32 bits where it can
 * have them, to see that all of them are read.
 */
#define FIRST_FRAME_V1	0x300000UL
#define FIRST_FRAME_V2	0x7300000000UL

static LIST_HEAD(domains);

static void domain_free(struct xenmodel_domain *domain)
{
	if (domain->memory) {
		xenmodel_tlb_check_frames(virt_to_page(domain->memory),
					  domain->nr_pages);
		free_pages_exact(domain->memory,
				 domain->nr_pages * PAGE_SIZE);
	}
	/* The last unmapping may come from anywhere: nothing here sleeps. */
	kfree(domain->pages);
	kfree(domain->active);
	kfree(domain->taken);
	xenmodel_shared_exit(&domain->shared);
	kfree(domain);
}

static int domain_populate(struct xenmodel_domain *domain)
{
	unsigned int i;

	/* One piece, so that what spans pages is simple to write to. */
	domain->memory = alloc_pages_exact(domain->nr_pages * PAGE_SIZE,
					   GFP_KERNEL);
	if (!domain->memory)
		return -ENOMEM;
	for (i = 0; i < domain->nr_pages; i++) {
		domain->pages[i] = virt_to_page(domain->memory + i * PAGE_SIZE);
		/* Not what another page, or a page of nobody's, would hold. */
		memset(page_address(domain->pages[i]),
		       0x40 + (domain->domid * 7 + i) % 0x80, PAGE_SIZE);
	}
	return 0;
}

static int domain_fill(struct xenmodel_domain *domain)
{
	unsigned int refs;

	if (xenmodel_shared_init(&domain->shared, TABLE_FRAMES))
		return -ENOMEM;
	/* No layout has more entries than the one that it starts with. */
	refs = xenmodel_shared_refs(&domain->shared);
	domain->pages = kcalloc(domain->nr_pages, sizeof(*domain->pages),
				GFP_KERNEL);
	domain->active = kcalloc(refs, sizeof(*domain->active), GFP_KERNEL);
	domain->taken = kcalloc(refs, sizeof(*domain->taken), GFP_KERNEL);
	if (!domain->pages || !domain->active || !domain->taken)
		return -ENOMEM;
	return domain_populate(domain);
}

struct xenmodel_domain *xenmodel_domain_create(domid_t domid,
					       unsigned int nr_pages)
{
	struct xenmodel_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);
	unsigned long flags;

	if (!domain)
		return ERR_PTR(-ENOMEM);
	domain->domid = domid;
	domain->nr_pages = nr_pages;
	domain->next_ref = XENMODEL_RESERVED_REFS;
	if (domain_fill(domain)) {
		domain_free(domain);
		return ERR_PTR(-ENOMEM);
	}
	flags = xenmodel_lock();
	list_add_tail(&domain->node, &domains);
	xenmodel_unlock(flags);
	xenmodel_set_version(domain, guest_version);
	return domain;
}
EXPORT_SYMBOL_GPL(xenmodel_domain_create);

void xenmodel_domain_destroy(struct xenmodel_domain *domain)
{
	unsigned long flags = xenmodel_lock();
	bool gone = !domain->mapped;

	domain->dying = true;
	if (gone)
		list_del(&domain->node);
	xenmodel_unlock(flags);
	if (gone)
		domain_free(domain);
}
EXPORT_SYMBOL_GPL(xenmodel_domain_destroy);

void xenmodel_domain_unmapped(struct xenmodel_domain *domain)
{
	domain->mapped--;
	if (!domain->dying || domain->mapped)
		return;
	list_del(&domain->node);
	domain_free(domain);
}

struct xenmodel_domain *xenmodel_domain_find(domid_t domid)
{
	struct xenmodel_domain *domain;

	list_for_each_entry(domain, &domains, node)
		if (domain->domid == domid)
			return domain;
	return NULL;
}

unsigned int xenmodel_domains(void)
{
	unsigned long flags = xenmodel_lock();
	struct xenmodel_domain *domain;
	unsigned int nr = 0;

	list_for_each_entry(domain, &domains, node)
		nr++;
	xenmodel_unlock(flags);
	return nr;
}

void *xenmodel_memory(const struct xenmodel_domain *domain, unsigned int index)
{
	return page_address(domain->pages[index]);
}
EXPORT_SYMBOL_GPL(xenmodel_memory);

void *xenmodel_memory_span(const struct xenmodel_domain *domain,
			   unsigned int index, unsigned int nr)
{
	if (index + nr > domain->nr_pages)
		return NULL;
	return page_address(domain->pages[index]);
}
EXPORT_SYMBOL_GPL(xenmodel_memory_span);

unsigned int xenmodel_mapped(const struct xenmodel_domain *domain)
{
	return READ_ONCE(domain->mapped);
}
EXPORT_SYMBOL_GPL(xenmodel_mapped);

static u64 first_frame(const struct xenmodel_domain *domain)
{
	return domain->shared.version == 2 ? FIRST_FRAME_V2 : FIRST_FRAME_V1;
}

u64 xenmodel_page_frame(const struct xenmodel_domain *domain,
			unsigned int index)
{
	return first_frame(domain) + index;
}

struct page *xenmodel_frame_page(const struct xenmodel_domain *domain,
				 u64 frame)
{
	if (frame - first_frame(domain) >= domain->nr_pages)
		return NULL;
	return domain->pages[frame - first_frame(domain)];
}
