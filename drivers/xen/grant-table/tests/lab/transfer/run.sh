# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# From the backend's domain to a guest: contents, calls, and the memory of both.

. /test/common/transfer.sh

readonly PAGES=2500

round() {
	local batch=$1 seed=$2 calls=$(((PAGES + $1 - 1) / $1))

	check "$PAGES places are offered" offer u1 $PAGES
	check "all are sent, $batch at a time, in $calls calls" \
		says "sent $PAGES busy 0 nobody 0 refused 0 unsupported 0 other 0 kept 0 wrong 0 calls $calls" \
		backend "send $(guest_domid u1) $seed $batch"
	check "all have arrived" says "arrived $PAGES" u1 'wait 1000'
	check "with what was sent" \
		says "received $PAGES withdrawn 0 other 0 wrong 0" u1 "end $seed"
}

check "the modules are loaded" transfer_load u1
theirs=$(memory_of u1)
ours=$(memory_of backend)
listed=$(xl list | awk '{ print $1, $3 }')
note "guest: $theirs; backend: $ours"

round 1 11
round 7 12
round 32 13
round 256 14

check "both sides owe nothing" reservation_clean backend
check "nor does the guest" reservation_clean u1
check "the guest's memory is what it was" [ "$(memory_of u1)" = "$theirs" ]
check "so is the backend's" [ "$(memory_of backend)" = "$ours" ]
check "and what xl lists" [ "$(xl list | awk '{ print $1, $3 }')" = "$listed" ]
check "the modules leave" transfer_unload u1
check "the kernel log is clean" dmesg_check
