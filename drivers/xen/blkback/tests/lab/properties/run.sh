# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What a disk says about itself, and what is done with it, on each side.

. /test/common/disks.sh
. /test/common/counters.sh
. /test/common/raw.sh

# sysfs GUEST VDEV FILE: an attribute of the backend device.
sysfs() {
	backend_exec "cat /sys/bus/xen-backend/devices/$(vbd "$1" "$2")/$3"
}

sysfs_is() {
	local value

	value=$(sysfs "$1" "$2" "$3")
	echo "$3 is '$value', should be '$4'"
	[ "$value" = "$4" ]
}

# A line with every statistic, so that two readings can be compared.
statistics() {
	local name

	for name in oo_req rd_req wr_req f_req ds_req rd_sect wr_sect; do
		echo "$name $(sysfs u1 xvda statistics/$name)"
	done
}

# grown NAME NUMBER: by so much between the readings $before and $after.
grown() {
	local by

	by=$(($(sed -n "s/^$1 //p" <<< "$after") - $(sed -n "s/^$1 //p" <<< "$before")))
	echo "$1 grew by $by, should by $2"
	[ "$by" = "$2" ]
}

test_sysfs() {
	local before after name

	ram_disk 8
	disk_attach u1 xvda /dev/ram0
	check "sysfs: physical_device" sysfs_is u1 xvda physical_device 1:0
	check "sysfs: mode of a writable disk" sysfs_is u1 xvda mode w

	before=$(statistics)
	guest_exec u1 'dd if=/dev/xvda of=/dev/null bs=4k count=16 iflag=direct 2>/dev/null
		dd if=/dev/zero of=/dev/xvda bs=64k count=8 oflag=direct 2>/dev/null'
	after=$(statistics)
	check "sysfs: rd_req" grown rd_req 16
	check "sysfs: rd_sect" grown rd_sect 128
	check "sysfs: wr_req" grown wr_req 8
	check "sysfs: wr_sect" grown wr_sect 1024
	for name in oo_req f_req ds_req; do
		check "sysfs: $name" grown $name 0
	done
	disk_detach u1 xvda
}

test_read_only() {
	local before

	backend_exec 'head -c 8m /dev/urandom > /dev/ram0'
	before=$(backend_sum /dev/ram0)
	disk_attach u1 xvdb /dev/ram0 access=ro
	check "read-only: sysfs says so" sysfs_is u1 xvdb mode r
	check "read-only: the guest is told" guest_exec u1 '[ "$(blockdev --getro /dev/xvdb)" = 1 ]'
	check "read-only: the guest reads" same_data u1 xvdb /dev/ram0
	check "read-only: a write is refused" refuses guest_exec u1 \
		'dd if=/dev/zero of=/dev/xvdb bs=4k count=1 oflag=direct'
	check "read-only: a buffered write is refused" refuses guest_exec u1 \
		'dd if=/dev/zero of=/dev/xvdb bs=4k count=1 conv=fsync'
	check "read-only: no file system can be made" refuses guest_exec u1 'mkfs.ext4 -q -F /dev/xvdb'
	disk_detach u1 xvdb
	check "read-only: nothing has changed" [ "$(backend_sum /dev/ram0)" = "$before" ]
}

# guest_queue VDEV FILE VALUE
guest_queue() {
	local value

	value=$(guest_exec u1 "cat /sys/block/$1/queue/$2")
	echo "$2 is '$value', should be '$3'"
	[ "$value" = "$3" ]
}

test_sector_size() {
	local path

	null_disk nullb4k blocksize=4096 size=8
	disk_attach u1 xvdc /dev/nullb4k
	check "4096: the guest sees the logical size" guest_queue xvdc logical_block_size 4096
	check "4096: the guest sees the physical size" guest_queue xvdc physical_block_size 4096
	check "4096: the guest sees the whole disk" guest_exec u1 \
		'[ "$(blockdev --getsize64 /dev/xvdc)" = $((8 << 20)) ]'
	check "4096: less than a block cannot be read" refuses guest_exec u1 \
		'fio --name=x --filename=/dev/xvdc --rw=read --bs=512 --size=4k --direct=1 --minimal'
	for path in mapped copied; do
		path_force $path
		check "4096, $path: every block is right" guest_exec u1 'fio --name=x \
			--filename=/dev/xvdc --rw=randrw --bs=16k --size=4m --direct=1 \
			--ioengine=libaio --iodepth=16 --verify=crc32c --minimal'
	done
	path_force default
	check "4096: both sides see the same disk" same_data u1 xvdc /dev/nullb4k
	check "4096: ext4" guest_exec u1 'mkfs.ext4 -q -F /dev/xvdc && mount /dev/xvdc /mnt &&
		head -c 1m /dev/urandom > /mnt/file && umount /mnt && e2fsck -f -n /dev/xvdc'
	check "4096: no request failed" no_errors u1 xvdc
	disk_detach u1 xvdc
	null_disk_gone nullb4k
}

flushes() {
	local n

	n=$(sysfs u1 xvdd statistics/f_req)
	echo "$n flushes so far, should be more than $1"
	[ "$n" -gt "$1" ]
}

