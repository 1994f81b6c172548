/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_BLOCK_H
#define BENCH_BLOCK_H
/* Instructions executed, by block of code and by domain. */
#include <stdint.h>
#include <stdio.h>

struct qemu_plugin_tb;

void block_watch(struct qemu_plugin_tb *tb, uint64_t vaddr);
void block_reset(void);
void block_print(FILE *out);

#endif
