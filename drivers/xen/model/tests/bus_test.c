// SPDX-License-Identifier: GPL-2.0
/*
 * What a device may not hold any more when it says that it is closed.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>
#include "../bus.h"
#include "../model.h"
#include "suites.h"

#define GUEST		8
#define BACKEND		"backend/vtest/8/0"
#define FRONTEND	"/local/domain/8/device/vtest/0"

/* One device at a time. */
static struct xenbus_device *probed;

static int vtest_probe(struct xenbus_device *dev,
		       const struct xenbus_device_id *id)
{
	probed = dev;
	return 0;
}

static const struct xenbus_device_id vtest_ids[] = {
	{ "vtest" },
	{ "" }
};

static struct xenbus_driver vtest_driver = {
	.ids = vtest_ids,
	.probe = vtest_probe,
};

struct bus_test {
	struct xenmodel_domain *guest;
	struct page *page;
	struct gnttab_map_grant_ref map;
};

static int bus_test_init(struct kunit *test)
{
	struct bus_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	xenmodel_reset();
	probed = NULL;
	t->guest = xenmodel_domain_create(GUEST, 2);
	KUNIT_ASSERT_FALSE(test, IS_ERR(t->guest));
	KUNIT_ASSERT_EQ(test, gnttab_alloc_pages(1, &t->page), 0);
	/* no links between the driver and this module: it comes and goes */
	KUNIT_ASSERT_EQ(test, __xenbus_register_backend(&vtest_driver, NULL,
							NULL), 0);
	xenmodel_store_write(FRONTEND "/state", "1");
	xenmodel_store_write(BACKEND "/frontend", FRONTEND);
	xenmodel_store_write(BACKEND "/frontend-id", "%u", GUEST);
	xenmodel_store_write(BACKEND "/state", "1");
	xenmodel_store_settle();
	KUNIT_ASSERT_NOT_NULL(test, probed);
	return 0;
}

static void bus_test_exit(struct kunit *test)
{
	struct bus_test *t = test->priv;

	xenmodel_store_rm(BACKEND);
	xenmodel_store_rm(FRONTEND);
	xenmodel_store_settle();
	xenbus_unregister_driver(&vtest_driver);
	gnttab_free_pages(1, &t->page);
	xenmodel_domain_destroy(t->guest);
	xenmodel_reset();
}

static void expect_violations(struct kunit *test, u64 nr)
{
	KUNIT_EXPECT_EQ(test, xenmodel_counted(XENMODEL_VIOLATIONS), nr);
}

static void xenmodel_bus_test_closed_with_nothing(struct kunit *test)
{
	xenbus_switch_state(probed, XenbusStateClosed);
	KUNIT_EXPECT_EQ(test, probed->state, XenbusStateClosed);
	expect_violations(test, 0);
}

/* Its ring, and the grants that the ring consists of. */
static void xenmodel_bus_test_closed_with_ring(struct kunit *test)
{
	struct bus_test *t = test->priv;
	grant_ref_t ref = xenmodel_grant(t->guest, 0, 0, false);
	void *ring;

	KUNIT_ASSERT_EQ(test, xenbus_map_ring_valloc(probed, &ref, 1, &ring),
			0);
	xenmodel_expect_violations(2);
	xenbus_switch_state(probed, XenbusStateClosed);
	expect_violations(test, 2);
	xenbus_unmap_ring_vfree(probed, ring);
}

static void xenmodel_bus_test_closed_with_grant(struct kunit *test)
{
	struct bus_test *t = test->priv;
	struct gnttab_unmap_grant_ref unmap = {};

	t->map = (struct gnttab_map_grant_ref) {
		.host_addr = xenmodel_is_pv() ?
			     (unsigned long)page_address(t->page) :
			     page_to_phys(t->page),
		.flags = GNTMAP_host_map,
		.ref = xenmodel_grant(t->guest, 1, 0, false),
		.dom = GUEST,
	};
	KUNIT_ASSERT_EQ(test, gnttab_map_refs(&t->map, NULL, &t->page, 1), 0);
	KUNIT_ASSERT_EQ(test, t->map.status, GNTST_okay);
	xenbus_switch_state(probed, XenbusStateClosing);
	expect_violations(test, 0);
	xenmodel_expect_violations(1);
	xenbus_switch_state(probed, XenbusStateClosed);
	expect_violations(test, 1);
	unmap.host_addr = t->map.host_addr;
	unmap.handle = t->map.handle;
	KUNIT_EXPECT_EQ(test, gnttab_unmap_refs(&unmap, NULL, &t->page, 1), 0);
}

static struct kunit_case bus_cases[] = {
	KUNIT_CASE(xenmodel_bus_test_closed_with_nothing),
	KUNIT_CASE(xenmodel_bus_test_closed_with_ring),
	KUNIT_CASE(xenmodel_bus_test_closed_with_grant),
	{}
};

struct kunit_suite bus_suite = {
	.name = "xenmodel_bus",
	.init = bus_test_init,
	.exit = bus_test_exit,
	.test_cases = bus_cases,
};
