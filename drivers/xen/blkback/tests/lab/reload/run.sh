# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The modules leave and come back between disks, and stay while there is one.

. /test/common/disks.sh
. /test/common/leaks.sh

work='fio --name=x --filename=/dev/xvda --rw=randrw --bs=16k --size=2m --direct=1 \
	--ioengine=libaio --iodepth=16 --verify=crc32c --verify_fatal=1 --minimal'

in_use() {
	backend_exec 'cat /sys/module/xen_blkback/refcnt; [ "$(cat /sys/module/xen_blkback/refcnt)" -gt 0 ]'
}

is_ours() {
	backend_exec '[ -e /sys/module/xen_blkback/holders ] && grep -q "^xen_gnttab .*xen_blkback" /proc/modules'
}

one_disk() {
	disk_attach u1 xvda /dev/ram0 && guest_exec u1 "$work" && same_data u1 xvda /dev/ram0 &&
		disk_detach u1 xvda
}

# Prints what there is, and passes if there is something.
something_of_ours() {
	{
		ls /sys/module | grep -E '^xen_(gnttab|blkback)$'
		ls -d /sys/kernel/debug/xen-gnttab /sys/kernel/debug/xen-blkback 2>/dev/null
		ps -o comm | grep -E '^(xen-blkback|[0-9]+\.xvd)'
	} | grep .
}

test_between_disks() {
	local counts i

	check "a disk works" one_disk
	counts=$(counts_now)
	check "a module that is needed cannot be unloaded" refuses backend_exec 'rmmod xen-gnttab'
	for i in 1 2 3; do
		check "round $i: the modules are unloaded" modules_unload
		check "round $i: nothing of them is left" refuses backend_exec \
			"$(declare -f something_of_ours); something_of_ours"
		modules_load
		check "round $i: a disk works after loading them again" one_disk
	done
	check "nothing has gathered" wait_until 10 counts_are "$counts"
}

test_in_turn() {
	modules_stock
	check "the distribution's module is loaded" refuses is_ours
	check "it serves a disk after ours" one_disk
	modules_load
	check "ours is loaded" is_ours
	check "it serves a disk after the distribution's" one_disk
}

# How a driver is replaced under a disk in use is another test: reload-busy.
test_under_a_disk() {
	disk_attach u1 xvda /dev/ram0
	check "a module with a disk cannot be unloaded" refuses modules_unload
	check "and says that it is in use" in_use
	check "the disk is not disturbed" guest_exec u1 "$work"
	check "both sides see the same disk" same_data u1 xvda /dev/ram0
	disk_detach u1 xvda
	check "it is no longer in use afterwards" refuses in_use
	check "and can be unloaded" modules_unload
	modules_load
}

ram_disk 4
test_between_disks
test_in_turn
test_under_a_disk
check "the kernel log is clean" dmesg_check
