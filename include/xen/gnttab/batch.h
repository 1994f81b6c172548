/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Batches: many grant operations, one hypercall.
 */
#ifndef _XEN_GNTTAB_BATCH_H
#define _XEN_GNTTAB_BATCH_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct page;
struct xengnt_client;
struct xengnt_mapping;

/**
 * DOC: Example of batches
 *
 * The beginning of many granted pages, with one hypercall::
 *
 *	int example_headers(struct xengnt_copy_batch *batch,
 *			    const grant_ref_t *refs, struct page *page,
 *			    unsigned int nr)
 *	{
 *		unsigned int i;
 *
 *		xengnt_copy_batch_reset(batch);
 *		for (i = 0; i < nr; i++)
 *			xengnt_copy_from_grant(batch, refs[i], 0, page,
 *					       64 * i, 64);
 *		if (!xengnt_copy_batch_run(batch))
 *			return 0;
 *		for (i = 0; i < nr; i++)
 *			if (xengnt_copy_batch_status(batch, i))
 *				pr_err("no header in %u\n", refs[i]);
 *		return -EIO;
 *	}
 */

/**
 * struct xengnt_map_batch - map operations to run together
 * @client: who asks
 * @ops: one a page
 * @pages: from an area of kind XENGNT_AREA_MAP
 * @granter: the domain whose grants @client uses
 * @nr: operations added so far
 * @max: room
 * @pin: what is added can be replaced while it is used: see
 *	<xen/gnttab/replace.h>; for the client to set
 *
 * Not locked: a batch has one user at a time.
 */
struct xengnt_map_batch {
	struct xengnt_client *client;
	struct gnttab_map_grant_ref *ops;
	struct page **pages;
	domid_t granter;
	unsigned int nr;
	unsigned int max;
	bool pin;
};

/**
 * xengnt_map_batch_init() - make room
 * @batch: to set up
 * @client: who will ask
 * @max: operations that a run can hold
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int xengnt_map_batch_init(struct xengnt_map_batch *batch,
			  struct xengnt_client *client, unsigned int max);

/**
 * xengnt_map_batch_fini() - free what xengnt_map_batch_init() allocated
 * @batch: empty or not; a second call does nothing
 *
 * Context: may sleep.
 */
void xengnt_map_batch_fini(struct xengnt_map_batch *batch);

/**
 * xengnt_map_batch_room() - operations that can still be added
 * @batch: a batch
 *
 * Return: the number.
 */
static inline unsigned int
xengnt_map_batch_room(const struct xengnt_map_batch *batch)
{
	return batch->max - batch->nr;
}

/**
 * xengnt_map_batch_add() - one more operation
 * @batch: with room left
 * @ref: the granter's reference
 * @page: where to map it
 * @readonly: map without the right to write
 *
 * Return: the operation's index, valid until xengnt_map_batch_reset().
 */
unsigned int xengnt_map_batch_add(struct xengnt_map_batch *batch,
				  grant_ref_t ref, struct page *page,
				  bool readonly);

/**
 * xengnt_map_batch_run() - map all that was added
 * @batch: a batch; an empty one costs nothing
 *
 * One hypercall. An operation that Xen answers with GNTST_eagain (the
 * granter's page is being brought in) is repeated, a bounded number of times.
 * Each operation succeeds or fails on its own: see xengnt_map_batch_status().
 *
 * Context: may sleep.
 * Return: the number of operations that failed.
 */
unsigned int xengnt_map_batch_run(struct xengnt_map_batch *batch);

/**
 * xengnt_map_batch_try() - map all that was added, without waiting
 * @batch: a batch; an empty one costs nothing
 *
 * As xengnt_map_batch_run(), but what Xen answers with GNTST_eagain is left
 * undone, with the status -EIO. Where xengnt_can_replace() says no, nothing is
 * mapped.
 *
 * Context: any but hard interrupts.
 * Return: the number of operations that failed.
 */
unsigned int xengnt_map_batch_try(struct xengnt_map_batch *batch);

