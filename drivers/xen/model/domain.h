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

struct page;

/* The domain that this kernel runs in: the mapper. */
#define XENMODEL_LOCAL_DOMID 0

/* References below are the toolstack's own. */
#define XENMODEL_FIRST_REF 8

/**
 * enum xenmodel_pin - what a granted page is pinned for
 * @XENMODEL_PIN_WRITE: a processor writes
 * @XENMODEL_PIN_READ: a processor reads
 * @XENMODEL_PIN_DEVICE_WRITE: a device writes
 * @XENMODEL_PIN_DEVICE_READ: a device reads
 * @XENMODEL_NR_PINS: how many there are
 */
enum xenmodel_pin {
	XENMODEL_PIN_WRITE,
	XENMODEL_PIN_READ,
	XENMODEL_PIN_DEVICE_WRITE,
	XENMODEL_PIN_DEVICE_READ,
	XENMODEL_NR_PINS
};

/**
 * struct xenmodel_grant - an entry of a grant table, and Xen's side of it
 * @page: the page granted, NULL if the entry is not in use
 * @domid: to whom
 * @readonly: not to be written
 * @pins: how often Xen has it pinned, for what
 * @absent: the page is paged out: so many operations get GNTST_eagain
 * @offered: not granted: @domid may transfer a page to the place of @page
 * @arrived: it has
 */
struct xenmodel_grant {
	struct page *page;
	domid_t domid;
	bool readonly;
	u8 pins[XENMODEL_NR_PINS];
	unsigned int absent;
	bool offered;
	bool arrived;
};

/**
 * struct xenmodel_domain - a granter, or a domain that pages are sent to
 * @node: in the list of all
 * @domid: its number
 * @memory: its memory
 * @pages: the same, page by page
 * @nr_pages: how much
 * @grants: its grant table
 * @nr_grants: entries that the table has room for
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
	struct xenmodel_grant *grants;
	unsigned int nr_grants;
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
 * xenmodel_grant() - grant a page
 * @domain: the granter
 * @index: which page of its
 * @domid: to whom
 * @readonly: without the right to write
 *
 * Return: the reference; 0 if the table is full.
 */
grant_ref_t xenmodel_grant(struct xenmodel_domain *domain, unsigned int index,
			   domid_t domid, bool readonly);

/**
 * xenmodel_revoke() - end a grant
 * @domain: the granter
 * @ref: its reference
 *
 * Return: 0 or -EBUSY, as long as it is mapped.
 */
int xenmodel_revoke(struct xenmodel_domain *domain, grant_ref_t ref);

/**
 * xenmodel_mapped() - pages of a domain that are mapped elsewhere
 * @domain: the granter
 *
 * Return: the number of mappings.
 */
unsigned int xenmodel_mapped(const struct xenmodel_domain *domain);

/**
 * xenmodel_page_out() - answer GNTST_eagain for a granted page
 * @domain: the granter
 * @ref: which grant
 * @times: how often, before the page is there again
 */
void xenmodel_page_out(struct xenmodel_domain *domain, grant_ref_t ref,
		       unsigned int times);

/*
 * For the model itself. The lock of hypercall.c is held. Flags are those of a
 * map operation, GNTMAP_...; a copy is made by a processor.
 */
struct xenmodel_domain *xenmodel_domain_find(domid_t domid);
int xenmodel_pin(struct xenmodel_domain *domain, grant_ref_t ref, u32 flags,
		 struct page **page);
int xenmodel_pin_to_copy(struct xenmodel_domain *domain, grant_ref_t ref,
			 u32 flags, struct page **page);
void xenmodel_unpin(struct xenmodel_domain *domain, grant_ref_t ref,
		    u32 flags);
void xenmodel_domain_unmapped(struct xenmodel_domain *domain);
unsigned int xenmodel_domains(void);

#endif /* _XENMODEL_DOMAIN_H */
