# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# More tests on a PVH dom0, in another boot. The last one leaves the guest
# without its driver.

export TESTS="resize discard kinds persistent starved sharing reload-busy slow accounting"
. /test/pvh-dom0/run.sh
