# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What goes into a TCP connection comes out of it, with offloads and without.

. /test/common/net.sh

# offloads TSO TX SG: on or off, at both ends.
offloads() {
	local switches="tx $2 sg $3 tso $1"

	backend_exec "ethtool -K $(vif_name u1 0) $switches" &&
		guest_exec u1 "$(guest_interface 0); ethtool -K \$dev $switches"
}

# grew NAME BEFORE
grew() {
	local now

	now=$(vif_counter u1 0 "$1")
	echo "$1 $2 -> $now"
	[ "$now" -gt "$2" ]
}

vif_attach u1 0
vif_address u1 0
data_make 4
for tso in on off; do
	for tx in on off; do
		for sg in on off; do
			what="tso $tso, tx $tx, sg $sg"
			check "$what: set" offloads $tso $tx $sg
			gso_out=$(vif_counter u1 0 tx_gso)
			gso_in=$(vif_counter u1 0 rx_gso)
			check "$what: from the guest" tcp_from_guest "$(here 0)"
			check "$what: to the guest" tcp_to_guest "$(there 0)"
			[ "$tso$tx$sg" = ononon ] || continue
			check "large packets came" grew tx_gso "$gso_out"
			check "and went" grew rx_gso "$gso_in"
		done
	done
done
offloads on on on
gso_out=$(vif_counter u1 0 tx_gso)
gso_in=$(vif_counter u1 0 rx_gso)
check "IPv6 from the guest" tcp_from_guest fd09:0::1
check "IPv6 to the guest" tcp_to_guest fd09:0::2
check "large packets came" grew tx_gso "$gso_out"
check "and went" grew rx_gso "$gso_in"
mtu_set 9000
guest_exec u1 "$(guest_interface 0); ethtool -K \$dev tso off"
check "MTU 9000 from the guest" tcp_from_guest "$(here 0)"
check "MTU 9000 to the guest" tcp_to_guest "$(there 0)"
check "no packet was lost in the backend" nothing_lost
backend_exec 'cat /sys/kernel/debug/xen-netback/*' > /out/counters
vif_detach u1 0
check "the kernel log is clean" dmesg_check
