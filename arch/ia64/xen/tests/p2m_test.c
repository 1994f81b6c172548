// SPDX-License-Identifier: GPL-2.0
/*
 * Machine frames: asked for, and read in Xen's own table.
 */
#include <linux/ioport.h>
#include <xen/gnttab/p2m.h>
#include "fixture.h"

#define GRANULE 2048

struct p2m_test {
	struct page *memory;
	struct page *hollow;
	struct page *mapped;
	struct gnttab_map_grant_ref map;
};

static const struct xengnt_p2m_source *source(struct kunit *test)
{
	struct ia64_test *t = test->priv;

	return t->backend->p2m;
}

/* A page of each kind. */
static void pages_make(struct kunit *test, struct p2m_test *p)
{
	struct ia64_test *t = test->priv;

	p->memory = xengnt_ia64_page_alloc(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p->memory);
	KUNIT_ASSERT_EQ(test, t->backend->area_alloc(&p->hollow, 1), 0);
	KUNIT_ASSERT_EQ(test, t->backend->area_alloc(&p->mapped, 1), 0);
	p->map = (struct gnttab_map_grant_ref) {
		.host_addr = t->backend->mapaddr(page_address(p->mapped)),
		.flags = GNTMAP_host_map,
		.ref = ia64_test_grant(test, 0, false),
		.dom = GRANTER,
	};
	KUNIT_ASSERT_EQ(test, t->backend->map(&p->map, &p->mapped, 1), 0);
	KUNIT_ASSERT_EQ(test, p->map.status, GNTST_okay);
}

static void pages_drop(struct kunit *test, struct p2m_test *p)
{
	struct ia64_test *t = test->priv;
	struct gnttab_unmap_grant_ref op = {
		.host_addr = p->map.host_addr,
		.handle = p->map.handle,
	};

	t->backend->unmap(&op, &p->mapped, 1);
	t->backend->area_free(&p->mapped, 1);
	t->backend->area_free(&p->hollow, 1);
	xengnt_ia64_page_free(p->memory);
}

static unsigned long ask(struct kunit *test, unsigned long pfn)
{
	unsigned long answer = 0;

	KUNIT_EXPECT_EQ(test, source(test)->ask(&pfn, &answer, 1), 0);
	return answer;
}

static unsigned long machine(const void *address)
{
	return XENMODEL_IA64_MACHINE +
	       (__pa(address) >> XENGNT_IA64_PAGE_SHIFT);
}

/* What all ways of looking up have to say. */
static void expect_answers(struct kunit *test, struct p2m_test *p,
			   unsigned long (*look)(struct kunit *test,
						 unsigned long pfn))
{
	KUNIT_EXPECT_EQ(test, look(test, xengnt_ia64_frame(p->memory)),
			machine(page_address(p->memory)));
	KUNIT_EXPECT_EQ(test, look(test, xengnt_ia64_frame(p->hollow)),
			(unsigned long)XENGNT_NO_FRAME);
	KUNIT_EXPECT_EQ(test, look(test, xengnt_ia64_frame(p->mapped)),
			machine(ia64_test_frame(test, 0)));
}

static void xengnt_ia64_p2m_test_ask(struct kunit *test)
{
	struct p2m_test p;

	pages_make(test, &p);
	expect_answers(test, &p, ask);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(DOM0VP_OP), 3U);
	KUNIT_EXPECT_EQ(test, source(test)->ask_max, 1U);
	pages_drop(test, &p);
}

static void xengnt_ia64_p2m_test_ask_fails(struct kunit *test)
{
	unsigned long pfn = 1, answer;

	xenmodel_ia64_fail(DOM0VP_OP, 0, -ENOSYS);
	KUNIT_EXPECT_EQ(test, source(test)->ask(&pfn, &answer, 1), -ENOSYS);
}

static unsigned long look(struct kunit *test, unsigned long pfn)
{
	return source(test)->table(pfn);
}

/* The same, and no hypercall but the one that opens the table. */
static void xengnt_ia64_p2m_test_table(struct kunit *test)
{
	struct p2m_test p;

	pages_make(test, &p);
	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	expect_answers(test, &p, look);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(DOM0VP_OP), 1U);
	source(test)->table_close();
	pages_drop(test, &p);
}

