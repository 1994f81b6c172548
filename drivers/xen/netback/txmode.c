// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <xen/gnttab/replace.h>

#include "txmode.h"

static const char * const names[NETBACK_TXMODES] = {
	[NETBACK_TXMODE_AUTO] = "auto",
	[NETBACK_TXMODE_COPY] = "copy",
	[NETBACK_TXMODE_MAP] = "map",
};

/* One of @names. */
static const char *tx_mode = "auto";

const char *netback_txmode_name(enum netback_txmode mode)
{
	return names[mode];
}

int netback_txmode_parse(const char *text)
{
	int mode = sysfs_match_string(names, text);

	if (mode == NETBACK_TXMODE_MAP && !xengnt_can_replace()) {
		pr_warn_ratelimited("tx_mode map: in this domain, Xen cannot take a mapped page back from a packet\n");
		return -EOPNOTSUPP;
	}
	return mode;
}

enum netback_txmode netback_txmode_default(void)
{
	return match_string(names, NETBACK_TXMODES, READ_ONCE(tx_mode));
}

static int tx_mode_set(const char *value, const struct kernel_param *param)
{
	int mode = netback_txmode_parse(value);

	if (mode < 0)
		return mode;
	WRITE_ONCE(tx_mode, names[mode]);
	return 0;
}

static const struct kernel_param_ops tx_mode_ops = {
	.set = tx_mode_set,
	.get = param_get_charp,
};
module_param_cb(tx_mode, &tx_mode_ops, &tx_mode, 0644);
MODULE_PARM_DESC(tx_mode,
		 "What new interfaces do with the data of large packets: auto, which copies; copy; or map, where Xen can take pages back (default auto)");
