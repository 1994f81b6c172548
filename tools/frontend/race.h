/* SPDX-License-Identifier: GPL-2.0 */
/* A request that becomes another one, and back, while it is looked at. */
#ifndef XEN_FRONTEND_RACE_H
#define XEN_FRONTEND_RACE_H

struct slots;

/*
 * @line is "NUMBER REQUEST; REQUEST": so often, one of the two is published as
 * the other one, alternately, and changes until it is answered. What the answer
 * is cannot be said, since it stands where the request did; how many answers
 * there were goes to the answers. Return: 0 or a negative errno. May sleep.
 */
int race_run(struct slots *slots, char *line, unsigned int ms);

#endif
