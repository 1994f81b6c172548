// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

#include "command.h"
#include "granted.h"
#include "net-control.h"
#include "net-queue.h"
#include "net-receive.h"
#include "net-transmit.h"

/* Of the pages, in the order in which they are granted. */
enum {
	PAGE_OPEN,
	PAGE_SEALED,
	PAGES
};

/* An entry of a list of grants, as the protocol has it. */
struct entry {
	u32 ref;
	u16 flags;
	u16 status;
};

#define ENTRIES		(PAGE_SIZE / sizeof(struct entry))
#define ENTRY_READONLY	1

/* What no backend answers. */
#define NO_STATUS	0xffff

static struct ring ring;
static struct granted pages;

int net_control_create(u16 backend)
{
	int ret = ring_create(&ring, sizeof(struct xen_netif_ctrl_request), 0,
			      backend);

	if (!ret)
		ret = granted_add(&pages, backend, false);
	if (!ret)
		ret = granted_add(&pages, backend, true);
	return ret;
}

void net_control_destroy(void)
{
	granted_give_back(&pages);
	ring_destroy(&ring);
}

void net_control_keys(struct seq_file *m)
{
	seq_printf(m, "ctrl-ring-ref %u\nevent-channel-ctrl %u\n",
		   ring.refs[0], ring.port);
}

/* Both pages say the same. */
static void seal(void)
{
	memcpy(granted_address(&pages, PAGE_SEALED),
	       granted_address(&pages, PAGE_OPEN), PAGE_SIZE);
}

static int do_bytes(char *line)
{
	u8 *to = granted_address(&pages, PAGE_OPEN);
	size_t len;

	line = strim(line);
	len = min_t(size_t, strlen(line) / 2, PAGE_SIZE);
	memset(to, 0, PAGE_SIZE);
	if (hex2bin(to, line, len))
		return -EINVAL;
	seal();
	return 0;
}

static int do_numbers(char *line)
{
	u32 *to = granted_address(&pages, PAGE_OPEN);
	unsigned int nr = 0;
	char *word;

	memset(to, 0, PAGE_SIZE);
	while ((word = strsep(&line, "\n "))) {
		if (!*word)
			continue;
		if (nr == PAGE_SIZE / sizeof(*to) ||
		    kstrtou32(word, 0, &to[nr++]))
			return -EINVAL;
	}
	seal();
	return 0;
}

static u32 list_ref(const char *kind, unsigned int first, unsigned int i)
{
	if (!strcmp(kind, "tx"))
		return net_transmit_ref(first + i);
	if (!strcmp(kind, "rx"))
		return net_receive_ref(first + i);
	return first + i;
}

/* KIND:FIRST[*COUNT][:ro] */
static int list_word(struct entry *list, unsigned int *nr, char *word)
{
	char *kind = strsep(&word, ":"), *range = strsep(&word, ":");
	unsigned int first, count = 1, i;

	if (!range || sscanf(range, "%u*%u", &first, &count) < 1)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		if (*nr == ENTRIES)
			return -EINVAL;
		list[(*nr)++] = (struct entry) {
			.ref = list_ref(kind, first, i),
			.flags = word ? ENTRY_READONLY : 0,
			.status = NO_STATUS,
		};
	}
	return 0;
}

static int do_list(char *line)
{
	struct entry *list = granted_address(&pages, PAGE_OPEN);
	unsigned int nr = 0;
	char *word;
	int error;

	memset(list, 0, PAGE_SIZE);
	while ((word = strsep(&line, "\n "))) {
		if (!*word)
			continue;
		error = list_word(list, &nr, word);
		if (error)
			return error;
	}
	seal();
	return 0;
}

static int do_statuses(char *line)
{
	const struct entry *list = granted_address(&pages, PAGE_OPEN);
	unsigned int nr, i;

	if (kstrtouint(strim(line), 0, &nr) || nr > ENTRIES)
		return -EINVAL;
	say_nothing();
	for (i = 0; i < nr; i++)
		say("%u%c", READ_ONCE(list[i].status), i + 1 < nr ? ' ' : '\n');
	return 0;
}

static int parse_operand(const char *word, u32 *operand)
{
	if (!strcmp(word, "page"))
		*operand = pages.refs[PAGE_OPEN];
	else if (!strcmp(word, "sealed"))
		*operand = pages.refs[PAGE_SEALED];
	else
		return kstrtou32(word, 0, operand);
	return 0;
}

static int put_message(char *line)
{
	struct xen_netif_ctrl_request request = {};
	unsigned int nr = 0;
	u32 operand;
	char *word;
	void *slot;

	while ((word = strsep(&line, "\n "))) {
		if (!*word)
			continue;
		if (nr > ARRAY_SIZE(request.data) ||
		    parse_operand(word, &operand))
			return -EINVAL;
		if (!nr++)
			request.type = operand;
		else
			request.data[nr - 2] = operand;
	}
	request.id = ring.req_prod;
	slot = ring_next(&ring);
	if (!slot)
		return -ENOSPC;
	memcpy(slot, &request, sizeof(request));
	return 0;
}

static void say_responses(void)
{
	struct xen_netif_ctrl_response response;
	const void *raw;
	u16 id;

	while (ring_outstanding(&ring)) {
		id = ring.rsp_cons;
		raw = ring_answer(&ring, net_patience());
		if (!raw) {
			say("none\n");
			return;
		}
		memcpy(&response, raw, sizeof(response));
		say("type=%u status=%u data=%u%s\n", response.type,
		    response.status, response.data,
		    response.id == id ? "" : " wrong");
	}
}

static int do_control_hold(char *line)
{
	return put_message(line);
}

static int do_control_publish(char *line)
{
	say_nothing();
	ring_publish(&ring);
	say_responses();
	return 0;
}

static int do_control(char *line)
{
	int error = put_message(line);

	return error ?: do_control_publish(line);
}

static int do_control_index(char *line)
{
	int by;

	if (kstrtoint(strim(line), 0, &by))
		return -EINVAL;
	ring_index(&ring, by);
	return 0;
}

void net_control_commands(void)
{
	command_add("bytes", do_bytes);
	command_add("numbers", do_numbers);
	command_add("list", do_list);
	command_add("statuses", do_statuses);
	command_add("control", do_control);
	command_add("control-hold", do_control_hold);
	command_add("control-publish", do_control_publish);
	command_add("control-index", do_control_index);
}
