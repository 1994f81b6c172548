// SPDX-License-Identifier: GPL-2.0
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "command.h"

#define LINE_BYTES	3000

static struct dentry *folder;
static DEFINE_MUTEX(lock);	/* one command at a time, and what follows */
static char answers[4 * PAGE_SIZE];
static size_t answered;

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	answered += vscnprintf(answers + answered, sizeof(answers) - answered,
			       format, args);
	va_end(args);
}

void say_nothing(void)
{
	answered = 0;
	answers[0] = '\0';
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

void command_add(const char *name, int (*run)(char *line))
{
	debugfs_create_file(name, 0200, folder, run, &command_fops);
}

void command_show(const char *name, const struct file_operations *fops)
{
	debugfs_create_file(name, 0400, folder, NULL, fops);
}

void command_folder(const char *name)
{
	folder = debugfs_create_dir(name, NULL);
	command_show("answers", &answers_fops);
}

void command_forget(void)
{
	debugfs_remove(folder);
}
