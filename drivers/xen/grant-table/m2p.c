// SPDX-License-Identifier: GPL-2.0
/*
 * M2P for granted frames: which page shows a frame, and which grant a page is.
 *
 * Two hash tables over the same entries, one by frame and one by page. Readers
 * take no lock, and those who add and remove one of a single bucket, so queues
 * do not meet. Why not another structure: Documentation/frames.rst. Neither
 * tables nor entries exist until a client wants to be tracked.
 */
#include <linux/export.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <xen/page.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/p2m.h>
#include "client.h"
#include "m2p.h"

static bool track_mappings;
module_param(track_mappings, bool, 0644);
MODULE_PARM_DESC(track_mappings,
		 "Remember what new clients map, so that pages can be found by frame and grants by page (default N)");

/*
 * Sixteen entries a bucket if all the handles that Xen has by default are in
 * use, and 128 KiB a table.
 */
#define M2P_BITS 14

/* Frames that are looked up together; they are on the stack. */
#define M2P_PART 32

struct m2p_entry {
	struct hlist_node by_frame;
	struct hlist_node by_page;
	const struct page *page;
	struct xengnt_mapping mapping;
	struct rcu_head rcu;
};

/* That by frame, and that by page behind it. */
static struct hlist_head *tables;
static DEFINE_MUTEX(tables_lock);

/* Many more than processors, so that two of them rarely want the same. */
#define NR_LOCKS 256

static spinlock_t locks[NR_LOCKS];

struct m2p_stats {
	/* Of one processor, these may be below zero. */
	long entries;
	u64 missed;
};

static DEFINE_PER_CPU(struct m2p_stats, m2p_stats);

static struct hlist_head *frame_bucket(unsigned long frame)
{
	return &tables[hash_long(frame, M2P_BITS)];
}

static struct hlist_head *page_bucket(const struct page *page)
{
	return &tables[BIT(M2P_BITS) + hash_long(page_to_pfn(page), M2P_BITS)];
}

static int tables_get(void)
{
	struct hlist_head *made;
	unsigned int i;
	int ret = 0;

	mutex_lock(&tables_lock);
	if (tables)
		goto out;
	made = kvcalloc(2 * BIT(M2P_BITS), sizeof(*made), GFP_KERNEL);
	if (!made) {
		ret = -ENOMEM;
		goto out;
	}
	for (i = 0; i < NR_LOCKS; i++)
		spin_lock_init(&locks[i]);
	/* Readers look without a lock: all is ready before they see it. */
	smp_store_release(&tables, made);
out:
	mutex_unlock(&tables_lock);
	return ret;
}

int xengnt_m2p_track(struct xengnt_client *client)
{
	int ret = tables_get();

	if (!ret)
		client->tracked = true;
	return ret;
}
EXPORT_SYMBOL_GPL(xengnt_m2p_track);

void xengnt_m2p_new_client(struct xengnt_client *client)
{
	if (READ_ONCE(track_mappings) && xengnt_m2p_track(client))
		pr_warn("no memory to track the mappings of %s\n",
			client->name);
}

static spinlock_t *bucket_lock(const struct hlist_head *bucket)
{
	return &locks[(bucket - tables) % NR_LOCKS];
}

static void bucket_add(struct hlist_head *bucket, struct hlist_node *node)
{
	spinlock_t *lock = bucket_lock(bucket);
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	hlist_add_head_rcu(node, bucket);
	spin_unlock_irqrestore(lock, flags);
}

static void bucket_remove(struct hlist_head *bucket, struct hlist_node *node)
{
	spinlock_t *lock = bucket_lock(bucket);
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	hlist_del_rcu(node);
	spin_unlock_irqrestore(lock, flags);
}

