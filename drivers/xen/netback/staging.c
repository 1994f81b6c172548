// SPDX-License-Identifier: GPL-2.0
/*
 * Xen is asked once for each page, when the guest gives it, and not for each
 * packet. Packets are copied out of and into these pages by this domain: their
 * pages never leave this file, so a grant can be unmapped as soon as nobody is
 * in the middle of copying.
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/unmap.h>
#include <xen/interface/io/netif.h>

#include "ctrlcodec.h"
#include "staging.h"

static unsigned int staging_grants = 512;
module_param(staging_grants, uint, 0644);
MODULE_PARM_DESC(staging_grants,
		 "Pages of each queue of a new connection that a guest may have mapped for its packets, up to 4096; 0 offers none (default 512)");

static unsigned int staging_total = 16384;
module_param(staging_total, uint, 0644);
MODULE_PARM_DESC(staging_total,
		 "The same, of all queues of all guests together (default 16384)");

#define QUEUE_MAX	4096U

/* Of all guests. */
static atomic_t total;

/**
 * struct staged - a grant
 * @unmap: its mapping
 * @readonly: it may only be read
 */
struct staged {
	struct xengnt_unmap unmap;
	bool readonly;
};

unsigned int netback_staging_offered(void)
{
	return min(READ_ONCE(staging_grants), QUEUE_MAX);
}

static bool total_take(unsigned int nr)
{
	if (atomic_add_return(nr, &total) <= READ_ONCE(staging_total))
		return true;
	atomic_sub(nr, &total);
	return false;
}

static void staged_unmapped(struct xengnt_unmap *u, int status)
{
	struct staged *staged = container_of(u, struct staged, unmap);
	struct netback_staging *staging = u->owner;

	if (status)
		xengnt_area_lose(staging->area, 1);
	else
		xengnt_area_put(staging->area, &u->page, 1);
	kfree(staged);
	atomic_dec(&total);
	/* The table may be gone once somebody has seen this. */
	if (atomic_dec_and_test(&staging->mapped))
		wake_up(&staging->gone);
}

const struct xengnt_client_ops netback_staging_ops = {
	.unmapped = staged_unmapped,
};

int netback_staging_init(struct netback_staging *staging,
			 struct xengnt_client *client, unsigned int max)
{
	struct xengnt_area *area;

	if (!max)
		return 0;
	area = xengnt_area_create(client, XENGNT_AREA_MAP, max, 0);
	if (IS_ERR(area))
		return PTR_ERR(area);
	xa_init(&staging->index);
	init_waitqueue_head(&staging->gone);
	staging->area = area;
	staging->client = client;
	staging->max = max;
	return 0;
}

/* From the table to a list of what is to be unmapped. */
static void staging_take(struct netback_staging *staging, struct staged *staged,
			 u32 ref, struct list_head *out)
{
	xa_erase(&staging->index, ref);
	list_add_tail(&staged->unmap.node, out);
	WRITE_ONCE(staging->nr, staging->nr - 1);
}

/* Nobody may be in the middle of copying when the mappings go. */
static void staging_unmap(struct netback_staging_tools *tools,
			  struct list_head *out)
{
	if (list_empty(out))
		return;
	synchronize_net();
	xengnt_unmap_batch_run(tools->unmap, out, XENGNT_TOUCHED);
}

void netback_staging_fini(struct netback_staging *staging,
			  struct netback_staging_tools *tools)
{
	struct staged *staged;
	unsigned long ref;
	LIST_HEAD(out);

	if (!staging->client)
		return;
	xa_for_each(&staging->index, ref, staged)
		staging_take(staging, staged, ref, &out);
	staging_unmap(tools, &out);
	wait_event_idle(staging->gone, !atomic_read(&staging->mapped));
	xa_destroy(&staging->index);
	xengnt_area_destroy(staging->area);
	staging->client = NULL;
}

/* The first @nr places in the table are given back. */
static void staging_release(struct netback_staging *staging, const void *list,
			    unsigned int nr)
{
	struct netback_ctrl_gref gref;

	while (nr--) {
		netback_ctrl_gref_decode(&gref, list, nr);
		xa_release(&staging->index, gref.ref);
	}
}

/* A place in the table for each entry: also the proof that none is there twice. */
static int staging_reserve(struct netback_staging *staging, const void *list,
			   unsigned int nr)
{
	struct netback_ctrl_gref gref;
	unsigned int i;
	int error;

	for (i = 0; i < nr; i++) {
		error = netback_ctrl_gref_decode(&gref, list, i);
		if (!error)
			error = xa_insert(&staging->index, gref.ref, NULL,
					  GFP_KERNEL);
		if (!error)
			continue;
		staging_release(staging, list, i);
		return error;
	}
	return 0;
}

/* What is mapped in operation @op, for the table; NULL if there is no memory. */
static struct staged *staged_new(struct netback_staging *staging,
				 struct netback_staging_tools *tools,
				 unsigned int op)
{
	struct staged *staged = kzalloc(sizeof(*staged), GFP_KERNEL);

	if (!staged)
		return NULL;
	staged->unmap.client = staging->client;
	staged->unmap.owner = staging;
	staged->unmap.page = tools->pages[op];
	return staged;
}

static int staging_alloc(struct netback_staging *staging,
			 struct netback_staging_tools *tools,
			 struct list_head *new, unsigned int nr)
{
	struct staged *staged;
	unsigned int i;
	int error;

