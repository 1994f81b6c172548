// SPDX-License-Identifier: GPL-2.0
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/stat.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/tick.h>
#include <linux/vmalloc.h>
#include <xen/events.h>
#include <xen/page.h>
#include <xen/xenbus.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/client.h>

#include "budget.h"
#include "conn.h"
#include "device.h"
#include "io.h"
#include "keys.h"
#include "pass.h"
#include "queue.h"

static unsigned int max_buffer_pages = 1024;
module_param(max_buffer_pages, uint, 0644);
MODULE_PARM_DESC(max_buffer_pages,
		 "Free pages to keep for each queue, of each kind (default 1024)");

static bool linger = true;
module_param(linger, bool, 0644);
MODULE_PARM_DESC(linger,
		 "Wait in Xen for the next request, for a tick or two, before the processor goes idle (default Y)");

/* In ticks. The next one ends a call that should have ended before. */
#define LINGER_TICKS	1

/* Returns of that call without a request after which it is not worth it. */
#define LINGER_TRIES	8

/* What one pass can carry: two of the largest requests. */
#define PASS_OPS	512

/* What a completion copies by itself, at most: 128 KiB with interrupts off. */
#define LONE_OPS	32

/* How long to wait if the system has no page to give, in ms. */
#define STARVED_MS	10

void blkback_queue_count(struct blkback_queue *queue, enum blkback_stat stat,
			 u64 n)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	queue->stats.n[stat] += n;
	spin_unlock_irqrestore(&queue->lock, flags);
}

void blkback_queue_set_starved(struct blkback_queue *queue, bool starved)
{
	spin_lock_irq(&queue->lock);
	if (starved && !queue->starved)
		queue->stats.n[BLKBACK_STAT_STALLS]++;
	WRITE_ONCE(queue->starved, starved);
	spin_unlock_irq(&queue->lock);
}

void blkback_queue_stats(struct blkback_queue *queue,
			 struct blkback_stats *stats)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	*stats = queue->stats;
	spin_unlock_irqrestore(&queue->lock, flags);
}

void blkback_queue_latency(struct blkback_queue *queue,
			   struct blkback_latency *sum)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	blkback_latency_add(sum, &queue->latency);
	spin_unlock_irqrestore(&queue->lock, flags);
}

static irqreturn_t queue_interrupt(int irq, void *data)
{
	struct blkback_queue *queue = data;

	WRITE_ONCE(queue->event, true);
	blkback_queue_wake(queue);
	return IRQ_HANDLED;
}

void blkback_queue_kick(struct blkback_queue *queue)
{
	WRITE_ONCE(queue->kicked, true);
	blkback_queue_wake(queue);
}

/* Requests that had waited for something may go on. */
static bool queue_is_fed(const struct blkback_queue *queue)
{
	return !bio_list_empty(&queue->todo) && !READ_ONCE(queue->starved);
}

static bool queue_has_work(struct blkback_queue *queue)
{
	return READ_ONCE(queue->event) || READ_ONCE(queue->kicked) ||
	       READ_ONCE(queue->back.head) || queue_is_fed(queue) ||
	       blkback_persist_is_due(&queue->persist) ||
	       blkback_turn_is_over(&queue->turn) ||
	       kthread_should_stop();
}

/* Nobody but its own thread ever waits: it is woken without a wait queue. */
static void queue_sleep(struct blkback_queue *queue)
{
	/* Whether the queue is starved may change at any time, what it has to do does not. */
	long left = bio_list_empty(&queue->todo) ?
		    MAX_SCHEDULE_TIMEOUT : msecs_to_jiffies(STARVED_MS);

	if (queue->turn.held)
		left = clamp((long)(queue->turn.until - jiffies), 1L, left);
	while (left) {
		/* Before looking: whoever has work for us looks after that. */
		set_current_state(TASK_INTERRUPTIBLE);
		if (queue_has_work(queue))
			break;
		left = schedule_timeout(left);
	}
	__set_current_state(TASK_RUNNING);
}

