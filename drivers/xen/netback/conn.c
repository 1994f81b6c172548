// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/netdevice.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <xen/xenbus.h>

#include "conn.h"
#include "control.h"
#include "device.h"
#include "interface.h"
#include "queue.h"

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
static struct netback_queue_config *
conn_read_keys(struct netback_conn *conn, struct netback_keys_error *error)
{
	struct frontend_keys keys = { .path = conn->xbdev->otherend };
	struct netback_keys_source source = {
		.read = frontend_key,
		.context = &keys,
	};
	struct netback_queue_config *queues = NULL;
	unsigned int i;
	int ret;

	ret = netback_keys_read_frontend(&source, conn->vif->max_queues,
					 conn->vif->flip_offered, &conn->config,
					 error);
	if (ret)
		goto out;
	ret = -ENOMEM;
	queues = kcalloc(conn->config.nr_queues, sizeof(*queues), GFP_KERNEL);
	if (!queues)
		goto out;
	for (i = 0; i < conn->config.nr_queues; i++) {
		ret = netback_keys_read_queue(&source, &conn->config, i,
					      &queues[i], error);
		if (ret)
			goto out;
	}
	ret = netback_keys_check_queues(&conn->config, queues, error);
out:
	kfree(keys.value);
	if (!ret)
		return queues;
	kfree(queues);
	return ERR_PTR(ret);
}

static int conn_create_queues(struct netback_conn *conn,
			      const struct netback_queue_config *configs,
			      struct netback_keys_error *error)
{
	struct netback_queue *queue;

	conn->queues = kcalloc(conn->config.nr_queues, sizeof(*conn->queues),
			       GFP_KERNEL);
	if (!conn->queues)
		return -ENOMEM;
	while (conn->nr_queues < conn->config.nr_queues) {
		queue = netback_queue_create(conn, conn->nr_queues,
					     &configs[conn->nr_queues], error);
		if (IS_ERR(queue))
			return PTR_ERR(queue);
		conn->queues[conn->nr_queues++] = queue;
	}
	return 0;
}

static int conn_create_control(struct netback_conn *conn,
			       struct netback_keys_error *error)
{
	struct netback_control *control;

	if (!conn->config.ctrl)
		return 0;
	control = netback_control_create(conn, error);
	if (IS_ERR(control))
		return PTR_ERR(control);
	conn->control = control;
	return 0;
}

void netback_conn_destroy(struct netback_conn *conn)
{
	netback_vif_disconnect(conn->vif);
	netback_control_destroy(conn->control);
	while (conn->nr_queues)
		netback_queue_destroy(conn->queues[--conn->nr_queues]);
	kfree(conn->queues);
	kfree(conn);
}

struct netback_conn *netback_conn_create(struct netback_device *device,
					 struct xenbus_device *xbdev,
					 struct netback_vif *vif,
					 struct netback_keys_error *error)
{
	struct netback_queue_config *configs;
	struct netback_conn *conn;
	int ret;

	strscpy(error->text, "not enough memory", sizeof(error->text));
	conn = kzalloc(sizeof(*conn), GFP_KERNEL);
	if (!conn)
		return ERR_PTR(-ENOMEM);
	conn->device = device;
	conn->xbdev = xbdev;
	conn->vif = vif;
	spin_lock_init(&conn->stalled_lock);
	netback_multicast_init(&conn->multicast);
	configs = conn_read_keys(conn, error);
	if (IS_ERR(configs)) {
		ret = PTR_ERR(configs);
		goto err;
	}
	strscpy(error->text, "not enough memory", sizeof(error->text));
	ret = conn_create_queues(conn, configs, error);
	kfree(configs);
	if (!ret)
		ret = conn_create_control(conn, error);
	if (!ret)
		ret = netback_vif_connect(vif, conn);
	if (!ret)
		return conn;
err:
	netback_conn_destroy(conn);
	return ERR_PTR(ret);
}

void netback_conn_fail(struct netback_conn *conn, unsigned int queue,
		       const char *why)
{
	char text[96];

	snprintf(text, sizeof(text), "queue %u: %s", queue, why);
	netback_device_failed(conn->device, text);
}

void netback_conn_stalled(struct netback_conn *conn, int change)
{
	unsigned long flags;

	spin_lock_irqsave(&conn->stalled_lock, flags);
	conn->stalled += change;
	if (conn->stalled)
		netif_carrier_off(conn->vif->dev);
	else
		netif_carrier_on(conn->vif->dev);
	spin_unlock_irqrestore(&conn->stalled_lock, flags);
}

void netback_conn_up(struct netback_conn *conn)
{
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++)
		netback_queue_up(conn->queues[i]);
}

void netback_conn_down(struct netback_conn *conn)
{
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++)
		netback_queue_down(conn->queues[i]);
}

void netback_conn_purge(struct netback_conn *conn)
{
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++)
		netback_rxqueue_purge(&conn->queues[i]->receive.waiting);
}

void netback_conn_kick(struct netback_conn *conn)
{
	unsigned int i;

	for (i = 0; i < conn->nr_queues; i++) {
		mod_timer(&conn->queues[i]->transmit.timer, jiffies);
		mod_timer(&conn->queues[i]->receive.timer, jiffies);
	}
}

int netback_conn_allow_map(struct netback_conn *conn)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < conn->nr_queues && !error; i++)
		error = netback_transmit_allow_map(&conn->queues[i]->transmit);
	return error;
}

unsigned int netback_conn_headroom(const struct netback_conn *conn)
{
	/* A page that becomes the guest's has data from its beginning on. */
	return conn->config.flip ? 0 : READ_ONCE(conn->vif->headroom);
}

netdev_features_t netback_conn_features(const struct netback_conn *conn)
{
	const struct netback_frontend_config *config = &conn->config;
	netdev_features_t features = 0;

	if (config->sg)
		features |= NETIF_F_SG;
	if (config->ip_csum)
		features |= NETIF_F_IP_CSUM;
	if (config->ipv6_csum)
		features |= NETIF_F_IPV6_CSUM;
	/* A program in the guest is not shown what has several slots. */
	if (netback_conn_headroom(conn))
		return features;
	if (config->gso_tcpv4)
		features |= NETIF_F_TSO;
	if (config->gso_tcpv6)
		features |= NETIF_F_TSO6;
	return features;
}

void netback_conn_show(struct netback_conn *conn, struct seq_file *m)
{
	const struct netback_frontend_config *config = &conn->config;
	unsigned int i;

	seq_printf(m, "queues %u\nsplit %u\nrx_notify %u\nsg %u\n",
		   conn->nr_queues, config->split, config->rx_notify,
		   config->sg);
	seq_printf(m, "gso_tcpv4 %u\ngso_tcpv6 %u\nip_csum %u\nipv6_csum %u\n",
		   config->gso_tcpv4, config->gso_tcpv6, config->ip_csum,
		   config->ipv6_csum);
	seq_printf(m, "mcast_filter %u\nrx_flip %u\n",
		   READ_ONCE(conn->multicast.filter), config->flip);
	seq_printf(m, "xdp_headroom %u\n", netback_conn_headroom(conn));
	if (config->flip)
		seq_printf(m, "rx_flip_lost %d\n",
			   atomic_read(&conn->vif->flip_lost));
	netback_control_show(conn->control, m);
	for (i = 0; i < conn->nr_queues; i++)
		netback_queue_show(conn->queues[i], m);
}
