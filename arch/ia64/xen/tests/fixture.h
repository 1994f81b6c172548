/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all suites of the backend for IA-64 start from: a granter with frames
 * of 16 KiB, and a window.
 */
#ifndef _XENGNT_IA64_TESTS_FIXTURE_H
#define _XENGNT_IA64_TESTS_FIXTURE_H

#include <kunit/test.h>
#include <xen/interface/xen.h>
#include <xen/gnttab/backend.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/machine.h>
#include "../../../../drivers/xen/model/ia64.h"
#include "../../../../drivers/xen/model/model.h"
#include "../xencomm.h"
#include "machine.h"

#define FRAME		XENGNT_IA64_PAGE_SIZE
#define GRANTER		12
#define NOBODY		77
#define GUEST_FRAMES	3

/* Hypercalls by number. */
#define MEMORY_OP	12
#define GRANT_OP	20
#define DOM0VP_OP	48

/**
 * struct ia64_test - a suite's surroundings
 * @backend: what is tested
 * @guest: a granter
 * @window: memory that is mapped page by page
 * @ops: room for operations, in linear memory
 */
struct ia64_test {
	const struct xengnt_backend *backend;
	struct xenmodel_domain *guest;
	void *window;
	void *ops;
};

int ia64_test_init(struct kunit *test);
void ia64_test_exit(struct kunit *test);

/* A frame of the guest, as it sees it; and a grant of it. */
u8 *ia64_test_frame(struct kunit *test, unsigned int index);
grant_ref_t ia64_test_grant(struct kunit *test, unsigned int index,
			    bool readonly);

extern struct kunit_suite ia64_gnttab_suite;
extern struct kunit_suite ia64_hypercall_suite;
extern struct kunit_suite ia64_p2m_suite;
extern struct kunit_suite ia64_receive_suite;
extern struct kunit_suite ia64_transfer_suite;
extern struct kunit_suite ia64_xencomm_suite;

#endif /* _XENGNT_IA64_TESTS_FIXTURE_H */
