/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * From the kernel's own frame numbers to those of the machine.
 */
#ifndef _XEN_GNTTAB_P2M_H
#define _XEN_GNTTAB_P2M_H

#include <linux/types.h>
#include <xen/gnttab/backend.h>

/**
 * DOC: Example of frames
 *
 * Is a request one piece of memory for a device::
 *
 *	bool example_contiguous(const unsigned long *pfns, unsigned int nr)
 *	{
 *		unsigned long frames[16];
 *		unsigned int i;
 *
 *		if (nr > ARRAY_SIZE(frames) ||
 *		    xengnt_p2m_lookup(pfns, frames, nr))
 *			return false;
 *		for (i = 1; i < nr; i++)
 *			if (frames[i] != frames[i - 1] + 1)
 *				return false;
 *		return true;
 *	}
 */

/**
 * enum xengnt_p2m_strategy - how a frame is looked up
 * @XENGNT_P2M_CALL: ask for each frame by itself
 * @XENGNT_P2M_BATCH: ask for as many as there are, at once
 * @XENGNT_P2M_CACHE: remember answers, and ask for the others at once
 * @XENGNT_P2M_TABLE: read a table in the kernel's address space; where there is
 *	none, as XENGNT_P2M_BATCH
 * @XENGNT_NR_P2M_STRATEGIES: how many there are
 *
 * Chosen by the module parameter ``p2m_strategy``, at any time. All give the
 * same answers.
 */
enum xengnt_p2m_strategy {
	XENGNT_P2M_CALL,
	XENGNT_P2M_BATCH,
	XENGNT_P2M_CACHE,
	XENGNT_P2M_TABLE,
	XENGNT_NR_P2M_STRATEGIES
};

/**
 * struct xengnt_p2m_source - where an architecture has its answers from
 * @ask: fill @frames with the frame behind each of @pfns, or XENGNT_NO_FRAME, at
 *	the price of one question to whoever knows: one hypercall, or a
 *	multicall. Any context. 0, or a negative errno and nothing is known.
 * @ask_max: most frames of one question; at least 1
 * @table_open: lay the table into the address space; NULL if it always is
 *	there. Called once, at load; may sleep. 0 or a negative errno: then
 *	there is none.
 * @table_close: the reverse; NULL if there is nothing to do
 * @table_resume: the domain was suspended and goes on, on another machine
 *	perhaps: lay the table where it was; NULL if it is there. With interrupts
 *	off. 0, or a negative errno: then it is closed.
 * @table: read one entry; NULL if there is no table. Any context. Bounded: any
 *	@pfn may be asked for.
 */
struct xengnt_p2m_source {
	int (*ask)(const unsigned long *pfns, unsigned long *frames,
		   unsigned int nr);
	unsigned int ask_max;
	int (*table_open)(void);
	void (*table_close)(void);
	int (*table_resume)(void);
	unsigned long (*table)(unsigned long pfn);
};

/*
 * Of guests that are never told a machine frame, as Xen translates whatever
 * they name: their own numbers are the ones that Xen and an IOMMU take.
 */
extern const struct xengnt_p2m_source xengnt_p2m_same;

/**
 * xengnt_p2m_lookup() - the frames behind pages of this domain
 * @pfns: the kernel's frame numbers; page_to_pfn() of memory
 * @frames: filled in: the number by which Xen and devices know the frame, or
 *	XENGNT_NO_FRAME
 * @nr: how many
 *
 * What is mapped in a page at present counts: for a page that a grant is mapped
 * in, this is the granter's frame. In an auto-translated guest on x86, Xen
 * translates for it and both numbers are the same.
 *
 * Each page must be the caller's: its frame must not change meanwhile.
 *
 * Context: any.
 * Return: how many of them have no frame.
 */
unsigned int xengnt_p2m_lookup(const unsigned long *pfns, unsigned long *frames,
			       unsigned int nr);

/**
 * xengnt_p2m_frame() - the frame behind one page
 * @pfn: the kernel's frame number
 *
 * As xengnt_p2m_lookup().
 *
 * Context: any.
 * Return: the frame, or XENGNT_NO_FRAME.
 */
unsigned long xengnt_p2m_frame(unsigned long pfn);

/**
 * xengnt_p2m_forget() - the frame behind a page has changed, or may from now on
 * @pfn: the kernel's frame number
 *
 * To be called by whoever looked a page up, before the page is given away or
 * gets another frame; the strategy XENGNT_P2M_CACHE depends on it. The library
 * does so itself for what it unmaps, for what it keeps in areas, for what it
 * sends and for the places of what it receives.
 *
 * Context: any.
 */
void xengnt_p2m_forget(unsigned long pfn);

#endif /* _XEN_GNTTAB_P2M_H */
