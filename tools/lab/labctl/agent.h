/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LAB_AGENT_H
#define LAB_AGENT_H

/* In a guest: serve requests for ever; returns only on failure. */
int agent_run(void);

#endif
