# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest and the backend's domain ping each other.

. /test/common/net.sh

sizes="0 1 13 14 56 127 128 129 1000 1472 1473 1500 2048 4000 4096 8000 16000 32000 65000 65507"

# What ethtool counts in the queues: packets and bytes of the guest's, and of those to it.
queue_counters() {
	backend_exec "ethtool -S $(vif_name u1 0)" | awk '
		match($1, /^queue_[0-9]+_guest_/) {
			n[substr($1, RLENGTH + 1)] += $2
			nr[substr($1, RLENGTH + 1)]++
		}
		END {
			if (nr["tx_packets:"] && nr["rx_bytes:"] == nr["tx_packets:"])
				print n["tx_packets:"], n["tx_bytes:"], n["rx_packets:"], n["rx_bytes:"]
		}'
}

# grew BEFORE AFTER BY MORE: more is what IPv6 and ARP say meanwhile.
grew() {
	[ $(($2 - $1)) -ge "$3" ] && [ $(($2 - $1)) -le $(($3 + $4)) ]
}

counters_move() {
	local before now

	read -r -a before <<< "$(queue_counters)"
	guest_exec u1 "ping -q -c 20 -i 0.1 -W 5 -s 1000 $(here 0)"
	read -r -a now <<< "$(queue_counters)"
	echo "before ${before[*]}, now ${now[*]}"
	[ ${#now[@]} = 4 ] && grew "${before[0]}" "${now[0]}" 20 10 &&
		grew "${before[1]}" "${now[1]}" 20840 1000 &&
		grew "${before[2]}" "${now[2]}" 20 10 && grew "${before[3]}" "${now[3]}" 20840 1000
}

check "our module serves networks" is_ours
vif_attach u1 0
vif_address u1 0
for size in $sizes; do
	check "the guest pings with $size bytes" \
		guest_exec u1 "ping -q -c 2 -W 5 -s $size $(here 0)"
	check "the guest is pinged with $size bytes" \
		backend_exec "ping -q -c 2 -W 5 -s $size $(there 0)"
done
# Every size is another test: net-sizes.
check "sizes of all kinds, every byte compared" \
	guest_exec u1 "labctl ping $(here 0) 0 65507 641"
check "the other way" backend_exec "labctl ping $(there 0) 0 65507 643"
for size in 0 56 1452 1453 8000 60000; do
	check "IPv6 with $size bytes" guest_exec u1 "ping -6 -q -c 2 -W 5 -s $size fd09:0::1"
	check "IPv6 with $size bytes the other way" \
		backend_exec "ping -6 -q -c 2 -W 5 -s $size fd09:0::2"
done
check "the counters of ethtool -S move by what is sent" counters_move
backend_exec "cat /sys/kernel/debug/xen-netback/*; ethtool -i $(vif_name u1 0)
	ethtool -l $(vif_name u1 0); ethtool -k $(vif_name u1 0) | grep ': on'
	ethtool -S $(vif_name u1 0)" > /out/counters
vif_detach u1 0
check "the kernel log is clean" dmesg_check
