// SPDX-License-Identifier: GPL-2.0
/*
 * What most suites start from, and the way back.
 */
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include "fixture.h"

static void fixture_unmapped(struct xengnt_unmap *u, int status)
{
	struct fixture_entry *entry = container_of(u, struct fixture_entry, u);
	struct fixture *f = xengnt_client_priv(u->client);

	entry->answers++;
	entry->status = status;
	entry->answered_at = ++f->answers;
}

static void fixture_flushed(struct xengnt_client *client)
{
	struct fixture *f = xengnt_client_priv(client);

	f->flushed[client == f->client[1]]++;
}

static const struct xengnt_client_ops fixture_ops = {
	.unmapped = fixture_unmapped,
	.flushed = fixture_flushed,
};

int fixture_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	test->priv = f;
	f->ops = &fixture_ops;
	xenmodel_reset();
	for (i = 0; i < FIXTURE_GUESTS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "test-%u", i);
		f->guest[i] = xenmodel_domain_create(FIXTURE_DOMID(i),
						     FIXTURE_GUEST_PAGES);
		KUNIT_ASSERT_FALSE(test, IS_ERR(f->guest[i]));
		f->client[i] = xengnt_client_create(name, FIXTURE_DOMID(i),
						    &fixture_ops, f);
		KUNIT_ASSERT_FALSE(test, IS_ERR(f->client[i]));
	}
	f->area = xengnt_area_create(f->client[0], XENGNT_AREA_MAP,
				     FIXTURE_PAGES, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->area));
	return 0;
}

/* Unmap what a case has left, so that the next one starts clean. */
static void fixture_clean_up(struct fixture *f)
{
	LIST_HEAD(left);
	unsigned int i;

	for (i = 0; i < f->nr; i++)
		if (!f->entries[i].queued || f->entries[i].status)
			fixture_list(f, i, i + 1, &left);
	xengnt_unmap_queue(&left, XENGNT_TOUCHED, false);
	fixture_wait_ms(50);
	xengnt_area_put(f->area, f->pages, f->nr);
}

void fixture_exit(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	/* Knobs that a case has left turned would disturb the cleaning. */
	xenmodel_inject(GNTTABOP_unmap_grant_ref, 0, 0, 0);
	fixture_clean_up(f);
	xengnt_area_destroy(f->area);
	for (i = 0; i < FIXTURE_GUESTS; i++) {
		xengnt_client_destroy(f->client[i]);
		xenmodel_domain_destroy(f->guest[i]);
	}
	xenmodel_reset();
}

void fixture_map(struct kunit *test, unsigned int guest, unsigned int nr)
{
	struct fixture *f = test->priv;
	struct xengnt_map_batch batch;
	unsigned int i, from = f->nr;

	KUNIT_ASSERT_EQ(test, 0, xengnt_map_batch_init(&batch,
						       f->client[guest], nr));
	KUNIT_ASSERT_EQ(test, 0, xengnt_area_get(f->area, &f->pages[from], nr));
	for (i = 0; i < nr; i++) {
		unsigned int page = (from + i) % FIXTURE_GUEST_PAGES;
		grant_ref_t ref = xenmodel_grant(f->guest[guest], page,
						 XENMODEL_LOCAL_DOMID, false);

		xengnt_map_batch_add(&batch, ref, f->pages[from + i], false);
	}
	KUNIT_EXPECT_EQ(test, 0, xengnt_map_batch_run(&batch));
	for (i = 0; i < nr; i++)
		f->entries[from + i].u = (struct xengnt_unmap) {
			.client = f->client[guest],
			.page = f->pages[from + i],
			.handle = xengnt_map_batch_handle(&batch, i),
		};
	f->nr += nr;
	xengnt_map_batch_fini(&batch);
}

void fixture_list(struct fixture *f, unsigned int from, unsigned int to,
		  struct list_head *list)
{
	unsigned int i;

	for (i = from; i < to; i++) {
		list_add_tail(&f->entries[i].u.node, list);
		f->entries[i].queued = true;
	}
}

void fixture_queue(struct fixture *f, unsigned int from, unsigned int to,
		   enum xengnt_touch touch)
{
	LIST_HEAD(entries);

	fixture_list(f, from, to, &entries);
	xengnt_unmap_queue(&entries, touch, true);
}

void fixture_wait_ms(unsigned int ms)
{
	msleep(ms);
}

void fixture_fail_begin(unsigned int n)
{
	current->fail_nth = n;
}

bool fixture_fail_end(void)
{
	bool failed = !current->fail_nth;

	current->fail_nth = 0;
	return failed;
}

void fixture_set_parameter(struct kunit *test, const char *name,
			   const char *value)
{
	char path[80];
	struct file *file;
	loff_t pos = 0;

	snprintf(path, sizeof(path), "/sys/module/xen_gnttab/parameters/%s",
		 name);
	file = filp_open(path, O_WRONLY, 0);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s", path);
	KUNIT_EXPECT_EQ(test, kernel_write(file, value, strlen(value), &pos),
			(ssize_t)strlen(value));
	fput(file);
}

/*
 * debugfs reads into user memory, which a test has none of: ask the file's
 * sequence to show itself.
 */
void fixture_read_debugfs(struct kunit *test, const char *name, char *text,
			  size_t size)
{
	struct seq_file *m, copy;
	struct file *file;
	char path[80];

	snprintf(path, sizeof(path), "/sys/kernel/debug/xen-gnttab/%s", name);
	file = filp_open(path, O_RDONLY, 0);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s", path);
	m = file->private_data;
	copy = *m;
	copy.buf = text;
	copy.size = size;
	copy.count = 0;
	KUNIT_EXPECT_EQ(test, m->op->show(&copy, NULL), 0);
	fput(file);
	KUNIT_ASSERT_LT(test, copy.count, size);
	text[copy.count] = '\0';
}
