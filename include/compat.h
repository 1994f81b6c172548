/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What newer kernels have and older ones do not, so that the code is written
 * once, for the newest kernel. The build puts this file in front of every
 * source file; scripts/probe-kernel finds out which HAVE_... are set.
 *
 * Written against            where the kernel does not have it yet
 * bdev_file_open_by_dev()    blkdev_get_by_dev()
 * blk_alloc_disk(lim, ...)   limits set afterwards: both are compat_alloc_disk()
 * shrinker_alloc()           register_shrinker(); its private_data is missing
 * hrtimer_setup()            hrtimer_init()
 * MSG_SPLICE_PAGES           kernel_sendpage(): both are compat_send_page()
 * __assign_str(field)        compat_assign_str(field, source)
 * xenbus uevent(const ...)   the same without const: compat_xenbus_const
 * register_syscore()         register_syscore_ops(); compat_syscore_data
 * xdp_set_features_flag()    nothing: nobody asks what programs can do
 * net/page_pool/helpers.h    net/page_pool.h, with other names: include/compat/page_pool.h
 * page_frag_cache_drain()    __page_frag_cache_drain()
 * struct ubuf_info_ops     its function alone: compat_ubuf_set_ops()
 * KUNIT_ARRAY_PARAM_DESC()   KUNIT_ARRAY_PARAM() and a function
 */
#ifndef XEN_BACKENDS_COMPAT_H
#define XEN_BACKENDS_COMPAT_H

#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

/* Open block devices */

#if !defined(HAVE_BDEV_FILE) || !defined(HAVE_BLK_MODE)
#include <linux/blkdev.h>
#endif

#ifndef HAVE_BLK_MODE
typedef fmode_t blk_mode_t;

#define BLK_OPEN_READ		FMODE_READ
#define BLK_OPEN_WRITE		FMODE_WRITE
#define BLK_OPEN_EXCL		FMODE_EXCL
#define BLK_OPEN_NDELAY		FMODE_NDELAY
#endif

#ifndef HAVE_BDEV_FILE
struct blk_holder_ops;

/* Handed out as an opaque struct file, which nobody looks into. */
struct compat_bdev_file {
	struct block_device *bdev;
	blk_mode_t mode;
};

static inline struct block_device *file_bdev(struct file *file)
{
	return ((struct compat_bdev_file *)file)->bdev;
}

static inline struct file *
bdev_file_open_by_dev(dev_t dev, blk_mode_t mode, void *holder,
		      const struct blk_holder_ops *ops)
{
	struct compat_bdev_file *file;

	file = kzalloc(sizeof(*file), GFP_KERNEL);
	if (!file)
		return ERR_PTR(-ENOMEM);

	/* what a holder implies since files replaced devices here */
	file->mode = holder ? mode | BLK_OPEN_EXCL : mode;
	file->bdev = blkdev_get_by_dev(dev, file->mode, holder);
	if (IS_ERR(file->bdev)) {
		struct file *error = ERR_CAST(file->bdev);

		kfree(file);
		return error;
	}
	return (struct file *)file;
}

static inline void bdev_fput(struct file *file)
{
	struct compat_bdev_file *bdev_file = (struct compat_bdev_file *)file;

	blkdev_put(bdev_file->bdev, bdev_file->mode);
	kfree(bdev_file);
}
#elif !defined(HAVE_BDEV_FPUT)
#define bdev_fput(file)		fput(file)
#endif

/* Block devices of ours: expanded only where linux/blkdev.h is known */

#ifdef HAVE_DISK_LIMITS
#define compat_alloc_disk(lim, node)	blk_alloc_disk(lim, node)
#else
#define compat_alloc_disk(lim, node)					\
({									\
	struct gendisk *_disk = blk_alloc_disk(node);			\
	const struct queue_limits *_lim = lim;				\
									\
	if (_disk) {							\
		blk_queue_max_discard_sectors(_disk->queue,		\
					      _lim->max_hw_discard_sectors); \
		blk_queue_max_secure_erase_sectors(_disk->queue,	\
					_lim->max_secure_erase_sectors); \
		_disk->queue->limits.discard_granularity =		\
			_lim->discard_granularity;			\
	}								\
	_disk ?: ERR_PTR(-ENOMEM);					\
})
#endif

/* Shrinkers */

#ifndef HAVE_SHRINKER_ALLOC

struct compat_shrinker {
	struct shrinker shrinker;
	bool registered;
	char name[64];
};

static inline struct compat_shrinker *
compat_shrinker_of(struct shrinker *shrinker)
{
	return container_of(shrinker, struct compat_shrinker, shrinker);
}

static inline __printf(2, 3) struct shrinker *
shrinker_alloc(unsigned int flags, const char *fmt, ...)
{
	struct compat_shrinker *compat;
	va_list args;

	compat = kzalloc(sizeof(*compat), GFP_KERNEL);
	if (!compat)
		return NULL;

	va_start(args, fmt);
	vscnprintf(compat->name, sizeof(compat->name), fmt, args);
	va_end(args);
	compat->shrinker.flags = flags;
	compat->shrinker.seeks = DEFAULT_SEEKS;
	return &compat->shrinker;
}

