// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <asm/xen/hypercall.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/interface/event_channel.h>

#include "granted.h"
#include "ring.h"

/* What every ring begins with. */
struct ring_shared {
	u32 req_prod;
	u32 req_event;
	u32 rsp_prod;
	u32 rsp_event;
	u8 unused[48];
	u8 slots[];
};

static struct ring_shared *shared(const struct ring *ring)
{
	return page_address(ring->pages);
}

static u8 *slot_at(const struct ring *ring, u32 index)
{
	return shared(ring)->slots +
	       (index & (ring->size - 1)) * ring->slot_bytes;
}

static int ring_port(struct ring *ring, u16 backend)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF,
		.remote_dom = backend,
	};
	int ret = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &op);

	ring->port = op.port;
	return ret;
}

int ring_create(struct ring *ring, unsigned int slot_bytes, unsigned int order,
		u16 backend)
{
	size_t bytes = PAGE_SIZE << order;
	int ret;

	if (order > ilog2(RING_PAGES_MAX))
		return -EINVAL;
	ring->pages = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
	if (!ring->pages)
		return -ENOMEM;
	split_page(ring->pages, order);
	ring->order = order;
	ring->slot_bytes = slot_bytes;
	ring->size = rounddown_pow_of_two((bytes - sizeof(struct ring_shared)) /
					  slot_bytes);
	/* The backend asks to be told, and so do we. */
	shared(ring)->req_event = 1;
	shared(ring)->rsp_event = 1;
	ret = granted_pages(backend, ring->pages, 1 << order, false,
			    ring->refs);
	return ret ?: ring_port(ring, backend);
}

void ring_destroy(struct ring *ring)
{
	struct evtchn_close op = { .port = ring->port };
	unsigned int i;

	if (ring->port)
		HYPERVISOR_event_channel_op(EVTCHNOP_close, &op);
	for (i = 0; ring->pages && i < 1 << ring->order; i++) {
		if (ring->refs[i])
			gnttab_end_foreign_access(ring->refs[i],
						  ring->pages + i);
		else
			__free_page(ring->pages + i);
	}
}

void *ring_next(struct ring *ring)
{
	if (ring->req_prod - ring->rsp_cons >= ring->size)
		return NULL;
	return slot_at(ring, ring->req_prod++);
}

void ring_show(struct ring *ring)
{
	/* The slots before the index. */
	virt_wmb();
	WRITE_ONCE(shared(ring)->req_prod, ring->req_prod);
}

void ring_publish(struct ring *ring)
{
	ring_show(ring);
	ring_notify(ring);
}

void ring_push(struct ring *ring)
{
	u32 old = shared(ring)->req_prod;

	ring_show(ring);
	/* Show first, then look whether the backend waits for it. */
	virt_mb();
	if (ring->req_prod - READ_ONCE(shared(ring)->req_event) <
	    ring->req_prod - old)
		ring_notify(ring);
}

void ring_index(struct ring *ring, int by)
{
	WRITE_ONCE(shared(ring)->req_prod, ring->req_prod + by);
	ring_notify(ring);
}

void ring_overwrite(struct ring *ring, u32 value)
{
	WRITE_ONCE(shared(ring)->rsp_prod, value);
	WRITE_ONCE(shared(ring)->req_event, value);
}

static bool all_answered(const struct ring *ring)
{
	return READ_ONCE(shared(ring)->rsp_prod) == ring->req_prod;
}

bool ring_all_answered(const struct ring *ring, unsigned int ms)
{
	while (!all_answered(ring) && ms--)
		usleep_range(1000, 1100);
	return all_answered(ring);
}

void ring_notify(struct ring *ring)
{
	notify_remote_via_evtchn(ring->port);
}

void ring_scribble(struct ring *ring, u32 seed)
{
	WRITE_ONCE(shared(ring)->req_event, seed * 0x85ebca6b);
	WRITE_ONCE(shared(ring)->rsp_prod, seed * 0x12345679);
	WRITE_ONCE(shared(ring)->rsp_event, ~seed * 0x9e3779b1);
	memset(shared(ring)->unused, seed, sizeof(shared(ring)->unused));
}

static bool has_answer(const struct ring *ring)
{
	return READ_ONCE(shared(ring)->rsp_prod) != ring->rsp_cons;
}

const void *ring_answer(struct ring *ring, unsigned int ms)
{
	const void *raw;

	while (!has_answer(ring) && ms--)
		usleep_range(1000, 1100);
	if (!has_answer(ring))
		return NULL;
	/* The index before the slot. */
	virt_rmb();
	raw = slot_at(ring, ring->rsp_cons++);
	WRITE_ONCE(shared(ring)->rsp_event, ring->rsp_cons + 1);
	return raw;
}

void ring_skip(struct ring *ring)
{
	WRITE_ONCE(shared(ring)->rsp_event, ++ring->rsp_cons + 1);
}

u32 ring_outstanding(const struct ring *ring)
{
	return READ_ONCE(shared(ring)->req_prod) - ring->rsp_cons;
}
