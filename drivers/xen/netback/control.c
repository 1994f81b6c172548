// SPDX-License-Identifier: GPL-2.0
/*
 * Messages may sleep: what they name is copied, mapped and unmapped here. They
 * are carried out one after the other, a few at a time, by a work item, so that
 * a guest that never ceases takes turns with everybody else's work.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <xen/gnttab/client.h>
#include <xen/interface/io/netif.h>
#include <xen/xenbus.h>

#include "conn.h"
#include "control.h"
#include "ctrlcodec.h"
#include "debugfs.h"
#include "device.h"
#include "hash.h"
#include "interface.h"
#include "queue.h"
#include "trace.h"

/* Messages that are carried out before others have their turn. */
#define PASS_MESSAGES	16

/*
 * Between our page and the beginning of one of the guest's. Its page may change
 * meanwhile, and afterwards: only the copy is looked at.
 */
static bool control_copy(struct netback_control *control, u32 ref,
			 unsigned int len, bool to_guest)
{
	if (!len)
		return true;
	xengnt_copy_batch_reset(&control->copy);
	if (to_guest)
		xengnt_copy_to_grant(&control->copy, control->page, 0, ref, 0,
				     len);
	else
		xengnt_copy_from_grant(&control->copy, ref, 0, control->page, 0,
				       len);
	return !xengnt_copy_batch_run(&control->copy);
}

/*
 * What the guest chose lately. Only messages change it, and what packets look
 * at is replaced as a whole.
 */
static struct netback_hash control_hash(struct netback_control *control)
{
	const struct netback_hash *now;

	now = rcu_dereference_protected(control->conn->hash, true);
	return now ? *now : (struct netback_hash) {};
}

