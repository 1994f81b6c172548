// SPDX-License-Identifier: GPL-2.0
/*
 * The receiving side of transfer.
 *
 * A receiver has places: pages whose memory has been lent to Xen, so that the
 * domain has room for what comes. An offer puts the number of a place into a
 * grant entry. It ends in one atomic exchange of the entry's flags, which Xen
 * either sees, and then no page can come any more, or has forestalled, and then
 * a page has come or is on its way.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <xen/page.h>
#include <xen/gnttab/backend.h>
#include <xen/gnttab/client.h>
#include "transfer-receive.h"
#include "transfer-reserve.h"
#include "transfer-table.h"

static unsigned int transfer_wait_ms = 1000;
module_param(transfer_wait_ms, uint, 0644);
MODULE_PARM_DESC(transfer_wait_ms,
		 "Longest that the end of an offer waits for Xen to finish a transfer that has begun, in ms; at most 10000 (default 1000)");

#define TRANSFER_WAIT_MAX_MS	10000

/* How often offers that Xen did not finish are looked at. */
#define STUCK_DELAY_MS 1000

struct xengnt_receiver {
	struct xengnt_client *client;
	unsigned int capacity;
	unsigned int keep;
	/* Protects all below. */
	struct mutex lock;
	unsigned int out;
	/* A stack of places that are not offered. */
	struct page **places;
	unsigned int free;
	/* Room for one batch. */
	struct page **pages;
	xen_pfn_t *frames;
	grant_ref_t *refs;
};

/*
 * Offers that Xen has committed itself to and not completed. It never leaves
 * one like that, as far as is known; but neither reference nor page may be
 * used again before it is done with.
 */
static LIST_HEAD(stuck);
static DEFINE_MUTEX(stuck_lock);
static void stuck_retry(struct work_struct *work);
static DECLARE_DELAYED_WORK(stuck_work, stuck_retry);

static void stuck_add(const struct xengnt_offer *offer)
{
	pr_err_ratelimited("Xen does not finish a transfer to reference %u\n",
			   offer->ref);
	set_page_private(offer->place, offer->ref);
	mutex_lock(&stuck_lock);
	list_add_tail(&offer->place->lru, &stuck);
	mutex_unlock(&stuck_lock);
	xengnt_table_get();
	xengnt_reserve_add(XENGNT_RESERVE_STUCK, 1);
	schedule_delayed_work(&stuck_work, msecs_to_jiffies(STUCK_DELAY_MS));
}

/*
 * Received pages become ordinary memory. frames[i] is XENGNT_NO_FRAME for one
 * that did not, whose place then waits for other memory.
 */
static void places_associate(struct page **pages, xen_pfn_t *frames,
			     unsigned int nr)
{
	const struct xengnt_backend *backend = xengnt_backend_get();
	unsigned int i;

	if (backend->associate && nr)
		backend->associate(pages, frames, nr);
	for (i = 0; i < nr; i++) {
		if (frames[i] == XENGNT_NO_FRAME)
			xengnt_reserve_owe(pages[i]);
		else
			xengnt_page_fill(pages[i]);
	}
}

static void stuck_release(struct page *page)
{
	grant_ref_t ref = page_private(page);
	xen_pfn_t frame = XENGNT_NO_FRAME;
	enum xengnt_entry_state state = xengnt_entry_end(ref, &frame);

	if (state == XENGNT_ENTRY_COMMITTED)
		return;
	list_del(&page->lru);
	set_page_private(page, 0);
	xengnt_backend_get()->refs_free(&ref, 1);
	xengnt_reserve_add(XENGNT_RESERVE_STUCK, -1);
	xengnt_table_put();
	/* A hypervisor that thinks better of it leaves the place empty. */
	if (state == XENGNT_ENTRY_COMPLETED)
		places_associate(&page, &frame, 1);
	else
		xengnt_reserve_owe(page);
	/* Whom it was for is not there any more, perhaps. */
	if (frame != XENGNT_NO_FRAME)
		__free_page(page);
}

static void stuck_retry(struct work_struct *work)
{
	struct page *page, *next;

	mutex_lock(&stuck_lock);
	list_for_each_entry_safe(page, next, &stuck, lru)
		stuck_release(page);
	if (!list_empty(&stuck))
		schedule_delayed_work(&stuck_work,
				      msecs_to_jiffies(STUCK_DELAY_MS));
	mutex_unlock(&stuck_lock);
}

void xengnt_receive_exit(void)
{
	cancel_delayed_work_sync(&stuck_work);
	if (!list_empty(&stuck))
		pr_err("transfers that Xen did not finish are left behind\n");
	xengnt_reserve_exit();
}

