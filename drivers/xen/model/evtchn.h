/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels between a frontend and this kernel, with late EOI.
 */
#ifndef _XENMODEL_EVTCHN_H
#define _XENMODEL_EVTCHN_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/event_channel.h>

/**
 * xenmodel_evtchn_alloc() - a frontend offers a port
 * @domid: the frontend's domain
 *
 * Return: the port, 0 if there is none left.
 */
evtchn_port_t xenmodel_evtchn_alloc(domid_t domid);

/**
 * xenmodel_evtchn_free() - take it back
 * @port: from xenmodel_evtchn_alloc()
 */
void xenmodel_evtchn_free(evtchn_port_t port);

/**
 * xenmodel_evtchn_kick() - the frontend notifies
 * @port: its port
 *
 * The backend's handler runs soon, in a hard interrupt, and not again before
 * the backend has said that it is done with this event.
 */
void xenmodel_evtchn_kick(evtchn_port_t port);

/**
 * xenmodel_evtchn_notified() - how often was the frontend notified?
 * @port: its port
 *
 * Return: the number since the port was allocated.
 */
unsigned int xenmodel_evtchn_notified(evtchn_port_t port);

/**
 * xenmodel_evtchn_spurious() - how many events had no work behind them?
 * @port: the frontend's port
 *
 * Return: those of which the backend said so, since the port was allocated.
 * Xen's event channels make who causes them wait.
 */
unsigned int xenmodel_evtchn_spurious(evtchn_port_t port);

/* Is somebody bound to the other end? */
bool xenmodel_evtchn_bound(evtchn_port_t port);

/* For the model itself: ports that exist. */
unsigned int xenmodel_evtchns(void);

#endif /* _XENMODEL_EVTCHN_H */
