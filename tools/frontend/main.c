// SPDX-License-Identifier: GPL-2.0
/*
 * A frontend without manners: rings and event channels of a block device that
 * no driver has, filled as a script says.
 *
 * Loaded in a guest without a block frontend; the script tells the backend the
 * references and the ports, by writing the keys to xenstore itself.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xen/xen.h>

#include "line.h"
#include "memory.h"
#include "slots.h"

/* The backend's answer may have to wait for its disk. */
#define PATIENCE_MS	15000
#define LINE_BYTES	2000

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

static unsigned int patience = PATIENCE_MS;
module_param(patience, uint, 0644);
MODULE_PARM_DESC(patience, "how long to wait for an answer, in milliseconds (default 15000)");

static struct slots rings[SLOTS_QUEUES_MAX];
static struct dentry *folder;
static DEFINE_MUTEX(lock);	/* all that follows, and the rings */
static unsigned int queue;	/* that requests go to */
static u8 seed;
static char answers[PAGE_SIZE];
static size_t answered;

static void __printf(1, 2) say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	answered += vscnprintf(answers + answered, sizeof(answers) - answered,
			       format, args);
	va_end(args);
}

static void wait_for_answers(struct slots *slots)
{
	struct slots_answer answer;

	while (slots_outstanding(slots)) {
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
	void *slot = slots_next(&rings[queue]);

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

	answered = 0;
	answers[0] = '\0';
	memory_fill(seed += MEMORY_DATA + 1);
	if (*strim(line))
		error = put_line(line);
	if (error)
		return error;
	slots_publish(&rings[queue]);
	wait_for_answers(&rings[queue]);
	return 0;
}

/* All that fits into the ring, the same in each slot, and nobody waits. */
static int do_flood(char *line)
{
	int error = 0;

	while (!error)
		error = put_line(line);
	slots_publish(&rings[queue]);
	return error == -ENOSPC ? 0 : error;
}

static int do_index(char *line)
{
	int by;

	if (kstrtoint(strim(line), 0, &by))
		return -EINVAL;
	slots_index(&rings[queue], by);
	return 0;
}

static int do_notify(char *line)
{
	unsigned int times;

	if (kstrtouint(strim(line), 0, &times))
		return -EINVAL;
	while (times--)
		slots_notify(&rings[queue]);
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

static ssize_t command_write(struct file *file, const char __user *from,
			     size_t count, loff_t *pos)
{
	int (*run)(char *line) = file_inode(file)->i_private;
	char *line;
	int error;

	if (count > LINE_BYTES)
		return -E2BIG;
	line = memdup_user_nul(from, count);
	if (IS_ERR(line))
		return PTR_ERR(line);
	mutex_lock(&lock);
	error = run(line);
	mutex_unlock(&lock);
	kfree(line);
	return error ?: count;
}

static const struct file_operations command_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = command_write,
};

static ssize_t answers_read(struct file *file, char __user *to, size_t count,
			    loff_t *pos)
{
	ssize_t length;

	mutex_lock(&lock);
	length = simple_read_from_buffer(to, count, pos, answers, answered);
	mutex_unlock(&lock);
	return length;
}

static const struct file_operations answers_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = answers_read,
};

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
		seq_printf(m, "%sevent-channel %u\n", prefix, rings[q].port);
		for (i = 0; i < 1 << order; i++)
			seq_printf(m, "%sring-ref%u %u\n", prefix, i,
				   rings[q].refs[i]);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(keys);

static void add_command(const char *name, int (*run)(char *line))
{
	debugfs_create_file(name, 0200, folder, run, &command_fops);
}

static void add_files(void)
{
	folder = debugfs_create_dir("xen-raw-blkfront", NULL);
	debugfs_create_file("keys", 0400, folder, NULL, &keys_fops);
	debugfs_create_file("answers", 0400, folder, NULL, &answers_fops);
	add_command("hold", do_hold);
	add_command("send", do_send);
	add_command("flood", do_flood);
	add_command("index", do_index);
	add_command("notify", do_notify);
	add_command("queue", do_queue);
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
	ret = memory_create(backend);
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
	debugfs_remove(folder);
	raw_blkfront_undo();
}

module_init(raw_blkfront_init);
module_exit(raw_blkfront_exit);

MODULE_DESCRIPTION("A block frontend that sends whatever a script says");
MODULE_LICENSE("GPL");