test_flush() {
	local before

	check "no cache: the guest need not flush" guest_queue xvde write_cache 'write through'
	null_disk nullbwb size=8 cache_size=1
	disk_attach u1 xvdd /dev/nullbwb
	check "cache: the guest is told" guest_queue xvdd write_cache 'write back'
	before=$(sysfs u1 xvdd statistics/f_req)
	guest_exec u1 'dd if=/dev/urandom of=/dev/xvdd bs=64k count=16 conv=fsync 2>/dev/null'
	check "cache: fsync comes through as a flush" flushes "$before"
	check "cache: ext4 with its journal" guest_exec u1 'mkfs.ext4 -q -F /dev/xvdd &&
		mount /dev/xvdd /mnt && echo x > /mnt/file && sync /mnt/file && umount /mnt'
	check "cache: the journal flushes" flushes $((before + 3))
	check "cache: both sides see the same disk" same_data u1 xvdd /dev/nullbwb
	check "cache: no request failed" no_errors u1 xvdd
	disk_detach u1 xvdd
	null_disk_gone nullbwb
}

test_aliases() {
	check "the module has the alias of its devices" \
		[ "$(sysfs u1 xvde modalias)" = xen-backend:vbd ]
	check "the module is found by it" backend_exec \
		'modinfo /lab/modules/xen-blkback.ko | grep -qx "alias: *xen-backend:vbd"'
	check "it says what it needs" backend_exec \
		'modinfo /lab/modules/xen-blkback.ko | grep -qx "depends: *xen-gnttab"'
}

# registered GUEST VDEV: the kernel has the backend device.
registered() {
	backend_exec "[ -e /sys/bus/xen-backend/devices/$(vbd "$1" "$2") ]"
}

# closed_for_good BACKEND: nothing connects to it again. A driver domain's toolstack
# removes its folder at once.
closed_for_good() {
	local state

	state=$(xenstore-read "$1/state") || return 0
	echo "its state is $state"
	[ "$state" = 6 ]
}

served() {
	raw_send u1 'op=0 id=1 sector=0 seg=0:0-7' | grep 'status=0'
}

# A guest's boot loader has the disk before its system does. It stays for the next one
# as long as "online" is 1; at 0 the close is the last.
test_online() {
	local driver=$1 backend state

	raw_guest u1
	raw_attach u1 xvdf /dev/ram0
	backend=$(raw_backend u1 xvdf)
	check "online, $driver: the toolstack says 1" [ "$(xenstore-read "$backend/online")" = 1 ]
	check "online, $driver: a boot loader connects" raw_connect u1 xvdf
	check "online, $driver: and is served" served
	check "online, $driver: it closes" raw_disconnect u1 xvdf
	check "online, $driver: the device stays" registered u1 xvdf
	# Nothing of the boot loader's ring is left: the system has keys of its own.
	guest_exec u1 "xenstore-rm device/vbd/$(vdev_number xvdf)/ring-page-order \
		device/vbd/$(vdev_number xvdf)/ring-ref0"
	raw_say u1 xvdf 1
	check "online, $driver: it waits for the next one" wait_until 20 raw_state u1 xvdf 2
	check "online, $driver: which is the system" guest_exec u1 'modprobe xen-blkfront
		for i in $(seq 300); do [ ! -b /dev/xvdf ] || exit 0; sleep 0.1; done; exit 1'
	check "online, $driver: it writes" guest_exec u1 \
		'dd if=/dev/urandom of=/dev/xvdf bs=64k count=8 oflag=direct'
	check "online, $driver: both sides see the same disk" same_data u1 xvdf /dev/ram0

	xenstore-write "$backend/online" 0
	check "not online, $driver: it goes on until it closes" same_data u1 xvdf /dev/ram0
	guest_exec u1 "echo vbd-$(vdev_number xvdf) > /sys/bus/xen/drivers/vbd/unbind
		rmmod xen-blkfront"
	check "not online, $driver: the device is gone" wait_until 20 refuses registered u1 xvdf
	check "not online, $driver: it is closed" closed_for_good "$backend"
	raw_load u1
	raw_keys u1 xvdf
	for state in 1 3; do
		raw_say u1 xvdf $state
		sleep 2
		check "not online, $driver: in vain state $state" closed_for_good "$backend"
	done
	check "not online, $driver: the device has not come back" refuses registered u1 xvdf
	guest_exec u1 'rmmod xen-raw-blkfront'
	xl block-detach u1 xvdf > /tmp/detach.log 2>&1 ||
		xl block-detach --force u1 xvdf > /tmp/detach.log 2>&1 || true
	check "not online, $driver: nothing of it is in xenstore" \
		wait_until 20 refuses xenstore-exists "$backend"
	guest_exec u1 'modprobe xen-blkfront'
}

test_sysfs
test_read_only
test_sector_size
disk_attach u1 xvde /dev/ram0
test_aliases
test_flush
disk_detach u1 xvde
test_online ours
modules_stock
test_online "the distribution's"
modules_load
check "the kernel log is clean" dmesg_check
