// SPDX-License-Identifier: GPL-2.0
/*
 * A block device that can erase, which none has that can be had in the lab. It
 * keeps no data. What was discarded and erased is in debugfs, in xen-test-disk:
 * a line each, with the first sector and how many there are.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>

#define NAME		"xen-test-disk"
#define GRANULARITY	4096
#define LOG_ENTRIES	512

static unsigned int size_mb = 32;
module_param(size_mb, uint, 0444);
MODULE_PARM_DESC(size_mb, "size of the disk, in MiB (default 32)");

static unsigned int erase_kb = 1024;
module_param(erase_kb, uint, 0444);
MODULE_PARM_DESC(erase_kb, "most that can be erased at once, in KiB; 0 if it cannot (default 1024)");

/* What was asked for. */
struct entry {
	enum req_op op;
	u64 sector;
	u32 sectors;
};

static DEFINE_SPINLOCK(lock);	/* the log */
static struct entry entries[LOG_ENTRIES];
static unsigned int nr_entries;
static struct gendisk *disk;
static struct dentry *file;
static int major;

static void remember(const struct bio *bio)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	if (nr_entries < LOG_ENTRIES)
		entries[nr_entries] = (struct entry){
			.op = bio_op(bio),
			.sector = bio->bi_iter.bi_sector,
			.sectors = bio_sectors(bio),
		};
	nr_entries++;
	spin_unlock_irqrestore(&lock, flags);
}

static void test_disk_submit(struct bio *bio)
{
	switch (bio_op(bio)) {
	case REQ_OP_READ:
		zero_fill_bio(bio);
		break;
	case REQ_OP_DISCARD:
	case REQ_OP_SECURE_ERASE:
		remember(bio);
		break;
	default:
		break;
	}
	bio_endio(bio);
}

static const struct block_device_operations test_disk_ops = {
	.owner = THIS_MODULE,
	.submit_bio = test_disk_submit,
};

static int log_show(struct seq_file *m, void *unused)
{
	unsigned int i, nr;

	spin_lock_irq(&lock);
	nr = min_t(unsigned int, nr_entries, LOG_ENTRIES);
	spin_unlock_irq(&lock);
	for (i = 0; i < nr; i++)
		seq_printf(m, "%s %llu %u\n", entries[i].op == REQ_OP_DISCARD ?
			   "discard" : "erase", entries[i].sector,
			   entries[i].sectors);
	if (nr != READ_ONCE(nr_entries))
		seq_puts(m, "more\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(log);

static int add(void)
{
	struct queue_limits limits = {
		.max_hw_discard_sectors = UINT_MAX >> SECTOR_SHIFT,
		.max_secure_erase_sectors = 2 * erase_kb,
		.discard_granularity = GRANULARITY,
	};

	disk = compat_alloc_disk(&limits, NUMA_NO_NODE);
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	disk->major = major;
	disk->minors = 1;
	disk->flags = GENHD_FL_NO_PART;
	disk->fops = &test_disk_ops;
	strscpy(disk->disk_name, NAME, DISK_NAME_LEN);
	set_capacity(disk, (sector_t)size_mb << (20 - SECTOR_SHIFT));
	return add_disk(disk);
}

static int __init test_disk_init(void)
{
	int error;

	major = register_blkdev(0, NAME);
	if (major < 0)
		return major;
	error = add();
	if (error) {
		if (!IS_ERR(disk))
			put_disk(disk);
		unregister_blkdev(major, NAME);
		return error;
	}
	file = debugfs_create_file(NAME, 0400, NULL, NULL, &log_fops);
	return 0;
}

static void __exit test_disk_exit(void)
{
	debugfs_remove(file);
	del_gendisk(disk);
	put_disk(disk);
	unregister_blkdev(major, NAME);
}

module_init(test_disk_init);
module_exit(test_disk_exit);

MODULE_DESCRIPTION("A block device that remembers what was erased");
MODULE_LICENSE("GPL");