static void m2p_add_one(const struct xengnt_map_batch *batch, unsigned int i,
			unsigned long frame, gfp_t gfp)
{
	const struct gnttab_map_grant_ref *op = &batch->ops[i];
	struct m2p_entry *entry;

	entry = kmalloc(sizeof(*entry), gfp | __GFP_NOWARN);
	if (!entry) {
		this_cpu_inc(m2p_stats.missed);
		return;
	}
	*entry = (struct m2p_entry) {
		.page = batch->pages[i],
		.mapping = {
			.frame = frame,
			.ref = op->ref,
			.handle = op->handle,
			.domid = op->dom,
			.readonly = op->flags & GNTMAP_readonly,
		},
	};
	bucket_add(page_bucket(entry->page), &entry->by_page);
	bucket_add(frame_bucket(frame), &entry->by_frame);
	this_cpu_inc(m2p_stats.entries);
}

static void m2p_add_part(const struct xengnt_map_batch *batch,
			 unsigned int from, unsigned int nr, gfp_t gfp)
{
	unsigned long pfns[M2P_PART], frames[M2P_PART];
	unsigned int i;

	for (i = 0; i < nr; i++)
		pfns[i] = page_to_pfn(batch->pages[from + i]);
	xengnt_p2m_lookup(pfns, frames, nr);
	for (i = 0; i < nr; i++)
		if (batch->ops[from + i].status == GNTST_okay)
			m2p_add_one(batch, from + i, frames[i], gfp);
}

void xengnt_m2p_add(const struct xengnt_map_batch *batch, gfp_t gfp)
{
	unsigned int from, nr;

	for (from = 0; from < batch->nr; from += nr) {
		nr = min_t(unsigned int, batch->nr - from, M2P_PART);
		m2p_add_part(batch, from, nr, gfp);
	}
}

/* Under rcu_read_lock(). */
static struct m2p_entry *m2p_find(const struct page *page)
{
	struct m2p_entry *entry;

	if (!READ_ONCE(tables))
		return NULL;
	hlist_for_each_entry_rcu(entry, page_bucket(page), by_page)
		if (entry->page == page)
			return entry;
	return NULL;
}

void xengnt_m2p_remove(const struct page *page)
{
	struct m2p_entry *entry;

	rcu_read_lock();
	entry = m2p_find(page);
	if (entry) {
		bucket_remove(frame_bucket(entry->mapping.frame),
			      &entry->by_frame);
		bucket_remove(page_bucket(page), &entry->by_page);
		this_cpu_dec(m2p_stats.entries);
		kfree_rcu(entry, rcu);
	}
	rcu_read_unlock();
}

bool xengnt_m2p_mapping(const struct page *page, struct xengnt_mapping *mapping)
{
	struct m2p_entry *entry;

	rcu_read_lock();
	entry = m2p_find(page);
	if (entry)
		*mapping = entry->mapping;
	rcu_read_unlock();
	return entry;
}
EXPORT_SYMBOL_GPL(xengnt_m2p_mapping);

static struct page *granted_page(unsigned long frame)
{
	struct m2p_entry *entry;
	struct page *page = NULL;

	if (!READ_ONCE(tables))
		return NULL;
	rcu_read_lock();
	hlist_for_each_entry_rcu(entry, frame_bucket(frame), by_frame)
		if (entry->mapping.frame == frame) {
			page = (struct page *)entry->page;
			break;
		}
	rcu_read_unlock();
	return page;
}

struct page *xengnt_m2p_page(unsigned long frame)
{
	struct page *page = granted_page(frame);
	unsigned long pfn;

	if (page || frame == XENGNT_NO_FRAME)
		return page;
	/* Laid over the kernel's own table, which knows nothing of grants. */
	pfn = gfn_to_pfn(frame);
	return pfn_valid(pfn) ? pfn_to_page(pfn) : NULL;
}
EXPORT_SYMBOL_GPL(xengnt_m2p_page);

int xengnt_m2p_show(struct seq_file *m, void *unused)
{
	u64 missed = 0;
	long entries = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		entries += READ_ONCE(per_cpu(m2p_stats, cpu).entries);
		missed += READ_ONCE(per_cpu(m2p_stats, cpu).missed);
	}
	seq_printf(m, "entries %ld\nmissed %llu\nbuckets %u\n", entries, missed,
		   tables ? 1U << M2P_BITS : 0);
	return 0;
}

/* Clients are gone, and with them all that they had mapped. */
void xengnt_m2p_exit(void)
{
	/* kfree_rcu() of the entries needs nothing of ours. */
	kvfree(tables);
}
