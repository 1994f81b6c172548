/* SPDX-License-Identifier: GPL-2.0 */
/* Values of xenstore keys: text in, checked numbers or an explanation out. Pure. */
#ifndef XEN_BLKBACK_KEYS_H
#define XEN_BLKBACK_KEYS_H

#include <linux/bits.h>
#include <linux/types.h>

#include "layout.h"

/* The largest ring that any frontend asks for. */
#define BLKBACK_RING_PAGE_ORDER_MAX	4
#define BLKBACK_RING_PAGES_MAX		BIT(BLKBACK_RING_PAGE_ORDER_MAX)

/**
 * struct blkback_keys_source - how to read the keys of one xenstore folder
 * @read: gives the value of @key, which may have the form "queue-0/ring-ref";
 *	NULL if there is none. The text has to stay until the next call only.
 * @context: for @read
 */
struct blkback_keys_source {
	const char *(*read)(void *context, const char *key);
	void *context;
};

/**
 * struct blkback_keys_limits - what we offered
 * @max_queues: ``multi-queue-max-queues``
 * @max_ring_page_order: ``max-ring-page-order``, at most
 *	%BLKBACK_RING_PAGE_ORDER_MAX
 * @persistent: ``feature-persistent``
 */
struct blkback_keys_limits {
	unsigned int max_queues;
	unsigned int max_ring_page_order;
	bool persistent;
};

/**
 * struct blkback_keys_error - what is wrong with the frontend's keys
 * @text: for the key ``error`` and the log; names the key and, shortened and
 *	with odd characters replaced, its value
 */
struct blkback_keys_error {
	char text[120];
};

/**
 * struct blkback_frontend_config - what the frontend chose for all its queues
 * @layout: of requests and responses
 * @nr_queues: at least 1
 * @ring_page_order: pages of each ring, as a power of two
 * @ring_page_order_given: the frontend has the key, and so numbers its refs
 * @persistent: both ends want grants to stay mapped
 */
struct blkback_frontend_config {
	const struct blkback_layout *layout;
	unsigned int nr_queues;
	unsigned int ring_page_order;
	bool ring_page_order_given;
	bool persistent;
};

/**
 * struct blkback_queue_config - what the frontend set up for one queue
 * @event_channel: its port, never 0
 * @nr_ring_refs: a power of two
 * @ring_refs: grant references of the ring's pages, all different
 */
struct blkback_queue_config {
	u32 event_channel;
	u32 nr_ring_refs;
	u32 ring_refs[BLKBACK_RING_PAGES_MAX];
};

/**
 * blkback_keys_read_frontend() - the keys that hold for all queues
 * @source: the frontend's folder
 * @limits: what we offered
 * @config: gets the result, if it is good
 * @error: gets the explanation, if it is not
 *
 * Each key is read once; what the guest writes afterwards changes nothing.
 *
 * Return: 0 or -EINVAL.
 */
int blkback_keys_read_frontend(const struct blkback_keys_source *source,
			       const struct blkback_keys_limits *limits,
			       struct blkback_frontend_config *config,
			       struct blkback_keys_error *error);

/**
 * blkback_keys_read_queue() - the keys of one queue
 * @source: the frontend's folder
 * @frontend: what blkback_keys_read_frontend() gave
 * @index: of the queue, less than @frontend->nr_queues
 * @config: gets the result, if it is good
 * @error: gets the explanation, if it is not
 *
 * A single queue has its keys in the frontend's folder itself, each of several
 * has them in queue-N.
 *
 * Return: 0, -ENOENT if a key is missing, -EINVAL otherwise.
 */
int blkback_keys_read_queue(const struct blkback_keys_source *source,
			    const struct blkback_frontend_config *frontend,
			    unsigned int index,
			    struct blkback_queue_config *config,
			    struct blkback_keys_error *error);

/**
 * blkback_keys_check_queues() - no event channel or page serves two queues
 * @queues: all queues of the frontend
 * @nr: how many
 * @error: gets the explanation
 *
 * Return: 0 or -EINVAL.
 */
int blkback_keys_check_queues(const struct blkback_queue_config *queues,
			      unsigned int nr, struct blkback_keys_error *error);

/**
 * blkback_keys_parse_number() - a number as xenstore's users write it
 * @text: decimal digits and nothing else; may be NULL
 * @number: gets it
 *
 * Return: 0, -ENOENT for NULL, -ERANGE if it needs more than 32 bits, -EINVAL
 * if it is no number.
 */
int blkback_keys_parse_number(const char *text, u32 *number);

/**
 * blkback_keys_parse_device() - the hotplug script's ``physical-device``
 * @text: "MAJOR:MINOR" in hexadecimal; may be NULL
 * @major: gets the major number
 * @minor: gets the minor number
 *
 * Return: 0, -ENOENT for NULL, -EINVAL if it is no device number.
 */
int blkback_keys_parse_device(const char *text, u32 *major, u32 *minor);

/**
 * blkback_keys_parse_mode() - the toolstack's ``mode``
 * @text: "r" or "w", also as "ro" and "rw", and with a "!" behind it, which
 *	only the hotplug script looks at; may be NULL
 * @read_only: gets the meaning
 *
 * Return: 0, -ENOENT for NULL, -EINVAL if it is neither.
 */
int blkback_keys_parse_mode(const char *text, bool *read_only);

#endif
