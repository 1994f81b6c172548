/* SPDX-License-Identifier: GPL-2.0 */
/* Pages of the guest, and their grants. */
#ifndef XEN_FRONTEND_GRANTED_H
#define XEN_FRONTEND_GRANTED_H

#include <linux/types.h>

struct page;

#define GRANTED_MAX	256

/* A run of pages with a reference each; those that are NULL were not granted. */
struct granted {
	struct page *pages[GRANTED_MAX];
	u32 refs[GRANTED_MAX];
	unsigned int nr;
};

/*
 * Grant pages next to each other to a domain; each is to be given back with
 * gnttab_end_foreign_access(). Return: 0 or a negative errno.
 */
int granted_pages(u16 domid, struct page *pages, unsigned int nr, bool readonly,
		  u32 *refs);

/* Append a page, or several, that the domain may use. */
int granted_add(struct granted *to, u16 domid, bool readonly);
int granted_add_some(struct granted *to, unsigned int nr, u16 domid);

/* Append a reference out of the free ones, and leave it as it is. */
int granted_add_unused(struct granted *to);

/* All of them; a page goes when the backend has let go of it. */
void granted_give_back(struct granted *from);

void *granted_address(const struct granted *granted, unsigned int index);

#endif
