// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic. Sizes are those of Xen's public headers (blkif.h, netif.h,
 * ring.h, grant_table.h) and of xen/common/grant_table.c of Xen 4.17.
 */
#include <stddef.h>

#include "sizing.h"

/* A ring starts with indices and flags; then come its slots. */
#define RING_HEADER		64
#define BLKIF_SLOT		112
#define NETIF_TX_SLOT		12
#define NETIF_RX_SLOT		8

/* In the slot itself; more are in pages that the slot names. */
#define BLKIF_DIRECT_SEGMENTS	11
#define BLKIF_INDIRECT_SEGMENT	8

/* What xen-blkback offers. */
#define BLKIF_MOST_SEGMENTS	256

#define GRANT_ENTRY_V1		8
#define GRANT_ENTRY_V2		16
#define GRANT_RESERVED		8
#define MAPTRACK_ENTRY		16

/* What the backend makes of a smaller number. */
#define LEAST_QUEUE_PAGES	512

static uint64_t round_up_div(uint64_t n, uint64_t by)
{
	return (n + by - 1) / by;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* As many as fit, but a power of two. */
static uint64_t ring_slots(uint64_t bytes, unsigned int slot)
{
	uint64_t fit = (bytes - RING_HEADER) / slot, slots = 1;

	while (2 * slots <= fit)
		slots *= 2;
	return slots;
}

const char *sizing_refuse(const struct sizing_plan *plan)
{
	if (plan->page_size != 4096 && plan->page_size != 16384)
		return "the page size is 4096 or 16384";
	if (plan->grant_version != 1 && plan->grant_version != 2)
		return "the version of a grant table is 1 or 2";
	if (plan->ring_order > 4)
		return "the order of a ring is 0 to 4";
	if (!plan->segments || plan->segments > BLKIF_MOST_SEGMENTS)
		return "a request has 1 to 256 segments";
	if (!plan->guests || plan->guests > 32752)
		return "there are 1 to 32752 guests";
	if (plan->disks > 1024 || plan->vifs > 1024)
		return "a guest has at most 1024 disks and 1024 interfaces";
	if (!plan->disks && !plan->vifs)
		return "a guest has a disk or an interface at least";
	if (!plan->queues || plan->queues > 256)
		return "a device has 1 to 256 queues";
	if (!plan->vcpus || plan->vcpus > 8192)
		return "the backend's domain has 1 to 8192 virtual processors";
	if (!plan->queue_pages || plan->queue_pages > 1 << 20)
		return "a queue has 1 to 1048576 pages";
	return NULL;
}

/* What one queue takes, of a disk or of an interface. */
struct queue_need {
	uint64_t ring_pages;
	uint64_t grants;
	uint64_t data_pages;
};

/*
 * Room for the segments of an indirect request is made for the largest one that
 * is offered, within the pages of the queue: so many are worked on at a time.
 */
static uint64_t disk_requests(const struct sizing_plan *plan, uint64_t slots)
{
	uint64_t pages = larger(plan->queue_pages, LEAST_QUEUE_PAGES);

	if (plan->segments <= BLKIF_DIRECT_SEGMENTS)
		return slots;
	return smaller(slots, pages / BLKIF_MOST_SEGMENTS);
}

static struct queue_need disk_queue(const struct sizing_plan *plan,
				    uint64_t slots)
{
	uint64_t lists = plan->segments > BLKIF_DIRECT_SEGMENTS ?
		round_up_div(plan->segments * BLKIF_INDIRECT_SEGMENT,
			     plan->page_size) : 0;
	uint64_t ring_pages = 1ULL << plan->ring_order;

	return (struct queue_need) {
		.ring_pages = ring_pages,
		.grants = ring_pages + slots * (plan->segments + lists),
		.data_pages = smaller(disk_requests(plan, slots) *
				      plan->segments,
				      larger(plan->queue_pages,
					     LEAST_QUEUE_PAGES)),
	};
}

/* Two rings of a page: to transmit, and to receive, which is always copied. */
static struct queue_need vif_queue(const struct sizing_plan *plan)
{
	uint64_t tx = ring_slots(plan->page_size, NETIF_TX_SLOT);
	uint64_t rx = ring_slots(plan->page_size, NETIF_RX_SLOT);

	return (struct queue_need) {
		.ring_pages = 2,
		.grants = 2 + tx + rx,
		.data_pages = tx,
	};
}

void sizing_compute(const struct sizing_plan *plan, struct sizing *s)
{
	uint64_t disks = (uint64_t)plan->disks * plan->queues;
	uint64_t vifs = (uint64_t)plan->vifs * plan->queues;
	unsigned int entry = plan->grant_version == 1 ? GRANT_ENTRY_V1 :
							GRANT_ENTRY_V2;
	struct queue_need disk, vif = vif_queue(plan);

	s->disk_slots = ring_slots((uint64_t)plan->page_size <<
				   plan->ring_order, BLKIF_SLOT);
	disk = disk_queue(plan, s->disk_slots);

	s->guest_grants = GRANT_RESERVED + disks * disk.grants +
			  vifs * vif.grants;
	s->guest_grant_frames = round_up_div(s->guest_grants,
					     plan->page_size / entry);
	s->grant_frames = plan->guests * s->guest_grant_frames;

	s->ring_pages = plan->guests * (disks * disk.ring_pages +
					vifs * vif.ring_pages);
	s->data_pages = plan->guests * (disks * disk.data_pages +
					vifs * vif.data_pages);
	s->handles = s->ring_pages + (plan->copy ? 0 : s->data_pages);
	/* Each virtual processor has a list of its own, with one entry at its
	 * end that is never given out.
	 */
	s->maptrack_frames = larger(plan->vcpus,
				    round_up_div(s->handles + plan->vcpus,
						 plan->page_size /
						 MAPTRACK_ENTRY));

	s->xen_bytes = (s->grant_frames + s->maptrack_frames) *
		       plan->page_size;
	s->guest_bytes = s->ring_pages * plan->page_size;
	s->backend_bytes = plan->copy ? s->data_pages * plan->page_size : 0;
}
