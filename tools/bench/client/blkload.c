// SPDX-License-Identifier: GPL-2.0
/*
 * A fixed amount of block I/O at a fixed depth, with marks around its steady
 * part: some requests to warm up, a mark, the requests that count, a mark, and
 * as many more as the depth, so that the queue is full all the time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/aio_abi.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"
#include "number.h"

#define DEPTH_MAX	256

struct job {
	const char *device;
	bool write;
	bool sequential;
	bool batch;
	unsigned long size;
	unsigned long depth;
	unsigned long warmup;
	unsigned long count;
	unsigned long mark;
};

struct load {
	const struct job *job;
	aio_context_t context;
	struct iocb iocbs[DEPTH_MAX];
	struct iocb *idle[DEPTH_MAX];
	unsigned long nr_idle;
	unsigned long positions;
	unsigned long submitted;
	unsigned long completed;
	uint64_t random;
	struct timespec began;
};

static void die(const char *what)
{
	fprintf(stderr, "blkload: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t next_random(struct load *load)
{
	/* xorshift: the same places in every run */
	load->random ^= load->random << 13;
	load->random ^= load->random >> 7;
	load->random ^= load->random << 17;
	return load->random;
}

static void load_open(struct load *load, const struct job *job)
{
	int fd = open(job->device, O_RDWR | O_DIRECT);
	unsigned long i;
	char *buffer;
	off_t bytes;

	if (fd < 0)
		die(job->device);
	bytes = lseek(fd, 0, SEEK_END);
	buffer = mmap(NULL, job->size * job->depth, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (bytes < (off_t)job->size || buffer == MAP_FAILED)
		die("no room");
	if (syscall(SYS_io_setup, job->depth, &load->context))
		die("io_setup");

	load->job = job;
	load->random = 88172645463325252ULL;
	load->positions = bytes / job->size;
	for (i = 0; i < job->depth; i++) {
		load->iocbs[i] = (struct iocb) {
			.aio_fildes = fd,
			.aio_lio_opcode = job->write ? IOCB_CMD_PWRITE :
						       IOCB_CMD_PREAD,
			.aio_buf = (uintptr_t)buffer + i * job->size,
			.aio_nbytes = job->size,
		};
		load->idle[load->nr_idle++] = &load->iocbs[i];
	}
}

static void submit(struct load *load, struct iocb **iocbs, long nr)
{
	while (nr) {
		long done = syscall(SYS_io_submit, load->context, nr, iocbs);

		if (done <= 0)
			die("io_submit");
		iocbs += done;
		nr -= done;
	}
}

/* Like fio: one at a time, unless asked for all at once. */
static void load_submit(struct load *load, unsigned long total)
{
	const struct job *job = load->job;
	struct iocb *iocbs[DEPTH_MAX];
	long nr = 0;

	while (load->nr_idle && load->submitted < total) {
		struct iocb *iocb = load->idle[--load->nr_idle];
		uint64_t place = job->sequential ? load->submitted :
						   next_random(load) >> 11;

		iocb->aio_offset = place % load->positions * job->size;
		load->submitted++;
		iocbs[nr++] = iocb;
		if (!job->batch) {
			submit(load, iocbs, nr);
			nr = 0;
		}
	}
	submit(load, iocbs, nr);
}

static double seconds_since(const struct timespec *began)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - began->tv_sec +
	       (now.tv_nsec - began->tv_nsec) / 1e9;
}

static void load_completed_one(struct load *load)
{
	const struct job *job = load->job;

	load->completed++;
	if (load->completed == job->warmup) {
		clock_gettime(CLOCK_MONOTONIC, &load->began);
		mark(job->mark, 0);
	} else if (load->completed == job->warmup + job->count) {
		mark(job->mark, 1);
		printf("blkload %lu %lu %.9f\n", job->mark, job->count,
		       seconds_since(&load->began));
		fflush(stdout);
	}
}

static void load_reap(struct load *load)
{
	struct io_event events[DEPTH_MAX];
	long i, nr;

	nr = syscall(SYS_io_getevents, load->context, 1, load->job->depth,
		     events, NULL);
	if (nr <= 0)
		die("io_getevents");
	for (i = 0; i < nr; i++) {
		if (events[i].res != (long long)load->job->size) {
			errno = events[i].res < 0 ? -events[i].res : EIO;
			die("a request");
		}
		load->idle[load->nr_idle++] = (void *)(uintptr_t)events[i].obj;
		load_completed_one(load);
	}
}

static void run(const struct job *job)
{
	unsigned long total = job->warmup + job->count + job->depth;
	static struct load load;

	load_open(&load, job);
	while (load.completed < total) {
		load_submit(&load, total);
		load_reap(&load);
	}
}