/* The table follows, because it is Xen's own. */
static void xengnt_ia64_p2m_test_table_is_live(struct kunit *test)
{
	struct ia64_test *t = test->priv;
	struct p2m_test p;

	pages_make(test, &p);
	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	t->backend->area_free(&p.hollow, 1);
	KUNIT_EXPECT_EQ(test, look(test, xengnt_ia64_frame(p.hollow)),
			machine(page_address(p.hollow)));
	KUNIT_ASSERT_EQ(test, t->backend->area_alloc(&p.hollow, 1), 0);
	KUNIT_EXPECT_EQ(test, look(test, xengnt_ia64_frame(p.hollow)),
			(unsigned long)XENGNT_NO_FRAME);
	source(test)->table_close();
	pages_drop(test, &p);
}

/* An entry that is gone at the second look has been looked at once. */
static void xengnt_ia64_p2m_test_entry_changes(struct kunit *test)
{
	struct p2m_test p;
	unsigned long pfn;

	pages_make(test, &p);
	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	pfn = xengnt_ia64_frame(p.memory);
	xenmodel_ia64_p2m_flicker(true);
	KUNIT_EXPECT_EQ(test, look(test, pfn), machine(page_address(p.memory)));
	KUNIT_EXPECT_EQ(test, look(test, pfn), (unsigned long)XENGNT_NO_FRAME);
	source(test)->table_close();
	pages_drop(test, &p);
}

/* The table is longer than memory; behind its end nothing is read. */
static void xengnt_ia64_p2m_test_beyond_the_end(struct kunit *test)
{
	unsigned long end = roundup(xengnt_ia64_frames(), GRANULE);

	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	KUNIT_EXPECT_EQ(test, look(test, end), (unsigned long)XENGNT_NO_FRAME);
	KUNIT_EXPECT_EQ(test, look(test, ~0UL), (unsigned long)XENGNT_NO_FRAME);
	source(test)->table_close();
	KUNIT_EXPECT_EQ(test, look(test, 1), (unsigned long)XENGNT_NO_FRAME);
}

/* Of memory that Xen knows nothing of, not even an entry is there. */
static void xengnt_ia64_p2m_test_fault(struct kunit *test)
{
	unsigned long last;

	machine_add_frames(100);
	last = xengnt_ia64_frames() - 1;
	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	KUNIT_EXPECT_EQ(test, look(test, last), (unsigned long)XENGNT_NO_FRAME);
	source(test)->table_close();
}

/* A size that is no multiple of what Xen takes is rounded up to one. */
static void xengnt_ia64_p2m_test_odd_size(struct kunit *test)
{
	unsigned int add;

	for (add = 1; add < 2 * GRANULE; add += 555) {
		machine_add_frames(add);
		KUNIT_EXPECT_EQ(test, source(test)->table_open(), 0);
		source(test)->table_close();
		xenmodel_ia64_reset();
	}
}

/* Might somebody else have what is at this frame? */
static bool place_is_free(u64 frame)
{
	resource_size_t at = frame << XENGNT_IA64_PAGE_SHIFT;

	if (!request_mem_region(at, 1UL << XENGNT_IA64_PAGE_SHIFT, "somebody"))
		return false;
	release_mem_region(at, 1UL << XENGNT_IA64_PAGE_SHIFT);
	return true;
}

static void xengnt_ia64_p2m_test_refused(struct kunit *test)
{
	u64 at;

	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	at = xenmodel_ia64_p2m_window();
	source(test)->table_close();
	xenmodel_ia64_reset();
	xenmodel_ia64_fail(DOM0VP_OP, 0, -ENOSYS);
	KUNIT_EXPECT_EQ(test, source(test)->table_open(), -ENOSYS);
	KUNIT_EXPECT_EQ(test, look(test, 1), (unsigned long)XENGNT_NO_FRAME);
	KUNIT_EXPECT_TRUE(test, place_is_free(at));
	KUNIT_EXPECT_EQ(test, source(test)->table_open(), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_p2m_window(), at);
	source(test)->table_close();
}

/* Xen never takes the table back, so the next one finds it there. */
static void xengnt_ia64_p2m_test_again(struct kunit *test)
{
	struct p2m_test p;

	pages_make(test, &p);
	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	source(test)->table_close();
	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(DOM0VP_OP), 2U);
	expect_answers(test, &p, look);
	source(test)->table_close();
	pages_drop(test, &p);
}

