/* SPDX-License-Identifier: GPL-2.0 */
/* Slots of either direction that change while the backend works on them. */
#ifndef XEN_FRONTEND_NET_RACE_H
#define XEN_FRONTEND_NET_RACE_H

/*
 * Files of commands: race, rx-race, see race.h.
 *
 * race: NUMBER PACKET; PACKET, each of as many slots as the other, as in lines
 * of send, with commas between them. rx-race: NUMBER ID PAGE; ID PAGE, a request.
 * The answers: how many rounds there were and how many slots; in how many
 * the id is none that was there; how many say that all is well. A look may
 * overwrite what the backend writes: where the reference changes nothing can be
 * said of the answer but, of what is received, its id.
 */
void net_race_commands(void);

#endif
