/* SPDX-License-Identifier: GPL-2.0 */
/* What a vif may send in a time, shared by its queues. */
#ifndef XEN_NETBACK_CREDIT_H
#define XEN_NETBACK_CREDIT_H

#include <linux/compiler.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

/**
 * struct netback_credit_turn - when a packet may be sent that has to wait
 * @paid: bytes that it has been paid for, 0 if none waits
 * @due: when it may be sent, ktime in ns
 * @limit: which of the account's limits this was under
 *
 * One for each queue, which is the only one to touch it.
 */
struct netback_credit_turn {
	unsigned int paid;
	u64 due;
	u32 limit;
};

/**
 * struct netback_credit - an account
 * @lock: protects all of it
 * @limit: serial number of the limit
 * @bytes: paid in at the beginning of each period; 0 means no limit
 * @period: of so many ns
 * @most: that can be left
 * @left: what may be sent; below 0 after the last packet of a period, and while packets wait
 * @paid: beginning of the present period, ktime in ns
 */
struct netback_credit {
	spinlock_t lock;	/* all of it */
	u32 limit;
	u32 bytes;
	u64 period;
	s64 most;
	s64 left;
	u64 paid;
};

/**
 * netback_credit_init() - no limit
 * @credit: an account
 */
void netback_credit_init(struct netback_credit *credit);

/**
 * netback_credit_look() - read, for a person
 * @credit: an account
 * @bytes: gets what is paid in each period, 0 without a limit
 * @usec: gets the period
 *
 * Context: any but hard interrupts.
 * Return: what was left when it was last asked.
 */
s64 netback_credit_look(struct netback_credit *credit, u32 *bytes, u32 *usec);

/**
 * netback_credit_limit() - set or change the limit
 * @credit: an account
 * @bytes: in each period; 0 takes the limit away
 * @usec: the period
 *
 * Who waits may ask again: what was paid under another limit is void.
 *
 * Context: any but hard interrupts.
 */
void netback_credit_limit(struct netback_credit *credit, u32 bytes, u32 usec);

/**
 * netback_credit_limited() - does anything have to be paid?
 * @credit: an account
 *
 * To be asked first: most interfaces have no limit, and neither a lock that
 * queues share nor the time is to be had for nothing.
 *
 * Context: any.
 */
static inline bool netback_credit_limited(const struct netback_credit *credit)
{
	return READ_ONCE(credit->bytes);
}

/**
 * netback_credit_changed() - is there another limit now?
 * @credit: an account
 * @turn: that waits
 *
 * To be asked when the timer has been set: who changes the limit sets it off, but
 * only afterwards.
 *
 * Context: any.
 */
static inline bool
netback_credit_changed(const struct netback_credit *credit,
		       const struct netback_credit_turn *turn)
{
	return READ_ONCE(credit->limit) != turn->limit;
}

/**
 * netback_credit_take() - pay for a packet
 * @credit: an account
 * @turn: of the queue; zeroed, or as it was left by the last call
 * @size: of the packet, in bytes
 * @now: ktime in ns, read before
 *
 * A packet may be sent as soon as anything is left: what it costs beyond that
 * is taken from the next periods, so that the rate is kept whatever the sizes.
 * One that has to wait is paid for at once and has its place before all that are asked
 * for later: of queues that ask for a packet each, none is forgotten, in whatever
 * order they come back. It may ask as often as it likes: before its time is come it
 * waits, and what the guest has added to it meanwhile is paid for then.
 * What a period leaves over is lost, unless there are several in the time by
 * which a timer may be late: then it is kept for so long.
 *
 * Context: any but hard interrupts.
 * Return: 0 if it may be sent, else the ns after which it may.
 */
u64 netback_credit_take(struct netback_credit *credit,
			struct netback_credit_turn *turn, unsigned int size,
			u64 now);

#endif
