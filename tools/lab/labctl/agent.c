// SPDX-License-Identifier: GPL-2.0
/* The guest's side: runs what dom0 asks for, several requests at once. */
#include "agent.h"
#include "pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * xenstored lets an unprivileged domain store 2048 bytes a node, and counts
 * the node's own header.
 */
#define GUEST_PIECE 1900
#define STATUS_LATE 124

static int temporary_file(void)
{
	char name[] = "/tmp/agent.XXXXXX";
	int fd = mkostemp(name, O_CLOEXEC);

	if (fd >= 0)
		unlink(name);
	return fd;
}

static pid_t start_code(int code, int out)
{
	char name[32];
	sigset_t none;
	pid_t pid = fork();

	if (pid)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(out, 1);
	dup2(out, 2);
	/* The shell reads its code from an inherited, nameless file. */
	code = dup(code);
	snprintf(name, sizeof(name), "/dev/fd/%d", code);
	execl("/bin/bash", "bash", name, NULL);
	_exit(127);
}

/* Wait for a child, with SIGCHLD blocked; false when the time is over. */
static bool wait_child(pid_t pid, int seconds, int *status)
{
	struct timespec left = { 1, 0 };
	time_t end = time(NULL) + seconds;
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	while (waitpid(pid, status, WNOHANG) != pid) {
		if (time(NULL) > end)
			return false;
		sigtimedwait(&chld, NULL, &left);
	}
	return true;
}

static int run_code(int code, int out, int seconds)
{
	int status = 0;
	pid_t pid = start_code(code, out);

	if (pid < 0)
		return 126;
	if (!wait_child(pid, seconds, &status)) {
		kill(-pid, SIGTERM);
		if (!wait_child(pid, 2, &status))
			kill(-pid, SIGKILL);
		return STATUS_LATE;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int answer(struct xs *xs, const char *id, int status, int out)
{
	char path[XS_PATH_MAX], text[64];
	int count;

	lseek(out, 0, SEEK_SET);
	snprintf(path, sizeof(path), AGENT_BASE "/out/%s", id);
	count = pieces_send(xs, path, out, GUEST_PIECE, OUTPUT_MAX);
	if (count < 0)
		count = 0;
	snprintf(path, sizeof(path), AGENT_BASE "/out/%s/done", id);
	snprintf(text, sizeof(text), "%d %d", status, count);
	return xs_write(xs, path, text, strlen(text));
}

/* In a process of its own, with its own connection. */
static int serve(const char *id)
{
	char path[XS_PATH_MAX], text[64];
	int count, seconds, code, out, status;
	struct xs xs;
	sigset_t chld;

	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	if (xs_open(&xs))
		return 1;
	snprintf(path, sizeof(path), AGENT_BASE "/req/%s/go", id);
	if (xs_read(&xs, path, text, sizeof(text)) < 0)
		return 0;	/* removed again: the same event */
	if (sscanf(text, "%d %d", &count, &seconds) != 2)
		return 1;
	code = temporary_file();
	out = temporary_file();
	snprintf(path, sizeof(path), AGENT_BASE "/req/%s", id);
	if (code < 0 || out < 0 || pieces_fetch(&xs, path, count, code))
		return answer(&xs, id, 126, out);
	lseek(code, 0, SEEK_SET);
	status = run_code(code, out, seconds);
	return answer(&xs, id, status, out);
}

/* The ID in data/agent/req/ID/go, or NULL. */
static const char *request_id(char *event)
{
	static const char prefix[] = AGENT_BASE "/req/";
	char *id, *slash;

	if (strncmp(event, prefix, sizeof(prefix) - 1))
		return NULL;
	id = event + sizeof(prefix) - 1;
	slash = strchr(id, '/');
	if (!slash || strcmp(slash, "/go"))
		return NULL;
	*slash = '\0';
	return id;
}

int agent_run(void)
{
	struct xs xs;

	signal(SIGCHLD, SIG_IGN);
	if (xs_open(&xs) || xs_watch(&xs, AGENT_BASE "/req"))
		return 1;
	for (;;) {
		const char *id;
		int got = xs_event(&xs, -1);

		if (got < 0)
			return 1;
		/*
		 * The first event of a watch is about its own path. There is
		 * one more after each restore: the kernel sets the watch again,
		 * in a folder that is as empty as that of a new domain.
		 */
		if (got && !strcmp(xs.event, AGENT_BASE "/req") &&
		    xs_write(&xs, AGENT_BASE "/ready", "1", 1))
			return 1;
		id = got ? request_id(xs.event) : NULL;
		if (id && !fork())
			_exit(serve(id));
	}
}
