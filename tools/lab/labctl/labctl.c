// SPDX-License-Identifier: GPL-2.0
/* dom0's side: find domains, wait for them, run code in them. */
#include "agent.h"
#include "echo.h"
#include "pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <time.h>
#include <unistd.h>

#define DOM0_PIECE 3800
#define STATUS_GONE 98
#define STATUS_LATE 124
/* What the agent may need on top, to kill the code and to answer. */
#define GRACE_SECONDS 10
/* Where QEMU's isa-debug-exit device listens. */
#define EXIT_PORT 0xf4

static int complain(const char *what, const char *name)
{
	fprintf(stderr, "# %s: %s\n", name, what);
	return STATUS_GONE;
}

/* The number of a running domain, as text; NULL if there is none. */
static const char *find_domain(struct xs *xs, const char *name)
{
	static char names[XS_VALUE_MAX + 1];
	char path[XS_PATH_MAX], value[XS_VALUE_MAX + 1];
	int len = xs_list(xs, "/local/domain", names, sizeof(names));

	for (char *id = names; id < names + len; id += strlen(id) + 1) {
		snprintf(path, sizeof(path), "/local/domain/%s/name", id);
		if (xs_read(xs, path, value, sizeof(value)) >= 0 &&
		    !strcmp(value, name))
			return id;
	}
	return NULL;
}

static int exists(struct xs *xs, const char *path)
{
	char value[XS_VALUE_MAX + 1];

	return xs_read(xs, path, value, sizeof(value)) >= 0;
}

static int milliseconds_left(time_t end)
{
	time_t now = time(NULL);

	return now >= end ? 0 : (int)(end - now) * 1000;
}

static int print_domid(struct xs *xs, const char *name)
{
	const char *id = find_domain(xs, name);

	if (!id)
		return complain("no such domain", name);
	puts(id);
	return 0;
}

static int wait_ready(struct xs *xs, const char *name, int seconds)
{
	const char *id = find_domain(xs, name);
	time_t end = time(NULL) + seconds;
	char path[XS_PATH_MAX];

	if (!id)
		return complain("no such domain", name);
	snprintf(path, sizeof(path), "/local/domain/%s/" AGENT_BASE "/ready", id);
	if (xs_watch(xs, path))
		return complain(strerror(errno), name);
	while (!exists(xs, path)) {
		if (!milliseconds_left(end))
			return STATUS_LATE;
		if (xs_event(xs, 1000) < 0)
			return complain(strerror(errno), name);
	}
	return 0;
}

/* Print an answer and forget it; the code's status. */
static int take_answer(struct xs *xs, const char *home, const char *id,
		       const char *answer)
{
	char path[XS_PATH_MAX];
	int status = 0, count = 0;

	sscanf(answer, "%d %d", &status, &count);
	snprintf(path, sizeof(path), "%s/out/%s", home, id);
	if (pieces_fetch(xs, path, count, STDOUT_FILENO))
		status = STATUS_GONE;
	xs_remove(xs, path);
	snprintf(path, sizeof(path), "%s/req/%s", home, id);
	xs_remove(xs, path);
	return status;
}

/* Wait for out/ID/done, the domain's death, or the end of the time. */
static int wait_answer(struct xs *xs, const char *name, const char *home,
		       const char *id, int seconds)
{
	time_t end = time(NULL) + seconds + GRACE_SECONDS;
	char done[XS_PATH_MAX], ready[XS_PATH_MAX], answer[64];

	snprintf(done, sizeof(done), "%s/out/%s/done", home, id);
	snprintf(ready, sizeof(ready), "%s/ready", home);
	for (;;) {
		int left = milliseconds_left(end);

		if (xs_read(xs, done, answer, sizeof(answer)) >= 0)
			return take_answer(xs, home, id, answer);
		if (!exists(xs, ready))
			return complain("the domain is gone", name);
		if (!left) {
			complain("no answer in time", name);
			return STATUS_LATE;
		}
		if (xs_event(xs, left) < 0)
			return complain(strerror(errno), name);
	}
}

static int execute(struct xs *xs, const char *name, int seconds)
{
	char home[XS_PATH_MAX / 2], path[XS_PATH_MAX], id[32], text[64];
	const char *domain = find_domain(xs, name);
	int count;

	if (!domain)
		return complain("no such domain", name);
	snprintf(home, sizeof(home), "/local/domain/%s/" AGENT_BASE, domain);
	snprintf(id, sizeof(id), "%d", getpid());
	snprintf(path, sizeof(path), "%s/out/%s/done", home, id);
	if (xs_watch(xs, path) || xs_watch(xs, "@releaseDomain"))
		return complain(strerror(errno), name);
	snprintf(path, sizeof(path), "%s/req/%s", home, id);
	count = pieces_send(xs, path, STDIN_FILENO, DOM0_PIECE, 8 << 20);
	if (count < 0)
		return complain(strerror(errno), name);
	snprintf(text, sizeof(text), "%d %d", count, seconds);
	snprintf(path, sizeof(path), "%s/req/%s/go", home, id);
	if (xs_write(xs, path, text, strlen(text)))
		return complain(strerror(errno), name);
	return wait_answer(xs, name, home, id, seconds);
}

/* End the emulator with a status; does not return if there is one. */
static int end_machine(int status)
{
	if (ioperm(EXIT_PORT, 1, 1))
		return 1;
	outb(status, EXIT_PORT);
	return 1;
}

static int usage(void)
{
	fputs("usage: labctl exec NAME SECONDS < CODE\n"
	      "       labctl domid NAME\n"
	      "       labctl ready NAME SECONDS\n"
	      "       labctl end STATUS\n"
	      "       labctl agent\n"
	      "       labctl ping|udp ADDRESS FIRST LAST STEP\n"
	      "       labctl echo\n", stderr);
	return 2;
}

/* Packets of all sizes that the arguments say. */
static int exchange(char **argv)
{
	const struct echo_sizes sizes = {
		atoi(argv[3]), atoi(argv[4]), atoi(argv[5]),
	};

	return !strcmp(argv[1], "ping") ? echo_ping(argv[2], &sizes) :
					  echo_udp(argv[2], &sizes);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	struct xs xs;

	if (!strcmp(verb, "agent") && argc == 2)
		return agent_run();
	if (!strcmp(verb, "end") && argc == 3)
		return end_machine(atoi(argv[2]));
	if (!strcmp(verb, "echo") && argc == 2)
		return echo_serve();
	if ((!strcmp(verb, "ping") || !strcmp(verb, "udp")) && argc == 6)
		return exchange(argv);
	if (argc < 3)
		return usage();
	if (xs_open(&xs))
		return complain("xenstore cannot be reached", argv[2]);
	if (!strcmp(verb, "exec") && argc == 4)
		return execute(&xs, argv[2], atoi(argv[3]));
	if (!strcmp(verb, "domid") && argc == 3)
		return print_domid(&xs, argv[2]);
	if (!strcmp(verb, "ready") && argc == 4)
		return wait_ready(&xs, argv[2], atoi(argv[3]));
	return usage();
}