/* An event or a kick may wake it before its turn. */
static void queue_await_start(struct blkback_queue *queue)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (READ_ONCE(queue->started) || kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

/*
 * Is another request there? If not, the frontend notifies us of the next. A
 * ring that turns out to be broken is for the next pass to report. While a turn
 * lasts nobody asks: its end makes us look.
 */
static bool queue_more(struct blkback_queue *queue)
{
	return !queue->broken && !READ_ONCE(queue->draining) &&
	       (!queue->turn.held || blkback_turn_is_over(&queue->turn)) &&
	       blkback_queue_may_take(queue) &&
	       blkback_ring_final_check(&queue->ring);
}

/*
 * Pass after pass, until the ring is empty and will notify us again, or until
 * a barrier keeps us from it and will kick us. True if it was no false alarm.
 */
static bool queue_serve(struct blkback_queue *queue)
{
	unsigned int taken = 0;
	bool again;

	do {
		again = blkback_pass_run(queue, &taken);
		if (blkback_persist_is_due(&queue->persist))
			blkback_persist_sweep(&queue->persist, &queue->unmap);
		/* Its unmap call may have been the last that a request waited for. */
		again |= !bio_list_empty(&queue->answers);
		/* A guest can keep this going for ever. */
		cond_resched();
	} while (again || queue_more(queue));
	return taken || !blkback_fence_is_open(queue->fence.common);
}

/* It takes a tick to end that in time. */
static bool queue_may_linger(const struct blkback_queue *queue)
{
	return !queue->turn.held && bio_list_empty(&queue->todo) &&
	       !READ_ONCE(queue->draining) && !need_resched() &&
	       single_task_running() &&
	       !tick_nohz_full_cpu(raw_smp_processor_id());
}

/*
 * A guest that waits for each answer has its next request there soon. If the
 * thread slept until then, the processor would go idle and come back by an
 * interrupt that wakes the thread, which is most of what such a request costs.
 * So the thread, if nobody else wants the processor, has Xen block it until
 * there is an event, with the interrupt still held back by the one that is
 * being served. Other interrupts end that, too.
 *
 * True if there is something to do.
 */
static bool queue_linger(struct blkback_queue *queue)
{
	unsigned long until = jiffies + LINGER_TICKS;
	unsigned int tries = LINGER_TRIES;
	bool found;

	/* Who has work for us looks at this afterwards: blkback_queue_wake(). */
	WRITE_ONCE(queue->lingers, true);
	for (;;) {
		xen_clear_irq_pending(queue->irq);
		/* First that, then look: what comes later ends the call. */
		smp_mb();
		found = queue_has_work(queue) || queue_more(queue);
		if (found || !tries-- || time_after(jiffies, until) ||
		    !queue_may_linger(queue))
			break;
		xen_poll_irq_timeout(queue->irq, 0);
	}
	WRITE_ONCE(queue->lingers, false);
	queue->lingered += found;
	return found;
}

/*
 * Only now may the frontend interrupt again. If it had nothing for us since
 * the last time the event channel code slows it down. What an event was sent
 * for may have been taken before the event was seen.
 */
static void queue_end_event(struct blkback_queue *queue, bool worked)
{
	xen_irq_lateeoi(queue->irq, worked ? 0 : XEN_EOI_FLAG_SPURIOUS);
}

static int queue_thread(void *data)
{
	struct blkback_queue *queue = data;
	bool worked, served, event;

	queue_await_start(queue);
	if (kthread_should_stop())
		return 0;
	blkback_cgroup_join(&queue->conn->device->cgroup);
	/* Requests may have been there before the channel was bound. */
	worked = queue_serve(queue);
	while (!kthread_should_stop()) {
		queue_sleep(queue);
		event = xchg(&queue->event, false);
		do {
			served = queue_serve(queue);
			worked |= served;
		} while (event && served && READ_ONCE(linger) &&
			 queue_linger(queue));
		if (!event)
			continue;
		queue_end_event(queue, worked);
		worked = false;
	}
	blkback_cgroup_leave();
	return 0;
}

static int queue_alloc_ios(struct blkback_queue *queue)
{
	unsigned int i;

	/* As much as they take, not the next power of two. */
	queue->ios = vcalloc(queue->ring.size, sizeof(*queue->ios));
	if (!queue->ios)
		return -ENOMEM;
	queue->nr_ios = queue->ring.size;
	for (i = 0; i < queue->nr_ios; i++) {
		blkback_io_init(&queue->ios[i], queue);
		blkback_io_append(&queue->fresh, &queue->ios[i]);
	}
	return 0;
}

static int queue_alloc_areas(struct blkback_queue *queue)
{
	unsigned int keep = READ_ONCE(max_buffer_pages);
	unsigned int capacity = blkback_budget_share(queue->conn->nr_queues);
	struct xengnt_area *area;

	area = xengnt_area_create(queue->client, XENGNT_AREA_MAP, capacity,
				  keep);
	if (IS_ERR(area))
		return PTR_ERR(area);
	queue->map_area = area;

	area = xengnt_area_create(queue->client, XENGNT_AREA_COPY, capacity,
				  keep);
	if (IS_ERR(area))
		return PTR_ERR(area);
	queue->copy_area = area;
	blkback_extent_pool_init(&queue->extents,
				 queue->limits.max_indirect_segments,
				 capacity / queue->limits.max_indirect_segments);
	return blkback_magazine_init(&queue->copy_pages, area, PASS_OPS);
}

static void queue_wake_for_persist(struct blkback_persist *persist)
{
	blkback_queue_wake(container_of(persist, struct blkback_queue, persist));
}

static int queue_alloc_persist(struct blkback_queue *queue)
{
	if (!queue->conn->persistent)
		return 0;
	queue->segments = kmalloc(XEN_PAGE_SIZE, GFP_KERNEL);
	if (!queue->segments)
		return -ENOMEM;
	return blkback_persist_init(&queue->persist, queue->client,
				    blkback_budget_share(queue->conn->nr_queues),
				    queue_wake_for_persist);
}

static int queue_alloc(struct blkback_queue *queue)
{
	struct xengnt_client *client;
	int error;

	client = xengnt_client_create(queue->name,
				      queue->conn->xbdev->otherend_id,
				      &blkback_io_unmap_ops, queue);
	if (IS_ERR(client))
		return PTR_ERR(client);
	queue->client = client;

	error = queue_alloc_areas(queue);
	if (!error)
		error = queue_alloc_persist(queue);
	if (!error)
		error = xengnt_map_batch_init(&queue->map, client, PASS_OPS);
	if (!error)
		error = xengnt_copy_batch_init(&queue->copy, client, PASS_OPS);
	if (!error)
		error = xengnt_copy_batch_init(&queue->copy_lone, client,
					       LONE_OPS);
	if (!error)
		error = xengnt_unmap_batch_init(&queue->unmap, PASS_OPS);
	if (!error)
		error = queue_alloc_ios(queue);
	return error;
}

static int queue_map_ring(struct blkback_queue *queue,
			  const struct blkback_queue_config *config)
{
	struct blkback_conn *conn = queue->conn;
	grant_ref_t refs[BLKBACK_RING_PAGES_MAX];
	unsigned int i;
	int error;

	for (i = 0; i < config->nr_ring_refs; i++)
		refs[i] = config->ring_refs[i];
	error = xenbus_map_ring_valloc(conn->xbdev, refs, config->nr_ring_refs,
				       &queue->shared);
	if (error)
		return error;
	return blkback_ring_attach(&queue->ring, queue->shared,
				   config->nr_ring_refs * XEN_PAGE_SIZE,
				   conn->layout);
}

static int queue_bind(struct blkback_queue *queue, u32 port)
{
	int irq;

	irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(queue->conn->xbdev,
							    port,
							    queue_interrupt, 0,
							    queue->name, queue);
	if (irq < 0)
		return irq;
	queue->irq = irq;
	return 0;
}

static int queue_create_thread(struct blkback_queue *queue)
{
	struct task_struct *thread;

	thread = kthread_create(queue_thread, queue, "%s", queue->name);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	/* Until the last completion has looked whether it is the thread. */
	queue->thread = get_task_struct(thread);
	return 0;
}

static void queue_init(struct blkback_queue *queue, struct blkback_conn *conn,
		       unsigned int index)
{
	queue->conn = conn;
	queue->index = index;
	queue->limits = conn->limits;
	queue->fence.common = &conn->fence;
	snprintf(queue->name, sizeof(queue->name), "%s-%u", conn->name, index);
	init_waitqueue_head(&queue->drained);
	spin_lock_init(&queue->lock);
}

struct blkback_queue *
blkback_queue_create(struct blkback_conn *conn, unsigned int index,
		     const struct blkback_queue_config *config,
		     char *error_text, size_t size)
{
	struct blkback_queue *queue;
	const char *what;
	int error;

	queue = kzalloc(sizeof(*queue), GFP_KERNEL);
	if (!queue)
		return ERR_PTR(-ENOMEM);
	queue_init(queue, conn, index);

	what = "mapping the ring";
	error = queue_map_ring(queue, config);
	if (error)
		goto err;
	/* From here on somebody may want to wake it. */
	what = "creating the thread";
	error = queue_create_thread(queue);
	if (error)
		goto err;
	what = "allocating memory";
	error = queue_alloc(queue);
	if (error)
		goto err_thread;
	what = "binding the event channel";
	error = queue_bind(queue, config->event_channel);
	if (error)
		goto err_thread;
	return queue;

err_thread:
	kthread_stop(queue->thread);
err:
	snprintf(error_text, size, "%s of queue %u", what, index);
	blkback_queue_destroy(queue, NULL);
	return ERR_PTR(error);
}

void blkback_queue_start(struct blkback_queue *queue)
{
	WRITE_ONCE(queue->started, true);
	blkback_queue_wake(queue);
}

void blkback_queue_drain(struct blkback_queue *queue)
{
	if (!queue)
		return;
	spin_lock_irq(&queue->lock);
	WRITE_ONCE(queue->draining, true);
	spin_unlock_irq(&queue->lock);
}

/* Nothing is in use, and no pass is about to change that. */
static bool queue_drained(struct blkback_queue *queue)
{
	bool drained;

	spin_lock_irq(&queue->lock);
	drained = !blkback_ring_unanswered(&queue->ring) && !queue->in_pass;
	if (!blkback_fence_is_open(queue->fence.common))
		blkback_fence_look(queue->fence.common);
	spin_unlock_irq(&queue->lock);
	return drained;
}

/*
 * Every request that was taken gets its answer first: responses are written
 * over requests, so what is left on the ring makes sense to a successor of ours
 * only if no request was taken without one.
 */
void blkback_queue_stop(struct blkback_queue *queue)
{
	if (!queue)
		return;
	/* As long as the disk takes: not a hung task. */
	wait_event_idle(queue->drained, queue_drained(queue));
	if (!queue->thread)
		return;
	blkback_queue_wake(queue);
	kthread_stop(queue->thread);
}

void blkback_queue_destroy(struct blkback_queue *queue,
			   struct blkback_stats *sum)
{
	if (!queue)
		return;

	if (sum)
		blkback_stats_add(sum, &queue->stats);
	blkback_persist_fini(&queue->persist, &queue->unmap);
	kfree(queue->segments);
	vfree(queue->ios);
	blkback_extent_pool_fini(&queue->extents);
	xengnt_unmap_batch_fini(&queue->unmap);
	xengnt_copy_batch_fini(&queue->copy_lone);
	xengnt_copy_batch_fini(&queue->copy);
	xengnt_map_batch_fini(&queue->map);
	blkback_magazine_fini(&queue->copy_pages);
	xengnt_area_destroy(queue->copy_area);
	xengnt_area_destroy(queue->map_area);
	/*
	 * Waits for the library's last call of us, which shows the frontend the
	 * last answers.
	 */
	xengnt_client_destroy(queue->client);
	if (queue->irq)
		unbind_from_irqhandler(queue->irq, queue);
	if (queue->thread)
		put_task_struct(queue->thread);
	if (queue->shared)
		xenbus_unmap_ring_vfree(queue->conn->xbdev, queue->shared);
	kfree(queue);
}

static void show_area(struct seq_file *m, const char *name,
		      struct xengnt_area *area)
{
	struct xengnt_area_usage usage;

	xengnt_area_usage_read(area, &usage);
	seq_printf(m, "  %s_pages out %u free %u peak %u lost %u capacity %u\n",
		   name, usage.out, usage.free, usage.peak, usage.lost,
		   usage.capacity);
}

void blkback_queue_show(struct blkback_queue *queue, struct seq_file *m)
{
	u32 req_prod, req_cons, rsp_prod;
	struct blkback_stats stats;
	enum blkback_stat stat;

	blkback_ring_indices(&queue->ring, &req_prod, &req_cons, &rsp_prod);
	seq_printf(m, "queue %u\n  thread %d\n  ring size %u req_prod %u req_cons %u rsp_prod %u%s\n",
		   queue->index, task_pid_nr(queue->thread), queue->ring.size,
		   req_prod, req_cons, rsp_prod,
		   queue->broken ? " broken" : "");
	seq_printf(m, "  inflight %u submitted %d\n",
		   blkback_ring_unanswered(&queue->ring), atomic_read(&queue->submitted));
	show_area(m, "map", queue->map_area);
	show_area(m, "copy", queue->copy_area);
	seq_printf(m, "  data_path %s\n",
		   blkback_path_name(blkback_path_choose(queue, XEN_PAGE_SIZE, false)));
	blkback_persist_show(&queue->persist, m);

	blkback_queue_stats(queue, &stats);
	for (stat = 0; stat < BLKBACK_STATS; stat++)
		seq_printf(m, "  %s %llu\n", blkback_stats_name(stat),
			   stats.n[stat]);
}
