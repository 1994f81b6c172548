// SPDX-License-Identifier: GPL-2.0
/*
 * A virtual block device: its toolstack and its frontend.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/page.h>
#include <xen/interface/io/protocols.h>
#include "bus.h"
#include "evtchn.h"
#include "grant.h"
#include "knob.h"
#include "store.h"
#include "vbd.h"

/* How long to wait for anything, in ms. Virtual ones cost nothing. */
#define PATIENCE_MS 1000

static const char * const offer_keys[] = {
	"ring-ref", "event-channel", "ring-page-order",
	"multi-queue-num-queues", "protocol",
};

static void backend_write(const struct xenmodel_vbd *vbd, const char *key,
			  const char *value)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/%s", vbd->backend, key);
	xenmodel_store_write(path, "%s", value);
}

static void frontend_write(const struct xenmodel_vbd *vbd, const char *key,
			   unsigned int value)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/%s", vbd->frontend, key);
	xenmodel_store_write(path, "%u", value);
}

void xenmodel_vbd_create(struct xenmodel_vbd *vbd,
			 struct xenmodel_domain *domain, unsigned int devid,
			 const char *mode)
{
	char domid[8];

	*vbd = (struct xenmodel_vbd) { .domain = domain };
	snprintf(vbd->backend, sizeof(vbd->backend), "backend/vbd/%u/%u",
		 domain->domid, devid);
	snprintf(vbd->frontend, sizeof(vbd->frontend),
		 "/local/domain/%u/device/vbd/%u", domain->domid, devid);
	snprintf(domid, sizeof(domid), "%u", domain->domid);

	frontend_write(vbd, "backend-id", XENMODEL_LOCAL_DOMID);
	frontend_write(vbd, "virtual-device", devid);
	frontend_write(vbd, "state", XenbusStateInitialising);

	/* A toolstack writes all of it in one transaction: the state last. */
	backend_write(vbd, "frontend", vbd->frontend);
	backend_write(vbd, "frontend-id", domid);
	backend_write(vbd, "online", "1");
	backend_write(vbd, "mode", mode);
	backend_write(vbd, "dev", "xvda");
	backend_write(vbd, "state", "1");
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_create);

void xenmodel_vbd_hotplug(struct xenmodel_vbd *vbd, unsigned int major,
			  unsigned int minor)
{
	char number[16];

	snprintf(number, sizeof(number), "%x:%x", major, minor);
	backend_write(vbd, "physical-device", number);
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_hotplug);

void xenmodel_vbd_offline(struct xenmodel_vbd *vbd)
{
	backend_write(vbd, "online", "0");
	backend_write(vbd, "state", "5");
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_offline);

void xenmodel_vbd_destroy(struct xenmodel_vbd *vbd)
{
	char path[64];
	unsigned int ms;

	xenmodel_store_rm(vbd->backend);
	xenmodel_store_rm(vbd->frontend);
	for (ms = 0; xenmodel_bus_has(vbd->backend); ms++) {
		if (ms >= PATIENCE_MS) {
			xenmodel_violation("%s is gone, and its device is not",
					   vbd->backend);
			break;
		}
		msleep(1);
	}
	xenmodel_store_settle();
	snprintf(path, sizeof(path), "error/%s", vbd->backend);
	xenmodel_store_rm(path);
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_destroy);

/* The pages of a ring follow each other in the domain's memory. */
static int queue_offer(struct xenmodel_vbd *vbd, unsigned int index)
{
	struct xenmodel_vbd_queue *queue = &vbd->queues[index];
	unsigned int i, nr = 1U << vbd->order;
	struct blkif_sring *sring;

	sring = xenmodel_memory_span(vbd->domain, index * nr, nr);
	if (!sring)
		return -ENOSPC;
	SHARED_RING_INIT(sring);
	FRONT_RING_INIT(&queue->ring, sring, nr * XEN_PAGE_SIZE);
	for (i = 0; i < nr; i++)
		queue->refs[i] = xenmodel_grant(vbd->domain, index * nr + i,
						XENMODEL_LOCAL_DOMID, false);
	queue->port = xenmodel_evtchn_alloc(vbd->domain->domid);
	return queue->port ? 0 : -ENOSPC;
}

static void queue_describe(struct xenmodel_vbd *vbd, unsigned int index)
{
	struct xenmodel_vbd_queue *queue = &vbd->queues[index];
	char prefix[16] = "", key[40];
	unsigned int i;

	if (vbd->nr_queues > 1)
		snprintf(prefix, sizeof(prefix), "queue-%u/", index);
	snprintf(key, sizeof(key), "%sevent-channel", prefix);
	frontend_write(vbd, key, queue->port);
	if (!vbd->order) {
		snprintf(key, sizeof(key), "%sring-ref", prefix);
		frontend_write(vbd, key, queue->refs[0]);
		return;
	}
	for (i = 0; i < 1U << vbd->order; i++) {
		snprintf(key, sizeof(key), "%sring-ref%u", prefix, i);
		frontend_write(vbd, key, queue->refs[i]);
	}
}

