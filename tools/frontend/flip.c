// SPDX-License-Identifier: GPL-2.0
/*
 * A network frontend that receives pages, and nothing else: each slot of the
 * receive ring names a place, and what comes there is this domain's.
 *
 * Loaded in a guest without a network frontend; the script tells the backend
 * the references and the port, by writing the keys to xenstore itself. Of the
 * packets, what UDP datagrams to one port carry is kept, in the order in which
 * it comes.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/udp.h>
#include <linux/vmalloc.h>
#include <asm/xen/hypercall.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xen.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/io/netif.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/transfer.h>

#define PLACES_MAX	256
#define PACKET_BYTES	(18 * 4096)
#define PORT		5001

/* How often the ring is looked at: nobody listens to its events. */
#define PAUSE_US	1000

static unsigned int backend;
module_param(backend, uint, 0444);
MODULE_PARM_DESC(backend, "the backend's domain (default 0)");

static unsigned int places = 128;
module_param(places, uint, 0444);
MODULE_PARM_DESC(places, "pages that may be on their way, up to 256 (default 128)");

static unsigned int room = 8 << 20;
module_param(room, uint, 0444);
MODULE_PARM_DESC(room, "bytes of data to keep; what comes later is only counted (default 8388608)");

static bool bad;
module_param(bad, bool, 0644);
MODULE_PARM_DESC(bad, "name references that are not offered (default N)");

/* What has come. */
static struct {
	unsigned long packets;
	unsigned long pages;
	unsigned long refused;	/* slots with an error, and without a page */
	unsigned long wrong;	/* slots that say one thing, and have another */
} count;

static const struct xengnt_client_ops no_ops;
static struct xengnt_client *client;
static struct xengnt_receiver *receiver;
static struct xengnt_offer offers[PLACES_MAX];
static struct page *rings[2];		/* transmit, receive */
static u32 refs[2];
static struct xen_netif_rx_front_ring ring;
static u32 port;
static struct task_struct *thread;
static struct dentry *folder;
static struct debugfs_blob_wrapper data;
static u8 *packet;
static unsigned int packet_bytes;
static bool packet_bad;

static u8 *take(unsigned int *at, unsigned int bytes)
{
	u8 *from = packet + *at;

	*at += bytes;
	return *at <= packet_bytes ? from : NULL;
}

/* The payload of a datagram to our port, if the packet is one. */
static void packet_keep(void)
{
	unsigned int at = 0, bytes;
	const struct ethhdr *eth = (void *)take(&at, sizeof(*eth));
	const struct iphdr *ip = (void *)take(&at, sizeof(*ip));
	const struct udphdr *udp = (void *)take(&at, sizeof(*udp));
	const u8 *payload;

	if (!udp || eth->h_proto != htons(ETH_P_IP) || ip->ihl != 5 ||
	    ip->protocol != IPPROTO_UDP || udp->dest != htons(PORT) ||
	    ntohs(udp->len) < sizeof(*udp))
		return;
	bytes = ntohs(udp->len) - sizeof(*udp);
	payload = take(&at, bytes);
	if (!payload || bytes > room - data.size)
		return;
	memcpy(data.data + data.size, payload, bytes);
	data.size += bytes;
}

static void packet_end(void)
{
	if (!packet_bad) {
		count.packets++;
		packet_keep();
	}
	packet_bytes = 0;
	packet_bad = false;
}

/* One slot of a packet: the backend's word, and what there is. */
static void slot(const struct xen_netif_rx_response *response,
		 const struct xengnt_offer *offer)
{
	unsigned int bytes = max_t(int, response->status, 0);

	if (response->status < 0 && !offer->page) {
		count.refused++;
		packet_bad = true;
	} else if (response->status < 0 || !offer->page || response->offset ||
		   bytes > 4096 || packet_bytes + bytes > PACKET_BYTES) {
		count.wrong++;
		packet_bad = true;
	} else {
		count.pages++;
		memcpy(packet + packet_bytes, page_address(offer->page), bytes);
		packet_bytes += bytes;
		/* The backend has no secrets, and no page but for us. */
		if (memchr_inv(page_address(offer->page) + bytes, 0,
			       4096 - bytes))
			count.wrong++;
		memset(page_address(offer->page), 0x5a, PAGE_SIZE);
	}
	if (!(response->flags & XEN_NETRXF_more_data))
		packet_end();
}

/* New places, and requests that name them. */
static int ask(const u16 *ids, unsigned int nr)
{
	static struct xengnt_offer fresh[PLACES_MAX];
	struct xen_netif_rx_request *request;
	unsigned int i;
	int notify, ret;

	ret = xengnt_receiver_offer(receiver, fresh, nr);
	if (ret)
		return ret;
	for (i = 0; i < nr; i++) {
		offers[ids[i]] = fresh[i];
		request = RING_GET_REQUEST(&ring, ring.req_prod_pvt++);
		request->id = ids[i];
		request->gref = READ_ONCE(bad) ? 0xfffffff0 : fresh[i].ref;
	}
	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&ring, notify);
	if (notify)
		notify_remote_via_evtchn(port);
	return 0;
}

