// SPDX-License-Identifier: GPL-2.0
/*
 * Counts what runs between marks, in Xen and in each domain.
 *
 * A mark is an instruction without effect that any domain can execute, with a
 * number in RDI: see mark.h. An even number 2N begins the interval N, the odd
 * one after it ends and prints it.
 *
 * Options: out=FILE, symbols=FILE (lines "ADDRESS NAME" of Xen).
 */
#include <stdio.h>
#include <string.h>

#include "block.h"
#include "event.h"
#include "qemu.h"
#include "vcpu.h"
#include "../client/mark.h"

#define EXPORT	__attribute__((visibility("default")))

EXPORT int qemu_plugin_version = QEMU_PLUGIN_API;

static FILE *out;

static void on_mark(unsigned int vcpu, void *data)
{
	uint64_t number = vcpu_register(VCPU_RDI);

	if (number % 2) {
		fprintf(out, "interval %llu\n",
			(unsigned long long)number / 2);
		event_print(out);
		block_print(out);
		fprintf(out, "end\n");
		fflush(out);
	}
	event_reset();
	block_reset();
}

static bool is_mark(const struct qemu_plugin_tb *tb)
{
	static const unsigned char mark[] = { MARK_BYTES };
	struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, 0);

	return qemu_plugin_insn_size(insn) == sizeof(mark) &&
	       !memcmp(qemu_plugin_insn_data(insn), mark, sizeof(mark));
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t vaddr = qemu_plugin_tb_vaddr(tb);

	/* First, so that a switch counts the block for whom it switches to. */
	event_watch(tb, vaddr);
	if (is_mark(tb))
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_mark,
						     QEMU_PLUGIN_CB_R_REGS,
						     NULL);
	block_watch(tb, vaddr);
}

static void on_quit(qemu_plugin_id_t id, void *data)
{
	fclose(out);
}

static const char *option(const char *arg, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(arg, name, length) && arg[length] == '=' ?
		arg + length + 1 : NULL;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info,
			       int argc, char **argv)
{
	const char *path = NULL, *symbols = NULL;
	int i;

	for (i = 0; i < argc; i++) {
		path = option(argv[i], "out") ?: path;
		symbols = option(argv[i], "symbols") ?: symbols;
	}
	if (!path || !symbols || strcmp(info->target_name, "x86_64") ||
	    info->system.smp_vcpus != 1) {
		fprintf(stderr, "bench plugin: give out= and symbols=, for an x86_64 with one processor\n");
		return -1;
	}
	if (!event_load_symbols(symbols))
		return -1;
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_quit, NULL);
	return 0;
}
