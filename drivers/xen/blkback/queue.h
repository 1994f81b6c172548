/* SPDX-License-Identifier: GPL-2.0 */
/* One ring of a connection, and the thread that serves it. */
#ifndef XEN_BLKBACK_QUEUE_H
#define XEN_BLKBACK_QUEUE_H

#include <linux/bio.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/unmap.h>

#include "codec.h"
#include "extent.h"
#include "fence.h"
#include "latency.h"
#include "magazine.h"
#include "persist.h"
#include "ring.h"
#include "stats.h"
#include "turn.h"

struct blkback_conn;
struct blkback_io;
struct blkback_queue_config;
struct seq_file;
struct xengnt_area;
struct xengnt_client;

/**
 * struct blkback_queue - one ring
 * @conn: which connection it belongs to
 * @index: its number there
 * @name: "DOMAIN.DISK-INDEX", of the thread too
 * @limits: what requests may ask for
 * @shared: the ring's pages, mapped
 * @ring: our end of it; its answering side is under @lock
 * @irq: bound to the frontend's event channel, 0 if none
 * @client: the library's name for us
 * @map_area: pages to map the guest's into
 * @copy_area: pages to copy the guest's data to and from
 * @copy_pages: of @copy_area, of the present pass
 * @persist: grants that stay mapped
 * @no_room: until then, in jiffies, nothing is mapped by choice; 0 if there
 *	always was room
 * @segments: private copy of a page of indirect segments that stays mapped
 * @map: of the present pass
 * @copy: of the present pass
 * @extents: for the segments of indirect requests
 * @ios: one for each slot of the ring
 * @nr_ios: how many
 * @unmap: of the present pass
 * @copy_lone: of a completion that copies by itself
 * @copy_lone_busy: bit 0: @copy_lone is in use
 * @thread: serves the ring
 * @started: @thread may look at the ring
 * @lingers: @thread waits in Xen, or is about to
 * @lingered: how often it found something to do then since the last pass, of
 *	@thread alone
 * @event: the frontend has notified us
 * @kicked: there is something to look at that is on no list
 * @broken: the ring can no longer be trusted; nothing is taken from it
 * @todo: requests that the next pass can go on with, of @thread alone
 * @done: requests that the block device completed under the eyes of @thread,
 *	of @thread alone
 * @answers: requests that this pass has finished, of @thread alone
 * @fresh: requests not in use, of @thread alone
 * @fence: how far it may go before a barrier, under the common fence's lock
 * @turn: how much of the ring it may take
 * @submitted: requests at the block device
 * @lock: protects what follows, and the answering side of @ring
 * @free: requests not in use any more
 * @back: requests that completions hand back to @thread
 * @in_pass: a pass runs, which may yet take requests
 * @starved: the first of @todo waits for pages, and none were put back since
 * @draining: nothing more is taken from the ring; @drained is to be woken
 * @drained: who destroys the queue sleeps here
 * @stats: what has been done
 * @latency: and how long it took
 */
struct blkback_queue {
	struct blkback_conn *conn;
	unsigned int index;
	char name[32];
	struct blkback_limits limits;

	void *shared;
	struct blkback_ring ring;
	int irq;

	struct xengnt_client *client;
	struct xengnt_area *map_area;
	struct xengnt_area *copy_area;
	struct blkback_magazine copy_pages;
	struct blkback_persist persist;
	unsigned long no_room;
	void *segments;
	struct xengnt_map_batch map;
	struct xengnt_copy_batch copy;
	struct xengnt_unmap_batch unmap;
	struct xengnt_copy_batch copy_lone;
	unsigned long copy_lone_busy;
	struct blkback_extent_pool extents;
	struct blkback_io *ios;
	unsigned int nr_ios;

	struct task_struct *thread;
	bool started;
	bool lingers;
	unsigned int lingered;
	bool event;
	bool kicked;
	bool broken;
	struct bio_list todo;
	struct bio_list done;
	struct bio_list answers;
	struct bio_list fresh;
	struct blkback_fence_queue fence;
	struct blkback_turn turn;

	atomic_t submitted;

