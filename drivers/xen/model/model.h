/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model of Xen, for suites: everything that one may call.
 *
 * Documentation/kunit.rst tells how a suite uses it.
 */
#ifndef _XENMODEL_MODEL_H
#define _XENMODEL_MODEL_H

#include <linux/types.h>
#include "domain.h"
#include "evtchn.h"
#include "flavour.h"
#include "grant.h"
#include "knob.h"
#include "memory.h"
#include "store.h"
#include "table.h"
#include "transfer.h"
#include "vbd.h"
#include "vif.h"

struct page;

/* Handles that exist, and pages held by gnttab_alloc_pages(). */
unsigned int xenmodel_handles(void);
unsigned int xenmodel_holes(void);

/* Unmapping what is not mapped is a violation, unless that is what is tried. */
void xenmodel_stale_handles_expected(bool expected);

/* May a CPU write to a page? Of an empty hole it may not even read. */
bool xenmodel_writable(struct page *page);

#endif /* _XENMODEL_MODEL_H */
