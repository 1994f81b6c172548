# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Large packets are mapped instead of being copied, and the guest gets its pages
# back whatever becomes of the packets.

. /test/common/net.sh

# mode GUEST DEVID [MODE]
mode() {
	local file
	file=$(vif_device "$1" "$2")/tx_mode

	backend_exec "${3:+echo $3 > $file; }cat $file"
}

# grows NAME COMMAND...: the command succeeds, and the counter has become more.
grows() {
	local name=$1 before
	shift

	before=$(vif_counter u1 0 "$name")
	"$@" || return
	echo "$name: $before before, $(vif_counter u1 0 "$name") after"
	[ "$(vif_counter u1 0 "$name")" -gt "$before" ]
}

stays() {
	! grows "$@"
}

# flag GUEST DEVID: what ethtool shows.
flag() {
	backend_exec "ethtool --show-priv-flags $(vif_name "$1" "$2")" |
		awk '/^map-tx *:/ { print $NF }'
}

both_say() {
	echo "$(mode u1 0), $(flag u1 0)"
	[ "$(mode u1 0) $(flag u1 0)" = "$1" ]
}

set_flag() {
	backend_exec "ethtool --set-priv-flags $(vif_name u1 0) map-tx $1"
}

# nothing_held GUEST DEVID: no page of the guest is in a packet or pinned.
nothing_held() {
	backend_exec "cat /sys/kernel/debug/xen-netback/vif-$(guest_domid "$1")-$2" |
		tee /tmp/held | grep "mapped pages"
	! grep "mapped pages" /tmp/held | grep -v -q "packets 0 left 0 pinned 0"
}

# While data comes, the mode changes.
switched_under_load() {
	local pid i n=0

	tcp_from_guest "$(here 0)" &
	pid=$!
	for i in 1 2 3 4 5 6 7 8 9 10; do
		mode u1 0 copy > /dev/null
		mode u1 0 map > /dev/null
		n=$i
	done
	wait $pid && echo "switched $n times"
}

# port GUEST DEVID: the guest's interface at the bridge.
port() {
	local vif

	vif=$(vif_name "$1" "$2")
	backend_exec "brctl addif xenbr9 $vif && ip link set $vif up" &&
		guest_exec "$1" "$(guest_interface "$2")
			ip addr flush dev \$dev
			ip addr add 10.21.0.$(($2 + 1))/24 dev \$dev
			ip link set \$dev up"
}

bridge() {
	backend_exec 'brctl addbr xenbr9 && ip link set xenbr9 up' && port u1 0 && port u2 1
}

replaced() {
	backend_exec 'cat /sys/kernel/debug/xen-gnttab/counters' | awk '$1 == "replaced" { print $2 }'
}

more_mapped() {
	[ "$(vif_counter "$1" "$2" tx_mapped)" -gt "$3" ]
}

more_replaced() {
	[ "$(replaced)" -gt "$1" ]
}

STREAMS=$(seq -s " " 5001 5020)
readonly STREAMS

# held_up GUEST DEVID: what it sends waits for the second guest, which stands
# still in the middle. There has to be more under way then than fits into that
# guest's ring: several streams, with large windows, and more than one try.
held_up() {
	local before window="4096 2097152 8388608"

	before=$(replaced)
	guest_exec "$1" "echo $window > /proc/sys/net/ipv4/tcp_wmem"
	guest_exec u2 "killall nc 2> /dev/null
		echo $window > /proc/sys/net/ipv4/tcp_rmem
		for port in $STREAMS; do
			(sleep 90 | timeout 90 nc -l -p \$port) > /dev/null 2>&1 < /dev/null &
		done"
	guest_exec -t 60 "$1" "for port in $STREAMS; do
			for i in \$(seq 50); do
				exec 3<> /dev/tcp/10.21.0.2/\$port && break
				sleep 0.2
			done 2> /dev/null
			timeout 60 cat /dev/zero >&3 2> /dev/null < /dev/null &
		done" || return
	wait_until 20 more_mapped "$1" "$2" "$(vif_counter "$1" "$2" tx_mapped)" || return
	for _ in 1 2; do
		sleep 6
		xl pause u2
		wait_until 5 more_replaced "$before" && break
		xl unpause u2
	done
	backend_exec "grep 'mapped pages' /sys/kernel/debug/xen-netback/vif-$(guest_domid "$1")-$2"
	echo "replaced: $before before, $(replaced) now"
	more_replaced "$before"
}

more_lingered() {
	[ "$(vif_counter u1 0 tx_lingered)" -gt 0 ]
}

# Of mapped pages: a client of the library each queue.
no_client() {
	backend_exec "! ls /sys/kernel/debug/xen-gnttab/clients | grep '${1:-}.*-map'"
}

# What is left of a guest in Xen.
no_zombie() {
	! xl list | awk '{ print $1 $2 }' | grep -q null
}

vif_attach u1 0
vif_address u1 0
data_make 8
check "by default all is copied" stays tx_mapped tcp_from_guest "$(here 0)"
check "the default is said at both places" both_say "auto off"
check "sysfs: map" mode u1 0 map
check "is seen at both places" both_say "map on"
check "pages are mapped, data is right" grows tx_mapped tcp_from_guest "$(here 0)"
check "and the other way" tcp_to_guest "$(there 0)"
check "all pages are back" wait_until 5 nothing_held u1 0
check "ethtool: off" set_flag off
check "is seen at both places" both_say "copy off"
check "nothing is mapped" stays tx_mapped tcp_from_guest "$(here 0)"
check "ethtool: on" set_flag on
check "is seen at both places" both_say "map on"
check "switched under load, data is right" switched_under_load
check "the interface works" guest_exec u1 "ping -q -c 2 -W 5 -s 20000 $(here 0)"
check "nothing had to be dropped" test "$(vif_counter u1 0 tx_no_memory)" = 0

guest_start u2 memory=200
vif_attach u2 1
check "two guests at a bridge" bridge
check "from guest to guest, data is right" grows tx_mapped tcp_between_guests 10.21.0.2
check "all pages are back" wait_until 5 nothing_held u1 0
check "packets for a guest that stands still: pages are replaced" held_up u1 0
check "the first guest has its pages back" wait_until 30 more_lingered
note "$(vif_counter u1 0 tx_mapped) slots mapped, $(replaced) pages replaced," \
	"$(vif_counter u1 0 tx_lingered) slots lingered"
xl unpause u2
guest_exec u1 'killall cat 2> /dev/null; true'
check "the guests still talk" wait_until 40 guest_exec u1 "ping -q -c 2 -W 2 10.21.0.2"
check "all pages are back" wait_until 40 nothing_held u1 0

guest_start victim memory=200
vif_attach victim 2
mode victim 2 map
check "a third guest at the bridge" port victim 2
check "it is held up" held_up victim 2
domid=$(guest_domid victim)
guest_destroy victim
check "destroyed meanwhile: the device goes" wait_until 20 vifs_gone "$domid"
check "its pages are given back" wait_until 40 no_client "vif$domid."
check "nothing is left of it" wait_until 40 no_zombie
xl unpause u2
guest_destroy u2
vif_detach u1 0
backend_exec 'ip link set xenbr9 down && brctl delbr xenbr9'
check "nobody has pages" wait_until 30 no_client
check "the kernel log is clean" dmesg_check
