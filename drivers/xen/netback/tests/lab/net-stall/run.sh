# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest that is paused takes no packets: they are given up, and so is the carrier,
# until it goes on.

. /test/common/net.sh

QUEUE_BYTES=65536
# One more than fills the queue: 1400 bytes with all that Linux needs for them.
PACKET_MEMORY=4608

parameter() {
	backend_exec "echo $2 > /sys/module/xen_netback/parameters/$1"
}

# send COUNT: datagrams of 1400 bytes; there is room for the first 256 at most.
send() {
	backend_exec "timeout 20 dd if=/dev/zero bs=1400 count=$1 > /dev/udp/$(there 0)/9 2>/dev/null ||
		true"
}

# "packets N bytes N memory N" now
waiting() {
	backend_exec "sed -n 's/^  waiting //p' /sys/kernel/debug/xen-netback/vif-$(guest_domid u1)-0"
}

# The most of each that was seen meanwhile.
most_waiting() {
	backend_exec "for i in \$(seq 15); do
			sed -n 's/^  waiting //p' /sys/kernel/debug/xen-netback/vif-$(guest_domid u1)-0
			sleep 0.1
		done" | awk '$2 > packets { packets = $2; bytes = $4 } $6 > memory { memory = $6 }
		END { print packets + 0, bytes + 0, memory + 0 }'
}

carrier_is() {
	backend_exec "grep -qx $1 /sys/class/net/$(vif_name u1 0)/carrier"
}

counter() {
	vif_counter u1 0 "$1"
}

counter_above() {
	[ "$(counter "$1")" -gt "$2" ]
}

# What the interface says that it dropped on the way to the guest.
interface_dropped() {
	backend_exec "cat /sys/class/net/$(vif_name u1 0)/statistics/tx_dropped"
}

works() {
	guest_exec u1 "ping -q -c 2 -W 10 -s 9000 $(here 0)" &&
		tcp_from_guest "$(here 0)" && tcp_to_guest "$(there 0)"
}

limit_kept() {
	local packets bytes memory

	read -r packets bytes memory < <(most_waiting)
	echo "at most $packets packets, $bytes bytes, $memory of memory"
	# Headers and all; the queue is full, and no fuller than its last packet makes it.
	[ "$bytes" = $((packets * 1442)) ] && [ "$memory" -gt $((packets * 2048)) ] &&
		[ "$memory" -ge $QUEUE_BYTES ] &&
		[ "$memory" -lt $((QUEUE_BYTES + PACKET_MEMORY)) ]
}

# Every packet has gone to the guest or was given up, and is counted as that.
all_counted() {
	[ $(($(counter rx_packets) + $(counter rx_expired))) = "$1" ]
}

none_waits() {
	waiting | grep -E '^packets 0 bytes 0 memory 0( |$)'
}

# Packets that find no room for as long as the guest may have none.
test_stall() {
	local sending

	parameter rx_drain_timeout_msecs 2000
	parameter rx_stall_timeout_msecs 15000
	xl pause u1
	send 6000 > /dev/null &
	sending=$!
	check "paused: what waits is no more than the limit" limit_kept
	check "paused: the carrier is there" carrier_is 1
	check "paused: packets are given up" wait_until 20 counter_above rx_expired 0
	check "paused: the carrier goes" wait_until 40 carrier_is 0
	check "paused: which is counted" test "$(counter rx_stalls)" = 1
	wait $sending
	check "paused: nothing is kept" wait_until 20 none_waits
	check "paused: what was given up is the interface's to drop" test \
		"$(interface_dropped)" -ge "$(counter rx_expired)"
	xl unpause u1
	check "goes on: the carrier comes back" wait_until 20 carrier_is 1
	check "goes on: packets flow" works
	check "goes on: it was one stall" test "$(counter rx_stalls)" = 1
}

enough_wait() {
	local packets

	packets=$(waiting | cut -d ' ' -f 2)
	echo "$packets packets wait"
	[ "$packets" -ge 20 ]
}

# Packets that find no room for as long as they may wait.
test_drain() {
	local before begin seconds

	parameter rx_drain_timeout_msecs 8000
	parameter rx_stall_timeout_msecs 0
	before=$(($(counter rx_packets) + $(counter rx_expired)))
	begin=$(counter rx_expired)
	xl pause u1
	# No room for twenty of them at least, and all of these are within the limit.
	send 276
	check "waits: packets do" enough_wait
	seconds=$SECONDS
	check "waits: none is given up yet" test "$(counter rx_expired)" = "$begin"
	check "waits: until each is" wait_until 30 none_waits
	seconds=$((SECONDS - seconds))
	note "after $seconds s: $(($(counter rx_expired) - begin)) packets"
	check "waits: not before its time" test $seconds -ge 2
	check "waits: each of the packets is counted" all_counted $((before + 276))
	sleep 3
	check "waits: the carrier stays, for ever" carrier_is 1
	xl unpause u1
	check "waits: then packets flow" works
	check "waits: it was no stall" test "$(counter rx_stalls)" = 1
}

backend_exec 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'
vif_attach u1 0
vif_address u1 0
# A guest that is paused does not say where it is.
backend_exec "arp -i $(vif_name u1 0) -s $(there 0) 00:16:3e:09:00:00"
parameter rx_queue_bytes $QUEUE_BYTES
data_make 1
check "packets flow" works
test_stall
test_drain
vif_detach u1 0
check "the kernel log is clean" dmesg_check
