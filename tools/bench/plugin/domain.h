/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_DOMAIN_H
#define BENCH_DOMAIN_H
/* Which domain the processor belongs to. */

#define DOMAIN_SLOTS	8

/* The running domain's slot; before the first switch, nobody knows: 0. */
extern unsigned int domain_running;

/* Xen is about to switch: at the first instruction of context_switch(). */
void domain_switch(unsigned int vcpu, void *data);

/* A slot's name, or NULL if no domain has it. */
const char *domain_name(unsigned int slot);

#endif
