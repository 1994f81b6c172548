/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What most suites start from: two guests with memory, two clients of the
 * library that use their grants, and an area to map into.
 */
#ifndef _XENGNT_TESTS_FIXTURE_H
#define _XENGNT_TESTS_FIXTURE_H

#include <kunit/test.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/unmap.h>
#include "../../model/model.h"

#define FIXTURE_GUESTS		2
#define FIXTURE_GUEST_PAGES	8
#define FIXTURE_PAGES		128

/* Domain numbers of the guests, and one that is no domain's. */
#define FIXTURE_DOMID(guest)	(11 + (guest))
#define FIXTURE_NO_DOMID	99

/**
 * struct fixture_entry - a page that goes through the unmap queue
 * @u: the queue's part
 * @queued: has been given to the library
 * @answers: how often the library answered
 * @status: with what
 * @answered_at: its place among all answers, from 1
 */
struct fixture_entry {
	struct xengnt_unmap u;
	bool queued;
	unsigned int answers;
	int status;
	unsigned int answered_at;
};

/**
 * struct fixture - a suite's surroundings
 * @ops: of all clients
 * @guest: two granters
 * @client: a client of the library for each
 * @area: of FIXTURE_PAGES pages for mapping, charged to the first client
 * @pages: taken from @area by fixture_map()
 * @entries: one for each of @pages
 * @nr: how many of both are in use
 * @answers: of the unmap queue, in all
 * @flushed: ends of runs, for each client
 * @priv: the suite's own
 */
struct fixture {
	const struct xengnt_client_ops *ops;
	struct xenmodel_domain *guest[FIXTURE_GUESTS];
	struct xengnt_client *client[FIXTURE_GUESTS];
	struct xengnt_area *area;
	struct page *pages[FIXTURE_PAGES];
	struct fixture_entry entries[FIXTURE_PAGES];
	unsigned int nr;
	unsigned int answers;
	unsigned int flushed[FIXTURE_GUESTS];
	void *priv;
};

int fixture_init(struct kunit *test);
void fixture_exit(struct kunit *test);

/* Map @nr more pages of a guest; their entries are ready to be queued. */
void fixture_map(struct kunit *test, unsigned int guest, unsigned int nr);

/* Link entries @from to @to - 1 into a list. */
void fixture_list(struct fixture *f, unsigned int from, unsigned int to,
		  struct list_head *list);

/* Queue them, with the promise of more to come. */
void fixture_queue(struct fixture *f, unsigned int from, unsigned int to,
		   enum xengnt_touch touch);

/* Virtual time: it costs nothing, and every timer and worker gets its turn. */
void fixture_wait_ms(unsigned int ms);

/*
 * Let the @n-th allocation of this task fail. Some failures are absorbed: the
 * allocator tries a smaller slab, a sanitizer goes without. So a success alone
 * does not end a loop over @n, and how many failures it comes across differs;
 * fixture_fail_end() tells whether there was an @n-th allocation at all.
 */
void fixture_fail_begin(unsigned int n);
bool fixture_fail_end(void);

/* Write a module parameter of the library, as a person would. */
void fixture_set_parameter(struct kunit *test, const char *name,
			   const char *value);

/* What a file of the library's in debugfs would print. */
void fixture_read_debugfs(struct kunit *test, const char *name, char *text,
			  size_t size);

#endif /* _XENGNT_TESTS_FIXTURE_H */
