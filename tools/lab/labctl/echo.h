/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of many sizes to another host and back, every byte compared.
 */
#ifndef LAB_ECHO_H
#define LAB_ECHO_H

/* Sizes of the data: from first to last, by step. */
struct echo_sizes {
	int first;
	int last;
	int step;
};

/* By ICMP, which every host answers. 0 if each size came back, else 1. */
int echo_ping(const char *address, const struct echo_sizes *sizes);

/* By UDP, to a host where echo_serve() runs. */
int echo_udp(const char *address, const struct echo_sizes *sizes);

/* Send back what comes by UDP, for ever; returns only on failure. */
int echo_serve(void);

#endif
