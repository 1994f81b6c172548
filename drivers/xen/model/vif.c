// SPDX-License-Identifier: GPL-2.0
/*
 * A virtual network interface: its toolstack and its frontend.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/page.h>
#include "bus.h"
#include "evtchn.h"
#include "grant.h"
#include "knob.h"
#include "store.h"
#include "vif.h"

/* How long to wait for anything, in ms. Virtual ones cost nothing. */
#define PATIENCE_MS 1000

static const char * const feature_keys[] = {
	"request-rx-copy", "feature-rx-notify", "feature-sg",
	"feature-gso-tcpv4", "feature-gso-tcpv6", "feature-ipv6-csum-offload",
};

static void backend_write(const struct xenmodel_vif *vif, const char *key,
			  const char *value)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/%s", vif->backend, key);
	xenmodel_store_write(path, "%s", value);
}

void xenmodel_vif_write(struct xenmodel_vif *vif, const char *key,
			unsigned int value)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/%s", vif->frontend, key);
	xenmodel_store_write(path, "%u", value);
}
EXPORT_SYMBOL_GPL(xenmodel_vif_write);

void xenmodel_vif_create(struct xenmodel_vif *vif,
			 struct xenmodel_domain *domain, unsigned int devid)
{
	char number[12];

	*vif = (struct xenmodel_vif) { .domain = domain, .devid = devid };
	snprintf(vif->backend, sizeof(vif->backend), "backend/vif/%u/%u",
		 domain->domid, devid);
	snprintf(vif->frontend, sizeof(vif->frontend),
		 "/local/domain/%u/device/vif/%u", domain->domid, devid);

	xenmodel_vif_write(vif, "backend-id", XENMODEL_LOCAL_DOMID);
	xenmodel_vif_write(vif, "handle", devid);
	xenmodel_vif_write(vif, "state", XenbusStateInitialising);

	/* A toolstack writes all of it in one transaction: the state last. */
	backend_write(vif, "frontend", vif->frontend);
	snprintf(number, sizeof(number), "%u", domain->domid);
	backend_write(vif, "frontend-id", number);
	backend_write(vif, "online", "1");
	snprintf(number, sizeof(number), "%u", devid);
	backend_write(vif, "handle", number);
	backend_write(vif, "script", "/etc/xen/scripts/vif-bridge");
	backend_write(vif, "state", "1");
}
EXPORT_SYMBOL_GPL(xenmodel_vif_create);

void xenmodel_vif_hotplug(struct xenmodel_vif *vif)
{
	backend_write(vif, "hotplug-status", "connected");
}
EXPORT_SYMBOL_GPL(xenmodel_vif_hotplug);

void xenmodel_vif_offline(struct xenmodel_vif *vif)
{
	backend_write(vif, "online", "0");
	backend_write(vif, "state", "5");
}
EXPORT_SYMBOL_GPL(xenmodel_vif_offline);

void xenmodel_vif_destroy(struct xenmodel_vif *vif)
{
	char path[64];
	unsigned int ms;

	xenmodel_store_rm(vif->backend);
	xenmodel_store_rm(vif->frontend);
	for (ms = 0; xenmodel_bus_has(vif->backend); ms++) {
		if (ms >= PATIENCE_MS) {
			xenmodel_violation("%s is gone, and its device is not",
					   vif->backend);
			break;
		}
		msleep(1);
	}
	xenmodel_store_settle();
	snprintf(path, sizeof(path), "error/%s", vif->backend);
	xenmodel_store_rm(path);
}
EXPORT_SYMBOL_GPL(xenmodel_vif_destroy);

static int queue_offer(struct xenmodel_vif *vif, unsigned int index)
{
	struct xenmodel_vif_queue *queue = &vif->queues[index];
	domid_t domid = vif->domain->domid;
	struct xen_netif_tx_sring *tx;
	struct xen_netif_rx_sring *rx;

	tx = xenmodel_memory(vif->domain, 2 * index);
	rx = xenmodel_memory(vif->domain, 2 * index + 1);
	SHARED_RING_INIT(tx);
	SHARED_RING_INIT(rx);
	FRONT_RING_INIT(&queue->tx, tx, XEN_PAGE_SIZE);
	FRONT_RING_INIT(&queue->rx, rx, XEN_PAGE_SIZE);
	queue->tx_ref = xenmodel_grant(vif->domain, 2 * index,
				       XENMODEL_LOCAL_DOMID, false);
	queue->rx_ref = xenmodel_grant(vif->domain, 2 * index + 1,
				       XENMODEL_LOCAL_DOMID, false);
	queue->tx_port = xenmodel_evtchn_alloc(domid);
	queue->rx_port = vif->split ? xenmodel_evtchn_alloc(domid) :
				      queue->tx_port;
	return queue->tx_port && queue->rx_port ? 0 : -ENOSPC;
}

