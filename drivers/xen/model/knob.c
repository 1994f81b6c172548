// SPDX-License-Identifier: GPL-2.0
/*
 * Faults on demand, and counts.
 */
#include <linux/printk.h>
#include <linux/string.h>
#include <kunit/test-bug.h>
#include <xen/interface/grant_table.h>
#include "domain.h"
#include "hole.h"
#include "knob.h"
#include "maptrack.h"

/* Above every GNTTABOP_... that there is. */
#define NR_COMMANDS 16

static struct fault {
	int status;
	unsigned int skip;
	unsigned int times;
	int call_error;
} faults[NR_COMMANDS];

static u64 counts[XENMODEL_NR_COUNTS];
static unsigned int violations_expected;

u64 xenmodel_counted(enum xenmodel_count count)
{
	return READ_ONCE(counts[count]);
}
EXPORT_SYMBOL_GPL(xenmodel_counted);

void xenmodel_add(enum xenmodel_count count, u64 n)
{
	counts[count] += n;
}

void xenmodel_violation(const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);

	xenmodel_add(XENMODEL_VIOLATIONS, 1);
	if (violations_expected) {
		violations_expected--;
		return;
	}
	/* For those that happen outside of the test's own task. */
	pr_err("violation: %s\n", text);
	kunit_fail_current_test("%s", text);
}

void xenmodel_expect_violations(unsigned int nr)
{
	violations_expected = nr;
}
EXPORT_SYMBOL_GPL(xenmodel_expect_violations);

void xenmodel_inject(unsigned int cmd, int status, unsigned int skip,
		     unsigned int times)
{
	faults[cmd].status = status;
	faults[cmd].skip = skip;
	faults[cmd].times = times;
}
EXPORT_SYMBOL_GPL(xenmodel_inject);

void xenmodel_inject_call(unsigned int cmd, int error)
{
	faults[cmd].call_error = error;
}
EXPORT_SYMBOL_GPL(xenmodel_inject_call);

int xenmodel_injected(unsigned int cmd)
{
	struct fault *fault = &faults[cmd];

	if (!fault->times)
		return 0;
	if (fault->skip) {
		fault->skip--;
		return 0;
	}
	fault->times--;
	return fault->status;
}

int xenmodel_injected_call(unsigned int cmd)
{
	int error = faults[cmd].call_error;

	faults[cmd].call_error = 0;
	return error;
}

void xenmodel_reset(void)
{
	memset(faults, 0, sizeof(faults));
	memset(counts, 0, sizeof(counts));
	xenmodel_maptrack_limit(U32_MAX);

	if (xenmodel_handles())
		xenmodel_violation("%u grants are still mapped",
				   xenmodel_handles());
	if (xenmodel_holes())
		xenmodel_violation("%u pages are still held for mapping",
				   xenmodel_holes());
	if (xenmodel_domains())
		xenmodel_violation("%u domains still exist",
				   xenmodel_domains());
	violations_expected = 0;
}
EXPORT_SYMBOL_GPL(xenmodel_reset);
