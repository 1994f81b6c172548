/* SPDX-License-Identifier: GPL-2.0 */
/* A request of a disk that changes, and the list of an indirect one. */
#ifndef XEN_FRONTEND_SLOTS_RACE_H
#define XEN_FRONTEND_SLOTS_RACE_H

struct slots;

/*
 * @line is "NUMBER REQUEST; REQUEST", see race.h. What the answer is cannot be
 * said; how many there were goes to the answers. Return: 0 or a negative errno.
 * May sleep.
 */
int slots_race(struct slots *slots, char *line, unsigned int ms);

#endif
