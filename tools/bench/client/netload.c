// SPDX-License-Identifier: GPL-2.0
/*
 * A fixed amount of network traffic, with marks around its steady part. The
 * sender sets them, of a stream when all that it has sent is acknowledged: what is
 * counted is what goes over the wire, and nothing that waits in a buffer.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"
#include "number.h"

#define PORT		5009
#define GATHER_PORT	5010

/* So many senders at once, and so long to wait for them, in seconds. */
#define SENDERS_MAX	16
#define PATIENCE	60
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

/* Packets, or bytes, against the window that is measured; the stream sent, or -1. */
struct progress {
	const struct job *job;
	int fd;
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

/* Wait until a stream has arrived, with next to no work for this domain. */
static void settle(const struct progress *progress)
{
	int unacknowledged = 0;

	while (progress->fd >= 0 &&
	       !ioctl(progress->fd, SIOCOUTQ, &unacknowledged) && unacknowledged)
		usleep(1000);
}

static void advance(struct progress *progress, unsigned long by)
{
	const struct job *job = progress->job;
	unsigned long before = progress->done;

	progress->done += by;
	if (passed(progress, before, job->warmup)) {
		settle(progress);
		clock_gettime(CLOCK_MONOTONIC, &progress->began);
		mark(job->mark, 0);
	} else if (passed(progress, before, job->warmup + job->count)) {
		settle(progress);
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

static struct sockaddr_in place(const char *address, unsigned int port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};

	if (address && inet_pton(AF_INET, address, &to.sin_addr) != 1)
		errx(2, "'%s' is not an address", address);
	return to;
}

static void send_bulk(int fd, const struct job *job)
{
	struct progress progress = { .job = job, .fd = fd, .unit = MIB };
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
	struct progress progress = { .job = job, .fd = -1, .unit = 1 };
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
	struct sockaddr_in to = place(job->address, PORT);
	int fd = open_socket(job->udp);

	if (connect(fd, (void *)&to, sizeof(to)))
		err(1, "connecting to %s", job->address);
	if (job->udp)
		send_small(fd, job);
	else
		send_bulk(fd, job);
	close(fd);
}

static int open_receiver(bool udp, unsigned int port)
{
	struct sockaddr_in at = place(NULL, port);
	int fd = open_socket(udp), one = 1, bytes = RECEIVE_BYTES;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (udp)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
			   sizeof(bytes));
	if (bind(fd, (void *)&at, sizeof(at)) || (!udp && listen(fd, SENDERS_MAX)))
		err(1, "listening");
	return fd;
}

static void receive_bulk(void)
{
	static char data[BULK_BYTES];
	int listener = open_receiver(false, PORT), fd;

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
	int fd = open_receiver(true, PORT);
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

/* Sends without an end: the receiver hangs up. */
static void pour(const char *address)
{
	struct sockaddr_in to = place(address, GATHER_PORT);
	static char data[BULK_BYTES];
	unsigned int tries;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	for (tries = 0;; tries++) {
		fd = open_socket(false);
		if (!connect(fd, (void *)&to, sizeof(to)))
			break;
		close(fd);
		if (tries == PATIENCE)
			err(1, "connecting to %s", address);
		sleep(1);
	}
	while (write(fd, data, sizeof(data)) > 0)
		;
	close(fd);
}

/* The marks are the receiver's, as none of the senders knows of the others. */
static void gather(unsigned int senders, const struct job *job)
{
	struct progress progress = { .job = job, .fd = -1, .unit = MIB };
	int listener = open_receiver(false, GATHER_PORT);
	struct pollfd fds[SENDERS_MAX] = {};
	static char data[BULK_BYTES];
	unsigned int i;
	ssize_t got;

	alarm(PATIENCE * SENDERS_MAX);
	for (i = 0; i < senders; i++) {
		fds[i].events = POLLIN;
		fds[i].fd = accept(listener, NULL, NULL);
		if (fds[i].fd < 0)
			err(1, "accepting");
	}
	while (progress.done < total(&progress)) {
		if (poll(fds, senders, -1) < 0)
			err(1, "waiting");
		for (i = 0; i < senders; i++) {
			if (!fds[i].revents)
				continue;
			got = read(fds[i].fd, data, sizeof(data));
			if (got <= 0)
				errx(1, "a sender has hung up");
			advance(&progress, got);
		}
	}
}

/* Somebody else's traffic, which lasts as long as writing a line. */
static void start(const char *file, const char *text, const struct job *job)
{
	struct timespec began;
	int fd = open(file, O_WRONLY);

	if (fd < 0)
		err(1, "%s", file);
	clock_gettime(CLOCK_MONOTONIC, &began);
	mark(job->mark, 0);
	if (dprintf(fd, "%s\n", text) < 0)
		err(1, "%s", file);
	mark(job->mark, 1);
	printf("netload %lu %lu %.9f\n", job->mark, job->count,
	       seconds_since(&began));
	close(fd);
}

static int usage(void)
{
	fputs("usage: netload receive tcp|udp\n"
	      "       netload send tcp|udp ADDRESS WARMUP COUNT MARK\n"
	      "       netload pour ADDRESS\n"
	      "       netload gather SENDERS WARMUP COUNT MARK\n"
	      "       netload start FILE TEXT COUNT MARK\n\n"
	      "Sends TCP in large pieces or UDP in packets of 64 bytes to a receiver, with\n"
	      "marks for the counting plugin around COUNT MiB or packets after the first\n"
	      "WARMUP; prints \"netload MARK COUNT SECONDS\".  A receiver runs for ever.\n"
	      "\"pour\" sends TCP until \"gather\", which receives from so many senders at\n"
	      "once and sets the marks, has got enough.  \"start\" sets them around writing\n"
	      "the line TEXT to a file that starts a generator of COUNT packets.\n",
	      stderr);
	return 2;
}

static bool is(const char *word, const char *name)
{
	return !strcmp(word, name);
}

static int receive_or_send(int argc, char **argv)
{
	struct job job = { };

	if (argc < 3 || (!is(argv[2], "tcp") && !is(argv[2], "udp")))
		return usage();
	job.udp = is(argv[2], "udp");
	if (is(argv[1], "receive") && argc == 3) {
		if (job.udp)
			receive_small();
		else
			receive_bulk();
	}
	if (!is(argv[1], "send") || argc != 7)
		return usage();
	job.address = argv[3];
	job.warmup = number(argv[4]);
	job.count = number(argv[5]);
	job.mark = number(argv[6]);
	do_send(&job);
	return 0;
}

int main(int argc, char **argv)
{
	struct job job = { };
	unsigned long senders;

	if (argc == 3 && is(argv[1], "pour")) {
		pour(argv[2]);
	} else if (argc == 6 && is(argv[1], "gather")) {
		senders = number(argv[2]);
		if (!senders || senders > SENDERS_MAX)
			return usage();
		job.warmup = number(argv[3]);
		job.count = number(argv[4]);
		job.mark = number(argv[5]);
		gather(senders, &job);
	} else if (argc == 6 && is(argv[1], "start")) {
		job.count = number(argv[4]);
		job.mark = number(argv[5]);
		start(argv[2], argv[3], &job);
	} else {
		return receive_or_send(argc, argv);
	}
	return 0;
}
