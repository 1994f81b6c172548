/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A client of the library: one connection of one driver to one granter.
 */
#ifndef _XEN_GNTTAB_CLIENT_H
#define _XEN_GNTTAB_CLIENT_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/gnttab/counter.h>

struct xengnt_client;
struct xengnt_unmap;

/**
 * DOC: Example of a client
 *
 * Someone who maps pages of a guest, and is told when they are unmapped::
 *
 *	static void example_unmapped(struct xengnt_unmap *u, int status)
 *	{
 *		struct xengnt_area *area = xengnt_client_priv(u->client);
 *
 *		if (status)
 *			xengnt_area_lose(area, 1);
 *		else
 *			xengnt_area_put(area, &u->page, 1);
 *	}
 *
 *	static const struct xengnt_client_ops example_ops = {
 *		.unmapped = example_unmapped,
 *	};
 *
 *	struct xengnt_client *example_client(domid_t guest,
 *					     struct xengnt_area *area)
 *	{
 *		return xengnt_client_create("example", guest, &example_ops,
 *					    area);
 *	}
 */

/**
 * struct xengnt_client_ops - how the library answers a client
 * @unmapped: entry @u has left the unmap queue. @status is 0, or -EIO if Xen
 *	refused: then the page may still be mapped and must never be used
 *	again. From here on @u belongs to the caller once more.
 * @flushed: the last of a run of @unmapped calls of one unmap call has been
 *	made. The place to notify the granter once for all of them. Optional.
 *
 * Both are called in any context, with interrupts on or off, and must not
 * sleep.
 */
struct xengnt_client_ops {
	void (*unmapped)(struct xengnt_unmap *u, int status);
	void (*flushed)(struct xengnt_client *client);
};

/**
 * xengnt_client_create() - announce a client
 * @name: at most 63 characters; its file in debugfs, with a number behind it if
 *	another client has the name already
 * @granter: the domain whose grants it will use
 * @ops: how to answer it; NULL if it never queues an unmapping
 * @priv: for xengnt_client_priv()
 *
 * Context: may sleep.
 * Return: the client, or an ERR_PTR(): -ENOMEM.
 */
struct xengnt_client *xengnt_client_create(const char *name, domid_t granter,
					   const struct xengnt_client_ops *ops,
					   void *priv);

/**
 * xengnt_client_destroy() - forget a client
 * @client: from xengnt_client_create(), or NULL
 *
 * Every entry that it queued must have been answered by ``unmapped``. Waits
 * until no callback of the client runs any more.
 *
 * Context: may sleep.
 */
void xengnt_client_destroy(struct xengnt_client *client);

/**
 * xengnt_client_priv() - what the creator gave as @priv
 * @client: a client
 *
 * Return: the pointer.
 */
void *xengnt_client_priv(const struct xengnt_client *client);

/**
 * xengnt_client_granter() - the domain whose grants the client uses
 * @client: a client
 *
 * Return: its domain number.
 */
domid_t xengnt_client_granter(const struct xengnt_client *client);

/**
 * xengnt_client_count() - add to a counter of a client, and of the library
 * @client: a client
 * @counter: below XENGNT_NR_COUNTERS
 * @n: how much
 *
 * Context: any.
 */
void xengnt_client_count(struct xengnt_client *client,
			 enum xengnt_counter counter, u64 n);

/**
 * xengnt_client_read() - one counter of a client
 * @client: a client
 * @counter: below XENGNT_NR_COUNTERS
 *
 * Context: any.
 * Return: the number since the client was created.
 */
u64 xengnt_client_read(const struct xengnt_client *client,
		       enum xengnt_counter counter);

#endif /* _XEN_GNTTAB_CLIENT_H */
