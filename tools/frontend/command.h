/* SPDX-License-Identifier: GPL-2.0 */
/* A folder in debugfs: files that take commands, and one with the answers. */
#ifndef XEN_FRONTEND_COMMAND_H
#define XEN_FRONTEND_COMMAND_H

#include <linux/compiler_attributes.h>
#include <linux/fs.h>

/* The folder, with its file "answers". */
void command_folder(const char *name);
void command_forget(void);

/* A file whose every line is given to @run, one at a time. */
void command_add(const char *name, int (*run)(char *line));

/* A file to read. */
void command_show(const char *name, const struct file_operations *fops);

/* Add to the answers; those of earlier commands are gone after say_nothing(). */
void __printf(1, 2) say(const char *format, ...);
void say_nothing(void);

#endif
