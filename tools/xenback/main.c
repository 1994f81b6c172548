// SPDX-License-Identifier: GPL-2.0
/*
 * xenback: the command line.
 */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "report.h"
#include "sizing.h"

struct settings {
	struct sizing_plan plan;
	bool json;
};

enum {
	KEY_VIFS = 256,
	KEY_VERSION,
	KEY_COPY,
	KEY_QUEUE_PAGES,
	KEY_VCPUS,
	KEY_JSON,
};

static const struct argp_option sizing_options[] = {
	{ "guests", 'g', "N", 0, "guests, all alike (1)", 0 },
	{ "disks", 'd', "N", 0, "disks of each guest (1)", 0 },
	{ "vifs", KEY_VIFS, "N", 0, "network interfaces of each guest (0)", 0 },
	{ "queues", 'q', "N", 0, "queues of each device (1)", 0 },
	{ "ring-order", 'o', "N", 0,
	  "pages of a disk's ring, as a power of two (0)", 0 },
	{ "segments", 's', "N", 0, "most pages of a disk's request (11)", 0 },
	{ "page-size", 'p', "BYTES", 0, "4096 or 16384 (4096)", 0 },
	{ "grant-version", KEY_VERSION, "N", 0,
	  "of the guests' grant tables, 1 or 2 (1)", 0 },
	{ "copy", KEY_COPY, NULL, 0, "data is copied, and only rings mapped", 0 },
	{ "queue-pages", KEY_QUEUE_PAGES, "N", 0,
	  "xen-blkback's max_queue_pages (4096)", 0 },
	{ "vcpus", KEY_VCPUS, "N", 0, "of the backend's domain (1)", 0 },
	{ "json", KEY_JSON, NULL, 0, "for programs", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static unsigned int number(struct argp_state *state, const char *text)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || n > UINT_MAX)
		argp_error(state, "'%s' is no number", text);
	return n;
}

static unsigned int *field(struct sizing_plan *plan, int key)
{
	switch (key) {
	case 'g': return &plan->guests;
	case 'd': return &plan->disks;
	case KEY_VIFS: return &plan->vifs;
	case 'q': return &plan->queues;
	case 'o': return &plan->ring_order;
	case 's': return &plan->segments;
	case 'p': return &plan->page_size;
	case KEY_VERSION: return &plan->grant_version;
	case KEY_QUEUE_PAGES: return &plan->queue_pages;
	case KEY_VCPUS: return &plan->vcpus;
	default: return NULL;
	}
}

static error_t sizing_option(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;
	unsigned int *at = field(&settings->plan, key);
	const char *problem;

	if (at) {
		*at = number(state, arg);
		return 0;
	}
	switch (key) {
	case KEY_COPY:
		settings->plan.copy = true;
		return 0;
	case KEY_JSON:
		settings->json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "what is '%s'?", arg);
		return EINVAL;
	case ARGP_KEY_END:
		problem = sizing_refuse(&settings->plan);
		if (problem)
			argp_error(state, "%s", problem);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp sizing_argp = {
	.options = sizing_options,
	.parser = sizing_option,
	.doc = "How many grant frames, maptrack frames and ring pages, and how "
	       "much memory, guests need at the most.\vSee xenback(8).",
};

static int run_sizing(int argc, char **argv)
{
	struct settings settings = {
		.plan = {
			.guests = 1, .disks = 1, .queues = 1, .segments = 11,
			.page_size = 4096, .grant_version = 1,
			.queue_pages = 4096, .vcpus = 1,
		},
	};
	struct sizing sizing;
	int ret;

	/* argp's usage shows the first word: let it be the whole command. */
	argv[0] = (char *)"xenback sizing";
	ret = argp_parse(&sizing_argp, argc, argv, 0, NULL, &settings);
	if (ret)
		return ret;
	sizing_compute(&settings.plan, &sizing);
	ret = (settings.json ? report_json : report_text)(stdout,
							  &settings.plan,
							  &sizing);
	if (ret || fflush(stdout)) {
		perror("xenback");
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

static void usage(FILE *out)
{
	fputs("Usage: xenback COMMAND [OPTION...]\n"
	      "Helps with the backends of Xen's guests.\n\n"
	      "  sizing    what guests need of Xen's tables and of memory\n\n"
	      "xenback COMMAND --help tells more; so does xenback(8).\n", out);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "sizing"))
		return run_sizing(argc - 1, argv + 1);
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?"))) {
		usage(stdout);
		return EXIT_SUCCESS;
	}
	usage(stderr);
	return EX_USAGE;
}
