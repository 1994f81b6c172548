/* SPDX-License-Identifier: GPL-2.0 */
/* Programs and the kernel. */
#ifndef VIFXDP_ATTACH_H
#define VIFXDP_ATTACH_H

#include <stdbool.h>

#include "code.h"

/* Hand a program to the kernel: a descriptor. Ends the process on errors. */
int program_load(const struct code *code, bool frags);

/*
 * Make it the native program of an interface, and so that it stays there; -1 is
 * none. Ends the process on errors, with what the kernel says.
 */
void program_attach(unsigned int interface, int program);

#endif
