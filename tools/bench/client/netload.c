// SPDX-License-Identifier: GPL-2.0
/*
 * A fixed amount of network traffic, with marks around its steady part. The
 * sender sets them: its socket's buffer is small compared with what is counted,
 * so that what is sent is what goes over the wire.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"
#include "number.h"

#define PORT		5009
#define MIB		(1UL << 20)

/* One write of a bulk stream. */
#define BULK_BYTES	65536

/* With all its headers a packet of 64 bytes, so many in one system call. */
#define SMALL_BYTES	22
#define SMALL_BATCH	64

/* More than the largest window of packets. */
#define RECEIVE_BYTES	(64 << 20)

struct job {
	bool udp;
	const char *address;
	unsigned long warmup;
	unsigned long count;
	unsigned long mark;
};

/* Packets, or bytes, against the window that is measured. */
struct progress {
	const struct job *job;
	unsigned long unit;
	unsigned long done;
	struct timespec began;
};

static double seconds_since(const struct timespec *began)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - began->tv_sec +
	       (now.tv_nsec - began->tv_nsec) / 1e9;
}

static bool passed(const struct progress *progress, unsigned long before,
		   unsigned long units)
{
	unsigned long limit = units * progress->unit;

	return before < limit && progress->done >= limit;
}

static void advance(struct progress *progress, unsigned long by)
{
	const struct job *job = progress->job;
	unsigned long before = progress->done;

	progress->done += by;
	if (passed(progress, before, job->warmup)) {
		clock_gettime(CLOCK_MONOTONIC, &progress->began);
		mark(job->mark, 0);
	} else if (passed(progress, before, job->warmup + job->count)) {
		mark(job->mark, 1);
		printf("netload %lu %lu %.9f\n", job->mark, job->count,
		       seconds_since(&progress->began));
		fflush(stdout);
	}
}

static unsigned long total(const struct progress *progress)
{
	const struct job *job = progress->job;

	/* A little more, so that the window ends in the middle of it. */
	return (job->warmup + job->count + 2) * progress->unit;
}

static int open_socket(bool udp)
{
	int fd = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);

	if (fd < 0)
		err(1, "socket");
	return fd;
}

static struct sockaddr_in place(const char *address)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
	};

	if (address && inet_pton(AF_INET, address, &to.sin_addr) != 1)
		errx(2, "'%s' is not an address", address);
	return to;
}

static void send_bulk(int fd, const struct job *job)
{
	struct progress progress = { .job = job, .unit = MIB };
	static char data[BULK_BYTES];

	while (progress.done < total(&progress)) {
		ssize_t sent = write(fd, data, sizeof(data));

		if (sent <= 0)
			err(1, "sending");
		advance(&progress, sent);
	}
}

static void send_small(int fd, const struct job *job)
{
	struct progress progress = { .job = job, .unit = 1 };
	struct mmsghdr messages[SMALL_BATCH] = {};
	static char data[SMALL_BYTES];
	struct iovec vector = { .iov_base = data, .iov_len = sizeof(data) };
	unsigned int i;

	for (i = 0; i < SMALL_BATCH; i++) {
		messages[i].msg_hdr.msg_iov = &vector;
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	while (progress.done < total(&progress)) {
		int sent = sendmmsg(fd, messages, SMALL_BATCH, 0);

		if (sent <= 0)
			err(1, "sending");
		advance(&progress, sent);
	}
}

static void do_send(const struct job *job)
{
	struct sockaddr_in to = place(job->address);
	int fd = open_socket(job->udp);

	if (connect(fd, (void *)&to, sizeof(to)))
		err(1, "connecting to %s", job->address);
	if (job->udp)
		send_small(fd, job);
	else
		send_bulk(fd, job);
	close(fd);
}

static int open_receiver(bool udp)
{
	struct sockaddr_in at = place(NULL);
	int fd = open_socket(udp), one = 1, bytes = RECEIVE_BYTES;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (udp)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
			   sizeof(bytes));
	if (bind(fd, (void *)&at, sizeof(at)) || (!udp && listen(fd, 1)))
		err(1, "listening");
	return fd;
}

static void receive_bulk(void)
{
	static char data[BULK_BYTES];
	int listener = open_receiver(false), fd;

	for (;;) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0)
			err(1, "accepting");
		while (read(fd, data, sizeof(data)) > 0)
			;
		close(fd);
	}
}

static void receive_small(void)
{
	static char data[SMALL_BATCH][SMALL_BYTES];
	struct mmsghdr messages[SMALL_BATCH] = {};
	struct iovec vectors[SMALL_BATCH];
	int fd = open_receiver(true);
	unsigned int i;

	for (i = 0; i < SMALL_BATCH; i++) {
		vectors[i].iov_base = data[i];
		vectors[i].iov_len = sizeof(data[i]);
		messages[i].msg_hdr.msg_iov = &vectors[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	for (;;)
		if (recvmmsg(fd, messages, SMALL_BATCH, MSG_WAITFORONE,
			     NULL) < 0)
			err(1, "receiving");
}

static int usage(void)
{
	fputs("usage: netload receive tcp|udp\n"
	      "       netload send tcp|udp ADDRESS WARMUP COUNT MARK\n\n"
	      "Sends TCP in large pieces or UDP in packets of 64 bytes to a receiver, with\n"
	      "marks for the counting plugin around COUNT MiB or packets after the first\n"
	      "WARMUP; prints \"netload MARK COUNT SECONDS\".  A receiver runs for ever.\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct job job = { };

	if (argc < 3 || (strcmp(argv[2], "tcp") && strcmp(argv[2], "udp")))
		return usage();
	job.udp = !strcmp(argv[2], "udp");
	if (!strcmp(argv[1], "receive") && argc == 3) {
		if (job.udp)
			receive_small();
		else
			receive_bulk();
	}
	if (strcmp(argv[1], "send") || argc != 7)
		return usage();
	job.address = argv[3];
	job.warmup = number(argv[4]);
	job.count = number(argv[5]);
	job.mark = number(argv[6]);
	do_send(&job);
	return 0;
}
