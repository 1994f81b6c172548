// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>

#include "frontend.h"
#include "honest.h"

static struct frontend honest;
static u8 seed;

/* Whoever acts is the suite's frontend meanwhile. */
static void as_honest(struct kunit *test, void (*act)(struct kunit *test))
{
	struct frontend *hostile = test->priv;

	test->priv = &honest;
	act(test);
	test->priv = hostile;
}

static void honest_connect(struct kunit *test)
{
	frontend_use_ram_disk(&honest);
	frontend_connect(test, 1, 0);
}

static void honest_work(struct kunit *test)
{
	frontend_write_and_read(test, 4, seed += 3);
}

void honest_is_served(struct kunit *test)
{
	as_honest(test, honest_work);
}

int honest_init(struct kunit *test)
{
	int ret = frontend_init(test);

	if (ret)
		return ret;
	honest = (struct frontend) {};
	frontend_create(test, &honest, HONEST_DOMID, HONEST_DEVID);
	as_honest(test, honest_connect);
	return 0;
}

void honest_exit(struct kunit *test)
{
	honest_is_served(test);
	frontend_destroy(test, &honest);
	frontend_exit(test);
}
