// SPDX-License-Identifier: GPL-2.0
/*
 * The suites of the library, in one module.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include "suites.h"

kunit_test_suites(&backend_suite, &area_suite, &map_suite, &copy_suite,
		  &unmap_suite, &replace_suite, &p2m_suite, &m2p_suite,
		  &counter_suite, &receive_suite, &send_suite);

MODULE_DESCRIPTION("KUnit suites of xen-gnttab");
MODULE_LICENSE("GPL");
