// SPDX-License-Identifier: GPL-2.0
#include <linux/blk-cgroup.h>
#include <linux/err.h>
#include <linux/kthread.h>

#include "cgroup.h"

/* With a reference; NULL for an empty path. */
static struct cgroup_subsys_state *find(const char *path)
{
	struct cgroup_subsys_state *css;
	struct cgroup *group;

	if (!*path)
		return NULL;
	group = cgroup_get_from_path(path);
	if (IS_ERR(group))
		return ERR_CAST(group);
	css = cgroup_get_e_css(group, &io_cgrp_subsys);
	cgroup_put(group);
	return css ?: ERR_PTR(-ENOENT);
}

int blkback_cgroup_set(struct blkback_cgroup *cgroup, const char *path)
{
	struct cgroup_subsys_state *css = find(path);

	if (IS_ERR(css))
		return PTR_ERR(css);
	spin_lock(&cgroup->lock);
	swap(css, cgroup->css);
	spin_unlock(&cgroup->lock);
	if (css)
		css_put(css);
	return 0;
}

/* With a reference, or NULL. */
static struct cgroup_subsys_state *current_css(struct blkback_cgroup *cgroup)
{
	struct cgroup_subsys_state *css;

	spin_lock(&cgroup->lock);
	css = cgroup->css;
	if (css)
		css_get(css);
	spin_unlock(&cgroup->lock);
	return css;
}

ssize_t blkback_cgroup_show(struct blkback_cgroup *cgroup, char *buf,
			    size_t size)
{
	struct cgroup_subsys_state *css = current_css(cgroup);
	ssize_t length;

	if (!css)
		return 0;
	length = cgroup_path(css->cgroup, buf, size - 1);
	css_put(css);
	if (length < 0 || length >= size - 1)
		return -ENAMETOOLONG;
	buf[length++] = '\n';
	return length;
}

void blkback_cgroup_join(struct blkback_cgroup *cgroup)
{
	struct cgroup_subsys_state *css = current_css(cgroup);

	/* Takes a reference of its own. */
	kthread_associate_blkcg(css);
	if (css)
		css_put(css);
}

void blkback_cgroup_leave(void)
{
	kthread_associate_blkcg(NULL);
}

void blkback_cgroup_charge_first(struct cgroup_subsys_state **css,
				 struct bio *bio)
{
	bio_associate_blkg(bio);
	*css = bio_blkcg_css(bio);
	/* The bio holds it, but not for as long as the pass lasts. */
	if (*css)
		css_get(*css);
}
