// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/tcp.h>
#include <net/udp.h>
#include <net/xdp.h>

#include "txcodec.h"
#include "txskb.h"

struct sk_buff *netback_txskb_build(struct xdp_buff *xdp, unsigned int truesize)
{
	struct skb_shared_info *shared = xdp_get_shared_info_from_buff(xdp);
	/* The number is cleared when the packet is built, the rest stays. */
	unsigned int nr_frags = shared->nr_frags;
	struct sk_buff *skb;

	skb = napi_build_skb(xdp->data_hard_start, xdp->frame_sz);
	if (!skb)
		return NULL;
	skb_mark_for_recycle(skb);
	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	__skb_put(skb, xdp->data_end - xdp->data);
	if (xdp->data > xdp->data_meta)
		skb_metadata_set(skb, xdp->data - xdp->data_meta);
	if (xdp_buff_has_frags(xdp))
		xdp_update_skb_shared_info(skb, nr_frags,
					   shared->xdp_frags_size, truesize,
					   false);
	return skb;
}

/* The segments that the guest wants must be segments of what it sent. */
static int set_gso(struct sk_buff *skb, const struct netback_tx_packet *packet)
{
	__be16 protocol = packet->gso == NETBACK_GSO_TCPV4 ? htons(ETH_P_IP) :
							     htons(ETH_P_IPV6);
	unsigned int header = skb_transport_offset(skb) + sizeof(struct tcphdr);

	if (skb->protocol != protocol ||
	    skb->csum_offset != offsetof(struct tcphdr, check) ||
	    !pskb_may_pull(skb, header))
		return -EPROTO;
	header = skb_transport_offset(skb) + tcp_hdrlen(skb);
	/* All headers: the guest may change later what is not copied. */
	if (tcp_hdrlen(skb) < sizeof(struct tcphdr) || skb->len <= header ||
	    !pskb_may_pull(skb, header))
		return -EPROTO;

	skb_shinfo(skb)->gso_size = packet->gso_size;
	/* DODGY: the stack looks at it again before hardware does. */
	skb_shinfo(skb)->gso_type = SKB_GSO_DODGY |
		(packet->gso == NETBACK_GSO_TCPV4 ? SKB_GSO_TCPV4 :
						    SKB_GSO_TCPV6);
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len - header,
						 packet->gso_size);
	return 0;
}

int netback_txskb_setup(struct sk_buff *skb, struct net_device *dev,
			const struct netback_tx_packet *packet)
{
	int error;

	/* The guest may have split its headers anywhere. */
	if (!pskb_may_pull(skb, ETH_HLEN))
		return -ENOMEM;
	skb->protocol = eth_type_trans(skb, dev);
	skb_reset_network_header(skb);
	if (packet->csum_blank || packet->gso) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		/* A large packet has no checksum, whatever its flags say. */
		error = skb_checksum_setup(skb, !packet->csum_blank);
		if (error)
			return error;
	} else if (packet->validated) {
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	}
	return packet->gso ? set_gso(skb, packet) : 0;
}

/*
 * UDP is put together only for sockets that asked for it, which is what the key
 * stands for, or to be sent on in one piece, which is a feature of the
 * interface. GRO finds that out for each packet with several times the work.
 */
bool netback_txskb_merges(const struct sk_buff *skb)
{
	return skb->protocol != htons(ETH_P_IP) ||
	       skb_headlen(skb) < sizeof(struct iphdr) ||
	       ip_hdr(skb)->protocol != IPPROTO_UDP ||
	       static_branch_unlikely(&udp_encap_needed_key) ||
	       skb->dev->features & (NETIF_F_GRO_FRAGLIST |
				     NETIF_F_GRO_UDP_FWD);
}
