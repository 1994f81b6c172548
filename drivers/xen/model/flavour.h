/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kind of guest of Xen this kernel is.
 */
#ifndef _XENMODEL_FLAVOUR_H
#define _XENMODEL_FLAVOUR_H

#include <linux/types.h>

/**
 * xenmodel_is_pv() - the flavour, chosen when the model is loaded
 *
 * Return: true if this kernel is a PV guest, which names memory by machine
 * frames and mappings by virtual address; false if it is auto-translated.
 */
bool xenmodel_is_pv(void);

#endif /* _XENMODEL_FLAVOUR_H */
