/* SPDX-License-Identifier: GPL-2.0 */
/* A program (XDP) that sees packets of the guest before the stack does. */
#ifndef XEN_NETBACK_XDP_H
#define XEN_NETBACK_XDP_H

#include <linux/types.h>

struct bpf_prog;
struct net_device;
struct netback_transmit;
struct netback_tx_packet;
struct netdev_bpf;
struct xdp_buff;
struct xdp_frame;

/**
 * netback_xdp_run() - have a program decide about a packet from the guest
 * @transmit: where it comes from
 * @prog: the program
 * @xdp: the packet; the program may change it
 * @packet: what the guest says of it
 *
 * Context: NAPI. netback_xdp_flush() is due at the end of the pass.
 * Return: true if it is for the stack; if not, it is not the caller's any more.
 */
bool netback_xdp_run(struct netback_transmit *transmit, struct bpf_prog *prog,
		     struct xdp_buff *xdp,
		     const struct netback_tx_packet *packet);

/**
 * netback_xdp_flush() - send off what programs have redirected
 * @transmit: whose pass ends
 *
 * Context: NAPI.
 */
void netback_xdp_flush(struct netback_transmit *transmit);

/* ndo_bpf: another program, or none. The RTNL lock is held. */
int netback_xdp_setup(struct net_device *dev, struct netdev_bpf *bpf);

/* ndo_xdp_xmit: packets for the guest, of which so many were taken. */
int netback_xdp_xmit(struct net_device *dev, int nr, struct xdp_frame **frames,
		     u32 flags);

#endif
