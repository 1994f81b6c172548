// SPDX-License-Identifier: GPL-2.0
#include "keys.h"

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/stdarg.h>

/* The kernel's own limits for a device number. */
#define MAJOR_BITS	12
#define MINOR_BITS	20

/* Longest key: "queue-4294967295/event-channel". */
#define KEY_BYTES	40

/* So much of a guest's value is shown in an error. */
#define SHOWN_BYTES	24

static __printf(2, 3) void explain(struct blkback_keys_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
}

/* A guest's text ends up in a log: a little of it, and nothing unprintable. */
static const char *shown(char *buffer, const char *value)
{
	unsigned int i;

	for (i = 0; value[i] && i < SHOWN_BYTES - 4; i++)
		buffer[i] = isascii(value[i]) && isprint(value[i]) ? value[i] : '?';
	if (value[i]) {
		memcpy(buffer + i, "...", 3);
		i += 3;
	}
	buffer[i] = '\0';
	return buffer;
}

int blkback_keys_parse_number(const char *text, u32 *number)
{
	u64 value = 0;

	if (!text)
		return -ENOENT;
	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (!isdigit(*text))
			return -EINVAL;
		value = value * 10 + (*text - '0');
		if (value > U32_MAX)
			return -ERANGE;
	}
	*number = value;
	return 0;
}

static int hex_digit(char c)
{
	if (isdigit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Hexadecimal digits up to @end; gives where it stopped or NULL. */
static const char *parse_hex(const char *text, char end, u32 limit, u32 *number)
{
	u64 value = 0;

	if (*text == end)
		return NULL;
	for (; *text != end; text++) {
		int digit = hex_digit(*text);

		if (digit < 0)
			return NULL;
		value = value * 16 + digit;
		if (value >= limit)
			return NULL;
	}
	*number = value;
	return text;
}

int blkback_keys_parse_device(const char *text, u32 *major, u32 *minor)
{
	u32 parsed_major, parsed_minor;

	if (!text)
		return -ENOENT;
	text = parse_hex(text, ':', 1U << MAJOR_BITS, &parsed_major);
	if (!text || !parse_hex(text + 1, '\0', 1U << MINOR_BITS, &parsed_minor))
		return -EINVAL;
	/* No device has it, and scripts write it where they found none. */
	if (!parsed_major && !parsed_minor)
		return -EINVAL;
	*major = parsed_major;
	*minor = parsed_minor;
	return 0;
}

int blkback_keys_parse_mode(const char *text, bool *read_only)
{
	static const struct {
		const char *text;
		bool read_only;
	} modes[] = {
		{ "r", true }, { "ro", true }, { "r!", true }, { "ro!", true },
		{ "w", false }, { "rw", false }, { "w!", false }, { "rw!", false },
	};
	unsigned int i;

	if (!text)
		return -ENOENT;
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(text, modes[i].text))
			continue;
		*read_only = modes[i].read_only;
		return 0;
	}
	return -EINVAL;
}

static const char *read_key(const struct blkback_keys_source *source, const char *key)
{
	return source->read(source->context, key);
}

/* A number between @min and @max. */
static int read_number(const struct blkback_keys_source *source, const char *key,
		       u32 min, u32 max, u32 *number, struct blkback_keys_error *error)
{
	const char *text = read_key(source, key);
	char buffer[SHOWN_BYTES];
	u32 value = 0;
	int result;

	result = blkback_keys_parse_number(text, &value);
	if (result == -ENOENT) {
		explain(error, "%s is missing", key);
		return result;
	}
	if (result == -EINVAL) {
		explain(error, "%s is no number: \"%s\"", key, shown(buffer, text));
		return result;
	}
	if (result || value < min || value > max) {
		explain(error, "%s is \"%s\", not between %u and %u", key, shown(buffer, text),
			min, max);
		return -EINVAL;
	}
	*number = value;
	return 0;
}

static int read_protocol(const struct blkback_keys_source *source,
			 struct blkback_frontend_config *config,
			 struct blkback_keys_error *error)
{
	const char *protocol = read_key(source, "protocol");
	char buffer[SHOWN_BYTES];

	config->layout = blkback_layout_by_protocol(protocol);
	if (config->layout)
		return 0;
	explain(error, "protocol is not known: \"%s\"", shown(buffer, protocol));
	return -EINVAL;
}

