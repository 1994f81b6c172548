// SPDX-License-Identifier: GPL-2.0
#include "keys.h"

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

/* Longest key: "queue-4294967295/event-channel-tx". */
#define KEY_BYTES	40

/*
 * Decimal digits up to @end: gives where it stopped, or NULL if there are none
 * or the number needs more than 32 bits.
 */
static const char *parse_digits(const char *text, char end, u32 *number)
{
	u64 value = 0;

	if (!isdigit(*text))
		return NULL;
	for (; isdigit(*text); text++) {
		value = value * 10 + (*text - '0');
		if (value > U32_MAX)
			return NULL;
	}
	*number = value;
	return *text == end ? text : NULL;
}

/* A key that may be missing: @number stays as it is then. */
static int read_number(const struct netback_keys_source *source,
		       const char *key, u32 min, u32 max, u32 *number,
		       struct netback_keys_error *error)
{
	const char *text = source->read(source->context, key);
	u32 value;

	if (!text) {
		snprintf(error->text, sizeof(error->text), "%s is missing",
			 key);
		return -ENOENT;
	}
	if (!parse_digits(text, '\0', &value) || value < min || value > max) {
		snprintf(error->text, sizeof(error->text),
			 "%s is no number between %u and %u", key, min, max);
		return -EINVAL;
	}
	*number = value;
	return 0;
}

/* A switch that may be missing, and is whatever @preset says then. */
static int read_switch(const struct netback_keys_source *source,
		       const char *key, bool preset, bool *on,
		       struct netback_keys_error *error)
{
	u32 value = preset;
	int result;

	result = read_number(source, key, 0, U32_MAX, &value, error);
	*on = value;
	return result == -ENOENT ? 0 : result;
}

/* A ring and its event channel: both, or none of them. */
static int read_ctrl(const struct netback_keys_source *source,
		     struct netback_frontend_config *config,
		     struct netback_keys_error *error)
{
	int result;

	config->ctrl_ring_ref = 0;
	config->ctrl_port = 0;
	result = read_number(source, "ctrl-ring-ref", 0, U32_MAX,
			     &config->ctrl_ring_ref, error);
	config->ctrl = !result;
	if (result)
		return result == -ENOENT ? 0 : result;
	return read_number(source, "event-channel-ctrl", 1, U32_MAX,
			   &config->ctrl_port, error);
}

int netback_keys_read_frontend(const struct netback_keys_source *source,
			       unsigned int max_queues, bool flip,
			       struct netback_frontend_config *config,
			       struct netback_keys_error *error)
{
	bool rx_copy, no_csum;
	struct {
		const char *key;
		bool *on;
	} *entry, entries[] = {
		{ "request-rx-copy", &rx_copy },
		{ "feature-rx-notify", &config->rx_notify },
		{ "feature-sg", &config->sg },
		{ "feature-gso-tcpv4", &config->gso_tcpv4 },
		{ "feature-gso-tcpv6", &config->gso_tcpv6 },
		{ "feature-no-csum-offload", &no_csum },
		{ "feature-ipv6-csum-offload", &config->ipv6_csum },
	};
	u32 nr_queues = 1;
	int result;

	/* Frontends without the key have one queue. */
	result = read_number(source, "multi-queue-num-queues", 1, max_queues,
			     &nr_queues, error);
	if (result && result != -ENOENT)
		return result;
	config->nr_queues = nr_queues;
	config->split = false;
	for (entry = entries; entry < entries + ARRAY_SIZE(entries); entry++) {
		result = read_switch(source, entry->key, false, entry->on,
				     error);
		if (result)
			return result;
	}
	config->ip_csum = !no_csum;
	/* Frontends that know of nothing else do not have the key. */
	config->flip = !rx_copy;
	if (rx_copy || flip)
		return read_ctrl(source, config, error);
	snprintf(error->text, sizeof(error->text),
		 "request-rx-copy is not 1, and nothing else is offered");
	return -EOPNOTSUPP;
}

static int read_queue_number(const struct netback_keys_source *source,
			     const char *prefix, const char *name, u32 min,
			     u32 *number, struct netback_keys_error *error)
{
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "%s%s", prefix, name);
	return read_number(source, key, min, U32_MAX, number, error);
}

/* Two channels, or one for both. All queues are of the kind of the first. */
static int read_ports(const struct netback_keys_source *source,
		      struct netback_frontend_config *frontend,
		      unsigned int index, const char *prefix,
		      struct netback_queue_config *config,
		      struct netback_keys_error *error)
{
	int result = -ENOENT;