/**
 * xengnt_map_batch_status() - the result of one operation
 * @batch: after a run
 * @index: from xengnt_map_batch_add()
 *
 * Return: 0; -ENOSPC if a table of Xen is full, and copying will still work;
 * -EINVAL if the granter's reference is no good; -EIO for anything else.
 */
int xengnt_map_batch_status(const struct xengnt_map_batch *batch,
			    unsigned int index);

/**
 * xengnt_map_batch_handle() - the handle of a successful operation
 * @batch: after a run
 * @index: from xengnt_map_batch_add()
 *
 * Return: what the unmapping needs.
 */
static inline grant_handle_t
xengnt_map_batch_handle(const struct xengnt_map_batch *batch,
			unsigned int index)
{
	return batch->ops[index].handle;
}

/**
 * xengnt_map_batch_pin() - the pin of a successful operation
 * @batch: after a run
 * @index: from xengnt_map_batch_add()
 *
 * Return: what the unmapping needs besides the handle; 0 if there is none.
 */
static inline u64 xengnt_map_batch_pin(const struct xengnt_map_batch *batch,
				       unsigned int index)
{
	return batch->pin ? batch->ops[index].dev_bus_addr : 0;
}

/**
 * xengnt_map_batch_reset() - empty the batch
 * @batch: a batch
 */
static inline void xengnt_map_batch_reset(struct xengnt_map_batch *batch)
{
	batch->nr = 0;
}

/**
 * struct xengnt_copy_batch - copy operations to run together
 * @client: who asks
 * @ops: in the order they were added
 * @sorted: the same in the order they are run, if that is another one
 * @order: for each place in @sorted, the index in @ops
 * @next: for each operation, the index of the next on the same granted page,
 *	of those on a part of it
 * @seen: hash table of the granted pages in the batch
 * @granter: the domain whose grants @client uses
 * @seen_bits: logarithm of the size of @seen
 * @generation: entries of @seen with another one are empty
 * @nr: operations added so far
 * @max: room
 * @ordered: operations on one granted page already stand together
 * @chained: there are entries of @generation
 *
 * Not locked: a batch has one user at a time.
 */
struct xengnt_copy_batch {
	struct xengnt_client *client;
	struct gnttab_copy *ops;
	struct gnttab_copy *sorted;
	u16 *order;
	u16 *next;
	u32 *seen;
	domid_t granter;
	unsigned int seen_bits;
	u16 generation;
	unsigned int nr;
	unsigned int max;
	bool ordered;
	bool chained;
};

/**
 * xengnt_copy_batch_init() - make room
 * @batch: to set up
 * @client: who will ask
 * @max: operations that a run can hold, at least 1 and at most 32768
 *
 * Context: may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int xengnt_copy_batch_init(struct xengnt_copy_batch *batch,
			   struct xengnt_client *client, unsigned int max);

/**
 * xengnt_copy_batch_fini() - free what xengnt_copy_batch_init() allocated
 * @batch: empty or not; a second call does nothing
 *
 * Context: may sleep.
 */
void xengnt_copy_batch_fini(struct xengnt_copy_batch *batch);

/**
 * xengnt_copy_batch_room() - operations that can still be added
 * @batch: a batch
 *
 * Return: the number.
 */
static inline unsigned int
xengnt_copy_batch_room(const struct xengnt_copy_batch *batch)
{
	return batch->max - batch->nr;
}

/**
 * xengnt_copy_from_grant() - add: granted page to local memory
 * @batch: with room left
 * @ref: the granter's reference
 * @ref_offset: in bytes, inside the granted page
 * @page: local, ordinary memory
 * @offset: in bytes, inside @page
 * @len: in bytes; must not cross the end of either page
 *
 * Return: the operation's index, valid until xengnt_copy_batch_reset().
 */
unsigned int xengnt_copy_from_grant(struct xengnt_copy_batch *batch,
				    grant_ref_t ref, unsigned int ref_offset,
				    struct page *page, unsigned int offset,
				    unsigned int len);