static void usage(FILE *out)
{
	fputs("usage: blkload --device DEVICE [--write] [--sequential] [--batch]\n"
	      "               [--size BYTES] [--depth N] [--warmup N] [--count N] [--mark N]\n"
	      "       blkload --window MILLISECONDS --mark N FILE...\n\n"
	      "Reads or writes DEVICE (around the cache, at random places) with marks for\n"
	      "the counting plugin around the --count requests after the warm-up; prints\n"
	      "\"blkload MARK COUNT SECONDS\".  --window sleeps between its two marks; its COUNT\n"
	      "is how much the numbers in the FILEs, together, have grown meanwhile.\n",
	      out);
}

static unsigned long long sum_files(const int *fds, int nr)
{
	unsigned long long sum = 0;
	char text[32];
	int i;

	for (i = 0; i < nr; i++) {
		ssize_t length = pread(fds[i], text, sizeof(text) - 1, 0);

		if (length <= 0)
			die("cannot read the numbers");
		text[length] = 0;
		sum += strtoull(text, NULL, 10);
	}
	return sum;
}

/*
 * Requests of whoever else makes them. The numbers are read as close to the
 * marks as can be: what happens between counts on one side only.
 */
static void window(unsigned long milliseconds, unsigned long interval,
		   char **files, int nr)
{
	unsigned long long before, after;
	struct timespec began;
	int i, *fds = calloc(nr + 1, sizeof(*fds));

	if (!fds)
		die("no memory");
	for (i = 0; i < nr; i++) {
		fds[i] = open(files[i], O_RDONLY);
		if (fds[i] < 0)
			die(files[i]);
	}
	before = sum_files(fds, nr);
	clock_gettime(CLOCK_MONOTONIC, &began);
	mark(interval, 0);
	usleep(milliseconds * 1000);
	mark(interval, 1);
	after = sum_files(fds, nr);
	printf("blkload %lu %llu %.9f\n", interval, after - before,
	       seconds_since(&began));
	free(fds);
}

enum option_key {
	KEY_DEVICE, KEY_WRITE, KEY_SEQUENTIAL, KEY_BATCH, KEY_SIZE, KEY_DEPTH,
	KEY_WARMUP, KEY_COUNT, KEY_MARK, KEY_WINDOW, KEY_HELP,
};

static const struct option options[] = {
	{ "device", required_argument, NULL, KEY_DEVICE },
	{ "write", no_argument, NULL, KEY_WRITE },
	{ "sequential", no_argument, NULL, KEY_SEQUENTIAL },
	{ "batch", no_argument, NULL, KEY_BATCH },
	{ "size", required_argument, NULL, KEY_SIZE },
	{ "depth", required_argument, NULL, KEY_DEPTH },
	{ "warmup", required_argument, NULL, KEY_WARMUP },
	{ "count", required_argument, NULL, KEY_COUNT },
	{ "mark", required_argument, NULL, KEY_MARK },
	{ "window", required_argument, NULL, KEY_WINDOW },
	{ "help", no_argument, NULL, KEY_HELP },
	{ }
};

/* Returns the length of the window, if one was asked for. */
static unsigned long parse(struct job *job, int argc, char **argv)
{
	unsigned long milliseconds = 0;
	int key;

	while ((key = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		switch (key) {
		case KEY_DEVICE: job->device = optarg; break;
		case KEY_WRITE: job->write = true; break;
		case KEY_SEQUENTIAL: job->sequential = true; break;
		case KEY_BATCH: job->batch = true; break;
		case KEY_SIZE: job->size = number(optarg); break;
		case KEY_DEPTH: job->depth = number(optarg); break;
		case KEY_WARMUP: job->warmup = number(optarg); break;
		case KEY_COUNT: job->count = number(optarg); break;
		case KEY_MARK: job->mark = number(optarg); break;
		case KEY_WINDOW: milliseconds = number(optarg); break;
		case KEY_HELP: usage(stdout); exit(0);
		default: usage(stderr); exit(2);
		}
	}
	return milliseconds;
}

int main(int argc, char **argv)
{
	struct job job = {
		.size = 4096, .depth = 1, .warmup = 100, .count = 1000,
	};
	unsigned long milliseconds = parse(&job, argc, argv);

	if (milliseconds) {
		window(milliseconds, job.mark, argv + optind, argc - optind);
		return 0;
	}
	if (!job.device || job.depth > DEPTH_MAX) {
		usage(stderr);
		return 2;
	}
	run(&job);
	return 0;
}
