/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_RING_H
#define _XENMODEL_RING_H

/* Rings that are mapped by xenbus_map_ring_valloc(). */
unsigned int xenmodel_rings(void);

struct xenbus_device;
unsigned int xenmodel_rings_of(const struct xenbus_device *dev);

#endif /* _XENMODEL_RING_H */
