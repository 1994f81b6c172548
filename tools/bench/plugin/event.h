/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_EVENT_H
#define BENCH_EVENT_H
/* What domains ask of Xen, counted where Xen's functions are entered. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct qemu_plugin_tb;

/* Learn the addresses from lines "ADDRESS NAME"; false names what lacks. */
bool event_load_symbols(const char *path);

/* Watch the block if a function of interest begins with it. */
void event_watch(struct qemu_plugin_tb *tb, uint64_t vaddr);

void event_reset(void);
void event_print(FILE *out);

#endif
