# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# One guest breaks every rule; another one's traffic goes on all the while.

. /test/common/net.sh
. /test/common/raw.sh

HERE=10.66.0.1
THERE=10.66.0.2

# What the other guest sends comes back, and every byte of it is compared.
start_honest() {
	vif_attach u1 0
	vif_address u1 0
	guest_exec u1 "rm -f /tmp/stop; (setsid sh -c 'n=0
		echo 0 > /tmp/rounds
		while [ ! -e /tmp/stop ]; do
			labctl ping $(here 0) 0 12000 3997 > /tmp/honest.log 2>&1 || exit 1
			n=\$((n + 1))
			echo \$n > /tmp/rounds
			# The others need the processor, too.
			sleep 0.3
		done; echo 0 > /tmp/status' > /dev/null 2>&1 < /dev/null &)"
}

rounds() {
	guest_exec u1 'cat /tmp/rounds'
}

# A whole round since it was asked last: that which was under way does not count.
served() {
	[ "$(rounds)" -gt $(($1 + 1)) ]
}

still_served() {
	check "$1: the other guest is served" wait_until 60 served "$(rounds)"
}

end_honest() {
	guest_exec -t 60 u1 'touch /tmp/stop
		for i in $(seq 500); do [ ! -e /tmp/status ] || exit $(cat /tmp/status); sleep 0.1; done
		cat /tmp/honest.log; exit 1'
}

# The interface of the guest that breaks them.

attach() {
	raw_attach bad 0 && wait_until 20 raw_state bad 0 2 > /dev/null
}

detach() {
	raw_say bad 0 6 && wait_until 20 raw_state bad 0 6 > /dev/null &&
		xl network-detach bad 0 && wait_until 20 gone
}

attach_anew() {
	detach && attach
}

gone() {
	backend_exec "[ ! -e $(vif_device bad 0) ]"
}

closed() {
	raw_state bad 0 5
}

# again: from wherever it is to where a frontend may start.
again() {
	raw_say bad 0 6 && wait_until 20 raw_state bad 0 6 > /dev/null &&
		raw_say bad 0 1 && wait_until 20 raw_state bad 0 2 > /dev/null
}

connected() {
	raw_say bad 0 4 && wait_until 20 raw_state bad 0 4
}

# How long the frontend waits for what will not come, in ms, or for all else.
patience() {
	guest_exec bad "echo ${1-15000} > /sys/module/xen_raw_netfront/parameters/patience"
}

# said LINE FILE COMMAND: the only answer.
said() {
	local line=$1
	shift
	raw_do bad "$@" | tee /tmp/answer
	[ "$(cat /tmp/answer)" = "$line" ]
}

sends() {
	said "id=1 status=0" send "page=0 size=64 id=1"
}

error_folder() {
	echo "/local/domain/$(xl domid "${BACKEND_DOMAIN/dom0/Domain-0}")/error/backend/vif"
}

error_key() {
	xenstore-read "$(error_folder)/$(guest_domid bad)/0/error"
}

counter() {
	vif_counter bad 0 "$1"
}

# A packet of this many bytes with all its headers, for the guest.
host_sends() {
	backend_exec "ping -q -c ${2-1} -i 0.1 -W 1 -s $(($1 - 42)) $THERE > /dev/null || true"
}

# received LENGTH SLOTS: the next packet, and nothing else is in its pages.
received() {
	raw_do bad receive 1 | tee /tmp/packet
	grep -q "^slots=$2 len=$1 flags=0x0 status=0 data=" /tmp/packet
}

# whole LENGTH: the next packet, in however many slots.
whole() {
	raw_do bad receive 1 | tee /tmp/packet
	grep -q "^slots=[0-9]* len=$1 flags=0x[04] status=0 " /tmp/packet
}

nothing_received() {
	patience 300
	raw_do bad receive 1 | tee /tmp/packet
	patience
	grep -qx none /tmp/packet
}

