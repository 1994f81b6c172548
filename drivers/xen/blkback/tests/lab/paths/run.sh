# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# data_path=auto: which way the data takes, by the queue's counters.

. /test/common/disks.sh
. /test/common/counters.sh

device=nullp
requests=1024	# of 4 KiB

attach() {
	disk_attach u1 xvda /dev/$device
	# One request of the guest is one of the ring.
	guest_exec u1 'echo none > /sys/block/xvda/queue/scheduler
		echo 2 > /sys/block/xvda/queue/nomerges'
}

# moves SIZE DEPTH TOTAL: and what was written is what is read.
moves() {
	guest_exec -t 100 u1 "fio --name=x --filename=/dev/xvda --rw=write --bs=$1 --iodepth=$2 \
		--iodepth_batch_submit=$2 --size=$3 --direct=1 --ioengine=libaio --verify=crc32c --verify_fatal=1 --minimal \
		> /dev/null"
}

# ways NAME WAY SIZE DEPTH TOTAL: sets "copied" and "other", requests that were copied and that took
# the other way, while TOTAL bytes are written and read again.
ways() {
	local before_copied before_other

	before_copied=$(disk_counter u1 xvda copied)
	before_other=$(disk_counter u1 xvda "$2")
	check "$1: written and read" moves "${@:3}"
	copied=$(($(disk_counter u1 xvda copied) - before_copied))
	other=$(($(disk_counter u1 xvda "$2") - before_other))
	note "$1: $copied requests copied, $other $2"
}

test_stable() {
	backend_exec "echo 1 > /sys/block/$device/queue/stable_writes"
	attach
	ways "a disk that wants data to hold still" persistent 4k 32 4m
	check "its writes are copied, and no read is" [ "$copied" = $requests ]
	check "its reads are served from pages that stay" [ "$other" -ge $requests ]
	backend_exec "echo persistent > /sys/bus/xen-backend/devices/$(vbd u1 xvda)/data_path"
	ways "somebody wants it otherwise" persistent 4k 32 4m
	check "nothing is copied then" [ "$copied" = 0 ]
	check "no request failed" no_errors u1 xvda
	disk_detach u1 xvda
	backend_exec "echo 0 > /sys/block/$device/queue/stable_writes"
	attach
	ways "any other disk" persistent 4k 32 4m
	check "nothing of it is copied" [ "$copied" = 0 ]
	disk_detach u1 xvda
}

# Requests of 256 pages, more than are copied whatever their number.
test_large() {
	backend_exec 'echo N > /sys/module/xen_blkback/parameters/feature_persistent'
	frontend_reload u1 max_indirect_segments=256
	attach
	ways "one large request at a time" mapped 1m 1 16m
	check "one at a time is copied" [ "$other" = 0 ]
	ways "many large requests" mapped 1m 32 16m
	check "of many some are mapped" [ "$other" -gt 0 ]
	check "no request failed" no_errors u1 xvda
	disk_detach u1 xvda
}

path_force default
null_disk $device size=64 irqmode=2 completion_nsec=100000
test_stable
null_disk_gone $device
# Slow, so that what is sent at once is at work at once.
null_disk $device size=64 irqmode=2 completion_nsec=100000000
test_large
null_disk_gone $device
path_force default
check "the kernel log is clean" dmesg_check
