// SPDX-License-Identifier: GPL-2.0
/*
 * The device on xenbus.
 *
 * Whatever happens becomes an event; a work item takes the events, asks the
 * state machine (state.c) what they mean, and does it. Nothing in here waits
 * for a guest. Taking a connection down, which waits for the disk, runs by
 * itself and comes back as an event; only who unbinds the driver waits for that,
 * and whoever closes the block device for what Linux has of it in its cache.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kdev_t.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/blkdev.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "budget.h"
#include "codec.h"
#include "conn.h"
#include "debugfs.h"
#include "device.h"
#include "disk.h"
#include "keys.h"
#include "latency.h"
#include "persist.h"
#include "sysfs.h"
#include "uevent.h"

static unsigned int max_queues;
module_param(max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues,
		 "Most queues that a disk may have; 0 means one a processor (default 0)");

static unsigned int max_ring_page_order = BLKBACK_RING_PAGE_ORDER_MAX;
module_param(max_ring_page_order, uint, 0444);
MODULE_PARM_DESC(max_ring_page_order,
		 "Most pages of a ring, as a power of two, 0 to 4 (default 4)");

/* How often a device may write about itself into the log and to xenstore. */
#define REPORT_SECONDS	60
#define REPORT_BURST	10

/* What happened, in the order in which it is looked at. */
enum device_event {
	EVENT_DISCONNECTED,
	EVENT_HOTPLUG,
	EVENT_FAILED,
	EVENT_FRONTEND,
	EVENT_RESIZED,
};

/* All devices, for what concerns each of them. */
static LIST_HEAD(devices);
static DEFINE_SPINLOCK(devices_lock);

struct blkback_device *blkback_device_get(struct blkback_device *device)
{
	kref_get(&device->refs);
	return device;
}

static void device_release(struct kref *refs)
{
	struct blkback_device *device = container_of(refs,
						     struct blkback_device,
						     refs);

	blkback_cgroup_set(&device->cgroup, "");
	kfree(device);
}

void blkback_device_put(struct blkback_device *device)
{
	kref_put(&device->refs, device_release);
}

static void device_event(struct blkback_device *device, enum device_event event)
{
	unsigned long flags;

	spin_lock_irqsave(&device->event_lock, flags);
	if (!device->gone) {
		device->events |= BIT(event);
		queue_work(system_unbound_wq, &device->work);
	}
	spin_unlock_irqrestore(&device->event_lock, flags);
}

/* Some block device has changed. Each of ours finds out whether it is its own. */
static void devices_changed(void)
{
	struct blkback_device *device;

	spin_lock(&devices_lock);
	list_for_each_entry(device, &devices, listed)
		device_event(device, EVENT_RESIZED);
	spin_unlock(&devices_lock);
}

static void device_list(struct blkback_device *device)
{
	spin_lock(&devices_lock);
	list_add(&device->listed, &devices);
	spin_unlock(&devices_lock);
}

static void device_unlist(struct blkback_device *device)
{
	spin_lock(&devices_lock);
	list_del(&device->listed);
	spin_unlock(&devices_lock);
}

void blkback_device_failed(struct blkback_device *device, const char *why)
{
	unsigned long flags;

	spin_lock_irqsave(&device->event_lock, flags);
	strscpy(device->failure, why, sizeof(device->failure));
	spin_unlock_irqrestore(&device->event_lock, flags);
	device_event(device, EVENT_FAILED);
}

void blkback_device_disconnected(struct blkback_device *device,
				 const struct blkback_stats *stats)
{
	mutex_lock(&device->lock);
	blkback_stats_add(&device->past, stats);
	device->leaving = (struct blkback_stats) {};
	mutex_unlock(&device->lock);
	complete_all(&device->down);
	device_event(device, EVENT_DISCONNECTED);
}

