// SPDX-License-Identifier: GPL-2.0
/*
 * A guest with one network interface, played by a test.
 */
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/net_namespace.h>

#include "guest.h"

void guest_write(struct kunit *test, const char *path, const char *value)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	loff_t pos = 0;

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s", path);
	KUNIT_EXPECT_EQ(test, kernel_write(file, value, strlen(value), &pos),
			(ssize_t)strlen(value));
	fput(file);
}

void guest_parameter(struct kunit *test, const char *name, const char *value)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/module/xen_netback/parameters/%s",
		 name);
	guest_write(test, path, value);
}

/* The file is one that the kernel itself cannot read, but through its seq_file. */
void guest_debugfs(struct kunit *test, char *text, size_t size)
{
	struct guest *g = test->priv;
	struct seq_file m = { .buf = text, .size = size };
	struct file *file;
	char path[60];

	snprintf(path, sizeof(path), "/sys/kernel/debug/xen-netback/vif-%u-%u",
		 g->domain->domid, g->vif.devid);
	file = filp_open(path, O_RDONLY, 0);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s", path);
	m.op = ((struct seq_file *)file->private_data)->op;
	m.private = ((struct seq_file *)file->private_data)->private;
	KUNIT_EXPECT_EQ(test, 0, m.op->show(&m, NULL));
	fput(file);
	KUNIT_ASSERT_LT(test, m.count, size);
	text[m.count] = '\0';
}

/* What the guest sends, but not what it is sent. */
static int tap(struct sk_buff *skb, struct net_device *dev,
	       struct packet_type *type, struct net_device *orig_dev)
{
	struct guest *g = container_of(type, struct guest, tap);

	if (skb->pkt_type == PACKET_OUTGOING) {
		kfree_skb(skb);
		return 0;
	}
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (skb)
		skb_queue_tail(&g->packets, skb);
	return 0;
}

void guest_create(struct kunit *test, struct guest *g, unsigned int domid,
		  unsigned int devid)
{
	unsigned int i;

	snprintf(g->name, sizeof(g->name), "vif%u.%u", domid, devid);
	skb_queue_head_init(&g->packets);
	g->domain = xenmodel_domain_create(domid, GUEST_NR_PAGES);
	KUNIT_ASSERT_FALSE(test, IS_ERR(g->domain));
	for (i = 0; i < GUEST_NR_DATA; i++)
		g->refs[i] = xenmodel_grant(g->domain, GUEST_DATA + i,
					    XENMODEL_LOCAL_DOMID, false);
	xenmodel_vif_create(&g->vif, g->domain, devid);
}

int guest_init(struct kunit *test)
{
	struct guest *g = kunit_kzalloc(test, sizeof(*g), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, g);
	test->priv = g;
	xenmodel_reset();
	guest_parameter(test, "max_queues", "4");
	guest_create(test, g, GUEST_DOMID, GUEST_DEVID);
	return 0;
}

/* Nothing of ours may hold the interface when it goes. */
void guest_let_go(struct guest *g)
{
	if (!g->dev)
		return;
	dev_remove_pack(&g->tap);
	dev_put(g->dev);
	g->dev = NULL;
}

void guest_destroy(struct kunit *test, struct guest *g)
{
	skb_queue_purge(&g->packets);
	guest_let_go(g);
	xenmodel_vif_destroy(&g->vif);
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
	xenmodel_domain_destroy(g->domain);
}

void guest_exit(struct kunit *test)
{
	guest_destroy(test, test->priv);
	guest_parameter(test, "max_queues", "0");
	xenmodel_reset();
}

static void hold(struct kunit *test)
{
	struct guest *g = test->priv;

	if (g->dev)
		return;
	g->dev = dev_get_by_name(&init_net, g->name);
	KUNIT_ASSERT_NOT_NULL(test, g->dev);
	g->tap = (struct packet_type) {
		.type = htons(ETH_P_ALL),
		.dev = g->dev,
		.func = tap,
	};
	dev_add_pack(&g->tap);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_open(g->dev, NULL));
	rtnl_unlock();
}

