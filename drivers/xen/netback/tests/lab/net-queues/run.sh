# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest uses all queues that the backend offers.

. /test/common/net.sh

queues_are() {
	backend_exec "ethtool -l $(vif_name u2 0)" |
		awk '/^Current/ { current = 1 } current && $1 == "Combined:" { print $2 }' | grep -qx "$1"
}

# every_queue COUNTER: grew on each of them.
every_queue() {
	backend_exec "! grep -x '  $1 0' /sys/kernel/debug/xen-netback/vif-$(guest_domid u2)-0"
}

# Which queue a connection goes through depends on its ports: more of them until every
# queue has had one.
all_used() {
	local round

	for ((round = 0; round < 20; round++)); do
		iperf u2 0 1 -P 4 && iperf u2 0 1 -P 4 -R || return
		! every_queue tx_packets > /dev/null || ! every_queue rx_packets > /dev/null || return 0
	done
	backend_exec 'cat /sys/kernel/debug/xen-netback/vif-*'
	return 1
}

# With four processors a PVH guest of the lab did not come up: the frontend can be told.
cpus=4
[ "$GUEST_TYPE" = pv ] || cpus=2
guest_start u2 memory=200 vcpus=$cpus
guest_exec u2 'echo 4 > /sys/module/xen_netfront/parameters/max_queues'
for queues in 4 2 1; do
	modules_load xen-netback.max_queues=$queues
	vif_attach u2 0
	vif_address u2 0
	check "$queues: so many queues there are" queues_are $queues
	check "$queues: every queue sends and receives" all_used
	check "$queues: sizes of all kinds, every byte compared" \
		guest_exec u2 "labctl ping $(here 0) 0 65507 1021"
	vif_detach u2 0
done
check "the kernel log is clean" dmesg_check
