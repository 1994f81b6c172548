/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_M2P_H
#define _XENGNT_M2P_H

#include <xen/gnttab/m2p.h>

struct seq_file;
struct xengnt_map_batch;

void xengnt_m2p_exit(void);
int xengnt_m2p_show(struct seq_file *m, void *unused);

/* Track a client that is being created, if everybody shall be. */
void xengnt_m2p_new_client(struct xengnt_client *client);

/* Remember what a batch has mapped, for a client that is tracked. */
void xengnt_m2p_add(const struct xengnt_map_batch *batch, gfp_t gfp);

/* Forget a page before it is unmapped. Any context. */
void xengnt_m2p_remove(const struct page *page);

#endif /* _XENGNT_M2P_H */