/* All that the backend has answered; each place is offered anew. */
static int answers(void)
{
	static struct xen_netif_rx_response responses[PLACES_MAX];
	static struct xengnt_offer ended[PLACES_MAX];
	static u16 ids[PLACES_MAX];
	unsigned int i, nr = 0;
	int more;

	RING_FINAL_CHECK_FOR_RESPONSES(&ring, more);
	while (nr < places && RING_HAS_UNCONSUMED_RESPONSES(&ring)) {
		responses[nr] = *RING_GET_RESPONSE(&ring, ring.rsp_cons++);
		ids[nr] = responses[nr].id % places;
		ended[nr] = offers[ids[nr]];
		offers[ids[nr++]].ref = 0;
	}
	if (!nr)
		return 0;
	xengnt_receiver_end(receiver, ended, nr);
	for (i = 0; i < nr; i++) {
		slot(&responses[i], &ended[i]);
		if (ended[i].page)
			__free_page(ended[i].page);
	}
	return ask(ids, nr);
}

static int work(void *unused)
{
	int error = 0;

	while (!kthread_should_stop()) {
		if (!error)
			error = answers();
		if (error)
			pr_err_once("no more places: %d\n", error);
		usleep_range(PAUSE_US, 2 * PAUSE_US);
	}
	return error;
}

static int status_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "packets %lu pages %lu refused %lu wrong %lu bytes %lu\n",
		   count.packets, count.pages, count.refused, count.wrong,
		   data.size);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(status);

/* The keys of a frontend, for xenstore-write. */
static int keys_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "tx-ring-ref %u\nrx-ring-ref %u\nevent-channel %u\n",
		   refs[0], refs[1], port);
	seq_puts(m, "request-rx-copy 0\nfeature-rx-notify 1\nfeature-sg 1\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(keys);

static int port_create(void)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF,
		.remote_dom = backend,
	};
	int ret = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &op);

	port = op.port;
	return ret;
}

static int ring_create(unsigned int i)
{
	int ref;

	rings[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!rings[i])
		return -ENOMEM;
	ref = gnttab_grant_foreign_access(backend, xen_page_to_gfn(rings[i]),
					  0);
	if (ref < 0)
		return ref;
	refs[i] = ref;
	return 0;
}

static int rings_create(void)
{
	struct xen_netif_rx_sring *shared;
	struct xen_netif_tx_sring *unused;
	int ret = ring_create(0) ?: ring_create(1);

	if (ret)
		return ret;
	unused = page_address(rings[0]);
	SHARED_RING_INIT(unused);
	shared = page_address(rings[1]);
	SHARED_RING_INIT(shared);
	FRONT_RING_INIT(&ring, shared, PAGE_SIZE);
	return port_create();
}

static int receiver_create(void)
{
	client = xengnt_client_create("flip", backend, &no_ops, NULL);
	if (IS_ERR(client)) {
		int ret = PTR_ERR(client);

		client = NULL;
		return ret;
	}
	receiver = xengnt_receiver_create(client, places, places);
	if (!IS_ERR(receiver))
		return 0;
	xengnt_client_destroy(client);
	client = NULL;
	return PTR_ERR(receiver);
}

static void receiver_end(void)
{
	struct xengnt_offer *offer;

	if (!client)
		return;
	for (offer = offers; offer < offers + places; offer++) {
		if (!offer->ref)
			continue;
		xengnt_receiver_end(receiver, offer, 1);
		if (offer->page)
			__free_page(offer->page);
	}
	xengnt_receiver_destroy(receiver);
	xengnt_client_destroy(client);
}

static void flip_undo(void)
{
	struct evtchn_close op = { .port = port };
	unsigned int i;

	if (!IS_ERR_OR_NULL(thread))
		kthread_stop(thread);
	receiver_end();
	if (port)
		HYPERVISOR_event_channel_op(EVTCHNOP_close, &op);
	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		if (refs[i])
			gnttab_end_foreign_access(refs[i], rings[i]);
		else if (rings[i])
			__free_page(rings[i]);
	}
	vfree(packet);
	vfree(data.data);
}

static int flip_start(void)
{
	u16 ids[PLACES_MAX];
	unsigned int i;
	int ret;

	packet = vzalloc(PACKET_BYTES);
	data.data = vzalloc(room);
	if (!packet || !data.data)
		return -ENOMEM;
	for (i = 0; i < places; i++)
		ids[i] = i;
	ret = rings_create() ?: receiver_create() ?: ask(ids, places);
	if (ret)
		return ret;
	thread = kthread_run(work, NULL, "flip");
	return PTR_ERR_OR_ZERO(thread);
}

static int __init flip_init(void)
{
	int ret;

	if (!xen_domain() || !places || places > PLACES_MAX)
		return -EINVAL;
	ret = flip_start();
	if (ret) {
		flip_undo();
		return ret;
	}
	folder = debugfs_create_dir("xen-flip-netfront", NULL);
	debugfs_create_file("keys", 0400, folder, NULL, &keys_fops);
	debugfs_create_file("status", 0400, folder, NULL, &status_fops);
	debugfs_create_blob("data", 0400, folder, &data);
	return 0;
}

static void __exit flip_exit(void)
{
	debugfs_remove(folder);
	flip_undo();
}

module_init(flip_init);
module_exit(flip_exit);

MODULE_DESCRIPTION("A network frontend that receives pages in place of copies");
MODULE_LICENSE("GPL");
