/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_VCPU_H
#define BENCH_VCPU_H
/* The emulated processor's registers and memory. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As the debugger numbers them. */
enum vcpu_register {
	VCPU_RCX = 2,
	VCPU_RDX = 3,
	VCPU_RSI = 4,
	VCPU_RDI = 5,
	VCPU_R8 = 8,
};

/*
 * Only right for the first instruction of a block: within a block, QEMU keeps
 * registers to itself.
 */
uint64_t vcpu_register(enum vcpu_register number);
bool vcpu_read(uint64_t addr, void *buffer, size_t length);

#endif