/* What an earlier offer has left in xenstore. */
static void forget_offer(const struct xenmodel_vbd *vbd)
{
	char path[80];
	unsigned int i;

	for (i = 0; i < XENMODEL_VBD_QUEUES; i++) {
		snprintf(path, sizeof(path), "%s/queue-%u", vbd->frontend, i);
		xenmodel_store_rm(path);
	}
	for (i = 0; i < XENMODEL_VBD_RING_PAGES; i++) {
		snprintf(path, sizeof(path), "%s/ring-ref%u", vbd->frontend, i);
		xenmodel_store_rm(path);
	}
	for (i = 0; i < ARRAY_SIZE(offer_keys); i++) {
		snprintf(path, sizeof(path), "%s/%s", vbd->frontend,
			 offer_keys[i]);
		xenmodel_store_rm(path);
	}
}

int xenmodel_vbd_offer(struct xenmodel_vbd *vbd, unsigned int nr_queues,
		       unsigned int order)
{
	char path[80];
	unsigned int i;
	int ret;

	forget_offer(vbd);
	vbd->order = order;
	vbd->nr_queues = nr_queues;
	for (i = 0; i < nr_queues; i++) {
		ret = queue_offer(vbd, i);
		if (ret)
			return ret;
		queue_describe(vbd, i);
	}
	if (nr_queues > 1)
		frontend_write(vbd, "multi-queue-num-queues", nr_queues);
	if (order)
		frontend_write(vbd, "ring-page-order", order);
	snprintf(path, sizeof(path), "%s/protocol", vbd->frontend);
	xenmodel_store_write(path, "%s", XEN_IO_PROTO_ABI_NATIVE);
	return 0;
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_offer);

int xenmodel_vbd_withdraw(struct xenmodel_vbd *vbd)
{
	unsigned int i, page;
	int ret = 0;

	for (i = 0; i < vbd->nr_queues; i++) {
		for (page = 0; page < 1U << vbd->order; page++)
			if (xenmodel_revoke(vbd->domain,
					    vbd->queues[i].refs[page]))
				ret = -EBUSY;
		if (vbd->queues[i].port)
			xenmodel_evtchn_free(vbd->queues[i].port);
	}
	vbd->nr_queues = 0;
	return ret;
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_withdraw);

void xenmodel_vbd_state(struct xenmodel_vbd *vbd, enum xenbus_state state)
{
	frontend_write(vbd, "state", state);
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_state);

s64 xenmodel_vbd_key(struct xenmodel_vbd *vbd, const char *key)
{
	char path[80], *text;
	s64 value;

	snprintf(path, sizeof(path), "%s/%s", vbd->backend, key);
	text = xenmodel_store_read(path);
	if (!text || kstrtos64(text, 10, &value))
		value = -1;
	kfree(text);
	return value;
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_key);

bool xenmodel_vbd_wait(struct xenmodel_vbd *vbd, enum xenbus_state state)
{
	unsigned int ms;

	for (ms = 0; ms < PATIENCE_MS; ms++) {
		if (xenmodel_vbd_key(vbd, "state") == state)
			return true;
		msleep(1);
	}
	return false;
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_wait);

struct blkif_request *xenmodel_vbd_request(struct xenmodel_vbd_queue *queue)
{
	struct blkif_request *request;

	request = RING_GET_REQUEST(&queue->ring, queue->ring.req_prod_pvt);
	queue->ring.req_prod_pvt++;
	memset(request, 0, sizeof(*request));
	return request;
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_request);

void xenmodel_vbd_push(struct xenmodel_vbd_queue *queue)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&queue->ring, notify);
	if (notify)
		xenmodel_evtchn_kick(queue->port);
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_push);

bool xenmodel_vbd_response(struct xenmodel_vbd_queue *queue,
			   struct blkif_response *response)
{
	unsigned int ms;
	int more;

	for (ms = 0; ms < PATIENCE_MS; ms++) {
		RING_FINAL_CHECK_FOR_RESPONSES(&queue->ring, more);
		if (more) {
			*response = *RING_GET_RESPONSE(&queue->ring,
						       queue->ring.rsp_cons);
			queue->ring.rsp_cons++;
			return true;
		}
		msleep(1);
	}
	return false;
}
EXPORT_SYMBOL_GPL(xenmodel_vbd_response);
