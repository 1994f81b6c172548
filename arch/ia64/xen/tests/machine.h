/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The window: memory that is contiguous to the kernel only, page by page.
 */
#ifndef _XENGNT_IA64_TESTS_MACHINE_H
#define _XENGNT_IA64_TESTS_MACHINE_H

#include <linux/types.h>

struct page;

#define WINDOW_PAGES 5

/* Its address, at the begin of a page; NULL: no memory. One at a time. */
void *window_open(void);
void window_close(void);

/* The page behind it, neighbours of which are no neighbours in memory. */
struct page *window_page(unsigned int index);

/* Pretend that memory is larger than it is, by so many frames. */
void machine_add_frames(unsigned int nr);

#endif /* _XENGNT_IA64_TESTS_MACHINE_H */
