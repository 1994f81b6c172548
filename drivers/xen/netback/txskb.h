/* SPDX-License-Identifier: GPL-2.0 */
/* From the bytes that a guest sent to a packet of the network stack. */
#ifndef XEN_NETBACK_TXSKB_H
#define XEN_NETBACK_TXSKB_H

#include <linux/types.h>

struct net_device;
struct netback_tx_packet;
struct sk_buff;
struct xdp_buff;

/**
 * netback_txskb_build() - a packet around data
 * @xdp: the data; if there are fragments, they have been counted there
 * @truesize: memory that these need
 *
 * Context: NAPI.
 * Return: the packet, whose the memory is now, or NULL: then it is as before.
 */
struct sk_buff *netback_txskb_build(struct xdp_buff *xdp,
				    unsigned int truesize);

/**
 * netback_txskb_setup() - what the stack has to know besides the bytes
 * @skb: as it was built
 * @dev: from where it comes
 * @packet: what the guest says of it, and will not be believed without a look
 *
 * Return: 0, -EPROTO if the headers contradict the guest, or -ENOMEM.
 */
int netback_txskb_setup(struct sk_buff *skb, struct net_device *dev,
			const struct netback_tx_packet *packet);

/**
 * netback_txskb_merges() - could packets like this one be put together (GRO)?
 * @skb: set up
 *
 * Return: false if it is certain that they would not.
 */
bool netback_txskb_merges(const struct sk_buff *skb);

#endif
