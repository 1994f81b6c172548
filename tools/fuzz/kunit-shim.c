// SPDX-License-Identifier: GPL-2.0
/* Runs the suites that were linked in and prints what KUnit would, shortened. */
#include "kunit-shim.h"

static struct kunit_suite *suites[16];
static unsigned int nr_suites;

void kunit_shim_add(struct kunit_suite *suite)
{
	assert(nr_suites < ARRAY_SIZE(suites));
	suites[nr_suites++] = suite;
}

void kunit_shim_fail(struct kunit *test, const char *file, int line, const char *what,
		     long long left, long long right, bool abort)
{
	printf("# %s:%d: expected %s (%lld, %lld)\n", file, line, what, left, right);
	test->failed = true;
	if (abort)
		longjmp(test->abort, 1);
}

void *kunit_kzalloc(struct kunit *test, size_t bytes, int flags)
{
	(void)flags;
	assert(test->nr_memory < ARRAY_SIZE(test->memory));
	return test->memory[test->nr_memory++] = calloc(1, bytes);
}

static bool run(const struct kunit_case *test_case, const void *param)
{
	struct kunit test = { .param_value = param };

	if (!setjmp(test.abort))
		test_case->run_case(&test);
	while (test.nr_memory)
		free(test.memory[--test.nr_memory]);
	return !test.failed;
}

int main(void)
{
	char description[KUNIT_PARAM_DESC_SIZE] = "";
	unsigned int passed = 0, failed = 0, rows = 0, i;
	const struct kunit_case *test_case;
	const void *param;

	for (i = 0; i < nr_suites; i++) {
		for (test_case = suites[i]->test_cases; test_case->name; test_case++) {
			bool ok = true;

			param = NULL;
			do {
				if (test_case->generate_params) {
					param = test_case->generate_params(param, description);
					if (!param)
						break;
					rows++;
				}
				if (!run(test_case, param)) {
					ok = false;
					printf("not ok %s %s\n", test_case->name, description);
				}
			} while (param);
			description[0] = '\0';
			*(ok ? &passed : &failed) += 1;
		}
	}
	printf("# %u rows in tables\n# cases: %u passed, %u failed\n", rows, passed, failed);
	return failed != 0;
}
