// SPDX-License-Identifier: GPL-2.0
/*
 * Transfer between domains on real Xen, and what it is compared with, at the
 * word of a shell script:
 *
 *   /sys/kernel/debug/xen-transfer-lab/refs      write: add; read: all
 *   /sys/kernel/debug/xen-transfer-lab/command   write: NAME NUMBER...
 *   /sys/kernel/debug/xen-transfer-lab/result    what the last one found
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "transfer.h"

#define MAX_ARGS 4
#define SEPARATORS "\n "
#define MAX_WRITE (64 * 1024)

static struct lab lab;
static DEFINE_MUTEX(lab_lock);
static struct dentry *folder;

void lab_say(struct lab *l, const char *fmt, ...)
{
	size_t used = strlen(l->log);
	va_list args;

	va_start(args, fmt);
	vsnprintf(l->log + used, sizeof(l->log) - used, fmt, args);
	va_end(args);
}

static int lab_clear(struct lab *l, const unsigned int *args)
{
	l->nr_refs = 0;
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct lab *lab, const unsigned int *args);
} commands[] = {
	{ "clear", lab_clear },
	{ "offer", lab_offer },
	{ "wait", lab_wait },
	{ "end", lab_end },
	{ "send", lab_send },
	{ "send-busy", lab_send_busy },
	{ "pages", lab_pages },
	{ "eat", lab_eat },
	{ "spit", lab_spit },
	{ "grant", lab_grant },
	{ "revoke", lab_revoke },
	{ "borrow", lab_borrow },
	{ "forward", lab_forward },
	{ "give-back", lab_give_back },
	{ "bench-map-kernel", lab_bench_map_kernel },
	{ "bench-map", lab_bench_map },
	{ "bench-map-queued", lab_bench_map_queued },
	{ "bench-copy-kernel", lab_bench_copy_kernel },
	{ "bench-copy", lab_bench_copy },
	{ "bench-transfer", lab_bench_transfer },
};

static int command_run(char *text)
{
	char *name = strsep(&text, SEPARATORS), *word;
	unsigned int args[MAX_ARGS] = {}, nr = 0, i;

	while ((word = strsep(&text, SEPARATORS)) && nr < MAX_ARGS)
		if (*word && kstrtouint(word, 0, &args[nr++]))
			return -EINVAL;
	lab.log[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return commands[i].run(&lab, args);
	return -EINVAL;
}

static int refs_add(char *text)
{
	char *word;

	while ((word = strsep(&text, SEPARATORS))) {
		if (!*word)
			continue;
		if (lab.nr_refs == LAB_MAX)
			return -ENOSPC;
		if (kstrtouint(word, 0, &lab.refs[lab.nr_refs++]))
			return -EINVAL;
	}
	return 0;
}

static ssize_t text_write(const char __user *from, size_t len, loff_t *pos,
			  int (*use)(char *text))
{
	char *text;
	int ret;

	if (len > MAX_WRITE)
		return -E2BIG;
	text = memdup_user_nul(from, len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	mutex_lock(&lab_lock);
	ret = use(text);
	mutex_unlock(&lab_lock);
	kfree(text);
	*pos += len;
	return ret ?: len;
}

static ssize_t command_write(struct file *file, const char __user *from,
			     size_t len, loff_t *pos)
{
	return text_write(from, len, pos, command_run);
}

static ssize_t refs_write(struct file *file, const char __user *from,
			  size_t len, loff_t *pos)
{
	return text_write(from, len, pos, refs_add);
}

static int refs_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < lab.nr_refs; i++)
		seq_printf(m, "%u\n", lab.refs[i]);
	return 0;
}

static int refs_open(struct inode *inode, struct file *file)
{
	return single_open(file, refs_show, NULL);
}

static int result_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%s\n", lab.log);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(result);

static const struct file_operations command_fops = {
	.owner = THIS_MODULE,
	.write = command_write,
};

static const struct file_operations refs_fops = {
	.owner = THIS_MODULE,
	.open = refs_open,
	.read = seq_read,
	.write = refs_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int __init lab_init(void)
{
	folder = debugfs_create_dir("xen-transfer-lab", NULL);
	debugfs_create_file("command", 0200, folder, NULL, &command_fops);
	debugfs_create_file("refs", 0600, folder, NULL, &refs_fops);
	debugfs_create_file("result", 0400, folder, NULL, &result_fops);
	return 0;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	debugfs_remove(folder);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Transfer between domains, for tests on real Xen");
MODULE_LICENSE("GPL");
