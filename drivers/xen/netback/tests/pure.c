// SPDX-License-Identifier: GPL-2.0
/*
 * The parts under test, once more: they need nothing of the driver, so the
 * suites run where the driver cannot be loaded.
 */
#include <linux/module.h>

#include "../ring.c"
#include "../txcodec.c"
#include "../rxcodec.c"
#include "../keys.c"
#include "../credit.c"
#include "../multicast.c"
#include "../buffers.c"
#include "../ctrlcodec.c"
#include "../hash.c"
#include "../txskb.c"

MODULE_DESCRIPTION("Tests of xen-netback's pure parts");
MODULE_LICENSE("GPL");
