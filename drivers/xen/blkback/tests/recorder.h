/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A block device that remembers what it was asked for, and answers when and
 * how a test wants it to.
 */
#ifndef XEN_BLKBACK_TESTS_RECORDER_H
#define XEN_BLKBACK_TESTS_RECORDER_H

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/blkdev.h>
#include <linux/spinlock.h>

#define RECORDER_SECTORS	BIT_ULL(24)
#define RECORDER_LOG		64

/* What was asked for. */
struct recorder_entry {
	blk_opf_t opf;
	u64 sector;
	u32 sectors;
};

/**
 * struct recorder - the device
 * @disk: as the block layer knows it
 * @lock: protects the rest
 * @hold: keep what comes, until recorder_release()
 * @status: to answer with
 * @held: kept
 * @nr: entries in @log, and beyond it
 * @log: in the order in which they came
 */
struct recorder {
	struct gendisk *disk;
	spinlock_t lock;	/* the rest */
	bool hold;
	blk_status_t status;
	struct bio_list held;
	unsigned int nr;
	struct recorder_entry log[RECORDER_LOG];
};

/* Or the case fails. What it can do is to be set before it is used. */
struct recorder *recorder_create(struct kunit *test);
void recorder_destroy(struct recorder *recorder);

/* A volatile cache, and perhaps writes that go round it. */
void recorder_set_cache(struct recorder *recorder, bool fua);

/* Most sectors of a discard, and of one that erases; 0 if it cannot. */
void recorder_set_discard(struct recorder *recorder, unsigned int max,
			  unsigned int max_secure, unsigned int granularity);

/* Bytes before the first of the units by which it discards. */
void recorder_set_alignment(struct recorder *recorder, unsigned int alignment);

/* From now on. What is held stays so. */
void recorder_hold(struct recorder *recorder, bool hold);
void recorder_fail(struct recorder *recorder, blk_status_t status);

/* Answer the oldest @nr that are held. */
void recorder_release(struct recorder *recorder, unsigned int nr);

/* Wait a (virtual) second at most: have so many come? */
bool recorder_has(struct recorder *recorder, unsigned int nr);

/* And no more of them in 20 (virtual) ms. */
bool recorder_has_only(struct recorder *recorder, unsigned int nr);

#endif