static void receiver_free(struct xengnt_receiver *r)
{
	kvfree(r->places);
	kvfree(r->pages);
	kvfree(r->frames);
	kvfree(r->refs);
	kfree(r);
}

struct xengnt_receiver *xengnt_receiver_create(struct xengnt_client *client,
					       unsigned int capacity,
					       unsigned int keep)
{
	struct xengnt_receiver *r;

	if (!capacity)
		return ERR_PTR(-EINVAL);
	if (!xengnt_backend_get()->table_map)
		return ERR_PTR(-EOPNOTSUPP);
	r = kzalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return ERR_PTR(-ENOMEM);
	r->client = client;
	r->capacity = capacity;
	r->keep = min(keep, capacity);
	mutex_init(&r->lock);
	r->places = kvcalloc(capacity, sizeof(*r->places), GFP_KERNEL);
	r->pages = kvcalloc(capacity, sizeof(*r->pages), GFP_KERNEL);
	r->frames = kvcalloc(capacity, sizeof(*r->frames), GFP_KERNEL);
	r->refs = kvcalloc(capacity, sizeof(*r->refs), GFP_KERNEL);
	if (!r->places || !r->pages || !r->frames || !r->refs) {
		receiver_free(r);
		return ERR_PTR(-ENOMEM);
	}
	xengnt_table_get();
	return r;
}
EXPORT_SYMBOL_GPL(xengnt_receiver_create);

/* Fetch the memory of all but @keep free places, and free the pages. */
static void receiver_trim(struct xengnt_receiver *r, unsigned int keep)
{
	unsigned int i, nr = r->free > keep ? r->free - keep : 0;
	struct page **pages = &r->places[r->free - nr];

	xengnt_reserve_refill(pages, r->frames, nr);
	for (i = 0; i < nr; i++)
		if (pages[i])
			__free_page(pages[i]);
	r->free -= nr;
	xengnt_reserve_add(XENGNT_RESERVE_LENT, -(long)nr);
}

void xengnt_receiver_destroy(struct xengnt_receiver *r)
{
	if (!r)
		return;
	receiver_trim(r, 0);
	if (r->out)
		pr_err("receiver destroyed with %u offers open\n", r->out);
	xengnt_table_put();
	receiver_free(r);
}
EXPORT_SYMBOL_GPL(xengnt_receiver_destroy);

/* Have @nr free places, by lending more pages if there are less. */
static int receiver_fill(struct xengnt_receiver *r, unsigned int nr)
{
	unsigned int i, got, lent;

	if (nr <= r->free)
		return 0;
	for (got = 0; got < nr - r->free; got++) {
		r->pages[got] = alloc_page(GFP_KERNEL | __GFP_NOWARN);
		if (!r->pages[got])
			break;
	}
	lent = got ? xengnt_reserve_lend(r->pages, r->frames, got) : 0;
	for (i = lent; i < got; i++)
		__free_page(r->pages[i]);
	memcpy(&r->places[r->free], r->pages, lent * sizeof(*r->pages));
	r->free += lent;
	return nr <= r->free ? 0 : -ENOMEM;
}

static int receiver_prepare(struct xengnt_receiver *r, unsigned int nr)
{
	int ret;

	if (nr > r->capacity - r->out)
		return -ENOSPC;
	ret = receiver_fill(r, nr);
	if (ret)
		return ret;
	ret = xengnt_backend_get()->refs_alloc(r->refs, nr);
	if (ret)
		return ret;
	ret = xengnt_table_reach(r->refs, nr);
	if (ret)
		xengnt_backend_get()->refs_free(r->refs, nr);
	return ret;
}

int xengnt_receiver_offer(struct xengnt_receiver *r,
			  struct xengnt_offer *offers, unsigned int nr)
{
	domid_t domid = xengnt_client_granter(r->client);
	unsigned int i;
	int ret;

	mutex_lock(&r->lock);
	ret = receiver_prepare(r, nr);
	for (i = 0; !ret && i < nr; i++) {
		offers[i] = (struct xengnt_offer) {
			.ref = r->refs[i],
			.place = r->places[--r->free],
		};
		xengnt_entry_offer(offers[i].ref, domid,
				   page_to_xen_pfn(offers[i].place));
	}
	if (!ret) {
		r->out += nr;
		xengnt_client_count(r->client, XENGNT_TRANSFER_OFFERED, nr);
	}
	mutex_unlock(&r->lock);
	return ret;
}
EXPORT_SYMBOL_GPL(xengnt_receiver_offer);

