# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Linux's frontend says less of what it can than it does: the backend has to fill in
# checksums, and to divide packets. What comes is seen in the guest, one by one.

. /test/common/net.sh

seen=/sys/kernel/tracing
event=$seen/events/net/napi_gro_receive_entry/enable

# attach_as NAME=NUMBER...: the frontend has these keys when the backend reads them,
# which it does when the hotplug script has been.
attach_as() {
	local folder path words=()

	[ "$BACKEND_DOMAIN" = dom0 ] || words+=("backend=$BACKEND_DOMAIN")
	xl network-attach u1 devid=0 mac=00:16:3e:09:00:00 mtu=9000 \
		script=/etc/xen/scripts/vif-never ${words[@]+"${words[@]}"} || return
	folder=/local/domain/$(guest_domid u1)/device/vif/0
	wait_until 20 state_is "$folder" 4 || return
	for path; do
		xenstore-write "$folder/${path%=*}" "${path#*=}" || return
	done
	path=$(xenstore-read "$folder/backend")
	state_is "$path" 2 || return
	xenstore-write "$path/hotplug-status" connected
	backend_exec "ip link set $(vif_name u1 0) up"
	wait_until 20 vif_connected u1 0 && vif_address u1 0
}

state_is() {
	[ "$(xenstore-read "$1/state")" = "$2" ]
}

# What may be left to the guest: TCP over IPv4 and IPv6, in that order.
features() {
	backend_exec "ethtool -k $(vif_name u1 0)" | awk '
		$1 == "tx-checksum-ipv4:" { csum = $2 }
		$1 == "tx-checksum-ipv6:" { csum6 = $2 }
		$1 == "scatter-gather:" { sg = $2 }
		$1 == "tx-tcp-segmentation:" { tso = $2 }
		$1 == "tx-tcp6-segmentation:" { tso6 = $2 }
		END { print "csum", csum, csum6, "sg", sg, "tso", tso, tso6 }'
}

features_are() {
	features
	[ "$(features)" = "$*" ]
}

# Of all that came to the guest since: how many, how long, and of how many the backend
# has left segments or checksums to the guest.
packets_begin() {
	guest_exec u1 "echo 16384 > $seen/buffer_size_kb; echo 1 > $event; echo > $seen/trace"
}

