// SPDX-License-Identifier: GPL-2.0
/*
 * Handles: Xen's record of what a domain has mapped.
 */
#include <linux/minmax.h>
#include <linux/vmalloc.h>
#include "knob.h"
#include "maptrack.h"

/* Xen's default is 1024 frames of 256 handles. */
#define NR_HANDLES (16 * 1024)

static struct xenmodel_mapping *mappings;
static unsigned int limit = NR_HANDLES;
static unsigned int in_use;
static unsigned int next_handle;
static bool stale_expected;

int xenmodel_maptrack_init(void)
{
	mappings = vcalloc(NR_HANDLES, sizeof(*mappings));
	return mappings ? 0 : -ENOMEM;
}

void xenmodel_maptrack_exit(void)
{
	vfree(mappings);
}

void xenmodel_maptrack_limit(unsigned int handles)
{
	limit = min_t(unsigned int, handles, NR_HANDLES);
}
EXPORT_SYMBOL_GPL(xenmodel_maptrack_limit);

/*
 * A handle is not used again before all others have been, so that whoever
 * uses a stale one gets caught.
 */
struct xenmodel_mapping *xenmodel_handle_get(grant_handle_t *handle)
{
	if (in_use >= limit)
		return NULL;
	while (mappings[next_handle].domain)
		next_handle = (next_handle + 1) % NR_HANDLES;
	*handle = next_handle;
	next_handle = (next_handle + 1) % NR_HANDLES;
	in_use++;
	return &mappings[*handle];
}

void xenmodel_handle_put(struct xenmodel_mapping *mapping)
{
	mapping->domain = NULL;
	in_use--;
}

struct xenmodel_mapping *xenmodel_handle_find(grant_handle_t handle)
{
	if (handle >= NR_HANDLES || !mappings[handle].domain)
		return NULL;
	return &mappings[handle];
}

void xenmodel_stale_handles_expected(bool expected)
{
	stale_expected = expected;
}
EXPORT_SYMBOL_GPL(xenmodel_stale_handles_expected);

void xenmodel_handle_stale(grant_handle_t handle)
{
	if (!stale_expected)
		xenmodel_violation("handle %x is unmapped and stands for nothing",
				   handle);
}

unsigned int xenmodel_handles(void)
{
	return READ_ONCE(in_use);
}
EXPORT_SYMBOL_GPL(xenmodel_handles);
