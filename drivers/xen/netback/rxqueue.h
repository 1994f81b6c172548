/* SPDX-License-Identifier: GPL-2.0 */
/* Packets that wait for the guest to have room. */
#ifndef XEN_NETBACK_RXQUEUE_H
#define XEN_NETBACK_RXQUEUE_H

#include <linux/build_bug.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "steer.h"

/**
 * struct netback_rxqueue - those of one queue of the interface
 * @txq: that queue, stopped while too much waits here
 * @packets: in the order in which they came; its lock protects all of this, and
 *	is taken with interrupts off, as netpoll sends from any context
 * @bytes: of these packets
 * @memory: that they take, in bytes: for a small packet it is a multiple of it
 * @expected: an event or the timer comes for them: no need to wake anybody
 * @blocked: the guest has no room for the first, and will say when it has; set
 *	by who makes the passes while there is a first, and cleared with the
 *	lock when it is gone
 */
struct netback_rxqueue {
	struct netdev_queue *txq;
	struct sk_buff_head packets;
	unsigned int bytes;
	unsigned int memory;
	bool expected;
	bool blocked;
};

/**
 * struct netback_rx_waiting - what is kept in a packet that waits
 * @since: when it came, in jiffies
 * @foreign: it has pages that the library knows the grants of
 * @hashed: as the guest wants it
 */
struct netback_rx_waiting {
	unsigned long since;
	bool foreign;
	struct netback_steered hashed;
};

/**
 * netback_rx_waiting() - what is kept in a packet
 * @skb: that is about to wait, or waits
 *
 * Return: it, in the packet's own control block.
 */
static inline struct netback_rx_waiting *netback_rx_waiting(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct netback_rx_waiting) > sizeof(skb->cb));
	return (struct netback_rx_waiting *)skb->cb;
}

/**
 * netback_rxqueue_init() - none waits
 * @queue: zeroed
 * @txq: whose packets they are
 */
void netback_rxqueue_init(struct netback_rxqueue *queue,
			  struct netdev_queue *txq);

/**
 * netback_rxqueue_add() - one more, the last
 * @queue: locked
 * @skb: the packet, given away
 *
 * Context: the lock of @queue's &netdev_queue, too, which is stopped if this was the
 * last for which there is memory (parameter ``rx_queue_bytes``).
 */
void netback_rxqueue_add(struct netback_rxqueue *queue, struct sk_buff *skb);

/**
 * netback_rxqueue_take() - take off the first
 * @queue: not locked
 *
 * Context: any; nobody else takes any.
 * Return: the packet, or NULL; netback_rxqueue_completed() is due for it.
 */
struct sk_buff *netback_rxqueue_take(struct netback_rxqueue *queue);

/**
 * netback_rxqueue_completed() - packets are gone: there may be room for others
 * @queue: not locked
 * @packets: so many
 * @bytes: of these
 *
 * Context: as netback_rxqueue_take().
 */
void netback_rxqueue_completed(struct netback_rxqueue *queue,
			       unsigned int packets, unsigned int bytes);

/**
 * netback_rxqueue_purge() - drop all of them
 * @queue: to which nobody adds, and from which nobody takes
 *
 * Context: may sleep.
 */
void netback_rxqueue_purge(struct netback_rxqueue *queue);

/**
 * netback_rxqueue_expires() - until when may it wait?
 * @skb: the packet
 *
 * Return: in jiffies, ``rx_drain_timeout_msecs`` after it came.
 */
unsigned long netback_rxqueue_expires(struct sk_buff *skb);

/**
 * netback_rxqueue_expired() - has it waited for too long?
 * @skb: the packet
 *
 * Return: true if it is of no use to anybody any more.
 */
bool netback_rxqueue_expired(struct sk_buff *skb);

#endif
