# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Those tests on a PVH dom0 that have guests of their own.

export TESTS="two-guests barrier restore"
. /test/pvh-dom0/run.sh
