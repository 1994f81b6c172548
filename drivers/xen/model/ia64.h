/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Xen/ia64: a domain whose frames are 16 KiB, four pages of this kernel, and
 * all called by pseudo-physical numbers. Granters and handles are the same as
 * in the other flavours; a granted frame is four pages of the granter's, of
 * which the first is named.
 */
#ifndef _XENMODEL_IA64_H
#define _XENMODEL_IA64_H

#include <linux/mm.h>
#include <linux/types.h>

#define XENMODEL_IA64_PAGE_SHIFT	14
#define XENMODEL_IA64_PAGE_SIZE		BIT(XENMODEL_IA64_PAGE_SHIFT)
#define XENMODEL_IA64_ORDER		(XENMODEL_IA64_PAGE_SHIFT - PAGE_SHIFT)

/* Machine frames are other numbers than this domain's. */
#define XENMODEL_IA64_MACHINE		0x700000UL

/**
 * enum xenmodel_ia64_state - what is at a pseudo-physical frame
 * @XENMODEL_IA64_NOTHING: no memory
 * @XENMODEL_IA64_OWN: memory of this domain
 * @XENMODEL_IA64_FOREIGN: a granted frame
 */
enum xenmodel_ia64_state {
	XENMODEL_IA64_NOTHING,
	XENMODEL_IA64_OWN,
	XENMODEL_IA64_FOREIGN,
};

enum xenmodel_ia64_state xenmodel_ia64_state(u64 gpfn);

/* The hypercall instruction: @number in r2, @args in the output registers. */
long xenmodel_ia64_call(unsigned int number, const unsigned long args[5]);

/* Hypercalls of a number since xenmodel_ia64_reset(). */
unsigned int xenmodel_ia64_calls(unsigned int number);

/* From the @skip-th call of a number on, one fails with @error. */
void xenmodel_ia64_fail(unsigned int number, unsigned int skip, int error);

/* Populating gives out so many frames and then no more. */
void xenmodel_ia64_free_frames(unsigned int nr);

/* Where a frame of this domain is, memory or one of Xen's tables. */
void *xenmodel_ia64_frame_address(u64 gpfn);

/*
 * A read of the P2M that Xen shows; -EFAULT where nothing is shown. With
 * xenmodel_ia64_p2m_flicker() the entry is gone for the next who looks.
 */
int xenmodel_ia64_p2m_read(u64 *value, const u64 *from);
void xenmodel_ia64_p2m_flicker(bool on);

/* The frame at which the P2M is shown; 0: it is not. */
u64 xenmodel_ia64_p2m_window(void);

/* What another domain has offered, and a buffer for what arrives there. */
struct xenmodel_domain;
void xenmodel_ia64_offer(struct xenmodel_domain *domain, u32 ref, void *buffer);

/*
 * Play the other domain: send a frame full of @byte to an entry of ours. In two
 * halves, between which Xen has committed itself; the second takes place if the
 * first has returned GNTST_okay.
 */
int xenmodel_ia64_send(const struct xenmodel_domain *from, u32 ref, u8 byte);
int xenmodel_ia64_send_begin(const struct xenmodel_domain *from, u32 ref);
int xenmodel_ia64_send_finish(u32 ref, u8 byte);

/* This domain is suspended and goes on: the P2M is not shown any more. */
void xenmodel_ia64_resume(void);

void xenmodel_ia64_reset(void);

#endif /* _XENMODEL_IA64_H */