/* A shrinker that could not be registered is never called: that is all. */
static inline void shrinker_register(struct shrinker *shrinker)
{
	struct compat_shrinker *compat = compat_shrinker_of(shrinker);

	compat->registered = !register_shrinker(shrinker, "%s", compat->name);
}

static inline void shrinker_free(struct shrinker *shrinker)
{
	struct compat_shrinker *compat;

	if (!shrinker)
		return;

	compat = compat_shrinker_of(shrinker);
	if (compat->registered)
		unregister_shrinker(shrinker);
	kfree(compat);
}

#endif /* HAVE_SHRINKER_ALLOC */

/* Timers */

#ifndef HAVE_HRTIMER_SETUP
static inline void
hrtimer_setup(struct hrtimer *timer,
	      enum hrtimer_restart (*function)(struct hrtimer *),
	      clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

/* xenbus */

#ifdef HAVE_XENBUS_UEVENT_CONST
#define compat_xenbus_const	const
#else
#define compat_xenbus_const
#endif

/* A part of a page into a socket, without a copy */

/* Linux 6.1 has the flag, too, but not everywhere. */
#ifndef HAVE_KERNEL_SENDPAGE
#define compat_send_page(sock, page, offset, len)			\
({									\
	struct msghdr msg = { .msg_flags = MSG_SPLICE_PAGES };		\
	struct bio_vec part;						\
									\
	bvec_set_page(&part, page, len, offset);			\
	iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, &part, 1, part.bv_len); \
	sock_sendmsg(sock, &msg);					\
})
#else
#define compat_send_page(sock, page, offset, len)			\
	kernel_sendpage(sock, page, offset, len, 0)
#endif

/* Tracepoints: expanded only where the tracing headers define the rest. */

#ifdef HAVE_ASSIGN_STR_1
#define compat_assign_str(field, source)	__assign_str(field)
#else
#define compat_assign_str(field, source)	__assign_str(field, source)
#endif

/* What runs with one processor and without interrupts, around a suspend */

#ifdef HAVE_SYSCORE
#define compat_syscore_data	void *data
#else
#include <linux/syscore_ops.h>

#define compat_syscore_data	void

struct syscore {
	struct syscore_ops *ops;
};

static inline void register_syscore(struct syscore *syscore)
{
	register_syscore_ops(syscore->ops);
}

static inline void unregister_syscore(struct syscore *syscore)
{
	unregister_syscore_ops(syscore->ops);
}
#endif

/* What programs at a network interface can have done */

#ifndef HAVE_XDP_FEATURES
#define NETDEV_XDP_ACT_BASIC		BIT(0)
#define NETDEV_XDP_ACT_REDIRECT		BIT(1)
#define NETDEV_XDP_ACT_NDO_XMIT		BIT(2)
#define NETDEV_XDP_ACT_RX_SG		BIT(5)
#define NETDEV_XDP_ACT_NDO_XMIT_SG	BIT(6)

#define xdp_set_features_flag(dev, features)	do { } while (0)
#endif

/* Memory of packets: expanded only where the headers are known */

#ifndef HAVE_PAGE_FRAG_DRAIN
#define page_frag_cache_drain(cache)					\
do {									\
	struct page_frag_cache *_cache = (cache);			\
									\
	if (_cache->va)							\
		__page_frag_cache_drain(virt_to_head_page(_cache->va),	\
					_cache->pagecnt_bias);		\
	_cache->va = NULL;						\
} while (0)
#endif

/* Borrowed pages in packets: expanded only where linux/skbuff.h is known */

#ifdef HAVE_UBUF_INFO_OPS
#define compat_ubuf_set_ops(ubuf, with)	((ubuf)->ops = (with))
#else
struct sk_buff;
struct ubuf_info;

struct ubuf_info_ops {
	void (*complete)(struct sk_buff *skb, struct ubuf_info *ubuf,
			 bool success);
};

#define compat_ubuf_set_ops(ubuf, with)	((ubuf)->callback = (with)->complete)
#endif

/* KUnit */

#if IS_ENABLED(CONFIG_XEN_BACKENDS_KUNIT_TEST)
#include <kunit/test.h>

#ifndef HAVE_KUNIT_PARAM_DESC
#define KUNIT_ARRAY_PARAM_DESC(name, array, member)			\
	static const void *name##_gen_params(const void *prev, char *desc) \
	{								\
		typeof((array)[0]) *next = prev ?			\
			(typeof(next))prev + 1 : &(array)[0];		\
									\
		if (next == &(array)[ARRAY_SIZE(array)])		\
			return NULL;					\
		strscpy(desc, next->member, KUNIT_PARAM_DESC_SIZE);	\
		return next;						\
	}
#endif
#endif /* CONFIG_XEN_BACKENDS_KUNIT_TEST */

#endif /* XEN_BACKENDS_COMPAT_H */
