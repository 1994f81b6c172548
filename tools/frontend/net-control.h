/* SPDX-License-Identifier: GPL-2.0 */
/* The control ring. */
#ifndef XEN_FRONTEND_NET_CONTROL_H
#define XEN_FRONTEND_NET_CONTROL_H

#include <linux/types.h>

struct seq_file;

int net_control_create(u16 backend);
void net_control_destroy(void);

/* The keys of a frontend. */
void net_control_keys(struct seq_file *m);

/*
 * Files of commands, about one page that the backend may write:
 *
 * bytes (hexadecimal) and numbers (of 32 bits) go to its beginning. list: words
 * tx:FIRST*COUNT, rx:FIRST*COUNT or ref:NUMBER, with :ro behind them if the
 * backend may not write there, become a list of grants. statuses: COUNT entries
 * of the list are said. control: TYPE A B C, where "page" stands for the
 * reference of the page, and "sealed" for that of one that may not be written.
 * control-hold and control-publish: the same, later. control-index: as it says.
 */
void net_control_commands(void);

#endif
