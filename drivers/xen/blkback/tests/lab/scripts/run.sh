# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The hotplug script takes its time, fails, or says something that is not true.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/leaks.sh

attach() {
	DISK_SCRIPT=/test/hotplug disk_attach u1 "$1" "$2:/dev/ram0"
}

# only_attach VDEV BEHAVIOUR: without waiting for the guest.
only_attach() {
	local words=()

	[ "$BACKEND_DOMAIN" = dom0 ] || words+=("backend=$BACKEND_DOMAIN")
	xl block-attach u1 format=raw backendtype=phy access=rw "vdev=$1" script=/test/hotplug \
		${words[@]+"${words[@]}"} "target=$2:/dev/ram0"
}

other_disk_works() {
	disk_attach u1 xvdb /dev/ram1 &&
		guest_exec u1 'dd if=/dev/urandom of=/dev/xvdb bs=64k count=8 oflag=direct' &&
		same_data u1 xvdb /dev/ram1 && disk_detach u1 xvdb
}

works() {
	guest_exec u1 "dd if=/dev/urandom of=/dev/$1 bs=64k count=8 oflag=direct" &&
		same_data u1 "$1" /dev/ram0
}

backend_path() {
	xenstore-read "/local/domain/$(guest_domid u1)/device/vbd/$(vdev_number "$1")/backend"
}

# What the driver thinks of the disk.
state_is() {
	[ "$(xenstore-read "$(backend_path "$1")/state")" = "$2" ]
}

test_good() {
	local behaviour

	for behaviour in slow late; do
		check "$behaviour: attached" attach xvda $behaviour
		check "$behaviour: and works" works xvda
		disk_detach u1 xvda
	done
}

# The disk is not there, and can be taken away.
test_bad() {
	local behaviour=$1

	only_attach xvda "$behaviour" > /tmp/attach.log 2>&1 || true
	sleep 1
	check "$behaviour: the guest has no disk" guest_exec u1 '[ ! -e /dev/xvda ]'
	check "$behaviour: another disk works" other_disk_works
	xl block-detach u1 xvda > /tmp/detach.log 2>&1 ||
		xl block-detach --force u1 xvda > /tmp/detach.log 2>&1 || true
	check "$behaviour: attached as it should be" attach xvda slow
	check "$behaviour: then it works" works xvda
	disk_detach u1 xvda
}

# The toolstack gives up after 40 seconds. That of a driver domain runs the script for
# dom0's, which does not wait for it.
test_hanging() {
	local attaching

	only_attach xvda hangs > /tmp/attach.log 2>&1 &
	attaching=$!
	sleep 2
	check "hangs: the driver waits" state_is xvda 2
	if [ "$BACKEND_DOMAIN" = dom0 ]; then
		check "hangs: the toolstack gives up" refuses wait $attaching
	else
		check "hangs: dom0's toolstack does not wait" wait $attaching
	fi
	check "hangs: another disk works" other_disk_works
	xl block-detach --force u1 xvda > /tmp/detach.log 2>&1 || true
}

[ "$BACKEND_DOMAIN" = dom0 ] || guest_put "$BACKEND_DOMAIN" /test/hotplug /test/hotplug
ram_disk 4 2
counts=$(counts_now)
test_good
test_bad fails
test_bad nonsense
test_bad absent
test_hanging
errors_forget
check "nothing is left that can be counted" wait_until 30 counts_are "$counts"
check "the kernel log is clean" dmesg_check