static void queue_write(struct xenmodel_vif *vif, unsigned int index,
			const char *name, unsigned int value)
{
	char key[40];

	if (vif->nr_queues > 1)
		snprintf(key, sizeof(key), "queue-%u/%s", index, name);
	else
		snprintf(key, sizeof(key), "%s", name);
	xenmodel_vif_write(vif, key, value);
}

static void queue_describe(struct xenmodel_vif *vif, unsigned int index)
{
	struct xenmodel_vif_queue *queue = &vif->queues[index];

	queue_write(vif, index, "tx-ring-ref", queue->tx_ref);
	queue_write(vif, index, "rx-ring-ref", queue->rx_ref);
	if (vif->split) {
		queue_write(vif, index, "event-channel-tx", queue->tx_port);
		queue_write(vif, index, "event-channel-rx", queue->rx_port);
	} else {
		queue_write(vif, index, "event-channel", queue->tx_port);
	}
}

/* What an earlier offer has left in xenstore. */
static void forget_offer(const struct xenmodel_vif *vif)
{
	static const char * const keys[] = {
		"tx-ring-ref", "rx-ring-ref", "event-channel",
		"event-channel-tx", "event-channel-rx",
		"multi-queue-num-queues", "ctrl-ring-ref",
		"event-channel-ctrl",
	};
	char path[80];
	unsigned int i;

	for (i = 0; i < XENMODEL_VIF_QUEUES; i++) {
		snprintf(path, sizeof(path), "%s/queue-%u", vif->frontend, i);
		xenmodel_store_rm(path);
	}
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		snprintf(path, sizeof(path), "%s/%s", vif->frontend, keys[i]);
		xenmodel_store_rm(path);
	}
}

int xenmodel_vif_offer(struct xenmodel_vif *vif, unsigned int nr_queues,
		       bool split)
{
	unsigned int i;
	int ret;

	forget_offer(vif);
	vif->split = split;
	vif->nr_queues = nr_queues;
	for (i = 0; i < nr_queues; i++) {
		ret = queue_offer(vif, i);
		if (ret)
			return ret;
		queue_describe(vif, i);
	}
	if (nr_queues > 1)
		xenmodel_vif_write(vif, "multi-queue-num-queues", nr_queues);
	for (i = 0; i < ARRAY_SIZE(feature_keys); i++)
		xenmodel_vif_write(vif, feature_keys[i], 1);
	return 0;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_offer);

int xenmodel_vif_offer_ctrl(struct xenmodel_vif *vif, unsigned int page)
{
	struct xen_netif_ctrl_sring *ring = xenmodel_memory(vif->domain, page);

	SHARED_RING_INIT(ring);
	FRONT_RING_INIT(&vif->ctrl, ring, XEN_PAGE_SIZE);
	vif->ctrl_ref = xenmodel_grant(vif->domain, page, XENMODEL_LOCAL_DOMID,
				       false);
	vif->ctrl_port = xenmodel_evtchn_alloc(vif->domain->domid);
	if (!vif->ctrl_port)
		return -ENOSPC;
	xenmodel_vif_write(vif, "ctrl-ring-ref", vif->ctrl_ref);
	xenmodel_vif_write(vif, "event-channel-ctrl", vif->ctrl_port);
	return 0;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_offer_ctrl);

static int withdraw_ctrl(struct xenmodel_vif *vif)
{
	int ret;

	if (!vif->ctrl_port)
		return 0;
	ret = xenmodel_revoke(vif->domain, vif->ctrl_ref);
	xenmodel_evtchn_free(vif->ctrl_port);
	vif->ctrl_port = 0;
	return ret;
}

int xenmodel_vif_withdraw(struct xenmodel_vif *vif)
{
	int ret = withdraw_ctrl(vif);
	unsigned int i;

	for (i = 0; i < vif->nr_queues; i++) {
		struct xenmodel_vif_queue *queue = &vif->queues[i];

		if (xenmodel_revoke(vif->domain, queue->tx_ref) ||
		    xenmodel_revoke(vif->domain, queue->rx_ref))
			ret = -EBUSY;
		xenmodel_evtchn_free(queue->tx_port);
		if (vif->split)
			xenmodel_evtchn_free(queue->rx_port);
	}
	vif->nr_queues = 0;
	return ret;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_withdraw);

