// SPDX-License-Identifier: GPL-2.0
/*
 * Without libFuzzer: replays inputs from files, or mutates the built-in seeds
 * in the same way at every run.
 */
#include <getopt.h>
#include <signal.h>

#include "fuzz.h"
#include "seeds.h"

#define MAX_INPUT 4096

static u8 current[MAX_INPUT];
static size_t current_size;

static u64 next_random(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Values at which things happen. */
static u8 interesting_byte(u64 random)
{
	static const u8 values[] = {
		0, 1, 6, 7, 8, 9, 10, 11, 12, 31, 32, 33, 0x7f, 0x80, 0xfe, 0xff,
		'0', '-', ':', '~',
	};

	return values[random % ARRAY_SIZE(values)];
}

/* One small change to the current input. */
static void mutate(u64 *state)
{
	u64 random = next_random(state);
	size_t at = current_size ? random >> 8 & 0xffff : 0;

	at = current_size ? at % current_size : 0;
	random >>= 24;
	switch (random & 7) {
	case 0:
	case 1:
		current[at] = random >> 8;
		break;
	case 2:
		current[at] = interesting_byte(random >> 8);
		break;
	case 3:
		current[at] ^= 1 << (random >> 8 & 7);
		break;
	case 4:		/* duplicate a piece at the end */
		if (current_size + 32 <= MAX_INPUT && at + 32 <= current_size) {
			memcpy(current + current_size, current + at, 32);
			current_size += 32;
		}
		break;
	case 5:		/* lengthen */
		if (current_size < MAX_INPUT)
			current[current_size++] = random >> 8;
		break;
	case 6:		/* four bytes of one kind */
		if (at + 4 <= current_size)
			memset(current + at, interesting_byte(random >> 8), 4);
		break;
	default:	/* cut off, now and then */
		if (current_size > 8 && (random >> 8 & 7) == 0)
			current_size = at + 1;
		break;
	}
}

/* Leaves the input that broke it where it can be replayed. */
static void keep_current(void)
{
	FILE *file = fopen("crash-input", "wb");

	if (!file)
		return;
	fwrite(current, 1, current_size, file);
	fclose(file);
}

static void on_abort(int number)
{
	keep_current();
	signal(number, SIG_DFL);
	raise(number);
}

static void run_current(void)
{
	u8 *exact = malloc(current_size ? current_size : 1);

	memcpy(exact, current, current_size);
	LLVMFuzzerTestOneInput(exact, current_size);
	free(exact);
}

static void mutate_seeds(unsigned long runs, u64 seed)
{
	unsigned int changes;
	unsigned long i;

	for (i = 0; i < runs; i++) {
		current_size = fuzz_seed(i % fuzz_seeds(), current);
		/* Each seed is tried as it is first. */
		changes = i < fuzz_seeds() ? 0 : 1 + next_random(&seed) % 12;
		while (changes--)
			mutate(&seed);
		run_current();
	}
}

static int replay(const char *path)
{
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		return 1;
	}
	current_size = fread(current, 1, sizeof(current), file);
	fclose(file);
	run_current();
	return 0;
}

static int write_seeds(const char *folder)
{
	char path[4096];
	unsigned int i;
	FILE *file;

	for (i = 0; i < fuzz_seeds(); i++) {
		snprintf(path, sizeof(path), "%s/seed-%02u", folder, i);
		file = fopen(path, "wb");
		if (!file) {
			perror(path);
			return 1;
		}
		fwrite(current, 1, fuzz_seed(i, current), file);
		fclose(file);
	}
	return 0;
}

static int help(void)
{
	puts("usage: fuzz [--runs N] [--seed S] [--write-seeds FOLDER] [FILE...]\n"
	     "Replays each FILE, then N mutations of the seeds (the same for the same S).");
	return 2;
}

/* Called by the sanitizers as they end the program. */
void __sanitizer_set_death_callback(void (*callback)(void));

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "runs", required_argument, NULL, 'r' },
		{ "seed", required_argument, NULL, 's' },
		{ "write-seeds", required_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	unsigned long runs = 0;
	u64 seed = 1;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			runs = strtoul(optarg, NULL, 0);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0) | 1;
			break;
		case 'w':
			return write_seeds(optarg);
		default:
			return help();
		}
	}
	__sanitizer_set_death_callback(keep_current);
	signal(SIGABRT, on_abort);
	for (; optind < argc; optind++)
		if (replay(argv[optind]))
			return 1;
	mutate_seeds(runs, seed);
	printf("# %lu inputs of %u seeds\n", runs, fuzz_seeds());
	return 0;
}
