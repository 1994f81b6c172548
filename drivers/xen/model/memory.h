/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of the domain that this kernel runs in: which frame is behind
 * which page.
 */
#ifndef _XENMODEL_MEMORY_H
#define _XENMODEL_MEMORY_H

#include <linux/types.h>

struct page;

/**
 * struct xenmodel_frame - a machine frame of a PV guest, on its way
 * @mfn: its number; none is ever used twice
 * @pfn: what the M2P says
 * @used: it has been mapped
 * @content: what it holds while it is mapped nowhere
 *
 * Frames that have always been where they are need no such record.
 */
struct xenmodel_frame {
	unsigned long mfn;
	unsigned long pfn;
	bool used;
	void *content;
};

/**
 * xenmodel_room() - pages that the domain may have besides those that it has
 *
 * A domain may not grow above what it started with.
 *
 * Return: the number.
 */
long xenmodel_room(void);

/**
 * xenmodel_room_add() - let the domain have more or fewer pages
 * @n: how many; what a suite adds it has to take away again
 */
void xenmodel_room_add(long n);

/**
 * xenmodel_m2p_forgets() - Xen leaves the M2P of received frames to the guest
 * @forgets: as it once did; by default it sets the M2P
 */
void xenmodel_m2p_forgets(bool forgets);

/*
 * For the model itself.
 */

unsigned int xenmodel_pages_missing(void);

void xenmodel_memory_exit(void);

/* The frame that a page of a PV guest has at first. */
unsigned long xenmodel_first_frame(unsigned long pfn);

/* A frame of the domain's that is mapped nowhere, or NULL. */
struct xenmodel_frame *xenmodel_frame_find(unsigned long mfn);

/* It belongs to the domain no longer. */
void xenmodel_frame_leave(struct xenmodel_frame *frame);

/*
 * A frame comes to the domain for the page @pfn, with the content of a page
 * that was sent, or from Xen's own stock. Returns its number.
 */
unsigned long xenmodel_frame_arrive(unsigned long pfn, const void *content);

/*
 * The frame behind page @pfn of a PV guest moves to the place of a mapping, with
 * what it holds, in one step. Tables of the guest's are the guest's business.
 */
int xenmodel_page_move(unsigned long pfn, struct page *to);

/* Where Xen translates: take a page's memory away, or put some there. */
int xenmodel_page_hide(unsigned long pfn);
int xenmodel_page_show(unsigned long pfn, const void *content);

#endif /* _XENMODEL_MEMORY_H */