s64 xenmodel_vif_key(struct xenmodel_vif *vif, const char *key)
{
	char path[80], *text;
	s64 value;

	snprintf(path, sizeof(path), "%s/%s", vif->backend, key);
	text = xenmodel_store_read(path);
	if (!text || kstrtos64(text, 10, &value))
		value = -1;
	kfree(text);
	return value;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_key);

bool xenmodel_vif_wait(struct xenmodel_vif *vif, enum xenbus_state state)
{
	unsigned int ms;

	for (ms = 0; ms < PATIENCE_MS; ms++) {
		if (xenmodel_vif_key(vif, "state") == state)
			return true;
		msleep(1);
	}
	return false;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_wait);

struct xen_netif_tx_request *
xenmodel_vif_tx_request(struct xenmodel_vif_queue *queue)
{
	struct xen_netif_tx_request *request;

	request = RING_GET_REQUEST(&queue->tx, queue->tx.req_prod_pvt++);
	memset(request, 0, sizeof(*request));
	return request;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_tx_request);

void xenmodel_vif_tx_push(struct xenmodel_vif_queue *queue)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&queue->tx, notify);
	if (notify)
		xenmodel_evtchn_kick(queue->tx_port);
}
EXPORT_SYMBOL_GPL(xenmodel_vif_tx_push);

bool xenmodel_vif_tx_response(struct xenmodel_vif_queue *queue,
			      struct xen_netif_tx_response *response)
{
	unsigned int ms;
	int more;

	for (ms = 0; ms < PATIENCE_MS; ms++) {
		RING_FINAL_CHECK_FOR_RESPONSES(&queue->tx, more);
		if (more) {
			*response = *RING_GET_RESPONSE(&queue->tx,
						       queue->tx.rsp_cons);
			queue->tx.rsp_cons++;
			return true;
		}
		msleep(1);
	}
	return false;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_tx_response);

void xenmodel_vif_rx_request(struct xenmodel_vif_queue *queue, u16 id,
			     grant_ref_t ref)
{
	struct xen_netif_rx_request *request;

	request = RING_GET_REQUEST(&queue->rx, queue->rx.req_prod_pvt++);
	*request = (struct xen_netif_rx_request) { .id = id, .gref = ref };
}
EXPORT_SYMBOL_GPL(xenmodel_vif_rx_request);

void xenmodel_vif_rx_push(struct xenmodel_vif_queue *queue)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&queue->rx, notify);
	if (notify)
		xenmodel_evtchn_kick(queue->rx_port);
}
EXPORT_SYMBOL_GPL(xenmodel_vif_rx_push);

bool xenmodel_vif_rx_response(struct xenmodel_vif_queue *queue,
			      struct xen_netif_rx_response *response)
{
	unsigned int ms;
	int more;

	for (ms = 0; ms < PATIENCE_MS; ms++) {
		RING_FINAL_CHECK_FOR_RESPONSES(&queue->rx, more);
		if (more) {
			*response = *RING_GET_RESPONSE(&queue->rx,
						       queue->rx.rsp_cons);
			queue->rx.rsp_cons++;
			return true;
		}
		msleep(1);
	}
	return false;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_rx_response);

struct xen_netif_ctrl_request *
xenmodel_vif_ctrl_request(struct xenmodel_vif *vif)
{
	struct xen_netif_ctrl_request *request;

	request = RING_GET_REQUEST(&vif->ctrl, vif->ctrl.req_prod_pvt++);
	memset(request, 0, sizeof(*request));
	return request;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_ctrl_request);

void xenmodel_vif_ctrl_push(struct xenmodel_vif *vif)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&vif->ctrl, notify);
	if (notify)
		xenmodel_evtchn_kick(vif->ctrl_port);
}
EXPORT_SYMBOL_GPL(xenmodel_vif_ctrl_push);

bool xenmodel_vif_ctrl_response(struct xenmodel_vif *vif,
				struct xen_netif_ctrl_response *response)
{
	unsigned int ms;
	int more;

	for (ms = 0; ms < PATIENCE_MS; ms++) {
		RING_FINAL_CHECK_FOR_RESPONSES(&vif->ctrl, more);
		if (more) {
			*response = *RING_GET_RESPONSE(&vif->ctrl,
						       vif->ctrl.rsp_cons);
			vif->ctrl.rsp_cons++;
			return true;
		}
		msleep(1);
	}
	return false;
}
EXPORT_SYMBOL_GPL(xenmodel_vif_ctrl_response);
