// SPDX-License-Identifier: GPL-2.0
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>
#include <xen/events.h>
#include <xen/xenbus.h>

#include "channel.h"

static irqreturn_t channel_interrupt(int irq, void *data)
{
	struct netback_channel *channel = data;
	unsigned int i;

	atomic_or(channel->sides, &channel->pending);
	for (i = 0; i < NETBACK_SIDES; i++)
		if (channel->napi[i])
			napi_schedule(channel->napi[i]);
	if (channel->work)
		queue_work(system_unbound_wq, channel->work);
	return IRQ_HANDLED;
}

int netback_channel_bind(struct netback_channel *channel,
			 struct xenbus_device *xbdev, u32 port)
{
	int irq;

	irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(xbdev, port,
							    channel_interrupt,
							    0, channel->name,
							    channel);
	if (irq < 0)
		return irq;
	WRITE_ONCE(channel->irq, irq);
	return 0;
}

void netback_channel_unbind(struct netback_channel *channel)
{
	if (channel->irq)
		unbind_from_irqhandler(channel->irq, channel);
	channel->irq = 0;
}

void netback_channel_notify(struct netback_channel *channel)
{
	notify_remote_via_irq(channel->irq);
}

void netback_channel_worked(struct netback_channel *channel)
{
	WRITE_ONCE(channel->worked, true);
}

void netback_channel_done(struct netback_channel *channel, int side)
{
	int pending = atomic_fetch_andnot(side, &channel->pending);
	bool worked;

	if (!(pending & side) || pending & ~side)
		return;
	worked = xchg(&channel->worked, false);
	xen_irq_lateeoi(channel->irq, worked ? 0 : XEN_EOI_FLAG_SPURIOUS);
}
