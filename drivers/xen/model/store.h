/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xenstore: keys, values, watches, transactions.
 *
 * Paths are kept as they are written: relative ones, which are those below the
 * backend's own domain, stay relative.
 */
#ifndef _XENMODEL_STORE_H
#define _XENMODEL_STORE_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

/**
 * xenmodel_store_write() - write as somebody else than this kernel
 * @path: the key; it and the folders above it are created
 * @fmt: the value
 *
 * Watches fire as for any write. A test fails if there is no memory.
 */
void __printf(2, 3) xenmodel_store_write(const char *path, const char *fmt,
					 ...);

/**
 * xenmodel_store_read() - read as somebody else
 * @path: the key
 *
 * Return: the value, to be freed by the caller, or NULL.
 */
char *xenmodel_store_read(const char *path);

/**
 * xenmodel_store_rm() - remove a key and all below it
 * @path: the key
 */
void xenmodel_store_rm(const char *path);

/**
 * xenmodel_store_settle() - wait until every watch that fired was served
 */
void xenmodel_store_settle(void);

/**
 * xenmodel_store_conflicts() - let transactions of this kernel fail
 * @nr: so many end with -EAGAIN, without effect
 *
 * Those fail in any case that have read, or written, what somebody else has
 * changed meanwhile.
 */
void xenmodel_store_conflicts(unsigned int nr);

/**
 * xenmodel_store_refuse() - let this kernel's writes to a key fail
 * @key: the last part of its path; NULL to refuse none any more
 * @error: a negative errno
 */
void xenmodel_store_refuse(const char *key, int error);

/*
 * For the model itself.
 */
int xenmodel_store_init(void);
void xenmodel_store_exit(void);
bool xenmodel_store_exists(const char *path);
unsigned int xenmodel_store_keys(void);
unsigned int xenmodel_store_transactions(void);
unsigned int xenmodel_store_watches(void);

#endif /* _XENMODEL_STORE_H */
