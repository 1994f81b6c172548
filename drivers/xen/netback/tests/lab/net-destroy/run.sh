# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Guests are destroyed while they send and receive.

. /test/common/net.sh

busy() {
	[ "$(vif_counter victim 5 tx_packets)" -gt 200 ] &&
		[ "$(vif_counter victim 5 rx_packets)" -gt 200 ]
}

gone() {
	backend_exec "! ls -d /sys/bus/xen-backend/devices/vif-$1-* /sys/class/net/vif$1.* 2>/dev/null"
}

one_guest() {
	local domid load

	guest_start victim memory=200 || return
	domid=$(guest_domid victim)
	vif_attach victim 5 || return
	vif_address victim 5 || return
	iperf victim 5 60 --bidir > /tmp/iperf.guest 2>&1 &
	load=$!
	wait_until 30 busy || { cat /tmp/iperf.guest; return 1; }
	xl destroy victim
	wait $load || true
	backend_exec 'killall iperf3 2>/dev/null; true'
	wait_until 20 gone "$domid" || { ls /sys/class/net; return 1; }
	guest_exec u1 "ping -q -c 2 -W 5 -s 20000 $(here 0)"
}

vif_attach u1 0
vif_address u1 0
check "a guest is destroyed under load" one_guest
counts=$(net_counts)
note "before: $(tr '\n' ' ' <<< "$counts")"
for i in 1 2 3 4 5; do
	check "guest $i of 5 is destroyed under load" one_guest
done
check "nothing is left" wait_until 15 net_counts_are "$counts"
vif_detach u1 0
check "the kernel log is clean" dmesg_check
