// SPDX-License-Identifier: GPL-2.0
/*
 * The parts under test, once more: they need nothing of the driver, so the
 * suites run where the driver cannot be loaded.
 */
#include <linux/module.h>

#include "../layout.c"
#include "../codec.c"
#include "../ring.c"
#include "../state.c"
#include "../keys.c"

MODULE_DESCRIPTION("Tests of xen-blkback's pure parts");
MODULE_LICENSE("GPL");