static void device_limits(struct blkback_keys_limits *limits)
{
	unsigned int queues = READ_ONCE(max_queues) ?: num_online_cpus();

	*limits = (struct blkback_keys_limits) {
		.max_queues = blkback_budget_queues(queues),
		.max_ring_page_order = min_t(unsigned int, max_ring_page_order,
					     BLKBACK_RING_PAGE_ORDER_MAX),
	};
}

/* What a frontend has to know before it sets up its rings. */
static int device_offer(struct blkback_device *device)
{
	struct blkback_keys_limits *offered = &device->offered;
	struct xenbus_device *xbdev = device->xbdev;
	int error;

	device_limits(offered);
	error = xenbus_printf(XBT_NIL, xbdev->nodename,
			      "multi-queue-max-queues", "%u",
			      offered->max_queues);
	if (!error)
		error = xenbus_printf(XBT_NIL, xbdev->nodename,
				      "max-ring-page-order", "%u",
				      offered->max_ring_page_order);
	return error;
}

/**
 * struct description - a key and its value
 * @key: name
 * @value: number
 */
struct description {
	const char *key;
	u64 value;
};

static int write_keys(struct xenbus_device *xbdev,
		      struct xenbus_transaction xbt,
		      const struct description *keys, unsigned int nr)
{
	int error = 0;

	for (; nr && !error; nr--, keys++)
		error = xenbus_printf(xbt, xbdev->nodename, keys->key, "%llu",
				      keys->value);
	return error;
}

static int describe_discard(struct xenbus_device *xbdev,
			    struct xenbus_transaction xbt,
			    const struct blkback_disk *disk,
			    const struct blkback_limits *limits)
{
	const struct description keys[] = {
		{ "discard-granularity", bdev_discard_granularity(disk->bdev) },
		{ "discard-alignment", bdev_discard_alignment(disk->bdev) },
		{ "discard-secure", limits->secure_discard },
	};

	return write_keys(xbdev, xbt, keys, ARRAY_SIZE(keys));
}

/* What a frontend has to know before it uses the disk. */
static int describe_all(struct xenbus_device *xbdev,
			struct xenbus_transaction xbt,
			const struct blkback_disk *disk,
			const struct blkback_limits *limits)
{
	struct blkback_device *device = dev_get_drvdata(&xbdev->dev);
	bool discard = limits->operations & BIT(BLKIF_OP_DISCARD);
	const struct description keys[] = {
		{ "sectors", limits->capacity },
		{ "info", blkback_disk_info(disk) },
		{ "sector-size", limits->block_size },
		{ "physical-sector-size", bdev_physical_block_size(disk->bdev) },
		{ "feature-flush-cache", bdev_write_cache(disk->bdev) },
		{ "feature-barrier", bdev_write_cache(disk->bdev) },
		{ "feature-discard", discard },
		{ "feature-persistent", device->offered.persistent },
		{ "feature-max-indirect-segments", limits->max_indirect_segments },
	};
	int error;

	error = write_keys(xbdev, xbt, keys, ARRAY_SIZE(keys));
	if (!error && discard)
		error = describe_discard(xbdev, xbt, disk, limits);
	return error;
}

/*
 * That it has another size now. A frontend looks at the size when our state is
 * written, even if it stays Connected. If the toolstack has written another one, the
 * frontend is to see that, and looks at it.
 */
static int describe_size(struct xenbus_device *xbdev,
			 struct xenbus_transaction xbt,
			 const struct blkback_disk *disk,
			 const struct blkback_limits *limits)
{
	const struct description keys[] = {
		{ "sectors", limits->capacity },
		{ "state", xbdev->state },
	};
	unsigned int state = xbdev->state;

	xenbus_scanf(xbt, xbdev->nodename, "state", "%u", &state);
	return write_keys(xbdev, xbt, keys, state == xbdev->state ? 2 : 1);
}

