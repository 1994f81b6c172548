# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest sends as much as it may and no more. Outside of the lab's deterministic
# mode a busy host takes more of dom0's time than a period has.

. /test/common/net.sh

seconds=6

rate_key() {
	echo "$(xenstore-read "/local/domain/$(guest_domid "$1")/device/vif/0/backend")/rate"
}

# sample: time in hundredths of a second, the backend's count of bytes, the
# receiver's, and the packets of each queue.
sample() {
	backend_exec "
		sed 's/ .*//; s/\.//' /proc/uptime
		awk '\$1 == \"tx_bytes\" { n += \$2 } END { print n }' $vif
		sed -n 's/^rchar: //p' /proc/\$(pidof iperf3)/io
		echo \$(sed -n 's/^  tx_packets //p' $vif)"
}

# in_time WHAT BYTES WANTED LEAST: a second, of 1000 no more than 1050.
in_time() {
	local now=$(($2 * 100 / time))

	echo "# $1: $now bytes a second, wanted $3: $((now * 1000 / $3)) of 1000"
	[ $((now * 1000)) -ge $(($3 * $4)) ] && [ $((now * 1000)) -le $(($3 * 1050)) ]
}

# all_used QUEUES PACKETS: so many there are, and the guest has sent through each.
all_used() {
	local queue nr=0

	echo "# packets of each queue: $2"
	for queue in $2; do
		[ "$queue" -gt 0 ] || return
		nr=$((nr + 1))
	done
	[ $nr = "$1" ]
}

# rate_holds GUEST QUEUES: what the key says, of what the backend lets through and of
# what the program has got, which is less by the headers.
rate_holds() {
	local bytes usec before now time wanted

	IFS=, read -r bytes usec <<< "$(xenstore-read "$(rate_key "$1")")"
	wanted=$((bytes * 1000000 / usec))
	mapfile -t before < <(sample)
	sleep $seconds
	mapfile -t now < <(sample)
	time=$((now[0] - before[0]))
	in_time backend $((now[1] - before[1])) $wanted 950 &&
		in_time receiver $((now[2] - before[2])) $wanted 900 &&
		all_used "$2" "${now[3]}"
}

queues_are() {
	backend_exec "ethtool -l $(vif_name "$1" 0)" |
		awk '/^Current/ { current = 1 } current && $1 == "Combined:" { print $2 }' | grep -qx "$2"
}

# send_all GUEST CONNECTIONS: in the background.
send_all() {
	backend_exec "timeout 100 iperf3 -s -1 > /tmp/iperf.log 2>&1 &"
	sleep 0.5
	guest_exec "$1" "timeout 100 iperf3 -c $(here 0) -t 60 -P $2 > /dev/null 2>&1 &"
	sleep 3
}

# test_rate GUEST QUEUES CONNECTIONS: enough of these for each queue to have one.
test_rate() {
	local guest=$1 queues=$2 what="queues: $2" vif

	vif_attach "$guest" 0 rate=1MB/s@50ms
	vif_address "$guest" 0
	vif=/sys/kernel/debug/xen-netback/vif-$(guest_domid "$guest")-0
	check "$what: so many there are" queues_are "$guest" "$queues"
	send_all "$guest" "$3"
	rate_holds "$guest" "$queues" || fail "$what: the rate"
	pass "$what: the rate"
	xenstore-write "$(rate_key "$guest")" 40000,20000
	sleep 1
	rate_holds "$guest" "$queues" || fail "$what: another rate, while the guest sends"
	pass "$what: another rate, while the guest sends"
	xenstore-write "$(rate_key "$guest")" 4000,1000
	sleep 1
	rate_holds "$guest" "$queues" || fail "$what: a period shorter than a tick"
	pass "$what: a period shorter than a tick"
	backend_exec 'killall iperf3'
	vif_detach "$guest" 0
}

test_rate u1 1 8
modules_load xen-netback.max_queues=4
# In virtual time a PVH guest with several processors does not come up: the first one, with
# one of them, is told to have four queues.
guest=u1
if [ "$GUEST_TYPE" = pv ]; then
	guest=u2
	guest_start u2 memory=200 vcpus=4
fi
guest_exec $guest 'echo 4 > /sys/module/xen_netfront/parameters/max_queues'
test_rate $guest 4 32
check "the kernel log is clean" dmesg_check