	if (!index || frontend->split)
		result = read_queue_number(source, prefix, "event-channel-tx",
					   1, &config->tx_port, error);
	if (!index && result != -EINVAL)
		frontend->split = !result;
	if (frontend->split && !result)
		return read_queue_number(source, prefix, "event-channel-rx", 1,
					 &config->rx_port, error);
	if (frontend->split || result == -EINVAL)
		return result;

	result = read_queue_number(source, prefix, "event-channel", 1,
				   &config->tx_port, error);
	config->rx_port = config->tx_port;
	return result;
}

int netback_keys_read_queue(const struct netback_keys_source *source,
			    struct netback_frontend_config *frontend,
			    unsigned int index,
			    struct netback_queue_config *config,
			    struct netback_keys_error *error)
{
	char prefix[KEY_BYTES] = "";
	int result;

	*config = (struct netback_queue_config) {};
	if (frontend->nr_queues > 1)
		snprintf(prefix, sizeof(prefix), "queue-%u/", index);
	result = read_queue_number(source, prefix, "tx-ring-ref", 0,
				   &config->tx_ring_ref, error);
	if (!result)
		result = read_queue_number(source, prefix, "rx-ring-ref", 0,
					   &config->rx_ring_ref, error);
	if (result)
		return result;
	return read_ports(source, frontend, index, prefix, config, error);
}

static bool share_page(const struct netback_queue_config *a,
		       const struct netback_queue_config *b)
{
	return a->tx_ring_ref == b->tx_ring_ref ||
	       a->tx_ring_ref == b->rx_ring_ref ||
	       a->rx_ring_ref == b->tx_ring_ref ||
	       a->rx_ring_ref == b->rx_ring_ref;
}

static bool share_port(const struct netback_queue_config *a,
		       const struct netback_queue_config *b)
{
	return a->tx_port == b->tx_port || a->tx_port == b->rx_port ||
	       a->rx_port == b->tx_port || a->rx_port == b->rx_port;
}

static bool share_with_ctrl(const struct netback_frontend_config *frontend,
			    const struct netback_queue_config *queue)
{
	return frontend->ctrl &&
	       (queue->tx_ring_ref == frontend->ctrl_ring_ref ||
		queue->rx_ring_ref == frontend->ctrl_ring_ref ||
		queue->tx_port == frontend->ctrl_port ||
		queue->rx_port == frontend->ctrl_port);
}

int netback_keys_check_queues(const struct netback_frontend_config *frontend,
			      const struct netback_queue_config *queues,
			      struct netback_keys_error *error)
{
	unsigned int i, j;

	for (i = 0; i < frontend->nr_queues; i++) {
		if (queues[i].tx_ring_ref == queues[i].rx_ring_ref) {
			snprintf(error->text, sizeof(error->text),
				 "both rings of queue %u are the same page", i);
			return -EINVAL;
		}
		if (share_with_ctrl(frontend, &queues[i])) {
			snprintf(error->text, sizeof(error->text),
				 "queue %u and the control ring share a page or an event channel",
				 i);
			return -EINVAL;
		}
		for (j = 0; j < i; j++) {
			if (!share_page(&queues[i], &queues[j]) &&
			    !share_port(&queues[i], &queues[j]))
				continue;
			snprintf(error->text, sizeof(error->text),
				 "queues %u and %u share a ring or an event channel",
				 j, i);
			return -EINVAL;
		}
	}
	return 0;
}

int netback_keys_parse_rate(const char *text, u32 *bytes, u32 *usec)
{
	u32 parsed_bytes, parsed_usec;

	if (!text)
		return -ENOENT;
	text = parse_digits(text, ',', &parsed_bytes);
	if (!text || !parse_digits(text + 1, '\0', &parsed_usec))
		return -EINVAL;
	if (!parsed_usec || !parsed_bytes)
		return -EINVAL;
	*bytes = parsed_bytes;
	*usec = parsed_usec;
	return 0;
}

int netback_keys_parse_headroom(const char *text, u16 max, u16 *bytes)
{
	u32 value = 0;

	*bytes = 0;
	if (text && !parse_digits(text, '\0', &value))
		return -EINVAL;
	*bytes = min_t(u32, value, max);
	return value > max ? -ERANGE : 0;
}
