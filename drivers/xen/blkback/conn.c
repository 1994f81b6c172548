// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/seq_file.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <xen/xenbus.h>

#include "conn.h"
#include "device.h"
#include "disk.h"
#include "queue.h"

/* Connections that are ending. Drained before the module goes. */
static struct workqueue_struct *end_wq;

/**
 * struct frontend_keys - reads the frontend's folder for the pure parser
 * @path: of the folder
 * @value: what was read last
 */
struct frontend_keys {
	const char *path;
	char *value;
};

static const char *frontend_key(void *context, const char *key)
{
	struct frontend_keys *keys = context;

	kfree(keys->value);
	keys->value = xenbus_read(XBT_NIL, keys->path, key, NULL);
	if (IS_ERR(keys->value))
		keys->value = NULL;
	return keys->value;
}

/* All keys of all queues, checked as a whole before anything is mapped. */
static struct blkback_queue_config *
conn_read_keys(struct blkback_conn *conn,
	       const struct blkback_keys_limits *limits,
	       struct blkback_keys_error *error)
{
	struct frontend_keys keys = { .path = conn->xbdev->otherend };
	struct blkback_keys_source source = {
		.read = frontend_key,
		.context = &keys,
	};
	struct blkback_queue_config *queues = NULL;
	struct blkback_frontend_config frontend;
	unsigned int i;
	int ret;

	ret = blkback_keys_read_frontend(&source, limits, &frontend, error);
	if (ret)
		goto out;
	conn->layout = frontend.layout;
	conn->persistent = frontend.persistent;

	ret = -ENOMEM;
	queues = kcalloc(frontend.nr_queues, sizeof(*queues), GFP_KERNEL);
	if (!queues)
		goto out;
	for (i = 0; i < frontend.nr_queues; i++) {
		ret = blkback_keys_read_queue(&source, &frontend, i,
					      &queues[i], error);
		if (ret)
			goto out;
	}
	ret = blkback_keys_check_queues(queues, frontend.nr_queues, error);
	conn->nr_queues = frontend.nr_queues;
out:
	kfree(keys.value);
	if (!ret)
		return queues;
	kfree(queues);
	return ERR_PTR(ret);
}

static int conn_create_queues(struct blkback_conn *conn,
			      const struct blkback_queue_config *configs,
			      struct blkback_keys_error *error)
{
	unsigned int i;

	conn->queues = kcalloc(conn->nr_queues, sizeof(*conn->queues),
			       GFP_KERNEL);
	if (!conn->queues)
		return -ENOMEM;
	for (i = 0; i < conn->nr_queues; i++) {
		struct blkback_queue *queue;

		queue = blkback_queue_create(conn, i, &configs[i], error->text,
					     sizeof(error->text));
		if (IS_ERR(queue))
			return PTR_ERR(queue);
		conn->queues[i] = queue;
	}

	/*
	 * Not before all are there: to take one down again means to wait for
	 * the disk, which whoever connects must not.
	 */
	for (i = 0; i < conn->nr_queues; i++)
		blkback_queue_start(conn->queues[i]);
	return 0;
}

static void conn_free(struct blkback_conn *conn, struct blkback_stats *stats)
{
	unsigned int i;

	/* They wait for each other at a barrier: not one may go before all, nor wait. */
	for (i = 0; conn->queues && i < conn->nr_queues; i++)
		blkback_queue_drain(conn->queues[i]);
	for (i = 0; conn->queues && i < conn->nr_queues; i++)
		blkback_queue_stop(conn->queues[i]);
	blkback_fence_fini(&conn->fence);
	for (i = 0; conn->queues && i < conn->nr_queues; i++)
		blkback_queue_destroy(conn->queues[i], stats);
	kfree(conn->queues);
	blkback_disk_put(conn->disk);
	put_device(&conn->xbdev->dev);
	blkback_device_put(conn->device);
	kfree(conn);
}

static void conn_end(struct work_struct *work)
{
	struct blkback_conn *conn = container_of(work, struct blkback_conn,
						 end);
	struct blkback_device *device = blkback_device_get(conn->device);
	struct blkback_stats stats = {};

	conn_free(conn, &stats);
	blkback_device_disconnected(device, &stats);
	blkback_device_put(device);
}

