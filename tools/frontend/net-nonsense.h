/* SPDX-License-Identifier: GPL-2.0 */
/* What no driver would do with its rings. */
#ifndef XEN_FRONTEND_NET_NONSENSE_H
#define XEN_FRONTEND_NET_NONSENSE_H

/*
 * Files of commands: index and rx-index (BY), the index that the backend sees;
 * notify (COUNT), events of both rings; publish, what was held, and nobody looks
 * at the answers; scribble (COUNT), as many packets, each with other nonsense on
 * the ring's page.
 */
void net_nonsense_commands(void);

#endif
