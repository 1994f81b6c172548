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

/**
 * struct transaction - what this kernel has begun
 * @node: in the list of all
 * @id: its number
 * @keys: what it has written, or removed
 * @read: what it has looked at; values are of no interest
 * @spoilt: somebody else has changed one of these: it will fail
 */
struct transaction {
	struct list_head node;
	u32 id;
	struct list_head keys;
	struct list_head read;
	bool spoilt;
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

/* Is @path the folder @folder, or below it? Of no name, it is the root. */
static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(path, folder, len) &&
	       (!len || path[len] == '\0' || path[len] == '/');
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

/* Without a value, it says that the key is removed. */
static int key_set(struct list_head *keys, const char *path, const char *value)
{
	char *copy = value ? kstrdup(value, GFP_KERNEL) : NULL;
	struct key *key = key_find(keys, path);

	if (value && !copy)
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

static void keys_remove_below(struct list_head *keys, const char *path)
{
	struct key *key, *next;

	list_for_each_entry_safe(key, next, keys, node)
		if (is_below(key->path, path))
			key_free(key);
}

static bool touches(const struct list_head *keys, const char *path)
{
	const struct key *key;

	list_for_each_entry(key, keys, node)
		if (is_below(key->path, path) || is_below(path, key->path))
			return true;
	return false;
}

/* The lock is held. Who has read what changes has read something wrong. */
static void spoil(const char *path)
{
	struct transaction *t;

	list_for_each_entry(t, &transactions, node)
		t->spoilt |= touches(&t->keys, path) || touches(&t->read, path);
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
	int ret = xenmodel_injected(XENMODEL_OP_WATCH);

	if (ret)
		return ret;
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
	int ret = xenmodel_injected(XENMODEL_OP_TRANSACTION);
	struct transaction *t;

	if (ret)
		return ret;
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	INIT_LIST_HEAD(&t->keys);
	INIT_LIST_HEAD(&t->read);
	mutex_lock(&lock);
	t->id = ++last_transaction;
	list_add(&t->node, &transactions);
	mutex_unlock(&lock);
	xbt->id = t->id;
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_transaction_start);

static void tree_remove(const char *path)
{
	keys_remove_below(&tree, path);
	spoil(path);
	fire(path);
}

/* The lock is held, and the transaction not in the list any more. */
static void commit(struct transaction *t)
{
	struct key *key;

	list_for_each_entry(key, &t->keys, node) {
		if (!key->value) {
			tree_remove(key->path);
			continue;
		}
		key_set(&tree, key->path, key->value);
		spoil(key->path);
		fire(key->path);
	}
}

int xenbus_transaction_end(struct xenbus_transaction xbt, int abort)
{
	struct transaction *t;
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
	if (!abort && t->spoilt)
		ret = -EAGAIN;
	list_del(&t->node);
	if (!abort && !ret)
		commit(t);
	keys_remove_below(&t->keys, "");
	keys_remove_below(&t->read, "");
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
	if (!ret && !t) {
		spoil(path);
		fire(path);
	}
	mutex_unlock(&lock);
	return ret;
}

/* Has the transaction removed it, or a folder above it? */
static bool removed_in(const struct transaction *t, const char *path)
{
	const struct key *key;

	list_for_each_entry(key, &t->keys, node)
		if (!key->value && is_below(path, key->path))
			return true;
	return false;
}

/* What is there for who looks, from within a transaction or not. */
static struct key *key_see(struct transaction *t, const char *path)
{
	struct key *key;

	if (!t)
		return key_find(&tree, path);
	key = key_find(&t->keys, path);
	if (key)
		return key->value ? key : NULL;
	key_set(&t->read, path, NULL);
	return removed_in(t, path) ? NULL : key_find(&tree, path);
}

static char *store_get(u32 transaction, const char *path)
{
	struct transaction *t;
	struct key *key = NULL;
	char *value = NULL;

	mutex_lock(&lock);
	t = transaction ? transaction_find(transaction) : NULL;
	if (t || !transaction)
		key = key_see(t, path);
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

static bool exists(u32 transaction, const char *path)
{
	struct transaction *t;
	struct key *key;
	bool found = false;

	mutex_lock(&lock);
	t = transaction_find(transaction);
	list_for_each_entry(key, &tree, node)
		found |= is_below(key->path, path) &&
			 !(t && removed_in(t, key->path));
	if (t) {
		list_for_each_entry(key, &t->keys, node)
			found |= key->value && is_below(key->path, path);
		key_set(&t->read, path, NULL);
	}
	mutex_unlock(&lock);
	return found;
}

bool xenmodel_store_exists(const char *path)
{
	return exists(0, path);
}

int xenbus_exists(struct xenbus_transaction t, const char *dir,
		  const char *node)
{
	char *path = join(dir, node);
	int found = path && exists(t.id, path);

	kfree(path);
	return found;
}
EXPORT_SYMBOL_GPL(xenbus_exists);

void xenmodel_store_rm(const char *path)
{
	mutex_lock(&lock);
	tree_remove(path);
	mutex_unlock(&lock);
}
EXPORT_SYMBOL_GPL(xenmodel_store_rm);

static int transaction_rm(u32 transaction, const char *path)
{
	struct transaction *t;
	int ret = -ENOENT;

	mutex_lock(&lock);
	t = transaction_find(transaction);
	if (t) {
		keys_remove_below(&t->keys, path);
		ret = key_set(&t->keys, path, NULL);
	}
	mutex_unlock(&lock);
	return ret;
}

int xenbus_rm(struct xenbus_transaction t, const char *dir, const char *node)
{
	char *path = join(dir, node);
	int ret = 0;

	if (!path)
		return -ENOMEM;
	if (t.id)
		ret = transaction_rm(t.id, path);
	else
		xenmodel_store_rm(path);
	kfree(path);
	return ret;
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

/* What was begun has to end: xenstored has room for few of them. */
unsigned int xenmodel_store_transactions(void)
{
	struct list_head *node;
	unsigned int nr = 0;

	mutex_lock(&lock);
	list_for_each(node, &transactions)
		nr++;
	mutex_unlock(&lock);
	return nr;
}

unsigned int xenmodel_store_watches(void)
{
	struct list_head *node;
	unsigned int nr = 0;

	mutex_lock(&lock);
	list_for_each(node, &watches)
		nr++;
	mutex_unlock(&lock);
	return nr;
}

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
