/* SPDX-License-Identifier: GPL-2.0 */
/* Transfer mode: what the guest receives are pages that become its own. */
#ifndef XEN_NETBACK_TRANSFERMODE_H
#define XEN_NETBACK_TRANSFERMODE_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <xen/gnttab/transfer.h>

struct netback_rx_plan;
struct sk_buff;
struct xengnt_client;

/* What one pass gives away: more than three of the largest packets. */
#define NETBACK_TRANSFERMODE_PAGES	64

/**
 * struct netback_transfermode - transfer mode of a queue
 * @batch: the pages of a pass
 * @lost: pages of this interface that Xen has not given other memory yet
 * @spare: pages to be given away; those of a pass come back with other memory
 * @nr_spare: how many
 * @whole: of a pass, pages that are given away as they came
 *
 * One user at a time.
 */
struct netback_transfermode {
	struct xengnt_send_batch batch;
	atomic_t *lost;
	struct page *spare[NETBACK_TRANSFERMODE_PAGES];
	unsigned int nr_spare;
	unsigned int whole;
};

/**
 * netback_transfermode_offered() - may a frontend ask for it?
 *
 * Context: may sleep.
 * Return: true if the administrator allows it and Xen can do it.
 */
bool netback_transfermode_offered(void);

/**
 * netback_transfermode_create() - for one queue
 * @client: who gives pages away
 * @lost: shared by the queues of an interface, and 0 at first
 *
 * Context: may sleep.
 * Return: it, or an ERR_PTR().
 */
struct netback_transfermode *
netback_transfermode_create(struct xengnt_client *client, atomic_t *lost);

/**
 * netback_transfermode_destroy() - the reverse
 * @mode: or NULL
 */
void netback_transfermode_destroy(struct netback_transfermode *mode);

/**
 * netback_transfermode_begin() - nothing to be given away yet
 * @mode: from netback_transfermode_create()
 */
static inline void netback_transfermode_begin(struct netback_transfermode *mode)
{
	xengnt_send_batch_reset(&mode->batch);
	mode->whole = 0;
}

/**
 * netback_transfermode_room() - pages that this pass can still give away
 * @mode: after netback_transfermode_begin()
 *
 * Return: the number.
 */
static inline unsigned int
netback_transfermode_room(const struct netback_transfermode *mode)
{
	return xengnt_send_batch_room(&mode->batch);
}

/**
 * netback_transfermode_plan() - lay a packet out
 * @plan: gets the result
 * @skb: the packet
 *
 * Return: 0, -EMSGSIZE if it is too large.
 */
int netback_transfermode_plan(struct netback_rx_plan *plan,
			      const struct sk_buff *skb);

/**
 * netback_transfermode_have() - see to it that there are pages
 * @mode: with room for @nr
 * @nr: how many
 *
 * Context: any.
 * Return: false if there are not, or Xen owes this interface too many.
 */
bool netback_transfermode_have(struct netback_transfermode *mode,
			       unsigned int nr);

/**
 * netback_transfermode_add() - put a part of a packet into one of them
 * @mode: after netback_transfermode_have()
 * @ref: where the guest expects it
 * @skb: the packet; if the part is a page that only it uses, it gets another
 *	one for it, and what it holds is lost
 * @offset: of the part
 * @len: its bytes, at most a page's; there is nothing else in the page
 */
void netback_transfermode_add(struct netback_transfermode *mode, u32 ref,
			      struct sk_buff *skb, unsigned int offset,
			      unsigned int len);

/**
 * netback_transfermode_run() - give away all that was added
 * @mode: with at least one page
 *
 * At most one transfer.
 *
 * Context: any but hard interrupts.
 * Return: the number of pages that the guest did not get.
 */
unsigned int netback_transfermode_run(struct netback_transfermode *mode);

/**
 * netback_transfermode_given() - what became of a page
 * @mode: after netback_transfermode_run()
 * @index: counted from netback_transfermode_begin() on
 *
 * Return: true if it is the guest's.
 */
static inline bool
netback_transfermode_given(const struct netback_transfermode *mode,
			   unsigned int index)
{
	return !xengnt_send_batch_status(&mode->batch, index);
}

#endif
