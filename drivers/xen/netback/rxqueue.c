// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/module.h>

#include "rxqueue.h"

static unsigned int rx_drain_timeout_msecs = 10000;
module_param(rx_drain_timeout_msecs, uint, 0644);
MODULE_PARM_DESC(rx_drain_timeout_msecs,
		 "How long a packet waits for the guest to take it, in ms, before it is dropped (default 10000)");

static unsigned int rx_queue_bytes = 512 * 1024;
module_param(rx_queue_bytes, uint, 0644);
MODULE_PARM_DESC(rx_queue_bytes,
		 "Bytes of memory that packets may take that wait for the guest, in each queue, before the stack is told to wait (default 524288)");

/* One packet may wait whatever the parameter says: with it the queue goes on. */
static unsigned int memory_max(void)
{
	return max(READ_ONCE(rx_queue_bytes), 1U);
}

void netback_rxqueue_init(struct netback_rxqueue *queue,
			  struct netdev_queue *txq)
{
	skb_queue_head_init(&queue->packets);
	queue->txq = txq;
}

void netback_rxqueue_add(struct netback_rxqueue *queue, struct sk_buff *skb)
{
	netback_rx_waiting(skb)->since = jiffies;
	__skb_queue_tail(&queue->packets, skb);
	queue->bytes += skb->len;
	queue->memory += skb->truesize;
	if (queue->memory >= memory_max())
		netif_tx_stop_queue(queue->txq);
}

struct sk_buff *netback_rxqueue_take(struct netback_rxqueue *queue)
{
	struct sk_buff *skb;
	unsigned long flags;

	spin_lock_irqsave(&queue->packets.lock, flags);
	skb = __skb_dequeue(&queue->packets);
	if (skb) {
		queue->bytes -= skb->len;
		queue->memory -= skb->truesize;
	}
	queue->expected = false;
	queue->blocked = false;
	spin_unlock_irqrestore(&queue->packets.lock, flags);
	return skb;
}

void netback_rxqueue_completed(struct netback_rxqueue *queue,
			       unsigned int packets, unsigned int bytes)
{
	unsigned long flags;

	if (!packets)
		return;
	netdev_tx_completed_queue(queue->txq, packets, bytes);
	spin_lock_irqsave(&queue->packets.lock, flags);
	if (netif_tx_queue_stopped(queue->txq) &&
	    queue->memory < memory_max())
		netif_tx_wake_queue(queue->txq);
	spin_unlock_irqrestore(&queue->packets.lock, flags);
}

void netback_rxqueue_purge(struct netback_rxqueue *queue)
{
	skb_queue_purge(&queue->packets);
	queue->bytes = 0;
	queue->memory = 0;
	queue->expected = false;
	queue->blocked = false;
	netdev_tx_reset_queue(queue->txq);
}

unsigned long netback_rxqueue_expires(struct sk_buff *skb)
{
	return netback_rx_waiting(skb)->since +
	       msecs_to_jiffies(READ_ONCE(rx_drain_timeout_msecs));
}

bool netback_rxqueue_expired(struct sk_buff *skb)
{
	return time_after(jiffies, netback_rxqueue_expires(skb));
}
