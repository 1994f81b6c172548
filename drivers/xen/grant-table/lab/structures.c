// SPDX-License-Identifier: GPL-2.0
/*
 * Which structure finds a page by its frame with the fewest instructions?
 *
 * For a machine whose clock counts instructions (the lab's deterministic mode):
 * the same keys go through a hash table, an xarray and a tree, each locked as
 * it would have to be: entries are added by tasks, found in interrupts, and
 * removed in any context.
 */
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/rbtree.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

#define HASH_BITS	14
#define NR_LOCKS	256

struct entry {
	unsigned long key;
	struct hlist_node hash;
	struct rb_node tree;
};

static struct hlist_head *buckets;
static spinlock_t bucket_locks[NR_LOCKS];
static DEFINE_XARRAY_FLAGS(array, XA_FLAGS_LOCK_IRQ);
static struct rb_root tree = RB_ROOT;
static DEFINE_SPINLOCK(tree_lock);

static int hash_add_entry(struct entry *e)
{
	unsigned int i = hash_long(e->key, HASH_BITS);
	unsigned long flags;

	spin_lock_irqsave(&bucket_locks[i % NR_LOCKS], flags);
	hlist_add_head_rcu(&e->hash, &buckets[i]);
	spin_unlock_irqrestore(&bucket_locks[i % NR_LOCKS], flags);
	return 0;
}

static struct entry *hash_find(unsigned long key)
{
	struct entry *e, *found = NULL;

	rcu_read_lock();
	hlist_for_each_entry_rcu(e, &buckets[hash_long(key, HASH_BITS)], hash)
		if (e->key == key) {
			found = e;
			break;
		}
	rcu_read_unlock();
	return found;
}

static void hash_remove(struct entry *e)
{
	unsigned int i = hash_long(e->key, HASH_BITS);
	unsigned long flags;

	spin_lock_irqsave(&bucket_locks[i % NR_LOCKS], flags);
	hlist_del_rcu(&e->hash);
	spin_unlock_irqrestore(&bucket_locks[i % NR_LOCKS], flags);
}

static int array_add(struct entry *e)
{
	return xa_err(xa_store_irq(&array, e->key, e, GFP_KERNEL));
}

static struct entry *array_find(unsigned long key)
{
	return xa_load(&array, key);
}

static void array_remove(struct entry *e)
{
	unsigned long flags;

	xa_lock_irqsave(&array, flags);
	__xa_erase(&array, e->key);
	xa_unlock_irqrestore(&array, flags);
}

static int tree_add(struct entry *e)
{
	struct rb_node **link = &tree.rb_node, *parent = NULL;
	unsigned long flags;

	spin_lock_irqsave(&tree_lock, flags);
	while (*link) {
		parent = *link;
		link = e->key < rb_entry(parent, struct entry, tree)->key ?
			&parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&e->tree, parent, link);
	rb_insert_color(&e->tree, &tree);
	spin_unlock_irqrestore(&tree_lock, flags);
	return 0;
}

static struct entry *tree_find(unsigned long key)
{
	struct rb_node *node;
	struct entry *e = NULL;
	unsigned long flags;

	spin_lock_irqsave(&tree_lock, flags);
	for (node = tree.rb_node; node;
	     node = key < e->key ? node->rb_left : node->rb_right) {
		e = rb_entry(node, struct entry, tree);
		if (e->key == key)
			break;
	}
	spin_unlock_irqrestore(&tree_lock, flags);
	return node ? e : NULL;
}

static void tree_remove(struct entry *e)
{
	unsigned long flags;

	spin_lock_irqsave(&tree_lock, flags);
	rb_erase(&e->tree, &tree);
	spin_unlock_irqrestore(&tree_lock, flags);
}

static const struct candidate {
	const char *name;
	int (*add)(struct entry *e);
	struct entry *(*find)(unsigned long key);
	void (*remove)(struct entry *e);
} candidates[] = {
	{ "hash", hash_add_entry, hash_find, hash_remove },
	{ "xarray", array_add, array_find, array_remove },
	{ "rbtree", tree_add, tree_find, tree_remove },
};

/* Keys are runs of eight frames, here and there in 64 GiB. */
static void make_keys(struct entry *entries, unsigned int nr)
{
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, 4711);
	for (i = 0; i < nr; i++)
		entries[i].key = i % 8 ? entries[i - 1].key + 1 :
			(prandom_u32_state(&rnd) % (1 << 21)) * 8;
}

static u64 per_entry(u64 since, unsigned int nr)
{
	return div_u64(ktime_get_ns() - since, nr);
}

static int measure(const struct candidate *c, struct entry *entries,
		   unsigned int nr)
{
	u64 start, add, hit, miss, gone;
	unsigned int i, found = 0;

	start = ktime_get_ns();
	for (i = 0; i < nr; i++)
		if (c->add(&entries[i]))
			return -ENOMEM;
	add = per_entry(start, nr);

	start = ktime_get_ns();
	for (i = 0; i < nr; i++)
		found += !!c->find(entries[i].key);
	hit = per_entry(start, nr);

	start = ktime_get_ns();
	for (i = 0; i < nr; i++)
		found += !!c->find(entries[i].key + (1UL << 25));
	miss = per_entry(start, nr);

	start = ktime_get_ns();
	for (i = 0; i < nr; i++)
		c->remove(&entries[i]);
	gone = per_entry(start, nr);

	pr_info("%s %u add %llu find %llu miss %llu remove %llu\n", c->name, nr,
		add, hit, miss, gone);
	return found == nr ? 0 : -EINVAL;
}

static int __init structures_init(void)
{
	static const unsigned int sizes[] = { 32, 1024, 32768 };
	const unsigned int most = 32768;
	struct entry *entries;
	unsigned int i, j;
	int ret = -ENOMEM;

	entries = vzalloc(array_size(most, sizeof(*entries)));
	buckets = vzalloc(sizeof(*buckets) << HASH_BITS);
	if (!entries || !buckets)
		goto out;
	for (i = 0; i < NR_LOCKS; i++)
		spin_lock_init(&bucket_locks[i]);
	make_keys(entries, most);
	ret = 0;
	for (i = 0; i < ARRAY_SIZE(sizes) && !ret; i++)
		for (j = 0; j < ARRAY_SIZE(candidates) && !ret; j++)
			ret = measure(&candidates[j], entries, sizes[i]);
	xa_destroy(&array);
out:
	vfree(buckets);
	vfree(entries);
	return ret;
}

static void __exit structures_exit(void)
{
}

module_init(structures_init);
module_exit(structures_exit);

MODULE_DESCRIPTION("Measures structures that find an entry by a frame number");
MODULE_LICENSE("GPL");
