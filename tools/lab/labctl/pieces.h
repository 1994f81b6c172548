/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protocol between dom0 and the agent of a domain, below data/agent of the
 * domain's own xenstore folder:
 *
 *   ready         1 once the agent listens
 *   req/ID/0..n   shell code, cut into pieces
 *   req/ID/go     "PIECES SECONDS", written last: starts it
 *   out/ID/0..n   what the code printed
 *   out/ID/done   "STATUS PIECES", written last
 *
 * dom0 removes req/ID and out/ID after reading the answer.
 */
#ifndef LAB_PIECES_H
#define LAB_PIECES_H

#include "xs.h"

#define AGENT_BASE "data/agent"
#define OUTPUT_MAX (150 * 1024)

/* Write what a file holds as folder/0..n; the number of pieces or -1. */
int pieces_send(struct xs *xs, const char *folder, int fd, size_t piece,
		size_t most);

/* Copy folder/0..count-1 into a file; 0 or -1. */
int pieces_fetch(struct xs *xs, const char *folder, int count, int fd);

#endif
