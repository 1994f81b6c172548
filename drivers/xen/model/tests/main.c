// SPDX-License-Identifier: GPL-2.0
/*
 * The suites of the model, in one module.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include "suites.h"

kunit_test_suites(&grant_suite, &version_suite, &tlb_suite, &store_suite,
		  &bus_suite, &conform_suite);

MODULE_DESCRIPTION("Suites of the model of Xen");
MODULE_LICENSE("GPL");
