// SPDX-License-Identifier: GPL-2.0
/*
 * P2M lookup: the frame behind a page, by one of four strategies.
 *
 * Who knows the answer, and what a question costs, is the architecture's
 * business; how often it is asked, and what is remembered, is decided here.
 */
#include <linux/export.h>
#include <linux/hash.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/syscore_ops.h>
#include <xen/gnttab/backend.h>
#include "p2m.h"

static unsigned int p2m_strategy = XENGNT_P2M_TABLE;
module_param(p2m_strategy, uint, 0644);
MODULE_PARM_DESC(p2m_strategy,
		 "How machine frames are looked up: 0 one question each, 1 many in one, 2 as 1 with a cache, 3 from a table (default 3)");

static const char * const strategy_names[XENGNT_NR_P2M_STRATEGIES] = {
	[XENGNT_P2M_CALL] = "call",
	[XENGNT_P2M_BATCH] = "batch",
	[XENGNT_P2M_CACHE] = "cache",
	[XENGNT_P2M_TABLE] = "table",
};

enum p2m_stat {
	P2M_LOOKUPS,
	P2M_ABSENT,
	P2M_QUESTIONS,
	P2M_ASKED,
	P2M_CACHE_HITS,
	P2M_CACHE_MISSES,
	P2M_TABLE_READS,
	P2M_NR_STATS
};

static const char * const stat_names[P2M_NR_STATS] = {
	[P2M_LOOKUPS] = "lookups",
	[P2M_ABSENT] = "absent",
	[P2M_QUESTIONS] = "questions",
	[P2M_ASKED] = "asked",
	[P2M_CACHE_HITS] = "cache_hits",
	[P2M_CACHE_MISSES] = "cache_misses",
	[P2M_TABLE_READS] = "table_reads",
};

struct p2m_stats {
	u64 n[P2M_NR_STATS];
};

static DEFINE_PER_CPU(struct p2m_stats, p2m_stats);
static bool table_is_open;

/* Misses of the cache that are asked for together: they are on the stack. */
#define MISSES_A_QUESTION 16

static void p2m_count(enum p2m_stat stat, unsigned int n)
{
	this_cpu_add(p2m_stats.n[stat], n);
}

/*
 * The cache: one word an entry, so that it needs no lock. The place of an entry
 * is made of the low bits of the pfn, the rest of it is kept beside the frame.
 * An entry of 0 is empty: frame 0 is never cached.
 */
#define CACHE_BITS	10
#define FRAME_BITS	36
#define TAG_BITS	(64 - FRAME_BITS)

static u64 cache[1 << CACHE_BITS];
bool xengnt_p2m_cached;

static u64 *cache_slot(unsigned long pfn)
{
	return &cache[pfn % ARRAY_SIZE(cache)];
}

static u64 cache_tag(unsigned long pfn)
{
	return (u64)pfn >> CACHE_BITS;
}

static unsigned long cache_find(unsigned long pfn)
{
	u64 entry = READ_ONCE(*cache_slot(pfn));

	if (!entry || entry >> FRAME_BITS != cache_tag(pfn))
		return XENGNT_NO_FRAME;
	return entry & GENMASK_ULL(FRAME_BITS - 1, 0);
}

static void cache_store(unsigned long pfn, unsigned long frame)
{
	if (!frame || frame == XENGNT_NO_FRAME ||
	    (u64)frame >> FRAME_BITS || cache_tag(pfn) >> TAG_BITS)
		return;
	WRITE_ONCE(*cache_slot(pfn), cache_tag(pfn) << FRAME_BITS | frame);
}

void xengnt_p2m_forget(unsigned long pfn)
{
	u64 *slot = cache_slot(pfn);
	u64 entry = READ_ONCE(*slot);

	/* If somebody has just put another page there, so much the better. */
	if (entry && entry >> FRAME_BITS == cache_tag(pfn))
		cmpxchg64(slot, entry, 0);
}
EXPORT_SYMBOL_GPL(xengnt_p2m_forget);

static unsigned long same_table(unsigned long pfn)
{
	return pfn;
}

static int same_ask(const unsigned long *pfns, unsigned long *frames,
		    unsigned int nr)
{
	memcpy(frames, pfns, nr * sizeof(*frames));
	return 0;
}

const struct xengnt_p2m_source xengnt_p2m_same = {
	.ask = same_ask,
	.ask_max = UINT_MAX,
	.table = same_table,
};

static const struct xengnt_p2m_source *p2m_source(void)
{
	return xengnt_backend_get()->p2m;
}

/* Ask @step at a time. */
static void p2m_ask(const unsigned long *pfns, unsigned long *frames,
		    unsigned int nr, unsigned int step)
{
	unsigned int i, part;

	p2m_count(P2M_ASKED, nr);
	for (; nr; pfns += part, frames += part, nr -= part) {
		part = min(nr, step);
		p2m_count(P2M_QUESTIONS, 1);
		if (!p2m_source()->ask(pfns, frames, part))
			continue;
		for (i = 0; i < part; i++)
			frames[i] = XENGNT_NO_FRAME;
	}
}