packets_seen() {
	guest_exec u1 "$(guest_interface 0); echo 0 > $event
		grep \"dev=\$dev \" $seen/trace | tr ' ' '\\n' | awk -F= '
		\$1 == \"dev\" { nr++ }
		\$1 == \"len\" && \$2 > len { len = \$2 }
		\$1 == \"gso_size\" && \$2 > 0 { large++ }
		\$1 == \"ip_summed\" && \$2 == 3 { blank++ }
		END { print (nr > 500 ? \"many\" : nr), \"longest\", len + 0, \"large\", large + 0,
			\"blank\", (blank > 500 ? \"many\" : blank + 0) }'"
}

packets_are() {
	packets_seen > /tmp/seen
	cat /tmp/seen
	grep -qx "$1" /tmp/seen
}

# Both kinds of addresses, either way; UDP in fragments, too.
all_arrives() {
	tcp_to_guest "$(there 0)" && tcp_to_guest fd09:0::2 && tcp_from_guest "$(here 0)" &&
		backend_exec "labctl udp $(there 0) 0 65507 4001 &&
			labctl udp fd09:0::2 1 65527 5003 &&
			labctl udp $(there 0) 1460 1480 1"
}

no_errors() {
	guest_exec u1 'cat /proc/net/snmp /proc/net/snmp6' > /tmp/snmp
	awk '$1 ~ /InCsumErrors$/ && $2 > 0 { print; bad = 1 }
		$1 == was { for (i in name) if (name[i] == "InCsumErrors" && $i > 0) { print; bad = 1 } }
		{ was = $1; split($0, name, " ") } END { exit bad }' /tmp/snmp &&
		nothing_lost
}

mtu_of() {
	backend_exec "grep -qx $1 /sys/class/net/$(vif_name u1 0)/mtu"
}

too_long() {
	backend_exec "! ip link set $(vif_name u1 0) mtu 9000"
}

# plain NAME FEATURES MTU SEEN KEY=NUMBER...
plain() {
	local name=$1 features=$2 mtu=$3 packets=$4
	shift 4

	check "$name: attached" attach_as "$@"
	check "$name: the interface has what is left" features_are "$features"
	check "$name: the longest packets" mtu_of "$mtu"
	[ "$mtu" != 1500 ] || check "$name: longer ones are refused" too_long
	mtu_set 1500
	packets_begin
	check "$name: all data arrives" all_arrives
	check "$name: as the guest can take it" packets_are "$packets"
	check "$name: with the right checksums" no_errors
	[ "$name" = "no offload" ] || vif_detach u1 0
}

driver_info() {
	backend_exec "ethtool -i $(vif_name u1 0)" | tee /tmp/info
	grep -qx 'driver: xen-netback' /tmp/info &&
		grep -qx "bus-info: vif-$(guest_domid u1)-0" /tmp/info
}

# What another guest leaves to whoever gets it.
forwarded() {
	guest_exec -t 90 u1 "$(receiver)" > /tmp/sum.got &
	guest_exec -t 90 u2 "$(sender "$1")" && wait $! && cmp /tmp/sum.u2 /tmp/sum.got
}

test_forwarded() {
	check "ethtool names the driver, and the device" driver_info
	guest_start u2 memory=200
	vif_attach u2 1
	backend_exec "brctl addbr lan && brctl addif lan $(vif_name u1 0) &&
		brctl addif lan $(vif_name u2 1) && ip link set lan up"
	guest_exec u2 "$(guest_interface 1); ip addr add 10.9.0.3/24 dev \$dev
		ip -6 addr add fd09:0::3/64 dev \$dev; ip link set \$dev up
		head -c 1m /dev/urandom > /tmp/data; sha256sum < /tmp/data" > /tmp/sum.u2
	packets_begin
	check "forwarded: TCP from another guest" forwarded "$(there 0)"
	check "forwarded: over IPv6" forwarded fd09:0::2
	check "forwarded: UDP" guest_exec u2 "labctl udp $(there 0) 0 65507 4001"
	check "forwarded: as the guest can take it" packets_are "many longest 1500 large 0 blank 0"
	check "forwarded: with the right checksums" no_errors
	check "forwarded: the other guest did leave segments and checksums to us" \
		test "$(vif_counter u2 1 tx_gso)" -gt 0
	vif_detach u2 1
	vif_detach u1 0
	backend_exec 'ip link set lan down && brctl delbr lan'
}

backend_exec 'printf "#!/bin/busybox sh\nexit 0\n" > /etc/xen/scripts/vif-never
	chmod 755 /etc/xen/scripts/vif-never'
data_make 1
check "UDP is answered in the guest" echo_start u1
plain "no checksums" "csum off off sg on tso off off" 9000 "many longest 1500 large 0 blank 0" \
	feature-no-csum-offload=1 feature-ipv6-csum-offload=0
plain "no scatter-gather" "csum on on sg off tso off off" 1500 "many longest 1500 large 0 blank many" \
	feature-sg=0
plain "IPv4 only" "csum on off sg on tso on off" 9000 "many longest [0-9]* large [1-9][0-9]* blank [1-9][0-9]*" \
	feature-ipv6-csum-offload=0 feature-gso-tcpv6=0
plain "no offload" "csum off off sg off tso off off" 1500 "many longest 1500 large 0 blank 0" \
	feature-no-csum-offload=1 feature-ipv6-csum-offload=0 feature-sg=0 feature-gso-tcpv4=0 \
	feature-gso-tcpv6=0
test_forwarded
check "the kernel log is clean" dmesg_check
