/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's page_pool, wherever its header is; see include/compat.h. */
#ifndef XEN_BACKENDS_COMPAT_PAGE_POOL_H
#define XEN_BACKENDS_COMPAT_PAGE_POOL_H

#ifdef HAVE_PAGE_POOL_HELPERS
#include <net/page_pool/helpers.h>

/* Any page can be divided. */
#define PP_FLAG_PAGE_FRAG		0
#else
#include <net/page_pool.h>

#define page_pool_unref_page		page_pool_defrag_page
#define page_pool_put_unrefed_page	page_pool_put_defragged_page
#endif

#endif /* XEN_BACKENDS_COMPAT_PAGE_POOL_H */
