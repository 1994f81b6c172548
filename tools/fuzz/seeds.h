/* SPDX-License-Identifier: GPL-2.0 */
/* Good inputs, from which mutations go astray. */
#ifndef XEN_BACKENDS_FUZZ_SEEDS_H
#define XEN_BACKENDS_FUZZ_SEEDS_H

#include "shim.h"

unsigned int fuzz_seeds(void);

/* Writes seed number @index, returns its size, which is below 4096. */
size_t fuzz_seed(unsigned int index, u8 *to);

#endif