void guest_connect(struct kunit *test, unsigned int nr_queues, bool split)
{
	struct guest *g = test->priv;

	KUNIT_ASSERT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateInitWait));
	xenmodel_vif_hotplug(&g->vif);
	KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer(&g->vif, nr_queues, split));
	if (g->ctrl)
		KUNIT_ASSERT_EQ(test, 0, xenmodel_vif_offer_ctrl(&g->vif,
								 GUEST_CTRL));
	if (g->flip)
		xenmodel_vif_write(&g->vif, "request-rx-copy", 0);
	xenmodel_vif_write(&g->vif, "state", XenbusStateConnected);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vif_wait(&g->vif, XenbusStateConnected));
	hold(test);
	/* The network stack takes its time over a new carrier. */
	msleep(1500);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(g->dev));
}

void guest_ctrl_put(struct guest *g, u16 type, u32 a, u32 b, u32 c)
{
	struct xen_netif_ctrl_request *request;

	request = xenmodel_vif_ctrl_request(&g->vif);
	request->id = 0x100 + type;
	request->type = type;
	request->data[0] = a;
	request->data[1] = b;
	request->data[2] = c;
}

int guest_ctrl_answer(struct kunit *test, u16 type, u32 *data)
{
	struct xen_netif_ctrl_response response;
	struct guest *g = test->priv;

	if (!xenmodel_vif_ctrl_response(&g->vif, &response))
		return GUEST_NO_ANSWER;
	KUNIT_EXPECT_EQ(test, (u16)(0x100 + type), response.id);
	KUNIT_EXPECT_EQ(test, type, response.type);
	*data = response.data;
	return response.status;
}

/* A message, and the status of its answer. */
int guest_ask(struct kunit *test, u16 type, u32 a, u32 b, u32 c, u32 *data)
{
	struct guest *g = test->priv;

	guest_ctrl_put(g, type, a, b, c);
	xenmodel_vif_ctrl_push(&g->vif);
	return guest_ctrl_answer(test, type, data);
}

int guest_say(struct kunit *test, u16 type, u32 a, u32 b, u32 c)
{
	u32 data;

	return guest_ask(test, type, a, b, c, &data);
}

void guest_connect_ctrl(struct kunit *test, unsigned int nr_queues)
{
	struct guest *g = test->priv;

	g->ctrl = true;
	guest_connect(test, nr_queues, true);
}

void guest_disconnect(struct kunit *test)
{
	struct guest *g = test->priv;

	xenmodel_vif_write(&g->vif, "state", XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosing));
	xenmodel_vif_write(&g->vif, "state", XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vif_wait(&g->vif, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, 0, xenmodel_vif_withdraw(&g->vif));
}

void guest_toolstack(struct guest *g, const char *key, const char *value)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/%s", g->vif.backend, key);
	xenmodel_store_write(path, "%s", value);
	xenmodel_store_settle();
}

u64 guest_counter(struct guest *g, const char *name)
{
	const struct ethtool_ops *ops = g->dev->ethtool_ops;
	u64 *values, sum = 0;
	unsigned int i, nr;
	char *names;

	rtnl_lock();
	nr = ops->get_sset_count(g->dev, ETH_SS_STATS);
	names = kcalloc(nr, ETH_GSTRING_LEN, GFP_KERNEL);
	values = kcalloc(nr, sizeof(*values), GFP_KERNEL);
	if (names && values) {
		ops->get_strings(g->dev, ETH_SS_STATS, names);
		ops->get_ethtool_stats(g->dev, NULL, values);
		for (i = 0; i < nr; i++)
			if (strstr(names + i * ETH_GSTRING_LEN, name))
				sum += values[i];
	}
	rtnl_unlock();
	kfree(names);
	kfree(values);
	return sum;
}

u8 *guest_data(struct guest *g, unsigned int page)
{
	return xenmodel_memory(g->domain, GUEST_DATA + page);
}

void guest_fill(struct guest *g, unsigned int page, u8 seed)
{
	struct ethhdr *header = (struct ethhdr *)guest_data(g, page);
	unsigned int i;

	for (i = 0; i < PAGE_SIZE; i++)
		guest_data(g, page)[i] = seed + i / 3;
	eth_broadcast_addr(header->h_dest);
	header->h_proto = htons(GUEST_ETHERTYPE);
}

