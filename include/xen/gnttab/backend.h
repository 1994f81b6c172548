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
struct xengnt_p2m_source;

/* In an array of frames: no memory is behind this page. */
#define XENGNT_NO_FRAME (~(xen_pfn_t)0)

/**
 * DOC: Example of a backend
 *
 * The least that a domain must have whose memory Xen translates. It cannot
 * send or receive pages::
 *
 *	static u64 example_mapaddr(const void *vaddr)
 *	{
 *		return virt_to_phys((void *)vaddr);
 *	}
 *
 *	const struct xengnt_backend example_backend = {
 *		.name = "example",
 *		.mapaddr = example_mapaddr,
 *		.area_alloc = xengnt_kernel_area_alloc,
 *		.area_free = xengnt_kernel_area_free,
 *		.map = xengnt_kernel_map,
 *		.unmap = xengnt_kernel_unmap,
 *		.copy = xengnt_kernel_copy,
 *		.p2m = &xengnt_p2m_same,
 *		.flush_group = 1,
 *		.copy_max = UINT_MAX,
 *	};
 */

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
 * @map_now: as @map, but GNTST_eagain is left to the caller. Any context. NULL
 *	where Xen cannot replace a mapping in one step; then the three that
 *	follow are not called either.
 * @replace: copy what is mapped in @page to @with, an ordinary page, put the
 *	memory of @with behind @page in one step, and make the kernel's tables
 *	agree: @page is ordinary then, and @with has no memory. The pin of
 *	@handle stays. 0, or a negative errno and @page is as before. *@frame is
 *	XENGNT_NO_FRAME if @with has no memory afterwards. May sleep.
 * @restore: the memory behind @page, which nobody uses any more, goes back to
 *	@with. *@frame is XENGNT_NO_FRAME if @with has none nevertheless. May
 *	sleep.
 * @unpin: run @nr unmap operations that name a pin and no place, as one
 *	hypercall. Any context.
 * @transfer: give the frames behind @nr pages away, as one hypercall of @nr
 *	transfer operations. The backend fills in the frame of each operation
 *	and takes the pages out of the kernel's tables first, where there are
 *	any that name machine frames. Every operation carries its own status; a
 *	negative errno means that none ran. Afterwards frames[i] is
 *	XENGNT_NO_FRAME where the page has lost its memory and the hypervisor
 *	has not put other memory there by itself. @nr may be 0. Any context
 *	but hard interrupts. NULL where Xen lets no domain of this kind give
 *	pages away.
 * @populate: put fresh memory behind @nr pages that have none, as one
 *	hypercall, and make the kernel's tables agree. Afterwards frames[i] is
 *	XENGNT_NO_FRAME where Xen had no memory to give. Any context but hard
 *	interrupts.
 * @release: give the memory behind @nr ordinary pages, which nobody uses, back
 *	to Xen as one hypercall, so that other memory can be put there. What the
 *	pages held is not shown to anyone. Afterwards frames[i] is
 *	XENGNT_NO_FRAME where it was done; the other pages are as before. May
 *	sleep.
 * @associate: tie received frames to pages without memory. frames[i] is what
 *	Xen left in the grant entry; afterwards it is XENGNT_NO_FRAME where it
 *	could not be done. May sleep. NULL where Xen itself puts the frame at
 *	the pseudo-physical frame that the grant entry named.
 * @refs_alloc: take @nr unused references of the domain's own grant table.
 *	0 or a negative errno, and then none is taken. May sleep.
 * @refs_free: give references back whose entries are zero. Any context.
 * @table_version: of the domain's own grant table: 1 or 2.
 * @table_map: the kernel address of a frame of the domain's own grant table,
 *	counted from 0, to write entries with; NULL if it cannot be mapped. May
 *	sleep. NULL where nothing can be received; then the four others are not
 *	called either.
 * @table_unmap: undo @table_map. May sleep.
 * @p2m: where the frames behind its pages are found: <xen/gnttab/p2m.h>
 * @flush_group: unmap operations of one call that share one TLB flush
 *	(32 on x86 PV), 1 where every operation is invalidated by itself.
 * @copy_max: largest request, in bytes, that is cheaper to copy than to map
 *	and unmap when no CPU of this domain touches the data. The default of
 *	the module parameter ``copy_max``.
 * @copy_load: and the most that a client may have at work in all, in bytes, for
 *	it to copy larger requests, too; 0 if these are always cheaper mapped.
 *
 * Chosen once, when the library is loaded. The costs behind the last three are
 * explained in Documentation/cost.rst.
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
	int (*map_now)(struct gnttab_map_grant_ref *ops, struct page **pages,
		       unsigned int nr);
	int (*replace)(struct page *page, struct page *with,
		       grant_handle_t handle, xen_pfn_t *frame);
	void (*restore)(struct page *page, struct page *with, xen_pfn_t *frame);
	int (*unpin)(struct gnttab_unmap_grant_ref *ops, unsigned int nr);
	int (*transfer)(struct gnttab_transfer *ops, struct page **pages,
			xen_pfn_t *frames, unsigned int nr);
	void (*populate)(struct page **pages, xen_pfn_t *frames,
			 unsigned int nr);
	void (*release)(struct page **pages, xen_pfn_t *frames,
			unsigned int nr);
	void (*associate)(struct page **pages, xen_pfn_t *frames,
			  unsigned int nr);
	int (*refs_alloc)(grant_ref_t *refs, unsigned int nr);
	void (*refs_free)(const grant_ref_t *refs, unsigned int nr);
	unsigned int (*table_version)(void);
	void *(*table_map)(unsigned int frame);
	void (*table_unmap)(void *vaddr);
	const struct xengnt_p2m_source *p2m;
	unsigned int flush_group;
	unsigned int copy_max;
	unsigned int copy_load;
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

