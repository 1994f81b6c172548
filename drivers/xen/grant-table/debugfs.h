/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_DEBUGFS_H
#define _XENGNT_DEBUGFS_H

struct xengnt_client;

void xengnt_debugfs_init(void);
void xengnt_debugfs_exit(void);
void xengnt_debugfs_add_client(struct xengnt_client *client);
void xengnt_debugfs_remove_client(struct xengnt_client *client);

#endif /* _XENGNT_DEBUGFS_H */
