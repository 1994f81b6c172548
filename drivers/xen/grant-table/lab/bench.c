// SPDX-License-Identifier: GPL-2.0
/*
 * What grant operations cost: for tools/bench, which counts instructions
 * between the marks.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include "bench.h"
#include "transfer.h"
#include "../../../../tools/bench/client/mark.h"

/* Enough for the largest round twice. */
#define SLOTS 512

grant_ref_t bench_ref(const struct bench *b, unsigned int i)
{
	return b->lab->refs[(b->next + i) % b->lab->nr_refs];
}

static int bench_rounds(struct bench *b, const struct bench_kind *kind,
			unsigned int rounds)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < rounds && !ret; i++) {
		ret = kind->round(b);
		b->next = (b->next + b->nr) % b->nr_slots;
	}
	if (!ret && kind->finish)
		ret = kind->finish(b);
	return ret;
}

static int bench_measure(struct bench *b, const struct bench_kind *kind,
			 unsigned int number, unsigned int rounds)
{
	int ret;

	/* Every slot once, as the first time costs the kernel page tables. */
	ret = bench_rounds(b, kind, kind->once ? 1 : b->nr_slots / b->nr);
	if (ret)
		return ret;
	mark(number, 0);
	ret = bench_rounds(b, kind, rounds);
	mark(number, 1);
	return ret;
}

/* Arguments: NUMBER DOMID PAGES ROUNDS. */
static int bench_run(struct lab *lab, const struct bench_kind *kind,
		     const unsigned int *args)
{
	struct bench b = {
		.lab = lab,
		.domid = args[1],
		.nr = args[2],
		.nr_slots = kind->once ? lab->nr_refs : SLOTS,
	};
	unsigned int rounds = args[3];
	int ret = -ENOMEM;

	if (!lab->nr_refs || !b.nr || b.nr > SLOTS / 2 ||
	    (kind->once && (u64)b.nr * (rounds + 1) > b.nr_slots))
		return -EINVAL;
	b.pages = kvcalloc(b.nr_slots, sizeof(*b.pages), GFP_KERNEL);
	if (b.pages)
		ret = kind->begin(&b);
	if (!ret)
		ret = bench_measure(&b, kind, args[0], rounds);
	kind->end(&b);
	kvfree(b.pages);
	if (!ret)
		lab_say(lab, "bench %u %u", args[0], b.nr * rounds);
	return ret;
}

int lab_bench_map_kernel(struct lab *lab, const unsigned int *args)
{
	return bench_run(lab, &bench_map_kernel, args);
}

int lab_bench_map(struct lab *lab, const unsigned int *args)
{
	return bench_run(lab, &bench_map, args);
}

int lab_bench_map_queued(struct lab *lab, const unsigned int *args)
{
	return bench_run(lab, &bench_map_queued, args);
}

int lab_bench_copy_kernel(struct lab *lab, const unsigned int *args)
{
	return bench_run(lab, &bench_copy_kernel, args);
}

int lab_bench_copy(struct lab *lab, const unsigned int *args)
{
	return bench_run(lab, &bench_copy, args);
}

int lab_bench_transfer(struct lab *lab, const unsigned int *args)
{
	return bench_run(lab, &bench_transfer, args);
}
