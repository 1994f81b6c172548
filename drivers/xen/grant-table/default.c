// SPDX-License-Identifier: GPL-2.0
/*
 * An architecture without a backend of its own: every guest of Xen is
 * auto-translated there.
 */
#include <xen/xen.h>
#include <xen/gnttab/backend.h>

const struct xengnt_backend *xengnt_backend_probe(void)
{
	return xen_domain() ? &xengnt_backend_autoxlat : NULL;
}
