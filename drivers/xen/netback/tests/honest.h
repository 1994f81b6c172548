/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second guest, which keeps the rules, for suites of one that may not: it has
 * an interface of its own, and its packets come and go all the while.
 */
#ifndef XEN_NETBACK_TESTS_HONEST_H
#define XEN_NETBACK_TESTS_HONEST_H

#include <kunit/test.h>

#define HONEST_DOMID	29
#define HONEST_DEVID	0

/* For a suite, in place of guest_init() and guest_exit(). */
int honest_init(struct kunit *test);
void honest_exit(struct kunit *test);

/* It sends a packet and receives one. */
void honest_works(struct kunit *test);

#endif
