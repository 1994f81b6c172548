# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests: disks in the backend's domain, and who sees which data.

# ram_disk MEGABYTES [COUNT]: /dev/ram0 and following, of that size.
ram_disk() {
	backend_exec "[ ! -d /sys/module/brd ] || rmmod brd
		modprobe brd rd_nr=${2:-1} rd_size=$(($1 * 1024))"
}

# null_disk NAME KEY=VALUE...: a null_blk of its own, /dev/NAME, that keeps what
# is written. Keys are those of its configfs.
null_disk() {
	local name=$1 code word
	shift

	code="modprobe null_blk nr_devices=0
		[ -d /sys/kernel/config/nullb ] || mount -t configfs configfs /sys/kernel/config
		cd /sys/kernel/config/nullb && mkdir $name && cd $name && echo 1 > memory_backed"
	for word in submit_queues=1 "$@" power=1; do
		code="$code && echo ${word#*=} > ${word%%=*}"
	done
	backend_exec "$code && [ -b /dev/$name ]"
}

# null_disk_gone NAME
null_disk_gone() {
	backend_exec "rmdir /sys/kernel/config/nullb/$1"
}

# vdev_number xvdN: as xenbus knows it.
vdev_number() {
	local letter
	printf -v letter %d "'${1#xvd}"
	echo $(((202 << 8) + ((letter - 97) << 4)))
}

# vbd GUEST VDEV: name of the backend device.
vbd() {
	echo "vbd-$(guest_domid "$1")-$(vdev_number "$2")"
}

# The whole disk, read from the medium and not from a cache.
backend_sum() {
	backend_exec "blockdev --flushbufs $1; sha256sum < $1"
}

guest_sum() {
	guest_exec -t 120 "$1" "blockdev --flushbufs /dev/$2; sha256sum < /dev/$2"
}

# same_data GUEST VDEV DEVICE: both sides read the same.
same_data() {
	local guest backend

	guest=$(guest_sum "$1" "$2")
	backend=$(backend_sum "$3")
	echo "guest $guest backend $backend"
	[ -n "$guest" ] && [ "$guest" = "$backend" ]
}

# frontend_reload GUEST [PARAMETER=VALUE...]: while it has no disk.
frontend_reload() {
	local guest=$1
	shift
	guest_exec "$guest" "rmmod xen-blkfront && modprobe xen-blkfront $*"
}

# refuses COMMAND...: passes if the command fails.
refuses() {
	! "$@"
}
