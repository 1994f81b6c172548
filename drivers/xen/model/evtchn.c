// SPDX-License-Identifier: GPL-2.0
/*
 * Event channels.
 */
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <xen/events.h>
#include <xen/xenbus.h>
#include "evtchn.h"
#include "knob.h"

#define NR_PORTS	64

/* Not to be mistaken for a port. */
#define FIRST_IRQ	1000

/**
 * struct channel - a port of a frontend and what is bound to it
 * @domid: the frontend's domain
 * @used: the port exists
 * @handler: of the backend, NULL while nobody is bound
 * @dev_id: for @handler
 * @pending: the frontend has notified
 * @busy: the backend has been told, and has not said that it is done
 * @poller: waits in Xen until the port is pending
 * @notified: how often the backend notified the frontend
 * @spurious: events that the backend called spurious
 * @interrupt: lets @handler run in a hard interrupt
 */
struct channel {
	domid_t domid;
	bool used;
	irq_handler_t handler;
	void *dev_id;
	bool pending;
	bool busy;
	struct task_struct *poller;
	unsigned int notified;
	unsigned int spurious;
	struct hrtimer interrupt;
};

static struct channel channels[NR_PORTS];
static DEFINE_SPINLOCK(lock);

static struct channel *channel_of_irq(unsigned int irq)
{
	unsigned int port = irq - FIRST_IRQ;

	if (port >= NR_PORTS || !channels[port].handler)
		return NULL;
	return &channels[port];
}

/* The lock is held. */
static void raise(struct channel *channel)
{
	if (channel->handler && channel->pending && !channel->busy)
		hrtimer_start(&channel->interrupt, 0, HRTIMER_MODE_REL_HARD);
}

static enum hrtimer_restart interrupt(struct hrtimer *timer)
{
	struct channel *channel = container_of(timer, struct channel,
					       interrupt);
	irq_handler_t handler = NULL;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	if (channel->pending && !channel->busy) {
		channel->pending = false;
		channel->busy = true;
		handler = channel->handler;
	}
	spin_unlock_irqrestore(&lock, flags);
	if (handler)
		handler(FIRST_IRQ + (channel - channels), channel->dev_id);
	return HRTIMER_NORESTART;
}

