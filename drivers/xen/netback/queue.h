/* SPDX-License-Identifier: GPL-2.0 */
/* A queue: two rings, and what serves them. */
#ifndef XEN_NETBACK_QUEUE_H
#define XEN_NETBACK_QUEUE_H

#include <linux/if.h>

#include "channel.h"
#include "keys.h"
#include "receive.h"
#include "staging.h"
#include "transmit.h"

struct netback_conn;
struct seq_file;
struct xengnt_client;

/**
 * struct netback_queue - a queue
 * @conn: the connection
 * @index: its number
 * @name: "INTERFACE-NUMBER" as it was when it was connected
 * @client: who asks the grant library
 * @channels: of the transmit ring, and, if split, of the receive ring
 * @staging: pages of the guest that stay mapped, if it has a control ring
 * @transmit: from the guest
 * @receive: to the guest
 */
struct netback_queue {
	struct netback_conn *conn;
	unsigned int index;
	char name[IFNAMSIZ + 5];
	struct xengnt_client *client;
	struct netback_channel channels[2];
	struct netback_staging staging;
	struct netback_transmit transmit;
	struct netback_receive receive;
};

/**
 * netback_queue_create() - map the rings, bind the events
 * @conn: the connection
 * @index: number of the queue
 * @config: checked
 * @error: gets an explanation if it fails
 *
 * Nothing runs before netback_queue_up().
 *
 * Context: may sleep.
 * Return: the queue or an ERR_PTR().
 */
struct netback_queue *
netback_queue_create(struct netback_conn *conn, unsigned int index,
		     const struct netback_queue_config *config,
		     struct netback_keys_error *error);

/**
 * netback_queue_destroy() - the reverse
 * @queue: that is down
 *
 * Context: may sleep.
 */
void netback_queue_destroy(struct netback_queue *queue);

/**
 * netback_queue_up() - serve the rings
 * @queue: that is down
 *
 * Context: may sleep.
 */
void netback_queue_up(struct netback_queue *queue);

/**
 * netback_queue_down() - do not touch the rings any more
 * @queue: that is up
 *
 * Context: may sleep.
 */
void netback_queue_down(struct netback_queue *queue);

/**
 * netback_queue_show() - describe it for a person
 * @queue: a queue
 * @m: where to
 */
void netback_queue_show(struct netback_queue *queue, struct seq_file *m);

#endif