void guest_fill_ip(struct guest *g, unsigned int len, u8 protocol)
{
	struct ethhdr *eth = (struct ethhdr *)guest_data(g, 0);
	struct iphdr *ip = (struct iphdr *)(eth + 1);
	struct tcphdr *tcp = (struct tcphdr *)(ip + 1);

	guest_fill(g, 0, 9);
	eth->h_proto = htons(ETH_P_IP);
	memset(ip, 0, sizeof(*ip) + sizeof(*tcp));
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = protocol;
	ip->tot_len = htons(len - ETH_HLEN);
	ip->saddr = htonl(0x0a090002);
	ip->daddr = htonl(0x0a090003);
	ip->check = ip_fast_csum(ip, ip->ihl);
	tcp->doff = 5;
	if (protocol == IPPROTO_UDP)
		((struct udphdr *)tcp)->len = htons(len - ETH_HLEN - 20);
}

void guest_add_gso(struct guest *g, u8 type, u16 size)
{
	struct xen_netif_extra_info *extra;

	extra = (void *)xenmodel_vif_tx_request(&g->vif.queues[0]);
	extra->type = XEN_NETIF_EXTRA_TYPE_GSO;
	extra->u.gso.type = type;
	extra->u.gso.size = size;
}

struct xen_netif_tx_request *guest_slot(struct guest *g, unsigned int queue,
					unsigned int page, unsigned int size,
					u16 flags)
{
	struct xen_netif_tx_request *slot;

	slot = xenmodel_vif_tx_request(&g->vif.queues[queue]);
	slot->gref = g->refs[page];
	slot->size = size;
	slot->flags = flags;
	slot->id = 0x100 + page;
	return slot;
}

int guest_status(struct kunit *test, unsigned int queue)
{
	struct xen_netif_tx_response response = { .status = 99 };
	struct guest *g = test->priv;

	xenmodel_vif_tx_response(&g->vif.queues[queue], &response);
	return response.status;
}

int guest_send(struct kunit *test, unsigned int queue, unsigned int size)
{
	struct guest *g = test->priv;

	guest_slot(g, queue, 0, size, 0);
	xenmodel_vif_tx_push(&g->vif.queues[queue]);
	return guest_status(test, queue);
}

struct sk_buff *guest_arrived(struct guest *g)
{
	struct sk_buff *skb;
	unsigned int ms;

	for (ms = 0; ms < 100; ms++) {
		skb = skb_dequeue(&g->packets);
		if (skb)
			return skb;
		msleep(1);
	}
	return NULL;
}

void guest_works(struct kunit *test)
{
	struct guest *g = test->priv;
	struct sk_buff *skb;

	guest_fill(g, 0, 77);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, 1000));
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, 1000 - ETH_HLEN, (int)skb->len);
	kfree_skb(skb);
}

struct sk_buff *guest_packet(struct guest *g, unsigned int len, u8 seed)
{
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);
	struct ethhdr *header;
	unsigned int i;

	if (!skb)
		return NULL;
	for (i = 0; i < len; i++)
		*(u8 *)skb_put(skb, 1) = seed + i / 3;
	skb_reset_mac_header(skb);
	header = eth_hdr(skb);
	eth_broadcast_addr(header->h_dest);
	header->h_proto = htons(GUEST_ETHERTYPE);
	skb->protocol = header->h_proto;
	skb_set_network_header(skb, ETH_HLEN);
	skb->dev = g->dev;
	return skb;
}

void guest_give(struct guest *g, struct sk_buff *skb)
{
	dev_queue_xmit(skb);
	msleep(1);
}

void guest_hand(struct sk_buff *skb, bool more)
{
	struct netdev_queue *txq = netdev_get_tx_queue(skb->dev, 0);

	local_bh_disable();
	netdev_start_xmit(skb, skb->dev, txq, more);
	local_bh_enable();
}

void guest_offer(struct guest *g, unsigned int queue, unsigned int first,
		 unsigned int nr)
{
	unsigned int i;

	for (i = first; i < first + nr; i++)
		xenmodel_vif_rx_request(&g->vif.queues[queue], i, g->refs[i]);
	xenmodel_vif_rx_push(&g->vif.queues[queue]);
}

