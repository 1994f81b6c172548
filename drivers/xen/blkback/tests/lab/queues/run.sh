# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A guest with four processors uses all that the backend offers.

. /test/common/disks.sh
. /test/common/counters.sh

# A job a processor, each with its own part of the disk. The depth is more than
# a ring of one page can carry, and the largest have more segments than a slot.
fio_everywhere='fio --filename=/dev/xvda --rw=randrw --bs=4k-64k --size=512k --direct=1 \
	--ioengine=libaio --iodepth=128 --verify=crc32c --verify_fatal=1 --minimal'
for cpu in 0 1 2 3; do
	fio_everywhere+=" --name=cpu$cpu --offset=${cpu}m --cpus_allowed=$cpu"
done

every_block() {
	guest_exec -t 90 u4 "$fio_everywhere"
}

debugfs() {
	backend_exec "cat /sys/kernel/debug/xen-blkback/$(vbd u4 xvda)"
}

queues_are() {
	debugfs | grep '^queues'
	debugfs | grep -qx "queues $1"
}

rings_are() {
	debugfs | grep 'ring size'
	[ "$(debugfs | grep -c "^  ring size $1 ")" = "$2" ]
}

# every_queue COUNTER: grew on each of them.
every_queue() {
	queue_counters u4 xvda "$1" | tr '\n' ' '
	! queue_counters u4 xvda "$1" | grep -qx 0
}

# More requests at once than a ring of one page has: pages held by one queue.
deep() {
	local peak

	peak=$(debugfs | sed -n 's/^  \(map\|copy\)_pages .* peak \([0-9]*\) .*/\2/p' | sort -n | tail -1)
	echo "at most $peak pages at once"
	[ "$peak" -gt 40 ]
}

# one_round NAME QUEUES RING PARAMETER...
one_round() {
	local name=$1 queues=$2 ring=$3 path
	shift 3

	frontend_reload u4 "$@"
	path_force persistent
	disk_attach u4 xvda /dev/nullbq
	check "$name: $queues queues" queues_are "$queues"
	check "$name: rings of $ring" rings_are "$ring" "$queues"
	check "$name, persistent: every block is right" every_block
	check "$name, persistent: they are, on each queue" every_queue persistent
	for path in mapped copied; do
		path_force $path
		check "$name, $path: every block is right" every_block
	done
	check "$name: each queue has read" every_queue reads
	check "$name: each queue has written" every_queue writes
	[ "$ring" = 32 ] || check "$name: the ring is used" deep
	check "$name: both sides see the same disk" same_data u4 xvda /dev/nullbq
	check "$name: no request failed" no_errors u4 xvda
	disk_detach u4 xvda
}

backend_exec 'echo 4 > /sys/module/xen_blkback/parameters/max_queues'
# Slow enough for requests to pile up.
null_disk nullbq size=4 submit_queues=1 hw_queue_depth=512 irqmode=2 completion_nsec=2000000
guest_start u4 vcpus=4 memory=300
one_round "four queues" 4 32 max_queues=4 max_ring_page_order=0
one_round "ring of 16 pages" 1 512 max_queues=1 max_ring_page_order=4
# With persistent grants a frontend has a page for each segment of all its requests.
one_round "both" 4 512 max_queues=4 max_ring_page_order=4 max_indirect_segments=11
guest_destroy u4
check "the kernel log is clean" dmesg_check