static void p2m_ask_missed(const unsigned long *pfns, unsigned long *frames,
			   const unsigned int *missed, unsigned int nr)
{
	unsigned long asked[MISSES_A_QUESTION], found[MISSES_A_QUESTION];
	unsigned int i;

	for (i = 0; i < nr; i++)
		asked[i] = pfns[missed[i]];
	p2m_ask(asked, found, nr, p2m_source()->ask_max);
	for (i = 0; i < nr; i++) {
		frames[missed[i]] = found[i];
		cache_store(asked[i], found[i]);
	}
}

static void p2m_from_cache(const unsigned long *pfns, unsigned long *frames,
			   unsigned int nr)
{
	unsigned int missed[MISSES_A_QUESTION], nr_missed = 0, misses = 0, i;

	WRITE_ONCE(xengnt_p2m_cached, true);
	for (i = 0; i < nr; i++) {
		frames[i] = cache_find(pfns[i]);
		if (frames[i] != XENGNT_NO_FRAME)
			continue;
		misses++;
		missed[nr_missed++] = i;
		if (nr_missed < ARRAY_SIZE(missed))
			continue;
		p2m_ask_missed(pfns, frames, missed, nr_missed);
		nr_missed = 0;
	}
	p2m_ask_missed(pfns, frames, missed, nr_missed);
	p2m_count(P2M_CACHE_MISSES, misses);
	p2m_count(P2M_CACHE_HITS, nr - misses);
}

static void p2m_from_table(const unsigned long *pfns, unsigned long *frames,
			   unsigned int nr)
{
	unsigned long (*table)(unsigned long pfn) = p2m_source()->table;
	unsigned int i;

	for (i = 0; i < nr; i++)
		frames[i] = table(pfns[i]);
	p2m_count(P2M_TABLE_READS, nr);
}

static enum xengnt_p2m_strategy p2m_strategy_now(void)
{
	unsigned int strategy = min_t(unsigned int, READ_ONCE(p2m_strategy),
				      XENGNT_P2M_TABLE);

	if (strategy == XENGNT_P2M_TABLE && !table_is_open)
		strategy = XENGNT_P2M_BATCH;
	return strategy;
}

unsigned int xengnt_p2m_lookup(const unsigned long *pfns, unsigned long *frames,
			       unsigned int nr)
{
	unsigned int i, absent = 0;

	switch (p2m_strategy_now()) {
	case XENGNT_P2M_CALL:
		p2m_ask(pfns, frames, nr, 1);
		break;
	case XENGNT_P2M_CACHE:
		p2m_from_cache(pfns, frames, nr);
		break;
	case XENGNT_P2M_TABLE:
		p2m_from_table(pfns, frames, nr);
		break;
	default:
		p2m_ask(pfns, frames, nr, p2m_source()->ask_max);
		break;
	}

	for (i = 0; i < nr; i++)
		absent += frames[i] == XENGNT_NO_FRAME;
	p2m_count(P2M_LOOKUPS, nr);
	p2m_count(P2M_ABSENT, absent);
	return absent;
}
EXPORT_SYMBOL_GPL(xengnt_p2m_lookup);

unsigned long xengnt_p2m_frame(unsigned long pfn)
{
	unsigned long frame;

	xengnt_p2m_lookup(&pfn, &frame, 1);
	return frame;
}
EXPORT_SYMBOL_GPL(xengnt_p2m_frame);

int xengnt_p2m_show(struct seq_file *m, void *unused)
{
	enum p2m_stat stat;
	int cpu;

	seq_printf(m, "strategy %s\n", strategy_names[p2m_strategy_now()]);
	for (stat = 0; stat < P2M_NR_STATS; stat++) {
		u64 sum = 0;

		for_each_possible_cpu(cpu)
			sum += READ_ONCE(per_cpu(p2m_stats, cpu).n[stat]);
		seq_printf(m, "%s %llu\n", stat_names[stat], sum);
	}
	return 0;
}

void xengnt_p2m_resume(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cache); i++)
		WRITE_ONCE(cache[i], 0);
	if (table_is_open && p2m_source()->table_resume)
		table_is_open = !p2m_source()->table_resume();
}
EXPORT_SYMBOL_GPL(xengnt_p2m_resume);

static void p2m_syscore_resume(compat_syscore_data)
{
	xengnt_p2m_resume();
}

/* Xen's suspend runs these too, before anybody else gets to run. */
static struct syscore_ops p2m_syscore_ops = {
	.resume = p2m_syscore_resume,
};

static struct syscore p2m_syscore = {
	.ops = &p2m_syscore_ops,
};

int xengnt_p2m_init(void)
{
	const struct xengnt_p2m_source *source = p2m_source();

	register_syscore(&p2m_syscore);
	if (!source->table)
		return 0;
	table_is_open = !source->table_open || !source->table_open();
	if (!table_is_open)
		pr_info("no P2M table: frames are asked for\n");
	return 0;
}

void xengnt_p2m_exit(void)
{
	unregister_syscore(&p2m_syscore);
	if (table_is_open && p2m_source()->table_close)
		p2m_source()->table_close();
}
