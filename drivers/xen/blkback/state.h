/* SPDX-License-Identifier: GPL-2.0 */
/* What the backend does when something happens to the device on xenbus. */
#ifndef XEN_BLKBACK_STATE_H
#define XEN_BLKBACK_STATE_H

#include <linux/types.h>
#include <xen/interface/io/xenbus.h>

/**
 * enum blkback_event - what happened
 * @BLKBACK_EVENT_PROBE: the device was bound to us and its features are
 *	published
 * @BLKBACK_EVENT_FRONTEND: the frontend's state may have changed
 * @BLKBACK_EVENT_DEVICE: the hotplug script named the backing device and it is
 *	open now
 * @BLKBACK_EVENT_FAILED: connecting failed, or the ring can no longer be
 *	trusted
 * @BLKBACK_EVENT_REMOVE: the device is being taken from us
 * @BLKBACK_EVENTS: how many there are
 */
enum blkback_event {
	BLKBACK_EVENT_PROBE,
	BLKBACK_EVENT_FRONTEND,
	BLKBACK_EVENT_DEVICE,
	BLKBACK_EVENT_FAILED,
	BLKBACK_EVENT_REMOVE,
	BLKBACK_EVENTS
};

/* What holds at the moment. */
enum blkback_condition {
	BLKBACK_HAS_DEVICE = 1 << 0,	/* the backing device is open */
	BLKBACK_ONLINE = 1 << 1,	/* the toolstack's key online is 1 */
	BLKBACK_CONNECTED = 1 << 2,	/* rings are mapped: CONNECT without DISCONNECT */
	BLKBACK_CONDITIONS = 1 << 3
};

/* What to do, in this order. */
enum blkback_action {
	BLKBACK_DISCONNECT = 1 << 0,
	BLKBACK_CONNECT = 1 << 1,
	BLKBACK_SWITCH = 1 << 2,	/* write the next state to xenstore */
	BLKBACK_UNREGISTER = 1 << 3	/* the device is gone: last action of all */
};

/**
 * struct blkback_situation - all that the decision depends on
 * @backend: the state that we last wrote
 * @frontend: the state that the frontend last wrote; any number, it is the
 *	guest's
 * @conditions: enum blkback_condition, or-ed
 */
struct blkback_situation {
	enum xenbus_state backend;
	enum xenbus_state frontend;
	unsigned int conditions;
};

/**
 * struct blkback_transition - the decision
 * @actions: enum blkback_action, or-ed; to be done in ascending order
 * @next: state to switch to; the present one unless BLKBACK_SWITCH is set
 */
struct blkback_transition {
	u8 actions;
	enum xenbus_state next;
};

/**
 * blkback_state_next() - decide
 * @event: what happened
 * @now: what holds
 *
 * If BLKBACK_CONNECT fails the rest of the transition is dropped and
 * BLKBACK_EVENT_FAILED follows, in the state that held before.
 *
 * Return: the transition; for everything that needs no reaction, or that makes
 * no sense, one without actions.
 */
struct blkback_transition blkback_state_next(enum blkback_event event,
					     const struct blkback_situation *now);

#endif
