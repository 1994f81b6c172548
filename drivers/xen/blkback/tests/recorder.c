// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>

#include "recorder.h"

/* Long enough for all that is on its way: virtual time waits for it. */
#define QUIET_MS	20
#define PATIENCE_MS	1000

static int recorder_major;

static void recorder_submit(struct bio *bio)
{
	struct recorder *recorder = bio->bi_bdev->bd_disk->private_data;
	unsigned long flags;
	bool hold;

	spin_lock_irqsave(&recorder->lock, flags);
	if (recorder->nr < RECORDER_LOG)
		recorder->log[recorder->nr] = (struct recorder_entry){
			.opf = bio->bi_opf,
			.sector = bio->bi_iter.bi_sector,
			.sectors = bio_sectors(bio),
		};
	recorder->nr++;
	hold = recorder->hold;
	if (hold)
		bio_list_add(&recorder->held, bio);
	else
		bio->bi_status = recorder->status;
	spin_unlock_irqrestore(&recorder->lock, flags);
	if (!hold)
		bio_endio(bio);
}

static const struct block_device_operations recorder_ops = {
	.submit_bio = recorder_submit,
};

struct recorder *recorder_create(struct kunit *test)
{
	struct recorder *recorder = kunit_kzalloc(test, sizeof(*recorder),
						  GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, recorder);
	spin_lock_init(&recorder->lock);
	bio_list_init(&recorder->held);
	recorder_major = register_blkdev(0, "recorder");
	KUNIT_ASSERT_GT(test, recorder_major, 0);
	recorder->disk = blk_alloc_disk(NUMA_NO_NODE);
	KUNIT_ASSERT_NOT_NULL(test, recorder->disk);
	recorder->disk->major = recorder_major;
	recorder->disk->minors = 1;
	recorder->disk->flags = GENHD_FL_NO_PART;
	recorder->disk->fops = &recorder_ops;
	recorder->disk->private_data = recorder;
	strscpy(recorder->disk->disk_name, "recorder", DISK_NAME_LEN);
	set_capacity(recorder->disk, RECORDER_SECTORS);
	KUNIT_ASSERT_EQ(test, add_disk(recorder->disk), 0);
	return recorder;
}

void recorder_destroy(struct recorder *recorder)
{
	recorder_hold(recorder, false);
	recorder_release(recorder, UINT_MAX);
	del_gendisk(recorder->disk);
	put_disk(recorder->disk);
	unregister_blkdev(recorder_major, "recorder");
}

void recorder_set_cache(struct recorder *recorder, bool fua)
{
	blk_queue_write_cache(recorder->disk->queue, true, fua);
}

void recorder_set_discard(struct recorder *recorder, unsigned int max,
			  unsigned int max_secure, unsigned int granularity)
{
	struct request_queue *queue = recorder->disk->queue;

	blk_queue_max_discard_sectors(queue, max);
	blk_queue_max_secure_erase_sectors(queue, max_secure);
	queue->limits.discard_granularity = granularity;
}

void recorder_set_alignment(struct recorder *recorder, unsigned int alignment)
{
	recorder->disk->queue->limits.discard_alignment = alignment;
}

void recorder_hold(struct recorder *recorder, bool hold)
{
	spin_lock_irq(&recorder->lock);
	recorder->hold = hold;
	spin_unlock_irq(&recorder->lock);
}

void recorder_fail(struct recorder *recorder, blk_status_t status)
{
	spin_lock_irq(&recorder->lock);
	recorder->status = status;
	spin_unlock_irq(&recorder->lock);
}

void recorder_release(struct recorder *recorder, unsigned int nr)
{
	struct bio *bio;

	while (nr--) {
		spin_lock_irq(&recorder->lock);
		bio = bio_list_pop(&recorder->held);
		spin_unlock_irq(&recorder->lock);
		if (!bio)
			return;
		bio->bi_status = recorder->status;
		bio_endio(bio);
	}
}

bool recorder_has(struct recorder *recorder, unsigned int nr)
{
	unsigned int ms;

	for (ms = 0; READ_ONCE(recorder->nr) < nr && ms < PATIENCE_MS; ms++)
		msleep(1);
	return READ_ONCE(recorder->nr) >= nr;
}

bool recorder_has_only(struct recorder *recorder, unsigned int nr)
{
	if (!recorder_has(recorder, nr))
		return false;
	msleep(QUIET_MS);
	return READ_ONCE(recorder->nr) == nr;
}
