// SPDX-License-Identifier: GPL-2.0
/*
 * A program that sees packets of the guest before the stack does.
 *
 * The frontend sends large packets and leaves checksums out as soon as it has
 * been told that it may. A program can be attached at any time, so nothing of
 * that can be taken back: every program has to be able to read packets with
 * fragments. It can let large packets pass, or drop them; as there is nobody
 * behind it to cut them into segments, they cannot be sent anywhere else.
 * Checksums that are left out are filled in on the way there.
 */
#include <linux/bpf.h>
#include <linux/bpf_trace.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/xdp.h>

#include "conn.h"
#include "foreign.h"
#include "interface.h"
#include "queue.h"
#include "txcodec.h"
#include "txskb.h"
#include "xdp.h"

static struct net_device *transmit_dev(const struct netback_transmit *transmit)
{
	return transmit->queue->conn->vif->dev;
}

/* Free what was built around the data; some may have moved to the first buffer. */
static void take_back(struct xdp_buff *xdp, struct sk_buff *skb)
{
	xdp->data_end = skb_tail_pointer(skb);
	skb_shinfo(skb)->xdp_frags_size = skb->data_len;
	if (!skb_shinfo(skb)->nr_frags)
		xdp_buff_clear_frags_flag(xdp);
	kfree_skb_partial(skb, true);
}

/*
 * The stack knows how to fill a checksum in, and wants a packet for it, around
 * the very same memory.
 */
static int fill_checksum(struct netback_transmit *transmit,
			 struct xdp_buff *xdp,
			 const struct netback_tx_packet *packet)
{
	struct sk_buff *skb = netback_txskb_build(xdp, 0);
	int error;

	if (!skb)
		return -ENOMEM;
	error = netback_txskb_setup(skb, transmit_dev(transmit), packet);
	if (!error)
		error = skb_checksum_help(skb);
	/* The headers were not in the first buffer, and got another one. */
	if (skb->head != xdp->data_hard_start) {
		xdp->data_hard_start = NULL;
		kfree_skb(skb);
		return -EPROTO;
	}
	take_back(xdp, skb);
	return error;
}

/* Make it a packet that can go out as it is. */
static int make_whole(struct netback_transmit *transmit, struct xdp_buff *xdp,
		      const struct netback_tx_packet *packet)
{
	if (packet->gso)
		return -EMSGSIZE;
	return packet->csum_blank ? fill_checksum(transmit, xdp, packet) : 0;
}

/* To the guest. The lock of the queue is held. */
static int send_frame(struct netback_queue *queue, struct xdp_frame *frame,
		      bool more)
{
	struct net_device *dev = queue->conn->vif->dev;
	struct sk_buff *skb;
	int foreign;

	if (frame->len < ETH_HLEN)
		return -EINVAL;
	/* There is no stack in between that would put the pieces together. */
	if (xdp_frame_has_frags(frame) && !(dev->features & NETIF_F_SG))
		return -EOPNOTSUPP;
	skb = xdp_build_skb_from_frame(frame, dev);
	if (!skb)
		return -ENOMEM;
	__skb_push(skb, ETH_HLEN);
	foreign = netback_foreign_prepare(skb);
	if (foreign >= 0 &&
	    netback_multicast_wants(&queue->conn->multicast, skb->data)) {
		netback_receive_packet(&queue->receive, skb, foreign, more, NULL);
	} else {
		DEV_STATS_INC(dev, tx_dropped);
		kfree_skb(skb);
	}
	return 0;
}

/* So many as there is room for. */
static int send_frames(struct netback_queue *queue, struct xdp_frame **frames,
		       int nr)
{
	struct net_device *dev = queue->conn->vif->dev;
	struct netdev_queue *txq = netdev_get_tx_queue(dev, queue->index);
	int i = 0;

	__netif_tx_lock(txq, smp_processor_id());
	while (i < nr && !netif_xmit_frozen_or_stopped(txq) &&
	       !send_frame(queue, frames[i], i + 1 < nr))
		i++;
	__netif_tx_unlock(txq);
	return i;
}

