# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Xen was started with gnttab=no-transfer.

. /test/common/transfer.sh

# said CALLS: twenty pages are as they were, after so many hypercalls.
said() {
	says "sent 0 busy 0 nobody 0 refused 0 unsupported 20 other 0 kept 0 wrong 0 calls $1" \
		backend "send $(guest_domid u1) 1 7"
}

# offers_no_pages: a network interface's backend, though it may.
offers_no_pages() {
	local backend

	backend_exec 'echo 1 > /sys/module/xen_netback/parameters/rx_flip'
	xl network-attach u1 devid=0 script=/etc/xen/scripts/vif-lab || return
	backend=$(xenstore-read "/local/domain/$(guest_domid u1)/device/vif/0/backend")
	wait_until 20 xenstore-exists "$backend/feature-rx-flip" &&
		[ "$(xenstore-read "$backend/feature-rx-flip")" = 0 ]
}

xl dmesg | grep -q 'Command line:.* gnttab=no-transfer' || fail "Xen was not told"
check "the modules are loaded" transfer_load u1
theirs=$(memory_of u1)
ours=$(memory_of backend)
check "twenty places are offered" offer u1 20
check "Xen is asked once, and no page is sent or harmed" said 1
check "it is not asked again" said 0
check "the places are taken back, empty" \
	says "received 0 withdrawn 20 other 0 wrong 0" u1 "end 1"
check "neither side owes anything" reservation_clean backend
check "nor does the guest" reservation_clean u1
check "the guest's memory is what it was" [ "$(memory_of u1)" = "$theirs" ]
check "so is ours" [ "$(memory_of backend)" = "$ours" ]
check "a network interface offers no pages" offers_no_pages
xl network-detach u1 0
check "the modules leave" transfer_unload u1
check "the kernel log is clean" dmesg_check
