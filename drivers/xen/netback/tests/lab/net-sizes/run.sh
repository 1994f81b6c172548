# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Pings of every size that there is, and every byte of the answers compared. The
# answer is as large as the ping, so each size goes both ways.

. /test/common/net.sh

# pings_from_guest ADDRESS FIRST LAST STEP, pings_from_here likewise.
pings_from_guest() {
	guest_exec -t 900 u1 "labctl ping $*"
}

pings_from_here() {
	backend_exec -t 900 "labctl ping $*"
}

vif_attach u1 0
vif_address u1 0

# In a packet or two each, of as many slots as fit.
check "large packets" mtu_set 65000
check "the guest pings with every size from 0 to 65507" \
	pings_from_guest "$(here 0)" 0 65507 1
check "the guest is pinged with every third size" pings_from_here "$(there 0)" 0 65507 3
check "IPv6, every seventh size up to 65527" pings_from_guest fd09:0::1 3 65527 7

# The last of many small packets is of every size, too.
check "packets of 1500 bytes" mtu_set 1500
check "the guest pings with every size from 0 to 6000" pings_from_guest "$(here 0)" 0 6000 1
check "and with sizes up to 65507" pings_from_guest "$(here 0)" 6000 65507 41
check "the guest is pinged with every size from 0 to 3000" \
	pings_from_here "$(there 0)" 0 3000 1
check "and with sizes up to 65507" pings_from_here "$(there 0)" 3000 65507 97
check "IPv6, sizes up to 65527" pings_from_guest fd09:0::1 0 65527 101

check "no packet was lost in the backend" nothing_lost
vif_detach u1 0
check "the kernel log is clean" dmesg_check
