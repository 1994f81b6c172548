/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's pages that requests name, and their grants. */
#ifndef XEN_FRONTEND_MEMORY_H
#define XEN_FRONTEND_MEMORY_H

#include <linux/types.h>

/* Pages for data, if nobody says; requests of more segments than that use them over and over. */
#define MEMORY_DATA	32
/* What the largest indirect request that can be written names. */
#define MEMORY_INDIRECT	8

/* With so many pages for data, and odd ones. Return: 0 or a negative errno. May sleep. */
int memory_create(u16 backend, unsigned int pages);
void memory_destroy(void);

/* References, of pages that wrap around. */
u32 memory_data_ref(unsigned int page);
u32 memory_indirect_ref(unsigned int page);

/* A page that describes segments. */
void *memory_indirect(unsigned int page);

/* Other content for each page and each seed; what it all is now. */
void memory_fill(u8 seed);
u32 memory_sum(void);

#endif
