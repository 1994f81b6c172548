// SPDX-License-Identifier: GPL-2.0
/*
 * A frontend without manners: rings and event channels of a block device that
 * no driver has, filled as a script says.
 *
 * Loaded in a guest without a block frontend; the script tells the backend the
 * references and the ports, by writing the keys to xenstore itself.
 */
#include <linux/module.h>
#include <linux/seq_file.h>
#include <xen/xen.h>

#include "command.h"
#include "line.h"
#include "memory.h"
#include "slots.h"
#include "slots-race.h"

/* The backend's answer may have to wait for its disk. */
#define PATIENCE_MS	15000

static unsigned int backend;
module_param(backend, uint, 0444);
MODULE_PARM_DESC(backend, "the backend's domain (default 0)");

static unsigned int queues = 1;
module_param(queues, uint, 0444);
MODULE_PARM_DESC(queues, "how many rings, up to 16 (default 1)");

static unsigned int order;
module_param(order, uint, 0444);
MODULE_PARM_DESC(order, "pages of a ring, as a power of two, up to 4 (default 0)");

static char *protocol = "x86_64-abi";
module_param(protocol, charp, 0444);
MODULE_PARM_DESC(protocol, "as in the key of this name (default x86_64-abi)");

/* Xen lets nobody map a page more than a hundred times or so. */
static unsigned int pages = MEMORY_DATA;
module_param(pages, uint, 0444);
MODULE_PARM_DESC(pages, "of data, up to 256 (default 32)");

static unsigned int patience = PATIENCE_MS;
module_param(patience, uint, 0644);
MODULE_PARM_DESC(patience, "how long to wait for an answer, in milliseconds (default 15000)");

static struct slots rings[SLOTS_QUEUES_MAX];
static unsigned int queue;	/* that requests go to */
static u8 seed;

static void wait_for_answers(struct slots *slots)
{
	struct slots_answer answer;

	while (ring_outstanding(&slots->ring)) {
		if (!slots_answer(slots, &answer, patience)) {
			say("none\n");
			return;
		}
		say("id=%llu op=%u status=%d%s\n", answer.id, answer.operation,
		    answer.status, answer.padded ? " padded" : "");
	}
	say("data=%08x\n", memory_sum());
}

static int put_line(char *line)
{
	void *slot = ring_next(&rings[queue].ring);

	return slot ? line_write(rings[queue].layout, slot, line) : -ENOSPC;
}

static int do_hold(char *line)
{
	return put_line(line);
}

/* An empty line publishes what was held. */
static int do_send(char *line)
{
	int error = 0;

	say_nothing();
	memory_fill(seed += pages + 1);
	if (*strim(line))
		error = put_line(line);
	if (error)
		return error;
	ring_publish(&rings[queue].ring);
	wait_for_answers(&rings[queue]);
	return 0;
}

/* Published, and nobody waits. */
static int do_post(char *line)
{
	int error = put_line(line);

	if (!error)
		ring_publish(&rings[queue].ring);
	return error;
}

/* A number, that overwrites the backend's indices, and a request. */
static int do_overwrite(char *line)
{
	struct ring *ring = &rings[queue].ring;
	char *number = strsep(&line, " ");
	int by, error;

	say_nothing();
	if (!line || kstrtoint(number, 0, &by))
		return -EINVAL;
	error = put_line(line);
	if (error)
		return error;
	ring_overwrite(ring, ring->rsp_cons + by);
	ring_publish(ring);
	if (ring_all_answered(ring, patience))
		wait_for_answers(&rings[queue]);
	else
		say("none\n");
	return 0;
}

/* All that fits into the ring, the same in each slot, and nobody waits. */
static int do_flood(char *line)
{
	int error = 0;

	while (!error)
		error = put_line(line);
	ring_publish(&rings[queue].ring);
	return error == -ENOSPC ? 0 : error;
}

static int do_race(char *line)
{
	say_nothing();
	return slots_race(&rings[queue], line, patience);
}

static int do_index(char *line)
{
	int by;

	if (kstrtoint(strim(line), 0, &by))
		return -EINVAL;
	ring_index(&rings[queue].ring, by);
	return 0;
}

static int do_notify(char *line)
{
	unsigned int times;

	if (kstrtouint(strim(line), 0, &times))
		return -EINVAL;
	while (times--)
		ring_notify(&rings[queue].ring);
	return 0;
}

static int do_queue(char *line)
{
	unsigned int index;

	if (kstrtouint(strim(line), 0, &index) || index >= queues)
		return -EINVAL;
	queue = index;
	return 0;
}

/* Of the pages for data, one a line. */
static int refs_show(struct seq_file *m, void *unused)
{
	unsigned int page;

	for (page = 0; page < pages; page++)
		seq_printf(m, "%u\n", memory_data_ref(page));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(refs);

/* The keys of a frontend, for xenstore-write. */
static int keys_show(struct seq_file *m, void *unused)
{
	unsigned int q, i;
	char prefix[16] = "";

	if (queues > 1)
		seq_printf(m, "multi-queue-num-queues %u\n", queues);
	seq_printf(m, "protocol %s\nring-page-order %u\n", protocol, order);
	for (q = 0; q < queues; q++) {
		if (queues > 1)
			snprintf(prefix, sizeof(prefix), "queue-%u/", q);
		seq_printf(m, "%sevent-channel %u\n", prefix, rings[q].ring.port);
		for (i = 0; i < 1 << order; i++)
			seq_printf(m, "%sring-ref%u %u\n", prefix, i,
				   rings[q].ring.refs[i]);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(keys);

static void add_files(void)
{
	command_folder("xen-raw-blkfront");
	command_show("keys", &keys_fops);
	command_show("refs", &refs_fops);
	command_add("hold", do_hold);
	command_add("send", do_send);
	command_add("post", do_post);
	command_add("overwrite", do_overwrite);
	command_add("race", do_race);
	command_add("flood", do_flood);
	command_add("index", do_index);
	command_add("notify", do_notify);
	command_add("queue", do_queue);
}

static void raw_blkfront_undo(void)
{
	unsigned int i;

	for (i = 0; i < queues; i++)
		slots_destroy(&rings[i]);
	memory_destroy();
}

static int __init raw_blkfront_init(void)
{
	unsigned int i;
	int ret;

	if (!xen_domain() || !queues || queues > SLOTS_QUEUES_MAX)
		return -EINVAL;
	ret = memory_create(backend, pages);
	if (ret)
		return ret;
	for (i = 0; i < queues && !ret; i++)
		ret = slots_create(&rings[i], protocol, order, backend);
	if (ret)
		raw_blkfront_undo();
	else
		add_files();
	return ret;
}

static void __exit raw_blkfront_exit(void)
{
	command_forget();
	raw_blkfront_undo();
}

module_init(raw_blkfront_init);
module_exit(raw_blkfront_exit);

MODULE_DESCRIPTION("A block frontend that sends whatever a script says");
MODULE_LICENSE("GPL");