void guest_offer_places(struct guest *g, unsigned int queue, unsigned int first,
			unsigned int nr)
{
	unsigned int i;

	for (i = first; i < first + nr; i++) {
		g->places[i] = xenmodel_offer(g->domain, GUEST_DATA + i,
					      XENMODEL_LOCAL_DOMID);
		xenmodel_vif_rx_request(&g->vif.queues[queue], i,
					g->places[i]);
	}
	xenmodel_vif_rx_push(&g->vif.queues[queue]);
}

/* It is the guest's if it is told so, and there is nothing else in it. */
static void check_place(struct kunit *test,
			const struct xen_netif_rx_response *response)
{
	struct guest *g = test->priv;

	KUNIT_EXPECT_EQ(test, response->status >= 0,
			xenmodel_arrived(g->domain, g->places[response->id]));
	if (response->status >= 0 && response->status < PAGE_SIZE)
		KUNIT_EXPECT_NULL(test, memchr_inv(guest_data(g, response->id) +
						   response->status, 0,
						   PAGE_SIZE -
						   response->status));
}

/* The slots behind the first that have no data: false if one does not come. */
static bool receive_extras(struct xenmodel_vif_queue *queue,
			   struct guest_received *got)
{
	struct xen_netif_rx_response raw;
	struct xen_netif_extra_info info;

	do {
		if (got->nr_extras == ARRAY_SIZE(got->extras) ||
		    !xenmodel_vif_rx_response(queue, &raw))
			return false;
		memcpy(&info, &raw, sizeof(info));
		got->extras[got->nr_extras++] = info.type;
		if (info.type == XEN_NETIF_EXTRA_TYPE_GSO)
			got->gso_size = info.u.gso.size;
		if (info.type == XEN_NETIF_EXTRA_TYPE_XDP)
			got->headroom = info.u.xdp.headroom;
	} while (info.flags & XEN_NETIF_EXTRA_FLAG_MORE);
	return true;
}

bool guest_receive(struct kunit *test, unsigned int queue,
		   struct guest_received *got)
{
	struct guest *g = test->priv;
	struct xen_netif_rx_response response;

	*got = (struct guest_received) {
		.bytes = kunit_kzalloc(test, 19 * PAGE_SIZE, GFP_KERNEL),
	};
	KUNIT_ASSERT_NOT_NULL(test, got->bytes);
	do {
		if (!xenmodel_vif_rx_response(&g->vif.queues[queue],
					      &response))
			return false;
		if (response.flags & XEN_NETRXF_extra_info &&
		    !receive_extras(&g->vif.queues[queue], got))
			return false;
		KUNIT_EXPECT_EQ(test, got->slots ? 0 : got->headroom,
				response.offset);
		if (!got->slots++)
			got->flags = response.flags;
		if (g->flip)
			check_place(test, &response);
		if (response.status < 0) {
			got->status = response.status;
		} else {
			KUNIT_ASSERT_LE(test, response.offset + response.status,
					4096);
			memcpy(got->bytes + got->len,
			       guest_data(g, response.id) + response.offset,
			       response.status);
			got->len += response.status;
		}
	} while (response.flags & XEN_NETRXF_more_data);
	return true;
}

static const unsigned int sizes[] = {
	14, 60, 1514, 4095, 4096, 4097, 8192, 9014, 30000, 65535,
};

static void size_name(const unsigned int *size, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%u bytes", *size);
}

KUNIT_ARRAY_PARAM(size, sizes, size_name);

const void *guest_size_gen_params(const void *previous, char *name)
{
	return size_gen_params(previous, name);
}

void guest_expect(struct kunit *test, unsigned int queue, unsigned int len,
		  u8 seed)
{
	struct guest *g = test->priv;
	struct sk_buff *skb = guest_packet(g, len, seed);
	struct guest_received got;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_TRUE(test, guest_receive(test, queue, &got));
	KUNIT_EXPECT_EQ(test, 0, (int)got.status);
	KUNIT_EXPECT_EQ(test, len, got.len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(got.bytes, skb->data, len));
	kfree_skb(skb);
}

MODULE_DESCRIPTION("Suites of the network backend over the model of Xen");
MODULE_LICENSE("GPL");