/* All of it, or nothing. */
static int device_describe(struct blkback_device *device,
			   int (*describe)(struct xenbus_device *xbdev,
					   struct xenbus_transaction xbt,
					   const struct blkback_disk *disk,
					   const struct blkback_limits *limits))
{
	struct xenbus_transaction xbt;
	struct blkback_limits limits;
	int error;

	blkback_disk_limits(device->disk, &limits);
	do {
		error = xenbus_transaction_start(&xbt);
		if (error)
			return error;
		/* What the toolstack has removed is not to come back. */
		error = -ENOENT;
		if (xenbus_exists(xbt, device->xbdev->nodename, "frontend"))
			error = describe(device->xbdev, xbt, device->disk,
					 &limits);
		if (error) {
			xenbus_transaction_end(xbt, 1);
			return error;
		}
		error = xenbus_transaction_end(xbt, 0);
	} while (error == -EAGAIN);
	if (!error)
		device->sectors = limits.capacity;
	return error;
}

/*
 * For the log and for the guest, unless the guest makes this happen over and
 * over again.
 */
static void device_report(struct blkback_device *device, int error,
			  const char *why)
{
	if (__ratelimit(&device->reports))
		xenbus_dev_error(device->xbdev, error, "%s", why);
}

static int device_connect(struct blkback_device *device)
{
	struct xenbus_device *xbdev = device->xbdev;
	struct blkback_keys_error error;
	struct blkback_conn *conn;
	int ret;

	WRITE_ONCE(device->guest_gone, false);
	device->offered.persistent = blkback_persist_offered();
	ret = device_describe(device, describe_all);
	if (ret) {
		device_report(device, ret, "describing the disk");
		return ret;
	}
	conn = blkback_conn_create(device, xbdev, device->disk,
				   &device->offered, &error);
	if (IS_ERR(conn)) {
		device_report(device, PTR_ERR(conn), error.text);
		return PTR_ERR(conn);
	}
	device->conn = conn;
	if (__ratelimit(&device->reports))
		dev_info(&xbdev->dev, "%s: %u queues, protocol %s\n",
			 conn->name, conn->nr_queues, conn->layout->name);
	return 0;
}

/* If it is the disk of this device whose size has changed. */
static void device_resized(struct blkback_device *device)
{
	struct xenbus_device *xbdev = device->xbdev;
	u64 sectors;
	int error;

	/* Who connects later is told then. */
	if (!device->conn || xbdev->state != XenbusStateConnected)
		return;
	sectors = bdev_nr_sectors(device->disk->bdev);
	if (sectors == device->sectors)
		return;
	blkback_conn_resize(device->conn, sectors);
	error = device_describe(device, describe_size);
	if (error)
		device_report(device, error, "telling the disk's new size");
	else if (__ratelimit(&device->reports))
		dev_info(&xbdev->dev, "%s: %llu sectors\n", device->conn->name,
			 device->sectors);
}

static struct blkback_transition device_decide(struct blkback_device *device,
					       enum blkback_event event)
{
	struct xenbus_device *xbdev = device->xbdev;
	struct blkback_situation now = {
		.backend = xbdev->state,
		.frontend = xenbus_read_driver_state(xbdev->otherend),
	};

	if (device->disk)
		now.conditions |= BLKBACK_HAS_DEVICE;
	if (device->conn)
		now.conditions |= BLKBACK_CONNECTED;
	if (xenbus_dev_is_online(xbdev))
		now.conditions |= BLKBACK_ONLINE;
	return blkback_state_next(event, &now);
}

/*
 * Actions in their order. Unregistering is left to frontend_changed() and
 * own_state_changed(), which run where xenbus unregisters devices itself.
 */
/* A guest whose state stays, and ours, has the next driver to serve it. */
static bool device_has_lost_guest(const struct blkback_device *device,
				  struct blkback_transition what)
{
	return what.actions & (BLKBACK_SWITCH | BLKBACK_UNREGISTER) ||
	       xenbus_read_driver_state(device->xbdev->otherend) !=
	       XenbusStateConnected;
}

