/* SPDX-License-Identifier: GPL-2.0 */
/* Packets from the guest on their way: memory and grant operations for each. */
#ifndef XEN_NETBACK_TXBUILD_H
#define XEN_NETBACK_TXBUILD_H

#include <linux/types.h>
#include <net/xdp.h>

#include "txcodec.h"

struct netback_transmit;
struct netback_txmap_packet;
struct netback_txmap_slot;

/* Copy operations of the largest packet: slots, and ends of pieces and pages. */
#define NETBACK_TXBUILD_OPS_MAX	(4 * NETBACK_TX_SLOTS_MAX)

/**
 * struct netback_tx_pending - a packet on its way through a pass
 * @xdp: its data; no @data_hard_start if there is none
 * @truesize: memory of its fragments
 * @status: XEN_NETIF_RSP_...
 * @first_op: its copy operations
 * @nr_ops: number of these
 * @held: its mapped slots, or NULL
 * @maps: those of @packet's slots, NULL for what is copied
 * @packet: what the codec made of it
 */
struct netback_tx_pending {
	struct xdp_buff xdp;
	unsigned int truesize;
	s16 status;
	unsigned int first_op;
	unsigned int nr_ops;
	struct netback_txmap_packet *held;
	struct netback_txmap_slot *maps[NETBACK_TX_SLOTS_MAX];
	struct netback_tx_packet packet;
};

/**
 * netback_txbuild_begin() - nothing is built yet
 * @transmit: the path
 * @p: the packet
 */
void netback_txbuild_begin(struct netback_transmit *transmit,
			   struct netback_tx_pending *p);

/**
 * netback_txbuild() - get memory, and queue the operations that fill it
 * @transmit: the path; its @prog, if there is one, has wishes of its own
 * @p: begun, with a good @packet
 *
 * Where the guest's pages are to be mapped, that is tried with the others of the
 * pass.
 *
 * Return: 0 or -ENOMEM. What was queued will be run then, too, so what was
 * allocated stays until netback_txbuild_discard().
 */
int netback_txbuild(struct netback_transmit *transmit,
		    struct netback_tx_pending *p);

/**
 * netback_txbuild_fall_back() - copy what could not be mapped
 * @transmit: the path, whose mappings have been tried
 * @p: a packet, which is dropped if there is no memory
 */
void netback_txbuild_fall_back(struct netback_transmit *transmit,
			       struct netback_tx_pending *p);

/**
 * netback_txbuild_discard() - there will be no packet
 * @p: what was built
 * @status: XEN_NETIF_RSP_... for the slots that are mapped
 */
void netback_txbuild_discard(struct netback_tx_pending *p, s16 status);

#endif
