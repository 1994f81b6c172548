# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests: network interfaces of guests.

# The address of a guest's interface is 10.9.DEVID.2, that of the backend's
# domain 10.9.DEVID.1; IPv6 likewise.
here() {
	echo "10.9.$1.1"
}

there() {
	echo "10.9.$1.2"
}

# vif_name GUEST DEVID: in the backend's domain.
vif_name() {
	echo "vif$(guest_domid "$1").$2"
}

# vif_device GUEST DEVID: its folder in the backend's domain, whatever the name of
# the interface.
vif_device() {
	echo "/sys/bus/xen-backend/devices/vif-$(guest_domid "$1")-$2"
}

# guest_interface DEVID: code that sets dev= in the guest, by the address that
# vif_attach gave it.
guest_interface() {
	echo "dev=\$(grep -l -i 00:16:3e:09:00:0$1 /sys/class/net/*/address 2>/dev/null |
		sed 's,/address,,; s,.*/,,' | head -1)"
}

# vif_attach GUEST DEVID [KEY=VALUE of xl-network-configuration...]
vif_attach() {
	local guest=$1 devid=$2 words=()
	shift 2

	[ "$BACKEND_DOMAIN" = dom0 ] || words+=("backend=$BACKEND_DOMAIN")
	case " $* " in
	*" script="*) ;;
	*) words+=("script=/etc/xen/scripts/vif-lab") ;;
	esac
	xl network-attach "$guest" "devid=$devid" "mac=00:16:3e:09:00:0$devid" \
		${words[@]+"${words[@]}"} "$@" || {
		echo "# xl network-attach $guest $devid failed" >&2
		return 1
	}
	wait_until 20 guest_exec "$guest" "$(guest_interface "$devid"); [ -n \"\$dev\" ]" &&
		wait_until 20 vif_connected "$guest" "$devid" || {
		echo "# interface $devid does not work in $guest:" >&2
		xenstore-ls -f | grep -E '/vif|/error' | tail -60 >&2
		return 1
	}
}

vif_connected() {
	backend_exec "grep -qsx 1 $(vif_device "$1" "$2")/net/*/carrier"
}

# vif_address_here GUEST DEVID: in the backend's domain.
vif_address_here() {
	local vif

	vif=$(vif_name "$1" "$2")
	backend_exec "echo 0 > /proc/sys/net/ipv6/conf/$vif/accept_dad
		ip addr add $(here "$2")/24 dev $vif
		ip -6 addr add fd09:$2::1/64 dev $vif 2>/dev/null; ip link set $vif up"
}

# vif_address GUEST DEVID: addresses at both ends.
vif_address() {
	vif_address_here "$1" "$2" &&
		guest_exec "$1" "$(guest_interface "$2")
		echo 0 > /proc/sys/net/ipv6/conf/\$dev/accept_dad
		ip addr add $(there "$2")/24 dev \$dev
		ip -6 addr add fd09:$2::2/64 dev \$dev 2>/dev/null; ip link set \$dev up"
}

vif_detach() {
	local device

	device=$(vif_device "$1" "$2")
	xl network-detach "$1" "$2" || return
	wait_until 20 backend_exec "[ ! -e $device ]" || return
	wait_until 20 guest_exec "$1" "$(guest_interface "$2"); [ -z \"\$dev\" ]"
}

# vifs_gone DOMID: nothing is left of that guest's.
vifs_gone() {
	backend_exec "! ls -d /sys/bus/xen-backend/devices/vif-$1-* /sys/class/net/vif$1.* 2>/dev/null"
}

# vif_counter GUEST DEVID NAME: summed over the queues.
vif_counter() {
	backend_exec "cat /sys/kernel/debug/xen-netback/vif-$(guest_domid "$1")-$2" |
		awk -v name="$3" '$1 == name { n += $2 } END { print n + 0 }'
}

is_ours() {
	backend_exec 'grep -q "^xen_gnttab .*xen_netback" /proc/modules'
}

# data_make SIZE: random data in /tmp/data of the backend's domain and u1, so many
# megabytes, or kilobytes (500k).
data_make() {
	local size=${1%k} code

	[ "$size" != "$1" ] || size=$((size * 1024))
	code="head -c ${size}k /dev/urandom > /tmp/data; sha256sum < /tmp/data"
	backend_exec "$code" > /tmp/sum.here && guest_exec u1 "$code" > /tmp/sum.u1
}

