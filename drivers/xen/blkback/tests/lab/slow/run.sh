# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest is destroyed, and a disk detached, while the block device underneath
# does not answer for a while.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/leaks.sh

# A loop device over a file: its writes wait while the file system below is
# frozen, for as long as we like.
slow_disk() {
	ram_disk 24 2
	backend_exec 'modprobe ext4 && modprobe loop && mkfs.ext4 -q -F /dev/ram1 &&
		mkdir -p /slow && mount /dev/ram1 /slow &&
		dd if=/dev/zero of=/slow/image bs=1M count=8 2>/dev/null &&
		losetup -f --show /slow/image
		# The loop device has to wait, and that is no fault of it.
		echo 300 > /proc/sys/kernel/hung_task_timeout_secs'
}

freeze() {
	backend_exec 'fsfreeze --freeze /slow'
}

thaw() {
	backend_exec 'fsfreeze --unfreeze /slow'
}

in_flight() {
	backend_exec "grep -h '^  inflight' /sys/kernel/debug/xen-blkback/$1" |
		awk '{ n += $2 } END { exit n == 0 }'
}

# client DOMID: passes while the library still knows a ring of that guest.
client() {
	backend_exec "ls /sys/kernel/debug/xen-gnttab/clients | grep '^$1\\.'"
}

# unbound DOMID: that guest has no disk in this driver.
unbound() {
	backend_exec "! ls /sys/bus/xen-backend/drivers/vbd | grep '^vbd-$1-'"
}

other_disk_works() {
	disk_attach u1 xvdb /dev/ram0 &&
		guest_exec u1 'dd if=/dev/urandom of=/dev/xvdb bs=64k count=8 oflag=direct' &&
		same_data u1 xvdb /dev/ram0 && disk_detach u1 xvdb
}

test_destroy() {
	local domid path=$1 counts

	counts=$(counts_now)
	path_force "$path"
	guest_start victim memory=200
	domid=$(guest_domid victim)
	disk_attach victim xvda "$slow"
	freeze
	guest_exec -t 60 victim 'fio --name=x --filename=/dev/xvda --rw=randwrite --bs=16k \
		--size=1m --direct=1 --ioengine=libaio --iodepth=8' > /tmp/fio.log 2>&1 &
	check "$path: requests are at the disk" wait_until 15 in_flight "vbd-$domid-51712"
	xl destroy victim > /tmp/destroy.log 2>&1 &
	check "$path: another disk is attached, used and detached meanwhile" other_disk_works
	check "$path: the disk had not answered by then" client "$domid"
	thaw
	check "$path: everything goes once it has" wait_until 60 refuses client "$domid"
	wait
	check "$path: the guest is gone" wait_until 20 refuses eval 'xl list | grep -E "victim|null"'
	check "$path: nothing is left that can be counted" wait_until 15 counts_are "$counts"
}

# The toolstack asks the guest, waits ten seconds, and then takes the disk by
# force: what becomes of the guest's requests is the guest's affair.
test_detach() {
	local counts domid

	domid=$(guest_domid u1)
	counts=$(counts_now)
	path_force copied
	disk_attach u1 xvda "$slow"
	freeze
	guest_exec -t 60 u1 'fio --name=x --filename=/dev/xvda --rw=write --bs=16k --size=64k \
		--direct=1 --ioengine=libaio --iodepth=4 --minimal' > /tmp/fio.log 2>&1 &
	check "detach: requests are at the disk" wait_until 15 in_flight "$(vbd u1 xvda)"
	xl block-detach u1 xvda > /tmp/detach.log 2>&1 &
	check "detach: another disk is attached, used and detached meanwhile" other_disk_works
	check "detach: the disk had not answered by then" client "$domid"
	thaw
	check "detach: everything goes once it has" wait_until 60 refuses client "$domid"
	wait
	check "detach: the device is gone too" wait_until 15 unbound "$domid"
	# The toolstack has given up by now, unless it was quick.
	xl block-detach --force u1 xvda > /tmp/detach.log 2>&1 || true
	check "detach: nothing is left that can be counted" wait_until 20 counts_are "$counts"
	disk_attach u1 xvda "$slow"
	check "detach: the guest can have it again" same_data u1 xvda "$slow"
	disk_detach u1 xvda
}

slow=$(slow_disk)
note "the slow disk is $slow"
test_detach
test_destroy mapped
test_destroy copied
backend_exec "losetup -d $slow && umount /slow"
check "the kernel log is clean" dmesg_check
