/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transfer, in both directions.
 */
#ifndef _XENMODEL_TRANSFER_H
#define _XENMODEL_TRANSFER_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct xenmodel_domain;

/**
 * xenmodel_offer() - a guest offers a place for a page
 * @domain: the receiver
 * @index: the page of its that will hold what is sent
 * @domid: who may send it
 *
 * It has to have room: see struct xenmodel_domain.
 *
 * Return: the reference; 0 if the table is full.
 */
grant_ref_t xenmodel_offer(struct xenmodel_domain *domain, unsigned int index,
			   domid_t domid);

/**
 * xenmodel_arrived() - has a page been sent to an offer?
 * @domain: the receiver
 * @ref: from xenmodel_offer()
 *
 * Return: true if it has.
 */
bool xenmodel_arrived(const struct xenmodel_domain *domain, grant_ref_t ref);

/**
 * xenmodel_send() - a guest sends a page of its to this kernel
 * @domain: the sender
 * @index: which page; it keeps a copy
 * @ref: what this kernel has offered
 *
 * Return: GNTST_...
 */
int xenmodel_send(struct xenmodel_domain *domain, unsigned int index,
		  grant_ref_t ref);

/**
 * xenmodel_send_begin() - the first half of xenmodel_send()
 * @domain: the sender
 * @ref: what this kernel has offered
 *
 * Return: GNTST_okay if Xen has committed itself to the transfer.
 */
int xenmodel_send_begin(struct xenmodel_domain *domain, grant_ref_t ref);

/**
 * xenmodel_send_finish() - the second half
 * @domain: the sender
 * @index: which page
 * @ref: as before
 */
void xenmodel_send_finish(struct xenmodel_domain *domain, unsigned int index,
			  grant_ref_t ref);

/**
 * xenmodel_send_abort() - no second half: Xen takes its commitment back
 * @ref: as before
 */
void xenmodel_send_abort(grant_ref_t ref);

/* For the model itself. The lock of hypercall.c is held. */
void xenmodel_transfer(struct gnttab_transfer *op);

#endif /* _XENMODEL_TRANSFER_H */
