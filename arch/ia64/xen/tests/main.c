// SPDX-License-Identifier: GPL-2.0
/*
 * The suites of the backend for IA-64, in one module with its code.
 */
#include <linux/module.h>
#include "fixture.h"

kunit_test_suites(&ia64_xencomm_suite, &ia64_hypercall_suite,
		  &ia64_gnttab_suite, &ia64_p2m_suite, &ia64_transfer_suite,
		  &ia64_receive_suite);

MODULE_DESCRIPTION("KUnit suites of the backend for IA-64");
MODULE_LICENSE("GPL");
