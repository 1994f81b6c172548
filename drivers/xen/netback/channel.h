/* SPDX-License-Identifier: GPL-2.0 */
/* An event channel, of one ring or of two. */
#ifndef XEN_NETBACK_CHANNEL_H
#define XEN_NETBACK_CHANNEL_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/if.h>
#include <linux/types.h>

struct napi_struct;
struct work_struct;
struct xenbus_device;

/* Whom an event is for. */
#define NETBACK_SIDE_TX		BIT(0)
#define NETBACK_SIDE_RX		BIT(1)
#define NETBACK_SIDES		2
#define NETBACK_SIDE_CTRL	BIT(2)

/**
 * struct netback_channel - an event channel
 * @irq: its interrupt, 0 if it is not bound
 * @sides: of these rings
 * @napi: one for each side; NULL where it is not of @sides
 * @work: for the control ring; NULL otherwise
 * @pending: sides that still have to look after the last event
 * @worked: there was something to do since the last end of an interrupt
 * @name: of the interrupt
 */
struct netback_channel {
	int irq;
	int sides;
	struct napi_struct *napi[NETBACK_SIDES];
	struct work_struct *work;
	atomic_t pending;
	bool worked;
	char name[IFNAMSIZ + 12];
};

/**
 * netback_channel_bind() - events may come from here on
 * @channel: with its @sides, @napi or @work, and @name
 * @xbdev: of the frontend
 * @port: the frontend's
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int netback_channel_bind(struct netback_channel *channel,
			 struct xenbus_device *xbdev, u32 port);

/**
 * netback_channel_unbind() - no event comes any more
 * @channel: bound or not
 *
 * Context: may sleep.
 */
void netback_channel_unbind(struct netback_channel *channel);

/**
 * netback_channel_notify() - tell the frontend of responses
 * @channel: bound
 *
 * Context: any.
 */
void netback_channel_notify(struct netback_channel *channel);

/**
 * netback_channel_worked() - there was something to do
 * @channel: bound
 *
 * What an event was sent for may have been done before the event was seen.
 *
 * Context: any.
 */
void netback_channel_worked(struct netback_channel *channel);

/**
 * netback_channel_done() - one side has looked after the last event
 * @channel: bound
 * @side: which
 *
 * When all have, the frontend may interrupt again. If it had nothing for us
 * since the last time the event channel code slows it down.
 *
 * Context: any.
 */
void netback_channel_done(struct netback_channel *channel, int side);

#endif