# busybox's nc ends when the other side does, or when its input ends: that of
# the receiver does not before the time is over.
receiver() {
	echo "timeout 60 nc -l -p 5001 > /tmp/in < <(sleep 60) && sha256sum < /tmp/in"
}

# sender ADDRESS: tries until the receiver listens. A test may have another program.
sender_program='cat /tmp/data'

sender() {
	echo "for i in \$(seq 100); do
		if exec 3<> /dev/tcp/$1/5001; then
			timeout 60 $sender_program >&3
			exit
		fi 2>/dev/null
		sleep 0.1
	done
	exit 1"
}

# tcp_from_guest ADDRESS: what is sent is what arrives.
tcp_from_guest() {
	local pid

	backend_exec "$(receiver)" > /tmp/sum.got &
	pid=$!
	guest_exec -t 70 u1 "$(sender "$1")" || return
	wait $pid && cmp /tmp/sum.u1 /tmp/sum.got
}

tcp_to_guest() {
	local pid

	guest_exec -t 70 u1 "$(receiver)" > /tmp/sum.got &
	pid=$!
	backend_exec "$(sender "$1")" || return
	wait $pid && cmp /tmp/sum.here /tmp/sum.got
}

# tcp_between_guests ADDRESS: the second guest's, from the first one.
tcp_between_guests() {
	local pid

	guest_exec -t 90 u2 "$(receiver)" > /tmp/sum.got &
	pid=$!
	guest_exec -t 90 u1 "$(sender "$1")" || return
	wait $pid && cmp /tmp/sum.u1 /tmp/sum.got
}

# echo_start [GUEST]: in the guest, or in the backend's domain, what comes by UDP
# goes back from now on.
echo_start() {
	local where=(backend_exec)

	[ $# = 0 ] || where=(guest_exec "$1")
	"${where[@]}" 'setsid labctl echo > /dev/null 2>&1 < /dev/null &' &&
		wait_until 20 "${where[@]}" 'grep -q ":0007 " /proc/net/udp6'
}

# mtu_set MTU: of u1's interface 0, at both ends.
mtu_set() {
	backend_exec "ip link set $(vif_name u1 0) mtu $1" &&
		guest_exec u1 "$(guest_interface 0); ip link set \$dev mtu $1"
}

# nothing_lost: of what went through u1's interface 0.
nothing_lost() {
	local name n=0

	for name in tx_refused tx_bad_grants tx_bad_headers tx_no_memory rx_too_large \
		rx_bad_grants rx_expired; do
		n=$((n + $(vif_counter u1 0 $name)))
	done
	backend_exec 'cat /sys/kernel/debug/xen-netback/*'
	[ $n = 0 ]
}

# iperf GUEST DEVID SECONDS [OPTION...]: the guest is the client.
iperf() {
	local guest=$1 devid=$2 seconds=$3
	shift 3

	backend_exec "timeout $((seconds + 40)) iperf3 -s -1 > /tmp/iperf.log 2>&1 &" &&
		guest_exec -t $((seconds + 40)) "$guest" "sleep 0.5
			iperf3 -c $(here "$devid") -t $seconds $*"
}

# Everything that is counted exactly, one "NAME NUMBER" a line.
net_counts() {
	backend_exec '
		count() { echo "$1 $(($(wc -l)))"; }
		ls /sys/bus/xen-backend/devices | grep vif | count devices
		ls /sys/kernel/debug/xen-gnttab/clients | count clients
		ls /sys/kernel/debug/xen-netback | count debugfs
		ls /sys/class/net | count interfaces
		grep xen-dyn /proc/interrupts | count interrupts
		ps -o comm | grep -i napi | count threads'
	xl debug-keys g
	sleep 0.3
	# Of the last report only: a line an active entry, of any domain.
	xl dmesg | awk '/gnttab_usage_print_all \[/ { n = 0 } /\[0x[0-9a-f]+\]/ { n++ }
		END { print "grants " n + 0 }'
	echo "nodes $(xenstore-ls -f | grep -c -E '/(vif|hotplug|libxl/[0-9]+/device)/')"
}

# net_counts_are BEFORE: nothing has become more.
net_counts_are() {
	local now name then is more=0

	now=$(net_counts)
	while read -r name then; do
		is=$(sed -n "s/^$name //p" <<< "$now")
		[ "$is" -gt "$then" ] || continue
		echo "$name: $then before, now $is"
		more=1
	done <<< "$1"
	return $more
}
