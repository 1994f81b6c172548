/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Transfer: a page changes its owner. One domain offers a place for it, the
 * other sends it there.
 */
#ifndef _XEN_GNTTAB_TRANSFER_H
#define _XEN_GNTTAB_TRANSFER_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct page;
struct xengnt_client;
struct xengnt_receiver;

/**
 * DOC: Example of transfer
 *
 * One page changes its owner, here on the side of the sender::
 *
 *	int example_send(struct xengnt_send_batch *batch, grant_ref_t ref,
 *			 struct page *page)
 *	{
 *		xengnt_send_batch_reset(batch);
 *		xengnt_send_batch_add(batch, ref, page);
 *		xengnt_send_batch_run(batch);
 *		// Other memory is behind it now, or it is as before.
 *		page = xengnt_send_batch_page(batch, 0);
 *		if (page)
 *			__free_page(page);
 *		return xengnt_send_batch_status(batch, 0);
 *	}
 */

/**
 * xengnt_send_supported() - may this domain give pages away?
 *
 * Asks Xen, whatever it has said before.
 *
 * Context: any but hard interrupts.
 * Return: true if so.
 */
bool xengnt_send_supported(void);

/**
 * xengnt_send_owed() - memory that Xen could not put in the place of what was
 * sent
 *
 * As long as there is any, those who send should think of sending less.
 *
 * Context: any.
 * Return: the number of pages, of all clients of this domain.
 */
unsigned int xengnt_send_owed(void);

/**
 * struct xengnt_send_batch - pages to send together
 * @client: who sends; its granter is the receiving domain
 * @ops: one a page
 * @pages: what is sent, and what comes back in its place
 * @frames: the backend's
 * @empty: pages that have no memory for the moment
 * @error: of the last run as a whole
 * @nr: pages added so far
 * @max: room
 *
 * Not locked: a batch has one user at a time.
 */
struct xengnt_send_batch {
	struct xengnt_client *client;
	struct gnttab_transfer *ops;
	struct page **pages;
	xen_pfn_t *frames;
	struct page **empty;
	int error;
	unsigned int nr;
	unsigned int max;
};

/**
 * xengnt_send_batch_init() - make room
 * @batch: to set up
 * @client: who will send
 * @max: pages that a run can hold, at least 1
 *
 * Context: may sleep.
 * Return: 0, -EINVAL, -ENOMEM, or -EOPNOTSUPP if Xen lets no domain like this
 * one give pages away; once it has said so, only xengnt_send_supported() asks
 * again.
 */
int xengnt_send_batch_init(struct xengnt_send_batch *batch,
			   struct xengnt_client *client, unsigned int max);

/**
 * xengnt_send_batch_fini() - free what xengnt_send_batch_init() allocated
 * @batch: a second call does nothing
 *
 * Context: may sleep.
 */
void xengnt_send_batch_fini(struct xengnt_send_batch *batch);

/**
 * xengnt_send_batch_room() - pages that can still be added
 * @batch: a batch
 *
 * Return: the number.
 */
static inline unsigned int
xengnt_send_batch_room(const struct xengnt_send_batch *batch)
{
	return batch->max - batch->nr;
}

/**
 * xengnt_send_batch_add() - one more page
 * @batch: with room left
 * @ref: the reference that the receiver has offered
 * @page: ordinary memory, a page of its own, of which the caller holds the one
 *	reference, mapped nowhere but in the kernel's linear mapping
 *
 * Return: the page's index, valid until xengnt_send_batch_reset().
 */
unsigned int xengnt_send_batch_add(struct xengnt_send_batch *batch,
				   grant_ref_t ref, struct page *page);

/**
 * xengnt_send_batch_run() - send all that was added
 * @batch: a batch; an empty one costs nothing
 *
 * One transfer hypercall, and one that fetches other memory for the pages,
 * whatever became of them: Xen takes a page before it asks whether the receiver
 * wants it. So what a page held is lost to the caller, unless
 * xengnt_send_batch_status() says -EBUSY or -EOPNOTSUPP. What the pages hold
 * afterwards is up to Xen.
 *
 * Context: any but hard interrupts.
 * Return: the number of pages that were not sent.
 */
unsigned int xengnt_send_batch_run(struct xengnt_send_batch *batch);

/**
 * xengnt_send_batch_status() - what became of one page
 * @batch: after a run
 * @index: from xengnt_send_batch_add()
 *
 * Return: 0: the receiver has it. -EBUSY: somebody else uses it, and it is as
 * before. -EOPNOTSUPP or -EFAULT: Xen refused the call, and it is as before.
 * -ESRCH: no such domain. -EPERM: the security policy. -EIO: the receiver has
 * not offered the reference to this domain, has no room or is being destroyed;
 * Xen does not say which.
 */
