// SPDX-License-Identifier: GPL-2.0
/*
 * Passes data of a guest on to another in a packet, without a copy: as a
 * network block device does that serves the one and is served by the other.
 */
#include <linux/bvec.h>
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/in.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <net/net_namespace.h>
#include <xen/gnttab/area.h>
#include <xen/gnttab/batch.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/m2p.h>
#include <xen/gnttab/unmap.h>
#include "transfer.h"

/* The page of the first reference, while it is mapped. */
static struct forward {
	struct xengnt_client *client;
	struct xengnt_area *area;
	struct page *page;
	struct xengnt_unmap unmap;
	bool mapped;
} forward;

static void forward_unmapped(struct xengnt_unmap *u, int status)
{
	if (status) {
		xengnt_area_lose(forward.area, 1);
	} else {
		xengnt_area_put(forward.area, &u->page, 1);
		forward.mapped = false;
	}
}

static const struct xengnt_client_ops forward_ops = {
	.unmapped = forward_unmapped,
};

static int forward_map(grant_ref_t ref)
{
	struct xengnt_map_batch batch;
	int ret;

	ret = xengnt_area_get(forward.area, &forward.page, 1);
	if (ret)
		return ret;
	ret = xengnt_map_batch_init(&batch, forward.client, 1);
	if (!ret) {
		xengnt_map_batch_add(&batch, ref, forward.page, true);
		ret = xengnt_map_batch_run(&batch) ? -EIO : 0;
	}
	if (ret) {
		xengnt_area_put(forward.area, &forward.page, 1);
	} else {
		forward.mapped = true;
		forward.unmap.client = forward.client;
		forward.unmap.page = forward.page;
		forward.unmap.handle = xengnt_map_batch_handle(&batch, 0);
	}
	xengnt_map_batch_fini(&batch);
	return ret;
}

int lab_borrow(struct lab *lab, const unsigned int *args)
{
	int ret;

	if (forward.client || !lab->nr_refs)
		return -EINVAL;
	forward.client = xengnt_client_create("lab-forward", args[0],
					      &forward_ops, NULL);
	ret = PTR_ERR_OR_ZERO(forward.client);
	if (!ret && args[1])
		ret = xengnt_m2p_track(forward.client);
	if (!ret)
		forward.area = xengnt_area_create(forward.client,
						  XENGNT_AREA_MAP, 1, 0);
	ret = ret ?: PTR_ERR_OR_ZERO(forward.area) ?: forward_map(lab->refs[0]);
	if (ret)
		lab_give_back(lab, args);
	return ret;
}

int lab_give_back(struct lab *lab, const unsigned int *args)
{
	LIST_HEAD(entries);

	if (forward.mapped) {
		list_add(&forward.unmap.node, &entries);
		xengnt_unmap_queue(&entries, XENGNT_TOUCHED, false);
	}
	if (forward.mapped)
		return -EBUSY;
	if (!IS_ERR_OR_NULL(forward.area))
		xengnt_area_destroy(forward.area);
	if (!IS_ERR_OR_NULL(forward.client))
		xengnt_client_destroy(forward.client);
	memset(&forward, 0, sizeof(forward));
	return 0;
}

static int forward_send(struct socket *sock, const unsigned int *args)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(args[0]),
		.sin_port = htons(args[1]),
	};
	int ret = kernel_connect(sock, (struct sockaddr *)&to, sizeof(to), 0);

	return ret ?: compat_send_page(sock, forward.page, args[2], args[3]);
}

int lab_forward(struct lab *lab, const unsigned int *args)
{
	struct socket *sock;
	int ret;

	if (!forward.mapped || args[2] + args[3] > PAGE_SIZE)
		return -EINVAL;
	ret = sock_create_kern(&init_net, AF_INET, SOCK_STREAM, IPPROTO_TCP,
			       &sock);
	if (ret)
		return ret;
	ret = forward_send(sock, args);
	sock_release(sock);
	if (ret < 0)
		return ret;
	lab_say(lab, "%d %08x", ret,
		crc32_le(~0, page_address(forward.page) + args[2], args[3]) ^
		~0);
	return 0;
}
