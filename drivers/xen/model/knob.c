// SPDX-License-Identifier: GPL-2.0
/*
 * Faults on demand, and counts.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <kunit/test-bug.h>
#include <xen/interface/grant_table.h>
#include "domain.h"
#include "evtchn.h"
#include "hole.h"
#include "knob.h"
#include "maptrack.h"
#include "memory.h"
#include "ring.h"
#include "store.h"
#include "table.h"
#include "tlb.h"

/* Above every GNTTABOP_... and XENMODEL_OP_... that there is. */
#define NR_COMMANDS 22

static struct fault {
	int status;
	unsigned int skip;
	unsigned int times;
	int call_error;
	void (*hook)(void *data);
	void *hook_data;
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

void xenmodel_hook(unsigned int cmd, void (*hook)(void *data), void *data)
{
	faults[cmd].hook = hook;
	faults[cmd].hook_data = data;
}
EXPORT_SYMBOL_GPL(xenmodel_hook);

void xenmodel_hooked(unsigned int cmd)
{
	if (cmd < NR_COMMANDS && faults[cmd].hook)
		faults[cmd].hook(faults[cmd].hook_data);
}

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

/* What a suite must have given back when it ends. */
static const struct thing {
	unsigned int (*count)(void);
	const char *text;
} things[] = {
	{ xenmodel_handles, "grants are still mapped" },
	{ xenmodel_rings, "rings are still mapped" },
	{ xenmodel_holes, "pages are still held for mapping" },
	{ xenmodel_domains, "domains still exist" },
	{ xenmodel_evtchns, "event channels still exist" },
	{ xenmodel_store_keys, "keys are still in xenstore" },
	{ xenmodel_store_transactions, "transactions are still open" },
	{ xenmodel_refs, "grant references are still taken" },
	{ xenmodel_pages_missing, "pages have no memory, or too many have" },
};

unsigned int xenmodel_held(void)
{
	unsigned int i, held = xenmodel_store_watches();

	for (i = 0; i < ARRAY_SIZE(things); i++)
		held += things[i].count();
	return held;
}
EXPORT_SYMBOL_GPL(xenmodel_held);

void xenmodel_reset(void)
{
	const struct thing *thing;

	memset(faults, 0, sizeof(faults));
	memset(counts, 0, sizeof(counts));
	xenmodel_maptrack_limit(U32_MAX);
	xenmodel_stale_handles_expected(false);
	xenmodel_store_conflicts(0);
	xenmodel_store_refuse(NULL, 0);
	xenmodel_m2p_forgets(false);
	xenmodel_table_version(1);
	xenmodel_tlb_reset();

	for (thing = things; thing < things + ARRAY_SIZE(things); thing++)
		if (thing->count())
			xenmodel_violation("%u %s", thing->count(),
					   thing->text);
	violations_expected = 0;
}
EXPORT_SYMBOL_GPL(xenmodel_reset);
