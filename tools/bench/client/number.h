/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_NUMBER_H
#define BENCH_NUMBER_H

#include <err.h>
#include <stdlib.h>

/* A word of the command line, or the end of the program. */
static inline unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (!value || *end)
		errx(2, "'%s' is not above 0", text);
	return value;
}

#endif
