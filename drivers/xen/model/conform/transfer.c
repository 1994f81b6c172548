// SPDX-License-Identifier: GPL-2.0
/*
 * Rows that transfer.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <asm/xen/hypercall.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/p2m.h>
#include <xen/interface/memory.h>
#include <xen/page.h>
#include "conform.h"

#define MAX_SENT 3

/* Memory of this domain in pages, as Xen counts it. */
static long reservation(void)
{
	domid_t domid = DOMID_SELF;

	return HYPERVISOR_memory_op(XENMEM_current_reservation, &domid);
}

static struct gnttab_transfer transfer_op(const struct conform *c,
					  enum conform_dom dom,
					  enum conform_ref ref)
{
	return (struct gnttab_transfer) {
		.domid = conform_domid(c, dom),
		.ref = conform_ref(c, ref),
		.status = 1,
	};
}

static int transfer_call(struct gnttab_transfer *ops, unsigned int nr)
{
	return HYPERVISOR_grant_table_op(GNTTABOP_transfer, ops, nr);
}

/*
 * Of pages that Xen translates the number is enough. All others have to be out
 * of the kernel's tables first, and that is the library's work.
 */
static int transfer_pages(struct gnttab_transfer *ops, struct page **pages,
			  xen_pfn_t *frames, unsigned int nr)
{
	const struct xengnt_backend *backend = xengnt_backend_get();
	unsigned int i;

	if (backend->transfer)
		return backend->transfer(ops, pages, frames, nr);
	for (i = 0; i < nr; i++) {
		frames[i] = xen_page_to_gfn(pages[i]);
		ops[i].mfn = frames[i];
	}
	return transfer_call(ops, nr);
}

static bool refill(struct page *page, xen_pfn_t *frame)
{
	if (*frame != XENGNT_NO_FRAME)
		return true;
	xengnt_backend_get()->populate(&page, frame, 1);
	xengnt_p2m_forget(page_to_pfn(page));
	return *frame != XENGNT_NO_FRAME;
}

static bool get_pages(struct page **pages, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (pages[i])
			continue;
		while (i--)
			__free_page(pages[i]);
		return false;
	}
	return true;
}

/* What the call says, each status, and how many pages we have less. */
static void send_pages(struct conform *c, struct gnttab_transfer *ops,
		       unsigned int nr)
{
	xen_pfn_t frames[MAX_SENT];
	struct page *pages[MAX_SENT];
	unsigned int i;
	long before;

	if (!get_pages(pages, nr)) {
		conform_say(c, "no memory");
		return;
	}
	before = reservation();
	conform_say(c, "%d:", transfer_pages(ops, pages, frames, nr));
	for (i = 0; i < nr; i++)
		conform_say(c, "%d", ops[i].status);
	conform_say(c, "%ld taken", before - reservation());
	for (i = 0; i < nr; i++) {
		/* Nobody can use a page without memory: it is lost. */
		if (refill(pages[i], &frames[i]))
			__free_page(pages[i]);
		else
			conform_say(c, "none back");
	}
}

void conform_row_send(struct conform *c, const struct conform_row *row)
{
	struct gnttab_transfer op = transfer_op(c, row->dom, row->ref);

	send_pages(c, &op, 1);
}

void conform_row_send_twice(struct conform *c, const struct conform_row *row)
{
	conform_row_send(c, row);
	conform_row_send(c, row);
}

/* Three in one call, of which the one in the middle is the row's. */
void conform_row_send_batch(struct conform *c, const struct conform_row *row)
{
	struct gnttab_transfer ops[MAX_SENT] = {
		transfer_op(c, CONFORM_GRANTER, CONFORM_OFFERED_SECOND),
		transfer_op(c, row->dom, row->ref),
		transfer_op(c, CONFORM_GRANTER, CONFORM_OFFERED_THIRD),
	};

	send_pages(c, ops, ARRAY_SIZE(ops));
}

/* A frame that Xen cannot take: status, and how many pages we have less. */
void conform_row_send_frame(struct conform *c, const struct conform_row *row)
{
	struct gnttab_transfer op = transfer_op(c, row->dom, row->ref);
	bool foreign = row->source.frame == CONFORM_FOREIGN;
	struct gnttab_map_grant_ref map;
	long before;

	if (foreign) {
		map = conform_map_op(c, CONFORM_WRITABLE, GNTMAP_host_map);
		conform_say(c, "%d", conform_map(&map));
	}
	op.mfn = conform_frame(c, row->source.frame);
	before = reservation();
	conform_say(c, "%d:", transfer_call(&op, 1));
	conform_say(c, "%d", op.status);
	conform_say(c, "%ld taken", before - reservation());
	if (foreign)
		conform_say(c, "%d", conform_unmap(map.host_addr, 0,
						   map.handle));
}
