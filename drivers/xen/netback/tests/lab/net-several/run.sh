# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Several interfaces of one guest. They get other names while they are connected, and
# go in another order than they came.

. /test/common/net.sh

# works DEVID: both ways.
works() {
	guest_exec u1 "labctl ping $(here "$1") 0 20000 997" &&
		backend_exec "labctl ping $(there "$1") 0 20000 997"
}

rename() {
	backend_exec "ip link set $1 down && ip link set $1 name $2 && ip link set $2 up"
}

all_work() {
	local devid

	for devid; do
		check "interface $devid works" works "$devid"
	done
}

counts=$(net_counts)
for devid in 0 1 2 3; do
	check "interface $devid is attached" vif_attach u1 $devid
	vif_address u1 $devid
done
all_work 0 1 2 3
check "every interface has packets of its own" \
	test "$(for d in 0 1 2 3; do vif_counter u1 $d tx_packets; done | grep -vcx 0)" = 4

check "an interface gets another name" rename "$(vif_name u1 1)" lan1
check "another one does" rename "$(vif_name u1 2)" "$(vif_name u1 1)"
check "nobody is called vif*.2 any more" backend_exec "[ ! -e /sys/class/net/$(vif_name u1 2) ]"
check "its device has the new name" backend_exec "[ -d $(vif_device u1 1)/net/lan1 ]"
all_work 0 1 2 3
check "the new name is in the driver's own report" backend_exec \
	"grep -qx 'interface lan1' /sys/kernel/debug/xen-netback/vif-$(guest_domid u1)-1"

for devid in 1 0 3 2; do
	check "interface $devid is detached" vif_detach u1 $devid
done
check "the name is free again" backend_exec '[ ! -e /sys/class/net/lan1 ]'
check "nothing is left" wait_until 10 net_counts_are "$counts"
check "the kernel log is clean" dmesg_check
