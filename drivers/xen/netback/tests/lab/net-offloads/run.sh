# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# TCP and UDP both ways, IPv4 and IPv6, with every combination of checksums and segments
# that the guest and the backend's domain leave to each other; also without scatter-gather.
# All data is compared, and what crosses the ring is looked at.

. /test/common/net.sh
. /test/common/offloads.sh

# Both ways: what is sent comes back.
udp() {
	guest_exec u1 "labctl udp $1 0 $3 $4" && backend_exec "labctl udp $2 1 $3 $4"
}

# udp_crosses BACKEND GUEST ADDRESSES...
udp_crosses() {
	local backend=$1 guest=$2
	shift 2

	crossing_begin || return
	udp "$@" || return
	crossing_end
	crossed_udp from "$guest" && crossed_udp to "$backend"
}

# others BACKEND GUEST: all but TCP over IPv4.
others() {
	check "$what: TCP over IPv6" offloads_tcp "$1" "$2" fd09:0::1 fd09:0::2
	check "$what: UDP" udp_crosses "$1" "$2" "$(here 0)" "$(there 0)" 65507 1009
	check "$what: UDP over IPv6" udp_crosses "$1" "$2" fd09:0::1 fd09:0::2 65507 1013
}

vif_attach u1 0
vif_address u1 0
check "a bridge in the guest" guest_bridge
data_make 300k
check "UDP is answered here" echo_start
check "UDP is answered in the guest" echo_start u1
check "UDP of sizes around every limit" guest_exec -t 200 u1 "labctl udp $(here 0) 0 300 1 &&
	labctl udp $(here 0) 1300 1700 1 && labctl udp $(here 0) 4000 4300 1 &&
	labctl udp $(here 0) 65300 65507 1"
for levels in {all,no-tso,no-csum}" "{all,no-tso,no-csum} \
	"all no-sg" "no-sg all" "no-sg no-sg" "all none" "none all" "none none"; do
	backend=${levels% *}
	guest=${levels#* }
	what="backend: $backend, guest: $guest"
	offloads_set "$backend" "$guest"
	check "$what: so it is" offloads_hold "$backend" "$guest"
	check "$what: TCP" offloads_tcp "$backend" "$guest" "$(here 0)" "$(there 0)"
	[ "$backend" != "$guest" ] || others "$backend" "$guest"
done
# Scatter-gather first: without it there are no such frames.
offloads_set all all
check "MTU 9000: set" mtu_set 9000
for what in all no-tso no-csum; do
	offloads_set $what $what
	check "MTU 9000, $what: so it is" offloads_hold $what $what
	check "MTU 9000, $what: TCP" offloads_tcp $what $what "$(here 0)" "$(there 0)"
	check "MTU 9000, $what: TCP over IPv6" offloads_tcp $what $what fd09:0::1 fd09:0::2
	check "MTU 9000, $what: UDP" udp "$(here 0)" "$(there 0)" 65507 2003
	check "MTU 9000, $what: UDP over IPv6" udp fd09:0::1 fd09:0::2 65507 2011
done
check "no packet was lost in the backend" nothing_lost
vif_detach u1 0
check "the kernel log is clean" dmesg_check
