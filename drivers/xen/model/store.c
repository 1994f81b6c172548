// SPDX-License-Identifier: GPL-2.0
/*
 * xenstore, and the kernel's client of it (drivers/xen/xenbus/xenbus_xs.c).
 *
 * A list of paths is enough for a handful of devices. As in the kernel, one
 * task serves all watches, one event after the other.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>
#include "knob.h"
#include "store.h"

struct key {
	struct list_head node;
	char *path;
	char *value;	/* NULL in a transaction: removed */
};

struct event {
	struct list_head node;
	struct xenbus_watch *watch;
	char *path;
};

struct transaction {
	struct list_head node;
	u32 id;
	struct list_head keys;
};

/* Protects the lists. */
static DEFINE_MUTEX(lock);
static LIST_HEAD(tree);
static LIST_HEAD(watches);
static LIST_HEAD(events);
static LIST_HEAD(transactions);
static u32 last_transaction;
static unsigned int conflicts;
static const char *refused_key;
static int refused_error;

/* Held while a watch is served, by @server. */
static DEFINE_MUTEX(serving);
static struct task_struct *server;
static struct workqueue_struct *wq;
static void serve(struct work_struct *work);
static DECLARE_WORK(serve_work, serve);

/* Is @path the folder @folder, or below it? */
static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(path, folder, len) &&
	       (path[len] == '\0' || path[len] == '/');
}

static char *join(const char *dir, const char *node)
{
	return *node ? kasprintf(GFP_KERNEL, "%s/%s", dir, node) :
		       kstrdup(dir, GFP_KERNEL);
}

static struct key *key_find(struct list_head *keys, const char *path)
{
	struct key *key;

	list_for_each_entry(key, keys, node)
		if (!strcmp(key->path, path))
			return key;
	return NULL;
}

static void key_free(struct key *key)
{
	list_del(&key->node);
	kfree(key->path);
	kfree(key->value);
	kfree(key);
}

static int key_set(struct list_head *keys, const char *path, const char *value)
{
	char *copy = kstrdup(value, GFP_KERNEL);
	struct key *key = key_find(keys, path);

	if (!copy)
		return -ENOMEM;
	if (key) {
		kfree(key->value);
		key->value = copy;
		return 0;
	}
	key = kzalloc(sizeof(*key), GFP_KERNEL);
	if (key)
		key->path = kstrdup(path, GFP_KERNEL);
	if (!key || !key->path) {
		kfree(copy);
		kfree(key);
		return -ENOMEM;
	}
	key->value = copy;
	list_add_tail(&key->node, keys);
	return 0;
}

static void event_add(struct xenbus_watch *watch, const char *path)
{
	struct event *event;

	if (watch->will_handle && !watch->will_handle(watch, path, ""))
		return;
	event = kzalloc(sizeof(*event), GFP_KERNEL | __GFP_NOFAIL);
	event->watch = watch;
	event->path = kstrdup(path, GFP_KERNEL | __GFP_NOFAIL);
	watch->nr_pending++;
	list_add_tail(&event->node, &events);
	queue_work(wq, &serve_work);
}

/* The lock is held. */
static void fire(const char *path)
{
	struct xenbus_watch *watch;

	list_for_each_entry(watch, &watches, list)
		if (is_below(path, watch->node))
			event_add(watch, path);
}

static struct event *event_take(void)
{
	struct event *event;

	mutex_lock(&lock);
	event = list_first_entry_or_null(&events, struct event, node);
	if (event) {
		list_del(&event->node);
		event->watch->nr_pending--;
	}
	mutex_unlock(&lock);
	return event;
}

static void serve(struct work_struct *work)
{
	struct event *event;

	for (;;) {
		mutex_lock(&serving);
		server = current;
		event = event_take();
		if (event)
			event->watch->callback(event->watch, event->path, "");
		server = NULL;
		mutex_unlock(&serving);
		if (!event)
			return;
		kfree(event->path);
		kfree(event);
	}
}