int xengnt_send_batch_status(const struct xengnt_send_batch *batch,
			     unsigned int index);

/**
 * xengnt_send_batch_page() - the page again, whether it was sent or not
 * @batch: after a run
 * @index: from xengnt_send_batch_add()
 *
 * Return: the page that was added, with other memory behind it if that was
 * taken. NULL if Xen has no memory to give: then the page belongs to the
 * library, which fetches the memory later and gives the page to the system.
 */
static inline struct page *
xengnt_send_batch_page(const struct xengnt_send_batch *batch,
		       unsigned int index)
{
	return batch->pages[index];
}

/**
 * xengnt_send_batch_reset() - empty the batch
 * @batch: a batch
 */
static inline void xengnt_send_batch_reset(struct xengnt_send_batch *batch)
{
	batch->nr = 0;
}

/**
 * struct xengnt_offer - a place for one page from another domain
 * @ref: what the sender has to know
 * @page: after xengnt_receiver_end(): the received page, ordinary memory that
 *	belongs to the caller; NULL if there is none
 * @status: after xengnt_receiver_end(): 0: received. -ECANCELED: nothing had
 *	been sent, and nothing can be any more. -ETIMEDOUT: Xen has begun and
 *	does not end; the library keeps an eye on it. -EIO: a page arrived that
 *	the kernel could not be given.
 * @place: the library's
 */
struct xengnt_offer {
	grant_ref_t ref;
	struct page *page;
	int status;
	struct page *place;
};

/**
 * xengnt_receiver_create() - an area to receive pages in
 * @client: who receives; its granter is the sending domain. Must outlive it.
 * @capacity: the most offers at a time
 * @keep: pages to keep ready, without memory, for the next offers; at most
 *	@capacity
 *
 * A page is given up for each that is to come, so that the domain always has
 * the room and its memory is the same before and after.
 *
 * Context: may sleep.
 * Return: the receiver, or an ERR_PTR(): -ENOMEM, -EINVAL, or -EOPNOTSUPP if the
 * backend cannot write grant entries of its own domain.
 */
struct xengnt_receiver *xengnt_receiver_create(struct xengnt_client *client,
					       unsigned int capacity,
					       unsigned int keep);

/**
 * xengnt_receiver_destroy() - free an area to receive pages in
 * @receiver: from xengnt_receiver_create(), or NULL; all offers ended
 *
 * Fetches back the memory of the pages that were kept ready.
 *
 * Context: may sleep.
 */
void xengnt_receiver_destroy(struct xengnt_receiver *receiver);

/**
 * xengnt_receiver_offer() - let the other domain send pages
 * @receiver: an area
 * @offers: filled in
 * @nr: how many
 *
 * All or nothing. The references have to be told to the sender.
 *
 * Context: may sleep.
 * Return: 0; -ENOSPC if the capacity is used up or the grant table is full;
 * -ENOMEM.
 */
int xengnt_receiver_offer(struct xengnt_receiver *receiver,
			  struct xengnt_offer *offers, unsigned int nr);

/**
 * xengnt_receiver_wait() - wait for pages
 * @receiver: an area
 * @offers: from xengnt_receiver_offer()
 * @nr: how many of them
 * @timeout_ms: for how long at most, in milliseconds
 *
 * For those who are not told by the sender.
 *
 * Context: may sleep.
 * Return: how many have arrived; @nr if all have before the time was over.
 */
unsigned int xengnt_receiver_wait(struct xengnt_receiver *receiver,
				  const struct xengnt_offer *offers,
				  unsigned int nr, unsigned int timeout_ms);

/**
 * xengnt_receiver_end() - take what was sent, and take back the other offers
 * @receiver: an area
 * @offers: from xengnt_receiver_offer(), not ended before; each gets a status
 * @nr: how many of them
 *
 * Safe at any moment: a page that is on its way meanwhile is either received,
 * once, or never sent. For one that Xen is busy with it waits, at most for the
 * time in the module parameter ``transfer_wait_ms``.
 *
 * Context: may sleep.
 * Return: the number of pages received.
 */
unsigned int xengnt_receiver_end(struct xengnt_receiver *receiver,
				 struct xengnt_offer *offers, unsigned int nr);

#endif /* _XEN_GNTTAB_TRANSFER_H */
