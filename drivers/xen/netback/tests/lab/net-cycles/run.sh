# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Interfaces come and go, used or not.

. /test/common/net.sh

cycle() {
	vif_attach u1 0 || return
	if [ "$1" != unused ]; then
		vif_address u1 0 || return
		guest_exec u1 "ping -q -c 1 -W 5 -s 3000 $(here 0)" || return
	fi
	vif_detach u1 0
}

check "once" cycle used
counts=$(net_counts)
note "before: $(tr '\n' ' ' <<< "$counts")"
for i in 1 2 3 4 5 6 7 8 9 10; do
	if [ $((i % 3)) = 0 ]; then kind=unused; else kind=used; fi
	check "cycle $i, $kind" cycle $kind
done
check "nothing is left" wait_until 10 net_counts_are "$counts"
check "the kernel log is clean" dmesg_check
