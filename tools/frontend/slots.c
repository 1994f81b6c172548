// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <asm/xen/hypercall.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/interface/event_channel.h>

#include "memory.h"
#include "slots.h"

/* Where things lie in a ring, from the backend's own pure parts. */
#include "../../drivers/xen/blkback/codec.c"
#include "../../drivers/xen/blkback/layout.c"
#include "../../drivers/xen/blkback/ring.c"

static struct blkback_ring_shared *shared(const struct slots *slots)
{
	return page_address(slots->pages);
}

static u8 *slot_at(const struct slots *slots, u32 index)
{
	return shared(slots)->slots +
	       (index & (slots->size - 1)) * slots->layout->request_bytes;
}

static int slots_port(struct slots *slots, u16 backend)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF,
		.remote_dom = backend,
	};
	int ret = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &op);

	slots->port = op.port;
	return ret;
}

int slots_create(struct slots *slots, const char *protocol, unsigned int order,
		 u16 backend)
{
	size_t bytes = PAGE_SIZE << order;
	int ret;

	slots->layout = blkback_layout_by_protocol(protocol);
	if (!slots->layout || order > ilog2(SLOTS_PAGES_MAX))
		return -EINVAL;
	slots->pages = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
	if (!slots->pages)
		return -ENOMEM;
	split_page(slots->pages, order);
	slots->order = order;
	slots->size = blkback_ring_entries(slots->layout, bytes);
	/* The backend asks to be told, and so do we. */
	shared(slots)->req_event = 1;
	shared(slots)->rsp_event = 1;
	ret = memory_grant(backend, slots->pages, 1 << order, false,
			   slots->refs);
	return ret ?: slots_port(slots, backend);
}

void slots_destroy(struct slots *slots)
{
	struct evtchn_close op = { .port = slots->port };
	unsigned int i;

	if (slots->port)
		HYPERVISOR_event_channel_op(EVTCHNOP_close, &op);
	for (i = 0; slots->pages && i < 1 << slots->order; i++) {
		if (slots->refs[i])
			gnttab_end_foreign_access(slots->refs[i],
						  slots->pages + i);
		else
			__free_page(slots->pages + i);
	}
}

void *slots_next(struct slots *slots)
{
	if (slots->req_prod - slots->rsp_cons >= slots->size)
		return NULL;
	return slot_at(slots, slots->req_prod++);
}

void slots_publish(struct slots *slots)
{
	/* The slots before the index. */
	virt_wmb();
	WRITE_ONCE(shared(slots)->req_prod, slots->req_prod);
	slots_notify(slots);
}

void slots_index(struct slots *slots, int by)
{
	WRITE_ONCE(shared(slots)->req_prod, slots->req_prod + by);
	slots_notify(slots);
}

void slots_notify(struct slots *slots)
{
	notify_remote_via_evtchn(slots->port);
}

static bool has_answer(const struct slots *slots)
{
	return READ_ONCE(shared(slots)->rsp_prod) != slots->rsp_cons;
}

/* Every byte of a response that no field of it is. */
static bool is_padded(const struct blkback_layout *layout, const u8 *raw)
{
	unsigned int i;

	for (i = layout->response_operation + 1; i < layout->response_status; i++)
		if (raw[i])
			return true;
	for (i = layout->response_status + 2; i < layout->response_bytes; i++)
		if (raw[i])
			return true;
	return false;
}

bool slots_answer(struct slots *slots, struct slots_answer *answer,
		  unsigned int ms)
{
	const struct blkback_layout *layout = slots->layout;
	const u8 *raw;

	while (!has_answer(slots) && ms--)
		usleep_range(1000, 1100);
	if (!has_answer(slots))
		return false;
	/* The index before the slot. */
	virt_rmb();
	raw = slot_at(slots, slots->rsp_cons++);
	answer->id = blkback_layout_get_u64(raw, layout->response_id);
	answer->operation = blkback_layout_get_u8(raw, layout->response_operation);
	answer->status = blkback_layout_get_u16(raw, layout->response_status);
	answer->padded = is_padded(layout, raw);
	WRITE_ONCE(shared(slots)->rsp_event, slots->rsp_cons + 1);
	return true;
}

u32 slots_outstanding(const struct slots *slots)
{
	return READ_ONCE(shared(slots)->req_prod) - slots->rsp_cons;
}