static void conn_name(struct blkback_conn *conn)
{
	char *dev = xenbus_read(XBT_NIL, conn->xbdev->nodename, "dev", NULL);
	const char *base = "?";

	/* The toolstack's word for the disk; some write a path. */
	if (!IS_ERR(dev))
		base = kbasename(dev);
	snprintf(conn->name, sizeof(conn->name), "%d.%s",
		 conn->xbdev->otherend_id, base);
	if (!IS_ERR(dev))
		kfree(dev);
}

struct blkback_conn *
blkback_conn_create(struct blkback_device *device, struct xenbus_device *xbdev,
		    struct blkback_disk *disk,
		    const struct blkback_keys_limits *limits,
		    struct blkback_keys_error *error)
{
	struct blkback_queue_config *configs;
	struct blkback_stats stats = {};
	struct blkback_conn *conn;
	int ret;

	conn = kzalloc(sizeof(*conn), GFP_KERNEL);
	if (!conn)
		return ERR_PTR(-ENOMEM);
	INIT_WORK(&conn->end, conn_end);
	blkback_fence_init(&conn->fence);
	conn->device = blkback_device_get(device);
	get_device(&xbdev->dev);
	conn->xbdev = xbdev;
	conn->disk = blkback_disk_get(disk);
	blkback_disk_limits(disk, &conn->limits);
	conn_name(conn);

	strscpy(error->text, "not enough memory", sizeof(error->text));
	configs = conn_read_keys(conn, limits, error);
	if (IS_ERR(configs)) {
		ret = PTR_ERR(configs);
		goto err_free;
	}
	ret = conn_create_queues(conn, configs, error);
	kfree(configs);
	if (ret)
		goto err_free;
	return conn;

err_free:
	conn_free(conn, &stats);
	return ERR_PTR(ret);
}

void blkback_conn_end(struct blkback_conn *conn)
{
	queue_work(end_wq, &conn->end);
}

void blkback_conn_fail(struct blkback_conn *conn, unsigned int queue,
		       const char *why)
{
	char text[96];

	snprintf(text, sizeof(text), "queue %u: %s", queue, why);
	blkback_device_failed(conn->device, text);
}

void blkback_conn_resize(struct blkback_conn *conn, u64 sectors)
{
	unsigned int i;

	/* A request is checked against the one or the other. */
	for (i = 0; i < conn->nr_queues; i++)
		WRITE_ONCE(conn->queues[i]->limits.capacity, sectors);
}

void blkback_conn_kick(struct blkback_conn *conn)
{
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++)
		blkback_queue_kick(conn->queues[i]);
}

void blkback_conn_latency(struct blkback_conn *conn,
			  struct blkback_latency *sum)
{
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++)
		blkback_queue_latency(conn->queues[i], sum);
}

ssize_t blkback_conn_threads(struct blkback_conn *conn, char *buf)
{
	ssize_t length = 0;
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++)
		length += sysfs_emit_at(buf, length, "%s%d", i ? " " : "",
					task_pid_nr(conn->queues[i]->thread));
	return length + sysfs_emit_at(buf, length, "\n");
}

void blkback_conn_stats(struct blkback_conn *conn, struct blkback_stats *sum)
{
	struct blkback_stats stats;
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++) {
		blkback_queue_stats(conn->queues[i], &stats);
		blkback_stats_add(sum, &stats);
	}
}

void blkback_conn_show(struct blkback_conn *conn, struct seq_file *m)
{
	unsigned int i;

	seq_printf(m, "protocol %s\nqueues %u\n", conn->layout->name,
		   conn->nr_queues);
	for (i = 0; i < conn->nr_queues; i++)
		blkback_queue_show(conn->queues[i], m);
}

int blkback_conn_init(void)
{
	end_wq = alloc_workqueue("xen-blkback", WQ_UNBOUND, 0);
	return end_wq ? 0 : -ENOMEM;
}

void blkback_conn_exit(void)
{
	destroy_workqueue(end_wq);
}