int register_xenbus_watch(struct xenbus_watch *watch)
{
	mutex_lock(&lock);
	watch->nr_pending = 0;
	list_add_tail(&watch->list, &watches);
	/* Xenstore tells at once what is there. */
	event_add(watch, watch->node);
	mutex_unlock(&lock);
	return 0;
}
EXPORT_SYMBOL_GPL(register_xenbus_watch);

void unregister_xenbus_watch(struct xenbus_watch *watch)
{
	struct event *event, *next;

	mutex_lock(&lock);
	list_del(&watch->list);
	list_for_each_entry_safe(event, next, &events, node) {
		if (event->watch != watch)
			continue;
		list_del(&event->node);
		kfree(event->path);
		kfree(event);
	}
	mutex_unlock(&lock);

	/* Wait for the callback, unless that is where we are. */
	if (READ_ONCE(server) != current) {
		mutex_lock(&serving);
		mutex_unlock(&serving);
	}
}
EXPORT_SYMBOL_GPL(unregister_xenbus_watch);

static struct transaction *transaction_find(u32 id)
{
	struct transaction *t;

	list_for_each_entry(t, &transactions, node)
		if (t->id == id)
			return t;
	return NULL;
}

int xenbus_transaction_start(struct xenbus_transaction *xbt)
{
	struct transaction *t = kzalloc(sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	INIT_LIST_HEAD(&t->keys);
	mutex_lock(&lock);
	t->id = ++last_transaction;
	list_add(&t->node, &transactions);
	mutex_unlock(&lock);
	xbt->id = t->id;
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_transaction_start);

int xenbus_transaction_end(struct xenbus_transaction xbt, int abort)
{
	struct transaction *t;
	struct key *key, *next;
	int ret = 0;

	mutex_lock(&lock);
	t = transaction_find(xbt.id);
	if (!t) {
		mutex_unlock(&lock);
		return -ENOENT;
	}
	if (!abort && conflicts) {
		conflicts--;
		ret = -EAGAIN;
	}
	list_for_each_entry_safe(key, next, &t->keys, node) {
		if (!abort && !ret) {
			key_set(&tree, key->path, key->value);
			fire(key->path);
		}
		key_free(key);
	}
	list_del(&t->node);
	mutex_unlock(&lock);
	kfree(t);
	return ret;
}
EXPORT_SYMBOL_GPL(xenbus_transaction_end);

static int store_set(u32 transaction, const char *path, const char *value)
{
	struct transaction *t = NULL;
	int ret;

	mutex_lock(&lock);
	if (transaction)
		t = transaction_find(transaction);
	if (transaction && !t)
		ret = -ENOENT;
	else
		ret = key_set(t ? &t->keys : &tree, path, value);
	if (!ret && !t)
		fire(path);
	mutex_unlock(&lock);
	return ret;
}

static char *store_get(u32 transaction, const char *path)
{
	struct transaction *t;
	struct key *key = NULL;
	char *value = NULL;

	mutex_lock(&lock);
	t = transaction ? transaction_find(transaction) : NULL;
	if (t)
		key = key_find(&t->keys, path);
	if (!key)
		key = key_find(&tree, path);
	if (key)
		value = kstrdup(key->value, GFP_KERNEL);
	mutex_unlock(&lock);
	if (!key)
		return ERR_PTR(-ENOENT);
	return value ?: ERR_PTR(-ENOMEM);
}

void *xenbus_read(struct xenbus_transaction t, const char *dir,
		  const char *node, unsigned int *len)
{
	char *path = join(dir, node), *value;

	if (!path)
		return ERR_PTR(-ENOMEM);
	value = store_get(t.id, path);
	if (len && !IS_ERR(value))
		*len = strlen(value);
	kfree(path);
	return value;
}
EXPORT_SYMBOL_GPL(xenbus_read);

int xenbus_write(struct xenbus_transaction t, const char *dir,
		 const char *node, const char *string)
{
	char *path;
	int ret;

	if (refused_key && !strcmp(node, refused_key))
		return refused_error;
	path = join(dir, node);
	ret = path ? store_set(t.id, path, string) : -ENOMEM;
	kfree(path);
	return ret;
}
EXPORT_SYMBOL_GPL(xenbus_write);

int xenbus_printf(struct xenbus_transaction t, const char *dir,
		  const char *node, const char *fmt, ...)
{
	va_list args;
	char *value;
	int ret;

	va_start(args, fmt);
	value = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	if (!value)
		return -ENOMEM;
	ret = xenbus_write(t, dir, node, value);
	kfree(value);
	return ret;
}
EXPORT_SYMBOL_GPL(xenbus_printf);

int xenbus_scanf(struct xenbus_transaction t, const char *dir,
		 const char *node, const char *fmt, ...)
{
	char *value = xenbus_read(t, dir, node, NULL);
	va_list args;
	int ret;

	if (IS_ERR(value))
		return PTR_ERR(value);
	va_start(args, fmt);
	ret = vsscanf(value, fmt, args);
	va_end(args);
	kfree(value);
	return ret ?: -ERANGE;
}
EXPORT_SYMBOL_GPL(xenbus_scanf);

unsigned int xenbus_read_unsigned(const char *dir, const char *node,
				  unsigned int default_val)
{
	unsigned int value;

	return xenbus_scanf(XBT_NIL, dir, node, "%u", &value) == 1 ?
	       value : default_val;
}
EXPORT_SYMBOL_GPL(xenbus_read_unsigned);

bool xenmodel_store_exists(const char *path)
{
	struct key *key;
	bool exists = false;

	mutex_lock(&lock);
	list_for_each_entry(key, &tree, node)
		exists |= is_below(key->path, path);
	mutex_unlock(&lock);
	return exists;
}

int xenbus_exists(struct xenbus_transaction t, const char *dir,
		  const char *node)
{
	char *path = join(dir, node);
	int exists = path && xenmodel_store_exists(path);

	kfree(path);
	return exists;
}
EXPORT_SYMBOL_GPL(xenbus_exists);

void xenmodel_store_rm(const char *path)
{
	struct key *key, *next;

	mutex_lock(&lock);
	list_for_each_entry_safe(key, next, &tree, node)
		if (is_below(key->path, path))
			key_free(key);
	fire(path);
	mutex_unlock(&lock);
}
EXPORT_SYMBOL_GPL(xenmodel_store_rm);

int xenbus_rm(struct xenbus_transaction t, const char *dir, const char *node)
{
	char *path = join(dir, node);

	if (!path)
		return -ENOMEM;
	xenmodel_store_rm(path);
	kfree(path);
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_rm);

void xenmodel_store_write(const char *path, const char *fmt, ...)
{
	va_list args;
	char *value;

	va_start(args, fmt);
	value = kvasprintf(GFP_KERNEL | __GFP_NOFAIL, fmt, args);
	va_end(args);
	if (!value || store_set(0, path, value))
		xenmodel_violation("no memory for %s", path);
	kfree(value);
}
EXPORT_SYMBOL_GPL(xenmodel_store_write);

char *xenmodel_store_read(const char *path)
{
	char *value = store_get(0, path);

	return IS_ERR(value) ? NULL : value;
}
EXPORT_SYMBOL_GPL(xenmodel_store_read);

void xenmodel_store_settle(void)
{
	flush_workqueue(wq);
}
EXPORT_SYMBOL_GPL(xenmodel_store_settle);

void xenmodel_store_conflicts(unsigned int nr)
{
	conflicts = nr;
}
EXPORT_SYMBOL_GPL(xenmodel_store_conflicts);

void xenmodel_store_refuse(const char *key, int error)
{
	refused_key = key;
	refused_error = error;
}
EXPORT_SYMBOL_GPL(xenmodel_store_refuse);

unsigned int xenmodel_store_keys(void)
{
	struct list_head *node;
	unsigned int nr = 0;

	mutex_lock(&lock);
	list_for_each(node, &tree)
		nr++;
	mutex_unlock(&lock);
	return nr;
}

int xenmodel_store_init(void)
{
	wq = alloc_ordered_workqueue("xenwatch", 0);
	return wq ? 0 : -ENOMEM;
}

void xenmodel_store_exit(void)
{
	xenmodel_store_rm("");
	destroy_workqueue(wq);
}
