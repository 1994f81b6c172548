// SPDX-License-Identifier: GPL-2.0
/*
 * Shared rings, mapped for as long as a connection lasts.
 */
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <xen/xenbus.h>
#include "domain.h"
#include "hypercall.h"
#include "knob.h"
#include "ring.h"

/* As the kernel's. */
#define MAX_PAGES 16

struct mapped_ring {
	struct list_head node;
	void *vaddr;
	const struct xenbus_device *dev;
	struct xenmodel_domain *domain;
	unsigned int nr;
	grant_ref_t refs[MAX_PAGES];
	struct page *pages[MAX_PAGES];
};

static LIST_HEAD(rings);

static void ring_unpin(struct mapped_ring *ring, unsigned int nr)
{
	unsigned long flags = xenmodel_lock();
	unsigned int i;

	for (i = 0; i < nr; i++) {
		xenmodel_unpin(ring->domain, ring->refs[i], GNTMAP_host_map);
		xenmodel_domain_unmapped(ring->domain);
	}
	xenmodel_unlock(flags);
}

static int ring_pin(struct mapped_ring *ring, domid_t domid,
		    unsigned int *pinned)
{
	unsigned long flags = xenmodel_lock();
	int ret = GNTST_bad_domain;
	int injected = xenmodel_injected(XENMODEL_OP_RING);

	ring->domain = xenmodel_domain_find(domid);
	for (*pinned = 0; ring->domain && *pinned < ring->nr; ++*pinned) {
		ret = xenmodel_pin(ring->domain, ring->refs[*pinned],
				   GNTMAP_host_map, &ring->pages[*pinned]);
		if (!ret && injected) {
			xenmodel_unpin(ring->domain, ring->refs[*pinned],
				       GNTMAP_host_map);
			ret = injected;
		}
		if (ret)
			break;
		ring->domain->mapped++;
	}
	xenmodel_unlock(flags);
	return ret;
}

int xenbus_map_ring_valloc(struct xenbus_device *dev, grant_ref_t *gnt_refs,
			   unsigned int nr_grefs, void **vaddr)
{
	struct mapped_ring *ring;
	unsigned int pinned;
	unsigned long flags;
	int ret;

	*vaddr = NULL;
	if (nr_grefs > MAX_PAGES)
		return -EINVAL;
	ring = kzalloc(sizeof(*ring), GFP_KERNEL);
	if (!ring)
		return -ENOMEM;
	ring->dev = dev;
	ring->nr = nr_grefs;
	memcpy(ring->refs, gnt_refs, nr_grefs * sizeof(*gnt_refs));

	ret = ring_pin(ring, dev->otherend_id, &pinned);
	if (ret) {
		xenbus_dev_fatal(dev, ret,
				 "mapping in shared page %u from domain %d",
				 gnt_refs[pinned], dev->otherend_id);
		goto err;
	}
	ret = -ENOMEM;
	ring->vaddr = vmap(ring->pages, nr_grefs, VM_MAP, PAGE_KERNEL);
	if (!ring->vaddr)
		goto err;

	flags = xenmodel_lock();
	list_add(&ring->node, &rings);
	xenmodel_unlock(flags);
	*vaddr = ring->vaddr;
	return 0;

err:
	ring_unpin(ring, pinned);
	kfree(ring);
	return ret;
}
EXPORT_SYMBOL_GPL(xenbus_map_ring_valloc);

int xenbus_unmap_ring_vfree(struct xenbus_device *dev, void *vaddr)
{
	struct mapped_ring *ring;
	unsigned long flags = xenmodel_lock();
	bool found = false;

	list_for_each_entry(ring, &rings, node) {
		found = ring->vaddr == vaddr;
		if (found) {
			list_del(&ring->node);
			break;
		}
	}
	xenmodel_unlock(flags);
	if (!found) {
		xenmodel_violation("no ring is mapped at %p", vaddr);
		return GNTST_bad_virt_addr;
	}
	vunmap(vaddr);
	ring_unpin(ring, ring->nr);
	kfree(ring);
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_unmap_ring_vfree);

unsigned int xenmodel_rings_of(const struct xenbus_device *dev)
{
	unsigned long flags = xenmodel_lock();
	struct mapped_ring *ring;
	unsigned int nr = 0;

	list_for_each_entry(ring, &rings, node)
		nr += ring->dev == dev;
	xenmodel_unlock(flags);
	return nr;
}

unsigned int xenmodel_rings(void)
{
	unsigned long flags = xenmodel_lock();
	struct list_head *node;
	unsigned int nr = 0;

	list_for_each(node, &rings)
		nr++;
	xenmodel_unlock(flags);
	return nr;
}
