// SPDX-License-Identifier: GPL-2.0
/*
 * A guest with one disk, played by a test.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/major.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "frontend.h"

void frontend_set_parameter(struct kunit *test, const char *path,
			    const char *value)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	loff_t pos = 0;

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s", path);
	KUNIT_EXPECT_EQ(test, kernel_write(file, value, strlen(value), &pos),
			(ssize_t)strlen(value));
	fput(file);
}

char *frontend_show(struct kunit *test, const char *path)
{
	char *text = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct file *file = filp_open(path, O_RDONLY, 0);
	struct seq_file *m, copy;

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s", path);
	KUNIT_ASSERT_NOT_NULL(test, text);
	/*
	 * Reading is into user memory, which a test has none of: ask the
	 * file's sequence to show itself.
	 */
	m = file->private_data;
	copy = *m;
	copy.buf = text;
	copy.size = PAGE_SIZE - 1;
	copy.count = 0;
	KUNIT_EXPECT_EQ(test, m->op->show(&copy, NULL), 0);
	fput(file);
	return text;
}

char *frontend_read(struct kunit *test, const char *path)
{
	char *text = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct file *file = filp_open(path, O_RDONLY, 0);
	loff_t pos = 0;
	ssize_t length;

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s", path);
	KUNIT_ASSERT_NOT_NULL(test, text);
	length = kernel_read(file, text, PAGE_SIZE - 1, &pos);
	fput(file);
	KUNIT_ASSERT_GE(test, length, (ssize_t)0);
	return text;
}

/* A counter of the device, from its file in debugfs. */
unsigned long frontend_counter(struct kunit *test, const char *name)
{
	char *text = frontend_show(test, "/sys/kernel/debug/xen-blkback/"
				   FRONTEND_DEVICE);
	unsigned long value = ULONG_MAX;
	char *before = NULL, *word;

	/* Some names are also values. */
	while ((word = strsep(&text, "\n "))) {
		if (!before || strcmp(before, name) ||
		    kstrtoul(word, 10, &value))
			before = word;
		else
			break;
	}
	KUNIT_EXPECT_NE_MSG(test, value, ULONG_MAX, "%s", name);
	return value;
}

static void set_max_queues(struct kunit *test, const char *value)
{
	frontend_set_parameter(test,
			       "/sys/module/xen_blkback/parameters/max_queues",
			       value);
}

void frontend_copy_max(struct kunit *test, const char *value)
{
	frontend_set_parameter(test,
			       "/sys/module/xen_gnttab/parameters/copy_max",
			       value);
}

void frontend_key(struct frontend *t, const char *key, const char *value)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/%s", t->vbd.frontend, key);
	if (value)
		xenmodel_store_write(path, "%s", value);
	else
		xenmodel_store_rm(path);
}

void frontend_create(struct kunit *test, struct frontend *t,
		     unsigned int domid, unsigned int devid)
{
	unsigned int i;

	t->guest = xenmodel_domain_create(domid, FRONTEND_NR_PAGES);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->guest));
	for (i = 0; i < FRONTEND_NR_DATA; i++)
		t->refs[i] = xenmodel_grant(t->guest, FRONTEND_DATA + i,
					    XENMODEL_LOCAL_DOMID, false);
	xenmodel_vbd_create(&t->vbd, t->guest, devid, "w");
}

void frontend_destroy(struct kunit *test, struct frontend *t)
{
	unsigned int ms;

	xenmodel_vbd_destroy(&t->vbd);
	/* A connection ends when its disk has answered. */
	for (ms = 0; xenmodel_mapped(t->guest) && ms < 1000; ms++)
		msleep(1);
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
	xenmodel_domain_destroy(t->guest);
}

int frontend_init(struct kunit *test)
{
	struct frontend *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	set_max_queues(test, "4");
	frontend_create(test, t, FRONTEND_DOMID, FRONTEND_DEVID);
	return 0;
}

void frontend_exit(struct kunit *test)
{
	frontend_destroy(test, test->priv);
	set_max_queues(test, "0");
	frontend_copy_max(test, "-1");
	xenmodel_reset();
}

void frontend_use_ram_disk(struct frontend *t)
{
	xenmodel_vbd_hotplug(&t->vbd, RAMDISK_MAJOR, 0);
}

void frontend_use_slow_disk(struct kunit *test)
{
	struct frontend *t = test->priv;
	dev_t dev;

	KUNIT_ASSERT_EQ(test, lookup_bdev("/dev/nullb0", &dev), 0);
	xenmodel_vbd_hotplug(&t->vbd, MAJOR(dev), MINOR(dev));
}