static void device_do(struct blkback_device *device,
		      struct blkback_transition what)
{
	if (what.actions & BLKBACK_DISCONNECT && device->conn) {
		what.actions &= ~BLKBACK_DISCONNECT;
		device->rest = what;
		device->ending = true;
		reinit_completion(&device->down);
		blkback_conn_stats(device->conn, &device->leaving);
		WRITE_ONCE(device->guest_gone,
			   device_has_lost_guest(device, what));
		blkback_conn_end(device->conn);
		device->conn = NULL;
		return;
	}
	if (what.actions & BLKBACK_CONNECT && device_connect(device))
		what = device_decide(device, BLKBACK_EVENT_FAILED);
	if (what.actions & BLKBACK_SWITCH)
		xenbus_switch_state(device->xbdev, what.next);
}

static int device_wishes(struct xenbus_device *xbdev,
			 struct blkback_disk_wishes *wishes)
{
	const char *node = xbdev->nodename;
	char *mode, *type;
	int error;

	mode = xenbus_read(XBT_NIL, node, "mode", NULL);
	error = blkback_keys_parse_mode(IS_ERR(mode) ? NULL : mode,
					&wishes->read_only);
	if (!IS_ERR(mode))
		kfree(mode);

	type = xenbus_read(XBT_NIL, xbdev->otherend, "device-type", NULL);
	wishes->cdrom = !IS_ERR(type) && !strcmp(type, "cdrom");
	if (!IS_ERR(type))
		kfree(type);
	wishes->removable = xenbus_read_unsigned(node, "removable", 0);
	wishes->discard = xenbus_read_unsigned(node, "discard-enable", 1);
	return error;
}

static int device_open(struct blkback_device *device, u32 major, u32 minor)
{
	struct xenbus_device *xbdev = device->xbdev;
	struct blkback_disk_wishes wishes;
	struct blkback_disk *disk;
	int error;

	error = device_wishes(xbdev, &wishes);
	if (error) {
		xenbus_dev_fatal(xbdev, error, "the key mode is not r or w");
		return error;
	}
	disk = blkback_disk_open(MKDEV(major, minor), &wishes);
	if (IS_ERR(disk)) {
		xenbus_dev_fatal(xbdev, PTR_ERR(disk),
				 "opening block device %u:%u for %s", major,
				 minor, wishes.read_only ? "reading" : "writing");
		return PTR_ERR(disk);
	}
	device->disk = disk;
	return 0;
}

/* The hotplug script has, or may have, written the number of the device. */
static void device_hotplug(struct blkback_device *device)
{
	struct xenbus_device *xbdev = device->xbdev;
	u32 major, minor;
	char *text;
	int error;

	text = xenbus_read(XBT_NIL, xbdev->nodename, "physical-device", NULL);
	if (IS_ERR(text))
		return;
	error = blkback_keys_parse_device(text, &major, &minor);
	if (error)
		xenbus_dev_fatal(xbdev, error, "the key physical-device is no MAJOR:MINOR");
	else if (device->disk && device->disk->dev != MKDEV(major, minor))
		dev_warn(&xbdev->dev, "the block device cannot be changed to %u:%u\n",
			 major, minor);
	else if (!device->disk && !device_open(device, major, minor))
		device_do(device, device_decide(device, BLKBACK_EVENT_DEVICE));
	kfree(text);
}

static void device_fail(struct blkback_device *device)
{
	char why[sizeof(device->failure)];

	spin_lock_irq(&device->event_lock);
	strscpy(why, device->failure, sizeof(why));
	spin_unlock_irq(&device->event_lock);
	device_report(device, -EPROTO, why);
	device_do(device, device_decide(device, BLKBACK_EVENT_FAILED));
}

static unsigned long device_take_events(struct blkback_device *device)
{
	unsigned long events;

	spin_lock_irq(&device->event_lock);
	events = device->events;
	device->events = 0;
	/* All else waits until the connection is down. */
	if (device->ending && !(events & BIT(EVENT_DISCONNECTED))) {
		device->events = events;
		events = 0;
	}
	spin_unlock_irq(&device->event_lock);
	return events;
}

