# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What goes into a TCP connection comes out of it, whatever both ends leave to each
# other. net-offloads has every combination, and UDP.

. /test/common/net.sh
. /test/common/offloads.sh

# grew NAME BEFORE
grew() {
	local now

	now=$(vif_counter u1 0 "$1")
	echo "$1 $2 -> $now"
	[ "$now" -gt "$2" ]
}

# streams WHAT LEVEL
streams() {
	check "$1: it is set" offloads_set "$2" "$2"
	check "$1: and holds" offloads_hold "$2" "$2"
	check "$1: both ways" offloads_tcp "$2" "$2" "$(here 0)" "$(there 0)"
	check "$1: over IPv6" offloads_tcp "$2" "$2" fd09:0::1 fd09:0::2
}

vif_attach u1 0
vif_address u1 0
check "a bridge in the guest" guest_bridge
data_make 1
gso_out=$(vif_counter u1 0 tx_gso)
gso_in=$(vif_counter u1 0 rx_gso)
streams all all
check "large packets came" grew tx_gso "$gso_out"
check "and went" grew rx_gso "$gso_in"
for level in no-tso no-sg no-csum none; do
	streams "$level" "$level"
done
offloads_set all all
mtu_set 9000
streams "MTU 9000" no-tso
check "no packet was lost in the backend" nothing_lost
backend_exec 'cat /sys/kernel/debug/xen-netback/*' > /out/counters
vif_detach u1 0
check "the kernel log is clean" dmesg_check
