# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The hotplug script takes its time, or fails.

. /test/common/net.sh

# only_attach BEHAVIOUR: without waiting for anybody but the script.
only_attach() {
	local words=()

	[ "$BACKEND_DOMAIN" = dom0 ] || words+=("backend=$BACKEND_DOMAIN")
	xl network-attach u1 devid=0 mac=00:16:3e:09:00:00 script=/test/hotplug "bridge=$1" \
		${words[@]+"${words[@]}"}
}

backend_path() {
	xenstore-read "/local/domain/$(guest_domid u1)/device/vif/0/backend"
}

backend_is() {
	[ "$(xenstore-read "$(backend_path)/state")" = "$1" ]
}

frontend_is() {
	[ "$(xenstore-read "/local/domain/$(guest_domid u1)/device/vif/0/state")" = "$1" ]
}

# What a connection has: clients of the grant library, and interrupts.
holds_nothing() {
	backend_exec "! ls /sys/kernel/debug/xen-gnttab/clients | grep '^$(vif_name u1 0)-' &&
		! grep '$(vif_name u1 0)-' /proc/interrupts"
}

no_carrier() {
	! vif_connected u1 0
}

nothing_there() {
	backend_exec "! ls -d $(vif_device u1 0) /sys/class/net/$(vif_name u1 0) &&
		[ ! -e /sys/kernel/debug/xen-netback/vif-$(guest_domid u1)-0 ]" &&
		guest_exec u1 "$(guest_interface 0); [ -z \"\$dev\" ]"
}

works() {
	vif_address u1 0 &&
		guest_exec u1 "ping -q -c 2 -W 10 -s 9000 $(here 0)" &&
		tcp_from_guest "$(here 0)" && tcp_to_guest "$(there 0)"
}

other_works() {
	guest_exec u1 "ping -q -c 2 -W 5 -s 9000 $(here 1)"
}

test_slow() {
	local attaching

	backend_exec 'rm -f /tmp/go'
	only_attach slow > /tmp/attach.log 2>&1 &
	attaching=$!
	check "slow: the guest is ready" wait_until 20 frontend_is 4
	check "slow: the backend is not" backend_is 2
	check "slow: the interface is there for the script, without carrier" backend_exec \
		"grep -qx waiting <(sed -n 's/^hotplug //p' /sys/kernel/debug/xen-netback/vif-*-0) &&
		[ -d $(vif_device u1 0)/net/$(vif_name u1 0) ]"
	check "slow: nothing is held for it" holds_nothing
	check "slow: another interface works" other_works
	check "slow: it is still the guest that waits" backend_is 2
	check "slow: nor has it a carrier" no_carrier
	backend_exec 'touch /tmp/go'
	check "slow: the toolstack is content" wait $attaching
	check "slow: connected when the script is done" wait_until 20 backend_is 4
	check "slow: and works" works
	vif_detach u1 0
}

# That of a driver domain runs the script for dom0's, which does not wait for it.
told() {
	[ "$BACKEND_DOMAIN" != dom0 ] || grep -q "as it was told" /tmp/attach.log
}

test_failing() {
	local attached=0

	only_attach "$1" > /tmp/attach.log 2>&1 || attached=$?
	note "$1: xl says $attached: $(tr '\n' ' ' < /tmp/attach.log)"
	[ "$BACKEND_DOMAIN" != dom0 ] || check "$1: the toolstack has failed" test "$attached" != 0
	[ "$1" != fails ] || check "$1: and says why" told
	check "$1: nothing is held for it" holds_nothing
	check "$1: nor has it a carrier" no_carrier
	check "$1: another interface works" other_works
	xl network-detach u1 0 > /tmp/detach.log 2>&1 || true
	note "$1: xl says $(tr '\n' ' ' < /tmp/detach.log)"
	check "$1: it can be taken away" wait_until 20 nothing_there
	check "$1: attached as it should be" only_attach good
	check "$1: then it is connected" wait_until 20 backend_is 4
	check "$1: and works" works
	vif_detach u1 0
}

[ "$BACKEND_DOMAIN" = dom0 ] || guest_put "$BACKEND_DOMAIN" /test/hotplug /test/hotplug
data_make 1
vif_attach u1 1
vif_address u1 1
counts=$(net_counts)
test_slow
test_failing fails
test_failing dies
check "nothing is left that can be counted" wait_until 30 net_counts_are "$counts"
check "the kernel log is clean" dmesg_check