static void device_work(struct work_struct *work)
{
	struct blkback_device *device = container_of(work,
						     struct blkback_device,
						     work);
	struct blkback_transition rest;
	unsigned long events;

	mutex_lock(&device->lock);
	events = device_take_events(device);
	if (events & BIT(EVENT_DISCONNECTED)) {
		device->ending = false;
		rest = device->rest;
		device_do(device, rest);
		/* It may have gone on meanwhile. */
		events |= BIT(EVENT_FRONTEND);
		/* What failed was the connection that is down now. */
		events &= ~BIT(EVENT_FAILED);
	}
	if (events & BIT(EVENT_HOTPLUG))
		device_hotplug(device);
	if (events & BIT(EVENT_FAILED) && device->conn)
		device_fail(device);
	/* If the connection is ending now this is looked at afterwards. */
	if (events & BIT(EVENT_FRONTEND) && !device->ending)
		device_do(device, device_decide(device,
						BLKBACK_EVENT_FRONTEND));
	if (events & BIT(EVENT_RESIZED))
		device_resized(device);
	mutex_unlock(&device->lock);
}

static void hotplug_changed(struct xenbus_watch *watch, const char *path,
			    const char *token)
{
	device_event(container_of(watch, struct blkback_device, hotplug),
		     EVENT_HOTPLUG);
}

/* True if nothing is left to do for this device but to unregister it. */
static bool device_is_over(struct blkback_device *device)
{
	struct blkback_transition what;
	bool over;

	mutex_lock(&device->lock);
	what = device_decide(device, BLKBACK_EVENT_FRONTEND);
	over = what.actions == BLKBACK_UNREGISTER && !device->ending;
	mutex_unlock(&device->lock);
	return over;
}

/* The one thread that serves every guest's changes, and must not wait here. */
static struct task_struct *xenwatch;

static void frontend_changed(struct xenbus_device *xbdev,
			     enum xenbus_state state)
{
	struct blkback_device *device = dev_get_drvdata(&xbdev->dev);

	WRITE_ONCE(xenwatch, current);
	if (!device)
		return;
	if (device_is_over(device))
		device_unregister(&xbdev->dev);
	else
		device_event(device, EVENT_FRONTEND);
}

/*
 * The work item cannot unregister the device, which xenbus may be doing at the
 * same time in its own thread. But when it has nothing else left to do it
 * writes our state, and that brings us to that thread.
 */
static void own_state_changed(struct xenbus_watch *watch, const char *path,
			      const char *token)
{
	struct blkback_device *device = container_of(watch,
						     struct blkback_device,
						     own_state);

	if (device_is_over(device))
		device_unregister(&device->xbdev->dev);
}

static void device_unwatch(struct xenbus_watch *watch)
{
	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
	watch->node = NULL;
}

static int device_watch(struct blkback_device *device)
{
	struct xenbus_device *xbdev = device->xbdev;
	int error;

	error = xenbus_watch_pathfmt(xbdev, &device->hotplug, NULL,
				     hotplug_changed, "%s/%s",
				     xbdev->nodename, "physical-device");
	if (error)
		return error;
	return xenbus_watch_pathfmt(xbdev, &device->own_state, NULL,
				    own_state_changed, "%s/%s",
				    xbdev->nodename, "state");
}

/*
 * Who takes the driver from the device may give it back at once, but the event
 * channels are free only when the last I/O is done. Unless the toolstack removes the
 * device: then xenbus' thread, which has all other guests to serve, waits for us.
 */
static void device_await_end(struct blkback_device *device)
{
	while (!wait_for_completion_killable_timeout(&device->down, HZ)) {
		if (xenbus_exists(XBT_NIL, device->xbdev->nodename, "frontend"))
			continue;
		WRITE_ONCE(device->guest_gone, true);
		return;
	}
}

