# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The distribution's hotplug scripts, unmodified, between two guests.

. /test/common/net.sh

scripts=/etc/xen/scripts

# guest_address GUEST DEVID ADDRESS/BITS
guest_address() {
	guest_exec "$1" "$(guest_interface "$2"); ip addr add $3 dev \$dev; ip link set \$dev up"
}

# guests_talk ADDRESS: u2's; the first pings, then sends data.
guests_talk() {
	local size

	for size in 0 56 1472 8000 60000; do
		guest_exec u1 "ping -q -c 2 -W 5 -s $size $1" || return
	done
	guest_exec -t 70 u2 "$(receiver)" > /tmp/sum.got &
	guest_exec -t 70 u1 "$(sender "$1")" || return
	wait $! && cmp /tmp/sum.u1 /tmp/sum.got
}

test_bridge() {
	brctl addbr xenbr0
	ip link set xenbr0 up
	vif_attach u1 0 script=$scripts/vif-bridge bridge=xenbr0
	vif_attach u2 1 script=$scripts/vif-bridge bridge=xenbr0
	check "vif-bridge: the interfaces are ports of the bridge" \
		ls /sys/class/net/xenbr0/brif/"$(vif_name u1 0)" \
		/sys/class/net/xenbr0/brif/"$(vif_name u2 1)"
	guest_address u1 0 10.20.0.1/24
	guest_address u2 1 10.20.0.2/24
	check "vif-bridge: the guests talk" guests_talk 10.20.0.2
	vif_detach u1 0
	vif_detach u2 1
}

guest_start u2 memory=200
data_make 2
test_bridge
check "the kernel log is clean" dmesg_check
