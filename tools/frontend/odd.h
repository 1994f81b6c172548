/* SPDX-License-Identifier: GPL-2.0 */
/* Grants that are not as they should be. */
#ifndef XEN_FRONTEND_ODD_H
#define XEN_FRONTEND_ODD_H

#include <linux/types.h>

/* Return: 0 or a negative errno; odd_destroy() is the caller's in both cases. */
int odd_create(u16 backend);
void odd_destroy(void);

/*
 * By a name: "readonly"; "elsewhere", for a domain that is not the backend's;
 * "unused", whose entry grants nothing; "beyond", where there is no entry. False
 * if it is none of these.
 */
bool odd_ref(const char *name, u32 *ref);

/* The page that the backend may only read. */
void *odd_readonly(void);

#endif
