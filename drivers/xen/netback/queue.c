// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/netdevice.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <xen/xenbus.h>
#include <xen/gnttab/client.h>

#include "conn.h"
#include "debugfs.h"
#include "interface.h"
#include "queue.h"
#include "txmap.h"

static int queue_map(struct netback_queue *queue, grant_ref_t ref,
		     void **shared, struct netback_ring *ring,
		     unsigned int slot_bytes)
{
	int error;

	error = xenbus_map_ring_valloc(queue->conn->xbdev, &ref, 1, shared);
	return error ?: netback_ring_attach(ring, *shared, slot_bytes);
}

static int queue_alloc(struct netback_queue *queue)
{
	struct xengnt_client *client;
	int error;

	/* It queues no unmapping: what is mapped has clients of its own. */
	client = xengnt_client_create(queue->name,
				      queue->conn->xbdev->otherend_id, NULL,
				      queue);
	if (IS_ERR(client))
		return PTR_ERR(client);
	queue->client = client;
	error = netback_transmit_init(&queue->transmit);
	return error ?: netback_receive_init(&queue->receive);
}

static void channel_init(struct netback_channel *channel,
			 struct netback_queue *queue, int sides,
			 const char *suffix)
{
	channel->sides = sides;
	if (sides & NETBACK_SIDE_TX)
		channel->napi[0] = &queue->transmit.napi;
	if (sides & NETBACK_SIDE_RX)
		channel->napi[1] = &queue->receive.napi;
	snprintf(channel->name, sizeof(channel->name), "%s%s", queue->name,
		 suffix);
}

static int queue_bind(struct netback_queue *queue,
		      const struct netback_queue_config *config)
{
	struct netback_channel *tx = &queue->channels[0];
	struct netback_channel *rx = &queue->channels[1];
	bool split = queue->conn->config.split;
	int error;

	if (split) {
		channel_init(tx, queue, NETBACK_SIDE_TX, "-tx");
		channel_init(rx, queue, NETBACK_SIDE_RX, "-rx");
	} else {
		channel_init(tx, queue, NETBACK_SIDE_TX | NETBACK_SIDE_RX, "");
	}
	queue->transmit.channel = tx;
	queue->receive.channel = split ? rx : tx;
	error = netback_channel_bind(tx, queue->conn->xbdev, config->tx_port);
	if (!error && split)
		error = netback_channel_bind(rx, queue->conn->xbdev,
					     config->rx_port);
	return error;
}

static struct netback_queue *queue_new(struct netback_conn *conn,
				       unsigned int index)
{
	struct net_device *dev = conn->vif->dev;
	struct netback_queue *queue = kvzalloc(sizeof(*queue), GFP_KERNEL);

	if (!queue)
		return NULL;
	queue->conn = conn;
	queue->index = index;
	snprintf(queue->name, sizeof(queue->name), "%s-q%u", dev->name,
		 index);
	queue->transmit.queue = queue;
	queue->receive.queue = queue;
	queue->transmit.stats = &conn->vif->stats[index].transmit;
	queue->receive.stats = &conn->vif->stats[index].receive;
	queue->receive.notified = conn->config.rx_notify;
	netif_napi_add(dev, &queue->transmit.napi, netback_transmit_poll);
	netif_napi_add_tx(dev, &queue->receive.napi, netback_receive_poll);
	return queue;
}

struct netback_queue *
netback_queue_create(struct netback_conn *conn, unsigned int index,
		     const struct netback_queue_config *config,
		     struct netback_keys_error *error)
{
	struct netback_queue *queue = queue_new(conn, index);
	const char *what;
	int ret;

	if (!queue)
		return ERR_PTR(-ENOMEM);
	what = "mapping the transmit ring";
	ret = queue_map(queue, config->tx_ring_ref, &queue->transmit.shared,
			&queue->transmit.ring, NETBACK_TX_SLOT_BYTES);
	if (ret)
		goto err;
	what = "mapping the receive ring";
	ret = queue_map(queue, config->rx_ring_ref, &queue->receive.shared,
			&queue->receive.ring, NETBACK_RX_SLOT_BYTES);
	if (ret)
		goto err;
	what = "allocating memory";
	ret = queue_alloc(queue);
	if (ret)
		goto err;
	what = "binding an event channel";
	ret = queue_bind(queue, config);
	if (ret)
		goto err;
	return queue;

err:
	snprintf(error->text, sizeof(error->text), "%s of queue %u", what,
		 index);
	netback_queue_destroy(queue);
	return ERR_PTR(ret);
}

void netback_queue_destroy(struct netback_queue *queue)
{
	struct xenbus_device *xbdev = queue->conn->xbdev;

	netback_channel_unbind(&queue->channels[1]);
	netback_channel_unbind(&queue->channels[0]);
	netback_receive_fini(&queue->receive);
	netback_transmit_fini(&queue->transmit);
	netif_napi_del(&queue->receive.napi);
	netif_napi_del(&queue->transmit.napi);
	xengnt_client_destroy(queue->client);
	if (queue->receive.shared)
		xenbus_unmap_ring_vfree(xbdev, queue->receive.shared);
	if (queue->transmit.shared)
		xenbus_unmap_ring_vfree(xbdev, queue->transmit.shared);
	kvfree(queue);
}

void netback_queue_up(struct netback_queue *queue)
{
	napi_enable(&queue->transmit.napi);
	napi_enable(&queue->receive.napi);
	/* Requests and events may have been there before. */
	local_bh_disable();
	napi_schedule(&queue->transmit.napi);
	napi_schedule(&queue->receive.napi);
	local_bh_enable();
}

void netback_queue_down(struct netback_queue *queue)
{
	napi_disable(&queue->receive.napi);
	napi_disable(&queue->transmit.napi);
}

void netback_queue_show(struct netback_queue *queue, struct seq_file *m)
{
	struct netback_txmap *map = netback_transmit_txmap(&queue->transmit);
	struct netback_totals totals;
	enum netback_stat stat;

	seq_printf(m, "queue %u\n", queue->index);
	netback_debugfs_ring(m, "tx", &queue->transmit.ring,
			     READ_ONCE(queue->transmit.broken));
	netback_debugfs_ring(m, "rx", &queue->receive.ring,
			     READ_ONCE(queue->receive.broken));
	seq_printf(m, "  irq tx %d rx %d\n", queue->transmit.channel->irq,
		   queue->receive.channel->irq);
	seq_printf(m, "  waiting packets %u bytes %u memory %u%s%s\n",
		   skb_queue_len_lockless(&queue->receive.waiting.packets),
		   READ_ONCE(queue->receive.waiting.bytes),
		   READ_ONCE(queue->receive.waiting.memory),
		   READ_ONCE(queue->receive.stalled) ? " stalled" : "",
		   READ_ONCE(queue->transmit.throttled) ? " throttled" : "");
	seq_printf(m, "  memory of packets %zu\n",
		   netback_buffers_bytes(&queue->transmit.buffers));
	if (queue->staging.max)
		seq_printf(m, "  staging grants %u max %u\n",
			   READ_ONCE(queue->staging.nr), queue->staging.max);
	if (map)
		netback_txmap_show(map, m);
	netback_stats_read(&totals,
			   &queue->conn->vif->stats[queue->index]);
	for (stat = 0; stat < NETBACK_STATS; stat++)
		seq_printf(m, "  %s %llu\n", netback_stats_name(stat),
			   totals.n[stat]);
}