/* Back to where it came from. */
static int reflect(struct netback_transmit *transmit, struct xdp_buff *xdp)
{
	struct xdp_frame *frame = xdp_convert_buff_to_frame(xdp);

	if (!frame)
		return -ENOSPC;
	return send_frames(transmit->queue, &frame, 1) == 1 ? 0 : -EBUSY;
}

/* What the program wants to be done with the packet. */
static int obey(struct netback_transmit *transmit, struct bpf_prog *prog,
		struct xdp_buff *xdp, const struct netback_tx_packet *packet,
		u32 action)
{
	struct net_device *dev = transmit_dev(transmit);
	int error;

	switch (action) {
	case XDP_TX:
		error = make_whole(transmit, xdp, packet);
		if (!error)
			error = reflect(transmit, xdp);
		if (!error)
			netback_stats_add(transmit->stats,
					  NETBACK_STAT_XDP_TX, 1);
		return error;
	case XDP_REDIRECT:
		error = make_whole(transmit, xdp, packet);
		if (!error)
			error = xdp_do_redirect(dev, xdp, prog);
		if (error)
			return error;
		transmit->redirected = true;
		netback_stats_add(transmit->stats, NETBACK_STAT_XDP_REDIRECT,
				  1);
		return 0;
	case XDP_DROP:
		netback_stats_add(transmit->stats, NETBACK_STAT_XDP_DROP, 1);
		xdp_return_buff(xdp);
		return 0;
	default:
		bpf_warn_invalid_xdp_action(dev, prog, action);
		fallthrough;
	case XDP_ABORTED:
		return -EPROTO;
	}
}

bool netback_xdp_run(struct netback_transmit *transmit, struct bpf_prog *prog,
		     struct xdp_buff *xdp,
		     const struct netback_tx_packet *packet)
{
	u32 action = bpf_prog_run_xdp(prog, xdp);

	if (action == XDP_PASS) {
		netback_stats_add(transmit->stats, NETBACK_STAT_XDP_PASS, 1);
		return true;
	}
	if (obey(transmit, prog, xdp, packet, action)) {
		trace_xdp_exception(transmit_dev(transmit), prog, action);
		netback_stats_add(transmit->stats, NETBACK_STAT_XDP_ERROR, 1);
		if (xdp->data_hard_start)
			xdp_return_buff(xdp);
	}
	return false;
}

void netback_xdp_flush(struct netback_transmit *transmit)
{
	if (!transmit->redirected)
		return;
	transmit->redirected = false;
	xdp_do_flush();
}

int netback_xdp_setup(struct net_device *dev, struct netdev_bpf *bpf)
{
	struct netback_vif *vif = netdev_priv(dev);
	struct bpf_prog *old = rtnl_dereference(vif->prog);

	if (bpf->command != XDP_SETUP_PROG)
		return -EINVAL;
	if (bpf->prog && !bpf->prog->aux->xdp_has_frags) {
		NL_SET_ERR_MSG(bpf->extack,
			       "guests send packets with fragments, which the program is not made for (xdp.frags); generic XDP can run it");
		return -EOPNOTSUPP;
	}
	rcu_assign_pointer(vif->prog, bpf->prog);
	if (old)
		bpf_prog_put(old);
	return 0;
}

int netback_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames,
		     u32 flags)
{
	struct netback_vif *vif = netdev_priv(dev);
	struct netback_conn *conn;
	unsigned int index;
	int sent = -ENETDOWN;

	if (flags & ~XDP_XMIT_FLAGS_MASK)
		return -EINVAL;
	rcu_read_lock();
	conn = rcu_dereference(vif->conn);
	/* Without a carrier nobody takes what would be left waiting. */
	if (conn && netif_carrier_ok(dev)) {
		index = smp_processor_id() % conn->nr_queues;
		sent = send_frames(conn->queues[index], frames, nr);
	}
	rcu_read_unlock();
	return sent;
}
