# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Fifty interfaces that come and go, and twenty guests destroyed under load: what is
# counted is as it was, and memory too.

. /test/common/net.sh
. /test/common/coming.sh
. /test/leaks.sh

# In each half, two pages a cycle; a guest has more to it.
cycle_kb=8
guest_kb=32

check "once" cycle used
cycles 3
counts=$(net_counts)
memory=$(memory_now)
note "before: $(tr '\n' ' ' <<< "$counts")"
cycles 25
halfway=$(memory_now)
cycles 25
check "50 cycles: nothing is left that can be counted" wait_until 15 net_counts_are "$counts"
check "memory does not grow with every cycle" \
	wait_until 30 memory_steady "$memory" "$halfway" $((25 * cycle_kb))

vif_attach u1 0
vif_address u1 0
guests 2
counts=$(net_counts)
memory=$(memory_now)
guests 10
halfway=$(memory_now)
guests 10
check "20 guests: nothing is left that can be counted" wait_until 15 net_counts_are "$counts"
check "memory does not grow with every guest" \
	wait_until 30 memory_steady "$memory" "$halfway" $((10 * guest_kb))
vif_detach u1 0
check "the kernel log is clean" dmesg_check
