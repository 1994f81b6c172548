// SPDX-License-Identifier: GPL-2.0
/*
 * Receives pages.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/vmalloc.h>
#include <xen/gnttab/client.h>
#include <xen/gnttab/transfer.h>
#include "transfer.h"

static const struct xengnt_client_ops no_ops;
static struct xengnt_client *client;
static struct xengnt_receiver *receiver;
static struct xengnt_offer *offers;
static unsigned int nr_offers;

static void receive_stop(void)
{
	xengnt_receiver_destroy(receiver);
	receiver = NULL;
	xengnt_client_destroy(client);
	client = NULL;
	vfree(offers);
	offers = NULL;
}

static int receive_start(unsigned int domid, unsigned int nr,
			 unsigned int keep)
{
	int ret;

	client = xengnt_client_create("lab-receive", domid, &no_ops, NULL);
	if (IS_ERR(client)) {
		ret = PTR_ERR(client);
		client = NULL;
		return ret;
	}
	offers = vcalloc(nr, sizeof(*offers));
	receiver = xengnt_receiver_create(client, nr, keep);
	ret = PTR_ERR_OR_ZERO(receiver);
	if (ret)
		receiver = NULL;
	return offers ? ret : -ENOMEM;
}

int lab_offer(struct lab *lab, const unsigned int *args)
{
	unsigned int nr = args[1], i;
	int ret;

	if (receiver || !nr || nr > LAB_MAX)
		return -EINVAL;
	ret = receive_start(args[0], nr, args[2]);
	if (!ret)
		ret = xengnt_receiver_offer(receiver, offers, nr);
	if (ret) {
		receive_stop();
		return ret;
	}
	for (i = 0; i < nr; i++)
		lab->refs[i] = offers[i].ref;
	nr_offers = nr;
	lab->nr_refs = nr;
	return 0;
}

int lab_wait(struct lab *lab, const unsigned int *args)
{
	if (!receiver)
		return -EINVAL;
	lab_say(lab, "arrived %u", xengnt_receiver_wait(receiver, offers,
							nr_offers, args[0]));
	return 0;
}

int lab_end(struct lab *lab, const unsigned int *args)
{
	unsigned int i, wrong = 0, withdrawn = 0, other = 0, received;

	if (!receiver)
		return -EINVAL;
	received = xengnt_receiver_end(receiver, offers, nr_offers);
	for (i = 0; i < nr_offers; i++) {
		withdrawn += offers[i].status == -ECANCELED;
		other += offers[i].status && offers[i].status != -ECANCELED;
		if (!offers[i].page)
			continue;
		wrong += !lab_matches(offers[i].page, args[0], i);
		lab_fill(offers[i].page, ~args[0], i);
		wrong += !lab_matches(offers[i].page, ~args[0], i);
		__free_page(offers[i].page);
	}
	lab_say(lab, "received %u withdrawn %u other %u wrong %u", received,
		withdrawn, other, wrong);
	receive_stop();
	return 0;
}