# Each of the packets is answered and counted as it should be.
packets_answered() {
	local name times before=/tmp/before

	backend_exec "cat /sys/kernel/debug/xen-netback/vif-$(guest_domid bad)-0" > $before
	guest_exec -t 100 bad 'bash /tmp/try-packets' > /tmp/expected || { cat /tmp/expected; return 1; }
	while read -r name times; do
		times=$((times + $(awk -v name="$name" '$1 == name { print $2 }' $before)))
		[ "$(counter "$name")" = "$times" ] || {
			echo "$name is $(counter "$name"), not $times"
			return 1
		}
	done < /tmp/expected
	cat /tmp/expected
}

multicast_list() {
	guest_exec -t 100 bad "for i in \$(seq 65); do
			echo 'page=0 flags=8' > $RAW/hold
			echo \"extra=2 bytes=01005e0000\$(printf %02x \$i)\" > $RAW/send
			head -1 $RAW/answers
		done" | sort | uniq -c | tee /tmp/answer
	[ "$(xargs < /tmp/answer)" = "1 id=0 status=-1 64 id=0 status=0" ]
}

test_packets() {
	raw_connect bad 0
	check "packets: all are answered and counted" packets_answered
	check "packets: so many multicast addresses, and no more" multicast_list
	still_served packets
	backend_exec "echo map > $(vif_device bad 0)/tx_mode"
	check "packets: the same if large ones are mapped" packets_answered
	check "packets: some were" test "$(counter tx_mapped)" -gt 0
	backend_exec "echo auto > $(vif_device bad 0)/tx_mode"
	still_served "packets, mapped"
	check "packets: nonsense on the ring's page is no matter" said good=100 scribble 100
	raw_disconnect bad 0
	raw_say bad 0 1
}

# commit "FILE LINE; FILE LINE": in the guest, at once.
commit() {
	local code='' part times

	while IFS= read -r part; do
		part=${part# }
		times=1
		[ "$part" = "${part%\**}" ] || times=${part##*\*}
		part=${part%\**}
		code+="for i in \$(seq $times); do echo '${part#* }' > $RAW/${part%% *} || exit 1; done;"
	done < <(tr ';' '\n' <<< "$1")
	guest_exec bad "$code"
}

# What was published before it was closed gets no answer, nor does what comes after.
nothing_answered() {
	patience 300
	raw_do bad send "page=0 size=64" | tee /tmp/answer
	grep -qx none /tmp/answer
}

crime() {
	local reason=$1

	raw_connect bad 0 && sends && commit "$2" &&
		wait_until 20 closed > /dev/null && error_key | tee /tmp/reason || return
	grep -q -- "$reason" /tmp/reason || { echo "not for $reason"; return 1; }
	nothing_answered && again && guest_exec bad 'rmmod xen-raw-netfront'
}

test_crimes() {
	local name reason commands nr=0

	while IFS=: read -r name reason commands <&4; do
		case $name in '' | '#'*) continue ;; esac
		# An interface says no more than ten things in a minute.
		[ $((nr++ % 4)) != 3 ] || check "another interface" attach_anew
		check "$name: closed, and told why" crime "${reason# }" "${commands# }"
	done 4< /test/crimes
	still_served crimes
}

headroom_is() {
	backend_exec "grep -qx 'xdp_headroom $1' /sys/kernel/debug/xen-netback/vif-$(guest_domid bad)-0"
}

# headroom VALUE BYTES: what the guest writes, and what it gets; "-" is empty, "=" missing.
headroom() {
	local key=device/vif/0/xdp-headroom value=$1

	# So that it is seen to change.
	guest_exec bad "xenstore-write $key 17" && wait_until 20 headroom_is 17 || return
	case $value in
	=) guest_exec bad "xenstore-rm $key" ;;
	HUGE) guest_exec bad "xenstore-write $key $(printf '%01900d' 0 | tr 0 9)" ;;
	*) guest_exec bad "xenstore-write -- $key '${value#-}'" ;;
	esac
	wait_until 20 headroom_is "$2" && sends
}

test_headroom() {
	local value bytes

	while read -r value bytes <&4; do
		check "headroom: $value is taken as $bytes" headroom "$value" "$bytes"
	done 4<<-END
		256 256
		257 256
		5000 256
		65791 256
		4294967295 256
		4294967296 0
		HUGE 0
		--1 0
		many 0
		0x40 0
		- 0
		= 0
	END
	still_served headroom
}

