# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tracepoints say of packets whose number and size are known.

. /test/common/net.sh
. /test/common/raw.sh
. /test/common/trace.sh

counter() {
	vif_counter u1 0 "$1"
}

counters() {
	echo "$(counter tx_packets) $(counter tx_bytes) $(counter rx_packets) $(counter rx_bytes)"
}

# As many as the counters say, and as large.
sums_are() {
	local now was

	read -r -a was <<< "$1"
	read -r -a now <<< "$2"
	echo "before $1, after $2; seen: $(sum transmit size) $(sum receive size)" \
		"$(sum 'pass: queue=[^ ]* side=tx' packets) $(sum 'pass: queue=[^ ]* side=rx' packets)"
	[ "$(grep -c '^netback_transmit' /tmp/events)" = $((now[0] - was[0])) ] &&
		[ "$(sum transmit size)" = $((now[1] - was[1])) ] &&
		[ "$(grep -c '^netback_receive' /tmp/events)" = $((now[2] - was[2])) ] &&
		[ "$(sum receive size)" = $((now[3] - was[3])) ] &&
		[ "$(sum 'pass: queue=[^ ]* side=tx' packets)" = $((now[0] - was[0])) ] &&
		[ "$(sum 'pass: queue=[^ ]* side=rx' packets)" = $((now[2] - was[2])) ]
}

test_ping() {
	local queue

	queue="queue=$(vif_name u1 0)-q[01]"
	# Nobody has to be asked for an address meanwhile.
	guest_exec u1 "$(guest_interface 0); arp -i \$dev -s $(here 0) fe:ff:ff:ff:ff:ff"
	backend_exec "arp -i $(vif_name u1 0) -s $(there 0) 00:16:3e:09:00:00"
	trace_begin
	guest_exec u1 "ping -q -c 3 -W 5 -s 1000 $(here 0)"
	trace_end
	check "ping: each packet of the guest's" events 3 \
		"transmit: $queue size=1042 slots=1 extras=0 gso_size=0 csum_blank=0 refused=none"
	check "ping: each answer" events 3 \
		"receive: $queue size=1042 slots=1 copy_ops=1 gso_size=0 copied=1"
	check "ping: a pass for each" events 3 "pass: $queue side=tx packets=1 copy_ops=1"
	check "ping: either way" events 3 "pass: $queue side=rx packets=1 copy_ops=1"
}

test_streams() {
	local queue before

	queue="queue=$(vif_name u1 0)-q[01]"
	before=$(counters)
	trace_begin
	check "TCP from the guest" tcp_from_guest "$(here 0)"
	check "TCP to the guest" tcp_to_guest "$(there 0)"
	# The last of both connections.
	sleep 2
	trace_end
	check "TCP: as the counters say" sums_are "$before" "$(counters)"
	check "TCP: all of it is good, and arrives" events 0 ".*(refused=[^n]|copied=0).*"
	check "TCP: large packets from the guest" some_events \
		"transmit: $queue size=[0-9]{4,5} slots=([2-9]|1[0-8]) extras=1 gso_size=14[0-9]{2} csum_blank=1 refused=none"
	check "TCP: large packets to the guest" some_events \
		"receive: $queue size=[0-9]{4,5} slots=([2-9]|1[0-8]) copy_ops=[0-9]+ gso_size=14[0-9]{2} copied=1"
}

message() {
	raw_do u1 control "$*"
}

# What only a frontend of our own does.
test_raw() {
	local vif

	raw_attach u1 0
	check "raw: connected" raw_connect u1 0
	vif=$(vif_name u1 0)
	trace_begin
	message 7 1
	message 4
	message 99 1 2 3
	raw_do u1 send 'page=0 size=64 id=1'
	raw_do u1 send 'page=0 size=10 id=2'
	trace_end
	cat /tmp/events
	check "raw: the algorithm of the hash" events 1 \
		"control: interface=$vif type=7 \(set_hash_algorithm\) data=1,0,0 status=0 answer=0"
	check "raw: how large its table may be" events 1 \
		"control: interface=$vif type=4 \(get_hash_mapping_size\) data=0,0,0 status=0 answer=128"
	check "raw: a message that there is not" events 1 \
		"control: interface=$vif type=99 \(unknown\) data=1,2,3 status=1 answer=0"
	check "raw: a packet" events 1 "transmit: queue=$vif-q0 size=64 slots=1 extras=0 .* refused=none"
	check "raw: one too short" events 1 "transmit: queue=$vif-q0 size=10 slots=1 extras=0 .* refused=short"
	raw_disconnect u1 0
	xl network-detach u1 0
}

# IPv6 says things at any time.
backend_exec 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'
guest_exec u1 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'
modules_load xen-netback.max_queues=2
vif_attach u1 0
vif_address u1 0
data_make 1
test_ping
test_streams
vif_detach u1 0
raw_guest u1
test_raw
check "the kernel log is clean" dmesg_check
