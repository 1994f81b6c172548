/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the backend does when something happens to the device on xenbus.
 *
 * A vif comes and goes as a disk does, so the table is blkback's. "The device"
 * in it is the network interface, once the hotplug script is done with it.
 */
#ifndef XEN_NETBACK_STATE_H
#define XEN_NETBACK_STATE_H

/* Each module has its own copy, and both may be linked into one kernel. */
#define blkback_state_next netback_state_next
#include "../blkback/state.h"

#endif
