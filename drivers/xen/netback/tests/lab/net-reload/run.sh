# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The driver is replaced under an interface, which the guest does not notice.

. /test/common/net.sh

stays() {
	! modules_unload
}

nothing_of_ours() {
	backend_exec '! ls -d /sys/module/xen_netback /sys/kernel/debug/xen-netback 2>/dev/null'
}

# What the toolstack does once only, when the interface is attached.
script_again() {
	local domid

	domid=$(guest_domid u1)
	backend_exec "XENBUS_PATH=backend/vif/$domid/0 vif=vif$domid.0 \
		/etc/xen/scripts/vif-lab online" || return
	wait_until 20 vif_connected u1 0 && vif_address u1 0
}

pings() {
	guest_exec u1 "ping -q -c 2 -W 5 -s 9000 $(here 0)"
}

device=vif-$(guest_domid u1)-0
vif_attach u1 0
vif_address u1 0
data_make 2
check "the guest pings" pings
check "with an interface the module cannot go" stays
check "and the interface is not disturbed" pings
for i in 1 2 3; do
	backend_exec "echo $device > /sys/bus/xen-backend/drivers/vif/unbind"
	check "round $i: unbound, the module can go" modules_unload
	check "round $i: nothing of it is left" nothing_of_ours
	modules_load
	check "round $i: the interface is set up again" script_again
	check "round $i: the guest pings through the same rings" pings
	check "round $i: TCP from the guest" tcp_from_guest "$(here 0)"
	check "round $i: TCP to the guest" tcp_to_guest "$(there 0)"
done
vif_detach u1 0
modules_stock xen-netback
check "the distribution's module is loaded" test -z "$(ls -d /sys/kernel/debug/xen-netback/vif-* 2>/dev/null)"
modules_unload
modules_load
vif_attach u1 0
vif_address u1 0
check "ours serves again" pings
vif_detach u1 0
check "the kernel log is clean" dmesg_check