	error = xengnt_area_get(staging->area, tools->pages, nr);
	if (error)
		return error;
	for (i = 0; i < nr; i++) {
		staged = staged_new(staging, tools, i);
		if (!staged)
			break;
		list_add_tail(&staged->unmap.node, new);
	}
	if (i == nr)
		return 0;
	xengnt_area_put(staging->area, tools->pages, nr);
	return -ENOMEM;
}

static void staging_free(struct list_head *new)
{
	struct staged *staged, *next;

	list_for_each_entry_safe(staged, next, new, unmap.node) {
		list_del(&staged->unmap.node);
		kfree(staged);
	}
}

static unsigned int staging_map(struct netback_staging_tools *tools,
				const void *list, unsigned int nr)
{
	struct netback_ctrl_gref gref;
	unsigned int i;

	xengnt_map_batch_reset(tools->map);
	for (i = 0; i < nr; i++) {
		netback_ctrl_gref_decode(&gref, list, i);
		xengnt_map_batch_add(tools->map, gref.ref, tools->pages[i],
				     gref.readonly);
	}
	return xengnt_map_batch_run(tools->map);
}

/* Some could not be mapped: none of them stays. */
static void staging_undo(struct netback_staging *staging,
			 struct netback_staging_tools *tools,
			 struct list_head *new)
{
	struct staged *staged, *next;
	unsigned int op = 0;
	LIST_HEAD(out);

	list_for_each_entry_safe(staged, next, new, unmap.node) {
		if (xengnt_map_batch_status(tools->map, op)) {
			xengnt_area_put(staging->area, &staged->unmap.page, 1);
			atomic_dec(&total);
		} else {
			staged->unmap.handle =
				xengnt_map_batch_handle(tools->map, op);
			atomic_inc(&staging->mapped);
			list_move_tail(&staged->unmap.node, &out);
		}
		op++;
	}
	staging_free(new);
	if (!list_empty(&out))
		xengnt_unmap_batch_run(tools->unmap, &out, XENGNT_UNTOUCHED);
}

/* From here on packets find them. The places are reserved: no memory is needed. */
static void staging_publish(struct netback_staging *staging,
			    struct netback_staging_tools *tools,
			    struct list_head *new, const void *list)
{
	struct netback_ctrl_gref gref;
	struct staged *staged, *next;
	unsigned int op = 0;

	list_for_each_entry_safe(staged, next, new, unmap.node) {
		netback_ctrl_gref_decode(&gref, list, op);
		staged->readonly = gref.readonly;
		staged->unmap.handle = xengnt_map_batch_handle(tools->map, op);
		list_del(&staged->unmap.node);
		atomic_inc(&staging->mapped);
		xa_store(&staging->index, gref.ref, staged, GFP_KERNEL);
		op++;
	}
	WRITE_ONCE(staging->nr, staging->nr + op);
}

static int staging_add_reserved(struct netback_staging *staging,
				struct netback_staging_tools *tools,
				const void *list, unsigned int nr)
{
	LIST_HEAD(new);
	int error;

	if (!total_take(nr))
		return -ENOSPC;
	error = staging_alloc(staging, tools, &new, nr);
	if (error) {
		staging_free(&new);
		atomic_sub(nr, &total);
		return error;
	}
	if (staging_map(tools, list, nr)) {
		staging_undo(staging, tools, &new);
		return -EINVAL;
	}
	staging_publish(staging, tools, &new, list);
	return 0;
}

int netback_staging_add(struct netback_staging *staging,
			struct netback_staging_tools *tools, const void *list,
			unsigned int nr)
{
	int error;

	if (nr > staging->max - staging->nr)
		return -ENOSPC;
	error = staging_reserve(staging, list, nr);
	if (error)
		return error;
	error = staging_add_reserved(staging, tools, list, nr);
	if (error)
		staging_release(staging, list, nr);
	return error;
}

unsigned int netback_staging_remove(struct netback_staging *staging,
				    struct netback_staging_tools *tools,
				    void *list, unsigned int nr)
{
	unsigned int i, found = 0;
	struct netback_ctrl_gref gref;
	struct staged *staged;
	LIST_HEAD(out);
	u16 status;

	for (i = 0; i < nr; i++) {
		/* Its flags say nothing here. */
		netback_ctrl_gref_decode(&gref, list, i);
		staged = staging->nr ? xa_load(&staging->index, gref.ref) : NULL;
		status = XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
		if (staged) {
			staging_take(staging, staged, gref.ref, &out);
			status = XEN_NETIF_CTRL_STATUS_SUCCESS;
			found++;
		}
		netback_ctrl_gref_answer(list, i, status);
	}
	staging_unmap(tools, &out);
	return found;
}

bool netback_staging_copy(struct netback_staging *staging, u32 ref,
			  unsigned int ref_offset, void *memory,
			  unsigned int len, bool write)
{
	struct staged *staged;
	bool usable;
	void *data;

	rcu_read_lock();
	staged = xa_load(&staging->index, ref);
	usable = staged && !(write && staged->readonly);
	if (usable) {
		data = page_address(staged->unmap.page) + ref_offset;
		if (write)
			memcpy(data, memory, len);
		else
			memcpy(memory, data, len);
	}
	rcu_read_unlock();
	return usable;
}
