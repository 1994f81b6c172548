// SPDX-License-Identifier: GPL-2.0
/*
 * The device on xenbus.
 *
 * Whatever happens goes to the state machine (state.c), which says what to do.
 * Nothing here waits for a guest: a connection has nothing that the guest could
 * keep, so it ends at once.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "conn.h"
#include "credit.h"
#include "debugfs.h"
#include "device.h"
#include "interface.h"
#include "keys.h"
#include "rxcodec.h"
#include "state.h"
#include "sysfs.h"
#include "transfermode.h"

static unsigned int max_queues;
module_param(max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues,
		 "Most queues that an interface may have, up to 64; 0 means one a processor, up to 8 (default 0)");

static bool separate_tx_rx_irq = true;
module_param(separate_tx_rx_irq, bool, 0644);
MODULE_PARM_DESC(separate_tx_rx_irq,
		 "Offer an event channel for each direction (default Y)");

static bool provides_xdp_headroom = true;
module_param(provides_xdp_headroom, bool, 0644);
MODULE_PARM_DESC(provides_xdp_headroom,
		 "Offer guests room before the data of their packets, for programs (XDP) of their own (default Y)");

/* Without a word of the administrator's no interface has more queues. */
#define QUEUES_DEFAULT	8

/* How long a guest may be about to say what it wants. */
#define RECONFIGURE_MS	1000

/* How often a device may write about itself into the log and to xenstore. */
#define REPORT_SECONDS	60
#define REPORT_BURST	10

void netback_device_failed(struct netback_device *device, const char *why)
{
	unsigned long flags;

	spin_lock_irqsave(&device->failure_lock, flags);
	if (!device->gone) {
		strscpy(device->failure, why, sizeof(device->failure));
		queue_work(system_unbound_wq, &device->work);
	}
	spin_unlock_irqrestore(&device->failure_lock, flags);
}

/*
 * For the log and for the guest, unless the guest makes this happen over and
 * over again.
 */
static void device_report(struct netback_device *device, int error,
			  const char *why)
{
	if (__ratelimit(&device->reports))
		xenbus_dev_error(device->xbdev, error, "%s", why);
}

static unsigned int device_queues(void)
{
	unsigned int queues = READ_ONCE(max_queues);

	if (!queues)
		return min_t(unsigned int, num_online_cpus(), QUEUES_DEFAULT);
	return min_t(unsigned int, queues, NETBACK_QUEUES_MAX);
}

/* What a frontend has to know before it sets up its rings. */
static int device_offer(struct netback_device *device)
{
	const struct {
		const char *key;
		unsigned int value;
	} *entry, keys[] = {
		{ "feature-sg", 1 },
		{ "feature-gso-tcpv4", 1 },
		{ "feature-gso-tcpv6", 1 },
		{ "feature-ipv6-csum-offload", 1 },
		{ "feature-rx-copy", 1 },
		{ "feature-rx-flip", device->vif->flip_offered },
		{ "feature-xdp-headroom", device->vif->headroom_offered },
		{ "feature-multicast-control", 1 },
		{ "feature-dynamic-multicast-control", 1 },
		{ "feature-ctrl-ring", 1 },
		{ "feature-split-event-channels",
		  READ_ONCE(separate_tx_rx_irq) },
		{ "multi-queue-max-queues", device->vif->max_queues },
	};
	int error;

	for (entry = keys; entry < keys + ARRAY_SIZE(keys); entry++) {
		error = xenbus_printf(XBT_NIL, device->xbdev->nodename,
				      entry->key, "%u", entry->value);
		if (error)
			return error;
	}
	return 0;
}

/* More conflicts with others in xenstore are somebody's mischief. */
#define CARRIER_TRIES	5

/*
 * One try. The toolstack may remove the folder at any time, and nothing of it
 * may come back.
 */
static int write_carrier(struct netback_device *device)
{
	const char *folder = device->xbdev->nodename;
	struct xenbus_transaction xbt;
	int error;

	error = xenbus_transaction_start(&xbt);
	if (error)
		return error;
	if (xenbus_exists(xbt, folder, "state"))
		error = xenbus_printf(xbt, folder, "carrier", "%d",
				      netif_running(device->vif->dev));
	return xenbus_transaction_end(xbt, error) ?: error;
}

