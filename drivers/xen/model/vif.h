/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtual network interface as its toolstack and its frontend see it: both
 * are played by the test.
 */
#ifndef _XENMODEL_VIF_H
#define _XENMODEL_VIF_H

#include <linux/types.h>
#include <xen/interface/io/netif.h>
#include <xen/interface/io/xenbus.h>
#include "domain.h"

#define XENMODEL_VIF_QUEUES	4

/**
 * struct xenmodel_vif_queue - a pair of rings, from the frontend's end
 * @tx: the transmit ring
 * @rx: the receive ring
 * @tx_ref: grant of the first
 * @rx_ref: grant of the second
 * @tx_port: event channel of the first
 * @rx_port: event channel of the second; the same unless split
 */
struct xenmodel_vif_queue {
	struct xen_netif_tx_front_ring tx;
	struct xen_netif_rx_front_ring rx;
	grant_ref_t tx_ref;
	grant_ref_t rx_ref;
	evtchn_port_t tx_port;
	evtchn_port_t rx_port;
};

/**
 * struct xenmodel_vif - a device
 * @domain: the frontend's
 * @devid: its number there
 * @backend: path of the backend's folder
 * @frontend: path of the frontend's
 * @split: an event channel for each ring
 * @nr_queues: while there are rings
 * @queues: these
 * @ctrl: the control ring
 * @ctrl_ref: grant of it
 * @ctrl_port: its event channel, 0 if there is no control ring
 */
struct xenmodel_vif {
	struct xenmodel_domain *domain;
	unsigned int devid;
	char backend[48];
	char frontend[48];
	bool split;
	unsigned int nr_queues;
	struct xenmodel_vif_queue queues[XENMODEL_VIF_QUEUES];
	struct xen_netif_ctrl_front_ring ctrl;
	grant_ref_t ctrl_ref;
	evtchn_port_t ctrl_port;
};

/*
 * The toolstack.
 */

/**
 * xenmodel_vif_create() - what "xl network-attach" writes
 * @vif: filled in
 * @domain: the guest; its first pages will become rings
 * @devid: number of the device
 */
void xenmodel_vif_create(struct xenmodel_vif *vif,
			 struct xenmodel_domain *domain, unsigned int devid);

/* What the hotplug script writes when the interface is set up. */
void xenmodel_vif_hotplug(struct xenmodel_vif *vif);

/* Ask the backend to go, as "xl network-detach" does. */
void xenmodel_vif_offline(struct xenmodel_vif *vif);

/* Remove both folders, whatever the state, and wait for the device to go. */
void xenmodel_vif_destroy(struct xenmodel_vif *vif);

/*
 * The frontend.
 */

/**
 * xenmodel_vif_offer() - make rings, and tell the backend where they are
 * @vif: the device
 * @nr_queues: of them, at most XENMODEL_VIF_QUEUES
 * @split: with an event channel for each ring
 *
 * Writes all keys but the state, and has all features.
 *
 * Return: 0 or -ENOSPC.
 */
int xenmodel_vif_offer(struct xenmodel_vif *vif, unsigned int nr_queues,
		       bool split);

/**
 * xenmodel_vif_offer_ctrl() - and a control ring
 * @vif: whose rings have been offered
 * @page: of the guest's memory, that becomes the ring
 *
 * Return: 0 or -ENOSPC.
 */
int xenmodel_vif_offer_ctrl(struct xenmodel_vif *vif, unsigned int page);

/**
 * xenmodel_vif_withdraw() - take the rings back
 * @vif: the device
 *
 * Return: 0, or -EBUSY if the backend has any of it mapped.
 */
int xenmodel_vif_withdraw(struct xenmodel_vif *vif);

/* The frontend writes a key of its own, the state for instance. */
void xenmodel_vif_write(struct xenmodel_vif *vif, const char *key,
			unsigned int value);

/**
 * xenmodel_vif_wait() - wait for the backend to come to a state
 * @vif: the device
 * @state: which
 *
 * Return: true, or false if it has not within a (virtual) second.
 */
bool xenmodel_vif_wait(struct xenmodel_vif *vif, enum xenbus_state state);

/* A number that the backend has written, -1 if it has not. */
s64 xenmodel_vif_key(struct xenmodel_vif *vif, const char *key);

/* The next slot of the transmit ring, zeroed, to be filled in. */
struct xen_netif_tx_request *
xenmodel_vif_tx_request(struct xenmodel_vif_queue *queue);

/* Publish the slots, and notify the backend if it wants to be. */
void xenmodel_vif_tx_push(struct xenmodel_vif_queue *queue);

/**
 * xenmodel_vif_tx_response() - wait for a response
 * @queue: a queue
 * @response: filled in
 *
 * Return: true, or false if there is none within a (virtual) second.
 */
bool xenmodel_vif_tx_response(struct xenmodel_vif_queue *queue,
			      struct xen_netif_tx_response *response);

/* Offer a page for received data, not yet published. */
void xenmodel_vif_rx_request(struct xenmodel_vif_queue *queue, u16 id,
			     grant_ref_t ref);

void xenmodel_vif_rx_push(struct xenmodel_vif_queue *queue);

/* As xenmodel_vif_tx_response(). */
bool xenmodel_vif_rx_response(struct xenmodel_vif_queue *queue,
			      struct xen_netif_rx_response *response);

/* The next slot of the control ring, zeroed, to be filled in. */
struct xen_netif_ctrl_request *
xenmodel_vif_ctrl_request(struct xenmodel_vif *vif);

void xenmodel_vif_ctrl_push(struct xenmodel_vif *vif);

/* As xenmodel_vif_tx_response(). */
bool xenmodel_vif_ctrl_response(struct xenmodel_vif *vif,
				struct xen_netif_ctrl_response *response);

#endif /* _XENMODEL_VIF_H */
