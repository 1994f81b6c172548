// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

#include <asm/barrier.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/stddef.h>
#include <xen/interface/io/netif.h>

static_assert(offsetof(struct netback_ring_shared, req_prod) ==
	      offsetof(struct xen_netif_tx_sring, req_prod));
static_assert(offsetof(struct netback_ring_shared, req_event) ==
	      offsetof(struct xen_netif_tx_sring, req_event));
static_assert(offsetof(struct netback_ring_shared, rsp_prod) ==
	      offsetof(struct xen_netif_rx_sring, rsp_prod));
static_assert(offsetof(struct netback_ring_shared, rsp_event) ==
	      offsetof(struct xen_netif_rx_sring, rsp_event));
static_assert(offsetof(struct netback_ring_shared, slots) ==
	      offsetof(struct xen_netif_tx_sring, ring));
static_assert(sizeof(union xen_netif_tx_sring_entry) == NETBACK_TX_SLOT_BYTES);
static_assert(sizeof(union xen_netif_rx_sring_entry) == NETBACK_RX_SLOT_BYTES);
static_assert(offsetof(struct netback_ring_shared, slots) ==
	      offsetof(struct xen_netif_ctrl_sring, ring));
static_assert(sizeof(union xen_netif_ctrl_sring_entry) ==
	      NETBACK_CTRL_SLOT_BYTES);

int netback_ring_attach(struct netback_ring *ring, void *shared,
			unsigned int slot_bytes)
{
	u32 rsp_prod;

	ring->shared = shared;
	ring->slot_bytes = slot_bytes;
	ring->size = slot_bytes == NETBACK_CTRL_SLOT_BYTES ?
		     NETBACK_CTRL_RING_SIZE : NETBACK_RING_SIZE;
	ring->broken = false;
	rsp_prod = READ_ONCE(ring->shared->rsp_prod);
	ring->req_cons = rsp_prod;
	ring->rsp_prod = rsp_prod;
	ring->rsp_pushed = rsp_prod;
	return netback_ring_waiting(ring) < 0 ? -EPROTO : 0;
}

/*
 * A slot is free for the next request only once its response was pushed, so
 * an honest frontend is never more than the ring's size ahead of rsp_pushed.
 */
int netback_ring_waiting(struct netback_ring *ring)
{
	u32 waiting = READ_ONCE(ring->shared->req_prod) - ring->req_cons;
	u32 room = ring->size - (ring->req_cons - ring->rsp_pushed);

	/* No slot is read before the index that says it is filled. */
	virt_rmb();
	if (waiting > room)
		ring->broken = true;
	return ring->broken ? -EPROTO : (int)waiting;
}

int netback_ring_await(struct netback_ring *ring, unsigned int nr)
{
	int waiting;

	WRITE_ONCE(ring->shared->req_event, ring->req_cons + nr);
	/* Ask first, then look: else both ends may wait for the other. */
	virt_mb();
	waiting = netback_ring_waiting(ring);
	if (waiting < 0)
		return waiting;
	return (unsigned int)waiting >= nr;
}

bool netback_ring_behind(const struct netback_ring *ring)
{
	return (s32)(READ_ONCE(ring->shared->rsp_event) -
		     READ_ONCE(ring->rsp_pushed)) <= 0;
}

void netback_ring_await_news(struct netback_ring *ring)
{
	WRITE_ONCE(ring->shared->req_event,
		   READ_ONCE(ring->shared->req_prod) + 1);
	/* Ask first, then look whether the frontend is still busy. */
	virt_mb();
}

bool netback_ring_push(struct netback_ring *ring)
{
	u32 old = ring->rsp_pushed;
	u32 new = ring->rsp_prod;

	if (new == old)
		return false;

	WRITE_ONCE(ring->rsp_pushed, new);
	/* Responses before the index. */
	virt_wmb();
	WRITE_ONCE(ring->shared->rsp_prod, new);
	/* Show first, then look whether the frontend waits for it. */
	virt_mb();
	return new - READ_ONCE(ring->shared->rsp_event) < new - old;
}

void netback_ring_look(const struct netback_ring *ring,
		       struct netback_ring_view *view)
{
	view->req_prod = READ_ONCE(ring->shared->req_prod);
	view->req_cons = READ_ONCE(ring->req_cons);
	view->req_event = READ_ONCE(ring->shared->req_event);
	view->rsp_prod = READ_ONCE(ring->rsp_prod);
	view->rsp_event = READ_ONCE(ring->shared->rsp_event);
}
