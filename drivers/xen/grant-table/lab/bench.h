/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Grant operations between two marks: the library's, and the kernel's own.
 */
#ifndef _XENGNT_LAB_BENCH_H
#define _XENGNT_LAB_BENCH_H

#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct lab;
struct page;

/**
 * struct bench - one measured interval
 * @lab: where the references are
 * @domid: whose they are
 * @pages: what is mapped, copied to or sent, a page a slot
 * @nr_slots: how many pages there are
 * @next: the slot that is next
 * @nr: slots of one round
 * @data: of what is measured
 */
struct bench {
	struct lab *lab;
	domid_t domid;
	struct page **pages;
	unsigned int nr_slots;
	unsigned int next;
	unsigned int nr;
	void *data;
};

/**
 * struct bench_kind - what is measured
 * @once: a slot is used once, and its reference too
 * @begin: allocate @pages and @data
 * @round: do it to @nr slots from @next on
 * @finish: all that a round may have left undone; may be NULL
 * @end: free what @begin allocated; also after it has failed
 */
struct bench_kind {
	bool once;
	int (*begin)(struct bench *b);
	int (*round)(struct bench *b);
	int (*finish)(struct bench *b);
	void (*end)(struct bench *b);
};

extern const struct bench_kind bench_map_kernel;
extern const struct bench_kind bench_map;
extern const struct bench_kind bench_map_queued;
extern const struct bench_kind bench_copy_kernel;
extern const struct bench_kind bench_copy;
extern const struct bench_kind bench_transfer;

grant_ref_t bench_ref(const struct bench *b, unsigned int i);

/* The pages could not all be had: there are none. */
static inline int bench_pages(struct bench *b, int ret)
{
	if (ret)
		b->pages[0] = NULL;
	return ret;
}

#endif /* _XENGNT_LAB_BENCH_H */
