/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second guest, which keeps the rules, for suites of one that does not: it
 * has a disk of its own and is served all the while.
 */
#ifndef XEN_BLKBACK_TESTS_HONEST_H
#define XEN_BLKBACK_TESTS_HONEST_H

#include <kunit/test.h>

#define HONEST_DOMID	22
#define HONEST_DEVID	51728

/* For a suite, in place of frontend_init() and frontend_exit(). */
int honest_init(struct kunit *test);
void honest_exit(struct kunit *test);

/* It writes something else than before, and reads the same. */
void honest_is_served(struct kunit *test);

#endif
