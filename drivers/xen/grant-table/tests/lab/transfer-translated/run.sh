# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Xen looks after the P2M of such a domain, and takes no page out of it.

. /test/common/transfer.sh

check "the modules are loaded" transfer_load u1
theirs=$(memory_of u1)
ours=$(memory_of backend)
check "twenty places are offered" offer u1 20
check "sending is not supported, and Xen is not asked" \
	says "sent 0 busy 0 nobody 0 refused 0 unsupported 20 other 0 kept 0 wrong 0 calls 0" \
	backend "send $(guest_domid u1) 1 7"
check "the places are taken back" says "received 0 withdrawn 20 other 0 wrong 0" u1 "end 1"
check "dom0 can offer places too" tell backend "offer $(guest_domid u1) 20 0"
check "and take them back" says "received 0 withdrawn 20 other 0 wrong 0" backend "end 1"
check "nothing is owed" reservation_clean backend
check "the guest's memory is what it was" [ "$(memory_of u1)" = "$theirs" ]
check "so is ours" [ "$(memory_of backend)" = "$ours" ]
check "the modules leave" transfer_unload u1
check "the kernel log is clean" dmesg_check