test_keys() {
	raw_load bad queues=2
	raw_keys bad 0
	guest_put bad /test/keys /tmp/keys
	guest_put bad /test/try-keys /tmp/try-keys
	check "keys: each closes the interface, and it can start again" guest_exec -t 300 bad \
		'bash /tmp/try-keys 0'
	still_served keys
	check "keys: the right ones connect" connected
	check "keys: and are served" sends
	test_headroom
	# What was connected stays, whatever its keys are now.
	guest_exec bad 'for key in queue-0/tx-ring-ref queue-1/event-channel-tx request-rx-copy \
			multi-queue-num-queues feature-sg ctrl-ring-ref; do
		xenstore-write device/vif/0/$key 77; done'
	check "keys: those of a connection are read once" sends
	raw_disconnect bad 0
}

# number of states, repeated and unknown, as fast as a guest can
test_states() {
	guest_exec bad 'for key in $(xenstore-ls device/vif/0 | sed -n "s/^\(queue\|multi\)\([^ ]*\) .*/\1\2/p"); do
		xenstore-rm device/vif/0/$key; done'
	raw_say bad 0 1
	raw_load bad
	raw_keys bad 0
	guest_exec -t 120 bad 'for i in $(seq 6); do
		for state in 1 2 3 4 4 5 6 7 8 99 -1 4 6 1 5 4; do
			xenstore-write -- device/vif/0/state "$state"
		done; done'
	still_served states
	raw_say bad 0 5
	check "states: it can start again" again
	check "states: and connects" connected
	check "states: and is served" sends
	raw_disconnect bad 0
}

storm() {
	guest_exec -t 100 bad "for i in \$(seq 10); do echo 1000 > $RAW/notify
		for j in \$(seq 50); do echo 0 > $RAW/control-index; done; done"
}

# As many messages as the ring has room for, again and again.
messages() {
	guest_exec -t 100 bad "for i in \$(seq 8); do
			for j in \$(seq 128); do echo 4 > $RAW/control-hold || exit 1; done
			echo > $RAW/control-publish
			sort $RAW/answers | uniq -c
		done" | sort | uniq -c | tee /tmp/answer
	[ "$(xargs < /tmp/answer)" = "8 128 type=4 status=0 data=128" ]
}

# Linux's, of the device: they are what it slows down a guest for.
spurious() {
	backend_exec "cat $(vif_device bad 0)/xenbus/spurious_events"
}

test_events() {
	local before

	raw_say bad 0 1
	raw_connect bad 0
	before=$(spurious)
	storm &
	still_served events
	wait $!
	note "events: $(($(spurious) - before)) of them were spurious"
	check "events: they are said to be spurious" test "$(spurious)" -gt $((before + 10))
	check "events: the guest is served afterwards" sends
	messages > /tmp/messages &
	still_served "messages without end"
	check "messages: all are answered" wait $!
	# A ring that is full of answers.
	before=$(counter tx_packets)
	guest_exec bad "for i in \$(seq 256); do echo 'page=0 size=64' > $RAW/hold; done
		echo > $RAW/publish"
	check "answers that nobody reads: the packets have come" wait_until 20 all_taken "$before"
	still_served "answers that nobody reads"
	check "answers: they are all there" full_ring
	raw_disconnect bad 0
	raw_say bad 0 1
}

# all_taken BEFORE: another ring of packets.
all_taken() {
	echo "$1 packets, and now $(counter tx_packets)"
	[ "$(counter tx_packets)" = $(($1 + 256)) ]
}

full_ring() {
	[ "$(raw_do bad send '' | sort | uniq -c | xargs)" = "256 id=0 status=0" ]
}

# What the guest receives.

receive_bad() {
	guest_exec bad "echo $1 > $RAW/request" && host_sends 1000 || return
	raw_do bad receive 1 | tee /tmp/packet
	grep -q "^slots=1 len=0 flags=0x0 status=-1 " /tmp/packet
}

