// SPDX-License-Identifier: GPL-2.0
#include "xs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Message types of the xenstore protocol. */
enum {
	XS_DIRECTORY = 1,
	XS_READ = 2,
	XS_WATCH = 4,
	XS_WRITE = 11,
	XS_RM = 13,
	XS_WATCH_EVENT = 15,
	XS_ERROR = 16,
};

struct header {
	uint32_t type;
	uint32_t request;
	uint32_t transaction;
	uint32_t len;
};

static const struct {
	const char *name;
	int number;
} errors[] = {
	{ "ENOENT", ENOENT }, { "EACCES", EACCES }, { "EEXIST", EEXIST },
	{ "EINVAL", EINVAL }, { "ENOSPC", ENOSPC }, { "EQUOTA", EDQUOT },
	{ "E2BIG", E2BIG }, { "ENOMEM", ENOMEM }, { "EAGAIN", EAGAIN },
};

int xs_open(struct xs *xs)
{
	memset(xs, 0, sizeof(*xs));
	xs->fd = open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC);
	return xs->fd < 0 ? -1 : 0;
}

void xs_close(struct xs *xs)
{
	close(xs->fd);
}

static int read_all(int fd, void *data, size_t len)
{
	char *at = data;

	while (len) {
		ssize_t got = read(fd, at, len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		at += got;
		len -= got;
	}
	return 0;
}

static int error_number(const char *name)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (!strcmp(errors[i].name, name))
			return errors[i].number;
	return EIO;
}

static int receive(struct xs *xs, struct header *head, char *body)
{
	if (read_all(xs->fd, head, sizeof(*head)))
		return -1;
	if (head->len > XS_VALUE_MAX) {
		errno = EPROTO;
		return -1;
	}
	if (read_all(xs->fd, body, head->len))
		return -1;
	body[head->len] = '\0';
	if (head->type == XS_WATCH_EVENT) {
		xs->fired = true;
		strncpy(xs->event, body, sizeof(xs->event) - 1);
	}
	return 0;
}

/* Send one message and wait for its answer, whose length is returned. */
static int talk(struct xs *xs, int type, const char *message, size_t len,
		char *answer)
{
	struct header head = { type, ++xs->sequence, 0, len };
	char buffer[sizeof(head) + XS_PATH_MAX + XS_VALUE_MAX];

	if (sizeof(head) + len > sizeof(buffer)) {
		errno = E2BIG;
		return -1;
	}
	memcpy(buffer, &head, sizeof(head));
	memcpy(buffer + sizeof(head), message, len);
	if (write(xs->fd, buffer, sizeof(head) + len) < 0)
		return -1;
	do {
		if (receive(xs, &head, answer))
			return -1;
	} while (head.type == XS_WATCH_EVENT);
	if (head.type == XS_ERROR) {
		errno = error_number(answer);
		return -1;
	}
	return head.len;
}

static int fetch(struct xs *xs, int type, const char *path, void *value,
		 size_t size)
{
	char answer[XS_VALUE_MAX + 1];
	int len = talk(xs, type, path, strlen(path) + 1, answer);

	if (len < 0)
		return -1;
	if ((size_t)len >= size) {
		errno = E2BIG;
		return -1;
	}
	memcpy(value, answer, len + 1);
	return len;
}

int xs_read(struct xs *xs, const char *path, void *value, size_t size)
{
	return fetch(xs, XS_READ, path, value, size);
}

int xs_list(struct xs *xs, const char *path, char *names, size_t size)
{
	return fetch(xs, XS_DIRECTORY, path, names, size);
}

int xs_write(struct xs *xs, const char *path, const void *value, size_t len)
{
	char message[XS_PATH_MAX + XS_VALUE_MAX], answer[XS_VALUE_MAX + 1];
	size_t head = strlen(path) + 1;

	if (head > XS_PATH_MAX || len > XS_VALUE_MAX) {
		errno = E2BIG;
		return -1;
	}
	memcpy(message, path, head);
	memcpy(message + head, value, len);
	return talk(xs, XS_WRITE, message, head + len, answer) < 0 ? -1 : 0;
}

int xs_remove(struct xs *xs, const char *path)
{
	char answer[XS_VALUE_MAX + 1];

	return talk(xs, XS_RM, path, strlen(path) + 1, answer) < 0 ? -1 : 0;
}

int xs_watch(struct xs *xs, const char *path)
{
	char message[2 * XS_PATH_MAX], answer[XS_VALUE_MAX + 1];
	size_t len = strlen(path) + 1;

	if (len > XS_PATH_MAX) {
		errno = E2BIG;
		return -1;
	}
	memcpy(message, path, len);
	memcpy(message + len, "lab", 4);
	return talk(xs, XS_WATCH, message, len + 4, answer) < 0 ? -1 : 0;
}

int xs_event(struct xs *xs, int milliseconds)
{
	struct pollfd wait = { xs->fd, POLLIN, 0 };
	char body[XS_VALUE_MAX + 1];
	struct header head;
	int ready;

	if (!xs->fired) {
		ready = poll(&wait, 1, milliseconds);
		if (ready <= 0)
			return ready < 0 && errno != EINTR ? -1 : 0;
		if (receive(xs, &head, body))
			return -1;
	}
	ready = xs->fired;
	xs->fired = false;
	return ready;
}
