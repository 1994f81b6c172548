# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A frontend of our own speaks the control ring: which hash, which queue, and
# which of its pages stay mapped.

. /test/common/net.sh
. /test/common/raw.sh

# The addresses, the key and the values with which receive-side scaling is verified.
HERE=66.9.149.187
THERE=161.142.100.80
KEY=6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa
ADDRESSES=0:323e8fc2
PORTS=1:51ccc178

# message ANSWER MESSAGE...: the control ring's "status=N data=N" to a message.
message() {
	local expected=$1
	shift

	raw_do u1 control "$*" | tee /tmp/answer
	grep -qx "type=$1 status=${expected%:*} data=${expected#*:}" /tmp/answer
}

# listed LINE ANSWER MESSAGE...: a message about that list.
listed() {
	local line=$1
	shift

	raw_do u1 list "$line" && message "$@"
}

statuses() {
	raw_do u1 statuses "$1" | grep -qx "$2"
}

send_echo() {
	backend_exec "ping -c 1 -W 1 $THERE; true"
}

# Its first packet, which the guest does not answer, says all. Its port is the
# only one that there is.
send_tcp() {
	backend_exec "range=/proc/sys/net/ipv4/ip_local_port_range
		echo 2794 2794 > \$range
		timeout 1 bash -c 'exec 3<> /dev/tcp/$THERE/1766'
		echo 32768 60999 > \$range"
}

# arrives QUEUE HASH SEND...: a command's packet comes with this hash to this queue.
arrives() {
	local queue=$1 hash=$2
	shift 2

	guest_exec u1 "echo $queue > $RAW/queue && echo 20 > $RAW/offer
		echo 2000 > /sys/module/xen_raw_netfront/parameters/patience" || return
	"$@" > /dev/null
	raw_do u1 receive 3 | tee /tmp/packets
	guest_exec u1 'echo 15000 > /sys/module/xen_raw_netfront/parameters/patience'
	grep -q " hash=$hash " /tmp/packets
}

# copies: how many operations Xen was asked for, by all of this interface.
copies() {
	backend_exec "cat /sys/kernel/debug/xen-gnttab/clients/$(vif_name u1 0)-*" |
		awk '$1 == "copy_ops" { n += $2 } END { print n + 0 }'
}

counter() {
	vif_counter u1 0 "$1"
}

# No operation of Xen's for any packet, of either direction.
staged_echoes() {
	local before after tx rx

	before=$(copies)
	tx=$(counter tx_staged)
	rx=$(counter rx_staged)
	raw_echoes u1 "$@" || return
	after=$(copies)
	tx=$(($(counter tx_staged) - tx))
	rx=$(($(counter rx_staged) - rx))
	echo "copies $((after - before)) tx_staged $tx rx_staged $rx"
	[ "$after" = "$before" ] && [ "$tx" -ge "$2" ] && [ "$rx" -ge "$2" ]
}

staged_are() {
	backend_exec "grep -q '^  staging grants $1 ' /sys/kernel/debug/xen-netback/vif-$(guest_domid u1)-0"
}

