# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Flushes and barriers of a real guest, from four queues at once.

. /test/common/disks.sh
. /test/common/counters.sh

TRACE=/sys/kernel/tracing
hotplug=$(realpath "$(dirname "$0")")/hotplug

# Requests that were taken, counted by operation.
trace_on() {
	backend_exec "echo 'hist:keys=operation' > $TRACE/events/xen_blkback/blkback_take/trigger"
}

trace_off() {
	backend_exec "echo '!hist:keys=operation' > $TRACE/events/xen_blkback/blkback_take/trigger"
}

# taken OPERATION: how many of them.
taken() {
	backend_exec "cat $TRACE/events/xen_blkback/blkback_take/hist" |
		awk -v op="$1" '/operation:/ && $3 + 0 == op { n = $NF } END { print n + 0 }'
}

more_than() {
	echo "$1 is $2, should be more than $3"
	[ "$2" -gt "$3" ]
}

# Each processor writes and syncs its own part, then reads it back.
fio_everywhere='fio --filename=/dev/xvda --rw=randrw --bs=4k --size=512k --direct=1 \
	--ioengine=libaio --iodepth=16 --verify=crc32c --verify_fatal=1 --minimal'
for cpu in 0 1 2 3; do
	fio_everywhere+=" --name=cpu$cpu --offset=${cpu}m --cpus_allowed=$cpu --fdatasync=$((8 + cpu))"
done

# one_round NAME OPERATION OTHER: what the guest's syncs come as, and what not.
one_round() {
	local name=$1 path

	for path in persistent mapped copied; do
		path_force $path
		trace_on
		check "$name, $path: every block is right" guest_exec -t 90 u4 "$fio_everywhere"
		check "$name, $path: they are used" more_than "operation $2" "$(taken "$2")" 20
		check "$name, $path: and nothing else" [ "$(taken "$3")" = 0 ]
		trace_off
	done
	check "$name: ext4 and its journal" guest_exec u4 'mkfs.ext4 -q -F /dev/xvda &&
		mount /dev/xvda /mnt && for i in 1 2 3 4 5; do
			head -c 200k /dev/urandom > /mnt/$i && sync /mnt/$i || exit 1
		done; umount /mnt && e2fsck -f -n /dev/xvda'
	check "$name: both sides see the same disk" same_data u4 xvda /dev/nullbb
	check "$name: no request failed" no_errors u4 xvda
}

# state_is FOLDER STATE
state_is() {
	[ "$(xenstore-read "$1/state" 2> /dev/null)" = "$2" ]
}

# Name the block device while the guest is paused, and hide that it could be
# flushed: then a guest that has the choice uses barriers.
connect_for_barriers() {
	local domid frontend path

	domid=$(guest_domid u4)
	frontend=/local/domain/$domid/device/vbd/$(vdev_number xvda)
	wait_until 30 state_is "$frontend" 3 || return
	path=$(xenstore-read "$frontend/backend")
	xl pause "$domid"
	xenstore-write "$path/physical-device" "$(backend_exec 'stat -c %t:%T /dev/nullbb')"
	wait_until 20 state_is "$path" 4 && xenstore-write "$path/feature-flush-cache" 0
	xl unpause "$domid"
}

backend_exec 'echo 4 > /sys/module/xen_blkback/parameters/max_queues'
path_force persistent
null_disk nullbb size=8 cache_size=4 submit_queues=1 irqmode=2 completion_nsec=500000
guest_start u4 vcpus=4 memory=256

disk_attach u4 xvda /dev/nullbb
one_round flush 3 2
disk_detach u4 xvda

[ "$BACKEND_DOMAIN" = dom0 ] || guest_put "$BACKEND_DOMAIN" "$hotplug" "$hotplug"
path_force persistent
connect_for_barriers &
DISK_SCRIPT=$hotplug disk_attach u4 xvda /dev/nullbb
check "barrier: what can be flushed is hidden" wait $!
check "barrier: the guest may bypass the cache" guest_exec u4 \
	'[ "$(cat /sys/block/xvda/queue/fua)" = 1 ]'
one_round barrier 2 3
disk_detach u4 xvda
guest_destroy u4
check "the kernel log is clean" dmesg_check
