// SPDX-License-Identifier: GPL-2.0
/*
 * The rings of a network interface that no driver has, filled as a script says.
 *
 * Loaded in a guest without a network frontend; the script tells the backend the
 * references and the ports, by writing the keys to xenstore itself.
 */
#include <linux/module.h>
#include <linux/seq_file.h>
#include <xen/interface/io/netif.h>
#include <xen/xen.h>

#include "command.h"
#include "net-control.h"
#include "net-nonsense.h"
#include "net-queue.h"
#include "net-race.h"
#include "net-receive.h"
#include "net-transmit.h"
#include "odd.h"

#define PATIENCE_MS	15000

static unsigned int backend;
module_param(backend, uint, 0444);
MODULE_PARM_DESC(backend, "the backend's domain (default 0)");

static unsigned int queues = 1;
module_param(queues, uint, 0444);
MODULE_PARM_DESC(queues, "how many queues, up to 4 (default 1)");

static bool control = true;
module_param(control, bool, 0444);
MODULE_PARM_DESC(control, "have a control ring (default Y)");

static unsigned int patience = PATIENCE_MS;
module_param(patience, uint, 0644);
MODULE_PARM_DESC(patience, "how long to wait for an answer, in milliseconds (default 15000)");

static struct net_queue rings[NET_QUEUES_MAX];
static unsigned int queue;

struct net_queue *net_queue(void)
{
	return &rings[queue];
}

unsigned int net_patience(void)
{
	return READ_ONCE(patience);
}

static int do_queue(char *line)
{
	unsigned int index;

	if (kstrtouint(strim(line), 0, &index) || index >= queues)
		return -EINVAL;
	queue = index;
	return 0;
}

/* The keys of a frontend, for xenstore-write. */
static int keys_show(struct seq_file *m, void *unused)
{
	static const char * const features[] = {
		"request-rx-copy", "feature-rx-notify", "feature-sg",
		"feature-gso-tcpv4", "feature-gso-tcpv6",
		"feature-ipv6-csum-offload",
	};
	char prefix[16] = "";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		seq_printf(m, "%s 1\n", features[i]);
	if (queues > 1)
		seq_printf(m, "multi-queue-num-queues %u\n", queues);
	for (i = 0; i < queues; i++) {
		if (queues > 1)
			snprintf(prefix, sizeof(prefix), "queue-%u/", i);
		seq_printf(m, "%stx-ring-ref %u\n%srx-ring-ref %u\n",
			   prefix, rings[i].tx.refs[0],
			   prefix, rings[i].rx.refs[0]);
		seq_printf(m, "%sevent-channel-tx %u\n%sevent-channel-rx %u\n",
			   prefix, rings[i].tx.port, prefix, rings[i].rx.port);
	}
	if (control)
		net_control_keys(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(keys);

static void add_files(void)
{
	command_folder("xen-raw-netfront");
	command_show("keys", &keys_fops);
	command_add("queue", do_queue);
	net_nonsense_commands();
	net_transmit_commands();
	net_receive_commands();
	net_race_commands();
	if (control)
		net_control_commands();
}

static int create_rings(void)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < queues && !ret; i++) {
		rings[i].index = i;
		ret = ring_create(&rings[i].tx,
				  sizeof(union xen_netif_tx_sring_entry), 0,
				  backend);
		if (!ret)
			ret = ring_create(&rings[i].rx,
					  sizeof(union xen_netif_rx_sring_entry),
					  0, backend);
	}
	return ret;
}

static void raw_netfront_undo(void)
{
	unsigned int i;

	net_control_destroy();
	for (i = 0; i < queues; i++) {
		ring_destroy(&rings[i].rx);
		ring_destroy(&rings[i].tx);
	}
	odd_destroy();
	net_receive_destroy();
	net_transmit_destroy();
}

static int __init raw_netfront_init(void)
{
	int ret;

	if (!xen_domain() || !queues || queues > NET_QUEUES_MAX)
		return -EINVAL;
	ret = net_transmit_create(backend);
	if (!ret)
		ret = net_receive_create(backend, queues);
	if (!ret)
		ret = odd_create(backend);
	if (!ret)
		ret = create_rings();
	if (!ret && control)
		ret = net_control_create(backend);
	if (ret)
		raw_netfront_undo();
	else
		add_files();
	return ret;
}

static void __exit raw_netfront_exit(void)
{
	command_forget();
	raw_netfront_undo();
}

module_init(raw_netfront_init);
module_exit(raw_netfront_exit);

MODULE_DESCRIPTION("A network frontend that sends whatever a script says");
MODULE_LICENSE("GPL");
