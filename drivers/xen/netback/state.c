// SPDX-License-Identifier: GPL-2.0
#include "state.h"

#include "../blkback/state.c"
