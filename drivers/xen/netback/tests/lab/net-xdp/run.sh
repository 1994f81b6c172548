# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A program (XDP) at a guest's interface: it drops what comes from addresses that
# are not the guest's, sends packets back, and sends them to another guest.

. /test/common/net.sh

readonly MAC=00:16:3e:09:00:00
readonly SPOOFED=10.9.0.77
readonly SPOOFED6=fd09:0::77

vifxdp() {
	backend_exec "/test/vifxdp $*"
}

# The interface is called what it was called before its address was changed.
in_guest() {
	guest_exec u1 "dev=$dev; $1"
}

# A few: one alone may be lost while addresses are learnt.
guest_pings() {
	in_guest "ping -q -c 3 -W 5 $*"
}

no_answer() {
	! in_guest "ping -q -c 2 -W 1 $*"
}

# counter NAME: of the first guest.
counter() {
	vif_counter u1 0 "$1"
}

# grows NAME COMMAND...: the command succeeds, and the counter has become more.
grows() {
	local name=$1 before
	shift

	before=$(counter "$name")
	"$@" || return
	echo "$name: $before before, $(counter "$name") after"
	[ "$(counter "$name")" -gt "$before" ]
}

refused_without_fragments() {
	! backend_exec "VIFXDP_FRAGS=no /test/vifxdp reflect $vif 2>&1" > /tmp/refused &&
		cat /tmp/refused && grep -q fragments /tmp/refused
}

guest_mac() {
	in_guest "ip link set \$dev down && ip link set \$dev address $1 &&
		ip link set \$dev up"
}

# More packets come back than others would send in that time.
guest_received() {
	in_guest 'cat /sys/class/net/$dev/statistics/rx_packets'
}

comes_back() {
	local before

	before=$(guest_received)
	no_answer -i 0.05 -c 20 "$(here 0)" || return
	[ "$(guest_received)" -ge $((before + 20)) ]
}

# Two guests with a network of their own.
pair() {
	local guest devid=0

	for guest in u1 u2; do
		guest_exec $guest "$(guest_interface $devid)
			ip addr add 10.10.0.$((devid + 1))/24 dev \$dev
			ip link set \$dev up; ethtool -K \$dev tso off" &&
			backend_exec "ip link set $(vif_name $guest $devid) up" || return
		devid=$((devid + 1))
	done
}

[ "$BACKEND_DOMAIN" = dom0 ] || guest_put "$BACKEND_DOMAIN" /test/vifxdp /test/vifxdp
vif_attach u1 0
vif_address u1 0
vif=$(vif_name u1 0)
dev=$(guest_exec u1 "$(guest_interface 0); echo \$dev")
in_guest "ip addr add $SPOOFED/24 dev \$dev; ip -6 addr add $SPOOFED6/64 dev \$dev"
data_make 2
check "a program that cannot read fragments is refused" refused_without_fragments
check "an address that is not the guest's: answered" guest_pings -I $SPOOFED "$(here 0)"
check "IPv6: answered" guest_pings -6 -I $SPOOFED6 fd09:0::1

check "a filter" vifxdp filter "$vif" $MAC "$(there 0)" fd09:0::2
check "the guest's own address: answered" grows xdp_pass guest_pings "$(here 0)"
check "IPv6: answered" guest_pings -6 -I fd09:0::2 fd09:0::1
check "packets of several slots" guest_pings -s 20000 "$(here 0)"
check "large TCP packets from the guest" grows tx_gso tcp_from_guest "$(here 0)"
check "and to it" tcp_to_guest "$(there 0)"
check "another address: no answer" grows xdp_drop no_answer -I $SPOOFED "$(here 0)"
check "IPv6: no answer" grows xdp_drop no_answer -6 -I $SPOOFED6 fd09:0::1
guest_mac 00:16:3e:09:00:99
check "another Ethernet address: no answer" grows xdp_drop no_answer "$(here 0)"
guest_mac $MAC
check "the guest's own again" guest_pings "$(here 0)"
check "nothing went wrong" test "$(counter xdp_error)" = 0
check "the filter is taken away" vifxdp off "$vif"
check "another address: answered again" guest_pings -I $SPOOFED "$(here 0)"

check "a mirror" vifxdp reflect "$vif"
check "packets come back" grows xdp_tx comes_back
check "the mirror is taken away" vifxdp off "$vif"
check "an answer again" guest_pings "$(here 0)"

guest_start u2 memory=200
vif_attach u2 1
check "addresses for two guests" pair
check "from one guest to the other" vifxdp redirect "$vif" "$(vif_name u2 1)"
check "and back" vifxdp redirect "$(vif_name u2 1)" "$vif"
passed=$(counter xdp_pass)
check "one guest pings the other" grows xdp_redirect guest_pings 10.10.0.2
check "with large packets" guest_pings -s 20000 10.10.0.2
check "TCP, its checksums filled in" tcp_between_guests 10.10.0.2
check "all past the network stack" test "$(counter xdp_pass)" = "$passed"
backend_exec 'cat /sys/kernel/debug/xen-netback/*' > /out/counters

check "an interface goes with its program" vif_detach u1 0
guest_destroy u2
check "the kernel log is clean" dmesg_check
