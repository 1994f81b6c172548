# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest sends as much as it may and no more. Outside of the lab's deterministic
# mode a busy host takes more of dom0's time than a period has.

. /test/common/net.sh

seconds=6

rate_key() {
	echo "$(xenstore-read "/local/domain/$(guest_domid "$1")/device/vif/0/backend")/rate"
}

centiseconds() {
	sed 's/ .*//; s/\.//' /proc/uptime
}

# rate_holds GUEST: within 5 % of what the key says.
rate_holds() {
	local bytes usec before began now wanted

	IFS=, read -r bytes usec <<< "$(xenstore-read "$(rate_key "$1")")"
	before=$(vif_counter "$1" 0 tx_bytes)
	began=$(centiseconds)
	sleep $seconds
	now=$(vif_counter "$1" 0 tx_bytes)
	now=$(((now - before) * 100 / ($(centiseconds) - began)))
	wanted=$((bytes * 1000000 / usec))
	echo "# $now bytes a second, wanted $wanted: $((now * 1000 / wanted)) of 1000"
	[ $((now * 100)) -ge $((wanted * 95)) ] && [ $((now * 100)) -le $((wanted * 105)) ]
}

# send_all GUEST: in the background, with eight connections.
send_all() {
	backend_exec "timeout 100 iperf3 -s -1 > /tmp/iperf.log 2>&1 &"
	sleep 0.5
	guest_exec "$1" "timeout 100 iperf3 -c $(here 0) -t 60 -P 8 > /dev/null 2>&1 &"
	sleep 3
}

test_rate() {
	local guest=$1 what=$2

	vif_attach "$guest" 0 rate=1MB/s@50ms
	vif_address "$guest" 0
	send_all "$guest"
	rate_holds "$guest" || fail "$what: the rate"
	pass "$what: the rate"
	xenstore-write "$(rate_key "$guest")" 40000,20000
	sleep 1
	rate_holds "$guest" || fail "$what: another rate, while the guest sends"
	pass "$what: another rate, while the guest sends"
	xenstore-write "$(rate_key "$guest")" 4000,1000
	sleep 1
	rate_holds "$guest" || fail "$what: a period shorter than a tick"
	pass "$what: a period shorter than a tick"
	backend_exec "grep -h '^  tx_packets' /sys/kernel/debug/xen-netback/vif-*" | sed 's/^/#/'
	backend_exec 'killall iperf3'
	vif_detach "$guest" 0
}

test_rate u1 "one queue"
modules_load xen-netback.max_queues=4
guest_start u2 memory=200 vcpus=4
test_rate u2 "four queues"
check "the kernel log is clean" dmesg_check
