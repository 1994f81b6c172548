// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include "domain.h"
#include "event.h"
#include "qemu.h"
#include "vcpu.h"

enum event {
	EVENT_HYPERCALLS,
	EVENT_MAP_CALLS,
	EVENT_MAP_OPS,
	EVENT_UNMAP_CALLS,
	EVENT_UNMAP_OPS,
	EVENT_UNMAP_EMPTY,
	EVENT_COPY_CALLS,
	EVENT_COPY_OPS,
	EVENT_UNMAP_FLUSHES,
	EVENT_FLUSHES,
	EVENT_NOTIFICATIONS,
	EVENT_SWITCHES,
	NR_EVENTS
};

static const char *const names[NR_EVENTS] = {
	[EVENT_HYPERCALLS] = "hypercalls",
	[EVENT_MAP_CALLS] = "map_calls",
	[EVENT_MAP_OPS] = "map_ops",
	[EVENT_UNMAP_CALLS] = "unmap_calls",
	[EVENT_UNMAP_OPS] = "unmap_ops",
	[EVENT_UNMAP_EMPTY] = "unmap_empty_calls",
	[EVENT_COPY_CALLS] = "copy_calls",
	[EVENT_COPY_OPS] = "copy_ops",
	[EVENT_UNMAP_FLUSHES] = "unmap_flushes",
	[EVENT_FLUSHES] = "flushes",
	[EVENT_NOTIFICATIONS] = "notifications",
	[EVENT_SWITCHES] = "switches",
};

/* Numbers of Xen's public interface. */
#define HYPERVISOR_GRANT_TABLE_OP	20
#define GNTTABOP_MAP			0
#define GNTTABOP_UNMAP			1
#define GNTTABOP_COPY			5
#define GNTTABOP_NONE			~0U

static uint64_t counts[NR_EVENTS][DOMAIN_SLOTS];

/* What each domain is doing: the grant operation that it called for, if any. */
static unsigned int grant_op[DOMAIN_SLOTS];

/*
 * Grant operations that Xen broke off and has the domain call again for the
 * rest. The domain may be interrupted and make others in between.
 */
#define NR_BROKEN_OFF	4

struct rest {
	uint64_t array;
	unsigned int nr;
};

static struct rest broken_off[DOMAIN_SLOTS][NR_BROKEN_OFF];

static void count(enum event event, uint64_t n)
{
	counts[event][domain_running] += n;
}

static void on_hypercall(unsigned int vcpu, void *data)
{
	count(EVENT_HYPERCALLS, 1);
	grant_op[domain_running] = GNTTABOP_NONE;
}

static bool is_rest(uint64_t array, unsigned int nr)
{
	struct rest *rests = broken_off[domain_running];
	unsigned int i;

	for (i = 0; i < NR_BROKEN_OFF; i++) {
		if (rests[i].array != array || rests[i].nr != nr)
			continue;
		rests[i] = (struct rest) { 0 };
		return true;
	}
	return false;
}

/* do_grant_table_op(op, array, nr) */
static void on_grant_op(unsigned int vcpu, void *data)
{
	unsigned int op = vcpu_register(VCPU_RDI);
	unsigned int nr = vcpu_register(VCPU_RDX);

	grant_op[domain_running] = op;
	if (nr && is_rest(vcpu_register(VCPU_RSI), nr))
		return;
	switch (op) {
	case GNTTABOP_MAP:
		count(EVENT_MAP_CALLS, 1);
		count(EVENT_MAP_OPS, nr);
		break;
	case GNTTABOP_UNMAP:
		count(EVENT_UNMAP_CALLS, 1);
		count(EVENT_UNMAP_OPS, nr);
		count(EVENT_UNMAP_EMPTY, !nr);
		break;
	case GNTTABOP_COPY:
		count(EVENT_COPY_CALLS, 1);
		count(EVENT_COPY_OPS, nr);
		break;
	}
}

/* hypercall_create_continuation(number, format, op, array, nr) */
static void on_continuation(unsigned int vcpu, void *data)
{
	static unsigned int turn[DOMAIN_SLOTS];
	struct rest *rests = broken_off[domain_running];

	if ((unsigned int)vcpu_register(VCPU_RDI) != HYPERVISOR_GRANT_TABLE_OP)
		return;
	rests[turn[domain_running]++ % NR_BROKEN_OFF] = (struct rest) {
		.array = vcpu_register(VCPU_RCX),
		.nr = vcpu_register(VCPU_R8),
	};
}

static void on_flush(unsigned int vcpu, void *data)
{
	count(EVENT_FLUSHES, 1);
	if (grant_op[domain_running] == GNTTABOP_UNMAP)
		count(EVENT_UNMAP_FLUSHES, 1);
}

static void on_send(unsigned int vcpu, void *data)
{
	count(EVENT_NOTIFICATIONS, 1);
}

static void on_switch(unsigned int vcpu, void *data)
{
	domain_switch(vcpu, data);
	count(EVENT_SWITCHES, 1);
}

struct function {
	const char *name;
	qemu_plugin_vcpu_udata_cb_t entered;
	uint64_t addr;
};

static struct function functions[] = {
	{ "pv_hypercall", on_hypercall },
	{ "hvm_hypercall", on_hypercall },
	{ "do_grant_table_op", on_grant_op },
	{ "hypercall_create_continuation", on_continuation },
	{ "flush_area_mask", on_flush },
	{ "evtchn_send", on_send },
	{ "context_switch", on_switch },
};

#define NR_FUNCTIONS	(sizeof(functions) / sizeof(functions[0]))

static void learn(const char *name, uint64_t addr)
{
	size_t i;

	for (i = 0; i < NR_FUNCTIONS; i++)
		if (!strcmp(functions[i].name, name))
			functions[i].addr = addr;
}

bool event_load_symbols(const char *path)
{
	FILE *file = fopen(path, "r");
	char name[256];
	uint64_t addr;
	size_t i;

	if (!file) {
		perror(path);
		return false;
	}
	while (fscanf(file, "%" SCNx64 " %255s", &addr, name) == 2)
		learn(name, addr);
	fclose(file);
	for (i = 0; i < NR_FUNCTIONS; i++) {
		if (functions[i].addr)
			continue;
		fprintf(stderr, "%s: no %s\n", path, functions[i].name);
		return false;
	}
	return true;
}

void event_watch(struct qemu_plugin_tb *tb, uint64_t vaddr)
{
	size_t i;

	for (i = 0; i < NR_FUNCTIONS; i++)
		if (functions[i].addr == vaddr)
			qemu_plugin_register_vcpu_tb_exec_cb(tb,
					functions[i].entered,
					QEMU_PLUGIN_CB_R_REGS, NULL);
}

void event_reset(void)
{
	memset(counts, 0, sizeof(counts));
}

void event_print(FILE *out)
{
	unsigned int slot, event;

	for (slot = 0; slot < DOMAIN_SLOTS; slot++)
		for (event = 0; event < NR_EVENTS; event++)
			if (counts[event][slot])
				fprintf(out, "event %s %s %" PRIu64 "\n",
					domain_name(slot), names[event],
					counts[event][slot]);
}