/**
 * xengnt_copy_to_grant() - add: local memory to granted page
 * @batch: with room left
 * @page: local, ordinary memory
 * @offset: in bytes, inside @page
 * @ref: the granter's reference
 * @ref_offset: in bytes, inside the granted page
 * @len: in bytes; must not cross the end of either page
 *
 * Return: the operation's index, valid until xengnt_copy_batch_reset().
 */
unsigned int xengnt_copy_to_grant(struct xengnt_copy_batch *batch,
				  struct page *page, unsigned int offset,
				  grant_ref_t ref, unsigned int ref_offset,
				  unsigned int len);

/**
 * xengnt_copy_between_grants() - add: granted page to granted page
 * @batch: with room left
 * @from: what is mapped here, of any granter: see <xen/gnttab/m2p.h>; must stay
 *	mapped until the batch has run
 * @from_offset: in bytes, inside its page
 * @ref: the granter's reference
 * @ref_offset: in bytes, inside the granted page
 * @len: in bytes; must not cross the end of either page
 *
 * For data that passes through this domain from one guest to another: Xen
 * refuses to copy from a page that is another domain's, unless it is named by
 * the grant.
 *
 * Return: the operation's index, valid until xengnt_copy_batch_reset().
 */
unsigned int xengnt_copy_between_grants(struct xengnt_copy_batch *batch,
					const struct xengnt_mapping *from,
					unsigned int from_offset,
					grant_ref_t ref,
					unsigned int ref_offset,
					unsigned int len);

/**
 * xengnt_copy_batch_run() - copy all that was added
 * @batch: a batch; an empty one costs nothing
 *
 * One hypercall. Operations on parts of the same granted page are run next to
 * each other, in the order they were added, because Xen then claims the page
 * once. One on the whole of a page is not looked at for that: its order among
 * others on the same page is not defined.
 * Those answered with GNTST_eagain are repeated together, a bounded number of
 * times with growing pauses (module parameter ``eagain_retries``). To be called
 * once before the next xengnt_copy_batch_reset().
 *
 * Context: may sleep.
 * Return: the number of operations that failed.
 */
unsigned int xengnt_copy_batch_run(struct xengnt_copy_batch *batch);

/**
 * xengnt_copy_batch_try() - copy all that was added, without waiting
 * @batch: a batch; an empty one costs nothing
 *
 * As xengnt_copy_batch_run(), but what Xen answers with GNTST_eagain is left
 * undone, with the status -EAGAIN.
 *
 * Context: any.
 * Return: the number of operations that failed.
 */
unsigned int xengnt_copy_batch_try(struct xengnt_copy_batch *batch);

/**
 * xengnt_copy_batch_status() - the result of one operation
 * @batch: after a run
 * @index: of the operation
 *
 * Return: 0; -EINVAL if the granter's reference, offset or length is no good;
 * -EAGAIN if the granter's page was not there in time; -EIO for anything
 * else.
 */
int xengnt_copy_batch_status(const struct xengnt_copy_batch *batch,
			     unsigned int index);

/**
 * xengnt_copy_batch_reset() - empty the batch
 * @batch: a batch
 */
static inline void xengnt_copy_batch_reset(struct xengnt_copy_batch *batch)
{
	batch->nr = 0;
	batch->ordered = true;
	/* Only when it was used: none is skipped, as the first one clears @seen. */
	batch->generation += batch->chained;
	batch->chained = false;
}

/**
 * xengnt_prefer_copy() - is copying cheaper than mapping and unmapping?
 * @bytes: size of a request whose data no CPU of this domain touches
 * @load: bytes of all requests that the client has at work, with this one:
 *	as much memory as copying them takes
 *
 * The module parameter ``copy_max`` decides. Unless it is set, the backend's
 * limits for both do.
 *
 * Context: any.
 * Return: true if it should be copied.
 */
bool xengnt_prefer_copy(unsigned int bytes, size_t load);

#endif /* _XEN_GNTTAB_BATCH_H */
