# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The distribution's hotplug scripts, unmodified, between two guests: a bridge, routes,
# and network address translation; IPv6 over the bridge, too. In a driver domain, xl devd
# runs them.

. /test/common/net.sh

scripts=/etc/xen/scripts

# guest_address GUEST DEVID ADDRESS/BITS [GATEWAY]
guest_address() {
	guest_exec "$1" "$(guest_interface "$2"); ip addr add $3 dev \$dev; ip link set \$dev up
		[ -z '${4-}' ] || ip route add default via ${4-}"
}

guest_address_6() {
	guest_exec "$1" "$(guest_interface "$2"); echo 0 > /proc/sys/net/ipv6/conf/\$dev/accept_dad
		ip -6 addr add $3/64 dev \$dev"
}

# guests_talk ADDRESS: u2's; the first pings, then sends data.
guests_talk() {
	case $1 in
	*:*) guest_exec u1 "ping -6 -q -c 2 -W 10 $1 && ping -6 -q -c 2 -W 10 -s 60000 $1" ;;
	*) guest_exec u1 "ping -q -c 2 -W 10 $1 && labctl ping $1 0 65507 1999" ;;
	esac && guest_exec u1 "labctl udp $1 0 65507 1997" && tcp_between_guests "$1"
}

# A connection to a large answer: the way back is as good.
guests_answer() {
	guest_exec -t 70 u2 'timeout 60 nc -l -p 5002 < /tmp/data > /dev/null' &
	guest_exec -t 70 u1 "for i in \$(seq 100); do
			exec 3<> /dev/tcp/$1/5002 && break
			sleep 0.1
		done 2>/dev/null
		head -c 2m <&3 | sha256sum" > /tmp/sum.got || return
	wait $! && guest_exec u2 'sha256sum < /tmp/data' | cmp - /tmp/sum.got
}

large_packets() {
	echo "$(vif_counter u1 0 tx_gso) $(vif_counter u2 1 rx_gso)" \
		"$(vif_counter u2 1 tx_gso) $(vif_counter u1 0 rx_gso)"
}

# all_grew BEFORE: large packets were not divided on their way, whichever.
all_grew() {
	local i now was

	read -r -a was <<< "$1"
	read -r -a now <<< "$(large_packets)"
	echo "large packets of the one, to the other, and back: $1, now ${now[*]}"
	for i in 0 1 2 3; do
		[ "${now[i]}" -gt "${was[i]}" ] || return
	done
}

both_ways() {
	local large

	large=$(large_packets)
	check "$1: the guests talk" guests_talk "$2"
	check "$1: and answer" guests_answer "$2"
	check "$1: large packets went from guest to guest" all_grew "$large"
}

all_answer() {
	guest_exec u2 'echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_broadcasts'
	guest_exec u1 "$(guest_interface 0); ping -q -c 2 -W 5 -I \$dev 224.0.0.1"
}

test_bridge() {
	local words=() name

	backend_exec 'brctl addbr xenbr0 && ip link set xenbr0 up'
	vif_attach u1 0 script=$scripts/vif-bridge bridge=xenbr0
	# The script takes the guest's number out of the name, to write to its keys: dom0
	# is allowed to write what comes of that, a driver domain is not.
	name=$(vif_name u2 1)
	[ "$BACKEND_DOMAIN" != dom0 ] || { name=lan1; words=(vifname=lan1); }
	vif_attach u2 1 script=$scripts/vif-bridge bridge=xenbr0 ${words[@]+"${words[@]}"}
	check "vif-bridge: the interfaces are ports of the bridge, one by another name in dom0" \
		backend_exec "ls -d /sys/class/net/xenbr0/brif/$(vif_name u1 0) \
			/sys/class/net/xenbr0/brif/$name"
	guest_address u1 0 10.20.0.1/24
	guest_address u2 1 10.20.0.2/24
	both_ways vif-bridge 10.20.0.2
	guest_address_6 u1 0 fd20::1
	guest_address_6 u2 1 fd20::2
	both_ways "vif-bridge, IPv6" fd20::2
	check "vif-bridge: so do all that hear a multicast packet" all_answer
	check "vif-bridge: one leaves" vif_detach u1 0
	check "vif-bridge: the other does" vif_detach u2 1
	backend_exec 'ip link set xenbr0 down && brctl delbr xenbr0'
}

# Both guests believe to be in one network with the backend's domain, which answers for either.
test_route() {
	backend_exec 'ip link add eth0 type dummy && ip addr add 10.30.0.1/24 dev eth0 &&
		ip link set eth0 up'
	vif_attach u1 0 script=$scripts/vif-route ip=10.30.0.11
	vif_attach u2 1 script=$scripts/vif-route ip=10.30.0.12
	check "vif-route: there is a route to each guest" grep -q "dev $(vif_name u1 0) .*metric 2" \
		<(backend_exec 'ip route show 10.30.0.11')
	guest_address u1 0 10.30.0.11/24
	guest_address u2 1 10.30.0.12/24
	both_ways vif-route 10.30.0.12
	check "vif-route: one leaves" vif_detach u1 0
	check "vif-route: the other does" vif_detach u2 1
	backend_exec 'ip link del eth0'
}

translated() {
	backend_exec 'iptables -t nat -L POSTROUTING -v -n -x' | awk '/MASQUERADE/ { n += $1 } END { exit n == 0 }'
}

# The second guest has no way to the first but through the address of dom0's interface.
test_nat() {
	backend_exec 'modprobe -a iptable_nat xt_MASQUERADE
		iptables -t nat -A POSTROUTING -s 10.40.0.0/24 -j MASQUERADE'
	vif_attach u1 0 script=$scripts/vif-nat ip=10.40.0.11
	vif_attach u2 1 script=$scripts/vif-nat ip=10.41.0.12
	guest_address u1 0 10.40.0.11/24 10.40.0.138
	guest_address u2 1 10.41.0.12/24
	both_ways vif-nat 10.41.0.12
	check "vif-nat: addresses were translated" translated
	check "vif-nat: one leaves" vif_detach u1 0
	check "vif-nat: the other does" vif_detach u2 1
	backend_exec 'iptables -t nat -F POSTROUTING'
}

guest_start u2 memory=200
data_make 2
guest_exec u2 'head -c 2m /dev/urandom > /tmp/data'
check "UDP is answered in the second guest" echo_start u2
backend_exec 'echo 1 > /proc/sys/net/ipv4/ip_forward'
test_bridge
test_route
test_nat
check "the kernel log is clean" dmesg_check
