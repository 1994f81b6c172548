# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests, after net.sh: what the ends of u1's interface 0 leave to each
# other. There are five levels: all, no-tso, no-sg, no-csum and none. Segments cannot be
# left to the other end without their checksums, nor without scatter-gather.

tracing_events=/sys/kernel/tracing/events
# Of packets with more than 200 bytes, how many there are of each kind.
hist_transmit='hist:keys=gso_size,csum_blank,slots:size=256 if size > 200'
hist_receive='hist:keys=gso_size,ops:size=256 if size > 200'
hist_guest='hist:keys=ip_summed:size=256 if len > 200'

# busybox's cat leaves it to the kernel to send the pages of the file: those it puts in
# one piece before it fills in their checksums.
# shellcheck disable=SC2034
sender_program='dd if=/tmp/data bs=64k 2> /dev/null'

offload_switches() {
	case $1 in
	all) echo tx on sg on tso on ;;
	no-tso) echo tx on sg on tso off ;;
	no-sg) echo tx on sg off tso off ;;
	no-csum) echo tx off sg on tso off ;;
	none) echo tx off sg off tso off ;;
	esac
}

# offloads_set BACKEND GUEST: a level for each end, and for a bridge in the guest.
offloads_set() {
	{
		backend_exec "dev=$(vif_name u1 0)
			ethtool -K \$dev $(offload_switches "$1") > /dev/null && ethtool -k \$dev" &&
			guest_exec u1 "$(guest_interface 0)
			for it in \$dev \$(ls -d /sys/class/net/br0 2>/dev/null); do
				ethtool -K \${it##*/} $(offload_switches "$2") > /dev/null &&
					ethtool -k \${it##*/} || exit
			done"
	} > /tmp/offloads
}

# Of "ethtool -k", a line for each interface: IPv4 and IPv6, in that order.
features_said() {
	awk '
		function say() {
			if (is["tx-checksum-ip-generic"] == "on")
				is["tx-checksum-ipv4"] = is["tx-checksum-ipv6"] = "on"
			print "csum", is["tx-checksum-ipv4"], is["tx-checksum-ipv6"],
				"sg", is["scatter-gather"],
				"tso", is["tx-tcp-segmentation"], is["tx-tcp6-segmentation"]
		}
		/^Features for/ { if (nr++) say(); delete is }
		{ sub(":$", "", $1); is[$1] = $2 }
		END { say() }'
}

level_says() {
	case $1 in
	all) echo csum on on sg on tso on on ;;
	no-tso) echo csum on on sg on tso off off ;;
	no-sg) echo csum on on sg off tso off off ;;
	no-csum) echo csum off off sg on tso off off ;;
	none) echo csum off off sg off tso off off ;;
	esac
}

# offloads_hold BACKEND GUEST: when they had been set, both ends and the bridge said so.
offloads_hold() {
	local here guest

	here=$(level_says "$1")
	guest=$(level_says "$2")
	features_said < /tmp/offloads | tee /tmp/features
	printf '%s\n' "$here" "${guest/csum off/csum on}" "$guest" | cmp - /tmp/features
}

# guest_bridge: Linux's frontend cannot be told to fill in checksums of IPv4. A bridge
# above it can, and has the guest's addresses from now on. Its module is dom0's.
guest_bridge() {
	guest_put u1 "$(find /lib/modules /mod -name 'bridge.ko*' 2>/dev/null | head -1)" \
		/tmp/bridge.ko &&
		guest_exec u1 "$(guest_interface 0); modprobe stp && insmod /tmp/bridge.ko &&
		ip addr flush dev \$dev && brctl addbr br0 &&
		ip link set br0 address 00:16:3e:09:0b:00 && brctl addif br0 \$dev &&
		echo 0 > /proc/sys/net/ipv6/conf/br0/accept_dad &&
		ip addr add $(there 0)/24 dev br0 && ip -6 addr add fd09:0::2/64 dev br0 &&
		ip link set br0 up" &&
		wait_until 20 guest_exec u1 "ping -q -c 1 -W 1 $(here 0)"
}

# What crosses the ring from now on: the backend sees packets of either way, but of
# checksums on the way to the guest only the guest says what has become of them.
crossing_begin() {
	guest_exec u1 "echo '$hist_guest' > $tracing_events/net/napi_gro_receive_entry/trigger" &&
		backend_exec "cd $tracing_events/xen_netback
			echo '$hist_transmit' > netback_transmit/trigger &&
			echo '$hist_receive' > netback_receive/trigger"
}

# crossing_end: of either way the packets in several pieces, the large ones, those
# without and those with a checksum.
crossing_end() {
	{
		backend_exec "cd $tracing_events/xen_netback
			sed -n 's/^{/from/p' netback_transmit/hist
			sed -n 's/^{/to/p' netback_receive/hist
			echo '!$hist_transmit' > netback_transmit/trigger
			echo '!$hist_receive' > netback_receive/trigger"
		guest_exec u1 "cd $tracing_events/net/napi_gro_receive_entry
			sed -n 's/^{/to/p' hist; echo '!$hist_guest' > trigger"
	} | tr -d ',:}' > /tmp/crossing
	awk '
		{
			delete is
			for (i = 2; i < NF; i += 2) is[$i] = $(i + 1)
			nr = is["hitcount"]
		}
		is["slots"] - (is["gso_size"] > 0) > 1 || is["ops"] > 1 { pieces[$1] += nr }
		is["gso_size"] > 0 { large[$1] += nr }
		"csum_blank" in is || "ip_summed" in is {
			if (is["csum_blank"] == 1 || is["ip_summed"] == 3) blank[$1] += nr
			else full[$1] += nr
		}
		function say(way) {
			print way, "pieces", pieces[way] + 0, "large", large[way] + 0,
				"blank", blank[way] + 0, "full", full[way] + 0
		}
		END { say("from"); say("to") }' /tmp/crossing > /tmp/crossed
}

# crossed WAY LEVEL: from or to the guest, TCP is all as this level leaves it.
crossed() {
	local some='[1-9][0-9]*' what

	case $2 in
	all) what="pieces $some large $some blank $some full 0" ;;
	no-tso) what="pieces $some large 0 blank $some full 0" ;;
	no-sg) what="pieces 0 large 0 blank $some full 0" ;;
	no-csum) what="pieces $some large 0 blank 0 full $some" ;;
	none) what="pieces 0 large 0 blank 0 full $some" ;;
	esac
	cat /tmp/crossed
	grep -qx "$1 $what" /tmp/crossed
}

# crossed_udp WAY LEVEL: those that are no fragments may have no checksum.
crossed_udp() {
	local blank='[1-9][0-9]*'

	case $2 in
	no-csum | none) blank=0 ;;
	esac
	cat /tmp/crossed
	grep -qx "$1 pieces [0-9]* large 0 blank $blank full [1-9][0-9]*" /tmp/crossed
}

# offloads_tcp BACKEND GUEST HERE THERE: levels and addresses. What is sent is what
# arrives, either way, in the form that is left to the other end.
offloads_tcp() {
	local backend=$1 guest=$2

	crossing_begin || return
	tcp_from_guest "$3" && tcp_to_guest "$4" || return
	crossing_end
	crossed from "$guest" && crossed to "$backend"
}