carrier_is() {
	backend_exec "[ \$(cat /sys/class/net/$(vif_name bad 0)/carrier) = $1 ]"
}

# Its interface is no longer there for packets, which have gone.
given_up() {
	host_sends 100 3
	[ "$(counter rx_expired)" -gt 0 ] && [ "$(counter rx_stalls)" = 1 ] && carrier_is 0
}

test_receive() {
	local name i

	raw_connect bad 0
	check "receive: addresses" raw_host bad 0 $HERE $THERE
	guest_exec bad "echo 1 > $RAW/offer"
	host_sends 1000
	check "receive: a packet" received 1000 1
	for name in readonly elsewhere unused beyond; do
		check "receive: a page that is $name" receive_bad $name
	done
	check "receive: each is counted" test "$(counter rx_bad_grants)" = 4
	guest_exec bad "echo 0 5 > $RAW/request"
	host_sends 9000
	check "receive: the same page for all of a packet" whole 9000
	# Those that are left of the five.
	guest_exec bad "echo 18 > $RAW/offer"
	host_sends 100 3
	raw_do bad receive 3 > /dev/null
	still_served "receive: odd pages"
}

# race_of COUNTER SLOTS PACKET PACKET: it is sent as the one or as the other, and changes
# until it is answered; the second goes to the counter.
race_of() {
	local rounds=300 bad good

	bad=$(counter "$1") good=$(counter tx_packets)
	raw_do bad race "$rounds $3; $4" > /tmp/answer
	bad=$(($(counter "$1") - bad)) good=$(($(counter tx_packets) - good))
	echo "$(cat /tmp/answer) $1=$bad tx_packets=$good" | tee -a /tmp/races
	grep -q "^rounds=$rounds slots=$((rounds * $2)) strange=0 " /tmp/answer &&
		[ $((good + bad)) = $rounds ] && [ "$bad" -gt 0 ] && [ "$good" -gt 0 ]
}

# rx_race_of OKAY "ID PAGE" "ID PAGE": the same of requests for packets.
rx_race_of() {
	local rounds=40 before

	before=$(counter rx_packets)
	host_sends 200 $((rounds + 3)) &
	raw_do bad rx-race "$rounds $2; $3" | tee /tmp/answer
	wait $!
	[ "$(cat /tmp/answer)" = "rounds=$rounds slots=$rounds strange=0 okay=$1" ] &&
		[ "$(counter rx_packets)" = $((before + rounds)) ]
}

# Packets that wait are gone then, and requests, too.
connect_anew() {
	raw_disconnect bad 0 && raw_say bad 0 1 && raw_connect bad 0
}

test_races() {
	raw_say bad 0 1
	raw_connect bad 0
	check "races: the size of a packet changes" race_of tx_refused 1 \
		'page=1 size=64 id=1' 'page=1 size=5000 id=1'
	check "races: its offset" race_of tx_refused 1 \
		'page=1 size=64 id=1' 'page=1 offset=4090 size=64 id=1'
	check "races: its flags" race_of tx_bad_headers 1 \
		'page=1 size=64 id=1' 'page=1 size=64 flags=1 id=1'
	check "races: its reference" race_of tx_bad_grants 1 \
		'page=1 size=64 id=1' 'page=unused size=64 id=1'
	check "races: all of it but that" race_of tx_refused 1 \
		'page=1 size=64 id=1' 'page=1 offset=4000 size=5000 flags=2 id=2'
	check "races: the second of two slots" race_of tx_refused 2 \
		'page=1 size=300 flags=4 id=1, page=2 size=100 id=2' \
		'page=1 size=300 flags=4 id=1, page=2 size=301 id=3'
	note "races: $(tr '\n' ';' < /tmp/races)"
	check "races: and afterwards" sends
	still_served "races of packets"
	check "races: the id of a request to receive changes" rx_race_of 40 '1 0' '2 0'
	connect_anew
	check "races: its page" rx_race_of 0 '1 0' '1 1'
	connect_anew
	check "races: both" rx_race_of 0 '1 0' '2 1'
	connect_anew
	guest_exec bad "echo 1 > $RAW/offer"
	host_sends 1000
	check "races: and a packet is received" received 1000 1
	still_served "races of requests to receive"
	raw_disconnect bad 0
}

