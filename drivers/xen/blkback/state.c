// SPDX-License-Identifier: GPL-2.0
#include "state.h"

#include <linux/bits.h>
#include <linux/kernel.h>
#include <xen/interface/io/xenbus.h>

/* Sets of xenbus states. */
#define INITIALISING	BIT(XenbusStateInitialising)
#define INIT_WAIT	BIT(XenbusStateInitWait)
#define INITIALISED	BIT(XenbusStateInitialised)
#define CONNECTED	BIT(XenbusStateConnected)
#define CLOSING		BIT(XenbusStateClosing)
#define CLOSED		BIT(XenbusStateClosed)
#define UNKNOWN		BIT(XenbusStateUnknown)
#define ANY		(BIT(XenbusStateReconfigured + 1) - 1)

/* The frontend has its rings ready. Small ones skip Initialised. */
#define READY		(INITIALISED | CONNECTED)
#define SERVING		(CONNECTED | CLOSING)

/* In place of a state to switch to. */
#define STAY		XenbusStateUnknown

struct rule {
	u8 event;
	u16 frontend;		/* set of states */
	u16 backend;		/* set of states */
	u8 with;		/* conditions that have to hold */
	u8 without;		/* conditions that may not hold */
	u8 actions;		/* DISCONNECT, CONNECT, UNREGISTER */
	u8 next;
};

/*
 * The first rule that fits decides; if none does, nothing happens. There is no
 * need to say here whether there is a connection to end: settle() knows.
 *
 * Watches may be late and may have been merged, so the frontend's state may be
 * any number of steps ahead of the last one that we saw.
 */
static const struct rule rules[] = {
	/*
	 * The toolstack starts the hotplug script only when it sees InitWait,
	 * so this does not wait for the backing device.
	 */
	{ BLKBACK_EVENT_PROBE, ANY, ANY, 0, 0, 0, XenbusStateInitWait },

	/*
	 * The frontend's folder is gone, and its domain probably too. The
	 * toolstack waits for Closed before it cleans up behind the disk.
	 */
	{ BLKBACK_EVENT_FRONTEND, UNKNOWN, ANY, 0, 0, BLKBACK_DISCONNECT | BLKBACK_UNREGISTER,
	  XenbusStateClosed },

	/* It starts again after a close. */
	{ BLKBACK_EVENT_FRONTEND, INITIALISING, CLOSED, 0, 0, 0, XenbusStateInitWait },
	/* It starts again and we missed that it had closed ... */
	{ BLKBACK_EVENT_FRONTEND, INITIALISING, SERVING, BLKBACK_HAS_DEVICE | BLKBACK_ONLINE, 0,
	  BLKBACK_DISCONNECT, XenbusStateInitWait },
	/* ... which had been the last time. */
	{ BLKBACK_EVENT_FRONTEND, INITIALISING, SERVING, 0, BLKBACK_ONLINE,
	  BLKBACK_DISCONNECT | BLKBACK_UNREGISTER, XenbusStateClosed },

	/* Both ends are there. */
	{ BLKBACK_EVENT_FRONTEND, READY, INIT_WAIT | CLOSED, BLKBACK_HAS_DEVICE, 0,
	  BLKBACK_CONNECT, XenbusStateConnected },
	{ BLKBACK_EVENT_DEVICE, READY, INIT_WAIT, BLKBACK_HAS_DEVICE, 0,
	  BLKBACK_CONNECT, XenbusStateConnected },
	/* It came back without us seeing more than its wish to close. */
	{ BLKBACK_EVENT_FRONTEND, INITIALISED, CLOSING, BLKBACK_HAS_DEVICE | BLKBACK_CONNECTED, 0,
	  BLKBACK_CONNECT, XenbusStateConnected },
	/* It is ready but the device is not. */
	{ BLKBACK_EVENT_FRONTEND, READY, CLOSED, 0, BLKBACK_HAS_DEVICE, 0, XenbusStateInitWait },

	/*
	 * A frontend whose disk is in use announces the close and goes on using
	 * it: the rings have to be served until it says Closed.
	 */
	{ BLKBACK_EVENT_FRONTEND, CLOSING, ANY & ~CLOSED, 0, 0, 0, XenbusStateClosing },
	{ BLKBACK_EVENT_FRONTEND, CLOSED, ANY, BLKBACK_ONLINE, 0, BLKBACK_DISCONNECT,
	  XenbusStateClosed },
	{ BLKBACK_EVENT_FRONTEND, CLOSED, ANY, 0, BLKBACK_ONLINE,
	  BLKBACK_DISCONNECT | BLKBACK_UNREGISTER, XenbusStateClosed },

	/* Only a close and a new start lead out of this. */
	{ BLKBACK_EVENT_FAILED, ANY, ANY & ~CLOSED, 0, 0, BLKBACK_DISCONNECT, XenbusStateClosing },
	{ BLKBACK_EVENT_FAILED, ANY, CLOSED, 0, 0, BLKBACK_DISCONNECT, STAY },

	/* The state stays: another driver, or we again, may take over. */
	{ BLKBACK_EVENT_REMOVE, ANY, ANY, 0, 0, BLKBACK_DISCONNECT, STAY },
};

static bool rule_fits(const struct rule *rule, enum blkback_event event,
		      const struct blkback_situation *now)
{
	return rule->event == event &&
	       rule->frontend & BIT(now->frontend) &&
	       rule->backend & BIT(now->backend) &&
	       (now->conditions & rule->with) == rule->with &&
	       !(now->conditions & rule->without);
}

/* From what a rule asks for to what is left to do. */
static struct blkback_transition settle(const struct rule *rule,
					const struct blkback_situation *now)
{
	struct blkback_transition result = { .actions = rule->actions, .next = now->backend };

	if (now->conditions & BLKBACK_CONNECTED) {
		if (result.actions & BLKBACK_CONNECT)
			result.actions |= BLKBACK_DISCONNECT;
	} else {
		result.actions &= ~BLKBACK_DISCONNECT;
	}
	if (rule->next != STAY && rule->next != now->backend) {
		result.actions |= BLKBACK_SWITCH;
		result.next = rule->next;
	}
	return result;
}

/* A guest may write any number: treat what is no state as one without a rule. */
static bool known(enum xenbus_state state)
{
	return (unsigned int)state <= XenbusStateReconfigured;
}

struct blkback_transition blkback_state_next(enum blkback_event event,
					     const struct blkback_situation *now)
{
	struct blkback_situation sane = *now;
	unsigned int i;

	if (!known(sane.frontend))
		sane.frontend = XenbusStateReconfigured;
	if (!known(sane.backend))
		sane.backend = XenbusStateUnknown;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (rule_fits(&rules[i], event, &sane))
			return settle(&rules[i], &sane);
	return (struct blkback_transition){ .next = sane.backend };
}