static void device_remove(struct xenbus_device *xbdev)
{
	struct blkback_device *device = dev_get_drvdata(&xbdev->dev);

	blkback_debugfs_remove_device(device);
	device_unlist(device);
	device_unwatch(&device->own_state);
	device_unwatch(&device->hotplug);
	spin_lock_irq(&device->event_lock);
	device->gone = true;
	spin_unlock_irq(&device->event_lock);
	cancel_work_sync(&device->work);

	mutex_lock(&device->lock);
	device_do(device, device_decide(device, BLKBACK_EVENT_REMOVE));
	blkback_disk_put(device->disk);
	device->disk = NULL;
	mutex_unlock(&device->lock);

	if (current != READ_ONCE(xenwatch))
		device_await_end(device);

	dev_set_drvdata(&xbdev->dev, NULL);
	blkback_device_put(device);
}

static int device_probe(struct xenbus_device *xbdev,
			const struct xenbus_device_id *id)
{
	struct blkback_device *device;
	int error;

	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device)
		return -ENOMEM;
	kref_init(&device->refs);
	device->xbdev = xbdev;
	device->heavy = jiffies;
	spin_lock_init(&device->event_lock);
	spin_lock_init(&device->cgroup.lock);
	mutex_init(&device->lock);
	init_completion(&device->down);
	complete_all(&device->down);
	INIT_WORK(&device->work, device_work);
	ratelimit_state_init(&device->reports, REPORT_SECONDS * HZ,
			     REPORT_BURST);
	ratelimit_set_flags(&device->reports, RATELIMIT_MSG_ON_RELEASE);
	dev_set_drvdata(&xbdev->dev, device);
	device_list(device);
	blkback_debugfs_add_device(device);

	error = device_offer(device);
	if (error)
		goto err;
	error = device_watch(device);
	if (error)
		goto err;

	mutex_lock(&device->lock);
	device_do(device, device_decide(device, BLKBACK_EVENT_PROBE));
	mutex_unlock(&device->lock);
	return 0;

err:
	xenbus_dev_fatal(xbdev, error, "setting up the device");
	device_remove(xbdev);
	return error;
}

void blkback_device_stats(struct blkback_device *device,
			  struct blkback_stats *stats)
{
	mutex_lock(&device->lock);
	*stats = device->past;
	/* The disk may take its time, and no counter goes back meanwhile. */
	blkback_stats_add(stats, &device->leaving);
	if (device->conn)
		blkback_conn_stats(device->conn, stats);
	mutex_unlock(&device->lock);
}

void blkback_device_latency(struct blkback_device *device,
			    struct blkback_latency *latency)
{
	mutex_lock(&device->lock);
	*latency = (struct blkback_latency) {};
	if (device->conn)
		blkback_conn_latency(device->conn, latency);
	mutex_unlock(&device->lock);
}

void blkback_device_show(struct blkback_device *device, struct seq_file *m)
{
	struct blkback_limits limits;

	mutex_lock(&device->lock);
	seq_printf(m, "state %s\n", xenbus_strstate(device->xbdev->state));
	if (device->disk) {
		blkback_disk_limits(device->disk, &limits);
		seq_printf(m, "disk %u:%u %s\nsectors %llu\nsector_size %u\n",
			   MAJOR(device->disk->dev), MINOR(device->disk->dev),
			   limits.read_only ? "r" : "w", limits.capacity,
			   limits.block_size);
	}
	if (device->conn)
		blkback_conn_show(device->conn, m);
	mutex_unlock(&device->lock);
}

static const struct xenbus_device_id device_ids[] = {
	{ "vbd" },
	{ "" }
};

static struct xenbus_driver device_driver = {
	.ids = device_ids,
	.allow_rebind = true,
	.probe = device_probe,
	.remove = device_remove,
	.otherend_changed = frontend_changed,
	.driver.dev_groups = blkback_sysfs_groups,
};

int blkback_device_init(void)
{
	int error;

	blkback_uevent_init(devices_changed);
	error = xenbus_register_backend(&device_driver);
	if (error)
		blkback_uevent_exit();
	return error;
}

void blkback_device_exit(void)
{
	xenbus_unregister_driver(&device_driver);
	blkback_uevent_exit();
}
