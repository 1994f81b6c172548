/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_TESTS_SUITES_H
#define _XENGNT_TESTS_SUITES_H

struct kunit_suite;

extern struct kunit_suite area_suite;
extern struct kunit_suite backend_suite;
extern struct kunit_suite copy_suite;
extern struct kunit_suite counter_suite;
extern struct kunit_suite m2p_suite;
extern struct kunit_suite map_suite;
extern struct kunit_suite p2m_suite;
extern struct kunit_suite receive_suite;
extern struct kunit_suite replace_suite;
extern struct kunit_suite send_suite;
extern struct kunit_suite unmap_suite;

#endif /* _XENGNT_TESTS_SUITES_H */