static unsigned int offers_arrived(const struct xengnt_offer *offers,
				   unsigned int nr)
{
	unsigned int i, arrived = 0;

	for (i = 0; i < nr; i++)
		arrived += xengnt_entry_state(offers[i].ref) ==
			   XENGNT_ENTRY_COMPLETED;
	return arrived;
}

unsigned int xengnt_receiver_wait(struct xengnt_receiver *r,
				  const struct xengnt_offer *offers,
				  unsigned int nr, unsigned int timeout_ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(timeout_ms);
	unsigned int arrived, pause_ms = 1;

	for (;;) {
		arrived = offers_arrived(offers, nr);
		if (arrived == nr || !time_before(jiffies, end))
			return arrived;
		msleep(pause_ms);
		pause_ms = min(2 * pause_ms, 20U);
	}
}
EXPORT_SYMBOL_GPL(xengnt_receiver_wait);

/* Xen needs microseconds, unless the processor is taken away from it. */
static enum xengnt_entry_state offer_end(grant_ref_t ref, xen_pfn_t *frame,
					 unsigned long deadline)
{
	enum xengnt_entry_state state;
	bool late;

	do {
		late = !time_before(jiffies, deadline);
		state = xengnt_entry_end(ref, frame);
		if (state != XENGNT_ENTRY_COMMITTED)
			break;
		usleep_range(50, 200);
	} while (!late);
	return state;
}

/*
 * End the entries. The places of received pages are left in r->pages, and the
 * references that are free again in r->refs; their number is returned.
 */
static unsigned int receiver_close(struct xengnt_receiver *r,
				   struct xengnt_offer *offers, unsigned int nr,
				   unsigned int *arrived)
{
	unsigned int wait_ms = min_t(unsigned int, TRANSFER_WAIT_MAX_MS,
				     READ_ONCE(transfer_wait_ms));
	unsigned long deadline = jiffies + msecs_to_jiffies(wait_ms);
	unsigned int i, ended = 0;

	*arrived = 0;
	for (i = 0; i < nr; i++) {
		struct xengnt_offer *offer = &offers[i];
		xen_pfn_t *frame = &r->frames[*arrived];

		offer->page = NULL;
		switch (offer_end(offer->ref, frame, deadline)) {
		case XENGNT_ENTRY_COMPLETED:
			offer->status = 0;
			r->pages[(*arrived)++] = offer->place;
			break;
		case XENGNT_ENTRY_OFFERED:
			offer->status = -ECANCELED;
			r->places[r->free++] = offer->place;
			break;
		case XENGNT_ENTRY_COMMITTED:
			offer->status = -ETIMEDOUT;
			stuck_add(offer);
			continue;
		}
		r->refs[ended++] = offer->ref;
	}
	return ended;
}

/* Hand received pages out, in the order in which receiver_close() left them. */
static unsigned int receiver_hand_out(struct xengnt_receiver *r,
				      struct xengnt_offer *offers,
				      unsigned int nr, unsigned int arrived)
{
	unsigned int i, next = 0, received = 0;

	places_associate(r->pages, r->frames, arrived);
	for (i = 0; i < nr; i++) {
		if (offers[i].status)
			continue;
		if (r->frames[next] == XENGNT_NO_FRAME) {
			offers[i].status = -EIO;
		} else {
			offers[i].page = r->pages[next];
			received++;
		}
		next++;
	}
	return received;
}

unsigned int xengnt_receiver_end(struct xengnt_receiver *r,
				 struct xengnt_offer *offers, unsigned int nr)
{
	unsigned int ended, arrived, received;

	mutex_lock(&r->lock);
	ended = receiver_close(r, offers, nr, &arrived);
	xengnt_backend_get()->refs_free(r->refs, ended);
	received = receiver_hand_out(r, offers, nr, arrived);
	r->out -= nr;
	/* What is not a place any more: pages that arrived, pages in doubt. */
	xengnt_reserve_add(XENGNT_RESERVE_LENT,
			   -(long)(arrived + nr - ended));
	xengnt_reserve_add(XENGNT_RESERVE_RECEIVED, received);
	xengnt_client_count(r->client, XENGNT_TRANSFER_RECEIVED, received);
	xengnt_client_count(r->client, XENGNT_TRANSFER_WITHDRAWN,
			    ended - arrived);
	receiver_trim(r, r->keep);
	mutex_unlock(&r->lock);
	return received;
}
EXPORT_SYMBOL_GPL(xengnt_receiver_end);