/* The domain goes on somewhere else: the window has to be asked for again. */
static void xengnt_ia64_p2m_test_resume(struct kunit *test)
{
	struct p2m_test p;
	u64 at;

	pages_make(test, &p);
	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	at = xenmodel_ia64_p2m_window();
	xenmodel_ia64_resume();
	/* Who looks before finds nothing, and survives. */
	KUNIT_EXPECT_EQ(test, look(test, xengnt_ia64_frame(p.memory)),
			(unsigned long)XENGNT_NO_FRAME);
	KUNIT_EXPECT_EQ(test, source(test)->table_resume(), 0);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_p2m_window(), at);
	KUNIT_EXPECT_EQ(test, xenmodel_ia64_calls(DOM0VP_OP), 2U);
	expect_answers(test, &p, look);
	/* A suspend that was called off. */
	KUNIT_EXPECT_EQ(test, source(test)->table_resume(), 0);
	expect_answers(test, &p, look);
	source(test)->table_close();
	pages_drop(test, &p);
}

/* Xen shows it no more: then it is closed, and its place is free. */
static void xengnt_ia64_p2m_test_resume_refused(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, source(test)->table_open(), 0);
	xenmodel_ia64_resume();
	xenmodel_ia64_fail(DOM0VP_OP, 0, -ENOSYS);
	KUNIT_EXPECT_EQ(test, source(test)->table_resume(), -ENOSYS);
	KUNIT_EXPECT_EQ(test, look(test, 1), (unsigned long)XENGNT_NO_FRAME);
	KUNIT_EXPECT_EQ(test, source(test)->table_open(), 0);
	source(test)->table_close();
}

/* The model: what Xen checks, and what it would show over memory. */
static void xengnt_ia64_p2m_test_xen_refuses(struct kunit *test)
{
	unsigned long behind = roundup(xengnt_ia64_frames(), 2 * GRANULE);
	unsigned long bytes = behind << XENGNT_IA64_PAGE_SHIFT;

	KUNIT_EXPECT_EQ(test, xengnt_ia64_expose_p2m(0, behind, bytes,
						     2 * GRANULE), -ENOSYS);
	KUNIT_EXPECT_EQ(test, xengnt_ia64_expose_p2m(0, behind + 1, bytes,
						     GRANULE), -EINVAL);
	KUNIT_EXPECT_EQ(test, xengnt_ia64_expose_p2m(1, behind, bytes,
						     GRANULE), -EINVAL);
	KUNIT_EXPECT_EQ(test, xengnt_ia64_expose_p2m(0, behind, bytes + 8,
						     GRANULE), -EINVAL);
	xenmodel_expect_violations(1);
	KUNIT_EXPECT_EQ(test, xengnt_ia64_expose_p2m(0, GRANULE, bytes,
						     GRANULE), -EAGAIN);
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), 1ULL);
}

static struct kunit_case ia64_p2m_cases[] = {
	KUNIT_CASE(xengnt_ia64_p2m_test_ask),
	KUNIT_CASE(xengnt_ia64_p2m_test_ask_fails),
	KUNIT_CASE(xengnt_ia64_p2m_test_table),
	KUNIT_CASE(xengnt_ia64_p2m_test_table_is_live),
	KUNIT_CASE(xengnt_ia64_p2m_test_entry_changes),
	KUNIT_CASE(xengnt_ia64_p2m_test_beyond_the_end),
	KUNIT_CASE(xengnt_ia64_p2m_test_fault),
	KUNIT_CASE(xengnt_ia64_p2m_test_odd_size),
	KUNIT_CASE(xengnt_ia64_p2m_test_refused),
	KUNIT_CASE(xengnt_ia64_p2m_test_again),
	KUNIT_CASE(xengnt_ia64_p2m_test_resume),
	KUNIT_CASE(xengnt_ia64_p2m_test_resume_refused),
	KUNIT_CASE(xengnt_ia64_p2m_test_xen_refuses),
	{}
};

struct kunit_suite ia64_p2m_suite = {
	.name = "xengnt_ia64_p2m",
	.init = ia64_test_init,
	.exit = ia64_test_exit,
	.test_cases = ia64_p2m_cases,
};