evtchn_port_t xenmodel_evtchn_alloc(domid_t domid)
{
	evtchn_port_t port;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	for (port = 1; port < NR_PORTS; port++)
		if (!channels[port].used)
			break;
	if (port < NR_PORTS) {
		channels[port] = (struct channel) {
			.domid = domid,
			.used = true,
		};
		hrtimer_setup(&channels[port].interrupt, interrupt,
			      CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	}
	spin_unlock_irqrestore(&lock, flags);
	return port < NR_PORTS ? port : 0;
}
EXPORT_SYMBOL_GPL(xenmodel_evtchn_alloc);

void xenmodel_evtchn_free(evtchn_port_t port)
{
	unsigned long flags;
	bool bound;

	spin_lock_irqsave(&lock, flags);
	bound = channels[port].handler;
	channels[port].used = false;
	spin_unlock_irqrestore(&lock, flags);
	if (bound)
		xenmodel_violation("port %u goes, and somebody is bound to it",
				   port);
}
EXPORT_SYMBOL_GPL(xenmodel_evtchn_free);

void xenmodel_evtchn_kick(evtchn_port_t port)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	channels[port].pending = true;
	if (channels[port].poller)
		wake_up_process(channels[port].poller);
	raise(&channels[port]);
	spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(xenmodel_evtchn_kick);

unsigned int xenmodel_evtchn_notified(evtchn_port_t port)
{
	return READ_ONCE(channels[port].notified);
}
EXPORT_SYMBOL_GPL(xenmodel_evtchn_notified);

unsigned int xenmodel_evtchn_spurious(evtchn_port_t port)
{
	return READ_ONCE(channels[port].spurious);
}
EXPORT_SYMBOL_GPL(xenmodel_evtchn_spurious);

bool xenmodel_evtchn_bound(evtchn_port_t port)
{
	return READ_ONCE(channels[port].handler);
}
EXPORT_SYMBOL_GPL(xenmodel_evtchn_bound);

unsigned int xenmodel_evtchns(void)
{
	unsigned int port, nr = 0;

	for (port = 1; port < NR_PORTS; port++)
		nr += channels[port].used;
	return nr;
}

int bind_interdomain_evtchn_to_irqhandler_lateeoi(struct xenbus_device *dev,
						  evtchn_port_t remote_port,
						  irq_handler_t handler,
						  unsigned long irqflags,
						  const char *devname,
						  void *dev_id)
{
	int ret = xenmodel_injected(XENMODEL_OP_BIND);
	unsigned long flags;

	if (ret)
		return ret;
	ret = -EINVAL;
	spin_lock_irqsave(&lock, flags);
	if (remote_port && remote_port < NR_PORTS &&
	    channels[remote_port].used && !channels[remote_port].handler &&
	    channels[remote_port].domid == dev->otherend_id) {
		channels[remote_port].handler = handler;
		channels[remote_port].dev_id = dev_id;
		channels[remote_port].busy = false;
		/* Xen marks a channel that was just bound as pending. */
		channels[remote_port].pending = true;
		raise(&channels[remote_port]);
		ret = FIRST_IRQ + remote_port;
	}
	spin_unlock_irqrestore(&lock, flags);
	return ret;
}
EXPORT_SYMBOL_GPL(bind_interdomain_evtchn_to_irqhandler_lateeoi);

void unbind_from_irqhandler(unsigned int irq, void *dev_id)
{
	struct channel *channel;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	channel = channel_of_irq(irq);
	if (channel)
		channel->handler = NULL;
	spin_unlock_irqrestore(&lock, flags);
	if (!channel || channel->dev_id != dev_id)
		xenmodel_violation("interrupt %u is unbound by a stranger",
				   irq);
	if (channel)
		hrtimer_cancel(&channel->interrupt);
}
EXPORT_SYMBOL_GPL(unbind_from_irqhandler);

void xen_irq_lateeoi(unsigned int irq, unsigned int eoi_flags)
{
	struct channel *channel;
	unsigned long flags;

	xenmodel_hooked(XENMODEL_OP_EOI);
	spin_lock_irqsave(&lock, flags);
	channel = channel_of_irq(irq);
	if (!channel || !channel->busy) {
		xenmodel_violation("end of an interrupt %u that was none", irq);
	} else {
		channel->busy = false;
		if (eoi_flags & XEN_EOI_FLAG_SPURIOUS)
			channel->spurious++;
		raise(channel);
	}
	spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(xen_irq_lateeoi);

void notify_remote_via_irq(int irq)
{
	struct channel *channel;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	channel = channel_of_irq(irq);
	if (channel)
		channel->notified++;
	else
		xenmodel_violation("notification through interrupt %d, which is not bound",
				   irq);
	spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(notify_remote_via_irq);

/* The lock is held. Who looks for an event itself has to hold its interrupt back. */
static struct channel *channel_held_back(int irq, const char *what)
{
	struct channel *channel = channel_of_irq(irq);

	if (channel && channel->busy)
		return channel;
	xenmodel_violation("interrupt %d is %s, and may be delivered", irq,
			   what);
	return NULL;
}

void xen_clear_irq_pending(int irq)
{
	struct channel *channel;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	channel = channel_held_back(irq, "cleared");
	if (channel)
		channel->pending = false;
	spin_unlock_irqrestore(&lock, flags);
}
EXPORT_SYMBOL_GPL(xen_clear_irq_pending);

/*
 * The processor is Xen's until there is an event, or any interrupt, here the
 * next tick. Other threads run meanwhile: they are who causes the event.
 */
void xen_poll_irq_timeout(int irq, u64 timeout)
{
	struct channel *channel;
	unsigned long flags;
	bool wait = false;

	set_current_state(TASK_INTERRUPTIBLE);
	spin_lock_irqsave(&lock, flags);
	channel = channel_held_back(irq, "polled");
	if (channel) {
		wait = !channel->pending;
		channel->poller = current;
	}
	spin_unlock_irqrestore(&lock, flags);
	if (wait)
		schedule_timeout(1);
	__set_current_state(TASK_RUNNING);
	if (channel)
		WRITE_ONCE(channel->poller, NULL);
}
EXPORT_SYMBOL_GPL(xen_poll_irq_timeout);
