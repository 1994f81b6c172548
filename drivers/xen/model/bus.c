// SPDX-License-Identifier: GPL-2.0
/*
 * xenbus, the backends' half: devices come and go with their folders in
 * xenstore, in the order and under the locks of drivers/xen/xenbus.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/xenbus.h>
#include "bus.h"
#include "domain.h"
#include "hypercall.h"
#include "knob.h"
#include "ring.h"
#include "store.h"

/* backend/TYPE/DOMID/DEVID */
#define BACKEND_LEVELS 3

const char *xenbus_strstate(enum xenbus_state state)
{
	static const char * const names[] = {
		"Unknown", "Initialising", "InitWait", "Initialised",
		"Connected", "Closing", "Closed", "Reconfiguring",
		"Reconfigured",
	};

	return state < ARRAY_SIZE(names) ? names[state] : "INVALID";
}
EXPORT_SYMBOL_GPL(xenbus_strstate);

enum xenbus_state xenbus_read_driver_state(const char *path)
{
	return xenbus_read_unsigned(path, "state", XenbusStateUnknown);
}
EXPORT_SYMBOL_GPL(xenbus_read_driver_state);

int xenbus_dev_is_online(struct xenbus_device *dev)
{
	return !!xenbus_read_unsigned(dev->nodename, "online", 0);
}
EXPORT_SYMBOL_GPL(xenbus_dev_is_online);

static int try_switch(struct xenbus_device *dev, enum xenbus_state state)
{
	struct xenbus_transaction xbt;
	int current_state, ret;

	ret = xenbus_transaction_start(&xbt);
	if (ret)
		return ret;
	/* A folder that is gone must not be written to. */
	ret = xenbus_scanf(xbt, dev->nodename, "state", "%d", &current_state);
	if (ret == 1)
		ret = xenbus_printf(xbt, dev->nodename, "state", "%d", state);
	else
		ret = -ENOENT;
	return xenbus_transaction_end(xbt, ret != 0);
}

static int is_open(struct device *device, void *domid)
{
	struct xenbus_device *dev = to_xenbus_device(device);

	return dev->otherend_id == *(int *)domid &&
	       dev->state != XenbusStateClosed;
}

/*
 * "Closed" tells the frontend that it may take its pages back. Grants do not
 * say which device they are mapped for: they are counted when the last one of
 * a domain closes.
 */
static void check_closed(struct xenbus_device *dev)
{
	struct xenmodel_domain *domain;
	unsigned long flags;
	unsigned int held = 0;

	if (xenmodel_rings_of(dev))
		xenmodel_violation("%s is closed with its ring mapped",
				   dev->nodename);
	if (bus_for_each_dev(dev->dev.bus, NULL, &dev->otherend_id, is_open))
		return;
	flags = xenmodel_lock();
	domain = xenmodel_domain_find(dev->otherend_id);
	if (domain)
		held = domain->mapped;
	xenmodel_unlock(flags);
	if (held)
		xenmodel_violation("%s is closed with %u grants mapped",
				   dev->nodename, held);
}

int xenbus_switch_state(struct xenbus_device *dev, enum xenbus_state state)
{
	int ret;

	if (state == dev->state)
		return 0;
	do {
		ret = try_switch(dev, state);
	} while (ret == -EAGAIN);
	if (!ret)
		dev->state = state;
	if (!ret && state == XenbusStateClosed)
		check_closed(dev);
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_switch_state);

static void report(struct xenbus_device *dev, int err, const char *fmt,
		   va_list args)
{
	char *path = kasprintf(GFP_KERNEL, "error/%s", dev->nodename);
	char *text = kvasprintf(GFP_KERNEL, fmt, args);

	if (path && text) {
		dev_info(&dev->dev, "error %d: %s\n", -err, text);
		xenbus_printf(XBT_NIL, path, "error", "%d %s", -err, text);
	}
	kfree(path);
	kfree(text);
}

