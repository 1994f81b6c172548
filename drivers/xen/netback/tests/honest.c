// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>

#include "guest.h"
#include "honest.h"

static struct guest honest;
static u8 seed;

/* Whoever acts is the suite's guest meanwhile. */
static void as_honest(struct kunit *test, void (*act)(struct kunit *test))
{
	struct guest *hostile = test->priv;

	test->priv = &honest;
	act(test);
	test->priv = hostile;
}

static void honest_connect(struct kunit *test)
{
	guest_connect(test, 1, true);
}

static void honest_work(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_works(test);
	seed += 3;
	guest_offer(g, 0, 0, 2);
	guest_give(g, guest_packet(g, 5000, seed));
	guest_expect(test, 0, 5000, seed);
}

void honest_works(struct kunit *test)
{
	as_honest(test, honest_work);
}

int honest_init(struct kunit *test)
{
	int ret = guest_init(test);

	if (ret)
		return ret;
	honest = (struct guest) {};
	guest_create(test, &honest, HONEST_DOMID, HONEST_DEVID);
	as_honest(test, honest_connect);
	return 0;
}

void honest_exit(struct kunit *test)
{
	honest_works(test);
	guest_destroy(test, &honest);
	guest_exit(test);
}