void frontend_connect(struct kunit *test, unsigned int nr_queues,
		      unsigned int order)
{
	struct frontend *t = test->priv;

	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateInitWait));
	KUNIT_ASSERT_EQ(test, xenmodel_vbd_offer(&t->vbd, nr_queues, order), 0);
	xenmodel_vbd_state(&t->vbd, XenbusStateInitialised);
	KUNIT_ASSERT_TRUE(test,
			  xenmodel_vbd_wait(&t->vbd, XenbusStateConnected));
	xenmodel_vbd_state(&t->vbd, XenbusStateConnected);
}

void frontend_disconnect(struct kunit *test)
{
	struct frontend *t = test->priv;

	xenmodel_vbd_state(&t->vbd, XenbusStateClosing);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosing));
	xenmodel_vbd_state(&t->vbd, XenbusStateClosed);
	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_wait(&t->vbd, XenbusStateClosed));
	KUNIT_EXPECT_EQ(test, xenmodel_vbd_withdraw(&t->vbd), 0);
}

u8 *frontend_data(struct frontend *t, unsigned int page)
{
	return xenmodel_memory(t->guest, FRONTEND_DATA + page);
}

struct blkif_request_segment frontend_segment(struct frontend *t,
					      unsigned int page)
{
	return (struct blkif_request_segment){
		.gref = t->refs[page],
		.first_sect = 0,
		.last_sect = 7,
	};
}

struct blkif_request *frontend_add(struct frontend *t, unsigned int queue,
				   u8 operation, u64 sector, unsigned int page,
				   unsigned int nr)
{
	struct blkif_request *request;
	unsigned int i;

	request = xenmodel_vbd_request(&t->vbd.queues[queue]);
	request->operation = operation;
	request->u.rw.nr_segments = nr;
	request->u.rw.id = 0x1234567800000000ULL + page;
	request->u.rw.sector_number = sector;
	for (i = 0; i < nr; i++)
		request->u.rw.seg[i] = frontend_segment(t, page + i);
	return request;
}

struct blkif_request *frontend_add_indirect(struct frontend *t, u8 operation,
					    u64 sector, unsigned int page,
					    unsigned int nr)
{
	struct blkif_request_segment *list =
		(void *)frontend_data(t, FRONTEND_LIST);
	struct blkif_request *request = xenmodel_vbd_request(&t->vbd.queues[0]);
	unsigned int i;

	for (i = 0; i < nr; i++)
		list[i] = frontend_segment(t, (page + i) % FRONTEND_LIST);
	request->operation = BLKIF_OP_INDIRECT;
	request->u.indirect.indirect_op = operation;
	request->u.indirect.nr_segments = nr;
	request->u.indirect.sector_number = sector;
	request->u.indirect.indirect_grefs[0] = t->refs[FRONTEND_LIST];
	return request;
}

int frontend_answer(struct kunit *test, unsigned int queue)
{
	struct frontend *t = test->priv;
	struct blkif_response response = { .status = 99 };

	KUNIT_EXPECT_TRUE(test, xenmodel_vbd_response(&t->vbd.queues[queue],
						      &response));
	return response.status;
}

int frontend_serve(struct kunit *test, u8 operation, u64 sector,
		   unsigned int page, unsigned int nr)
{
	struct frontend *t = test->priv;

	frontend_add(t, 0, operation, sector, page, nr);
	xenmodel_vbd_push(&t->vbd.queues[0]);
	return frontend_answer(test, 0);
}

void frontend_fill(struct frontend *t, unsigned int page, unsigned int nr,
		   u8 seed)
{
	unsigned int i;

	for (i = 0; i < nr * PAGE_SIZE; i++)
		frontend_data(t, page)[i] = seed + i / 7;
}

void frontend_write_and_read(struct kunit *test, unsigned int nr, u8 seed)
{
	struct frontend *t = test->priv;

	frontend_fill(t, 0, nr, seed);
	memset(frontend_data(t, 16), 0, nr * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_WRITE, 64, 0, nr),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, frontend_serve(test, BLKIF_OP_READ, 64, 16, nr),
			BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test,
			memcmp(frontend_data(t, 0), frontend_data(t, 16),
			       nr * PAGE_SIZE),
			0);
}

MODULE_DESCRIPTION("Suites of the block backend over the model of Xen");
MODULE_LICENSE("GPL");
