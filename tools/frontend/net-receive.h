/* SPDX-License-Identifier: GPL-2.0 */
/* What the guest receives. */
#ifndef XEN_FRONTEND_NET_RECEIVE_H
#define XEN_FRONTEND_NET_RECEIVE_H

#include <linux/types.h>

#define NET_RX_PAGES	256

struct net_queue;

/* The largest packet in one piece. */
#define NET_PACKET_BYTES	(18 * 4096)

/**
 * struct net_packet - a packet as it came
 * @data: all of it
 * @len: bytes
 * @slots: with data
 * @flags: of the first slot
 * @status: of the first slot that is an error, or 0
 * @gso: segment size, or 0
 * @hash_type: of the hash, or -1
 * @hash: value
 * @dirty: there is something else than it in its pages, if anybody looked
 */
struct net_packet {
	u8 *data;
	unsigned int len;
	unsigned int slots;
	u16 flags;
	s16 status;
	u16 gso;
	int hash_type;
	u32 hash;
	bool dirty;
};

int net_receive_create(u16 backend, unsigned int nr_queues);
void net_receive_destroy(void);

/* Reference of one of the pages that data is copied into. */
u32 net_receive_ref(unsigned int page);

/* Offer up to @nr of the queue's pages that are not; how many were. */
unsigned int net_receive_offer(struct net_queue *queue, unsigned int nr);

/*
 * The next packet, whose pages are not offered any more; NULL if none comes
 * within @ms. Overwritten by the next call.
 */
const struct net_packet *net_receive(struct net_queue *queue, unsigned int ms);

/*
 * Files of commands: offer (COUNT), receive (COUNT; says what came), drain
 * (COUNT; offers the pages again, and says only how much it was). request (PAGE
 * [COUNT]): offer the same page so many times, or an odd one, by its name.
 */
void net_receive_commands(void);

#endif