/* The guest's end of the cable: plugged in if our end is up. */
static void device_carrier(struct netback_device *device)
{
	unsigned int tries = CARRIER_TRIES;

	while (write_carrier(device) == -EAGAIN && --tries)
		;
}

static void carrier_work(struct work_struct *work)
{
	struct netback_device *device = container_of(work,
						     struct netback_device,
						     carrier);

	mutex_lock(&device->lock);
	if (device->conn)
		device_carrier(device);
	mutex_unlock(&device->lock);
}

void netback_device_opened(struct netback_device *device)
{
	/* Not here: xenstore may be slow, and this lock is everybody's. */
	queue_work(system_unbound_wq, &device->carrier);
}

static void device_multicast(struct netback_device *device)
{
	bool filter = xenbus_read_unsigned(device->xbdev->otherend,
					   "request-multicast-control", 0);

	if (device->conn)
		WRITE_ONCE(device->conn->multicast.filter, filter);
}

static char *read_key(const char *folder, const char *key)
{
	char *text = xenbus_read(XBT_NIL, folder, key, NULL);

	return IS_ERR(text) ? NULL : text;
}

/* What cannot be had is no reason to do without the interface. */
static void device_headroom(struct netback_device *device)
{
	u16 max = device->vif->headroom_offered ? NETBACK_RX_HEADROOM_MAX : 0;
	char *text = read_key(device->xbdev->otherend, "xdp-headroom");
	char why[60];
	u16 bytes;

	if (netback_keys_parse_headroom(text, max, &bytes)) {
		snprintf(why, sizeof(why),
			 "xdp-headroom is no number up to %u: taken as %u", max,
			 bytes);
		device_report(device, -EINVAL, why);
	}
	kfree(text);
	/* Its program, which relies on it, is there until the guest goes on. */
	if (device->conn && bytes < device->vif->headroom &&
	    xenbus_read_driver_state(device->xbdev->otherend) ==
	    XenbusStateReconfiguring)
		return;
	netback_vif_set_headroom(device->vif, bytes);
	/* A packet that waits may need less room now. */
	if (device->conn)
		netback_conn_kick(device->conn);
}

static int device_connect(struct netback_device *device)
{
	struct xenbus_device *xbdev = device->xbdev;
	struct netback_keys_error error;
	struct netback_conn *conn;

	/* Before the first packet. */
	device_headroom(device);
	conn = netback_conn_create(device, xbdev, device->vif, &error);
	if (IS_ERR(conn)) {
		device_report(device, PTR_ERR(conn), error.text);
		return PTR_ERR(conn);
	}
	device->conn = conn;
	device_multicast(device);
	device_carrier(device);
	if (__ratelimit(&device->reports))
		dev_info(&xbdev->dev, "%s: %u queues\n",
			 netdev_name(device->vif->dev), conn->nr_queues);
	return 0;
}

/*
 * A guest that wants to have the headroom changed goes to Reconfiguring, writes
 * the key, and waits for our answer, with a lock of its kernel's held: it gets
 * one in any case. When we see the state the key may still be the old one.
 * Linux does this even when it has closed the device and takes its program away.
 */
static void device_answer(struct netback_device *device, bool said)
{
	struct xenbus_device *xbdev = device->xbdev;

	if (xbdev->state != XenbusStateConnected &&
	    xbdev->state != XenbusStateClosed)
		return;
	if (xenbus_read_driver_state(xbdev->otherend) !=
	    XenbusStateReconfiguring)
		return;
	if (!said) {
		queue_delayed_work(system_unbound_wq, &device->reconfigured,
				   msecs_to_jiffies(RECONFIGURE_MS));
		return;
	}
	xenbus_switch_state(xbdev, XenbusStateReconfigured);
}

static void reconfigured_work(struct work_struct *work)
{
	struct netback_device *device = container_of(to_delayed_work(work),
						     struct netback_device,
						     reconfigured);

	mutex_lock(&device->lock);
	device_answer(device, true);
	mutex_unlock(&device->lock);
}

