# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests: what xen-gnttab and xen-blkback count.

# gnttab_counter NAME: of the whole library.
gnttab_counter() {
	backend_exec "sed -n 's/^$1 //p' /sys/kernel/debug/xen-gnttab/counters"
}

# clients_counter NAME: summed over the library's present clients.
clients_counter() {
	backend_exec "cat /sys/kernel/debug/xen-gnttab/clients/* |
		awk '\$1 == \"$1\" { n += \$2 } END { print n + 0 }'"
}

# queue_counters GUEST VDEV NAME: one line a queue.
queue_counters() {
	backend_exec "sed -n 's/^  $3 //p' /sys/kernel/debug/xen-blkback/$(vbd "$1" "$2")"
}

# disk_counter GUEST VDEV NAME: summed over the disk's queues.
disk_counter() {
	queue_counters "$@" | awk '{ n += $1 } END { print n + 0 }'
}

# path_force mapped|copied|persistent|default: how requests get their data from
# now on, those of disks that are there and of those to come.
path_force() {
	local max=-1 path=auto persistent=Y

	case $1 in
	mapped) max=0 path=map persistent=N ;;
	copied) max=2147483647 path=copy persistent=N ;;
	esac
	backend_exec "echo $max > /sys/module/xen_gnttab/parameters/copy_max
		echo $persistent > /sys/module/xen_blkback/parameters/feature_persistent
		for file in /sys/bus/xen-backend/devices/vbd-*/data_path; do
			[ ! -e \$file ] || echo $path > \$file
		done"
}

# path_taken GUEST VDEV mapped|copied|persistent: only this one was, and it was.
path_taken() {
	local path used good=0

	for path in mapped copied persistent; do
		used=$(disk_counter "$1" "$2" $path)
		echo "$path $used"
		if [ $path = "$3" ]; then
			[ "$used" -gt 0 ] || good=1
		else
			[ "$used" = 0 ] || good=1
		fi
	done
	return $good
}

# no_errors GUEST VDEV: nothing was refused or failed.
no_errors() {
	local name sum=0

	for name in refused bad_grants io_errors; do
		sum=$((sum + $(disk_counter "$1" "$2" "$name")))
	done
	echo "$sum requests were refused or failed"
	[ "$sum" = 0 ]
}
