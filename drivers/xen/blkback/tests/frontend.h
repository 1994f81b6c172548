/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites of the whole driver start from: a guest with memory, all of
 * it granted, and a virtual block device that its toolstack has just created.
 */
#ifndef XEN_BLKBACK_TESTS_FRONTEND_H
#define XEN_BLKBACK_TESTS_FRONTEND_H

#include <kunit/test.h>

#include "../../model/model.h"

#define FRONTEND_DOMID		21
#define FRONTEND_DEVID		51712

/* Of the guest's memory: the largest rings that a case makes, then data. */
#define FRONTEND_DATA		32
#define FRONTEND_NR_DATA	32
#define FRONTEND_LIST		(FRONTEND_NR_DATA - 1)
#define FRONTEND_NR_PAGES	(FRONTEND_DATA + FRONTEND_NR_DATA)

/* CONFIG_BLK_DEV_RAM_SIZE */
#define RAM_DISK_SECTORS	(16384 * 2)

/**
 * struct frontend - the guest
 * @guest: its memory and its grants
 * @vbd: its disk
 * @refs: grants of its data pages
 */
struct frontend {
	struct xenmodel_domain *guest;
	struct xenmodel_vbd vbd;
	grant_ref_t refs[FRONTEND_NR_DATA];
};

/*
 * Fill in @t: a guest, its memory and its disk, of which there may be several
 * besides each other: what one does, it does while it is test->priv; and all of
 * it away.
 */
void frontend_create(struct kunit *test, struct frontend *t,
		     unsigned int domid, unsigned int devid);
void frontend_destroy(struct kunit *test, struct frontend *t);

/* For a suite: test->priv is a struct frontend. */
int frontend_init(struct kunit *test);
void frontend_exit(struct kunit *test);

/* Its device on xenbus, in the backend's domain. */
#define FRONTEND_DEVICE		"vbd-21-51712"
#define DATA_PATH "/sys/bus/xen-backend/devices/" FRONTEND_DEVICE "/data_path"

/* Write to a file in sysfs, a module's parameter for instance. */
void frontend_set_parameter(struct kunit *test, const char *path,
			    const char *value);

/* A counter of the device in debugfs, of its first queue. */
unsigned long frontend_counter(struct kunit *test, const char *name);

/* What a file in debugfs says; freed with the case. */
char *frontend_show(struct kunit *test, const char *path);

/* What a file in sysfs says; freed with the case. */
char *frontend_read(struct kunit *test, const char *path);

/* Write to a key of the frontend's folder, or remove it if @value is NULL. */
void frontend_key(struct frontend *t, const char *key, const char *value);

/* The library's parameter copy_max; the default is restored after the case. */
void frontend_copy_max(struct kunit *test, const char *value);

/* The RAM disk answers at once, the slow one after 200 ms. */
void frontend_use_ram_disk(struct frontend *t);
void frontend_use_slow_disk(struct kunit *test);

/* The whole way up, and down, or the case fails. */
void frontend_connect(struct kunit *test, unsigned int nr_queues,
		      unsigned int order);
void frontend_disconnect(struct kunit *test);

/* The guest's memory: page @page of the data. */
u8 *frontend_data(struct frontend *t, unsigned int page);
void frontend_fill(struct frontend *t, unsigned int page, unsigned int nr,
		   u8 seed);

/* The whole of a data page. */
struct blkif_request_segment frontend_segment(struct frontend *t,
					      unsigned int page);

/* A request for data pages @page to @page + @nr - 1, not yet published. */
struct blkif_request *frontend_add(struct frontend *t, unsigned int queue,
				   u8 operation, u64 sector, unsigned int page,
				   unsigned int nr);

/*
 * As frontend_add(), described in the last data page: any number of segments,
 * which name the other pages again and again if there are more than these.
 */
struct blkif_request *frontend_add_indirect(struct frontend *t, u8 operation,
					    u64 sector, unsigned int page,
					    unsigned int nr);

/* Wait for a response: its status. */
int frontend_answer(struct kunit *test, unsigned int queue);

/* One request, and what became of it. */
int frontend_serve(struct kunit *test, u8 operation, u64 sector,
		   unsigned int page, unsigned int nr);

/* Write @nr pages, read them into other memory, compare. */
void frontend_write_and_read(struct kunit *test, unsigned int nr, u8 seed);

#endif