void xenbus_dev_error(struct xenbus_device *dev, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(dev, err, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(xenbus_dev_error);

void xenbus_dev_fatal(struct xenbus_device *dev, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(dev, err, fmt, args);
	va_end(args);
	xenbus_switch_state(dev, XenbusStateClosing);
}
EXPORT_SYMBOL_GPL(xenbus_dev_fatal);

int xenbus_watch_pathfmt(struct xenbus_device *dev, struct xenbus_watch *watch,
			 bool (*will_handle)(struct xenbus_watch *,
					     const char *, const char *),
			 void (*callback)(struct xenbus_watch *,
					  const char *, const char *),
			 const char *pathfmt, ...)
{
	va_list args;

	va_start(args, pathfmt);
	watch->node = kvasprintf(GFP_KERNEL, pathfmt, args);
	va_end(args);
	if (!watch->node) {
		xenbus_dev_fatal(dev, -ENOMEM, "allocating path for watch");
		return -ENOMEM;
	}
	watch->will_handle = will_handle;
	watch->callback = callback;
	return register_xenbus_watch(watch);
}
EXPORT_SYMBOL_GPL(xenbus_watch_pathfmt);

static const struct xenbus_device_id *match(const struct xenbus_driver *drv,
					    const struct xenbus_device *dev)
{
	const struct xenbus_device_id *id;

	for (id = drv->ids; *id->devicetype; id++)
		if (!strcmp(id->devicetype, dev->devicetype))
			return id;
	return NULL;
}

static int bus_match(struct device *dev, struct device_driver *drv)
{
	return !!match(to_xenbus_driver(drv), to_xenbus_device(dev));
}

static int read_otherend(struct xenbus_device *dev)
{
	dev->otherend_id = xenbus_read_unsigned(dev->nodename, "frontend-id",
						DOMID_SELF);
	dev->otherend = xenbus_read(XBT_NIL, dev->nodename, "frontend", NULL);
	if (IS_ERR(dev->otherend)) {
		int ret = PTR_ERR(dev->otherend);

		dev->otherend = NULL;
		return ret;
	}
	return xenmodel_store_exists(dev->otherend) ? 0 : -ENOENT;
}

static bool otherend_will_handle(struct xenbus_watch *watch, const char *path,
				 const char *token)
{
	return !watch->nr_pending;
}

static void otherend_changed(struct xenbus_watch *watch, const char *path,
			     const char *token)
{
	struct xenbus_device *dev = container_of(watch, struct xenbus_device,
						 otherend_watch);
	struct xenbus_driver *drv = to_xenbus_driver(dev->dev.driver);

	if (drv->otherend_changed)
		drv->otherend_changed(dev,
				      xenbus_read_driver_state(dev->otherend));
}

static void forget_otherend(struct xenbus_device *dev)
{
	kfree(dev->otherend);
	dev->otherend = NULL;
}

static int bus_probe(struct device *_dev)
{
	struct xenbus_device *dev = to_xenbus_device(_dev);
	struct xenbus_driver *drv = to_xenbus_driver(_dev->driver);
	int ret = read_otherend(dev);

	if (ret)
		goto err;
	if (!try_module_get(drv->driver.owner)) {
		ret = -ESRCH;
		goto err;
	}
	down(&dev->reclaim_sem);
	ret = drv->probe(dev, match(drv, dev));
	up(&dev->reclaim_sem);
	if (ret)
		goto err_module;
	ret = xenbus_watch_pathfmt(dev, &dev->otherend_watch,
				   otherend_will_handle, otherend_changed,
				   "%s/%s", dev->otherend, "state");
	if (!ret)
		return 0;

	down(&dev->reclaim_sem);
	drv->remove(dev);
	up(&dev->reclaim_sem);
err_module:
	module_put(drv->driver.owner);
err:
	forget_otherend(dev);
	return ret;
}

static void bus_remove(struct device *_dev)
{
	struct xenbus_device *dev = to_xenbus_device(_dev);
	struct xenbus_driver *drv = to_xenbus_driver(_dev->driver);

	unregister_xenbus_watch(&dev->otherend_watch);
	kfree(dev->otherend_watch.node);
	dev->otherend_watch.node = NULL;

	if (drv->remove) {
		down(&dev->reclaim_sem);
		drv->remove(dev);
		up(&dev->reclaim_sem);
	}
	module_put(drv->driver.owner);
	forget_otherend(dev);
	if (!drv->allow_rebind ||
	    xenbus_read_driver_state(dev->nodename) == XenbusStateClosing)
		xenbus_switch_state(dev, XenbusStateClosed);
}

static struct bus_type backend_bus = {
	.name = "xen-backend",
	.match = bus_match,
	.probe = bus_probe,
	.remove = bus_remove,
};

int __xenbus_register_backend(struct xenbus_driver *drv, struct module *owner,
			      const char *mod_name)
{
	drv->driver.name = drv->name ?: drv->ids[0].devicetype;
	drv->driver.bus = &backend_bus;
	drv->driver.owner = owner;
	drv->driver.mod_name = mod_name;
	return driver_register(&drv->driver);
}
EXPORT_SYMBOL_GPL(__xenbus_register_backend);

void xenbus_unregister_driver(struct xenbus_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(xenbus_unregister_driver);

static void device_release(struct device *dev)
{
	kfree(to_xenbus_device(dev));
}

static int is_at(struct device *dev, const void *nodename)
{
	return !strcmp(to_xenbus_device(dev)->nodename, nodename);
}

static struct device *device_at(const char *nodename)
{
	return bus_find_device(&backend_bus, NULL, nodename, is_at);
}

bool xenmodel_bus_has(const char *nodename)
{
	struct device *dev = device_at(nodename);

	put_device(dev);
	return dev;
}
EXPORT_SYMBOL_GPL(xenmodel_bus_has);

static void device_create_at(const char *nodename)
{
	size_t size = strlen(nodename) + 1;
	struct xenbus_device *dev;
	char *copy, *type, *rest;

	if (xenbus_read_driver_state(nodename) != XenbusStateInitialising)
		return;
	/* The two strings live behind the structure, and as long as it. */
	dev = kzalloc(sizeof(*dev) + 2 * size, GFP_KERNEL);
	if (!dev)
		return;
	copy = (char *)(dev + 1);
	memcpy(copy, nodename, size);
	rest = copy + size;
	memcpy(rest, nodename, size);
	strsep(&rest, "/");
	type = strsep(&rest, "/");

	dev->nodename = copy;
	dev->devicetype = type;
	dev->state = XenbusStateInitialising;
	init_completion(&dev->down);
	sema_init(&dev->reclaim_sem, 1);
	dev->dev.bus = &backend_bus;
	dev->dev.release = device_release;
	*strchr(rest, '/') = '-';
	dev_set_name(&dev->dev, "%s-%s", type, rest);
	if (device_register(&dev->dev))
		put_device(&dev->dev);
}

static void device_destroy_at(const char *nodename)
{
	struct device *dev = device_at(nodename);

	if (!dev)
		return;
	device_unregister(dev);
	put_device(dev);
}

/* Cut what is below the device's folder. False if @path names no device. */
static bool cut_to_device(char *path)
{
	unsigned int slashes = 0;

	for (; *path; path++) {
		if (*path != '/' || ++slashes <= BACKEND_LEVELS)
			continue;
		*path = '\0';
		return true;
	}
	return slashes == BACKEND_LEVELS;
}

/* Something changed in a backend's folder. */
static void backend_changed(struct xenbus_watch *watch, const char *path,
			    const char *token)
{
	char *nodename = kstrdup(path, GFP_KERNEL);

	if (nodename && cut_to_device(nodename)) {
		if (!xenmodel_store_exists(nodename))
			device_destroy_at(nodename);
		else if (!xenmodel_bus_has(nodename))
			device_create_at(nodename);
	}
	kfree(nodename);
}

static struct xenbus_watch backend_watch = {
	.node = "backend",
	.callback = backend_changed,
};

int xenmodel_bus_init(void)
{
	int ret = bus_register(&backend_bus);

	if (!ret)
		ret = register_xenbus_watch(&backend_watch);
	return ret;
}

void xenmodel_bus_exit(void)
{
	unregister_xenbus_watch(&backend_watch);
	bus_unregister(&backend_bus);
}
