/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Grants, as the kernel of the domain that grants makes them.
 */
#ifndef _XENMODEL_GRANT_H
#define _XENMODEL_GRANT_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct xenmodel_domain;

/**
 * xenmodel_set_version() - change the layout of a domain's grant table
 * @domain: the granter
 * @version: 1 or 2
 *
 * All its grants are gone then.
 *
 * Return: 0, -EINVAL, or -EBUSY while anything of it is mapped.
 */
int xenmodel_set_version(struct xenmodel_domain *domain, unsigned int version);

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
 * xenmodel_grant_part() - grant a part of a page, for copying
 * @domain: the granter; its table is of version 2
 * @index: which page of its
 * @domid: to whom
 * @readonly: without the right to write
 * @offset: where the part begins
 * @bytes: how long it is
 *
 * Return: the reference; 0 if the table is full or of version 1.
 */
grant_ref_t xenmodel_grant_part(struct xenmodel_domain *domain,
				unsigned int index, domid_t domid,
				bool readonly, u16 offset, u16 bytes);

/**
 * xenmodel_hand_on() - grant what another domain has granted, for copying
 * @domain: the granter; its table is of version 2
 * @domid: to whom
 * @readonly: without the right to write
 * @from: the other domain
 * @ref: its grant to @domain
 *
 * Return: the reference; 0 if the table is full or of version 1.
 */
grant_ref_t xenmodel_hand_on(struct xenmodel_domain *domain, domid_t domid,
			     bool readonly, domid_t from, grant_ref_t ref);

/**
 * xenmodel_revoke() - end a grant
 * @domain: the granter
 * @ref: its reference
 *
 * With version 2 nobody new may use it then, even if it could not be ended.
 *
 * Return: 0 or -EBUSY, as long as it is mapped.
 */
int xenmodel_revoke(struct xenmodel_domain *domain, grant_ref_t ref);

/**
 * xenmodel_in_use() - what the granter sees of the use of a grant
 * @domain: the granter
 * @ref: its reference
 *
 * Return: GTF_reading, GTF_writing, both or none.
 */
u16 xenmodel_in_use(struct xenmodel_domain *domain, grant_ref_t ref);

/**
 * xenmodel_page_out() - answer GNTST_eagain for a granted page
 * @domain: the granter
 * @ref: which grant
 * @times: how often, before the page is there again
 */
void xenmodel_page_out(struct xenmodel_domain *domain, grant_ref_t ref,
		       unsigned int times);

/* For the model itself: an entry of kind GTF_..., 0 if the table is full. */
grant_ref_t xenmodel_entry_write(struct xenmodel_domain *domain,
				 unsigned int index, domid_t domid, u16 flags);

#endif /* _XENMODEL_GRANT_H */
