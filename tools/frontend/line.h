/* SPDX-License-Identifier: GPL-2.0 */
/* A request as a line of text. */
#ifndef XEN_FRONTEND_LINE_H
#define XEN_FRONTEND_LINE_H

struct blkback_layout;

/**
 * line_write() - write a request into a slot as a line says
 * @layout: of the slot
 * @slot: where to
 * @line: words NAME=VALUE, which is taken apart
 *
 * Words: op, id, sector, inner (the operation inside an indirect request),
 * discard (sectors), flags (of a discard), nr (segments; otherwise as many as
 * are given), fill (what is no field; 0xee).
 *
 * seg=PAGE:FIRST-LAST[*COUNT] is a segment or, on the following pages, more.
 * PAGE is the number of a data page or one of "readonly", "elsewhere",
 * "unused", "beyond". page=PAGE is what an indirect request names in place of
 * the next of its own pages.
 *
 * Return: 0, or -EINVAL if it makes no sense.
 */
int line_write(const struct blkback_layout *layout, void *slot, char *line);

#endif
