/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The grant table of the domain that this kernel runs in, and its references.
 */
#ifndef _XENMODEL_TABLE_H
#define _XENMODEL_TABLE_H

#include <xen/interface/grant_table.h>

struct page;

/**
 * xenmodel_table_version() - change the layout of the grant table
 * @version: 1, the default, or 2; while no reference is taken
 *
 * Return: 0 or -EINVAL.
 */
int xenmodel_table_version(unsigned int version);

/* References that the kernel has given out. */
unsigned int xenmodel_refs(void);

/* All references but @left are in use, by somebody else. */
void xenmodel_refs_limit(unsigned int left);

/*
 * For the model itself.
 */

int xenmodel_table_init(void);
void xenmodel_table_exit(void);

/* Is a frame one of the table? Its page then, or NULL. */
struct page *xenmodel_table_page(unsigned long mfn);

/* An entry as Xen sees it, NULL if there is none of that number. */
struct grant_entry_header *xenmodel_table_entry(grant_ref_t ref);
unsigned long xenmodel_table_frame(grant_ref_t ref);
void xenmodel_table_set_frame(grant_ref_t ref, unsigned long frame);

/* Hypercalls; the lock of hypercall.c is held. */
void xenmodel_setup_table(struct gnttab_setup_table *op);
void xenmodel_get_status_frames(struct gnttab_get_status_frames *op);
int xenmodel_set_own_version(struct gnttab_set_version *op);
int xenmodel_get_version(struct gnttab_get_version *op);

#endif /* _XENMODEL_TABLE_H */
