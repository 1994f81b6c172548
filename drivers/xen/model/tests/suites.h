/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_TESTS_SUITES_H
#define _XENMODEL_TESTS_SUITES_H

struct kunit_suite;

extern struct kunit_suite bus_suite;
extern struct kunit_suite conform_suite;
extern struct kunit_suite grant_suite;
extern struct kunit_suite store_suite;
extern struct kunit_suite tlb_suite;
extern struct kunit_suite version_suite;

#endif /* _XENMODEL_TESTS_SUITES_H */
