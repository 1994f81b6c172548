/* SPDX-License-Identifier: GPL-2.0 */
/* The rings of a network interface, from the guest's end. */
#ifndef XEN_FRONTEND_NET_QUEUE_H
#define XEN_FRONTEND_NET_QUEUE_H

#include "ring.h"

#define NET_QUEUES_MAX	4

/**
 * struct net_queue - the rings of one queue
 * @index: its number
 * @tx: what the guest sends
 * @rx: what it receives
 */
struct net_queue {
	unsigned int index;
	struct ring tx;
	struct ring rx;
};

/* That commands are for. */
struct net_queue *net_queue(void);

/* How long to wait for an answer, in ms. */
unsigned int net_patience(void);

#endif
