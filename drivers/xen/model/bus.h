/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_BUS_H
#define _XENMODEL_BUS_H

#include <linux/types.h>

int xenmodel_bus_init(void);
void xenmodel_bus_exit(void);

/* Is there a device for the backend's folder @nodename? */
bool xenmodel_bus_has(const char *nodename);

#endif /* _XENMODEL_BUS_H */
