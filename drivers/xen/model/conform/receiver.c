// SPDX-License-Identifier: GPL-2.0
/*
 * The receiver of the table on real Xen: loaded in a guest, it offers places
 * for pages and shows the references.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/transfer.h>
#include "conform.h"

static int refs[CONFORM_NR_OFFERS];
static unsigned int nr_refs = CONFORM_NR_OFFERS;
module_param_array(refs, int, &nr_refs, 0444);
MODULE_PARM_DESC(refs, "the offers, in the order of enum conform_ref");

/* Those to one domain. */
struct side {
	struct xengnt_client *client;
	struct xengnt_receiver *receiver;
	struct xengnt_offer offers[CONFORM_NR_OFFERS];
	unsigned int nr;
};

static struct side ours = { .nr = CONFORM_NR_OFFERS - 1 };
static struct side elsewhere = { .nr = 1 };

static void side_close(struct side *s)
{
	if (!s->receiver)
		return;
	xengnt_receiver_end(s->receiver, s->offers, s->nr);
	xengnt_receiver_destroy(s->receiver);
	xengnt_client_destroy(s->client);
}

static int side_open(struct side *s, domid_t domid, int *to)
{
	unsigned int i;
	int ret;

	s->client = xengnt_client_create("conform", domid, NULL, NULL);
	if (IS_ERR(s->client))
		return PTR_ERR(s->client);
	s->receiver = xengnt_receiver_create(s->client, s->nr, 0);
	ret = PTR_ERR_OR_ZERO(s->receiver);
	if (ret)
		goto err_client;
	ret = xengnt_receiver_offer(s->receiver, s->offers, s->nr);
	if (ret)
		goto err_receiver;
	for (i = 0; i < s->nr; i++)
		to[i] = s->offers[i].ref;
	return 0;

err_receiver:
	xengnt_receiver_destroy(s->receiver);
	s->receiver = NULL;
err_client:
	xengnt_client_destroy(s->client);
	return ret;
}

static int __init conform_receiver_init(void)
{
	int ret = side_open(&ours, 0, refs);

	if (ret)
		return ret;
	ret = side_open(&elsewhere, CONFORM_ELSEWHERE_DOMID,
			refs + CONFORM_NR_OFFERS - 1);
	if (ret)
		side_close(&ours);
	return ret;
}

/* What has come is not looked at: it stays with the domain. */
static void __exit conform_receiver_exit(void)
{
	side_close(&elsewhere);
	side_close(&ours);
}

module_init(conform_receiver_init);
module_exit(conform_receiver_exit);

MODULE_DESCRIPTION("Offers pages for the comparison of the model with Xen");
MODULE_LICENSE("GPL");
