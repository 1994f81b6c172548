# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests, after net.sh: interfaces and guests that come and go.

# cycle KIND: u1's interface 0 comes and goes, "used" or "unused".
cycle() {
	vif_attach u1 0 || return
	if [ "$1" != unused ]; then
		vif_address u1 0 || return
		guest_exec u1 "ping -q -c 1 -W 5 -s 3000 $(here 0)" || return
	fi
	vif_detach u1 0
}

# cycles NUMBER: every third is of an interface that nobody uses.
cycles() {
	local i kind

	for ((i = 1; i <= $1; i++)); do
		if [ $((i % 3)) = 0 ]; then kind=unused; else kind=used; fi
		check "cycle $i of $1, $kind" cycle $kind
	done
}

busy() {
	[ "$(vif_counter victim 5 tx_packets)" -gt 200 ] &&
		[ "$(vif_counter victim 5 rx_packets)" -gt 200 ]
}

# A guest that was destroyed while it sent and received, and u1 goes on.
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
	wait_until 20 vifs_gone "$domid" || { ls /sys/class/net; return 1; }
	guest_exec u1 "ping -q -c 2 -W 5 -s 20000 $(here 0)"
}

guests() {
	local i

	for ((i = 1; i <= $1; i++)); do
		check "guest $i of $1 is destroyed under load" one_guest
	done
}
