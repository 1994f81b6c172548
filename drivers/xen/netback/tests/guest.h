/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites of the whole driver start from: a guest with memory, all of
 * it granted, and a virtual network interface that its toolstack has just
 * created.
 */
#ifndef XEN_NETBACK_TESTS_GUEST_H
#define XEN_NETBACK_TESTS_GUEST_H

#include <kunit/test.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "../../model/model.h"

#define GUEST_DOMID	21
#define GUEST_DEVID	3
#define GUEST_NAME	"vif21.3"

/* Of the guest's memory: rings, then data, then the control ring. */
#define GUEST_DATA	(2 * XENMODEL_VIF_QUEUES)
#define GUEST_NR_DATA	32
/* Of the data: what control messages name. */
#define GUEST_LIST	31
#define GUEST_CTRL	(GUEST_DATA + GUEST_NR_DATA)
#define GUEST_NR_PAGES	(GUEST_CTRL + 1)

/* An Ethernet type that nobody knows. */
#define GUEST_ETHERTYPE	0x88b5

/**
 * struct guest - the guest, and what sees its packets
 * @name: of its interface in this domain
 * @domain: its memory and its grants
 * @vif: its interface
 * @ctrl: it shall have a control ring when it connects
 * @refs: grants of its data pages
 * @flip: it asks for pages that become its own
 * @places: references at which it waits for these
 * @dev: the interface in this domain, while connected
 * @tap: sees what the guest sends
 * @packets: that it has seen
 */
struct guest {
	char name[IFNAMSIZ];
	struct xenmodel_domain *domain;
	struct xenmodel_vif vif;
	bool ctrl;
	grant_ref_t refs[GUEST_NR_DATA];
	bool flip;
	grant_ref_t places[GUEST_NR_DATA];
	struct net_device *dev;
	struct packet_type tap;
	struct sk_buff_head packets;
};

/* Another guest than the suite's own. */
void guest_create(struct kunit *test, struct guest *g, unsigned int domid,
		  unsigned int devid);
void guest_destroy(struct kunit *test, struct guest *g);

/* For a suite: test->priv is a struct guest. */
int guest_init(struct kunit *test);
void guest_exit(struct kunit *test);

/* The whole way up, and down, or the case fails. */
void guest_connect(struct kunit *test, unsigned int nr_queues, bool split);
void guest_disconnect(struct kunit *test);

/* The interface may go now. */
void guest_let_go(struct guest *g);

/* A number that the toolstack writes. */
void guest_toolstack(struct guest *g, const char *key, const char *value);

/* Write to a file of sysfs. */
void guest_write(struct kunit *test, const char *path, const char *value);

/* Write a parameter of the module. */
void guest_parameter(struct kunit *test, const char *name, const char *value);

/* What the device's file says. */
void guest_debugfs(struct kunit *test, char *text, size_t size);

/* A counter, summed over the queues; as ethtool shows it. */
u64 guest_counter(struct guest *g, const char *name);

/* Page @page of the guest's data. */
u8 *guest_data(struct guest *g, unsigned int page);

/* Fill a page with an Ethernet header and a pattern. */
void guest_fill(struct guest *g, unsigned int page, u8 seed);

/* A packet over IPv4 of @len bytes in page 0; the checksum is left out. */
void guest_fill_ip(struct guest *g, unsigned int len, u8 protocol);

/* Behind the first slot of a packet: how it is to be cut into segments. */
void guest_add_gso(struct guest *g, u8 type, u16 size);

/* One slot of the transmit ring, for the beginning of a page. */
struct xen_netif_tx_request *guest_slot(struct guest *g, unsigned int queue,
					unsigned int page, unsigned int size,
					u16 flags);

/* The next response of the transmit ring: its status; 99 if there is none. */
int guest_status(struct kunit *test, unsigned int queue);

/* Send page 0, in one slot, and wait for the response. */
int guest_send(struct kunit *test, unsigned int queue, unsigned int size);

/* What the guest sent, as it arrived: NULL if nothing does. */
struct sk_buff *guest_arrived(struct guest *g);

/* One packet of every size that fits into a slot goes through. */
void guest_works(struct kunit *test);

/* A packet for the guest, with a pattern. */
struct sk_buff *guest_packet(struct guest *g, unsigned int len, u8 seed);

/* Hand it to the interface; the test goes on when it has been looked at. */
void guest_give(struct guest *g, struct sk_buff *skb);

/* As the stack sends one of a list: others follow, or not. Nothing is done to it. */
void guest_hand(struct sk_buff *skb, bool more);

/* Offer data pages @first and on for received data; the id is the page. */
void guest_offer(struct guest *g, unsigned int queue, unsigned int first,
		 unsigned int nr);

/* The same as guest_connect(), with a control ring. */
void guest_connect_ctrl(struct kunit *test, unsigned int nr_queues);

/* A control message, not yet published; it has an id of its type. */
void guest_ctrl_put(struct guest *g, u16 type, u32 a, u32 b, u32 c);

/* The status of the next answer, which has to be to such a message. */
#define GUEST_NO_ANSWER	(-1)	/* there is none */
int guest_ctrl_answer(struct kunit *test, u16 type, u32 *data);

/* A control message, and the status of its answer. */
int guest_ask(struct kunit *test, u16 type, u32 a, u32 b, u32 c, u32 *data);
int guest_say(struct kunit *test, u16 type, u32 a, u32 b, u32 c);

/* Requests of pages that come to stay, as guest_offer() makes others. */
void guest_offer_places(struct guest *g, unsigned int queue, unsigned int first,
			unsigned int nr);

/* The pages of a response and those after it hold what @skb had. */
struct guest_received {
	u8 *bytes;
	unsigned int len;
	unsigned int slots;
	u16 flags;		/* of the first slot */
	s16 status;		/* the first that is an error */
	u16 gso_size;
	u16 headroom;		/* before the data of the first slot */
	unsigned int nr_extras;
	u8 extras[XEN_NETIF_EXTRA_TYPE_MAX];	/* their types, in order */
};

/* Rows of a case of KUnit, each a size of a packet to the guest: unsigned int. */
const void *guest_size_gen_params(const void *previous, char *name);

/* Wait for a packet: false if there is none. */
bool guest_receive(struct kunit *test, unsigned int queue,
		   struct guest_received *got);

/* It is the one that guest_packet() makes of this, or the case fails. */
void guest_expect(struct kunit *test, unsigned int queue, unsigned int len,
		  u8 seed);

#endif
