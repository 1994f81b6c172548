# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest that joins no requests itself, and what the disk below is given.

. /test/common/disks.sh
. /test/common/counters.sh

# lower FIELD: of the block device's statistics; 5 are writes, 6 those that were
# joined to others, 1 and 2 the same for reads.
lower() {
	backend_exec "cat /sys/block/$device/stat" | awk -v field="$1" '{ print $field }'
}

# submits RW: 1024 requests of a page each, 32 of them at a time.
submits() {
	guest_exec -t 60 u1 "fio --name=x --filename=/dev/xvda --rw=$1 --bs=4k --size=4m --direct=1 \
		--ioengine=libaio --iodepth=32 --iodepth_batch_submit=32 \
		--iodepth_batch_complete_min=32 --minimal > /dev/null"
}

# one_run NAME RW COUNTER FIELD: sets "ring", "disk", "joined": what the guest has
# asked for, what the disk was given, and what was joined for it.
one_run() {
	local before_ring before_disk before_joined

	before_ring=$(disk_counter u1 xvda "$3")
	before_disk=$(lower "$4") before_joined=$(lower $(($4 + 1)))
	check "$1: the guest's requests" submits "$2"
	ring=$(($(disk_counter u1 xvda "$3") - before_ring))
	disk=$(($(lower "$4") - before_disk))
	joined=$(($(lower $(($4 + 1))) - before_joined))
	note "$1: $ring requests of the guest, $disk of the disk, $joined joined"
	check "$1: the guest joins none" [ "$ring" -ge 1024 ]
}

# neighbours NAME
neighbours() {
	one_run "$1, writes" write writes 5
	check "$1, writes: the disk is given a quarter of them at most" [ $((disk * 4)) -le "$ring" ]
	check "$1, writes: the others were joined" [ $((disk + joined)) = "$ring" ]
	one_run "$1, reads" read reads 1
	check "$1, reads: the disk is given a quarter of them at most" [ $((disk * 4)) -le "$ring" ]
}

test_way() {
	path_force "$1"
	disk_attach u1 xvda /dev/$device
	guest_exec u1 'echo none > /sys/block/xvda/queue/scheduler
		echo 2 > /sys/block/xvda/queue/nomerges'
	neighbours "$2$1"
	check "$2$1: the data took that way" path_taken u1 xvda "$1"
	check "$2$1: no request failed" no_errors u1 xvda
	disk_detach u1 xvda
}

test_strangers() {
	path_force default
	disk_attach u1 xvda /dev/$device
	guest_exec u1 'echo none > /sys/block/xvda/queue/scheduler
		echo 2 > /sys/block/xvda/queue/nomerges'
	one_run "apart" randwrite writes 5
	check "apart: hardly any is joined" [ $((joined * 4)) -le "$ring" ]
	disk_detach u1 xvda
}

device=nullbm
null_disk $device size=8 irqmode=2 completion_nsec=100000
backend_exec "echo none > /sys/block/$device/queue/scheduler"
for way in mapped copied persistent; do
	test_way $way ""
done
test_strangers
backend_exec "echo mq-deadline > /sys/block/$device/queue/scheduler"
test_way copied "with a scheduler, "
null_disk_gone $device

# The device mapper joins nothing itself: what is below it does.
null_disk nullbd size=8 irqmode=2 completion_nsec=100000
# There is no udev: dmsetup makes the node.
backend_exec 'export DM_DISABLE_UDEV=1; modprobe dm-mod; dmsetup create joined --table "0 16384 linear /dev/nullbd 0"
	echo none > /sys/block/nullbd/queue/scheduler'
device=nullbd
path_force copied
disk_attach u1 xvda /dev/mapper/joined
guest_exec u1 'echo none > /sys/block/xvda/queue/scheduler; echo 2 > /sys/block/xvda/queue/nomerges'
neighbours "below the device mapper"
disk_detach u1 xvda
backend_exec 'DM_DISABLE_UDEV=1 dmsetup remove joined'
null_disk_gone nullbd
path_force default
check "the kernel log is clean" dmesg_check