	spinlock_t lock;	/* all that follows, and answers */
	struct bio_list free;
	struct bio_list back;
	bool in_pass;
	bool starved;
	bool draining;
	wait_queue_head_t drained;
	struct blkback_stats stats;
	struct blkback_latency latency;
};

/**
 * blkback_queue_create() - map a ring and make all ready to serve it
 * @conn: which connection it belongs to
 * @index: its number there
 * @config: what the frontend set up
 * @error: gets an explanation if it fails
 * @size: bytes of @error
 *
 * Context: may sleep.
 * Return: the queue or an ERR_PTR().
 */
struct blkback_queue *
blkback_queue_create(struct blkback_conn *conn, unsigned int index,
		     const struct blkback_queue_config *config,
		     char *error, size_t size);

/**
 * blkback_queue_start() - serve the ring from now on
 * @queue: just created
 *
 * Context: any.
 */
void blkback_queue_start(struct blkback_queue *queue);

/**
 * blkback_queue_kick() - make its thread run a pass
 * @queue: a queue
 *
 * Context: any.
 */
void blkback_queue_kick(struct blkback_queue *queue);

/**
 * blkback_queue_wake() - have its thread look at what it can find by itself
 * @queue: a queue that has a thread, in whatever state
 *
 * Context: any.
 */
static inline void blkback_queue_wake(struct blkback_queue *queue)
{
	wake_up_process(queue->thread);
	/*
	 * It may be awake, and its processor in Xen all the same. That was a
	 * full barrier, see queue_linger() for the other one.
	 */
	if (READ_ONCE(queue->lingers))
		kick_process(queue->thread);
}

/**
 * blkback_queue_drain() - take nothing more from the ring
 * @queue: a queue, started or not, or NULL
 *
 * Of all queues of a connection before the first of them is stopped: a barrier
 * on one waits for the others.
 *
 * Context: may sleep.
 */
void blkback_queue_drain(struct blkback_queue *queue);

/**
 * blkback_queue_stop() - serve the ring no more
 * @queue: a queue that drains, or NULL; not stopped before
 *
 * Waits until every request that was taken from the ring is answered. Others
 * are left there.
 *
 * Context: may sleep, for as long as the block device takes.
 */
void blkback_queue_stop(struct blkback_queue *queue);

/**
 * blkback_queue_destroy() - the exact reverse of blkback_queue_create()
 * @queue: a queue that was stopped, or NULL
 * @sum: its counters are added here at last; may be NULL
 *
 * Context: may sleep.
 */
void blkback_queue_destroy(struct blkback_queue *queue,
			   struct blkback_stats *sum);

/**
 * blkback_queue_stats() - a consistent copy of the counters
 * @queue: a queue
 * @stats: filled in
 *
 * Context: any.
 */
void blkback_queue_stats(struct blkback_queue *queue,
			 struct blkback_stats *stats);

/**
 * blkback_queue_latency() - how long requests took
 * @queue: a queue
 * @sum: to add to
 *
 * Context: any.
 */
void blkback_queue_latency(struct blkback_queue *queue,
			   struct blkback_latency *sum);

/**
 * blkback_queue_show() - describe the queue for a person
 * @queue: a queue
 * @m: where to
 *
 * Context: may sleep.
 */
void blkback_queue_show(struct blkback_queue *queue, struct seq_file *m);

/**
 * blkback_queue_count() - count something
 * @queue: a queue
 * @stat: what
 * @n: how often
 *
 * Context: any, without the queue's lock.
 */
void blkback_queue_count(struct blkback_queue *queue, enum blkback_stat stat,
			 u64 n);

/**
 * blkback_queue_set_starved() - the first request waits for pages, or not
 * @queue: a queue
 * @starved: from now on, who puts pages back is to wake the thread
 *
 * Context: the queue's thread, without the queue's lock.
 */
void blkback_queue_set_starved(struct blkback_queue *queue, bool starved);

/**
 * blkback_queue_may_take() - may the next request be taken from the ring?
 * @queue: a queue
 *
 * Context: the queue's thread.
 * Return: false if it has to wait for a barrier, which will kick the queue.
 */
static inline bool blkback_queue_may_take(struct blkback_queue *queue)
{
	return blkback_fence_is_open(queue->fence.common) ||
	       blkback_fence_passes(queue);
}

#endif