/*
 * The guest is Connected: as it has got its answer, or does not want one any
 * more; then true. One that has closed the device means nothing by it.
 */
static bool device_resume(struct netback_device *device)
{
	struct xenbus_device *xbdev = device->xbdev;

	cancel_delayed_work(&device->reconfigured);
	device->headroom_written = false;
	if (xbdev->state != XenbusStateReconfigured)
		return false;
	if (device->conn)
		device_headroom(device);
	xenbus_switch_state(xbdev, device->conn ? XenbusStateConnected :
						  XenbusStateClosed);
	return true;
}

static struct blkback_transition device_decide(struct netback_device *device,
					       enum blkback_event event)
{
	struct xenbus_device *xbdev = device->xbdev;
	struct blkback_situation now = {
		.backend = xbdev->state,
		.frontend = xenbus_read_driver_state(xbdev->otherend),
	};

	/* The table knows nothing of this: it is as good as what was before. */
	if (now.backend == XenbusStateReconfigured)
		now.backend = device->conn ? XenbusStateConnected :
					     XenbusStateClosed;
	if (device->ready)
		now.conditions |= BLKBACK_HAS_DEVICE;
	if (device->conn)
		now.conditions |= BLKBACK_CONNECTED;
	if (xenbus_dev_is_online(xbdev))
		now.conditions |= BLKBACK_ONLINE;
	return blkback_state_next(event, &now);
}

static void device_disconnect(struct netback_device *device)
{
	netback_conn_destroy(device->conn);
	device->conn = NULL;
	/* The next connection is not to end for what was the matter with this one. */
	spin_lock_irq(&device->failure_lock);
	device->failure[0] = '\0';
	spin_unlock_irq(&device->failure_lock);
}

/*
 * Actions in their order. The last is the caller's: true if the device is to
 * be unregistered.
 */
static bool device_do(struct netback_device *device, enum blkback_event event)
{
	struct blkback_transition what = device_decide(device, event);

	if (what.actions & BLKBACK_DISCONNECT && device->conn)
		device_disconnect(device);
	if (what.actions & BLKBACK_CONNECT && device_connect(device))
		what = device_decide(device, BLKBACK_EVENT_FAILED);
	if (what.actions & BLKBACK_SWITCH)
		xenbus_switch_state(device->xbdev, what.next);
	return what.actions & BLKBACK_UNREGISTER;
}

static void device_work(struct work_struct *work)
{
	struct netback_device *device = container_of(work,
						     struct netback_device,
						     work);
	char why[sizeof(device->failure)];

	mutex_lock(&device->lock);
	spin_lock_irq(&device->failure_lock);
	strscpy(why, device->failure, sizeof(why));
	spin_unlock_irq(&device->failure_lock);
	if (device->conn && why[0]) {
		device_report(device, -EPROTO, why);
		device_do(device, BLKBACK_EVENT_FAILED);
	}
	mutex_unlock(&device->lock);
}

static void hotplug_changed(struct xenbus_watch *watch, const char *path,
			    const char *token)
{
	struct netback_device *device = container_of(watch,
						     struct netback_device,
						     hotplug);
	char *status = read_key(device->xbdev->nodename, "hotplug-status");

	if (status && !strcmp(status, "connected")) {
		mutex_lock(&device->lock);
		if (!device->ready) {
			device->ready = true;
			device_do(device, BLKBACK_EVENT_DEVICE);
		}
		mutex_unlock(&device->lock);
	}
	kfree(status);
}

static void device_rate(struct netback_device *device)
{
	char *text = read_key(device->xbdev->nodename, "rate");
	u32 bytes = 0, usec = 0;

	if (netback_keys_parse_rate(text, &bytes, &usec) == -EINVAL)
		device_report(device, -EINVAL,
			      "the key rate is not BYTES,MICROSECONDS: no limit");
	netback_credit_limit(&device->vif->credit, bytes, usec);
	kfree(text);
	if (device->conn)
		netback_conn_kick(device->conn);
}

