# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The toolstack's own ways to a disk, with the distribution's unmodified script.

. /test/common/disks.sh
. /test/common/counters.sh

image=/tmp/disk.img
backend=$(xl domid "${BACKEND_DOMAIN/dom0/Domain-0}")

# write_and_compare GUEST VDEV DEVICE: new data of the guest, seen by both.
write_and_compare() {
	guest_exec "$1" "head -c 4m /dev/urandom > /tmp/data &&
		dd if=/tmp/data of=/dev/$2 bs=64k conv=fsync && blockdev --flushbufs /dev/$2 &&
		head -c 4m /dev/$2 | cmp - /tmp/data" && same_data "$@"
}

loop_device() {
	backend_exec 'losetup -a' | sed -n "s|^\(/dev/loop[0-9]*\):.*$image.*|\1|p"
}

# backend_dir GUEST VDEV: passes if there is one in xenstore.
backend_dir() {
	xenstore-exists "/local/domain/$backend/backend/vbd/$(guest_domid "$1")/$(vdev_number "$2")"
}

nothing_left() {
	xenstore-ls -f "/local/domain/$backend/backend/vbd"
	backend_exec 'losetup -a; [ -z "$(losetup -a)" ] && ! ls -d /sys/bus/xen-backend/devices/vbd-*' &&
		! xenstore-ls -f "/local/domain/$backend/backend" | grep "vbd/.*/physical-device"
}

# script_said WORD GUEST VDEV
script_said() {
	local dir

	dir=/local/domain/$backend/backend/vbd/$(guest_domid "$2")/$(vdev_number "$3")
	[ "$(xenstore-read "$dir/hotplug-status")" = "$1" ]
}

attach_again() {
	xl block-attach u1 "backend=$backend,format=raw,vdev=xvdc,access=rw,target=/dev/ram0"
}

test_attach() {
	DISK_SCRIPT=block disk_attach u1 xvda /dev/ram0
	# In a domain of its own it still runs when the disk is there.
	check "phy: the script has told" wait_until 20 script_said connected u1 xvda
	check "phy: both sides see the same data" write_and_compare u1 xvda /dev/ram0
	DISK_SCRIPT=block disk_attach u1 xvdb "$image"
	check "file: the script made a loop device" backend_exec "[ -b '$(loop_device)' ]"
	check "file: both sides see the same data" write_and_compare u1 xvdb "$(loop_device)"
	check "no request failed" no_errors u1 xvda
	check "no request failed on the file" no_errors u1 xvdb
	disk_detach u1 xvda
	disk_detach u1 xvdb
	check "nothing is left of the detached disks" wait_until 15 nothing_left
}

test_in_use() {
	check "a disk in use is not given to another guest" refuses attach_again
	check "what was refused can be taken away" xl block-detach u1 xvdc
	check "it leaves nothing behind" wait_until 15 refuses backend_dir u1 xvdc
	check "the disk in use can be taken away" disk_detach u2 xvda
	check "and then be given to another guest" attach_again
	check "who sees what the first has written" wait_until 20 same_data u1 xvdc /dev/ram0
	disk_detach u1 xvdc
}

test_create() {
	guest_start u2 memory=200 "disk=[\"backend=$backend,format=raw,vdev=xvda,access=rw,target=/dev/ram0\",
		\"backend=$backend,format=raw,vdev=xvdb,access=ro,target=$image\"]"
	check "xl create: the guest has its disks" guest_exec u2 '[ -b /dev/xvda ] && [ -b /dev/xvdb ]'
	check "xl create: both sides see the same data" write_and_compare u2 xvda /dev/ram0
	check "xl create: the second disk is read-only" guest_exec u2 \
		'[ "$(blockdev --getro /dev/xvdb)" = 1 ]'
	check "xl create: the file's data" same_data u2 xvdb "$(loop_device)"
	# In another domain the script cannot see whose a disk is.
	[ "$BACKEND_DOMAIN" != dom0 ] || test_in_use
	guest_destroy u2
	check "nothing is left of the destroyed guest" wait_until 20 nothing_left
}

ram_disk 8
backend_exec "modprobe loop && truncate -s 8M $image"
test_attach
test_create
check "the kernel log is clean" dmesg_check
