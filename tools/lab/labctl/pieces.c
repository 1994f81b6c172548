// SPDX-License-Identifier: GPL-2.0
#include "pieces.h"

#include <stdio.h>
#include <unistd.h>

static ssize_t read_full(int fd, char *data, size_t len)
{
	size_t have = 0;

	while (have < len) {
		ssize_t got = read(fd, data + have, len - have);

		if (got < 0)
			return -1;
		if (!got)
			break;
		have += got;
	}
	return have;
}

int pieces_send(struct xs *xs, const char *folder, int fd, size_t piece,
		size_t most)
{
	char path[XS_PATH_MAX], data[XS_VALUE_MAX];
	size_t total = 0;
	int count = 0;

	while (total < most) {
		ssize_t len = read_full(fd, data, piece);

		if (len < 0)
			return -1;
		if (!len)
			break;
		snprintf(path, sizeof(path), "%s/%d", folder, count);
		if (xs_write(xs, path, data, len))
			return -1;
		total += len;
		count++;
	}
	return count;
}

int pieces_fetch(struct xs *xs, const char *folder, int count, int fd)
{
	char path[XS_PATH_MAX], data[XS_VALUE_MAX + 1];

	for (int i = 0; i < count; i++) {
		int len, done = 0;

		snprintf(path, sizeof(path), "%s/%d", folder, i);
		len = xs_read(xs, path, data, sizeof(data));
		if (len < 0)
			return -1;
		while (done < len) {
			ssize_t n = write(fd, data + done, len - done);

			if (n <= 0)
				return -1;
			done += n;
		}
	}
	return 0;
}