static void rate_changed(struct xenbus_watch *watch, const char *path,
			 const char *token)
{
	struct netback_device *device = container_of(watch,
						     struct netback_device,
						     rate);

	mutex_lock(&device->lock);
	device_rate(device);
	mutex_unlock(&device->lock);
}

static void multicast_changed(struct xenbus_watch *watch, const char *path,
			      const char *token)
{
	struct netback_device *device = container_of(watch,
						     struct netback_device,
						     multicast);

	mutex_lock(&device->lock);
	device_multicast(device);
	mutex_unlock(&device->lock);
}

static void headroom_changed(struct xenbus_watch *watch, const char *path,
			     const char *token)
{
	struct netback_device *device = container_of(watch,
						     struct netback_device,
						     headroom);

	mutex_lock(&device->lock);
	device->headroom_written = true;
	if (device->conn)
		device_headroom(device);
	device_answer(device, true);
	mutex_unlock(&device->lock);
}

static void frontend_changed(struct xenbus_device *xbdev,
			     enum xenbus_state state)
{
	struct netback_device *device = dev_get_drvdata(&xbdev->dev);
	bool over = false;

	if (!device)
		return;
	mutex_lock(&device->lock);
	if (state != XenbusStateConnected || !device_resume(device))
		over = device_do(device, BLKBACK_EVENT_FRONTEND);
	device_answer(device, device->headroom_written);
	mutex_unlock(&device->lock);
	/* This thread is the one in which xenbus does that itself. */
	if (over)
		device_unregister(&xbdev->dev);
}

/* The hotplug scripts want to know what they are for. */
static int device_uevent(compat_xenbus_const struct xenbus_device *xbdev,
			 struct kobj_uevent_env *env)
{
	struct netback_device *device;
	char *script;
	int error = 0;

	script = xenbus_read(XBT_NIL, xbdev->nodename, "script", NULL);
	if (!IS_ERR(script)) {
		error = add_uevent_var(env, "script=%s", script);
		kfree(script);
	}
	rcu_read_lock();
	device = dev_get_drvdata(&xbdev->dev);
	if (device && !error)
		error = add_uevent_var(env, "vif=%s",
				       netdev_name(device->vif->dev));
	rcu_read_unlock();
	return error;
}

static void device_unwatch(struct xenbus_watch *watch)
{
	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
	watch->node = NULL;
}

static int device_watch(struct netback_device *device)
{
	struct xenbus_device *xbdev = device->xbdev;
	int error;

	/* The first, as it is heard of at once: nothing is connected then. */
	error = xenbus_watch_pathfmt(xbdev, &device->headroom, NULL,
				     headroom_changed, "%s/%s", xbdev->otherend,
				     "xdp-headroom");
	if (error)
		return error;
	error = xenbus_watch_pathfmt(xbdev, &device->hotplug, NULL,
				     hotplug_changed, "%s/%s",
				     xbdev->nodename, "hotplug-status");
	if (error)
		return error;
	error = xenbus_watch_pathfmt(xbdev, &device->rate, NULL, rate_changed,
				     "%s/%s", xbdev->nodename, "rate");
	if (error)
		return error;
	return xenbus_watch_pathfmt(xbdev, &device->multicast, NULL,
				    multicast_changed, "%s/%s", xbdev->otherend,
				    "request-multicast-control");
}

static void device_remove(struct xenbus_device *xbdev)
{
	struct netback_device *device = dev_get_drvdata(&xbdev->dev);

	netback_debugfs_remove_device(device);
	device_unwatch(&device->multicast);
	device_unwatch(&device->rate);
	device_unwatch(&device->hotplug);
	device_unwatch(&device->headroom);
	spin_lock_irq(&device->failure_lock);
	device->gone = true;
	spin_unlock_irq(&device->failure_lock);
	cancel_work_sync(&device->work);

	mutex_lock(&device->lock);
	device_do(device, BLKBACK_EVENT_REMOVE);
	mutex_unlock(&device->lock);
	cancel_work_sync(&device->carrier);
	cancel_delayed_work_sync(&device->reconfigured);

	kobject_uevent(&xbdev->dev.kobj, KOBJ_OFFLINE);
	/* A new interface has to be set up by the script anew. */
	xenbus_rm(XBT_NIL, xbdev->nodename, "hotplug-status");
	dev_set_drvdata(&xbdev->dev, NULL);
	synchronize_rcu();
	netback_vif_destroy(device->vif);
	kfree(device);
}

