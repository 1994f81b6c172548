/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENMODEL_HYPERCALL_H
#define _XENMODEL_HYPERCALL_H

/* One lock for all of the model: it is not here to be fast. */
unsigned long xenmodel_lock(void);
void xenmodel_unlock(unsigned long flags);

#endif /* _XENMODEL_HYPERCALL_H */
