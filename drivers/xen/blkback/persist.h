/* SPDX-License-Identifier: GPL-2.0 */
/* Grants that stay mapped from one request to the next. */
#ifndef XEN_BLKBACK_PERSIST_H
#define XEN_BLKBACK_PERSIST_H

#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/unmap.h>

struct seq_file;
struct xengnt_area;
struct xengnt_client;

/**
 * struct blkback_grant - a page of the guest that stays mapped
 * @unmap: its page and handle, and its way out
 * @persist: the table
 * @node: in one of the table's lists
 * @gref: what the guest calls it
 * @op: its operation in the map batch, while it is being mapped
 * @error: why it could not be mapped
 * @touched: the CPU has looked at it
 * @used: when a request last asked for it, in jiffies
 * @users: requests that hold it
 */
struct blkback_grant {
	struct xengnt_unmap unmap;
	struct blkback_persist *persist;
	struct list_head node;
	u32 gref;
	unsigned int op;
	int error;
	bool touched;
	unsigned long used;
	atomic_t users;
};

/**
 * struct blkback_persist - the grants of a queue that stay mapped
 * @on: frontend and backend have agreed on it; else all the rest is zero
 * @client: who maps
 * @area: pages to map into
 * @index: from grant reference to struct blkback_grant
 * @near: in front of @index, an entry for each value of the reference's lower
 *	bits: the grant that was asked for last, or NULL
 * @near_mask: size of @near minus 1
 * @kept: all that are mapped; those unused for longest are at its head, or
 *	will be once the sweep has looked at them
 * @new: to be mapped by this pass
 * @failed: could not be mapped in this pass
 * @nr: in @kept and @new
 * @cap: the most that @nr may be
 * @full: Xen had no room: until then, in jiffies, none is added; 0 if it had
 * @timer: makes a sweep due
 * @due: a sweep is due
 * @pressure: the system wants so many back
 * @wake: wakes the thread
 * @mapped: in @kept, or on their way out
 * @gone: who waits for @mapped to become 0 sleeps here
 * @tables: in the list of all tables, for memory pressure
 *
 * The table belongs to the queue's thread. Completions, in whatever context,
 * drop their request's hold on a grant and nothing else.
 */
struct blkback_persist {
	bool on;
	struct xengnt_client *client;
	struct xengnt_area *area;
	struct xarray index;
	struct blkback_grant **near;
	u32 near_mask;
	struct list_head kept;
	struct list_head new;
	struct list_head failed;
	unsigned int nr;
	unsigned int cap;
	unsigned long full;
	struct delayed_work timer;
	bool due;
	unsigned int pressure;
	void (*wake)(struct blkback_persist *persist);
	atomic_t mapped;
	wait_queue_head_t gone;
	struct list_head tables;
};

/**
 * blkback_persist_init() - an empty table
 * @persist: zeroed
 * @client: who maps
 * @max: the most grants to keep, whatever the parameter says
 * @wake: called when there is something for blkback_persist_sweep(), in any
 *	context
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int blkback_persist_init(struct blkback_persist *persist,
			 struct xengnt_client *client, unsigned int max,
			 void (*wake)(struct blkback_persist *persist));

/**
 * blkback_persist_fini() - unmap all, and forget the table
 * @persist: in use by nobody; or zeroed
 * @batch: to unmap with
 *
 * Context: may sleep, until the last page is unmapped.
 */
void blkback_persist_fini(struct blkback_persist *persist,
			  struct xengnt_unmap_batch *batch);

/* blkback_persist_find() where a look into @near does not do. */
struct blkback_grant *blkback_persist_find_far(struct blkback_persist *persist,
					       u32 gref);

/**
 * blkback_persist_find() - hold a grant that is mapped already, or about to be
 * @persist: a table
 * @gref: of the guest
 *
 * Context: the queue's thread.
 * Return: the grant, to be given to blkback_persist_put(), or NULL.
 */
static inline struct blkback_grant *
blkback_persist_find(struct blkback_persist *persist, u32 gref)
{
	struct blkback_grant *grant = persist->near[gref & persist->near_mask];

	if (!grant || grant->gref != gref) {
		grant = blkback_persist_find_far(persist, gref);
		if (!grant)
			return NULL;
	}
	grant->used = jiffies;
	atomic_inc(&grant->users);
	return grant;
}

/**
 * blkback_persist_add() - hold a grant that is not in the table
 * @persist: a table
 * @gref: of the guest
 * @batch: with room; the operation is added here
 *
 * After the batch has run, blkback_persist_mapped() has to be called.
 *
 * Context: the queue's thread; may sleep.
 * Return: the grant, to be given to blkback_persist_put(), or NULL if there
 * is no room.
 */
struct blkback_grant *blkback_persist_add(struct blkback_persist *persist,
					  u32 gref,
					  struct xengnt_map_batch *batch);

/**
 * blkback_persist_mapped() - take up what a batch has mapped
 * @persist: a table
 * @batch: has run
 *
 * Context: the queue's thread.
 * Return: how many could not be mapped; their @error says why.
 */
unsigned int blkback_persist_mapped(struct blkback_persist *persist,
				    const struct xengnt_map_batch *batch);

/**
 * blkback_persist_put() - let go of a grant
 * @grant: a grant
 *
 * Context: any.
 */
static inline void blkback_persist_put(struct blkback_grant *grant)
{
	atomic_dec(&grant->users);
}

/* Has blkback_persist_mapped() seen it? */
static inline bool blkback_persist_is_mapped(const struct blkback_grant *grant)
{
	return grant->unmap.client;
}

/**
 * blkback_persist_bury() - forget those that could not be mapped
 * @persist: a table; nobody holds one of them any more
 *
 * Context: the queue's thread.
 */
void blkback_persist_bury(struct blkback_persist *persist);

/**
 * blkback_persist_is_due() - is there anything for a sweep?
 * @persist: a table
 *
 * Context: any.
 * Return: true if there is.
 */
static inline bool blkback_persist_is_due(const struct blkback_persist *persist)
{
	return READ_ONCE(persist->due);
}

/**
 * blkback_persist_sweep() - give back what is not used, or wanted back
 * @persist: a table
 * @batch: to unmap with
 *
 * Context: the queue's thread; may sleep.
 */
void blkback_persist_sweep(struct blkback_persist *persist,
			   struct xengnt_unmap_batch *batch);

/**
 * blkback_persist_unmapped() - a grant has left the unmap queue
 * @u: of a struct blkback_grant
 * @status: see struct xengnt_client_ops
 *
 * Context: any.
 */
void blkback_persist_unmapped(struct xengnt_unmap *u, int status);

/**
 * blkback_persist_show() - describe the table for a person
 * @persist: a table
 * @m: where to
 */
void blkback_persist_show(const struct blkback_persist *persist,
			  struct seq_file *m);

/**
 * blkback_persist_offered() - shall frontends be offered persistent grants?
 *
 * Return: the module parameter ``feature_persistent``.
 */
bool blkback_persist_offered(void);

/* At load and unload: memory pressure. */
int blkback_persist_module_init(void);
void blkback_persist_module_exit(void);

#endif