test_slow() {
	local i

	raw_say bad 0 1
	raw_connect bad 0
	# Its addresses are there still.
	for i in 1 2; do
		guest_exec bad "echo 1 > $RAW/offer"
		[ $i != 1 ] || host_sends 9000
		check "slow: $i requests are too few" nothing_received
	done
	guest_exec bad "echo -1 > $RAW/rx-index"
	check "slow: one is taken back" nothing_received
	guest_exec bad "echo 3 > $RAW/offer"
	check "slow: the packet comes whole" whole 9000
	backend_exec 'cd /sys/module/xen_netback/parameters
		echo 2000 > rx_drain_timeout_msecs; echo 4000 > rx_stall_timeout_msecs'
	check "a guest that never receives: given up" wait_until 60 given_up
	still_served "a guest that never receives"
	guest_exec bad "echo 256 > $RAW/offer"
	check "a guest that receives again" wait_until 20 carrier_is 1
	raw_disconnect bad 0
	raw_say bad 0 1
}

# As if its folder were gone: it takes the toolstack to begin anew.
test_no_state() {
	raw_connect bad 0
	check "no state: it is served at first" sends
	raw_say bad 0 0
	check "no state: the interface is closed" wait_until 20 raw_state bad 0 6
	still_served "no state"
	guest_exec bad 'rmmod xen-raw-netfront'
	xl network-detach bad 0
	check "no state: it can be attached again" attach
	detach
}

clients() {
	backend_exec 'ls /sys/kernel/debug/xen-gnttab/clients' | grep -c "^$(vif_name bad 0)-" || true
}

# A script that does not come to an end, as far as the backend can see.
test_script() {
	backend_exec 'printf "#!/bin/busybox sh\nexit 0\n" > /etc/xen/scripts/vif-never
		chmod 755 /etc/xen/scripts/vif-never'
	raw_attach bad 0 script=/etc/xen/scripts/vif-never
	raw_load bad
	raw_keys bad 0
	raw_say bad 0 4
	still_served "a script that never ends"
	check "a script that never ends: nothing is connected" raw_state bad 0 2
	check "a script that never ends: nothing is held" test "$(clients)" = 0
	check "a script that never ends: the interface can go" detach
	guest_exec bad 'rmmod xen-raw-netfront'
}

# The guest goes in the middle of all of it.
test_gone() {
	attach
	raw_connect bad 0 queues=2
	raw_host bad 0 $HERE $THERE
	raw_do bad list 'tx:0*64 rx:0*256'
	check "gone: pages are mapped" said "type=9 status=0 data=0" control '9 0 page 320'
	guest_exec bad "for queue in 0 1; do
			echo \$queue > $RAW/queue
			for i in \$(seq 250); do echo 'page=0 size=64' > $RAW/hold; done
			echo > $RAW/publish
		done"
	host_sends 9000 5
	xl destroy bad
	check "gone: the interface is" wait_until 20 no_interface
	still_served gone
}

no_interface() {
	backend_exec '[ $(ls -d /sys/bus/xen-backend/devices/vif-* | wc -l) = 1 ]'
}

modules_load xen-netback.max_queues=2
start_honest
wait_until 60 served 0
# What the bad one is sent is what is sent to it on purpose.
backend_exec 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'
counts=$(net_counts)
note "before: $(tr '\n' ' ' <<< "$counts")"
guest_start bad memory=160
raw_guest bad
guest_put bad /test/packets /tmp/packets
guest_put bad /test/try-packets /tmp/try-packets
attach
test_packets
test_crimes
test_keys
test_states
test_events
test_receive
raw_disconnect bad 0
test_races
test_slow
test_no_state
test_script
test_gone
check "the other guest found every byte right" end_honest
# The kernel keeps what was written there for a guest that is gone.
xenstore-rm "$(error_folder)"
check "nothing is left" wait_until 30 net_counts_are "$counts"
check "the kernel log is clean" dmesg_check
