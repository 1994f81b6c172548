# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Interfaces come and go, used or not.

. /test/common/net.sh
. /test/common/coming.sh

check "once" cycle used
counts=$(net_counts)
note "before: $(tr '\n' ' ' <<< "$counts")"
cycles 10
check "nothing is left" wait_until 10 net_counts_are "$counts"
check "the kernel log is clean" dmesg_check
