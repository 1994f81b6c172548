/* SPDX-License-Identifier: GPL-2.0 */
/* The control group that a device's I/O is charged to. */
#ifndef XEN_BLKBACK_CGROUP_H
#define XEN_BLKBACK_CGROUP_H

#include <linux/bio.h>
#include <linux/cgroup.h>
#include <linux/errno.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct blkback_cgroup - the choice of the administrator
 * @lock: protects @css
 * @css: of the I/O controller; NULL: that of whoever submits the I/O
 */
struct blkback_cgroup {
	spinlock_t lock;	/* @css */
	struct cgroup_subsys_state *css;
};

#if IS_ENABLED(CONFIG_BLK_CGROUP)
/**
 * blkback_cgroup_set() - choose one
 * @cgroup: to change
 * @path: of a group of the unified hierarchy; empty for none
 *
 * Threads are to call blkback_cgroup_join() afterwards.
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int blkback_cgroup_set(struct blkback_cgroup *cgroup, const char *path);

/**
 * blkback_cgroup_show() - which is it?
 * @cgroup: the choice
 * @buf: gets the path and a newline; nothing if there is none
 * @size: bytes of @buf
 *
 * The path is that of the group that is charged: if the I/O controller is not
 * enabled in the one chosen, that is the next above it.
 *
 * Return: how many bytes, or a negative errno.
 */
ssize_t blkback_cgroup_show(struct blkback_cgroup *cgroup, char *buf,
			    size_t size);

/**
 * blkback_cgroup_join() - have the I/O of the current thread charged to it
 * @cgroup: the choice
 *
 * Context: a kernel thread, which has to call blkback_cgroup_leave() in the
 * end.
 */
void blkback_cgroup_join(struct blkback_cgroup *cgroup);

/**
 * blkback_cgroup_leave() - as it was before
 *
 * Context: a kernel thread.
 */
void blkback_cgroup_leave(void);

/* blkback_cgroup_charge() for the first one. */
void blkback_cgroup_charge_first(struct cgroup_subsys_state **css,
				 struct bio *bio);

/**
 * blkback_cgroup_charge() - have a bio charged to who the thread's I/O is
 * @css: whom that is, found out for the first bio and kept for others; NULL at
 *	first
 * @bio: its block device is set
 *
 * What bio_init() does for each bio, as it is told the block device.
 *
 * Context: a kernel thread, until blkback_cgroup_charged().
 */
static inline void blkback_cgroup_charge(struct cgroup_subsys_state **css,
					 struct bio *bio)
{
	if (*css)
		bio_associate_blkg_from_css(bio, *css);
	else
		blkback_cgroup_charge_first(css, bio);
}

/**
 * blkback_cgroup_charged() - for how long was kept whom to charge
 * @css: NULL afterwards
 */
static inline void blkback_cgroup_charged(struct cgroup_subsys_state **css)
{
	if (*css)
		css_put(*css);
	*css = NULL;
}
#else
static inline void blkback_cgroup_charge(struct cgroup_subsys_state **css,
					 struct bio *bio)
{
}

static inline void blkback_cgroup_charged(struct cgroup_subsys_state **css)
{
}

static inline int blkback_cgroup_set(struct blkback_cgroup *cgroup,
				     const char *path)
{
	return *path ? -EOPNOTSUPP : 0;
}

static inline ssize_t blkback_cgroup_show(struct blkback_cgroup *cgroup,
					  char *buf, size_t size)
{
	return 0;
}

static inline void blkback_cgroup_join(struct blkback_cgroup *cgroup)
{
}

static inline void blkback_cgroup_leave(void)
{
}
#endif

#endif
