// SPDX-License-Identifier: GPL-2.0
/*
 * Takes grants back, whoever uses them: a number written to the parameter "ref"
 * has its entry of the domain's grant table cleared. Loaded in a guest, beside
 * xen-gnttab.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mm.h>
#include <xen/gnttab/backend.h>
#include <xen/grant_table.h>

#define PER_FRAME	(XEN_PAGE_SIZE / sizeof(struct grant_entry_v1))

static int revoke(const char *text, const struct kernel_param *param)
{
	const struct xengnt_backend *backend = xengnt_backend_get();
	struct grant_entry_v1 *frame;
	unsigned int ref;
	int error = kstrtouint(text, 0, &ref);

	if (error)
		return error;
	if (!backend->table_map || backend->table_version() != 1)
		return -EOPNOTSUPP;
	frame = backend->table_map(ref / PER_FRAME);
	if (!frame)
		return -ENOENT;
	WRITE_ONCE(frame[ref % PER_FRAME].flags, 0);
	backend->table_unmap(frame);
	return 0;
}

static const struct kernel_param_ops revoke_ops = { .set = revoke };

module_param_cb(ref, &revoke_ops, NULL, 0200);
MODULE_PARM_DESC(ref, "a grant of this domain, to be taken back");

MODULE_DESCRIPTION("Takes grants back, whoever uses them");
MODULE_LICENSE("GPL");
