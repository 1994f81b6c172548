# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What an interface can do besides carrying packets.

. /test/common/net.sh
. /test/common/raw.sh

backend_key() {
	backend_exec "xenstore-read backend/vif/$(guest_domid u1)/0/$1"
}

# carrier_is NUMBER: as the guest sees it.
carrier_is() {
	local path

	path=$(guest_exec u1 'xenstore-read device/vif/0/backend')/carrier
	wait_until 5 guest_exec u1 "xenstore-read $path | grep -qx $1"
}

pings_there() {
	backend_exec "ping -q -c 2 -W 5 $(there 0)"
}

# Every host on the link is asked; ours answers because it was told to.
pings_all() {
	backend_exec "ping -q -c 2 -W 2 -I $(vif_name u1 0) 224.0.0.1"
}

# Who asks all is one of them: what counts is who has answered.
pings_all_back() {
	guest_exec u1 "$(guest_interface 0); ping -c 3 -W 5 -I \$dev 224.0.0.1" |
		grep "from $(here 0):"
}

pings_all_6() {
	backend_exec "ping -6 -c 3 -W 5 -I $(vif_name u1 0) ff02::1" |
		grep "from fe80::216:3eff:fe09:0[:%]" &&
		guest_exec u1 "$(guest_interface 0); ping -6 -c 3 -W 5 -I \$dev ff02::1" |
		grep "from fe80::fcff:ffff:feff:ffff[:%]"
}

nobody_answers() {
	pings_all
	[ $? = 1 ]
}

vlan_make() {
	local code="modprobe 8021q && ip link add link \$dev name lan5 type vlan id 5 &&
		echo 0 > /proc/sys/net/ipv6/conf/lan5/accept_dad"

	backend_exec "dev=$(vif_name u1 0); $code && ip addr add 10.5.0.1/24 dev lan5 &&
		ip -6 addr add fd05::1/64 dev lan5 && ip link set lan5 up" &&
		guest_exec u1 "$(guest_interface 0); $code && ip addr add 10.5.0.2/24 dev lan5 &&
		ip -6 addr add fd05::2/64 dev lan5 && ip link set lan5 up"
}

vlan_udp() {
	guest_exec u1 "labctl udp 10.5.0.1 0 65507 4001 && labctl udp fd05::1 0 65527 5003" &&
		backend_exec "labctl udp 10.5.0.2 1 65507 4003 && labctl udp fd05::2 1 65527 5009"
}

# join or leave GROUP: the guest's list, by the address of Ethernet's.
join() {
	guest_exec u1 "echo 'page=0 flags=8' > $RAW/hold" &&
		raw_do u1 send "extra=${2-2} bytes=$1" | grep -x 'id=0 status=0'
}

leave() {
	join "$1" 3
}

# arrive ADDRESS...: of a datagram to two groups each, those of these addresses only.
arrive() {
	local group

	guest_exec u1 "echo 8 > $RAW/offer
		echo 3000 > /sys/module/xen_raw_netfront/parameters/patience"
	for group in 239.1.2.3 239.1.2.4; do
		backend_exec "echo hello > /dev/udp/$group/7"
	done
	raw_do u1 receive 3 > /tmp/packets
	cat /tmp/packets
	[ "$(sed -n 's/^.* data=\(............\).*/\1/p' /tmp/packets | xargs)" = "$*" ]
}

test_keys() {
	check "the interface has the MTU of the toolstack's key" backend_exec \
		"grep -qx 1400 /sys/class/net/$(vif_name u1 0)/mtu"
	check "up: the guest sees a carrier" carrier_is 1
	backend_exec "ip link set $(vif_name u1 0) down"
	check "down: it sees none" carrier_is 0
	backend_exec "ip link set $(vif_name u1 0) up"
	check "up again: it does" carrier_is 1
	check "packets flow again" wait_until 10 pings_there
}

test_multicast() {
	local key=device/vif/0/request-multicast-control

	guest_exec u1 'echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_broadcasts'
	check "a filter is offered" [ "$(backend_key feature-multicast-control)" = 1 ]
	check "and may be changed at any time" \
		[ "$(backend_key feature-dynamic-multicast-control)" = 1 ]
	check "multicast packets reach the guest" pings_all
	guest_exec u1 "xenstore-write $key 1"
	check "it asks for none: none does" wait_until 5 nobody_answers
	check "others do" pings_there
	backend_exec "ip neigh flush dev $(vif_name u1 0)"
	check "and broadcasts" pings_there
	guest_exec u1 "xenstore-write $key 0"
	check "it asks for all again" wait_until 5 pings_all
	backend_exec 'echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_broadcasts'
	check "multicast packets of the guest's reach us" pings_all_back
	check "and those of IPv6, both ways" pings_all_6
}

test_vlan() {
	local size

	check "a VLAN at both ends" vlan_make
	for size in 0 56 1354 1355 8000 60000; do
		check "VLAN: $size bytes" guest_exec u1 "ping -q -c 2 -W 5 -s $size 10.5.0.1"
		check "VLAN: $size bytes the other way" \
			backend_exec "ping -q -c 2 -W 5 -s $size 10.5.0.2"
	done
	data_make 2
	check "VLAN: data from the guest" tcp_from_guest 10.5.0.1
	check "VLAN: data to the guest" tcp_to_guest 10.5.0.2
	check "VLAN: data from the guest over IPv6" tcp_from_guest fd05::1
	check "VLAN: data to the guest over IPv6" tcp_to_guest fd05::2
	check "UDP is answered here" echo_start
	check "UDP is answered in the guest" echo_start u1
	check "VLAN: UDP both ways, over IPv6, too" vlan_udp
}

# A frontend of our own has a list.
test_groups() {
	raw_guest u1
	# Nothing of the backend's own.
	backend_exec 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'
	raw_attach u1 0
	check "groups: connected" raw_connect u1 0
	raw_host u1 0 10.66.0.1 10.66.0.2
	backend_exec "ip route add 239.0.0.0/8 dev $(vif_name u1 0)"
	check "groups: without a filter all arrive" arrive 01005e010203 01005e010204
	check "groups: one is joined" join 01005e010204
	guest_exec u1 'xenstore-write device/vif/0/request-multicast-control 1'
	check "groups: it arrives, and no other" wait_until 20 arrive 01005e010204
	check "groups: the other is joined, too" join 01005e010203
	check "groups: both arrive" arrive 01005e010203 01005e010204
	check "groups: the first is left" leave 01005e010204
	check "groups: it arrives no more" arrive 01005e010203
	raw_disconnect u1 0
	xl network-detach u1 0
}

vif_attach u1 0 mtu=1400
vif_address u1 0
test_keys
test_multicast
test_vlan
vif_detach u1 0
test_groups
check "the kernel log is clean" dmesg_check
