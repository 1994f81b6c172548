/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a suite can turn, and what it can read off.
 */
#ifndef _XENMODEL_KNOB_H
#define _XENMODEL_KNOB_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

/**
 * enum xenmodel_count - what the model counts, since xenmodel_reset()
 * @XENMODEL_MAP_CALLS: hypercalls that mapped
 * @XENMODEL_MAP_OPS: operations in them
 * @XENMODEL_MAP_FAILED: of these, refused
 * @XENMODEL_UNMAP_CALLS: hypercalls that unmapped
 * @XENMODEL_UNMAP_OPS: operations in them
 * @XENMODEL_UNMAP_FAILED: of these, refused
 * @XENMODEL_REPLACE_OPS: operations that unmapped and replaced
 * @XENMODEL_COPY_CALLS: hypercalls that copied
 * @XENMODEL_COPY_OPS: operations in them
 * @XENMODEL_COPY_FAILED: of these, refused
 * @XENMODEL_COPY_CLAIMS: grants claimed for copying. Xen keeps the claim of the
 *	operation before, so that neighbours on one grant share it.
 * @XENMODEL_COPY_BYTES: bytes copied
 * @XENMODEL_FLUSHES: TLB flushes that unmapping cost. PV: one for each started
 *	group of 32 operations of a call, whatever became of them.
 *	Auto-translated: one for each operation that removed a P2M entry.
 *	Transfer: one for each page taken. And those that the kernel asks for.
 * @XENMODEL_TRANSFER_CALLS: hypercalls that transferred
 * @XENMODEL_TRANSFER_OPS: operations in them
 * @XENMODEL_TRANSFER_FAILED: of these, refused
 * @XENMODEL_POPULATE_CALLS: hypercalls that asked for memory
 * @XENMODEL_RELEASE_CALLS: hypercalls that gave memory back
 * @XENMODEL_MULTICALLS: hypercalls that carried others
 * @XENMODEL_VIOLATIONS: breaches of a rule whose breach is memory corruption or
 *	a leak on a real machine
 * @XENMODEL_NR_COUNTS: how many there are
 */
enum xenmodel_count {
	XENMODEL_MAP_CALLS,
	XENMODEL_MAP_OPS,
	XENMODEL_MAP_FAILED,
	XENMODEL_UNMAP_CALLS,
	XENMODEL_UNMAP_OPS,
	XENMODEL_UNMAP_FAILED,
	XENMODEL_REPLACE_OPS,
	XENMODEL_COPY_CALLS,
	XENMODEL_COPY_OPS,
	XENMODEL_COPY_FAILED,
	XENMODEL_COPY_CLAIMS,
	XENMODEL_COPY_BYTES,
	XENMODEL_FLUSHES,
	XENMODEL_TRANSFER_CALLS,
	XENMODEL_TRANSFER_OPS,
	XENMODEL_TRANSFER_FAILED,
	XENMODEL_POPULATE_CALLS,
	XENMODEL_RELEASE_CALLS,
	XENMODEL_MULTICALLS,
	XENMODEL_VIOLATIONS,
	XENMODEL_NR_COUNTS
};

/* What can fail on demand besides grant operations, with any non-zero status. */
#define XENMODEL_OP_MAPPING	13	/* a change of the linear mapping */
#define XENMODEL_OP_POPULATE	14	/* memory for a page */
#define XENMODEL_OP_RELEASE	15	/* memory of a page */
#define XENMODEL_OP_FLUSH	16	/* a TLB flush: it does not happen */
#define XENMODEL_OP_RING	17	/* mapping a ring: GNTST_... */
#define XENMODEL_OP_BIND	18	/* binding an event channel: an errno */
#define XENMODEL_OP_WATCH	19	/* registering a watch: an errno */
#define XENMODEL_OP_TRANSACTION	20	/* starting a transaction: an errno */
#define XENMODEL_OP_EOI		21	/* the end of an interrupt: for a hook only */

/**
 * xenmodel_counted() - read a count
 * @count: which
 *
 * Return: the number since xenmodel_reset().
 */
u64 xenmodel_counted(enum xenmodel_count count);

/**
 * xenmodel_inject() - let operations fail
 * @cmd: GNTTABOP_... or XENMODEL_OP_...
 * @status: what they answer, without being done
 * @skip: operations of this kind to let pass before
 * @times: how many fail then; 0 takes the knob back
 *
 * One such knob for each kind of operation.
 */
void xenmodel_inject(unsigned int cmd, int status, unsigned int skip,
		     unsigned int times);

/**
 * xenmodel_inject_call() - let the next hypercall fail as a whole
 * @cmd: GNTTABOP_...
 * @error: what it returns, a negative errno; nothing of it is done
 */
void xenmodel_inject_call(unsigned int cmd, int error);

/**
 * xenmodel_hook() - let a guest act while somebody is in a hypercall
 * @cmd: GNTTABOP_... or XENMODEL_OP_EOI
 * @hook: called before anything of such a hypercall is done, in whatever context
 *	it was made; NULL for nobody
 * @data: for @hook
 */
void xenmodel_hook(unsigned int cmd, void (*hook)(void *data), void *data);

/**
 * xenmodel_maptrack_limit() - the most handles that there can be at a time
 * @handles: the limit; U32_MAX for that of Xen, the default
 */
void xenmodel_maptrack_limit(unsigned int handles);

/**
 * xenmodel_expect_violations() - the next violations are what is tested
 * @nr: how many; they do not fail the test
 */
void xenmodel_expect_violations(unsigned int nr);

/**
 * xenmodel_reset() - counts to zero, knobs to their defaults
 *
 * Mappings that exist, holes and domains are a violation: whoever ran before
 * has not cleaned up.
 */
void xenmodel_reset(void);

/**
 * xenmodel_held() - how much there is that has to be given back
 *
 * Return: all that xenmodel_reset() looks for, and watches, in one number.
 */
unsigned int xenmodel_held(void);

/*
 * For the model itself.
 */

/* Something that corrupts memory on a real machine. Fails the test. */
void __printf(1, 2) xenmodel_violation(const char *fmt, ...);

void xenmodel_add(enum xenmodel_count count, u64 n);

/* The status that the next operation of this kind shall have, or 0. */
int xenmodel_injected(unsigned int cmd);
int xenmodel_injected_call(unsigned int cmd);

/* A hypercall begins. */
void xenmodel_hooked(unsigned int cmd);

#endif /* _XENMODEL_KNOB_H */
