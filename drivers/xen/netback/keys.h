/* SPDX-License-Identifier: GPL-2.0 */
/* Values of xenstore keys: text in, checked numbers or an explanation out. Pure. */
#ifndef XEN_NETBACK_KEYS_H
#define XEN_NETBACK_KEYS_H

#include <linux/types.h>

/* So many queues a vif may have, whatever the administrator says. */
#define NETBACK_QUEUES_MAX	64

/**
 * struct netback_keys_source - how to read the keys of one xenstore folder
 * @read: gives the value of @key, which may have the form "queue-0/tx-ring-ref";
 *	NULL if there is none. The text has to stay until the next call only.
 * @context: for @read
 */
struct netback_keys_source {
	const char *(*read)(void *context, const char *key);
	void *context;
};

/**
 * struct netback_keys_error - what is wrong with the frontend's keys
 * @text: for the key ``error`` and the log; names the key
 */
struct netback_keys_error {
	char text[96];
};

/**
 * struct netback_frontend_config - what the frontend chose for all its queues
 * @nr_queues: at least 1
 * @flip: what it receives are pages that change their owner
 * @split: events of the two directions have channels of their own
 * @rx_notify: it notifies us of requests when we wait for them
 * @sg: it takes packets of several slots
 * @gso_tcpv4: it takes large TCP packets, over IPv4
 * @gso_tcpv6: and over IPv6
 * @ip_csum: it takes IPv4 packets without a checksum
 * @ipv6_csum: and IPv6 packets
 * @ctrl: it has a control ring
 * @ctrl_ring_ref: grant of the control ring
 * @ctrl_port: event channel of the control ring, never 0 if there is one
 */
struct netback_frontend_config {
	unsigned int nr_queues;
	bool flip;
	bool split;
	bool rx_notify;
	bool sg;
	bool gso_tcpv4;
	bool gso_tcpv6;
	bool ip_csum;
	bool ipv6_csum;
	bool ctrl;
	u32 ctrl_ring_ref;
	u32 ctrl_port;
};

/**
 * struct netback_queue_config - what the frontend set up for one queue
 * @tx_ring_ref: grant of the transmit ring
 * @rx_ring_ref: grant of the receive ring
 * @tx_port: event channel of the transmit ring, never 0
 * @rx_port: event channel of the receive ring; the same unless split
 */
struct netback_queue_config {
	u32 tx_ring_ref;
	u32 rx_ring_ref;
	u32 tx_port;
	u32 rx_port;
};

/**
 * netback_keys_read_frontend() - the keys that hold for all queues
 * @source: the frontend's folder
 * @max_queues: what we offered
 * @flip: and whether we offered to give it pages
 * @config: gets the result, if it is good
 * @error: gets the explanation, if it is not
 *
 * Each key is read once; what the guest writes afterwards changes nothing.
 *
 * Return: 0; -EOPNOTSUPP if it cannot receive in a way that was offered;
 * -EINVAL.
 */
int netback_keys_read_frontend(const struct netback_keys_source *source,
			       unsigned int max_queues, bool flip,
			       struct netback_frontend_config *config,
			       struct netback_keys_error *error);

/**
 * netback_keys_read_queue() - the keys of one queue
 * @source: the frontend's folder
 * @frontend: what netback_keys_read_frontend() gave; the first queue settles
 *	its @split
 * @index: of the queue, less than @frontend->nr_queues
 * @config: gets the result, if it is good
 * @error: gets the explanation, if it is not
 *
 * A single queue has its keys in the frontend's folder itself, each of several
 * has them in queue-N.
 *
 * Return: 0, -ENOENT if a key is missing, -EINVAL otherwise.
 */
int netback_keys_read_queue(const struct netback_keys_source *source,
			    struct netback_frontend_config *frontend,
			    unsigned int index,
			    struct netback_queue_config *config,
			    struct netback_keys_error *error);

/**
 * netback_keys_check_queues() - no event channel or page is used twice
 * @frontend: what netback_keys_read_frontend() gave
 * @queues: all its queues
 * @error: gets the explanation
 *
 * Return: 0 or -EINVAL.
 */
int netback_keys_check_queues(const struct netback_frontend_config *frontend,
			      const struct netback_queue_config *queues,
			      struct netback_keys_error *error);

/**
 * netback_keys_parse_rate() - the toolstack's ``rate``
 * @text: "BYTES,MICROSECONDS", both decimal; may be NULL
 * @bytes: gets how much may be sent in each @usec
 * @usec: gets the time
 *
 * Return: 0; -ENOENT for NULL; -EINVAL if it is nothing of the kind, or the
 * time is 0.
 */
int netback_keys_parse_rate(const char *text, u32 *bytes, u32 *usec);

/**
 * netback_keys_parse_headroom() - the frontend's ``xdp-headroom``
 * @text: decimal; may be NULL
 * @max: the most that there can be
 * @bytes: gets how much there shall be before the data of a packet: 0 for what
 *	is no number, @max for a number beyond it
 *
 * Return: 0; -EINVAL if it is no number, -ERANGE if it is beyond @max.
 */
int netback_keys_parse_headroom(const char *text, u16 max, u16 *bytes);

#endif
