// SPDX-License-Identifier: GPL-2.0
#include "credit.h"

#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/time64.h>

/* Who is told to wait comes back so late, at most. */
#define LATE_NS	(2 * (u64)TICK_NSEC)

void netback_credit_init(struct netback_credit *credit)
{
	*credit = (struct netback_credit) {};
	spin_lock_init(&credit->lock);
}

void netback_credit_limit(struct netback_credit *credit, u32 bytes, u32 usec)
{
	u64 period = (u64)usec * NSEC_PER_USEC;

	spin_lock_bh(&credit->lock);
	WRITE_ONCE(credit->limit, credit->limit + 1);
	WRITE_ONCE(credit->bytes, bytes);
	credit->period = period;
	credit->most = bytes;
	if (period && period < LATE_NS)
		credit->most = div64_u64(bytes * LATE_NS, period);
	credit->left = 0;
	credit->paid = 0;
	spin_unlock_bh(&credit->lock);
}

s64 netback_credit_look(struct netback_credit *credit, u32 *bytes, u32 *usec)
{
	s64 left;

	spin_lock_bh(&credit->lock);
	*bytes = credit->bytes;
	*usec = div64_u64(credit->period, NSEC_PER_USEC);
	left = credit->left;
	spin_unlock_bh(&credit->lock);
	return left;
}

/* One payment a period. */
static void pay(struct netback_credit *credit, u64 now)
{
	u64 periods = div64_u64(now - credit->paid, credit->period);
	u64 enough = div64_u64(U32_MAX, credit->bytes) + 1;

	if (!periods)
		return;
	credit->paid += periods * credit->period;
	/* No debt is larger than this pays: that of a packet for each queue. */
	credit->left += (s64)min(periods, enough) * credit->bytes;
	credit->left = min(credit->left, credit->most);
}

/* Until anything is left. */
static u64 time_to_wait(const struct netback_credit *credit, u64 now)
{
	if (credit->left > 0)
		return 0;
	return div_u64(-credit->left, credit->bytes) * credit->period +
	       (credit->paid + credit->period - now);
}

/* The lock is held, and there is a limit. */
static u64 take(struct netback_credit *credit,
		struct netback_credit_turn *turn, unsigned int size, u64 now)
{
	u64 wait = 0;

	pay(credit, now);
	if (turn->limit != credit->limit)
		turn->paid = 0;
	turn->limit = credit->limit;
	if (turn->paid && now < turn->due)
		return turn->due - now;
	if (size > turn->paid) {
		wait = time_to_wait(credit, now);
		credit->left -= size - turn->paid;
	}
	turn->paid = wait ? size : 0;
	turn->due = now + wait;
	return wait;
}

u64 netback_credit_take(struct netback_credit *credit,
			struct netback_credit_turn *turn, unsigned int size,
			u64 now)
{
	u64 wait = 0;

	spin_lock_bh(&credit->lock);
	/* Another queue may have looked at its watch later, and been here before. */
	if (credit->bytes)
		wait = take(credit, turn, size, max(now, credit->paid));
	spin_unlock_bh(&credit->lock);
	return wait;
}