int blkback_keys_read_frontend(const struct blkback_keys_source *source,
			       const struct blkback_keys_limits *limits,
			       struct blkback_frontend_config *config,
			       struct blkback_keys_error *error)
{
	u32 nr_queues = 1, order = 0, persistent = 0;
	int result;

	result = read_protocol(source, config, error);
	if (result)
		return result;

	/* Both may be missing: frontends that know neither are as old as Xen. */
	result = read_number(source, "multi-queue-num-queues", 1, limits->max_queues,
			     &nr_queues, error);
	if (result && result != -ENOENT)
		return result;

	result = read_number(source, "ring-page-order", 0, limits->max_ring_page_order,
			     &order, error);
	if (result && result != -ENOENT)
		return result;

	config->nr_queues = nr_queues;
	config->ring_page_order = order;
	config->ring_page_order_given = !result;
	/* What is no number is no wish. */
	if (blkback_keys_parse_number(read_key(source, "feature-persistent"),
				      &persistent))
		persistent = 0;
	config->persistent = limits->persistent && persistent;
	return 0;
}

/* Where the keys of a queue begin: in the frontend's folder or one below it. */
static void queue_prefix(char *prefix, const struct blkback_frontend_config *frontend,
			 unsigned int index)
{
	if (frontend->nr_queues == 1)
		prefix[0] = '\0';
	else
		snprintf(prefix, KEY_BYTES, "queue-%u/", index);
}

static int read_queue_number(const struct blkback_keys_source *source, const char *prefix,
			     const char *name, u32 min, u32 *number,
			     struct blkback_keys_error *error)
{
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "%s%s", prefix, name);
	return read_number(source, key, min, U32_MAX, number, error);
}

static int read_ring_refs(const struct blkback_keys_source *source, const char *prefix,
			  struct blkback_queue_config *config, struct blkback_keys_error *error)
{
	unsigned int i, j;
	char name[20];
	int result;

	for (i = 0; i < config->nr_ring_refs; i++) {
		snprintf(name, sizeof(name), "ring-ref%u", i);
		result = read_queue_number(source, prefix, name, 0, &config->ring_refs[i], error);
		if (result)
			return result;
		for (j = 0; j < i; j++) {
			if (config->ring_refs[i] != config->ring_refs[j])
				continue;
			explain(error, "%s%s is the same page as ring-ref%u", prefix, name, j);
			return -EINVAL;
		}
	}
	return 0;
}

int blkback_keys_read_queue(const struct blkback_keys_source *source,
			    const struct blkback_frontend_config *frontend,
			    unsigned int index,
			    struct blkback_queue_config *config,
			    struct blkback_keys_error *error)
{
	char prefix[KEY_BYTES];
	int result;

	queue_prefix(prefix, frontend, index);
	config->nr_ring_refs = 1U << frontend->ring_page_order;

	result = read_queue_number(source, prefix, "event-channel", 1, &config->event_channel,
				   error);
	if (result)
		return result;

	/*
	 * One page: frontends that wrote the order number their pages, others
	 * do not. An unnumbered key besides a numbered one is a leftover of an
	 * earlier driver, and the other way round.
	 */
	result = -ENOENT;
	if (frontend->ring_page_order_given)
		result = read_ring_refs(source, prefix, config, error);
	if (result == -ENOENT && !frontend->ring_page_order)
		result = read_queue_number(source, prefix, "ring-ref", 0, &config->ring_refs[0],
					   error);
	return result;
}

static bool share_page(const struct blkback_queue_config *a, const struct blkback_queue_config *b)
{
	unsigned int i, j;

	for (i = 0; i < a->nr_ring_refs; i++)
		for (j = 0; j < b->nr_ring_refs; j++)
			if (a->ring_refs[i] == b->ring_refs[j])
				return true;
	return false;
}

int blkback_keys_check_queues(const struct blkback_queue_config *queues,
			      unsigned int nr, struct blkback_keys_error *error)
{
	unsigned int i, j;

	for (i = 0; i < nr; i++) {
		for (j = 0; j < i; j++) {
			if (queues[i].event_channel == queues[j].event_channel) {
				explain(error, "queue-%u and queue-%u have the same event-channel",
					j, i);
				return -EINVAL;
			}
			if (share_page(&queues[i], &queues[j])) {
				explain(error, "queue-%u and queue-%u share a ring page", j, i);
				return -EINVAL;
			}
		}
	}
	return 0;
}
