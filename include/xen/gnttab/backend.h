/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The architecture's half of the grant-table client library.
 */
#ifndef _XEN_GNTTAB_BACKEND_H
#define _XEN_GNTTAB_BACKEND_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct page;

/**
 * struct xengnt_backend - what an architecture must provide
 * @name: shown in the log and in debugfs
 * @mapaddr: translate a kernel virtual address of a mapping area into what
 *	Xen takes as the ``host_addr`` of a map or unmap operation. Any context.
 * @area_alloc: fill @pages with @nr pages that have no frame of their own
 *	behind them, so that a foreign frame can be mapped there. May sleep.
 *	0 or a negative errno, and then no page is held.
 * @area_free: give back what @area_alloc gave. No page may still be mapped.
 *	May sleep.
 * @map: run @nr map operations, one for each page, as one hypercall, and
 *	make the kernel's tables agree. May sleep: an operation that Xen
 *	answers with GNTST_eagain is repeated a bounded number of times. Every
 *	operation carries its own status; a negative errno means that none ran.
 * @unmap: run @nr unmap operations, one for each page, as one hypercall.
 *	Any context, hard interrupt included.
 * @copy: run @nr copy operations as one hypercall. Any context. GNTST_eagain
 *	is left to the caller.
 * @flush_group: unmap operations of one call that share one TLB flush
 *	(32 on x86 PV), 1 where every operation is invalidated by itself.
 * @copy_max: largest request, in bytes, that is cheaper to copy than to map
 *	and unmap when no CPU of this domain touches the data. The default of
 *	the module parameter ``copy_max``.
 *
 * Chosen once, when the library is loaded. The costs behind @flush_group and
 * @copy_max are explained in Documentation/cost.rst.
 */
struct xengnt_backend {
	const char *name;
	u64 (*mapaddr)(const void *vaddr);
	int (*area_alloc)(struct page **pages, unsigned int nr);
	void (*area_free)(struct page **pages, unsigned int nr);
	int (*map)(struct gnttab_map_grant_ref *ops, struct page **pages,
		   unsigned int nr);
	int (*unmap)(struct gnttab_unmap_grant_ref *ops, struct page **pages,
		     unsigned int nr);
	int (*copy)(struct gnttab_copy *ops, unsigned int nr);
	unsigned int flush_group;
	unsigned int copy_max;
};

/**
 * xengnt_backend_probe() - the backend for the domain that this kernel runs in
 *
 * Defined by the architecture. Called once, at load, in process context.
 *
 * Return: the backend, or NULL if this kernel is not a Xen guest or the
 * architecture has no backend for this kind of guest.
 */
const struct xengnt_backend *xengnt_backend_probe(void);

/**
 * xengnt_backend_get() - the backend in use
 *
 * Return: never NULL while the library is loaded.
 */
const struct xengnt_backend *xengnt_backend_get(void);

/*
 * The functions of the kernel's own grant-table code, in the shape that struct
 * xengnt_backend wants them: for a kernel that is built for Xen.
 */

/**
 * xengnt_kernel_area_alloc() - @area_alloc of struct xengnt_backend
 * @pages: filled with pages that a foreign frame can be mapped at
 * @nr: number of @pages
 *
 * Context: may sleep.
 *
 * Return: 0 or a negative errno, and then no page is held.
 */
int xengnt_kernel_area_alloc(struct page **pages, unsigned int nr);

/**
 * xengnt_kernel_area_free() - @area_free of struct xengnt_backend
 * @pages: from xengnt_kernel_area_alloc(), none of them mapped
 * @nr: number of @pages
 *
 * Context: may sleep.
 */
void xengnt_kernel_area_free(struct page **pages, unsigned int nr);

/**
 * xengnt_kernel_map() - @map of struct xengnt_backend
 * @ops: map operations; each gets its status and handle
 * @pages: where the frames appear, one for each of @ops
 * @nr: number of @ops
 *
 * Context: may sleep.
 *
 * Return: 0, or a negative errno if no operation ran.
 */
int xengnt_kernel_map(struct gnttab_map_grant_ref *ops, struct page **pages,
		      unsigned int nr);

/**
 * xengnt_kernel_unmap() - @unmap of struct xengnt_backend
 * @ops: unmap operations; each gets its status
 * @pages: where the frames were mapped, one for each of @ops
 * @nr: number of @ops
 *
 * Context: any, hard interrupt included.
 *
 * Return: 0, or a negative errno if no operation ran.
 */
int xengnt_kernel_unmap(struct gnttab_unmap_grant_ref *ops,
			struct page **pages, unsigned int nr);

/**
 * xengnt_kernel_copy() - @copy of struct xengnt_backend
 * @ops: copy operations; each gets its status
 * @nr: number of @ops
 *
 * Context: any, hard interrupt included.
 *
 * Return: 0, or a negative errno if no operation ran.
 */
int xengnt_kernel_copy(struct gnttab_copy *ops, unsigned int nr);

/* The backend of every guest whose memory Xen translates. */
extern const struct xengnt_backend xengnt_backend_autoxlat;

#endif /* _XEN_GNTTAB_BACKEND_H */
