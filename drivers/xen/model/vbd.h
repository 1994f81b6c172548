/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtual block device as its toolstack and its frontend see it: both are
 * played by the test.
 */
#ifndef _XENMODEL_VBD_H
#define _XENMODEL_VBD_H

#include <linux/types.h>
#include <xen/interface/io/blkif.h>
#include <xen/interface/io/xenbus.h>
#include "domain.h"

#define XENMODEL_VBD_QUEUES	4
#define XENMODEL_VBD_RING_PAGES	16

/**
 * struct xenmodel_vbd_queue - a ring, from the frontend's end
 * @ring: the ring
 * @port: its event channel
 * @refs: its grants
 */
struct xenmodel_vbd_queue {
	struct blkif_front_ring ring;
	evtchn_port_t port;
	grant_ref_t refs[XENMODEL_VBD_RING_PAGES];
};

/**
 * struct xenmodel_vbd - a device
 * @domain: the frontend's
 * @backend: path of the backend's folder
 * @frontend: path of the frontend's
 * @order: pages of a ring, as a power of two
 * @nr_queues: while there are rings
 * @queues: these
 */
struct xenmodel_vbd {
	struct xenmodel_domain *domain;
	char backend[48];
	char frontend[48];
	unsigned int order;
	unsigned int nr_queues;
	struct xenmodel_vbd_queue queues[XENMODEL_VBD_QUEUES];
};

/*
 * The toolstack.
 */

/**
 * xenmodel_vbd_create() - what "xl block-attach" writes
 * @vbd: filled in
 * @domain: the guest; its first pages will become rings
 * @devid: number of the device
 * @mode: "r" or "w"
 */
void xenmodel_vbd_create(struct xenmodel_vbd *vbd,
			 struct xenmodel_domain *domain, unsigned int devid,
			 const char *mode);

/* What the hotplug script writes when the disk is ready. */
void xenmodel_vbd_hotplug(struct xenmodel_vbd *vbd, unsigned int major,
			  unsigned int minor);

/* Ask the backend to go, as "xl block-detach" does. */
void xenmodel_vbd_offline(struct xenmodel_vbd *vbd);

/* Remove both folders, whatever the state, and wait for the device to go. */
void xenmodel_vbd_destroy(struct xenmodel_vbd *vbd);

/*
 * The frontend.
 */

/**
 * xenmodel_vbd_offer() - make rings, and tell the backend where they are
 * @vbd: the device
 * @nr_queues: of them, at most XENMODEL_VBD_QUEUES
 * @order: pages of each, as a power of two
 *
 * Writes all keys but the state.
 *
 * Return: 0 or -ENOSPC.
 */
int xenmodel_vbd_offer(struct xenmodel_vbd *vbd, unsigned int nr_queues,
		       unsigned int order);

/**
 * xenmodel_vbd_withdraw() - take the rings back
 * @vbd: the device
 *
 * Return: 0, or -EBUSY if the backend has any of it mapped.
 */
int xenmodel_vbd_withdraw(struct xenmodel_vbd *vbd);

/* The frontend's word for its own state. */
void xenmodel_vbd_state(struct xenmodel_vbd *vbd, enum xenbus_state state);

/**
 * xenmodel_vbd_wait() - wait for the backend to come to a state
 * @vbd: the device
 * @state: which
 *
 * Return: true, or false if it has not within a (virtual) second.
 */
bool xenmodel_vbd_wait(struct xenmodel_vbd *vbd, enum xenbus_state state);

/* A number that the backend has written, -1 if it has not. */
s64 xenmodel_vbd_key(struct xenmodel_vbd *vbd, const char *key);

/* The next request of a ring, zeroed, to be filled in. */
struct blkif_request *xenmodel_vbd_request(struct xenmodel_vbd_queue *queue);

/* Publish the requests, and notify the backend if it wants to be. */
void xenmodel_vbd_push(struct xenmodel_vbd_queue *queue);

/**
 * xenmodel_vbd_response() - wait for a response
 * @queue: a ring
 * @response: filled in
 *
 * Return: true, or false if there is none within a (virtual) second.
 */
bool xenmodel_vbd_response(struct xenmodel_vbd_queue *queue,
			   struct blkif_response *response);

#endif /* _XENMODEL_VBD_H */