static u32 control_hash_replace(struct netback_control *control,
				const struct netback_hash *hash)
{
	struct netback_hash *new, *old;

	new = kmemdup(hash, sizeof(*hash), GFP_KERNEL);
	if (!new)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	old = rcu_replace_pointer(control->conn->hash, new, true);
	if (old)
		synchronize_net();
	kfree(old);
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_key(struct netback_control *control, struct netback_hash *hash,
		   u32 ref, u32 len)
{
	u32 status = netback_hash_check_key(len);

	if (status)
		return status;
	if (!control_copy(control, ref, len, false))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	netback_hash_set_key(hash, page_address(control->page), len);
	return status;
}

static u32 set_mapping(struct netback_control *control,
		       struct netback_hash *hash, u32 ref, u32 nr, u32 first)
{
	u32 status = netback_hash_check_mapping(hash, nr, first);

	if (status)
		return status;
	if (!control_copy(control, ref, nr * sizeof(u32), false))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	return netback_hash_set_mapping(hash, page_address(control->page), nr,
					first, control->conn->nr_queues);
}

/* Messages that change the hash. */
static u32 control_change_hash(struct netback_control *control,
			       const struct netback_ctrl_request *request)
{
	struct netback_hash hash = control_hash(control);
	const u32 *data = request->data;
	u32 status;

	switch (request->type) {
	case XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM:
		status = netback_hash_set_algorithm(&hash, data[0]);
		break;
	case XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS:
		status = netback_hash_set_flags(&hash, data[0]);
		break;
	case XEN_NETIF_CTRL_TYPE_SET_HASH_KEY:
		status = set_key(control, &hash, data[0], data[1]);
		break;
	case XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE:
		status = netback_hash_set_mapping_size(&hash, data[0]);
		break;
	case XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING:
		status = set_mapping(control, &hash, data[0], data[1], data[2]);
		break;
	default:
		return XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED;
	}
	return status ?: control_hash_replace(control, &hash);
}

static u32 control_get_flags(struct netback_control *control, u32 *flags)
{
	struct netback_hash hash = control_hash(control);

	return netback_hash_get_flags(&hash, flags);
}

static u32 add_grants(struct netback_control *control,
		      struct netback_staging *staging, u32 ref, u32 nr)
{
	if (nr > NETBACK_CTRL_GREFS_MAX ||
	    !control_copy(control, ref, nr * NETBACK_CTRL_GREF_BYTES, false) ||
	    netback_staging_add(staging, &control->tools,
				page_address(control->page), nr))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 remove_grants(struct netback_control *control,
			 struct netback_staging *staging, u32 ref, u32 nr,
			 u32 *removed)
{
	unsigned int bytes = nr * NETBACK_CTRL_GREF_BYTES;

	if (nr > NETBACK_CTRL_GREFS_MAX ||
	    !control_copy(control, ref, bytes, false))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	*removed = netback_staging_remove(staging, &control->tools,
					  page_address(control->page), nr);
	/* Without the list the guest does not know which are gone. */
	if (!control_copy(control, ref, bytes, true))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

/* Messages about the grants of a queue. */
static u32 control_grants(struct netback_control *control,
			  const struct netback_ctrl_request *request,
			  u32 *answer)
{
	struct netback_conn *conn = control->conn;
	const u32 *data = request->data;
	struct netback_staging *staging;

	if (data[0] >= conn->nr_queues)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	staging = &conn->queues[data[0]]->staging;
	if (request->type == NETBACK_CTRL_GET_GREF_MAPPING_SIZE) {
		*answer = staging->max;
		return XEN_NETIF_CTRL_STATUS_SUCCESS;
	}
	if (!staging->max)
		return XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED;
	if (request->type == NETBACK_CTRL_ADD_GREF_MAPPING)
		return add_grants(control, staging, data[1], data[2]);
	return remove_grants(control, staging, data[1], data[2], answer);
}

static u32 control_do(struct netback_control *control,
		      const struct netback_ctrl_request *request, u32 *answer)
{
	switch (request->type) {
	case XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS:
		return control_get_flags(control, answer);
	case XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE:
		*answer = NETBACK_HASH_MAPPING_MAX;
		return XEN_NETIF_CTRL_STATUS_SUCCESS;
	case NETBACK_CTRL_GET_GREF_MAPPING_SIZE:
	case NETBACK_CTRL_ADD_GREF_MAPPING:
	case NETBACK_CTRL_DEL_GREF_MAPPING:
		return control_grants(control, request, answer);
	default:
		return control_change_hash(control, request);
	}
}

static void control_message(struct netback_control *control)
{
	u8 raw[NETBACK_SLOT_BYTES_MAX] __aligned(4);
	struct netback_ctrl_request request;
	u32 status, answer = 0;
	unsigned int bytes;

	netback_ring_copy(&control->ring, 0, raw);
	netback_ctrl_decode(&request, raw);
	netback_ring_take(&control->ring, 1);
	status = control_do(control, &request, &answer);
	trace_netback_control(control->conn->vif->dev, &request, status,
			      answer);
	WRITE_ONCE(control->messages, control->messages + 1);
	if (status != XEN_NETIF_CTRL_STATUS_SUCCESS)
		WRITE_ONCE(control->refused, control->refused + 1);
	bytes = netback_ctrl_response(raw, &request, status, answer);
	netback_ring_respond(&control->ring, raw, bytes);
}

static bool control_trusted(struct netback_control *control, int waiting)
{
	if (waiting < 0 && !control->broken) {
		WRITE_ONCE(control->broken, true);
		netback_device_failed(control->conn->device,
				      "impossible producer index of the control ring");
	}
	return !control->broken;
}

static void control_work(struct work_struct *work)
{
	struct netback_control *control = container_of(work,
						       struct netback_control,
						       work);
	int waiting, nr;

	/* An event may come before its interrupt is known, and be lost then. */
	if (!READ_ONCE(control->ready))
		return;
	waiting = netback_ring_waiting(&control->ring);
	if (!control_trusted(control, waiting))
		return;
	if (waiting)
		netback_channel_worked(&control->channel);
	for (nr = 0; nr < min(waiting, PASS_MESSAGES); nr++) {
		control_message(control);
		cond_resched();
	}
	if (netback_ring_push(&control->ring))
		netback_channel_notify(&control->channel);
	waiting = netback_ring_await(&control->ring, 1);
	if (!control_trusted(control, waiting))
		return;
	if (waiting)
		queue_work(system_unbound_wq, &control->work);
	else
		netback_channel_done(&control->channel, NETBACK_SIDE_CTRL);
}

/* Memory and tables for as many grants as one message can name. */
static int control_alloc_staging(struct netback_control *control)
{
	struct netback_conn *conn = control->conn;
	unsigned int max = netback_staging_offered(), i;
	int error;

	if (!max)
		return 0;
	error = xengnt_map_batch_init(&control->map, control->client,
				      NETBACK_CTRL_GREFS_MAX);
	if (!error)
		error = xengnt_unmap_batch_init(&control->unmap,
						NETBACK_CTRL_GREFS_MAX);
	control->tools = (struct netback_staging_tools) {
		.map = &control->map,
		.unmap = &control->unmap,
		.pages = kcalloc(NETBACK_CTRL_GREFS_MAX, sizeof(struct page *),
				 GFP_KERNEL),
	};
	if (!error && !control->tools.pages)
		error = -ENOMEM;
	for (i = 0; i < conn->nr_queues && !error; i++)
		error = netback_staging_init(&conn->queues[i]->staging,
					     control->client, max);
	return error;
}

static int control_alloc(struct netback_control *control)
{
	struct netback_conn *conn = control->conn;
	struct xengnt_client *client;
	char name[IFNAMSIZ + 8];
	int error;

	snprintf(name, sizeof(name), "%s-ctrl", conn->vif->dev->name);
	client = xengnt_client_create(name, conn->xbdev->otherend_id,
				      &netback_staging_ops, control);
	if (IS_ERR(client))
		return PTR_ERR(client);
	control->client = client;
	control->page = alloc_page(GFP_KERNEL);
	if (!control->page)
		return -ENOMEM;
	error = xengnt_copy_batch_init(&control->copy, client, 1);
	return error ?: control_alloc_staging(control);
}

static int control_bind(struct netback_control *control)
{
	struct netback_conn *conn = control->conn;
	struct netback_channel *channel = &control->channel;

	channel->sides = NETBACK_SIDE_CTRL;
	channel->work = &control->work;
	snprintf(channel->name, sizeof(channel->name), "%s-ctrl",
		 conn->vif->dev->name);
	return netback_channel_bind(channel, conn->xbdev,
				    conn->config.ctrl_port);
}

static int control_map(struct netback_control *control)
{
	int error = xenbus_map_ring_valloc(control->conn->xbdev,
					   &control->conn->config.ctrl_ring_ref,
					   1, &control->shared);

	return error ?: netback_ring_attach(&control->ring, control->shared,
					    NETBACK_CTRL_SLOT_BYTES);
}

struct netback_control *netback_control_create(struct netback_conn *conn,
					       struct netback_keys_error *error)
{
	struct netback_control *control = kzalloc(sizeof(*control), GFP_KERNEL);
	const char *what = "mapping the control ring";
	int ret;

	if (!control)
		return ERR_PTR(-ENOMEM);
	control->conn = conn;
	INIT_WORK(&control->work, control_work);
	ret = control_map(control);
	if (!ret) {
		what = "allocating memory for the control ring";
		ret = control_alloc(control);
	}
	if (!ret) {
		what = "binding the event channel of the control ring";
		ret = control_bind(control);
	}
	if (ret) {
		snprintf(error->text, sizeof(error->text), "%s", what);
		netback_control_destroy(control);
		return ERR_PTR(ret);
	}
	/* Messages and events may have been there before. */
	WRITE_ONCE(control->ready, true);
	queue_work(system_unbound_wq, &control->work);
	return control;
}

void netback_control_destroy(struct netback_control *control)
{
	struct netback_conn *conn;
	unsigned int i;

	if (!control)
		return;
	conn = control->conn;
	/* Nobody answers events any more, then none comes. */
	WRITE_ONCE(control->ready, false);
	cancel_work_sync(&control->work);
	netback_channel_unbind(&control->channel);
	cancel_work_sync(&control->work);
	for (i = 0; i < conn->nr_queues; i++)
		netback_staging_fini(&conn->queues[i]->staging,
				     &control->tools);
	kfree(rcu_dereference_protected(conn->hash, true));
	RCU_INIT_POINTER(conn->hash, NULL);
	kfree(control->tools.pages);
	xengnt_unmap_batch_fini(&control->unmap);
	xengnt_map_batch_fini(&control->map);
	xengnt_copy_batch_fini(&control->copy);
	if (control->page)
		__free_page(control->page);
	xengnt_client_destroy(control->client);
	if (control->shared)
		xenbus_unmap_ring_vfree(conn->xbdev, control->shared);
	kfree(control);
}

void netback_control_show(struct netback_control *control, struct seq_file *m)
{
	const struct netback_hash *hash;

	if (!control)
		return;
	netback_debugfs_ring(m, "ctrl", &control->ring,
			     READ_ONCE(control->broken));
	seq_printf(m, "  messages %llu refused %llu\n",
		   READ_ONCE(control->messages), READ_ONCE(control->refused));
	rcu_read_lock();
	hash = rcu_dereference(control->conn->hash);
	if (hash)
		seq_printf(m, "  hash algorithm %u types %#x mapping %u\n",
			   hash->algorithm, hash->flags, hash->nr_mapping);
	rcu_read_unlock();
}