static struct netback_device *device_new(struct xenbus_device *xbdev)
{
	unsigned int handle = xenbus_read_unsigned(xbdev->nodename, "handle", 0);
	unsigned int mtu = xenbus_read_unsigned(xbdev->nodename, "mtu", 0);
	struct netback_device *device;
	struct netback_vif *vif;

	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device)
		return ERR_PTR(-ENOMEM);
	vif = netback_vif_create(xbdev, handle, device_queues(), mtu);
	if (IS_ERR(vif)) {
		kfree(device);
		return ERR_CAST(vif);
	}
	device->xbdev = xbdev;
	device->vif = vif;
	vif->flip_offered = netback_transfermode_offered();
	vif->headroom_offered = READ_ONCE(provides_xdp_headroom);
	mutex_init(&device->lock);
	spin_lock_init(&device->failure_lock);
	INIT_WORK(&device->work, device_work);
	INIT_WORK(&device->carrier, carrier_work);
	INIT_DELAYED_WORK(&device->reconfigured, reconfigured_work);
	ratelimit_state_init(&device->reports, REPORT_SECONDS * HZ,
			     REPORT_BURST);
	ratelimit_set_flags(&device->reports, RATELIMIT_MSG_ON_RELEASE);
	return device;
}

static int device_probe(struct xenbus_device *xbdev,
			const struct xenbus_device_id *id)
{
	struct netback_device *device = device_new(xbdev);
	int error;

	if (IS_ERR(device)) {
		xenbus_dev_fatal(xbdev, PTR_ERR(device),
				 "making the network interface");
		return PTR_ERR(device);
	}
	dev_set_drvdata(&xbdev->dev, device);
	netback_debugfs_add_device(device);

	error = device_offer(device);
	if (!error)
		error = device_watch(device);
	if (error) {
		xenbus_dev_fatal(xbdev, error, "setting up the device");
		device_remove(xbdev);
		return error;
	}

	mutex_lock(&device->lock);
	device_rate(device);
	device_do(device, BLKBACK_EVENT_PROBE);
	mutex_unlock(&device->lock);
	/* For those who leave the script to udev. */
	kobject_uevent(&xbdev->dev.kobj, KOBJ_ONLINE);
	return 0;
}

static void show_rate(struct netback_credit *credit, struct seq_file *m)
{
	u32 bytes, usec;
	s64 left = netback_credit_look(credit, &bytes, &usec);

	if (bytes)
		seq_printf(m, "rate bytes %u usec %u left %lld\n", bytes, usec,
			   left);
}

void netback_device_show(struct netback_device *device, struct seq_file *m)
{
	mutex_lock(&device->lock);
	seq_printf(m, "state %s\ninterface %s\nhotplug %s\ntx_mode %s\n",
		   xenbus_strstate(device->xbdev->state),
		   netdev_name(device->vif->dev),
		   device->ready ? "connected" : "waiting",
		   netback_txmode_name(READ_ONCE(device->vif->tx_mode)));
	show_rate(&device->vif->credit, m);
	if (device->conn)
		netback_conn_show(device->conn, m);
	mutex_unlock(&device->lock);
}

static const struct xenbus_device_id device_ids[] = {
	{ "vif" },
	{ "" }
};

static struct xenbus_driver device_driver = {
	.ids = device_ids,
	.allow_rebind = true,
	.probe = device_probe,
	.remove = device_remove,
	.uevent = device_uevent,
	.otherend_changed = frontend_changed,
	.driver.dev_groups = netback_sysfs_groups,
};

int netback_device_init(void)
{
	return xenbus_register_backend(&device_driver);
}

void netback_device_exit(void)
{
	xenbus_unregister_driver(&device_driver);
}
