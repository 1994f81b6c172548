# SPDX-License-Identifier: GPL-2.0
# Runs the plan of tools/bench/bench for networks in dom0, or in a driver domain. Its lines are
#
#   backend stock|ours [MODULE.PARAMETER=VALUE...]
#   load MARK guest|host tcp|udp WARMUP COUNT
#   load MARK host pktgen WARMUP COUNT
#   load MARK guests NUMBER WARMUP COUNT
#   load MARK bridge tcp WARMUP COUNT
#   load MARK raw copy|staged WARMUP COUNT
#
# A backend line takes down the interface that is there and sets up anew; a load
# line has the guest or the host send, or a guest to another one. Those of the raw frontend come last: the
# guest has no other from then on.

. /test/common/net.sh
. /test/common/raw.sh

backends=0
raw=

take_interface_down() {
	if [ "$raw" ]; then
		raw_disconnect u1 0
		xl network-detach u1 0
	elif [ "$backends" != 0 ]; then
		vif_detach u1 0
	fi
}

make_raw() {
	vif_detach u1 0 && raw_guest u1 && raw_attach u1 0 && raw_connect u1 0 || return
	raw=yes
	backend_exec "ip link set $(vif_name u1 0) up"
}

run_raw() {
	local mark=$1 kind=$2 warmup=$3 count=$4

	[ "$raw" ] || make_raw || return
	if [ "$kind" = staged ]; then
		raw_do u1 list "tx:0*64:ro"
		raw_do u1 control "9 0 page 64" | grep "status=0" || return
	fi
	raw_do u1 flood "$count 64 $warmup $mark" | tee /tmp/flood
	grep -qx "okay=$((warmup + count)) error=0 other=0" /tmp/flood &&
		echo "netload $mark $count 0"
}

receivers="for kind in tcp udp; do
	/bench/netload receive \$kind > /dev/null 2>&1 &
	echo \$! >> /tmp/receivers
done"

set_backend() {
	local which=$1
	shift

	take_interface_down
	case $which in
	stock) modules_stock xen-netback ;;
	ours) modules_load "$@" ;;
	esac
	vif_attach u1 0
	vif_address u1 0
	# Both ends know each other then: what is sent before is lost.
	guest_exec -t 60 u1 "ping -c 2 -w 40 $(here 0) > /dev/null" || return
	backends=$((backends + 1))
	backend_exec "grep '\[' /proc/kallsyms" > "/out/modules-$backends"
}

# What the UDP sockets of a domain have received.
datagrams() {
	awk '/^Udp:/ { n = $2 } END { print n }' /proc/net/snmp
}

# More than one packet of a hundred lost: the figures would be of something else.
mostly_arrived() {
	local before=$1 now=$2 sent=$3

	echo "# $((now - before)) of $sent packets arrived"
	[ $(((now - before) * 100)) -ge $((sent * 99)) ]
}

# pktgen_set FILE LINE...
pktgen_set() {
	local file=/proc/net/pktgen/$1 line
	shift

	for line; do
		echo "$line" > "$file" || return
	done
}

run_pktgen() {
	local mark=$1 warmup=$2 count=$3 dev

	dev=$(vif_name u1 0)
	pktgen_set kpktgend_0 rem_device_all "add_device $dev" &&
		pktgen_set "$dev" "count $warmup" "pkt_size 60" "dst_min $(there 0)" \
			"dst_max $(there 0)" "src_min $(here 0)" "src_max $(here 0)" \
			"dst_mac 00:16:3e:09:00:00" "udp_dst_min 5009" "udp_dst_max 5009" &&
		pktgen_set pgctrl start &&
		pktgen_set "$dev" "count $count" &&
		/bench/netload start /proc/net/pktgen/pgctrl start "$count" "$mark" &&
		pktgen_set kpktgend_0 rem_device_all
}

# Guest ui has the interface number i - 1. Only while they are needed.
run_guests() {
	local mark=$1 number=$2 warmup=$3 count=$4 i status

	for ((i = 1; i <= number; i++)); do
		[ "$i" = 1 ] || { vif_attach "u$i" $((i - 1)) && vif_address "u$i" $((i - 1)); } ||
			return
		guest_exec "u$i" "/bench/netload pour $(here $((i - 1))) > /dev/null 2>&1 &"
	done
	/bench/netload gather "$number" "$warmup" "$count" "$mark"
	status=$?
	for ((i = 2; i <= number; i++)); do
		vif_detach "u$i" $((i - 1)) || status=1
	done
	return $status
}

# From the first guest to the second, over a bridge in the backend's domain.
run_bridge() {
	local mark=$1 warmup=$2 count=$3 status

	vif_attach u2 1 || return
	backend_exec "brctl addbr br9
		for dev in $(vif_name u1 0) $(vif_name u2 1); do
			brctl addif br9 \$dev && ip link set \$dev up
		done
		ip link set br9 up"
	guest_exec u1 "$(guest_interface 0); ip addr add 10.20.0.1/24 dev \$dev"
	guest_exec u2 "$(guest_interface 1); ip addr add 10.20.0.2/24 dev \$dev
		ip link set \$dev up"
	guest_exec -t 600 u1 "/bench/netload send tcp 10.20.0.2 $warmup $count $mark"
	status=$?
	vif_detach u2 1 || status=1
	backend_exec 'ip link set br9 down && brctl delbr br9'
	return $status
}

run_load() {
	local mark=$1 sender=$2 kind=$3 warmup=$4 count=$5 before now
	local numbers="$warmup $count $mark"

	if [ "$sender" = raw ]; then
		run_raw "$mark" "$kind" "$warmup" "$count"
		return
	elif [ "$sender" = guests ]; then
		run_guests "$mark" "$kind" "$warmup" "$count"
		return
	elif [ "$sender" = bridge ]; then
		run_bridge "$mark" "$warmup" "$count"
		return
	fi
	if [ "$kind" = pktgen ]; then
		before=$(guest_exec u1 "$(declare -f datagrams); datagrams")
		run_pktgen $mark $warmup $count
		sleep 1
		now=$(guest_exec u1 "$(declare -f datagrams); datagrams")
	elif [ "$sender" = guest ]; then
		before=$(datagrams)
		guest_exec -t 600 u1 "/bench/netload send $kind $(here 0) $numbers; sleep 1"
		now=$(datagrams)
	else
		before=$(guest_exec u1 "$(declare -f datagrams); datagrams")
		/bench/netload send "$kind" "$(there 0)" $numbers
		sleep 1
		now=$(guest_exec u1 "$(declare -f datagrams); datagrams")
	fi
	[ "$kind" = tcp ] || mostly_arrived "$before" "$now" $((warmup + count))
}

grep -v '\[' /proc/kallsyms > /out/kernel
insmod /test/pktgen.ko
mkdir -p /bench
cp /test/netload /bench/netload
guests=$(awk '$1 == "load" && $3 == "guests" && $4 > n { n = $4 }
	$1 == "load" && $3 == "bridge" && n < 2 { n = 2 }
	END { print n + 0 }' /test/network-plan)
guest_put u1 /test/netload /bench/netload
for ((i = 2; i <= guests; i++)); do
	guest_start u$i memory=200
	guest_put "u$i" /test/netload /bench/netload
	guest_exec "u$i" "$receivers"
done
[ "$BACKEND_DOMAIN" != dom0 ] || backend_exec "$receivers"
guest_exec u1 "$receivers"
while read -r verb words; do
	note "$verb $words"
	case $verb in
	backend) set_backend $words ;;
	load) run_load $words ;;
	esac
done < /test/network-plan
take_interface_down
