// SPDX-License-Identifier: GPL-2.0
/*
 * Domains: granters, with memory and a grant table.
 *
 * Status codes and the order of the checks are those of Xen 4.17,
 * xen/common/grant_table.c, for version 1 of the table.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "domain.h"
#include "hypercall.h"
#include "knob.h"

/* Four pages of version 1 entries. */
#define NR_GRANTS 2048

static LIST_HEAD(domains);

static void domain_free(struct xenmodel_domain *domain)
{
	if (domain->memory)
		free_pages_exact(domain->memory,
				 domain->nr_pages * PAGE_SIZE);
	/* The last unmapping may come from anywhere: nothing here sleeps. */
	kfree(domain->pages);
	kfree(domain->grants);
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

struct xenmodel_domain *xenmodel_domain_create(domid_t domid,
					       unsigned int nr_pages)
{
	struct xenmodel_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);
	unsigned long flags;

	if (!domain)
		return ERR_PTR(-ENOMEM);
	domain->domid = domid;
	domain->nr_pages = nr_pages;
	domain->nr_grants = NR_GRANTS;
	domain->next_ref = XENMODEL_FIRST_REF;
	domain->pages = kcalloc(nr_pages, sizeof(*domain->pages), GFP_KERNEL);
	domain->grants = kcalloc(NR_GRANTS, sizeof(*domain->grants), GFP_KERNEL);
	if (!domain->pages || !domain->grants || domain_populate(domain)) {
		domain_free(domain);
		return ERR_PTR(-ENOMEM);
	}
	flags = xenmodel_lock();
	list_add_tail(&domain->node, &domains);
	xenmodel_unlock(flags);
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

static bool pinned(const struct xenmodel_grant *grant)
{
	return memchr_inv(grant->pins, 0, sizeof(grant->pins));
}

static bool pinned_to_write(const struct xenmodel_grant *grant)
{
	return grant->pins[XENMODEL_PIN_WRITE] ||
	       grant->pins[XENMODEL_PIN_DEVICE_WRITE];
}

static grant_ref_t free_entry(const struct xenmodel_domain *domain)
{
	unsigned int ref;

	for (ref = domain->next_ref; ref < domain->nr_grants; ref++)
		if (!domain->grants[ref].page)
			return ref;
	for (ref = XENMODEL_FIRST_REF; ref < domain->next_ref; ref++)
		if (!domain->grants[ref].page)
			return ref;
	return 0;
}

void *xenmodel_memory_span(const struct xenmodel_domain *domain,
			   unsigned int index, unsigned int nr)
{
	if (index + nr > domain->nr_pages)
		return NULL;
	return page_address(domain->pages[index]);
}
EXPORT_SYMBOL_GPL(xenmodel_memory_span);

grant_ref_t xenmodel_grant(struct xenmodel_domain *domain, unsigned int index,
			   domid_t domid, bool readonly)
{
	unsigned long flags = xenmodel_lock();
	grant_ref_t ref = free_entry(domain);

	if (ref) {
		domain->grants[ref] = (struct xenmodel_grant) {
			.page = domain->pages[index],
			.domid = domid,
			.readonly = readonly,
		};
		domain->next_ref = ref + 1;
	}
	xenmodel_unlock(flags);
	return ref;
}
EXPORT_SYMBOL_GPL(xenmodel_grant);

int xenmodel_revoke(struct xenmodel_domain *domain, grant_ref_t ref)
{
	unsigned long flags = xenmodel_lock();
	int ret = pinned(&domain->grants[ref]) ? -EBUSY : 0;

	if (!ret)
		domain->grants[ref].page = NULL;
	xenmodel_unlock(flags);
	return ret;
}
EXPORT_SYMBOL_GPL(xenmodel_revoke);

unsigned int xenmodel_mapped(const struct xenmodel_domain *domain)
{
	return READ_ONCE(domain->mapped);
}
EXPORT_SYMBOL_GPL(xenmodel_mapped);

void xenmodel_page_out(struct xenmodel_domain *domain, grant_ref_t ref,
		       unsigned int times)
{
	unsigned long flags = xenmodel_lock();

	domain->grants[ref].absent = times;
	xenmodel_unlock(flags);
}
EXPORT_SYMBOL_GPL(xenmodel_page_out);

/* Xen counts each kind of pin in eight bits, and refuses from the highest on. */
static bool pinned_too_often(const struct xenmodel_grant *grant)
{
	unsigned int i;

	for (i = 0; i < XENMODEL_NR_PINS; i++)
		if (grant->pins[i] & 0x80)
			return true;
	return false;
}

static void pin_count(struct xenmodel_grant *grant, u32 flags, int by)
{
	bool readonly = flags & GNTMAP_readonly;

	if (flags & GNTMAP_host_map)
		grant->pins[readonly ? XENMODEL_PIN_READ
				     : XENMODEL_PIN_WRITE] += by;
	if (flags & GNTMAP_device_map)
		grant->pins[readonly ? XENMODEL_PIN_DEVICE_READ
				     : XENMODEL_PIN_DEVICE_WRITE] += by;
}

/* The first pin, and the first for writing, have to be permitted. */
static bool needs_permission(const struct xenmodel_grant *grant, u32 flags)
{
	return !pinned(grant) ||
	       (!(flags & GNTMAP_readonly) && !pinned_to_write(grant));
}

static int permitted(const struct xenmodel_grant *grant, u32 flags)
{
	/* An unused entry is one that permits nothing to nobody. */
	if (!grant->page || grant->offered ||
	    grant->domid != XENMODEL_LOCAL_DOMID)
		return GNTST_general_error;
	if (!(flags & GNTMAP_readonly) && grant->readonly)
		return GNTST_general_error;
	return GNTST_okay;
}

static int present(const struct xenmodel_domain *domain,
		   struct xenmodel_grant *grant)
{
	if (domain->dying)
		return GNTST_bad_page;
	if (!grant->absent)
		return GNTST_okay;
	grant->absent--;
	return GNTST_eagain;
}

int xenmodel_pin(struct xenmodel_domain *domain, grant_ref_t ref, u32 flags,
		 struct page **page)
{
	struct xenmodel_grant *grant;
	int ret = GNTST_okay;

	if (ref >= domain->nr_grants)
		return GNTST_bad_gntref;
	grant = &domain->grants[ref];

	if (pinned_too_often(grant))
		return GNTST_general_error;
	if (needs_permission(grant, flags))
		ret = permitted(grant, flags);
	if (!ret && !pinned(grant))
		ret = present(domain, grant);
	if (ret)
		return ret;

	pin_count(grant, flags, 1);
	*page = grant->page;
	return GNTST_okay;
}

/* Of a dying domain, not even what is pinned already can be copied. */
int xenmodel_pin_to_copy(struct xenmodel_domain *domain, grant_ref_t ref,
			 u32 flags, struct page **page)
{
	if (domain->dying && ref < domain->nr_grants &&
	    !needs_permission(&domain->grants[ref], flags))
		return GNTST_bad_domain;
	return xenmodel_pin(domain, ref, flags, page);
}

void xenmodel_unpin(struct xenmodel_domain *domain, grant_ref_t ref, u32 flags)
{
	pin_count(&domain->grants[ref], flags, -1);
}
