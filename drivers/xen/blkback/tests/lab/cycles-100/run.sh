# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# As often as it has to be once, and too often for every check.

export CYCLES=100
. /test/cycles/run.sh
