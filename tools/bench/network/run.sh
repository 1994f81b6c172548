# SPDX-License-Identifier: GPL-2.0
# Runs the plan of tools/bench/bench for networks in dom0. Its lines are
#
#   backend stock|ours
#   load MARK guest|host tcp|udp WARMUP COUNT
#   load MARK raw copy|staged WARMUP COUNT
#
# A backend line takes down the interface that is there and sets up anew; a load
# line has the guest or the host send. Those of the raw frontend come last: the
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

	take_interface_down
	case $which in
	stock) modules_stock xen-netback ;;
	ours) modules_load ;;
	esac
	vif_attach u1 0
	vif_address u1 0
	backends=$((backends + 1))
	grep '\[' /proc/kallsyms > "/out/modules-$backends"
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

run_load() {
	local mark=$1 sender=$2 kind=$3 warmup=$4 count=$5 before now
	local numbers="$warmup $count $mark"

	if [ "$sender" = raw ]; then
		run_raw "$mark" "$kind" "$warmup" "$count"
		return
	fi
	if [ "$sender" = guest ]; then
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
mkdir -p /bench
cp /test/netload /bench/netload
guest_put u1 /test/netload /bench/netload
backend_exec "$receivers"
guest_exec u1 "$receivers"
while read -r verb words; do
	note "$verb $words"
	case $verb in
	backend) set_backend $words ;;
	load) run_load $words ;;
	esac
done < /test/network-plan
take_interface_down
