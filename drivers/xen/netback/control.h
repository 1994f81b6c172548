/* SPDX-License-Identifier: GPL-2.0 */
/* The control ring of a connection: what the guest asks for besides packets. */
#ifndef XEN_NETBACK_CONTROL_H
#define XEN_NETBACK_CONTROL_H

#include <linux/types.h>
#include <linux/workqueue.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/unmap.h>

#include "channel.h"
#include "ring.h"
#include "staging.h"

struct netback_conn;
struct netback_ctrl_request;
struct netback_hash;
struct netback_keys_error;
struct seq_file;

/**
 * struct netback_control - the control ring
 * @conn: whose it is
 * @ring: the ring
 * @shared: its page
 * @channel: its events
 * @work: the context that all of it runs in
 * @client: who asks the grant library
 * @copy: room for one copy operation
 * @map: room for the grants of a list
 * @unmap: likewise
 * @tools: these, for the queues' tables
 * @page: our copy of what a message names
 * @ready: the event channel can be answered
 * @broken: the ring cannot be trusted any more
 * @messages: so many there were
 * @refused: of these
 */
struct netback_control {
	struct netback_conn *conn;
	struct netback_ring ring;
	void *shared;
	struct netback_channel channel;
	struct work_struct work;
	struct xengnt_client *client;
	struct xengnt_copy_batch copy;
	struct xengnt_map_batch map;
	struct xengnt_unmap_batch unmap;
	struct netback_staging_tools tools;
	struct page *page;
	bool ready;
	bool broken;
	u64 messages;
	u64 refused;
};

/**
 * netback_control_create() - take up the control ring
 * @conn: with all its queues, and a control ring in its configuration
 * @error: gets an explanation if it fails
 *
 * Messages are carried out from here on.
 *
 * Context: may sleep.
 * Return: the control ring or an ERR_PTR().
 */
struct netback_control *netback_control_create(struct netback_conn *conn,
					       struct netback_keys_error *error);

/**
 * netback_control_destroy() - the reverse
 * @control: or NULL; no packets flow any more
 *
 * What was mapped for the queues is unmapped.
 *
 * Context: may sleep.
 */
void netback_control_destroy(struct netback_control *control);

/**
 * netback_control_show() - describe it for a person
 * @control: or NULL
 * @m: where to
 */
void netback_control_show(struct netback_control *control, struct seq_file *m);

#endif
