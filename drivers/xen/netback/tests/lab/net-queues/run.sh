# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest with two processors uses all queues that the backend offers.

. /test/common/net.sh

queues_are() {
	ethtool -l "$(vif_name u2 0)" | grep Combined
	[ "$(ethtool -l "$(vif_name u2 0)" | sed -n 's/^Combined:[^0-9]*//p' | tail -1)" = "$1" ]
}

# every_queue COUNTER: grew on each of them.
every_queue() {
	grep "^  $1 " /sys/kernel/debug/xen-netback/vif-*
	! grep -qx "  $1 0" /sys/kernel/debug/xen-netback/vif-*
}

modules_load xen-netback.max_queues=2
guest_start u2 memory=200 vcpus=2
vif_attach u2 0
vif_address u2 0
check "there are two queues" queues_are 2
# Which queue a connection goes through depends on its ports.
for round in 1 2 3 4 5 6; do
	check "round $round: four connections from the guest" iperf u2 0 2 -P 4
	check "round $round: four connections to the guest" iperf u2 0 2 -P 4 -R
done
check "both queues sent" every_queue tx_packets
check "both queues received" every_queue rx_packets
vif_detach u2 0
modules_load xen-netback.max_queues=1
vif_attach u2 1
vif_address u2 1
check "a connection with one queue" iperf u2 1 1
vif_detach u2 1
check "the kernel log is clean" dmesg_check
