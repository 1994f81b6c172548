/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Xen's side of a granted page: what it is pinned for. The lock of hypercall.c
 * is held.
 */
#ifndef _XENMODEL_PIN_H
#define _XENMODEL_PIN_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct page;
struct xenmodel_domain;

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
 * struct xenmodel_active - what Xen knows of an entry besides what stands there
 * @pins: how often it is pinned, for what. All below was found out at the first
 *	pin, and stays whatever becomes of the entry.
 * @page: the page granted
 * @domid: to whom
 * @is_part: of a page, or another domain's
 * @offset: where the part begins
 * @bytes: its length
 * @via: the domain whose grant is handed on, or NULL
 * @via_ref: that grant
 * @absent: the page is paged out: so many operations get GNTST_eagain
 */
struct xenmodel_active {
	u8 pins[XENMODEL_NR_PINS];
	struct page *page;
	domid_t domid;
	bool is_part;
	u16 offset;
	u16 bytes;
	struct xenmodel_domain *via;
	grant_ref_t via_ref;
	unsigned int absent;
};

/* What of a page may be copied. */
struct xenmodel_view {
	struct page *page;
	u16 offset;
	u16 bytes;
};

bool xenmodel_pinned(const struct xenmodel_active *active);

/* @flags are those of a map operation, GNTMAP_... */
int xenmodel_pin(struct xenmodel_domain *domain, grant_ref_t ref, u32 flags,
		 struct page **page);
void xenmodel_unpin(struct xenmodel_domain *domain, grant_ref_t ref,
		    u32 flags);

int xenmodel_pin_to_copy(struct xenmodel_domain *domain, grant_ref_t ref,
			 bool readonly, struct xenmodel_view *view);
void xenmodel_unpin_copied(struct xenmodel_domain *domain, grant_ref_t ref,
			   bool readonly);

#endif /* _XENMODEL_PIN_H */