/**
 * xengnt_kernel_populate() - @populate of struct xengnt_backend, where Xen
 * translates
 * @pages: pages without memory
 * @frames: room for one frame a page; XENGNT_NO_FRAME where there was no memory
 * @nr: number of @pages
 *
 * Context: any but hard interrupts.
 */
void xengnt_kernel_populate(struct page **pages, xen_pfn_t *frames,
			    unsigned int nr);

/**
 * xengnt_kernel_release() - @release of struct xengnt_backend, where Xen
 * translates
 * @pages: ordinary pages that nobody uses
 * @frames: room for one frame a page; XENGNT_NO_FRAME where it was done
 * @nr: number of @pages
 *
 * Context: may sleep.
 */
void xengnt_kernel_release(struct page **pages, xen_pfn_t *frames,
			   unsigned int nr);

/**
 * xengnt_kernel_refs_alloc() - @refs_alloc of struct xengnt_backend
 * @refs: filled in
 * @nr: how many
 *
 * Context: may sleep.
 *
 * Return: 0 or -ENOSPC, and then none is taken.
 */
int xengnt_kernel_refs_alloc(grant_ref_t *refs, unsigned int nr);

/**
 * xengnt_kernel_refs_free() - @refs_free of struct xengnt_backend
 * @refs: from xengnt_kernel_refs_alloc(), their entries zero
 * @nr: how many
 *
 * Context: any.
 */
void xengnt_kernel_refs_free(const grant_ref_t *refs, unsigned int nr);

/**
 * xengnt_kernel_table_version() - @table_version of struct xengnt_backend
 *
 * Context: any.
 *
 * Return: 1 or 2.
 */
unsigned int xengnt_kernel_table_version(void);

/**
 * xengnt_kernel_table_frame() - where Xen has a frame of our own grant table
 * @index: which, counted from 0; it must exist
 *
 * Context: may sleep.
 *
 * Return: the frame, in Xen's terms, or XENGNT_NO_FRAME.
 */
xen_pfn_t xengnt_kernel_table_frame(unsigned int index);

/* The backend of every guest whose memory Xen translates. */
extern const struct xengnt_backend xengnt_backend_autoxlat;

#endif /* _XEN_GNTTAB_BACKEND_H */
