// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/xen-gnttab: see Documentation/ABI/debugfs-xen-gnttab.
 */
#include <linux/atomic.h>
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <xen/gnttab/backend.h>
#include "client.h"
#include "debugfs.h"
#include "m2p.h"
#include "p2m.h"
#include "transfer-reserve.h"

static struct dentry *root, *clients;

static int counters_show(struct seq_file *m, void *unused)
{
	enum xengnt_counter c;

	for (c = 0; c < XENGNT_NR_COUNTERS; c++)
		seq_printf(m, "%s %llu\n", xengnt_counter_name(c),
			   xengnt_counter_read(c));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static int backend_show(struct seq_file *m, void *unused)
{
	const struct xengnt_backend *backend = xengnt_backend_get();

	seq_printf(m, "name %s\nflush_group %u\ncopy_max %u\ncopy_load %u\n",
		   backend->name, backend->flush_group, backend->copy_max,
		   backend->copy_load);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(backend);

DEFINE_SHOW_ATTRIBUTE(xengnt_p2m);
DEFINE_SHOW_ATTRIBUTE(xengnt_m2p);
DEFINE_SHOW_ATTRIBUTE(xengnt_reserve);

static int client_show(struct seq_file *m, void *unused)
{
	const struct xengnt_client *client = m->private;
	enum xengnt_counter c;

	seq_printf(m, "granter %u\n", client->granter);
	for (c = 0; c < XENGNT_NR_COUNTERS; c++)
		seq_printf(m, "%s %llu\n", xengnt_counter_name(c),
			   xengnt_client_read(client, c));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(client);

/*
 * A client may come back before its predecessor of the same name has gone: a
 * disk is attached again while the last I/O of the old one is on its way.
 */
static bool client_name_taken(const char *name)
{
	struct dentry *taken = debugfs_lookup(name, clients);

	dput(taken);
	return taken;
}

void xengnt_debugfs_add_client(struct xengnt_client *client)
{
	static atomic_t serial;
	char name[sizeof(client->name) + 12];

	strscpy(name, client->name, sizeof(name));
	if (client_name_taken(name))
		snprintf(name, sizeof(name), "%s~%u", client->name,
			 (unsigned int)atomic_inc_return(&serial));
	client->debugfs = debugfs_create_file(name, 0400, clients, client,
					      &client_fops);
}

void xengnt_debugfs_remove_client(struct xengnt_client *client)
{
	debugfs_remove(client->debugfs);
}

void xengnt_debugfs_init(void)
{
	root = debugfs_create_dir("xen-gnttab", NULL);
	debugfs_create_file("counters", 0400, root, NULL, &counters_fops);
	debugfs_create_file("backend", 0400, root, NULL, &backend_fops);
	debugfs_create_file("p2m", 0400, root, NULL, &xengnt_p2m_fops);
	debugfs_create_file("m2p", 0400, root, NULL, &xengnt_m2p_fops);
	debugfs_create_file("reservation", 0400, root, NULL,
			    &xengnt_reserve_fops);
	clients = debugfs_create_dir("clients", root);
}

void xengnt_debugfs_exit(void)
{
	debugfs_remove(root);
}
