# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A program (XDP) that the guest attaches to its own interface: every packet has
# room before its data then, and is shown to it.

. /test/common/net.sh
. /test/common/offloads.sh

readonly MAC=fe:ff:ff:ff:ff:ff
readonly OTHER=10.9.0.77
readonly OTHER6=fd09:0::77

# The interface has its address as long as the test runs.
in_guest() {
	guest_exec u1 "dev=$dev; $1"
}

vifxdp() {
	in_guest "VIFXDP_FRAGS=no /tmp/vifxdp $*"
}

pings() {
	backend_exec "ping -q -c 3 -W 5 $*"
}

no_answer() {
	! backend_exec "ping -q -c 3 -W 1 -i 0.2 $*"
}

# One of each of these sizes, and then the largest without being divided.
pings_of_sizes() {
	backend_exec "for size in \$(seq 0 89 $1) $1; do
		ping -q -c 1 -W 5 -s \$size $(there 0) > /dev/null || echo no answer to \$size
	done" > /tmp/unanswered
	cat /tmp/unanswered
	[ ! -s /tmp/unanswered ]
}

# What the device's file says.
shows() {
	backend_exec "cat /sys/kernel/debug/xen-netback/vif-$(guest_domid u1)-0" |
		grep -E "^$1( |$)"
}

headroom() {
	[ "$(shows xdp_headroom)" = "xdp_headroom $1" ] && [ "$(shows state)" = "state Connected" ]
}

segments() {
	backend_exec "ethtool -k $vif" | grep -q "^tcp-segmentation-offload: $1"
}

guest_errors() {
	in_guest 'cat /sys/class/net/$dev/statistics/rx_errors'
}

# dropped_by_program ADDRESSES OF PING: the guest's driver counts them as errors.
dropped_by_program() {
	local before

	before=$(guest_errors)
	no_answer "$@" && [ "$(guest_errors)" -gt "$before" ]
}

# More packets come back than the guest would send in that time.
comes_back() {
	local before

	before=$(vif_counter u1 0 tx_packets)
	no_answer -c 20 "$(there 0)" || return
	[ "$(vif_counter u1 0 tx_packets)" -ge $((before + 20)) ]
}

# A program comes and goes, ten times, while data flows to the guest.
comes_and_goes() {
	local pid

	guest_exec -t 200 u1 "dev=$dev; for i in \$(seq 10); do
		VIFXDP_FRAGS=no /tmp/vifxdp filter \$dev $MAC $(here 0) fd09:0::1 &&
			/tmp/vifxdp off \$dev || exit 1
	done" &
	pid=$!
	tcp_to_guest "$(there 0)" || return
	wait $pid
}

tcp_of_segments() {
	local before

	before=$(vif_counter u1 0 rx_gso)
	tcp_to_guest "$(there 0)" && [ "$(vif_counter u1 0 rx_gso)" -gt "$before" ]
}

addresses() {
	vif_address u1 0
	vif=$(vif_name u1 0)
	dev=$(guest_exec u1 "$(guest_interface 0); echo \$dev")
}

# The program goes with the interface, when the device is closed already.
guest_rebinds() {
	in_guest 'cd /sys/bus/xen/drivers/vif &&
		echo vif-0 > unbind && [ ! -e /sys/class/net/$dev ] && echo vif-0 > bind' || return
	wait_until 20 guest_exec u1 "$(guest_interface 0); [ -n \"\$dev\" ]" &&
		wait_until 20 vif_connected u1 0 && addresses
}

attach() {
	vif_attach u1 0
	addresses
	backend_exec "ip addr add $OTHER/24 dev $vif; ip -6 addr add $OTHER6/64 dev $vif"
}

guest_put u1 /test/vifxdp /tmp/vifxdp
attach
data_make 4
check "nobody asked for headroom" headroom 0
check "another address: answered" pings -I $OTHER "$(there 0)"
check "large TCP packets to the guest" tcp_of_segments

check "a filter" vifxdp filter "$dev" $MAC "$(here 0)" fd09:0::1
check "there is headroom" headroom 256
check "no more large packets" segments off
check "the address that may: answered" pings "$(there 0)"
check "IPv6: answered" pings -6 -I fd09:0::1 fd09:0::2
check "packets of all sizes" pings_of_sizes 1472
check "in pieces" pings -s 20000 "$(there 0)"
check "another address: no answer" dropped_by_program -I $OTHER "$(there 0)"
check "IPv6: no answer" dropped_by_program -6 -I $OTHER6 fd09:0::2
check "TCP to the guest" tcp_to_guest "$(there 0)"
check "TCP from the guest" tcp_from_guest "$(here 0)"
check "offloads off" offloads_set none none
check "TCP to the guest, with checksums" tcp_to_guest "$(there 0)"
check "offloads on" offloads_set all all
check "but for segments" segments off
mtu_set 3800
check "packets that fill a page" pings_of_sizes 3772
check "TCP that fills pages" tcp_to_guest "$(there 0)"
mtu_set 1500

check "a mirror in its place" vifxdp reflect "$dev"
check "packets come back" comes_back
check "no program" vifxdp off "$dev"
check "nor headroom" headroom 0
check "large packets again" segments on
check "another address: answered" pings -I $OTHER "$(there 0)"
check "IPv6: answered" pings -6 -I $OTHER6 fd09:0::2
check "large TCP packets to the guest again" tcp_of_segments
check "it comes and goes while data flows" comes_and_goes
check "it has gone" headroom 0
check "nothing was lost on the way" nothing_lost

check "a filter once more" vifxdp filter "$dev" $MAC "$(here 0)" fd09:0::1
check "the guest takes its driver away, and gives it back" guest_rebinds
check "no headroom" headroom 0
check "TCP to the guest" tcp_to_guest "$(there 0)"
check "the interface goes" vif_detach u1 0
modules_unload
modules_load xen-netback.provides_xdp_headroom=0
attach
check "headroom is not offered" vifxdp filter "$dev" $MAC "$(here 0)" fd09:0::1
check "nobody asks for it" headroom 0
check "large TCP packets all the same" tcp_of_segments
check "the interface goes" vif_detach u1 0
check "the kernel log is clean" dmesg_check