# sends RESULT LINE...: slots of one packet, and how all of them are answered.
sends() {
	local expected=$1
	shift

	while [ $# -gt 1 ]; do
		guest_exec u1 "echo '$1' > $RAW/hold" || return
		shift
	done
	raw_do u1 send "$1" | tee /tmp/sent
	[ "$(tr '\n' ' ' < /tmp/sent)" = "$expected " ]
}

test_slots() {
	check "data at the end of a page" sends "id=5 status=0" "page=3 offset=4032 size=64 id=5"
	check "a packet of 14 bytes" sends "id=6 status=0" "page=3 size=14 id=6"
	check "one of 13 is refused" sends "id=6 status=-1" "page=3 size=13 id=6"
	check "all ids are good" sends "id=65535 status=0 id=65535 status=0" \
		"page=1 size=100 flags=4 id=65535" "page=2 size=40 id=65535"
	check "two slots with extra information" \
		sends "id=7 status=0 id=0 status=1 id=0 status=1 id=8 status=0" \
		"page=1 size=100 flags=12 id=7" "extra=4 more=1 bytes=000101020304" \
		"extra=1 bytes=640001000000" "page=2 size=40 id=8"
	check "a multicast address" sends "id=9 status=0 id=0 status=1" \
		"page=0 size=0 flags=8 id=9" "extra=2 bytes=01005e010203"
}

flood() {
	raw_do u1 flood "$1 64" | tee /tmp/flood
	grep -qx "okay=$1 error=0 other=0" /tmp/flood
}

test_packets() {
	local slots size

	for size in 42 64 1514 4096; do
		check "echoes of $size bytes" raw_echoes u1 "$size" 40
	done
	for slots in 2 5 18; do
		check "echoes in $slots slots" raw_echoes u1 1000 20 "$slots"
	done
}

test_hash() {
	check "flags need an algorithm" message 1:0 2 15
	check "an algorithm that there is not" message 2:0 7 2
	check "Toeplitz" message 0:0 7 1
	check "all types of packets" message 0:15 1
	check "are chosen" message 0:0 2 15
	raw_do u1 bytes "$KEY"
	check "a key too long" message 3:0 3 page 41
	check "a key" message 0:0 3 sealed 40
	check "how large a table may be" message 0:128 4
	check "a table" message 0:0 5 128
	raw_do u1 numbers "$(yes 1 | head -64 | tr '\n' ' ')"
	check "a part of it leads to queue 1" message 0:0 6 page 64 0
	check "and the rest" message 0:0 6 page 64 64
	check "not more than that" message 2:0 6 page 64 65
	check "a TCP packet" arrives 1 $PORTS send_tcp
	check "another packet" arrives 1 $ADDRESSES send_echo
	raw_do u1 numbers "2"
	check "there is no queue 2" message 2:0 6 page 1 0
	check "a new table leads to queue 0" message 0:0 5 1
	check "a TCP packet there" arrives 0 $PORTS send_tcp
	check "echoes with a hash" raw_echoes u1 64 20 1 1
	check "echoes with a hash, in slots" raw_echoes u1 500 20 3 1
	check "no hash any more" message 0:0 7 0
}

test_staging() {
	local size

	check "as many grants as a queue may have" message 0:512 8 0
	check "not of every queue" message 2:0 8 2
	check "pages to send" listed "tx:0*64:ro" 0:0 9 0 page 64
	check "the same again is refused" listed "tx:0*2:ro" 2:0 9 0 page 2
	check "twice in a list is refused" listed "rx:0 rx:1 rx:0" 2:0 9 0 page 3
	check "so is one that is no grant" listed "rx:0 rx:1 ref:9999" 2:0 9 0 page 3
	check "more than a page has" message 2:0 9 0 page 513
	check "a list of nowhere" message 2:0 9 0 99999 1
	check "none of them is there" staged_are 64
	check "pages to receive" listed "rx:0*256" 0:0 9 0 page 256
	check "more than a queue may have" listed "ref:1000*200" 2:0 9 0 page 200
	check "they are there" staged_are 320
	for size in 64 1514 4096; do
		check "echoes of $size bytes without Xen" staged_echoes "$size" 40
	done
	check "in slots, too" staged_echoes 800 20 4
	check "some go, some are not there" listed "tx:0 ref:9999 tx:1" 0:2 10 0 page 3
	check "which is said of each" statuses 3 "0 2 0"
	check "they are gone" staged_are 318
	check "all others go" listed "tx:2*62 rx:0*256" 0:318 10 0 page 318
	check "none is left" staged_are 0
	check "echoes by copy" raw_echoes u1 64 40
	check "once more, to stay" listed "tx:0*64 rx:0*256" 0:0 9 0 page 320
	check "echoes meanwhile" staged_echoes 64 20
}

backend_says() {
	xenstore-read "/local/domain/$(xl domid "${BACKEND_DOMAIN/dom0/Domain-0}")/error/backend/vif/$(guest_domid u1)/0/error" |
		grep -q "control ring"
}

test_runaway() {
	check "connected again" raw_connect u1 0 queues=2
	check "a producer that runs away" guest_exec u1 "echo 200 > $RAW/control-index"
	check "ends the connection" wait_until 20 raw_state u1 0 5 6
	check "and is told why" backend_says
	check "down" raw_disconnect u1 0
}

# connect QUEUES
connect() {
	raw_connect u1 0 "queues=$1" && raw_echo_to u1 0 $HERE $THERE
}

modules_load xen-netback.max_queues=2
check "a guest without a frontend" raw_guest u1
raw_attach u1 0
check "connected" connect 1
check "addresses" raw_host u1 0 $HERE $THERE
counts=$(net_counts)
test_slots
test_packets
test_staging
check "down, with pages mapped" raw_disconnect u1 0
check "connected once more" connect 1
check "nothing is left" wait_until 15 net_counts_are "$counts"
check "echoes as before" raw_echoes u1 64 20
check "down again" raw_disconnect u1 0
check "with two queues" connect 2
test_hash
check "many packets at once" flood 2000
check "down once more" raw_disconnect u1 0
test_runaway
xl network-detach u1 0
check "the kernel log is clean" dmesg_check
