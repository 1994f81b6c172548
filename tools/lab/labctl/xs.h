/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Xenstore through the kernel's device: as little of it as the lab needs, in
 * a program that starts in a millisecond.  The usual tools are dynamically
 * linked, and under emulation each of them takes fifty.
 */
#ifndef LAB_XS_H
#define LAB_XS_H

#include <stdbool.h>
#include <stddef.h>

#define XS_PATH_MAX 512
#define XS_VALUE_MAX 4096

struct xs {
	int fd;
	unsigned int sequence;
	/*
	 * An event came while a reply was awaited.  Of several, the last one's
	 * path is kept: whoever must see each path only waits for events.
	 */
	bool fired;
	char event[XS_PATH_MAX];
};

int xs_open(struct xs *xs);
void xs_close(struct xs *xs);

/* All return -1 with errno set on failure. */
int xs_read(struct xs *xs, const char *path, void *value, size_t size);
int xs_list(struct xs *xs, const char *path, char *names, size_t size);
int xs_write(struct xs *xs, const char *path, const void *value, size_t len);
int xs_remove(struct xs *xs, const char *path);
int xs_watch(struct xs *xs, const char *path);

/* Wait for an event; 1: its path is in xs->event, 0: none came in time. */
int xs_event(struct xs *xs, int milliseconds);

#endif
