/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Domains: granters, with memory and a grant table.
 */
#ifndef _XENMODEL_DOMAIN_H
#define _XENMODEL_DOMAIN_H

#include <linux/list.h>
#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>
#include "pin.h"
#include "shared.h"

struct page;

/* The domain that this kernel runs in: the mapper. */
#define XENMODEL_LOCAL_DOMID 0

/**
 * struct xenmodel_domain - a granter, or a domain that pages are sent to
 * @node: in the list of all
 * @domid: its number
 * @memory: its memory
 * @pages: the same, page by page
 * @nr_pages: how much
 * @shared: its grant table
 * @active: Xen's side of each entry
 * @taken: entries that the domain's kernel has given out
 * @next_ref: where to look for a free entry first
 * @mapped: handles that others hold on its pages
 * @dying: destroyed by the toolstack, and only kept by those handles
 * @room: pages that it may have besides those that it has
 */
struct xenmodel_domain {
	struct list_head node;
	domid_t domid;
	void *memory;
	struct page **pages;
	unsigned int nr_pages;
	struct xenmodel_shared shared;
	struct xenmodel_active *active;
	bool *taken;
	unsigned int next_ref;
	unsigned int mapped;
	bool dying;
	unsigned int room;
};

/**
 * xenmodel_domain_create() - a domain with memory
 * @domid: its number
 * @nr_pages: its memory, in pages, each filled with a pattern of its own
 *
 * Return: the domain or an ERR_PTR().
 */
struct xenmodel_domain *xenmodel_domain_create(domid_t domid,
					       unsigned int nr_pages);

/**
 * xenmodel_domain_destroy() - destroy it, as xl destroy does
 * @domain: a domain; not to be used again by the caller
 *
 * Its memory stays for as long as others have it mapped, and it answers as
 * Xen's dying domains do: what is mapped can be unmapped, and nothing else.
 */
void xenmodel_domain_destroy(struct xenmodel_domain *domain);

/**
 * xenmodel_memory() - a page of a domain, as the domain itself sees it
 * @domain: a domain
 * @index: which page
 *
 * Return: its address.
 */
void *xenmodel_memory(const struct xenmodel_domain *domain, unsigned int index);

/* The same of @nr pages that follow each other, or NULL: there are not so many. */
void *xenmodel_memory_span(const struct xenmodel_domain *domain,
			   unsigned int index, unsigned int nr);

/**
 * xenmodel_mapped() - pages of a domain that are mapped elsewhere
 * @domain: the granter
 *
 * Return: the number of mappings.
 */
unsigned int xenmodel_mapped(const struct xenmodel_domain *domain);

/*
 * For the model itself. The lock of hypercall.c is held.
 */
struct xenmodel_domain *xenmodel_domain_find(domid_t domid);
void xenmodel_domain_unmapped(struct xenmodel_domain *domain);

/* What the domain calls a page of its own in its grant table, and the way back. */
u64 xenmodel_page_frame(const struct xenmodel_domain *domain,
			unsigned int index);
struct page *xenmodel_frame_page(const struct xenmodel_domain *domain,
				 u64 frame);

/* Takes the lock itself. */
unsigned int xenmodel_domains(void);

#endif /* _XENMODEL_DOMAIN_H */
