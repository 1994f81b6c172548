// SPDX-License-Identifier: GPL-2.0
/* What both frontends have; no object file may be in two modules. */
#include "command.c"
#include "granted.c"
#include "odd.c"
#include "race.c"
#include "ring.c"
