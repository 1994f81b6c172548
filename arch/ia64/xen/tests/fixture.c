// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include "fixture.h"

/* A frame of the guest is this many pages of the model's. */
#define SMALL BIT(XENGNT_IA64_PAGE_ORDER)

int ia64_test_init(struct kunit *test)
{
	struct ia64_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	xenmodel_ia64_reset();
	t->backend = xengnt_backend_probe();
	KUNIT_ASSERT_NOT_NULL(test, t->backend);
	/* so many that the allocator aligns them as frames have to be */
	t->guest = xenmodel_domain_create(GRANTER, SMALL * GUEST_FRAMES);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->guest));
	t->window = window_open();
	KUNIT_ASSERT_NOT_NULL(test, t->window);
	t->ops = kunit_kzalloc(test, FRAME, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->ops);
	return 0;
}

void ia64_test_exit(struct kunit *test)
{
	struct ia64_test *t = test->priv;

	machine_add_frames(0);
	window_close();
	if (!IS_ERR_OR_NULL(t->guest))
		xenmodel_domain_destroy(t->guest);
	xenmodel_ia64_reset();
	xenmodel_reset();
}

u8 *ia64_test_frame(struct kunit *test, unsigned int index)
{
	struct ia64_test *t = test->priv;

	return xenmodel_memory(t->guest, index * SMALL);
}

grant_ref_t ia64_test_grant(struct kunit *test, unsigned int index,
			    bool readonly)
{
	struct ia64_test *t = test->priv;

	return xenmodel_grant(t->guest, index * SMALL, XENMODEL_LOCAL_DOMID,
			      readonly);
}
