/* SPDX-License-Identifier: GPL-2.0 */
/* How many pages a device may use, and how its queues share them. */
#ifndef XEN_BLKBACK_BUDGET_H
#define XEN_BLKBACK_BUDGET_H

/**
 * blkback_budget_queues() - how many queues a device has pages for
 * @wanted: as many would be offered
 *
 * Context: any.
 * Return: at least 1, at most @wanted.
 */
unsigned int blkback_budget_queues(unsigned int wanted);

/**
 * blkback_budget_share() - what one queue may use
 * @nr_queues: of the device
 *
 * Each queue can always hold the pages of the largest request, so a device
 * with more queues than blkback_budget_queues() said exceeds its budget.
 *
 * Context: any.
 * Return: pages of each kind.
 */
unsigned int blkback_budget_share(unsigned int nr_queues);

#endif
