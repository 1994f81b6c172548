# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# TCP and UDP both ways, IPv4 and IPv6, with every combination of what the guest and
# the backend's domain leave to each other. All data is compared.

. /test/common/net.sh
. /test/common/offloads.sh

tcp_all() {
	tcp_from_guest "$(here 0)" && tcp_to_guest "$(there 0)" &&
		tcp_from_guest fd09:0::1 && tcp_to_guest fd09:0::2
}

# Both ways, too: what is sent comes back.
udp_all() {
	guest_exec u1 "labctl udp $(here 0) 0 65507 1009 && labctl udp fd09:0::1 0 65527 2003" &&
		backend_exec "labctl udp $(there 0) 1 65507 1013 &&
			labctl udp fd09:0::2 1 65527 2011"
}

both() {
	check "$1: TCP" tcp_all
	check "$1: UDP" udp_all
}

vif_attach u1 0
vif_address u1 0
data_make 1
check "UDP is answered here" echo_start
check "UDP is answered in the guest" echo_start u1
check "UDP of sizes around every limit" guest_exec u1 "labctl udp $(here 0) 0 300 1 &&
	labctl udp $(here 0) 1300 1700 1 && labctl udp $(here 0) 4000 4300 1 &&
	labctl udp $(here 0) 65300 65507 1"
for backend in all no-tso no-sg none; do
	for guest in all no-tso no-sg none; do
		offloads_set $backend $guest
		both "backend: $backend, guest: $guest"
	done
done
for what in all no-tso; do
	offloads_set $what $what
	check "MTU 9000, $what: set" mtu_set 9000
	both "MTU 9000, $what"
done
check "no packet was lost in the backend" nothing_lost
vif_detach u1 0
check "the kernel log is clean" dmesg_check
